"""The course of depression beside the results that it was fitted to: at least seven in ten inside what is stated."""

from math import isclose, log
from pathlib import Path

import pytest

from ketsim.course.structure import structures
from ketsim.validation.mood import MEASURES, MoodPrediction, book, predict_mood, stated_interval, table, with_table
from ketsim.validation.mood_design import run_trial

PAGE = Path(__file__).parents[2] / "docs" / "mood.md"
ENOUGH = 0.7


def test_every_anchor_names_a_result_a_design_and_a_measure():
    designs, anchors = book()
    assert len({anchor.id for anchor in anchors}) == len(anchors)
    for anchor in anchors:
        arm, result = anchor.reported
        assert result.outcome == anchor.outcome
        assert arm.use in ("calibration", "prior")
        assert anchor.design in designs
        assert anchor.beside is None or anchor.beside in designs
        assert anchor.measure in MEASURES
    assert {a.design for a in anchors} | {a.beside for a in anchors if a.beside} == set(designs)


@pytest.mark.parametrize("anchor", book()[1], ids=lambda a: a.id)
def test_every_stated_interval_holds_its_result(anchor):
    observed, low, high = stated_interval(anchor)
    assert low < observed < high


def test_intervals_are_what_is_said_of_them():
    by_id = {anchor.id: anchor for anchor in book()[1]}
    assert stated_interval(by_id["difference-from-midazolam"]) == (0.7, 0.4, 0.9)  # the source's own
    observed, low, high = stated_interval(by_id["change-two-hours-after-ketamine"])
    half = 1.959964 * (3.0**2 + 6.6**2 / 24) ** 0.5  # spread between trials, and SD 6.6 of 24 people
    assert isclose(high - observed, half, rel_tol=1e-6)
    assert isclose(observed - low, half, rel_tol=1e-6)
    observed, low, high = stated_interval(by_id["hazard-after-a-series"])
    assert isclose(observed, log(2) / 18)
    assert isclose(low * high, observed**2)


def test_the_distance_is_counted_on_the_scale_of_the_interval():
    anchor = next(a for a in book()[1] if a.id == "response-after-a-day")
    observed, low, high = stated_interval(anchor)
    ends = [MoodPrediction(anchor, "TwoGroups", value, observed, low, high) for value in (low, observed, high)]
    assert [round(end.distance, 6) for end in ends] == [1.959964, 0.0, 1.959964]
    assert all(end.inside for end in ends)
    assert not MoodPrediction(anchor, "TwoGroups", high + 1.0, observed, low, high).inside


def test_a_few_hundred_people_after_one_infusion_are_like_those_of_trials():
    designs, anchors = book()
    for structure in structures("mood"):
        trial = run_trial(designs["single"], structure, people=300, seed=2)
        again = run_trial(designs["single"], structure, people=300, seed=2)
        assert (trial.given == again.given).all()
        rows = [a for a in anchors if a.design == "single" and a.section == "anchors"]
        inside = 0
        for anchor in rows:
            _, low, high = stated_interval(anchor)
            inside += low <= MEASURES[anchor.measure](anchor, trial, None) <= high
        assert inside >= ENOUGH * len(rows)


def test_the_page_holds_a_table_of_every_anchor():
    text = PAGE.read_text(encoding="utf-8")
    for anchor in book()[1]:
        assert f"| {anchor.id.replace('-', ' ')} |" in text


@pytest.mark.slow
def test_seven_in_ten_lie_inside_their_intervals_and_the_page_says_so():
    rows = predict_mood()
    for section in ("anchors", "hazards"):
        for structure in structures("mood"):
            mine = [r for r in rows if r.anchor.section == section and r.structure == structure.key]
            assert sum(r.inside for r in mine) >= ENOUGH * len(mine)
    text = PAGE.read_text(encoding="utf-8")
    assert with_table(text, rows) == text
    assert table(rows) in text
