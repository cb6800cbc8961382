"""Concentration and effects on one time axis: which panels, which axes, which part of the course."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import vl_convert

from ketsim.report import concentration_figure, course_figure, svg
from ketsim.report.axes import LEFT, RIGHT, effect_axis, steps_between
from ketsim.report.effect_panel import at_baseline_sentence, effect_panels
from ketsim.report.figure import PHONE, WIDE
from ketsim.report.panel import MOST_LINES
from ketsim.report.stack import course_panels, stack_figure
from ketsim.report.theme import VEGA_LITE
from ketsim.report.window import Window, first_window
from ketsim.result import Result

Make = Callable[..., Result]
CASES: dict[str, dict[str, Any]] = {"one person": {}, "people": {"subjects": 500}}


@pytest.fixture(params=CASES.values(), ids=list(CASES))
def made(request: pytest.FixtureRequest, result: Make, effects: Make) -> Result:
    return effects(result(**request.param))


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_every_stack_is_drawn_without_a_warning(
    made: Result, live: bool, width: int, capfd: pytest.CaptureFixture[str]
) -> None:
    for scale in ("linear", "log"):
        spec = stack_figure(made, course_panels(made), scale=scale, width=width, live=live)
        json.dumps(spec, allow_nan=False)
        drawn = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, show_warnings=True, allowed_base_urls=[])
        assert "NaN" not in drawn
    captured = capfd.readouterr()
    assert captured.out + captured.err == ""


def test_concentrations_come_first_and_what_is_felt_shares_a_panel(made: Result) -> None:
    drawn = course_panels(made)
    assert [panel.kind for panel in drawn] == ["concentration"] + ["effect"] * 5
    assert [panel.title for panel in drawn[1:]] == [
        "What is felt and remembered",
        "Sedation score (5 awake, 0 unresponsive)",
        "Cognition impaired",
        "Mean arterial pressure",
        "Not to drive or use machines",
    ]
    felt = drawn[1]
    assert [line.name for line in felt.lines] == [
        *("Dissociation", "Drug high", "Analgesia, Felt2022-pressure", "Analgesia, Felt2022-heat")
    ]
    assert len({line.look.dash for line in felt.lines}) == len(felt.lines) <= MOST_LINES


def test_an_effect_that_stays_at_baseline_is_not_drawn_but_said(made: Result) -> None:
    assert all(line.output.name != "anaesthesia_stage" for panel in effect_panels(made) for line in panel.lines)
    said = at_baseline_sentence(made)
    assert "stage of anaesthesia (Felt2022-stages, certainty low)" in said
    assert ("90 % of people" in said) == (made.subjects > 1)


def test_every_panel_has_the_same_time_axis_and_the_same_room_beside_it(made: Result) -> None:
    for live in (True, False):
        views = stack_figure(made, course_panels(made), window=Window(3.0, 24.0, ()), live=live)["vconcat"]
        lines = [next(part for part in view["layer"] if part["mark"]["type"] == "line") for view in views]
        assert len({json.dumps(line["encoding"]["x"]["scale"]) for line in lines}) == 1
        assert {view["width"] for view in views} == {WIDE - LEFT - RIGHT}
        extents = {(axis["minExtent"], axis["maxExtent"]) for axis in (line["encoding"]["y"]["axis"] for line in lines)}
        assert extents == {(LEFT, LEFT)}


def test_only_concentrations_have_a_logarithmic_axis(made: Result) -> None:
    views = stack_figure(made, course_panels(made), scale="log")["vconcat"]
    scales = [
        next(part for part in view["layer"] if part["mark"]["type"] == "line")["encoding"]["y"]["scale"]
        for view in views
    ]
    assert [scale.get("type") for scale in scales] == ["log"] + [None] * 5


def test_a_bounded_scale_shows_its_bounds_and_a_baseline_that_is_not_zero_is_a_line(made: Result) -> None:
    axes = {panel.title: effect_axis(panel, parts=5) for panel in effect_panels(made)}
    felt, pressure = axes["What is felt and remembered"], axes["Mean arterial pressure"]
    assert felt.low < 0 < 100 < felt.high
    assert {0.0, 100.0} <= set(felt.ticks)
    assert felt.baseline is None
    assert pressure.baseline == 93
    assert 93 in pressure.ticks
    assert pressure.low < 93
    assert pressure.high > 101
    assert axes["Cognition impaired"].words == {0.0: "no", 1.0: "yes"}


def test_an_effect_of_steps_is_drawn_in_steps(made: Result) -> None:
    views = stack_figure(made, course_panels(made))["vconcat"]
    lines = [next(part for part in view["layer"] if part["mark"]["type"] == "line")["mark"] for view in views]
    assert [line.get("interpolate") for line in lines] == [None, None, None, "step-after", None, "step-after"]


def test_the_first_part_reaches_until_the_effects_are_back(made: Result) -> None:
    drawn = course_panels(made)
    window = first_window(made, drawn)
    assert window is not None
    assert 2.0 < window.end <= 4.0
    assert window.lasting == ("not to drive or use machines",)
    assert "The whole course is 24 h." in window.sentence
    assert first_window(made, drawn[:1]) is None


def test_a_still_picture_holds_no_points_beyond_its_edge(made: Result) -> None:
    for view in stack_figure(made, course_panels(made), window=Window(3.0, 24.0, ()))["vconcat"]:
        times = [row["time"] for row in view["data"]["values"]]
        assert sum(time > 3.0 for time in times) <= len({row["line"] for row in view["data"]["values"]})


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_the_saved_picture_stacks_both_and_fits_its_width(made: Result, width: int) -> None:
    spec = course_figure(made, width=width)
    drawn = svg(spec)
    assert "Concentration and effects after" in drawn.replace("\u00a0", " ")
    assert float(drawn.partition('width="')[2].partition('"')[0]) <= width
    assert "certainty very low" in spec["description"]


def test_without_effects_the_saved_picture_is_that_of_the_concentrations(result: Make) -> None:
    made = result()
    assert course_figure(made) == concentration_figure(made)


@pytest.mark.parametrize(("low", "high"), [(91.0, 118.0), (0.0, 100.0), (-0.2, 0.9), (64.0, 71.0)])
def test_steps_lie_between_and_are_round(low: float, high: float) -> None:
    steps = steps_between(low, high, parts=5)
    assert low - 1e-9 <= steps[0] <= steps[-1] <= high + 1e-9
    assert 2 <= len(steps) <= 7
