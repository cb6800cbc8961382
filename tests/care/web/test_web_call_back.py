"""The form that asks for a call: what it takes, what it refuses and how, and what is left of it afterwards."""

from __future__ import annotations

import logging
import re
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest

from ketsim.care.disclosure import consent, windows
from ketsim.care.log import verify
from ketsim.care.web.consent import shown_consent
from ketsim.care.web.words import Words
from ketsim.notice import public_help

from .conftest import Make, Visitor


def lines_first(text: str) -> bool:
    return all(text.find(f'href="{line.link}"') < text.index("<main") for line in public_help().lines)


def test_a_request_is_taken_and_the_receipt_repeats_what_was_agreed(site: Visitor) -> None:
    reply = site.post("/care/call-back", data=site.form(window="evening"))
    assert reply.status_code == 200
    assert consent(["Harbor Line"], window="evening").text in reply.text
    assert re.search(r"<code>[A-Z0-9]{10}</code>", reply.text)
    assert "867-5311" not in reply.text and 'href="tel:+14158675309"' in reply.text
    assert [entry.event for entry in site.log.entries()] == ["form_sent", "disclosed", "consented"]


def test_in_spanish_the_consent_and_the_log_are_spanish(site: Visitor) -> None:
    reply = site.post("/care/call-back?lang=es", data=site.form("es", providers=["harbor-line", "second-shore"]))
    assert consent(["Harbor Line", "Second Shore"], language="es").text in reply.text
    assert '"language":"es"' in site.log.entries()[-1].detail


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_consent_shown_is_the_one_versioned_with_ticks_in_place_of_names(language: str) -> None:
    words = Words("es" if language == "es" else "en")
    shown = shown_consent(words)
    assert words("callback.ticked") in shown and shown.count(words("callback.chosen")) == 1
    whole = consent(["NAME"], language=words.language).text
    assert len(set(whole.split()) - set(shown.split())) <= 5  # the name, and "at any time"


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"phone": "911"}, 422, 'href="tel:911"'),
        ({"phone": "988"}, 422, "Dial 988 now"),
        ({"phone": "(202) 911-1234"}, 422, "cannot be called back"),
        ({"phone": "(900) 867-5309"}, 422, "premium-rate"),
        ({"phone": "(264) 497-2518"}, 422, "outside the United States"),
        ({"phone": "415"}, 422, "service code"),
        ({"phone": ""}, 422, "a phone number is needed"),
        ({"phone": "(415) 867-5311 x2"}, 422, "extension"),
        ({"consent": ""}, 422, "without your consent"),
        ({"consent": "no"}, 422, "without your consent"),
        ({"providers": ""}, 422, "choose one to 5"),
        ({"providers": "nobody"}, 409, "not available any more"),
        ({"window": "midnight"}, 422, "time of day is one of"),
        ({"version": "0-old"}, 409, "has changed since"),
        ({"reference": ""}, 422, "hidden field of the form was changed"),
        ({"reference": "buy now"}, 422, "hidden field of the form was changed"),
        ({"token": "1.2.3"}, 422, "without its own token"),
        ({"token": ""}, 422, "without its own token"),
        ({"phone": "(415) 867-5311\x00"}, 422, "signs that cannot be typed"),
        ({"phone": ["(415) 867-5311", "(415) 867-5312"]}, 422, "send it once"),
    ],
)
def test_what_is_refused_gets_a_reason_the_form_again_and_numbers(
    site: Visitor, changed: dict[str, str], status: int, said: str
) -> None:
    reply = site.post("/care/call-back", data=site.form(**changed))
    assert reply.status_code == status
    assert said.lower() in reply.text.lower()
    assert lines_first(reply.text)
    assert reply.text.count('href="tel:+14158675309"') >= 2  # called directly: in the refusal and beside the box
    assert '<form method="post" action="/care/call-back?lang=en">' in reply.text
    assert site.log.entries() == ()


def test_what_was_typed_stays_in_the_form_and_the_summary_links_to_the_field(site: Visitor) -> None:
    text = site.post("/care/call-back", data=site.form(phone="415 867 531", window="evening")).text
    assert 'value="415 867 531"' in text and '<option value="evening" selected>' in text
    assert (
        '<a class="alone" href="#phone">' in text
        and 'aria-invalid="true" aria-describedby="phone-wrong phone-hint"' in text
    )
    assert re.search(r'value="harbor-line" checked', text)


def test_too_fast_too_old_and_twice(site: Visitor) -> None:
    fast = site.form()
    site.clock.forward(-3)
    assert "faster than it can be read" in site.post("/care/call-back", data=fast).text
    old = site.form()
    site.clock.forward(3 * 3600)
    assert "more than two hours" in site.post("/care/call-back", data=old).text
    twice = site.form()
    assert site.post("/care/call-back", data=twice).status_code == 200
    again = site.post("/care/call-back", data={**twice, "phone": "(415) 867-5312"})
    assert again.status_code == 409 and "sent already" in again.text


def test_a_request_is_taken_back_with_its_code(site: Visitor) -> None:
    thanks = site.post("/care/call-back", data=site.form()).text
    code = re.search(r"<code>([A-Z0-9]{10})</code>", thanks)
    assert code is not None
    assert "Nobody will call" in site.post("/care/take-back", data={"code": code[1].lower()}).text
    assert site.log.entries()[-1].event == "withdrawn"
    again = site.post("/care/take-back", data={"code": code[1]})
    assert again.status_code == 404 and lines_first(again.text)
    assert site.post("/care/take-back", data={"code": "x" * 5_000}).status_code == 422


