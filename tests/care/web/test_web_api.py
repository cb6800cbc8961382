"""What a program sees: the replies as described, the public lines in each, and refusals that teach."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel

from ketsim.care.web.api.call_back import Taken, TakenBack, Terms
from ketsim.care.web.api.codes import Codes
from ketsim.care.web.api.listing import OneListing
from ketsim.care.web.api.public_lines import Lines
from ketsim.care.web.api.reply import Refused
from ketsim.care.web.api.search import SearchReply
from ketsim.care.web.api.stats import Stats
from ketsim.notice import public_help

from .conftest import Make, Visitor

NUMBERS = [line.number for line in public_help().lines]


def ask_for(site: Visitor, **changed: Any) -> dict[str, Any]:
    terms = site.get("/api/care/call-back").json()
    site.clock.forward(3)
    return {
        "phone": "(415) 867-5311", "providers": ["harbor-line"], "consent": True,
        "consent_version": terms["consent_version"], "token": terms["token"], "honeypot": terms["honeypot"], **changed,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("/api/care/search?near=90210&limit=3", SearchReply),
        ("/api/care/search?near=Tonopah, NV&within=5mi&offers=KIT", SearchReply),
        ("/api/care/codes", Codes),
        ("/api/care/public-lines", Lines),
        ("/api/care/stats", Stats),
        ("/api/care/call-back?language=es", Terms),
    ],
)
def test_a_reply_is_as_described(site: Visitor, path: str, model: type[BaseModel]) -> None:
    reply = site.get(path)
    assert reply.status_code == 200
    model.model_validate(reply.json())
    assert list(reply.json())[:3] == ["schema", "version", "public_lines"]


def test_one_listing_is_that_of_the_search(site: Visitor) -> None:
    found = site.get("/api/care/search?near=90210&limit=1").json()["results"][0]
    one = site.get(f"/api/care/listing/{found['id']}").json()
    OneListing.model_validate(one)
    assert one["listing"]["phones"] == found["phones"] and one["listing"]["miles"] is None


def test_pages_by_cursor_hold_everything_once(site: Visitor) -> None:
    seen: list[str] = []
    cursor = ""
    for _ in range(10):
        reply = site.get(f"/api/care/search?near=90210&within=10&limit=100&cursor={cursor}").json()
        seen += [one["id"] for one in reply["results"]]
        if (cursor := reply["next_cursor"]) is None:
            break
    assert len(seen) == len(set(seen)) == reply["total"] > 300


def test_the_oldest_record_makes_an_answer_stale(site: Visitor) -> None:
    reply = site.get("/api/care/search?near=90210").json()
    assert reply["stale"] is True and reply["locator"] == "https://findtreatment.gov"
    assert reply["age_days"] > 400 and all(one["as_of"] and one["source"] for one in reply["results"])


@pytest.mark.parametrize(
    ("path", "status", "code", "field"),
    [
        ("/api/care/search?near=1234", 422, "place_format", "near"),
        ("/api/care/search?near=abcde", 422, "place_format", "near"),
        ("/api/care/search?near=２０００１", 422, "place_format", "near"),
        ("/api/care/search?near=20001; DROP", 422, "place_format", "near"),
        ("/api/care/search?near=", 422, "place_format", "near"),
        ("/api/care/search", 422, "place_format", "near"),
        ("/api/care/search?near=99999", 404, "place_unknown", "near"),
        ("/api/care/search?near=Springfield", 300, "place_ambiguous", "near"),
        ("/api/care/search?near=90210&within=0", 422, "radius_range", "within"),
        ("/api/care/search?near=90210&within=-5", 422, "radius_range", "within"),
        ("/api/care/search?near=90210&within=NaN", 422, "radius_range", "within"),
        ("/api/care/search?near=90210&within=1e9", 422, "radius_range", "within"),
        ("/api/care/search?near=91,0", 422, "place_range", "near"),
        ("/api/care/search?near=-118.24,34.05", 422, "place_swapped", "near"),
        ("/api/care/search?near=90210&payment=medicad", 422, "code_unknown", "payment"),
        ("/api/care/search?near=90210&payment=RES", 422, "code_group", "payment"),
        ("/api/care/search?near=90210&limit=0", 422, "page_range", "limit"),
        ("/api/care/search?near=90210&limit=10000", 422, "page_range", "limit"),
        ("/api/care/search?near=90210&cursor=x", 422, "cursor", "cursor"),
        ("/api/care/search?near=90210&radius=5", 422, "parameter", "radius"),
        ("/api/care/listing/1", 404, "listing_unknown", "id"),
        ("/api/care/listing/..%2F..%2Fetc%2Fpasswd", 404, "not_found", None),
        ("/api/care/listing/00000000-0000-0000-0000-000000000000", 404, "listing_unknown", "id"),
        ("/api/care/nothing", 404, "not_found", None),
        ("/api/nothing", 404, "not_found", None),
        ("/api/care/call-back?language=xx", 422, "parameter", "language"),
    ],
)
def test_bad_input_gets_a_code_and_a_sentence(
    site: Visitor, path: str, status: int, code: str, field: str | None
) -> None:
    reply = site.get(path)
    body = reply.json()
    Refused.model_validate(body)
    assert (reply.status_code, body["error"]["code"], body["error"]["field"]) == (status, code, field)
    assert [line["number"] for line in body["public_lines"]] == NUMBERS
    sentence = body["error"]["sentence"]
    opening = sentence.split()[0]
    assert opening[:1].islower() or opening in ("Springfield", "RES") or not opening[0].isalpha()
    assert sentence.endswith((".", "?"))


def test_a_swapped_pair_is_said_to_be_swapped(site: Visitor) -> None:
    error = site.get("/api/care/search?near=-118.24,34.05").json()["error"]
    assert error["choices"] == ["34.05,-118.24"]


def test_the_public_lines_stand_in_every_reply_of_every_operation(site: Visitor) -> None:
    described = site.get("/openapi.json").json()
    operations = [(method.upper(), path) for path, held in described["paths"].items() for method in held]
    assert len(operations) == 8
    for number in NUMBERS:
        assert number in described["info"]["description"]
    for method, path in operations:
        for other in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
            reply = site.ask(other, path.replace("{id}", "x"))
            assert [line["number"] for line in reply.json()["public_lines"]] == NUMBERS, (other, path)
            if reply.status_code == 405:
                assert method in reply.headers["allow"]
    assert {path for _, path in operations} == {
        "/api/care/search", "/api/care/listing/{id}", "/api/care/codes", "/api/care/public-lines",
        "/api/care/call-back", "/api/care/stats", "/api/care/take-back",
    }  # fmt: skip


def test_there_are_no_documentation_pages(site: Visitor) -> None:
    assert [site.get(path).status_code for path in ("/docs", "/redoc", "/docs/oauth2-redirect")] == [404, 404, 404]


def test_a_request_is_taken_and_taken_back(site: Visitor) -> None:
    reply = site.post("/api/care/call-back", json=ask_for(site, window="morning", language="es"))
    assert reply.status_code == 201
    Taken.model_validate(reply.json())
    assert "Harbor Line" in reply.json()["consent"] and "por la mañana" in reply.json()["consent"]
    back = site.post("/api/care/take-back", json={"code": reply.json()["code"]})
    TakenBack.model_validate(back.json())
    assert site.post("/api/care/take-back", json={"code": reply.json()["code"]}).status_code == 404


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"phone": "911"}, 422, "dial_now"),
        ({"phone": "(202) 555-0123"}, 422, "phone_not_callable"),
        ({"phone": "x"}, 422, "phone_format"),
        ({"consent": False}, 422, "consent_missing"),
        ({"consent": "yes"}, 422, "parameter"),
        ({"consent_version": "old"}, 409, "consent_outdated"),
        ({"providers": ["nobody"]}, 409, "provider_not_available"),
        ({"providers": []}, 422, "parameter"),
        ({"token": "x"}, 422, "form_token"),
        ({"honeypot": "x"}, 422, "form_field_changed"),
        ({"window": "x"}, 422, "window"),
        ({"name": "Jane"}, 422, "parameter"),
    ],
)
def test_a_bad_request_is_refused(site: Visitor, changed: dict[str, Any], status: int, code: str) -> None:
    reply = site.post("/api/care/call-back", json=ask_for(site, **changed))
    assert (reply.status_code, reply.json()["error"]["code"]) == (status, code)
    assert site.log.entries() == ()
    assert "867-5311" not in reply.text


def test_another_site_cannot_ask(site: Visitor) -> None:
    reply = site.post("/api/care/call-back", json=ask_for(site), headers={"sec-fetch-site": "cross-site"})
    assert (reply.status_code, reply.json()["error"]["code"]) == (403, "other_site")


def test_without_a_key_the_api_takes_nothing(make: Make) -> None:
    site = make(key="")
    assert site.get("/api/care/call-back").json()["open"] is False
    body = {
        "phone": "(415) 867-5311",
        "providers": ["harbor-line"],
        "consent": True,
        "consent_version": "1",
        "token": "1",
        "honeypot": "",
    }
    reply = site.post("/api/care/call-back", json=body)
    assert (reply.status_code, reply.json()["error"]["code"]) == (409, "form_off")


def test_sixty_searches_a_minute_of_a_network(site: Visitor) -> None:
    ask = [site.get("/api/care/search?near=90210&limit=1", address="192.0.2.1") for _ in range(61)]
    assert [reply.status_code for reply in ask] == [200] * 60 + [429]
    refused = site.get("/care/search?near=90210", address="192.0.2.200")  # the same /24
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) <= 60
    assert 'href="tel:911"' in refused.text
    assert site.get("/api/care/search?near=90210&limit=1", address="198.18.0.1").status_code == 200
    site.clock.forward(60)
    assert site.get("/api/care/search?near=90210&limit=1", address="192.0.2.1").status_code == 200


def test_bodies_and_addresses_have_caps(site: Visitor) -> None:
    for path, kind in (("/api/care/call-back", "application/json"),
                       ("/care/call-back", "application/x-www-form-urlencoded"),
                       ("/care/search", "application/x-www-form-urlencoded"), ("/nothing", "text/plain")):  # fmt: skip
        reply = site.post(path, content=b"a" * 20_000, headers={"content-type": kind})
        assert reply.status_code == 413, path
        chunks = iter([b"a" * 9_000] * 3)
        assert site.post(path, content=_stream(chunks), headers={"content-type": kind}).status_code == 413, path
    assert site.get("/api/care/search?near=" + "9" * 5_000).status_code == 414
    assert site.get("/api/care/search?near=" + "9" * 100).status_code == 422
    assert (
        site.post(
            "/care/search",
            content=b"&".join([b"a=1"] * 500),
            headers={"content-type": "application/x-www-form-urlencoded"},
        ).status_code
        == 422
    )
    assert site.post("/care/search", files={"near": b"90210"}).status_code == 415


async def _stream(chunks: Any) -> Any:
    for chunk in chunks:
        yield chunk


def test_json_that_is_none_is_refused_with_lines(site: Visitor) -> None:
    for content in (
        b"{",
        b"\xff\xfe",
        b"[" * 10_000,
        b'{"phone": 1e999}',
        b"null",
        json.dumps({"phone": {"a": 1}}).encode(),
    ):
        reply = site.post("/api/care/call-back", content=content, headers={"content-type": "application/json"})
        assert reply.status_code in (400, 422)
        assert [line["number"] for line in reply.json()["public_lines"]] == NUMBERS
