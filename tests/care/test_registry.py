"""Providers are read with every slip named, paid referrals are refused, and nothing that was held is overwritten."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ketsim.care.funding import BASES, priced_words, refused_basis
from ketsim.care.hours import read_hours
from ketsim.care.provider import Provider, provider_of
from ketsim.care.registry import Registry, read_providers
from ketsim.errors import InputError

FILE = """
providers:
  - id: hope-line
    name: Hope Line
    phone: (800) 662-4357
    serves: [US]
    codes: [SA, DT]
    hours: {time_zone: America/Los_Angeles, always: true}
    recorded: false
    valid_from: 2026-01-01
    funding:
      - {payer: County Commission, kind: service, amount_basis: public, from: 2026-01-01, text: public money}
  - id: valley
    name: Valley Center
    phone: (415) 867-5309
    listing: 8d0e6c52-98e1-5b6e-9a5e-1a2b3c4d5e6f
    serves: [CA, "902"]
    hours: {time_zone: America/Los_Angeles, mon: ["08:00-17:00"], sat: ["22:00-06:00"]}
    valid_from: 2026-01-01
    valid_to: 2026-12-31
    funding:
      - {payer: Valley, kind: listing, amount_basis: flat_subscription, from: 2026-01-01, text: 50 dollars a month}