def test_another_site_cannot_send_the_form(site: Visitor) -> None:
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"},
                    {"origin": "http://["}):  # fmt: skip
        reply = site.post("/care/call-back", data=site.form(), headers=headers)
        assert reply.status_code == 403 and lines_first(reply.text)
    assert site.log.entries() == ()
    own = {"sec-fetch-site": "same-origin", "origin": "null"}  # what a browser sends under no-referrer
    assert site.post("/care/call-back", data=site.form(), headers=own).status_code == 200


def test_the_honeypot_is_labelled_hidden_from_readers_and_out_of_the_way(site: Visitor) -> None:
    text = site.get("/care/call-back").text
    trap = text[text.index('<div class="trap" aria-hidden="true">') :].partition("</div>")[0]
    assert '<label for="reference">' in trap and 'tabindex="-1"' in trap and 'autocomplete="off"' in trap
    sheet = site.get("/care/style.css").text
    assert re.search(r"\.trap\{position:absolute;left:-999rem", sheet)


def test_the_phone_field_is_a_phone_field(site: Visitor) -> None:
    text = site.get("/care/call-back").text
    assert re.search(r'<input type="tel" id="phone" name="phone"[^>]* autocomplete="tel"', text)
    assert all(f'value="{window}"' in text for window in windows())
    assert not re.search(r'name="(name|drug|diagnosis|insurance|email)"', text)


def phones(count: int) -> list[str]:
    return [
        f"({area}) 86{line // 10_000}-{line % 10_000:04}"
        for area in ("415", "212", "313")
        for line in range(1_234, 9_000)
    ][:count]


def test_a_spam_run_of_two_thousand_forms(site: Visitor) -> None:
    """From 40 networks within one hour: the limits hold, everybody gets an answer, memory and disk stay small."""
    tokens = [site.form() for _ in range(40)]
    statuses: Counter[int] = Counter()
    by_network: Counter[str] = Counter()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    peak_early = 0
    for count, phone in enumerate(phones(2_000)):
        network = f"203.0.{count % 40}.{count // 40 + 1}"
        body = {**(site.form() if count % 10 == 0 else tokens[count % 40]), "phone": phone}
        if count % 7 == 0:
            body["reference"] = "http://spam.example"
        reply = site.post("/care/call-back", data=body, address=network)
        statuses[reply.status_code] += 1
        by_network[network.rpartition(".")[0]] += reply.status_code == 200
        assert lines_first(reply.text) and 'href="tel:+14158675309"' in reply.text
        if count == 500:
            peak_early, _ = tracemalloc.get_traced_memory()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert set(statuses) <= {200, 409, 422, 429} and sum(statuses.values()) == 2_000
    assert 0 < statuses[200] <= 120 and max(by_network.values()) <= 5
    assert after - peak_early < 5_000_000 and peak_early - before < 20_000_000
    assert verify(site.log.path) is None
    assert sum(path.stat().st_size for path in site.folder.iterdir()) < 5_000_000
    site.clock.forward(2 * 3600)
    assert site.post("/care/call-back", data=site.form(phone="(646) 867-5312"), address="192.0.2.9").status_code == 200


@pytest.mark.parametrize("typed", ["(646) 867-5319", "90212"])
def test_nothing_about_a_seeker_is_logged_or_kept_in_the_clear(
    make: Make, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], tmp_path: Path, typed: str
) -> None:
    site = make()
    address = "203.0.113.77"
    with caplog.at_level(logging.DEBUG):
        site.post("/care/call-back", data=site.form(phone="(646) 867-5319"), address=address)
        site.post("/care/call-back", data=site.form(phone="(646) 867-5319"), address=address)
        site.get("/care/search?near=90212&offers=DT", address=address)
        site.post("/care/search", data={"near": "90212", "offers": "DT"}, address=address)
        site.get("/api/care/search?near=90212&offers=DT", address=address)
        site.get("/6468675319/90212", address=address)
        site.ask("6468675319", "/", address=address)
    own = " ".join(
        record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))
    )
    said = capfd.readouterr()
    kept = b"".join(path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file())
    assert "GET /care/search 200" in own and "GET unmatched 404" in own
    for text in (typed, "6468675319", "867-5319", "+16468675319", address, "203.0.113", "offers"):
        assert text not in own + said.out + said.err
        assert text.encode() not in kept
    assert b"consented" in kept


def test_a_fault_is_answered_and_logged_without_its_message(
    site: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret 6468675319")

    monkeypatch.setattr("ketsim.care.web.pages.search.find", broken)
    monkeypatch.setattr("ketsim.care.web.api.search.find", broken)
    with caplog.at_level(logging.DEBUG):
        page = site.get("/care/search?near=90210")
        body = site.get("/api/care/search?near=90210")
    assert page.status_code == body.status_code == 500
    assert lines_first(page.text) and "6468675319" not in page.text + body.text
    assert body.json()["error"]["code"] == "fault" and len(body.json()["public_lines"]) == 4
    assert "fault RuntimeError at test_web_call_back.py" in caplog.text
    assert "6468675319" not in "".join(
        record.getMessage() for record in caplog.records if record.name == "ketsim.care.web"
    )
