from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import vl_convert

from ketsim.disagreement import disagreements
from ketsim.errors import InputError
from ketsim.report import ObservedPoint, compare_figure, concentration_figure, measure_figure
from ketsim.report.axes import round_steps
from ketsim.report.figure import PHONE, WIDE, panel_figure
from ketsim.report.panel import MOST_LINES, panels
from ketsim.report.stack import stack_figure
from ketsim.report.theme import VEGA_LITE
from ketsim.result import Result

Make = Callable[..., Result]
THREE = ("Otto2021", "Kamp2020", "Hijazi2003")
CASES = {
    "one person, one line": {"names": ("ketamine",)},
    "one person": {},
    "people": {"subjects": 500},
    "models": {"models": THREE, "subjects": 500, "sites": ("venous", "arterial")},
    "three weeks": {"days": 21, "subjects": 500},
}


def marks_of(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for view in spec.get("vconcat", [spec]):
        yield from marks_of(view) if "vconcat" in view else view["layer"]


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_every_figure_is_drawn_without_a_warning(
    result: Make, case: dict[str, Any], scale: str, capfd: pytest.CaptureFixture[str]
) -> None:
    made = result(**case)
    points = [ObservedPoint("ketamine", 1.0, 120.0, "measured", 90.0, 150.0)]
    specs = [concentration_figure(made, scale=scale, width=width, observed=points) for width in (WIDE, PHONE)]
    specs += [stack_figure(made, panels(made), scale=scale, live=True)]
    for spec in specs:
        json.dumps(spec, allow_nan=False)
        drawn = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, show_warnings=True, allowed_base_urls=[])
        assert drawn.count("mark-line") + drawn.count("mark-symbol") > 0
        assert "NaN" not in drawn
    captured = capfd.readouterr()
    assert captured.out + captured.err == ""


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_the_models_are_compared_without_a_warning(result: Make, width: int, capfd: pytest.CaptureFixture[str]) -> None:
    made = result(models=THREE, subjects=500, sites=("venous", "arterial"))
    for spec in (measure_figure(made, width=width), compare_figure(made, width=width)):
        drawn = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, show_warnings=True, allowed_base_urls=[])
        assert drawn.count("certainty very low") >= 1
    captured = capfd.readouterr()
    assert captured.out + captured.err == ""


def test_the_picture_fits_its_width(result: Make) -> None:
    for width in (WIDE, PHONE):
        drawn = vl_convert.vegalite_to_svg(
            concentration_figure(result(models=THREE), width=width), vl_version=VEGA_LITE
        )
        assert float(drawn.partition('width="')[2].partition('"')[0]) <= width


def test_the_peak_is_in_the_data_and_the_lines_are_short(result: Make) -> None:
    made = result(subjects=500, days=21)
    (panel,) = panels(made)
    rows = panel_figure(made, panel)["data"]["values"]
    for line in panel.lines:
        own = [row for row in rows if row["line"] == line.name]
        assert len(own) <= 600
        assert max(row["high"] for row in own) == pytest.approx(line.output.high.max(), rel=1e-4)


def test_axes_speak_in_full_words(result: Make) -> None:
    spec = concentration_figure(result(names=("ketamine",)))
    encoding = next(mark["encoding"] for mark in marks_of(spec) if mark["mark"]["type"] == "line")
    assert encoding["x"]["axis"]["title"] == "time after the first dose (hours)"
    assert encoding["y"]["axis"]["title"] == "nanograms per milliliter (ng/mL)"
    longer = concentration_figure(result(days=21))
    assert next(marks_of(longer))["encoding"]["x"]["axis"]["title"] == "time after the first dose (days)"


def test_the_subtitle_says_how_certain_and_that_people_differ(result: Make) -> None:
    one = " ".join(concentration_figure(result())["title"]["subtitle"])
    assert "Certainty: moderate (Otto2021)" in one.replace("\u00a0", " ")
    assert "other people differ" in one
    views = concentration_figure(result(models=THREE, subjects=500))
    assert "People differ." in " ".join(views["title"]["subtitle"]).replace("\u00a0", " ")
    said = " ".join(views["vconcat"][0]["title"]["subtitle"]).replace("\u00a0", " ")
    assert "moderate (Otto2021); low (Kamp2020); very low (Hijazi2003)" in said


