"""A course of weeks on a page: its panels, its closer looks, its tables, and what stands behind each structure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import numpy as np
import pytest
import vl_convert

from ketsim import Scenario, simulate
from ketsim.report import course_figure
from ketsim.report.axes import clock_of
from ketsim.report.figure import PHONE, WIDE
from ketsim.report.stack import course_panels, stack_figure
from ketsim.report.theme import VEGA_LITE
from ketsim.report.weeks_panel import weeks_panels
from ketsim.report.window import close_looks

LINE = "line"


def text_of(page: str) -> str:
    body = re.sub(r"<(script|style|svg).*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).replace("\u00a0", " ")


def test_every_reading_has_a_panel_with_its_rivals_told_apart_by_dash_and_words(daily):
    drawn = weeks_panels(daily)
    assert {line.output.name for panel in drawn for line in panel.lines} == {
        output.name for output in daily.outputs if output.kind == "course"
    }
    for panel in drawn:
        assert len({line.look.dash for line in panel.lines}) == len(panel.lines)
        for line in panel.lines if len(panel.lines) > 1 else ():
            assert line.output.model in line.name
            assert line.output.model_label.partition(":")[0].casefold() in line.name.casefold()
    assert max(len(panel.lines) for panel in drawn) >= 2
    titles = [panel.title for panel in drawn]
    assert "Withdrawal: body" in titles
    assert (
        titles.index("Withdrawal: body") < titles.index("Craving") < titles.index("Share who have not gone back to use")
    )


def test_a_structure_looks_the_same_in_every_panel(daily):
    looks = {}
    for panel in weeks_panels(daily):
        for line in panel.lines:
            looks.setdefault(line.output.model, set()).add(line.look.tone.light)
    assert len(looks) >= 2
    assert {len(tones) for tones in looks.values()} == {1}


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("live", [True, False])
def test_the_stack_is_drawn_without_a_warning_in_every_look(daily, live, width, capfd):
    drawn = course_panels(daily)
    for look in (None, *close_looks(daily, drawn)):
        spec = stack_figure(daily, drawn, width=width, window=look, closer=close_looks(daily, drawn), live=live)
        svg = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, show_warnings=True, allowed_base_urls=[])
        assert "NaN" not in svg
    said = capfd.readouterr()
    assert said.out + said.err == ""


def test_bands_are_drawn_for_one_person_and_certainty_stands_on_each_panel(daily):
    views = stack_figure(daily, course_panels(daily))["vconcat"]
    for panel, view in zip(course_panels(daily), views, strict=True):
        assert "Certainty: very low" in " ".join(view["title"]["subtitle"]).replace("\u00a0", " ")
        assert any(part["mark"]["type"] == "area" for part in view["layer"]) == (panel.kind == "course")


def test_there_is_a_closer_look_at_the_first_day_and_at_the_stop(daily):
    first, stop = close_looks(daily, course_panels(daily))
    assert (first.key, stop.key) == ("first", "stop")
    assert first.end <= 24.0
    last = max(dose.time + dose.duration for dose in daily.doses)
    assert stop.begin == last - 24.0
    assert stop.end == last + 14 * 24.0
    clock = clock_of(daily, narrow=False, window=stop)
    assert clock.title == "time after the last dose (days)"
    assert (clock.begin, clock.shown) == (-1.0, 14.0)
    assert clock.at(last) == 0.0
    assert {-1.0, 0.0} & set(clock.channel()["axis"]["values"])


def test_a_course_that_goes_on_to_the_end_has_no_look_at_a_stop():
    going = simulate(
        Scenario("60 mg esketamine nasal weekly for 2 weeks", until="8d", weight="70 kg", effects=["none"])
    )
    assert [look.key for look in close_looks(going, course_panels(going))] == ["first"]


def test_the_points_of_a_still_look_lie_inside_it_and_show_the_course_closely(daily):
    drawn = weeks_panels(daily)
    _, stop = close_looks(daily, course_panels(daily))
    (craving,) = [panel for panel in drawn if panel.title == "Craving"]
    rows = stack_figure(daily, [craving], window=stop)["vconcat"][0]["data"]["values"]
    for line in craving.lines:
        of = [row for row in rows if row["line"] == line.name]
        hours = np.array([row["time"] for row in of]) * 24.0 + stop.zero
        assert np.sum(hours < stop.begin) <= 1
        assert np.sum(hours > stop.end) <= 1
        inside = (daily.times >= stop.begin) & (daily.times <= stop.end)
        drawn_line = np.interp(daily.times[inside], hours, [row["median"] for row in of])
        assert np.abs(drawn_line - line.output.median[inside]).max() <= 1.0


def test_a_live_axis_of_weeks_says_minutes_to_weeks(daily):
    spec = stack_figure(daily, course_panels(daily), live=True, closer=close_looks(daily, course_panels(daily)))
    names = {param["name"] for param in spec["params"]}
    assert names == {"shown", "now", "tick"}
    line = next(part for part in spec["vconcat"][0]["layer"] if part["mark"]["type"] == LINE)
    words = line["encoding"]["x"]["axis"]["labelExpr"]
    assert all(unit in words for unit in ("wk", "' d'", "' h'", "' min'"))
    assert line["encoding"]["x"]["axis"]["title"] == "time after the first dose"


def test_the_page_shows_the_course_in_cards_tables_and_behind_each_structure(weeks_page):
    said = text_of(weeks_page)
    assert "Over weeks: a model, not a measurement." in said
    assert "Withdrawal after the last dose" in said
    assert "Width of these ranges, by where it comes from:" in said
    assert 'id="model-LagOfDays"' in weeks_page
    assert 'id="model-LagOfHours"' in weeks_page
    assert "numbers are those of LagOfDays" in said
    assert "the only measured timing: phencyclidine in monkeys" in said
    assert "Measured, or derived from something measured" in said


def test_every_link_of_the_page_leads_somewhere(weeks_page):
    ids = set(re.findall(r'\bid="([^"]+)"', weeks_page))
    for target in re.findall(r'href="#([^"]+)"', weeks_page):
        assert target in ids


def test_the_page_stays_small_and_strict(weeks_page, strict: Callable[..., object]):
    assert len(weeks_page.encode()) < 4_000_000
    strict(weeks_page)
    data = re.search(r'<script type="application/json" id="figure-1-data">(.*?)</script>', weeks_page, re.DOTALL)
    assert data is not None
    living = json.loads(data[1])
    assert set(living["spans"]) == {"whole", "first", "stop"}
    assert living["opens"] == living["spans"]["whole"]


def test_the_saved_picture_names_the_weeks(daily):
    title = " ".join(course_figure(daily)["title"]["text"]).replace("\u00a0", " ")
    assert title.startswith("Concentration and course over weeks after")
