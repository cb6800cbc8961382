"""The page of an audit in a real browser: accessible by day and by night, and no wider than a phone."""

import shutil
from pathlib import Path

import pytest
from audit_labelled import pages

from ketsim.audit import audit
from ketsim.report.audit_page import audit_page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audit")
    chosen = [page for page in pages() if page.name in ("spun", "spam", "rehab")]
    found = audit([(f"{page.name}.md", page.text.encode()) for page in chosen])
    path = folder / "audit.html"
    path.write_text(audit_page(found), encoding="utf-8")
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible_on_a_phone(report: Path, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(report.as_uri())
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.click("mark a.verdict >> nth=0")
        assert page.url.endswith("#d1-claim-1")
        browser.close()