def test_models_differ_by_colour_and_dash_and_keep_their_look(result: Make) -> None:
    made = result(models=THREE)
    looks = [[line.look for line in panel.lines] for panel in panels(made)]
    assert looks[0] == looks[1]
    assert len({look.dash for look in looks[0]}) == 3
    legend = next(m for m in marks_of(concentration_figure(made)) if m["mark"]["type"] == "line")["encoding"]
    assert legend["color"]["legend"] == legend["strokeDash"]["legend"]


def test_a_panel_of_many_lines_is_cut_and_each_line_keeps_a_look_of_its_own(result: Make) -> None:
    names = tuple(f"analyte_{index}" for index in range(MOST_LINES + 2))
    parts = panels(result(names=names))
    assert [len(part.lines) for part in parts] == [MOST_LINES, 2]
    for part in parts:
        assert len({line.look for line in part.lines}) == len(part.lines)


def test_doses_are_marked_where_they_are_given(result: Make) -> None:
    spec = concentration_figure(result(days=3))
    heads = next(mark for mark in marks_of(spec) if mark["mark"].get("shape") == "triangle-down")
    assert [row["time"] for row in heads["data"]["values"]] == [0.0, 24.0, 48.0]
    bars = next(mark for mark in marks_of(spec) if mark["mark"]["type"] == "rule")
    assert bars["data"]["values"][0]["end"] == pytest.approx(2 / 3, rel=1e-6)


def test_the_logarithmic_axis_says_what_it_leaves_out(result: Make) -> None:
    spec = concentration_figure(result(), scale="log")
    assert "Values below" in " ".join(spec["title"]["subtitle"])
    line = next(mark for mark in marks_of(spec) if mark["mark"]["type"] == "line")
    assert line["encoding"]["y"]["scale"]["type"] == "log"
    assert line["encoding"]["y"]["scale"]["domain"][0] == pytest.approx(300 / 1e4)


def test_observed_points_stay_on_the_axis(result: Make) -> None:
    spec = concentration_figure(result(), observed=[ObservedPoint("ketamine", 1.0, 900.0, "a trial", 700.0, 1100.0)])
    line = next(mark for mark in marks_of(spec) if mark["mark"]["type"] == "line")
    assert line["encoding"]["y"]["scale"]["domain"][1] > 1100
    assert "measured" in " ".join(spec["title"]["subtitle"])


def test_the_description_gives_each_peak_to_who_cannot_see_it(result: Make) -> None:
    said = concentration_figure(result(names=("ketamine",)))["description"]
    assert "highest value 300 ng/mL at 40 min, model Otto2021, certainty moderate" in said


def test_a_course_of_nothing_is_still_a_figure(result: Make) -> None:
    made = result(names=("ketamine",))
    flat = made.outputs[0].median
    flat[:] = 0.0
    for scale in ("linear", "log"):
        vl_convert.vegalite_to_svg(concentration_figure(made, scale=scale), vl_version=VEGA_LITE)


def test_disagreement_is_put_into_a_number_and_words(result: Make) -> None:
    found = list(disagreements(result(models=THREE, names=("ketamine",)).outputs, "cmax"))
    assert [one.fold for one in found] == [pytest.approx(3.0)]
    assert found[0].sentence() == (
        "Three published models put the highest concentration (Cmax) of ketamine in venous plasma between 100 "
        "(Hijazi2003) and 300 ng/mL (Otto2021), a 3-fold range."
    )
    assert list(disagreements(result().outputs, "cmax")) == []


@pytest.mark.parametrize("wrong", [{"scale": "cubic"}, {"group": "sideways"}])
def test_a_wrong_option_gets_a_sentence(result: Make, wrong: dict[str, str]) -> None:
    with pytest.raises(InputError, match=r"is not known; give .*\."):
        concentration_figure(result(), **wrong)


def test_a_measure_that_is_not_there_gets_a_sentence(result: Make) -> None:
    with pytest.raises(InputError, match="there is cmax, half_life and tmax"):
        measure_figure(result(), "auc")


def test_a_result_without_concentrations_gets_a_sentence(result: Make) -> None:
    with pytest.raises(InputError, match="no effect to draw"):
        panels(result(), kind="effect")


@pytest.mark.parametrize("highest", [0.003, 1.0, 9.99, 187.0, 2500.0])
def test_steps_are_round_and_reach_the_top(highest: float) -> None:
    steps = round_steps(highest)
    assert 3 <= len(steps) <= 7
    assert steps[-1] <= highest * (1 + 1e-9) < steps[-1] + (steps[1] - steps[0]) * (1 + 1e-9)
    assert np.allclose(np.diff(steps), steps[1])
