"""The pages in a real browser: axe-core, a phone's width, the keyboard, the form, with and without JavaScript."""

from __future__ import annotations

import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, sync_playwright

from ketsim.care.entry import new_case
from ketsim.care.event import Answered, Disclosed, GeneralCalled, NoneLeft, Offered, TimedOut
from ketsim.care.web.site import now

from .conftest import Visitor

pytestmark = pytest.mark.browser

PAGES = (
    "/", "/care/search?near=90210&within=5&payment=MD", "/care/search?near=90210&within=25",
    "/care/search?near=Springfield", "/care/search?near=Tonopah, NV&within=5&offers=KIT", "/care/search?near=9021",
    "/care/call-back", "/care/take-back",
    "/care/stats", "/care/how", "/care/codes", "/care/nothing", "LISTING",
)  # fmt: skip
WIDTHS = (1280, 360)
RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.fail("The browser tests need chromium on the PATH; on Debian: apt-get install chromium.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def address(make_for: Callable[..., Visitor], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    site = make_for(tmp_path_factory.mktemp("browser"), searches_a_minute=1_000_000)
    _calls(site)
    site.clock.at = now()
    ticking = threading.Event()

    def tick() -> None:  # the form wants its two seconds to have passed
        while not ticking.wait(0.2):
            site.clock.at = now()

    clock = threading.Thread(target=tick, daemon=True)
    clock.start()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(site.app, port=port, log_level="error", access_log=False, ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    ticking.set()
    thread.join(10)


def _calls(site: Visitor) -> None:
    """Some calls of the general line, so that there is something measured to show."""
    for count in range(25):
        case = new_case()
        site.log.record(case, GeneralCalled(candidates=("harbor-line",)))
        site.log.record(case, Disclosed(version="1", language="en"))
        site.log.record(case, Offered(provider="harbor-line"))
        if count % 5:
            site.log.record(case, Answered(provider="harbor-line", seconds=5 + count))
        else:
            site.log.record(case, TimedOut(provider="harbor-line", seconds=30))
            site.log.record(case, NoneLeft())


@pytest.fixture(scope="module")
def listing(browser: Browser, address: str) -> str:
    page = browser.new_page()
    page.goto(f"{address}/care/search?near=90210&within=5")
    found = page.locator("ol.found h2 a").first.get_attribute("href")
    page.close()
    assert found is not None
    return found.partition("?")[0]


def violations(page: Page) -> list[tuple[str, list[str]]]:
    page.evaluate("scrollTo(0, 0)")  # what lies half under the bar while one scrolls is no target yet
    found = Axe().run(page, options=RULES).response["violations"]
    return [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found]


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def where(address: str, path: str, listing: str, language: str) -> str:
    path = listing if path == "LISTING" else path
    return f"{address}{path}{'&' if '?' in path else '?'}lang={language}"


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(
    browser: Browser, address: str, listing: str, width: int, scheme: Any, language: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    foreign: list[str] = []
    said: list[str] = []
    page.on(
        "request",
        lambda request: foreign.append(request.url) if not request.url.startswith((address, "data:")) else None,
    )
    page.on("console", lambda message: said.append(message.text))
    found = {}
    for path in PAGES:
        page.goto(where(address, path, listing, language))
        for summary in page.locator("summary").all()[:2]:
            summary.click()
        found[path] = (violations(page), overflow(page))
    context.close()
    assert found == {path: ([], 0) for path in PAGES}
    assert foreign == []
    assert [text for text in said if "404" not in text and "422" not in text] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_without_javascript_the_pages_are_the_same_and_axe_finds_nothing(
    browser: Browser, address: str, listing: str, width: int
) -> None:
    """A browser without JavaScript cannot run axe: the page that it made is handed to one that can."""
    off = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=False)
    on = browser.new_context(viewport={"width": width, "height": 800})
    without, with_ = off.new_page(), on.new_page()
    for path in PAGES:
        url = where(address, path, listing, "en")
        without.goto(url)
        made = without.content()
        assert without.locator("main h1").is_visible() and without.locator(".lines a").count() == 4

        with_.goto(url)
        assert _same(with_.content(), made), path
        with_.route(url, partial(_hand_over, made))
        with_.goto(url)
        assert violations(with_) == [], path
        with_.unroute(url)
    off.close()
    on.close()


def _hand_over(made: str, route: Route) -> None:
    route.fulfill(body=made, content_type="text/html; charset=utf-8")


def _same(one: str, other: str) -> bool:
    """Alike but for the token of the form, which is new each time."""
    new = r'value="(\d{10}\.[0-9a-f.]{90,}|[0-9a-f]{12})"'
    return re.sub(new, "", one) == re.sub(new, "", other)


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_scrolls_one_way_only(browser: Browser, address: str, listing: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 700})
    wide = {}
    for path in PAGES:
        for language in ("en", "es"):
            page.goto(where(address, path, listing, language))
            wide[path, language] = overflow(page)
    page.close()
    assert set(wide.values()) == {0}, wide


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_search_by_keyboard_alone(browser: Browser, address: str, width: int, live: bool) -> None:
    context = browser.new_context(viewport={"width": width, "height": 600}, java_script_enabled=live)
    page = context.new_page()
    page.goto(address)
    walked = []
    for _ in range(30):
        page.keyboard.press("Tab")
        walked.append(_focus(page))
        if walked[-1]["name"] == "near":
            break
    assert [one["text"] for one in walked[:3]] == ["Skip to the page", "Emergency: 911", "Crisis: 988"]
    assert all(one["outline"] != "none" and one["clear"] for one in walked), walked
    page.keyboard.type("90210")
    for _ in range(8):
        page.keyboard.press("Tab")
        one = _focus(page)
        assert one["outline"] != "none" and one["clear"], one
        if one["text"] == "Narrow the search (optional)":
            page.keyboard.press("Enter")
            break
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(40):
        page.keyboard.press("Tab")
        one = _focus(page)
        assert one["outline"] != "none" and one["clear"], one
        if one["text"] == "Search" and one["tag"] == "BUTTON":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/care/search**")
    assert page.locator("h1").inner_text() == "Centers near ZIP 90210"
    assert "90210" not in page.url and page.locator("input[type=checkbox][name=offers][value=SA]").is_checked()
    context.close()


def _focus(page: Page) -> dict[str, Any]:
    """The focused element, and whether it can be seen: neither under the sticky bar nor outside the window."""
    found: dict[str, Any] = page.evaluate(
        """() => {
          const one = document.activeElement, box = one.getBoundingClientRect(), bar = document.querySelector('.bar');
          const edge = bar.contains(one) || one.className === 'skip' ? 0
            : Math.max(0, bar.getBoundingClientRect().bottom);
          return {tag: one.tagName, name: one.name || '', text: one.textContent.trim(),
            outline: getComputedStyle(one).outlineStyle,
            clear: box.top >= edge - 1 && box.bottom <= innerHeight + 1 && box.left >= -1 && box.width > 0};
        }"""
    )
    return found


@pytest.mark.parametrize("live", [True, False])
def test_a_call_is_asked_for_and_taken_back(browser: Browser, address: str, live: bool) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=live)
    page = context.new_page()
    page.goto(f"{address}/care/call-back")
    trap = page.locator("#reference")
    box = trap.bounding_box()
    assert box is None or box["x"] + box["width"] < 0
    page.get_by_label("Harbor Line").check()
    page.get_by_label("When may they call?").select_option("evening")
    page.get_by_label("Your phone number").fill("415 867 53")
    page.get_by_label("I have read this and I agree.").check()
    time.sleep(2.2)
    page.get_by_role("button", name="Ask for the call").click()
    assert page.locator(".errors a").get_attribute("href") == "#phone"
    page.locator(".errors a").click()
    assert page.evaluate("document.activeElement.id") == "phone"
    if live:
        assert violations(page) == [] and overflow(page) == 0
    assert page.get_by_label("Harbor Line").is_checked()
    assert page.get_by_label("When may they call?").input_value() == "evening"
    page.get_by_label("Your phone number").fill(f"(415) 867-53{20 + live}")
    page.get_by_label("I have read this and I agree.").check()
    time.sleep(2.2)
    page.get_by_role("button", name="Ask for the call").click()
    assert page.locator("h1").inner_text() == "Your request is in"
    if live:
        assert violations(page) == [] and overflow(page) == 0
    page.get_by_role("button", name="Take it back").click()
    assert "Nobody will call" in page.locator("main").inner_text()
    assert context.cookies() == []
    context.close()


def test_a_list_prints_without_menus(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/care/search?near=90210&within=5")
    page.emulate_media(media="print")
    assert not page.locator(".bar").is_visible() and not page.locator("form.search").is_visible()
    assert page.locator(".lines").is_visible() and page.locator("ol.found a.call").first.is_visible()
    page.close()
