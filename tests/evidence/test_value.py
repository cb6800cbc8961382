import copy
import pickle
from math import log

import pytest
from pydantic import ValidationError

from ketsim.errors import InputError
from ketsim.evidence import Certainty, Locator, Provenance, Value, Variability, Via

WHERE = Locator(at="Table 4", via=Via.TRANSCRIPTION)


def value(**changes):
    given = {
        "name": "cl",
        "source": "Simons2022",
        "number": 1.48,
        "unit": "L/min",
        "kind": "clearance",
        "provenance": Provenance.ESTIMATED,
        "certainty": Certainty.MODERATE,
        "where": WHERE,
    }
    return Value(**{**given, **changes})


def test_certainty_is_ordered_and_the_weakest_link_is_found():
    low, high = Certainty.LOW, Certainty.HIGH
    assert Certainty.VERY_LOW < low < Certainty.MODERATE < high
    assert high > low and high >= low and low <= low and not low < low
    assert sorted([high, low, Certainty.VERY_LOW]) == [Certainty.VERY_LOW, low, high]
    assert Certainty.weakest([high, low, Certainty.MODERATE]) is low
    assert str(Certainty.VERY_LOW) == f"{Certainty('very low')}" == "very low"
    with pytest.raises(ValueError, match="empty"):
        Certainty.weakest([])


def test_a_value_says_where_it_comes_from_in_one_step():
    assert str(value()) == "cl = 1.48 L/min (Simons2022, Table 4; estimated; moderate certainty)"
    assert value().cite() == "Simons2022, Table 4"
    assert str(value(number=None, note="not in the abstract")).startswith("cl = not found (Simons2022")
    assert value(unit="1", kind="fraction", number=0.5).printed == "0.5"


def test_the_canonical_number_stands_beside_the_printed_one():
    assert (value().number, value().canonical) == (1.48, pytest.approx(88.8))
    assert value(number=26, unit="%", kind="fraction").canonical == 0.26
    assert value(number=None, note="looked for").canonical is None


def test_a_range_of_what_is_known_is_printed():
    known = value(number=0.23, unit="1", kind="fraction", range={"low": 0.11, "high": 0.5})
    assert known.in_words() == "0.23 (0.11 to 0.5)"
    assert value(ci={"level": 0.95, "low": 1.2, "high": 1.7}).in_words() == "1.48 L/min (1.2 to 1.7)"
    assert value().in_words() == "1.48 L/min"


def test_standard_errors_come_out_in_canonical_units():
    assert value(se=0.06).standard_error() == pytest.approx(3.6)
    assert value(rse=0.08).standard_error() == pytest.approx(0.08 * 88.8)
    interval = value(ci={"level": 0.95, "low": 1.48 - 0.0196, "high": 1.48 + 0.0196})
    assert interval.standard_error() == pytest.approx(0.6, rel=1e-3)
    assert interval.relative_error == pytest.approx(0.6 / 88.8, rel=1e-3)
    assert value().standard_error() is None
    assert value().relative_error is None
    assert value(number=0.0, se=0.1).relative_error is None


def test_variability_converts_to_the_variance_of_the_random_effect():
    assert Variability(omega2=0.057).variance == 0.057
    assert Variability(cv=0.24).variance == pytest.approx(log(1 + 0.24**2))
    assert Variability(logit_sd=0.708).variance == pytest.approx(0.708**2)
    assert (Variability(cv=0.24).scale, Variability(logit_sd=0.7).scale) == ("log", "logit")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"se": 0.1, "rse": 0.1}, "its precision is written one way"),
        ({"number": None}, "needs a note that says what was looked for"),
        ({"number": -1.0}, "-1 L/min is no clearance; it cannot be negative"),
        ({"unit": "L"}, "cl: 'L' is no unit of a clearance; expected one such as in '84 L/h'"),
        ({"unit": "L/x"}, "cl: 'x' in 'L/x' is not a known unit"),
        ({"number": None, "note": "x", "unit": "L"}, "'L' is no unit of a clearance"),
        ({"kind": "volum"}, "kind 'volum' is not known"),
        ({"number": "1.48"}, "valid number"),
        ({"number": True}, "valid number"),
        ({"number": float("nan")}, "finite"),
        ({"ci": {"level": 0.95, "low": 2.0, "high": 1.0}}, "write the lower end as low"),
        ({"ci": {"level": 95.0, "low": 1.0, "high": 2.0}}, "less than 1"),
        ({"range": {"low": 2.0, "high": 1.0}}, "write the lower end as low"),
        ({"iiv": {"cv": 0.2, "omega2": 0.1}}, "written one way"),
        ({"iiv": {}}, "written one way"),
        ({"iiv": {"logit_sd": 0.7}}, "1.48 L/min cannot vary on the logit scale; that needs a number between 0 and 1"),
        ({"iiv": {"cv": -0.2}}, "greater than or equal to 0"),
        ({"at": {"weight": "70"}}, "'70' has no unit"),
        ({"at": {"weight": 70}}, "70 has no unit; write a body weight such as '70 kg'"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_wrong_values_are_refused(changes, sentence):
    with pytest.raises((ValidationError, InputError)) as caught:
        value(**changes)
    assert sentence in str(caught.value)


def test_values_are_frozen_and_survive_copying_and_pickling():
    one = value(at={"weight": "70 kg"}, iiv={"cv": 0.2})
    assert one.at.weight.canonical == 70.0
    assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == one
    with pytest.raises(ValidationError, match="frozen"):
        one.number = 2.0


def test_a_value_survives_json():
    one = value(at={"weight": "154 lb"}, ci={"level": 0.9, "low": 1.0, "high": 2.0})
    assert Value.model_validate_json(one.model_dump_json(by_alias=True, exclude_unset=True)) == one
