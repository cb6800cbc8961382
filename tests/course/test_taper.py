"""Does a taper come to what was asked for, is it told in shares alone, and does it lower the worst of withdrawal?"""

import json
import re

import pytest

from ketsim.cli.app import run
from ketsim.dosing import TaperDose, parse_sentence, taper_doses
from ketsim.errors import InputError
from ketsim.plan import make_plan
from ketsim.report import report_page
from ketsim.result import central
from ketsim.scenario import Scenario
from ketsim.simulation import simulate

WEEK = 168.0
#: In four doses a day, so that withdrawal between doses does not hide the one after them.
DAILY = "2 g/day ketamine intranasal in 4 doses for 2 weeks"


def shares(sentence, length):
    events = parse_sentence(sentence).events(None)
    return [(dose.time - events[-1].time, round(dose.share, 6)) for dose in taper_doses(events, length)]


def test_doses_fall_in_a_straight_line_at_the_interval_of_before():
    assert shares("100 mg ketamine intranasal daily for 3 days", 4 * 24.0) == [(24.0, 0.75), (48.0, 0.5), (72.0, 0.25)]
    assert shares("50 mg im every 12 h for 2 days", 48.0) == [(12.0, 0.75), (24.0, 0.5), (36.0, 0.25)]


def test_an_uneven_week_goes_on_as_it_was():
    found = shares("100 mg ketamine im twice weekly for 3 weeks", 2 * WEEK)
    assert [time for time, _ in found] == [96.0, 168.0, 264.0]
    assert [share for _, share in found] == pytest.approx([1 - 96 / 336, 0.5, 1 - 264 / 336], abs=1e-6)


def test_each_dose_is_a_share_of_the_one_it_takes_the_place_of():
    events = parse_sentence("100 mg ketamine im twice weekly for 3 weeks").events(None)
    for dose in taper_doses(events, 2 * WEEK):
        assert isinstance(dose, TaperDose)
        assert dose.amount == pytest.approx(100.0 * dose.share)


@pytest.mark.parametrize(
    ("sentence", "taper", "words"),
    [
        ("50 mg im", "4wk", "at least two doses"),
        ("50 mg im weekly for 3 weeks", "1wk", "holds no dose"),
        ("50 mg im daily", "4wk", "has none"),
        ("50 mg im daily for 9 days", "-1 wk", "no time to taper over"),
        ("50 mg im daily for 9 days", "200 years", "longer than a life"),
    ],
)
def test_what_cannot_be_tapered_is_refused_with_a_sentence(sentence, taper, words):
    with pytest.raises(InputError, match=words):
        make_plan(Scenario(sentence, taper=taper, until="12wk", weight=70))


def test_a_taper_needs_a_course():
    with pytest.raises(InputError, match="taper acts on the course"):
        make_plan(Scenario("50 mg im daily for 9 days", taper="1wk", weight=70, course="none"))


@pytest.fixture(scope="module")
def runs():
    """Weeks of taper -> result, of one person."""
    return {
        weeks: simulate(
            Scenario(DAILY, taper=f"{weeks} wk", weight=70, until="13wk", effects="none", course="withdrawal")
        )
        for weeks in (1, 2, 4, 8)
    }


@pytest.mark.parametrize("key", ["LagOfDays", "LagOfHours"])
def test_a_taper_lowers_the_worst_of_withdrawal_and_a_longer_one_more(runs, key):
    worst = []
    for result in runs.values():
        output = result.output("withdrawal", key)
        worst.append(central(output.measures["peak_since_taper_began"]))
        assert worst[-1] < central(output.measures["peak_if_stopped_at_once"])
        assert output.ranges["peak_since_taper_began"].median < output.ranges["peak_if_stopped_at_once"].median
    assert worst == sorted(worst, reverse=True)
    assert worst[-1] < 0.8 * worst[0]


@pytest.mark.parametrize("key", ["LagOfDays", "LagOfHours"])
def test_what_stands_beside_is_the_course_of_a_stop_at_once(runs, key):
    abrupt = simulate(Scenario(DAILY, weight=70, until="13wk", effects="none", course="withdrawal"))
    alone = central(abrupt.output("withdrawal", key).measures["peak_after_last_dose"])
    for result in runs.values():
        beside = central(result.output("withdrawal", key).measures["peak_if_stopped_at_once"])
        assert beside == pytest.approx(alone, rel=0.02)  # read off at other times


def test_no_amount_of_a_tapered_dose_is_told_anywhere(runs):
    result = runs[1]
    told = [dose.text for dose in result.doses if dose.time >= 2 * WEEK]
    assert len(told) == 27
    assert told[0] == "96% of the starting amount ketamine nasal, supervised taper"
    assert all(text.endswith("% of the starting amount ketamine nasal, supervised taper") for text in told[1:])
    faces = [json.dumps(result.to_dict()), *result.warnings, *result.assumptions, str(result.summary())]
    faces.append(report_page(result))
    tapered = [event.amount for event in make_plan(result.scenario).events if isinstance(event, TaperDose)]
    said = {amount for face in faces for amount in milligrams_in(face)}
    assert 500.0 in said  # the regimen's own dose, so the search finds what is there
    for amount in tapered:
        assert not any(abs(found - amount) < 0.006 * amount for found in said), amount


def milligrams_in(face):
    """Every amount [mg] that a text names."""
    for number, unit in re.findall(r"(\d+(?:\.\d+)?) ?(mg|g)\b", face.replace(",", "")):
        yield float(number) * (1000.0 if unit == "g" else 1.0)


def test_a_taper_is_not_written_out_as_a_table_of_doses(tmp_path, capsys):
    scenario = tmp_path / "taper.yaml"
    scenario.write_text('dose: "500 mg ketamine nasal daily for 8 days"\ntaper: 2wk\nweight: 70 kg\n', encoding="utf-8")
    status = run(["convert", str(scenario), str(tmp_path / "doses.csv")])
    assert status == 2
    assert "has taper" in capsys.readouterr().err
    assert not (tmp_path / "doses.csv").exists()


def test_it_is_said_that_no_trial_exists(runs):
    assert any("no trial" in sentence and "supervision" in sentence for sentence in runs[1].warnings)
    assert "supervised taper over 1 week" in runs[1].scenario.describe()
