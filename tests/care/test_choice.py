"""The order of a general call: recomputed by hand, fair over the days, and blind to money."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketsim.care.choice import Area, order, read_area
from ketsim.care.funding import BASES, PURPOSES, Funding
from ketsim.care.hours import read_hours
from ketsim.care.provider import Desk, Provider
from ketsim.errors import InputError

NOON = datetime(2026, 11, 20, 20, tzinfo=UTC)
ALWAYS = read_hours("America/Los_Angeles", None)
OFFICE = read_hours("America/Los_Angeles", {"mon": ("08:00-17:00",)})


def desk(name: str, **other: object) -> Desk:
    said: dict[str, object] = {
        "id": name, "serves": ("CA",), "codes": ("SA", "DT"), "hours": ALWAYS, "starts": date(2020, 1, 1), "ends": None,
    }  # fmt: skip
    return Desk(**{**said, **other})  # type: ignore[arg-type]


def provider(name: str, *funding: Funding) -> Provider:
    return Provider(
        desk=desk(name), name=name.title(), phone="+14158675309", listing=None, recorded=None, funding=funding
    )


FIVE = tuple(desk(name) for name in ("ash", "birch", "cedar", "elm", "fir"))


def test_eligible_is_who_is_valid_serves_offers_and_is_open() -> None:
    asked = [
        desk("fits"),
        desk("everywhere", serves=("US",)),
        desk("zip", serves=("902",)),
        desk("nevada", serves=("NV",)),
        desk("other", codes=("SA",)),
        desk("closed", hours=OFFICE),
        desk("gone", ends=date(2026, 11, 19)),
        desk("soon", starts=date(2026, 11, 21)),
    ]
    found = order(asked, area=Area("CA", "902"), code="DT", now=NOON)
    assert set(found.ids) == {"fits", "everywhere", "zip"}
    assert dict(found.left_out) == {
        "nevada": "does not serve this place",
        "other": "does not offer DT",
        "closed": "closed now",
        "gone": "not valid on this day",
        "soon": "not valid on this day",
    }
    assert order(asked, now=NOON).ids == ("everywhere",)


def test_anybody_can_recompute_the_order_from_the_printed_seed() -> None:
    found = order(FIVE, area=Area("CA"), now=NOON)
    assert found.seed == "2026-11-20|CA"
    assert found.seed in found.rule
    by_hand = sorted((hashlib.sha256(f"2026-11-20|CA|{one.id}".encode()).hexdigest(), one.id) for one in FIVE)
    assert found.ids == tuple(name for _, name in by_hand)


def test_over_the_days_each_comes_first_as_often_as_any_other() -> None:
    days = 3_000
    first = Counter(order(FIVE, area=Area("CA"), now=NOON + timedelta(days=day)).ids[0] for day in range(days))
    expected = days / len(FIVE)
    chi2 = sum((first[one.id] - expected) ** 2 / expected for one in FIVE)
    assert chi2 < 13.3  # 1% of the chi-squared distribution with four degrees of freedom


@given(st.permutations(FIVE), st.integers(0, 4), st.integers(0, 1000))
def test_neither_the_file_nor_who_else_is_there_changes_who_comes_first(
    shuffled: list[Desk], left_out: int, day: int
) -> None:
    now = NOON + timedelta(days=day)
    full = order(FIVE, area=Area("CA"), now=now).ids
    assert order(shuffled, area=Area("CA"), now=now).ids == full
    fewer = [one for one in FIVE if one is not FIVE[left_out]]
    assert order(fewer, area=Area("CA"), now=now).ids == tuple(one for one in full if one != FIVE[left_out].id)


ROWS = st.builds(
    Funding,
    payer=st.text(min_size=1, max_size=20),
    kind=st.sampled_from(PURPOSES),
    amount_basis=st.sampled_from(list(BASES)),
    starts=st.dates(date(2019, 1, 1), date(2027, 1, 1)),
    ends=st.none() | st.dates(date(2027, 1, 2), date(2030, 1, 1)),
    text=st.text(min_size=1, max_size=20),
)
Orderer = Callable[[Sequence[Provider], datetime], tuple[str, ...]]


def honest(providers: Sequence[Provider], now: datetime) -> tuple[str, ...]:
    return order([one.desk for one in providers], area=Area("CA"), now=now).ids


def bought(providers: Sequence[Provider], now: datetime) -> tuple[str, ...]:
    """The planted fault: who pays for the listing comes first."""
    pays = {
        one.id: any(row.kind == "listing" and row.amount_basis != "none" for row in one.funding) for one in providers
    }
    return tuple(sorted(honest(providers, now), key=lambda one: not pays[one]))


def money_changes_the_order(
    orderer: Orderer, before: list[list[Funding]], after: list[list[Funding]], day: int
) -> bool:
    now = NOON + timedelta(days=day)
    names = ("ash", "birch", "cedar")
    paid, otherwise = (
        [provider(name, *rows) for name, rows in zip(names, funding, strict=True)] for funding in (before, after)
    )
    return orderer(paid, now) != orderer(otherwise, now)


FUNDINGS = st.lists(st.lists(ROWS, max_size=3), min_size=3, max_size=3)


@given(FUNDINGS, FUNDINGS, st.integers(0, 1000))
def test_changing_any_funding_changes_no_order(
    before: list[list[Funding]], after: list[list[Funding]], day: int
) -> None:
    assert not money_changes_the_order(honest, before, after, day)


def test_an_order_that_money_buys_is_caught() -> None:
    paid = Funding(
        payer="x", kind="listing", amount_basis="flat_subscription", starts=date(2020, 1, 1), ends=None, text="y"
    )
    caught = [
        money_changes_the_order(bought, [[], [], []], [[paid] if who == one else [] for one in range(3)], day)
        for who in range(3)
        for day in range(10)
    ]
    assert any(caught)


def test_what_an_order_is_made_from_has_no_room_for_money_or_a_name() -> None:
    assert {field.name for field in fields(Desk)} == {"id", "serves", "codes", "hours", "starts", "ends"}


def test_a_new_funding_row_leaves_the_desk_as_it_was() -> None:
    paid = Funding(payer="x", kind="listing", amount_basis="grant", starts=date(2020, 1, 1), ends=None, text="y")
    assert replace(provider("ash"), funding=(paid,)).desk == provider("ash").desk


def test_a_place_names_one_state() -> None:
    assert read_area(None) == Area()
    assert read_area("ca") == Area("CA")
    assert read_area("90210, CA") == read_area("CA 90210-1234") == Area("CA", "902")
    for wrong in ("", "90210", "CA NV", "Los Angeles, CA", "CA ９０２１０", "X"):
        with pytest.raises(InputError, match="does not name one state"):
            read_area(wrong)
