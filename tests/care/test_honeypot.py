"""A form that fails its check is never dropped: the person gets a sentence, numbers to dial and the public lines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ketsim.care.honeypot import FASTEST, OLDEST, FormGuard, Outcome


class Clock:
    now = datetime(2026, 11, 22, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def checked(after: float, *, token: str = "", honeypot: str = "", key: bytes = b"k" * 32) -> Outcome:
    clock = Clock()
    issued = FormGuard(b"k" * 32, clock=clock).issue()
    clock.now += timedelta(seconds=after)
    return FormGuard(key, clock=clock).check(token or issued.token, honeypot or issued.honeypot)


@pytest.mark.parametrize("after", [FASTEST, 60, OLDEST])
def test_a_form_filled_in_by_a_person_passes(after: float) -> None:
    outcome = checked(after)
    assert (outcome.status, outcome.code, outcome.show_numbers) == (200, "form_taken", False)
    assert outcome.granted is not None


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (checked(FASTEST - 1), "form_too_fast"),
        (checked(OLDEST + 1), "form_too_old"),
        (checked(-5), "form_too_old"),
        (checked(60, honeypot="http://spam"), "form_field_changed"),
        (checked(60, honeypot="é" * 12), "form_field_changed"),
        (checked(60, token="x"), "form_token"),
        (checked(60, token="1" * 5000), "form_token"),
        (checked(60, token=f"{'1' * 10}.{'0' * 32}.{'0' * 64}"), "form_token"),
        (checked(60, key=b"other" * 8), "form_token"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_form_that_fails_is_answered_with_numbers(outcome: Outcome, code: str) -> None:
    assert (outcome.status, outcome.code, outcome.granted) == (422, code, None)
    assert outcome.show_numbers
    assert [line.number for line in outcome.lines[:2]] == ["911", "988"]
    assert outcome.sentence.endswith(".")


def test_each_form_has_its_own_token_and_field() -> None:
    guard = FormGuard(b"k" * 32, clock=Clock())
    one, other = guard.issue(), guard.issue()
    assert one.token != other.token
    assert one.honeypot != other.honeypot
    clock = Clock()
    clock.now += timedelta(seconds=60)
    assert FormGuard(b"k" * 32, clock=clock).check(one.token, other.honeypot).code == "form_field_changed"
