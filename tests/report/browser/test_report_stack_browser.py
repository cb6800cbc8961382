"""The stack in a real browser: one moment stands at one place in every panel, whatever part of the course is shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from ketsim.evidence.source import Source
from ketsim.report import report_page
from ketsim.report.theme import SURFACE, contrast
from ketsim.result import Result

pytestmark = pytest.mark.browser

Make = Callable[..., Result]
Find = Callable[[str], Source]
Go = Callable[..., Any]
PANELS = 6
#: Left and right end of every plot of the live figure, and the places of the ticks below it [px].
PLOTS = """() => [...document.querySelectorAll("#figure-1 .live .role-scope > g")].map((scope) => {
  const box = scope.querySelector(":scope > .background").getBoundingClientRect();
  const ticks = [...scope.querySelectorAll(".role-axis-tick")].map((group) =>
    [...group.querySelectorAll("line")].map((line) => line.getBoundingClientRect())
      .filter((tick) => tick.height > tick.width).map((tick) => Math.round(tick.x)));
  return [Math.round(box.left), Math.round(box.right), ticks.find((found) => found.length > 1)];
}).filter(([, , ticks]) => ticks)"""
TIMES = "[...document.querySelectorAll('#figure-1 .live [aria-label^=\"X-axis\"]')].map((a) => a.ariaLabel)"


@pytest.fixture(scope="module")
def stacked(result: Make, effects: Make, find: Find) -> str:
    return report_page(effects(result(subjects=500)), find=find)


def top_of_figure(page: Any) -> dict[str, float]:
    """Where the live figure is, its top brought into the window: it is higher than any window."""
    live = page.locator("#figure-1 .live")
    live.evaluate("figure => figure.scrollIntoView({ behavior: 'instant' })")
    return dict(live.locator("svg").bounding_box())


@pytest.mark.parametrize("width", [1200, 360])
def test_a_vertical_line_through_all_panels_is_one_moment(visit: Go, stacked: str, width: int) -> None:
    seen = visit(stacked, width=width)
    for move in (None, "in", "later", "whole", "first"):
        if move is not None:
            seen.page.locator(f"#figure-1 [data-move={move}]").click()
            seen.page.wait_for_timeout(200)
        plots = seen.page.evaluate(PLOTS)
        assert len(plots) == PANELS
        assert all(plot == plots[0] for plot in plots), plots
    assert seen.said == []


def test_the_first_part_is_shown_and_every_panel_follows(visit: Go, stacked: str) -> None:
    seen = visit(stacked)
    page = seen.page

    def ends() -> set[str]:
        said = page.evaluate(TIMES)
        assert len(said) == PANELS
        return {label.rpartition("from ")[2] for label in said}

    opened = ends()
    assert opened == {"0.0 to 3.0"}
    page.locator("#figure-1 [data-move=whole]").focus()
    page.keyboard.press("Enter")
    seen.until(f"{TIMES}[{PANELS - 1}].endsWith('0 to 24')")
    assert ends() == {"0 to 24"}
    page.locator("#figure-1 [data-move=first]").click()
    seen.until(f"{TIMES}[{PANELS - 1}].endsWith('0.0 to 3.0')")
    assert ends() == opened


def test_the_pointer_marks_its_time_in_every_panel(visit: Go, stacked: str) -> None:
    seen = visit(stacked)
    box = top_of_figure(seen.page)
    seen.page.mouse.move(box["x"] + 300, box["y"] + 200)
    rules = """[...document.querySelectorAll('#figure-1 .live .mark-rule line')].filter((line) =>
      line.getAttribute('opacity') === '0.7').map((line) => Math.round(line.getBoundingClientRect().x))"""
    seen.until(f"{rules}.length === {PANELS}")
    places = seen.page.evaluate(rules)
    assert len(set(places)) == 1
    assert abs(places[0] - box["x"] - 300) <= 1
    seen.page.mouse.move(2, 2)
    seen.until(f"{rules}.length === 0")


def test_ctrl_and_the_wheel_zoom_about_the_pointer(visit: Go, stacked: str) -> None:
    seen = visit(stacked)
    page = seen.page
    box = top_of_figure(page)
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    seen.until(f"!{TIMES}[0].endsWith('0.0 to 3.0')")
    assert len({label.rpartition("from ")[2] for label in page.evaluate(TIMES)}) == 1


def test_a_window_that_grows_is_filled(visit: Go, stacked: str) -> None:
    seen = visit(stacked, width=700)
    seen.page.set_viewport_size({"width": 1200, "height": 800})
    seen.until("document.querySelector('#figure-1 .live svg').getBoundingClientRect().width > 900")
    assert seen.overflow == 0


@pytest.mark.parametrize("live", [True, False])
def test_a_phone_shows_the_stack_without_sideways_scrolling(visit: Go, stacked: str, live: bool) -> None:
    seen = visit(stacked, live=live, width=360)
    if live:
        assert seen.overflow == 0
    drawings = [d for d in seen.page.locator(f"#figure-1 {'.live' if live else '.static'} svg").all() if d.is_visible()]
    assert len(drawings) == (1 if live else 2)
    for drawing in drawings:
        box = drawing.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360


def test_without_scripts_effects_stand_below_concentrations_and_the_time_is_chosen(visit: Go, stacked: str) -> None:
    page = visit(stacked, live=False).page

    def shown() -> list[str]:
        return [str(d.get_attribute("class")) for d in page.locator("#figure-1 .static > div").all() if d.is_visible()]

    assert shown() == ["wide linear first", "wide effects first"]
    page.locator("#figure-1 input[value=whole]").check()
    assert shown() == ["wide linear whole", "wide effects whole"]
    page.locator("#figure-1 input[value=log]").check()
    assert shown() == ["wide log whole", "wide effects whole"]
    page.locator("#figure-1 input[value=first]").check()
    assert shown() == ["wide log first", "wide effects first"]
    upper, lower = (page.locator(f"#figure-1 .{kind}.first.wide svg").bounding_box() for kind in ("log", "effects"))
    assert (upper["x"], upper["width"]) == (lower["x"], lower["width"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_the_stack_writes_can_be_read(visit: Go, stacked: str, scheme: str) -> None:
    page = visit(stacked, color_scheme=scheme).page
    fills = page.evaluate(
        "[...new Set([...document.querySelectorAll('#figure-1 .live svg text')].map((t) => getComputedStyle(t).fill))]"
    )
    assert fills
    for fill in fills:
        ink = "#" + "".join(f"{int(channel):02x}" for channel in re.findall(r"\d+", fill)[:3])
        assert contrast(ink, getattr(SURFACE, scheme)) >= 4.5, ink
