"""What a person sees: every page, in both languages, with the public lines first and nothing foreign in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ketsim.care.web.headers import SECURITY
from ketsim.care.web.words import texts
from ketsim.notice import public_help

from .conftest import Make, Visitor

PAGES = (
    "/", "/care/search?near=90210", "/care/search?near=Springfield", "/care/search?near=90210&within=1&offers=KIT",
    "/care/search?near=9021", "/care/search?near=90210&payment=medicad", "/care/call-back", "/care/take-back",
    "/care/stats", "/care/how", "/care/codes", "/nothing/here", "/care/listing/nobody",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(make_for: Callable[[Path], Visitor], tmp_path_factory: pytest.TempPathFactory) -> Visitor:
    return make_for(tmp_path_factory.mktemp("site"))


class Outline(HTMLParser):
    """What a page holds that would be fetched, run or linked, and its headings."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.forms: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.tags: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {key: value or "" for key, value in attrs}
        self.tags.append(tag)
        if tag in ("link", "img", "script", "iframe", "source", "object", "embed"):
            self.fetched.append(held.get("href", held.get("src", held.get("data", ""))))
        if tag == "a":
            self.links.append(held["href"])
        if tag == "form":
            self.forms.append(held["action"])
        if "id" in held:
            self.ids.append(held["id"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.inline += [key for key in held if key == "style" or key.startswith("on")]


def outline(text: str) -> Outline:
    read = Outline()
    read.feed(text)
    return read


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page(site: Visitor, path: str, language: str) -> None:
    reply = site.get(f"{path}{'&' if '?' in path else '?'}lang={language}")
    text = reply.text
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert reply.headers["content-language"] == language
    assert f'<html lang="{language}">' in text
    assert "set-cookie" not in reply.headers
    read = outline(text)
    assert [one for one in read.fetched if not one.startswith("data:")] == ["/care/style.css"]
    assert "script" not in read.tags and read.inline == []
    assert {one for one in read.links if "//" in one} <= {"https://findtreatment.gov/"}
    assert all(action.startswith("/") and not action.startswith("//") for action in read.forms)
    assert len(read.ids) == len(set(read.ids))
    assert read.headings.count(1) == 1
    main = text.index("<main")
    for line in public_help().lines:
        assert f'href="{line.link}"' in text[:main]
    assert text.index('href="tel:911"') < text.index('href="tel:988"') < main


def test_help_stands_in_the_same_place_on_each_page(site: Visitor) -> None:
    heads = {re.sub(r"<title>.*?</title>| aria-current=\"page\"|<div class=\"top\">.*?</div>", "",
        site.get(path).text.split("<main")[0], flags=re.DOTALL) for path in PAGES}  # fmt: skip
    assert len(heads) == 1


def test_security_headers_stand_on_every_reply(site: Visitor) -> None:
    asked = [("GET", path) for path in PAGES] + [
        ("GET", "/care/style.css"), ("GET", "/openapi.json"), ("GET", "/api/care/search?near=90210"),
        ("GET", "/api/care/x"), ("GET", "/api/care/search"), ("DELETE", "/"), ("POST", "/care/call-back"),
        ("OPTIONS", "/api/care/codes"),
        ("HEAD", "/"), ("TRACE", "/"), ("POST", "/api/care/call-back"), ("GET", "/?" + "a" * 5_000), ("GET", "/%00"),
    ]  # fmt: skip
    for method, path in asked:
        reply = site.ask(method, path)
        for name, value in SECURITY:
            assert reply.headers.get_list(name) == [value], (method, path, name)


def test_the_policy_is_the_one_agreed() -> None:
    said = dict(SECURITY)
    assert said["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    assert said["referrer-policy"] == "no-referrer" and said["cache-control"] == "no-store"
    assert said["x-content-type-options"] == "nosniff"
    assert said["cross-origin-opener-policy"] == said["cross-origin-resource-policy"] == "same-origin"


def test_head_has_the_headers_of_get_and_no_body(site: Visitor) -> None:
    assert site.ask("HEAD", "/").content == b"" and site.ask("HEAD", "/").status_code == 200


def test_the_language_follows_the_browser_unless_chosen(site: Visitor) -> None:
    spanish = {"accept-language": "es-MX,es;q=0.9"}
    assert '<html lang="es">' in site.get("/", headers=spanish).text
    assert '<html lang="en">' in site.get("/?lang=en", headers=spanish).text
    assert '<html lang="en">' in site.get("/?lang=xx").text


def test_the_switch_keeps_the_search(site: Visitor) -> None:
    by_address = site.get("/care/search?near=90210&within=5").text
    assert 'href="/care/search?near=90210&amp;within=5&amp;lang=es"' in by_address
    by_form = site.post("/care/search", data={"near": "90210", "within": "5"}).text
    assert '<form method="post" action="/care/search?lang=es">' in by_form
    assert '<input type="hidden" name="near" value="90210">' in by_form


def test_results_say_distance_precision_date_origin_and_own_number(site: Visitor) -> None:
    text = site.post("/care/search", data={"near": "90210", "within": "10"}).text
    assert "mi, measured to the middle of its ZIP code" in text
    assert "mi in a straight line" in text
    assert "possibly within this distance" in site.get("/care/search?near=90210&within=5").text
    assert re.search(r"Listed 2022-05-\d\d \(1,6\d\d days ago\) in SAMHSA National Directory", text)
    assert re.search(r'href="tel:\+1\d{10}(;ext=\d+)?"', text)
    extended = site.get("/care/search?near=Cullman, AL&within=10").text
    assert re.search(r'href="tel:\+1\d{10};ext=(\d+)">[^<]*, extension \1<', extended)
    assert text.index("findtreatment.gov") < text.index('<ol class="found"')
    assert "Next page" in text


def test_pages_follow_one_another_without_loss(site: Visitor) -> None:
    seen: list[str] = []
    fields = {"near": "90210", "within": "10"}
    for _ in range(30):
        text = site.post("/care/search", data=fields).text
        listed = text[text.index('<ol class="found"') : text.index("</ol>")]
        seen += re.findall(r"/care/listing/([0-9a-f-]{36})", listed)
        more = re.search(r'name="cursor" value="(\d+)"', text)
        if more is None:
            break
        fields["cursor"] = more[1]
    total = re.search(r"([\d,]+) centers listed", text)
    assert total is not None
    assert len(seen) == len(set(seen)) == int(total[1].replace(",", "")) > 40


def test_a_city_in_several_states_gives_choices(site: Visitor) -> None:
    reply = site.get("/care/search?near=Springfield&payment=MD")
    assert reply.status_code == 300
    assert 'name="near" value="Springfield, IL"' in reply.text
    assert '<input type="hidden" name="payment" value="MD">' in reply.text


def test_an_empty_result_shows_the_nearest_three(site: Visitor) -> None:
    text = site.get("/care/search?near=Tonopah, NV&within=5&offers=KIT").text
    assert "No center is listed within 5 miles." in text
    assert len(re.findall(r"<li>\s*<h3>", text)) == 3
    assert "possibly within this distance" not in text


def test_medicare_is_mc_and_medicaid_is_md(site: Visitor) -> None:
    for word, code in (("medicare", "MC"), ("medicaid", "MD")):
        said = site.get(f"/api/care/search?near=90210&payment={word}").json()
        assert said["asked"] == {"payment": [code]}


def test_who_types_an_emergency_for_a_place_is_told_whom_to_call(site: Visitor) -> None:
    assert "Call 911 now" in site.post("/care/search", data={"near": "my friend wont wake up"}).text
    assert "Llame al 988 ahora" in site.post("/care/search?lang=es", data={"near": "quiero morir"}).text


def test_a_listing_page_shows_everything_reported(site: Visitor) -> None:
    found = site.get("/api/care/search?near=90210&limit=1").json()["results"][0]
    text = site.get(f"/care/listing/{found['id']}").text
    assert "the center&#39;s own number" in text or "the center's own number" in text
    assert all(code["name"].replace("&", "&amp;").split("'")[0] in text for code in found["services"])


def test_how_names_order_seed_sources_and_the_operators_note(site: Visitor) -> None:
    text = site.get("/care/how").text
    for said in ("2026-11-22|US", "Harbor Line does not pay", "Second Shore pays for this listing", "42 CFR Part 2",
                 "CC BY 4.0", "distributed for a fee", "2022-05"):  # fmt: skip
        assert said in text, said


def test_codes_says_that_none_is_for_ketamine_use(site: Visitor) -> None:
    text = site.get("/care/codes").text
    assert "There is no code for ketamine use disorder" in text
    assert text.count("<code>KIT</code>") == 1


def test_every_text_stands_in_both_languages_with_the_same_places() -> None:
    for key, said in texts().items():
        assert set(said) == {"en", "es"}, key
        assert len({tuple(sorted(re.findall(r"{(\w+)}", text))) for text in said.values()}) == 1, key


def test_every_public_line_has_spanish_words() -> None:
    for line in public_help().lines:
        assert {f"line.{line.number}.who", f"line.{line.number}.purpose"} <= set(texts())
        assert texts()[f"line.{line.number}.who"]["en"] == line.who
        assert texts()[f"line.{line.number}.purpose"]["en"] == line.purpose


def test_without_a_key_the_form_is_off_and_gives_numbers(make: Make) -> None:
    site = make(key="")
    text = site.get("/care/call-back").text
    assert "The form is off" in text and 'href="tel:+14158675309"' in text and 'name="phone"' not in text
    sent = site.post("/care/call-back", data={"phone": "(415) 867-5311"})
    assert sent.status_code == 409 and 'href="tel:+14158675309"' in sent.text


def test_without_providers_the_form_says_so(make: Make) -> None:
    assert "there is nobody to call you back" in make(providers="").get("/care/call-back").text
