"""Measures from the log alone: unanswered and given up count, small numbers stay hidden, modes are never mixed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ketsim.care.entry import new_case
from ketsim.care.event import (
    Answered,
    Busy,
    Closed,
    Consented,
    Declined,
    Disclosed,
    EmergencyHeard,
    Event,
    Expired,
    FormSent,
    GeneralCalled,
    ListingCalled,
    Mode,
    NoneLeft,
    Offered,
    Returned,
    Shown,
    TimedOut,
    Withdrawn,
)
from ketsim.care.log import Log
from ketsim.care.metrics import ENOUGH, FORMULA, LINE, Measure, measure, quantile, wilson
from ketsim.care.routing import Refused

TOLD = Disclosed(version="1-test", language="en")


def listing(*after: Event, mode: Mode = "live") -> tuple[Event, ...]:
    return (ListingCalled(provider="elm", mode=mode), TOLD, Offered(provider="elm"), *after)


def general(*after: Event) -> tuple[Event, ...]:
    return (GeneralCalled(candidates=("ash", "elm")), TOLD, *after)


def asked(*after: Event) -> tuple[Event, ...]:
    consent = Consented(providers=("elm",), version="1-test", language="en")
    return (FormSent(candidates=("elm",)), TOLD, consent, *after)


def answered(seconds: int) -> tuple[Event, ...]:
    return listing(Answered(provider="elm", seconds=seconds), Closed())


UNANSWERED = listing(TimedOut(provider="elm", seconds=30), NoneLeft())


def measured(
    tmp_path: Path, courses: Sequence[tuple[Event, ...]], **window: date | None
) -> dict[tuple[str, str], Measure]:
    path = tmp_path / f"{new_case()}.sqlite"
    with Log(path, clock=lambda: datetime(2026, 11, 22, 3, tzinfo=UTC), durable=False) as log:
        for course in courses:
            case = new_case()
            for event in course:
                assert not isinstance(log.record(case, event), Refused)
        return {(one.provider, one.mode): one for one in measure(log.entries(), **window)}


def test_unanswered_and_given_up_count_against_the_share(tmp_path: Path) -> None:
    courses = [
        *[answered(10)] * 10,
        *[UNANSWERED] * 4,
        *[listing(Busy(provider="elm", seconds=1), NoneLeft())] * 2,
        *[listing(Declined(provider="elm", seconds=2), NoneLeft())] * 2,
        *[listing(Withdrawn())] * 3,
        listing(),  # still ringing, or cut short by a crash
        *[listing(EmergencyHeard())] * 5,
    ]
    elm = measured(tmp_path, courses)["elm", "live"]
    assert elm.answered.n == 22
    assert elm.answered.share == pytest.approx(10 / 22)
    assert (elm.answered.low, elm.answered.high) == pytest.approx(wilson(10, 22))
    assert elm.diverted == 5
    assert (elm.median, elm.p90) == (None, None)  # fewer than half of all offers were answered


@pytest.mark.parametrize(("n", "hidden"), [(ENOUGH - 1, True), (ENOUGH, False)])
def test_hidden_below_twenty(tmp_path: Path, n: int, hidden: bool) -> None:
    elm = measured(tmp_path, [answered(10)] * n)["elm", "live"]
    assert elm.is_hidden == hidden
    assert elm.answered.n == n
    assert (elm.answered.share is None) == (elm.median is None) == (elm.p90 is None) == hidden
    assert elm.to_dict()["hidden"] == hidden


def test_times_are_over_all_offers(tmp_path: Path) -> None:
    elm = measured(tmp_path, [*[answered(s) for s in range(1, 19)], UNANSWERED, UNANSWERED])["elm", "live"]
    assert elm.median == 10  # the tenth of twenty; seconds are rounded up to five
    assert elm.p90 == 20  # the eighteenth; an unanswered offer counts as never


def test_the_general_line_waits_from_the_first_ring(tmp_path: Path) -> None:
    reached = general(
        Offered(provider="ash"), TimedOut(provider="ash", seconds=30),
        Offered(provider="elm"), Answered(provider="elm", seconds=10),
    )  # fmt: skip
    nobody = (GeneralCalled(candidates=()), TOLD, NoneLeft())
    gave_up = general(Offered(provider="ash"), TimedOut(provider="ash", seconds=30), Withdrawn())
    found = measured(tmp_path, [*[reached] * 30, *[nobody] * 5, *[gave_up] * 5, general(Withdrawn())])
    line = found[LINE, "live"]
    assert line.answered.n == 40  # who hung up before anything rang was never offered
    assert line.answered.share == pytest.approx(0.75)
    assert line.median == 40
    assert found["ash", "live"].answered.share == 0
    assert found["elm", "live"].answered.share == 1


def test_calls_back_that_were_kept(tmp_path: Path) -> None:
    courses = [
        *[asked(Returned(provider="elm"), Closed())] * 15,
        *[asked(Expired())] * 3,
        *[asked(Withdrawn())] * 2,
        *[asked(EmergencyHeard())] * 4,  # not the provider's doing
        asked(),  # still waits
    ]
    elm = measured(tmp_path, courses)["elm", "live"]
    assert (elm.kept.n, elm.kept.share) == (20, 0.75)
    assert elm.answered.n == 0


def test_modes_are_never_mixed_and_what_was_only_shown_is_no_offer(tmp_path: Path) -> None:
    simulated = listing(Answered(provider="elm", seconds=5), mode="simulated")
    shown = (ListingCalled(provider="elm", mode="shown"), TOLD, Shown())
    found = measured(tmp_path, [answered(5), *[simulated] * 25, *[shown] * 30])
    assert {key: one.answered.n for key, one in found.items()} == {("elm", "live"): 1, ("elm", "simulated"): 25}


def test_the_window(tmp_path: Path) -> None:
    day = date(2026, 11, 22)
    assert measured(tmp_path, [answered(5)], since=day, until=day)
    assert not measured(tmp_path, [answered(5)], until=date(2026, 11, 21))
    assert not measured(tmp_path, [answered(5)], since=date(2026, 11, 23))


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_wilson_interval_as_published(x: int, n: int, low: float, high: float) -> None:
    """Newcombe 1998, Stat Med 17:857-872, Table I, method 3."""
    assert wilson(x, n) == pytest.approx((low, high), abs=5e-5)


def test_quantiles_at_their_edges() -> None:
    assert quantile([7], 0.5) == 7
    assert quantile([None], 0.5) is None
    assert quantile([5] * 18 + [None] * 2, 0.9) == 5
    assert quantile([5] * 17 + [None] * 3, 0.9) is None


def test_the_formula_says_what_counts() -> None:
    assert all(word in FORMULA for word in ("answered / n", "Wilson", "unanswered", "given up", "never"))
