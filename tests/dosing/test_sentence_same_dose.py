"""After a series, how often may be all that is said: the dose before goes on."""

import pytest

from ketsim.dosing import format_sentence, parse_sentence
from ketsim.errors import InputError


def test_a_series_goes_on_less_often():
    regimen = parse_sentence("84 mg esketamine nasal twice weekly for 4 weeks, then weekly for 4 weeks")
    written_out = "84 mg esketamine nasal twice weekly for 4 weeks then 84 mg esketamine nasal once weekly for 4 weeks"
    assert regimen == parse_sentence(written_out)
    assert format_sentence(regimen) == written_out
    assert [event.time / 24 for event in regimen.events(None)] == [0, 3, 7, 10, 14, 17, 21, 24, 28, 35, 42, 49]


def test_an_infusion_keeps_its_length():
    events = list(parse_sentence("0.5 mg/kg iv over 40 min twice weekly for 1 week then weekly x 2").events(None))
    assert [event.duration for event in events] == pytest.approx(4 * [2 / 3])


@pytest.mark.parametrize(
    "sentence", ["10 mg iv then weekly", "10 mg iv daily x 3 and weekly", "10 mg iv then im weekly"]
)
def test_nothing_is_guessed_where_no_series_goes_on(sentence):
    with pytest.raises(InputError, match="has no amount"):
        parse_sentence(sentence)
