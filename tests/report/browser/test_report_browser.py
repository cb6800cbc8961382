"""The pages in a real browser: Debian's chromium, driven over its own protocol."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from ketsim.evidence.source import Source
from ketsim.report import report_page, write_validation_page
from ketsim.report.theme import SERIES
from ketsim.result import Result

pytestmark = pytest.mark.browser

Make = Callable[..., Result]
Find = Callable[[str], Source]


@pytest.fixture(scope="module")
def report(result: Make, find: Find) -> str:
    return report_page(result(("Otto2021", "Kamp2020"), names=("ketamine",), subjects=500), find=find)


def axis(page: Page, which: str) -> str:
    """What the live figure's axis says of itself to a screen reader."""
    return str(
        page.locator(f"#figure-1 .live [aria-roledescription=axis][aria-label^='{which}']").get_attribute("aria-label")
    )


def test_the_page_comes_alive_without_network_or_complaint(visit: Callable[..., Any], report: str) -> None:
    seen = visit(report)
    assert seen.said == []
    assert [url for url in seen.asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert seen.page.locator("#figure-1 .live svg").is_visible()
    assert not seen.page.locator("#figure-1 .static").is_visible()


def test_the_axis_is_switched_by_keyboard(visit: Callable[..., Any], report: str) -> None:
    page = visit(report).page
    assert "linear scale" in axis(page, "Y-axis")
    page.locator("#figure-1 input[value=linear]").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#figure-1 input[value=log]").is_checked()
    page.locator("#figure-1 .live [aria-label*='log scale']").wait_for(state="attached")
    page.keyboard.press("ArrowLeft")
    page.locator("#figure-1 .live [aria-label^='Y-axis'][aria-label*='linear scale']").wait_for(state="attached")


@pytest.mark.parametrize("touch", [False, True])
def test_time_is_zoomed_and_moved_by_keyboard(visit: Callable[..., Any], report: str, touch: bool) -> None:
    seen = visit(report, has_touch=touch, is_mobile=touch)
    page = seen.page
    for button, ends in (("in", "from 0 to 12"), ("later", "from 6 to 18"), ("whole", "from 0 to 24")):
        page.locator(f"#figure-1 [data-move={button}]").focus()
        page.keyboard.press("Enter")
        page.locator(f"#figure-1 .live [aria-label^='X-axis'][aria-label*='{ends}']").wait_for(state="attached")
    page.locator("#figure-1 [data-move=in]").click()
    page.locator("#figure-1 input[value=log]").check()
    page.locator("#figure-1 .live [aria-label^='X-axis'][aria-label*='from 0 to 12']").wait_for(state="attached")
    assert seen.said == []


def test_a_drag_moves_time_and_a_plain_wheel_scrolls_the_page(visit: Callable[..., Any], report: str) -> None:
    seen = visit(report)
    page = seen.page
    page.locator("#figure-1 [data-move=in]").click()
    page.locator("#figure-1 .live [aria-label^='X-axis'][aria-label*='from 0 to 12']").wait_for(state="attached")
    box = page.locator("#figure-1 .live svg").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 200, y, steps=5)
    page.mouse.up()
    assert "from 0 to 12" not in axis(page, "X-axis")
    moved = axis(page, "X-axis")
    before = page.evaluate("window.scrollY")
    page.mouse.wheel(0, 200)
    seen.until(f"window.scrollY > {before}")
    assert axis(page, "X-axis") == moved


def test_pointing_at_a_curve_reads_it(visit: Callable[..., Any], report: str) -> None:
    page = visit(report).page
    page.locator("#figure-1 .live svg").scroll_into_view_if_needed()
    box = page.locator("#figure-1 .live svg").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 80, box["y"] + box["height"] / 2)
    told = page.locator("#vg-tooltip-element").inner_text()
    assert re.search(r"curve\s+(Otto2021|Kamp2020)\s+time \(hours\)\s+[\d.]+\s+median \(ng/mL\)\s+[\d.]+", told), told
    assert "undefined" not in told


@pytest.mark.parametrize("live", [True, False])
def test_a_phone_shows_it_all_without_sideways_scrolling(visit: Callable[..., Any], report: str, live: bool) -> None:
    seen = visit(report, live=live, width=360)
    if live:
        assert seen.overflow == 0
    drawing = seen.page.locator(f"#figure-1 {'.live' if live else '.static .narrow.linear'} svg").bounding_box()
    assert drawing is not None
    assert drawing["x"] >= 0
    assert drawing["x"] + drawing["width"] <= 360


def test_without_scripts_the_stills_and_their_toggle_do_the_work(visit: Callable[..., Any], report: str) -> None:
    page = visit(report, live=False).page
    assert page.locator("#figure-1 .wide.linear svg").is_visible()
    assert not page.locator("#figure-1 .wide.log svg").is_visible()
    assert not page.locator("#figure-1 .zoom").is_visible()
    page.locator("#figure-1 input[value=linear]").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#figure-1 .wide.log svg").is_visible()
    assert not page.locator("#figure-1 .wide.linear svg").is_visible()


def test_the_dark_half_of_the_palette_is_worn_in_the_dark(visit: Callable[..., Any], report: str) -> None:
    for scheme in ("light", "dark"):
        page = visit(report, color_scheme=scheme).page
        line = page.locator("#figure-1 .live .mark-line path").first
        wanted = getattr(SERIES[0].tone, scheme)
        channels = ", ".join(str(int(wanted[at : at + 2], 16)) for at in (1, 3, 5))
        assert line.evaluate("path => getComputedStyle(path).stroke") == f"rgb({channels})"


def test_on_paper_the_still_picture_stands_for_the_live_one(visit: Callable[..., Any], report: str) -> None:
    page = visit(report).page
    page.emulate_media(media="print")
    assert page.locator("#figure-1 .wide.linear svg").is_visible()
    assert not page.locator("#figure-1 .live").is_visible()
    assert not page.locator("#figure-1 .controls").is_visible()


def test_the_first_stop_of_the_keyboard_skips_to_the_answer(visit: Callable[..., Any], report: str) -> None:
    seen = visit(report)
    page = seen.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    box = page.locator(".skip").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    page.keyboard.press("Enter")
    seen.until("document.activeElement.id === 'content'")


def test_hostile_text_does_nothing(visit: Callable[..., Any], result: Make, hostile: str, hostile_find: Find) -> None:
    seen = visit(report_page(result(("Otto2021", "Kamp2020"), subjects=500, spice=hostile), find=hostile_find))
    page = seen.page
    page.locator("#figure-1 .live svg").scroll_into_view_if_needed()
    box = page.locator("#figure-1 .live svg").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 120, box["y"] + box["height"] / 4)
    page.locator("#vg-tooltip-element").wait_for()
    assert seen.said == []
    assert page.locator("img").count() == 0


def test_the_validation_page_fits_a_phone(visit: Callable[..., Any], tmp_path: Path) -> None:
    row = {
        "id": "Otto2021-1",
        "study": "Otto2021",
        "source": "Otto2021",
        "model": "Kamp2020",
        "route": "iv",
        "analyte": "ketamine",
        "metric": "cmax",
        "observed": 100.0,
        "predicted": 250.0,
        "unit": "ng/mL",
        "fold": 2.5,
        "fitted": False,
        "explanation": "arterial model, venous blood",
        "sampling": "venous",
        "group": "adult",
        "n": 12,
        "certainty": "moderate",
    }
    seen = visit(write_validation_page([row], {}, tmp_path / "v.html").read_text(), width=360)
    assert seen.overflow == 0
    assert seen.page.locator("#figure-1 .narrow svg").is_visible()
    assert seen.said == []