"""


def test_a_file_is_read() -> None:
    hope, valley = read_providers(FILE, name="p.yaml")
    assert (hope.id, hope.phone, hope.desk.serves, hope.recorded) == ("hope-line", "+18006624357", ("US",), False)
    assert valley.listing == "8d0e6c52-98e1-5b6e-9a5e-1a2b3c4d5e6f"
    assert valley.desk.ends == date(2026, 12, 31)
    assert valley.told(date(2026, 6, 1)).pays == ("Valley, 50 dollars a month",)
    assert valley.told(date(2025, 6, 1)).pays == ()
    assert hope.told(date(2026, 6, 1)).funded == (("County Commission", "public money"),)


def test_json_is_read_as_yaml_is(tmp_path: Path) -> None:
    entry = {
        "id": "hope-line", "name": "Hope Line", "phone": "415-867-5309", "serves": ["US"], "valid_from": "2026-01-01",
        "hours": {"time_zone": "UTC", "always": True},
        "funding": [{"payer": "-", "kind": "listing", "amount_basis": "none", "from": "2026-01-01", "text": "-"}],
    }  # fmt: skip
    (tmp_path / "p.json").write_text(json.dumps({"providers": [entry]}))
    assert read_providers(tmp_path / "p.json")[0].name == "Hope Line"


def test_a_provider_survives_its_plain_form() -> None:
    for one in read_providers(FILE):
        assert provider_of(json.loads(json.dumps(one.to_dict()))) == one


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("flat_subscription", "per_call", 22, "18 U.S.C. 220"),
        ("flat_subscription", "per-referral", 22, "18 U.S.C. 220"),
        ("flat_subscription", "per_admission", 22, "18 U.S.C. 220"),
        ("flat_subscription", "commission", 22, "18 U.S.C. 220"),
        ("flat_subscription", "flat_subscripton", 22, "did you mean 'flat_subscription'"),
        ("50 dollars a month", "50 dollars per admitted patient", 22, "'per admitted' means a price for each person"),
        ("50 dollars a month", "50 dollars for each call", 22, "18 U.S.C. 220"),
        ("public money", "10% of the revenue", 12, "18 U.S.C. 220"),
        ("name: Valley Center", "name: Pay Per Call Center", 14, "18 U.S.C. 220"),
        ("kind: listing", "kind: lst", 22, "kind 'lst' is not known"),
        ("id: valley", "id: x4158675309", 13, "no phone number"),
        ("id: valley", "id: hope-line", 13, "stands here again"),
        ("(415) 867-5309", "(900) 867-5309", 15, "phone '(900) 867-5309' cannot be rung"),
        ("(415) 867-5309", "'911'", 15, "cannot be rung"),
        ("serves: [CA", "serves: [California", 17, "'California' is no area"),
        ("serves: [US]", "serves: []", 6, "serves is empty"),
        ("08:00-17:00", "8-17", 18, "no span of opening hours"),
        ("mon:", "monday:", 18, "'monday' is not known here; did you mean 'mon'?"),
        ("America/Los_Angeles, mon", "America/Mars, mon", 18, "time_zone 'America/Mars' is not known"),
        ("valid_to: 2026-12-31", "valid_to: 2025-12-31", 20, "lies before valid_from"),
        ("valid_to: 2026-12-31", "valid_to: 2026-12-32", 20, "expected a day such as 2026-01-31"),
        ("recorded: false", "recorded: maybe", 9, "expected true, false"),
        ("listing: 8d0e", "listing: 8D0E", 16, "listing '8D0E"),
        ("name: Valley Center", "named: Valley Center", 14, "did you mean 'name'?"),
        ("    name: Valley Center\n", "", 13, "name is missing"),
    ],
)
def test_every_slip_has_its_line_and_its_sentence(old: str, new: str, line: int, said: str) -> None:
    assert old in FILE
    with pytest.raises(InputError) as caught:
        read_providers(FILE.replace(old, new, 1), name="p.yaml")
    assert str(caught.value).startswith(f"p.yaml:{line}:")
    assert said in caught.value.sentence


def test_a_provider_says_who_pays() -> None:
    cut = FILE[: FILE.index("    funding:\n      - {payer: Valley,")]
    with pytest.raises(InputError, match="funding is missing"):
        read_providers(cut)
    with pytest.raises(InputError, match="funding is empty"):
        read_providers(cut + "    funding: []\n")


@pytest.mark.parametrize(
    "basis",
    [
        "per_referral", "per_call", "per_admission", "per_lead", "per_enrolled_patient", "per_enrolment", "per_intake",
        "per_minute", "per_bed", "per qualified call", "pay-per-call", "PER CALL", "per\u200b_call", "commission",
        "percent_of_revenue", "revenue_share", "bounty", "success_fee", "finders_fee", "cpa", "CPL", "ppc", "referral",
        "admission_fee", "por_llamada", "por paciente", "comisión",
    ],
)  # fmt: skip
def test_a_price_for_a_person_is_no_basis(basis: str) -> None:
    assert "18 U.S.C. 220" in (refused_basis(basis) or "")


@pytest.mark.parametrize("basis", BASES)
def test_the_other_ways_of_paying_are_taken(basis: str) -> None:
    assert refused_basis(basis) is None
    assert priced_words(BASES[basis]) is None


@pytest.mark.parametrize(
    "text",
    [
        "50 dollars a month", "a flat fee paid per month", "paid by the county since 2019", "a grant of the State",
        "insurers pay for treatment", "one payment per year", "donations", "un pago por mes", "fondos públicos",
        "paid out of the budget of the Department of Health Care Services",
    ],
)  # fmt: skip
def test_honest_words_are_taken(text: str) -> None:
    assert priced_words(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "$40 per call", "$40 per-call", "40 dollars for each lead", "we pay for every admission", "cost per lead",
        "a finder's fee", "a volume bonus", "10% of the revenue", "ten percent of billings", "pay-per-call", "kickback",
        "depending on the number of patients", "a fee per qualified transfer", "tarifa por cada paciente",
        "comisión por ingreso", "p\u200ber c\u200ball", "ｐｅｒ ｃａｌｌ", "per new enrolled patient",
        "each admitted patient",
    ],
)  # fmt: skip
def test_words_that_mean_a_price_for_a_person_are_found(text: str) -> None:
    assert priced_words(text) is not None


def test_the_name_of_a_county_commission_is_no_commission() -> None:
    assert priced_words("California Commission on Aging", is_name=True) is None
    assert priced_words("Pay Per Call Inc", is_name=True) == "pay per call"


def changed(one: str, other: str) -> tuple[Provider, ...]:
    return read_providers(FILE.replace(one, other))


def test_every_change_is_a_new_version_and_nothing_is_overwritten(tmp_path: Path) -> None:
    days = iter(range(1, 30))
    with Registry(tmp_path / "r.sqlite", clock=lambda: datetime(2026, 5, next(days), tzinfo=UTC)) as registry:
        first = read_providers(FILE)
        assert [v.version for v in registry.take(first)] == [1, 1]
        assert registry.take(first) == ()
        second = changed("50 dollars", "60 dollars")
        assert [(v.provider.id, v.version) for v in registry.take(second)] == [("valley", 2)]
        assert [v.version for v in registry.take(first)] == [3]  # back to what it was: a change too
        history = registry.history("valley")
        assert [v.provider.funding[0].text[:2] for v in history] == ["50", "60", "50"]
        assert [v.at[:10] for v in history] == ["2026-05-01", "2026-05-03", "2026-05-04"]
        assert registry.providers() == first
        assert [one.id for one in registry.providers(date(2027, 1, 1))] == ["hope-line"]
    db = sqlite3.connect(tmp_path / "r.sqlite")
    for statement in ("UPDATE version SET body = '{}'", "DELETE FROM version"):
        with pytest.raises(sqlite3.IntegrityError):
            db.execute(statement)
    db.close()


def test_a_registry_is_taken_in_whole_or_not_at_all(tmp_path: Path) -> None:
    with Registry(tmp_path / "r.sqlite") as registry:
        good, bad = read_providers(FILE)
        object.__setattr__(bad, "phone", object())  # a fault in the middle
        with pytest.raises(TypeError):
            registry.take((good, bad))
        assert registry.providers() == ()


def test_hours_in_their_own_time_zone_and_past_midnight() -> None:
    hours = read_hours("America/Los_Angeles", {"mon": ("08:00-17:00",), "sat": ("22:00-06:00",)})

    def opens(text: str) -> bool:
        return hours.is_open(datetime.fromisoformat(text))

    assert opens("2026-11-23T08:00-08:00")
    assert opens("2026-11-23T16:00+00:00")  # eight in the morning in Los Angeles
    assert not opens("2026-11-23T15:59+00:00")
    assert not opens("2026-11-23T17:00-08:00")
    assert opens("2026-11-21T22:00-08:00")
    assert opens("2026-11-22T05:59-08:00")  # Sunday morning belongs to Saturday night
    assert not opens("2026-11-22T06:00-08:00")
    assert not opens("2026-11-21T05:00-08:00")
    always = read_hours("UTC", None)
    start = datetime(2026, 3, 1, tzinfo=UTC)
    assert all(always.is_open(start + timedelta(minutes=37 * step)) for step in range(300))
