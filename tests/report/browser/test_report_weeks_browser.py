"""A course of weeks in a real browser: from months to minutes on one axis, on a phone too, and without a script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

Go = Callable[..., Any]
LABELS = "[...document.querySelectorAll('#figure-1 .live .role-axis-label text')].map((label) => label.textContent)"


@pytest.mark.parametrize("width", [1200, 390])
def test_the_axis_goes_from_months_to_minutes_and_nothing_is_too_wide(visit: Go, weeks_page: str, width: int) -> None:
    seen = visit(weeks_page, width=width)
    assert seen.overflow <= 0
    said = seen.page.evaluate(LABELS)
    assert any(label.endswith((" wk", " d")) for label in said)
    seen.page.locator("#figure-1 [data-move=stop]").click()
    seen.until(f"{LABELS}.some((label) => label.endsWith(' d'))")
    seen.page.locator("#figure-1 [data-move=first]").click()
    seen.until(f"{LABELS}.some((label) => label.endsWith(' h'))")
    for _ in range(5):
        seen.page.locator("#figure-1 [data-move=in]").click()
    seen.until(f"{LABELS}.some((label) => label.endsWith(' min'))")
    assert seen.overflow <= 0
    assert seen.said == []


def test_without_a_script_each_part_of_the_time_axis_can_be_chosen(visit: Go, weeks_page: str) -> None:
    seen = visit(weeks_page, live=False)

    def shown() -> list[str]:
        drawings = seen.page.locator("#figure-1 .static > div").all()
        return [str(drawing.get_attribute("class")) for drawing in drawings if drawing.is_visible()]

    assert shown() == ["wide linear whole", "wide weeks whole"]
    seen.page.locator("#figure-1 input[value=stop]").check()
    assert shown() == ["wide linear stop", "wide weeks stop"]
    seen.page.locator("#figure-1 input[value=first]").check()
    assert shown() == ["wide linear first"]
    seen.page.locator("#figure-1 input[value=log]").check()
    assert shown() == ["wide log first"]
    seen.page.locator("#figure-1 input[value=whole]").check()
    assert shown() == ["wide log whole", "wide weeks whole"]
