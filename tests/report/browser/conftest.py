"""A real browser: Debian's chromium, driven over its own protocol, and a visit to a page in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright


@dataclass
class Visit:
    """An open page, and everything it said or asked for."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def until(self, expression: str) -> None:
        """Wait for something to hold; the page itself forbids the evaluation that the driver's own waiting uses."""
        for _ in range(100):
            if self.page.evaluate(expression):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"never came true: {expression}")

    @property
    def overflow(self) -> int:
        """How far the page reaches beyond its window sideways [px]."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.fail("The browser tests need chromium on the PATH; on Debian: apt-get install chromium.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Visit]]:
    contexts: list[BrowserContext] = []

    def to(content: str, *, live: bool = True, width: int = 1200, **options: Any) -> Visit:
        place = tmp_path / f"page-{len(contexts)}.html"
        place.write_text(content, encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=live, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        seen = Visit(context.new_page())
        seen.page.on("console", lambda message: seen.said.append(message.text))
        seen.page.on("pageerror", lambda error: seen.said.append(str(error)))
        seen.page.on("dialog", lambda dialog: (seen.said.append("dialog"), dialog.dismiss()))
        seen.page.on("request", lambda request: seen.asked.append(request.url))
        seen.page.goto(place.as_uri())
        if live and "data-spec" in content:
            seen.page.wait_for_selector("html[data-ready]", state="attached", timeout=20_000)
        return seen

    yield to
    for context in contexts:
        context.close()
