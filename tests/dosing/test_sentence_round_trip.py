"""parse(format(r)) == r for every regimen that a sentence can say, and hostile text meets a sentence, never a crash."""

from __future__ import annotations

import string
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketsim.dosing import Basis, Dose, Drug, Instruction, Regimen, Repeat, Route, format_sentence, parse_sentence
from ketsim.errors import InputError

POSITIVE = st.floats(1e-6, 1e6)
ROUND = st.sampled_from([0.25, 0.5, 1.0, 2.0, 10.0, 28.0, 56.0, 84.0, 1000.0, 1500.0])
HOURS = st.one_of(
    st.sampled_from([1 / 60, 1 / 3, 40 / 60, 1.0, 1.5, 6.0, 12.0, 24.0, 48.0, 168.0, 720.0, 4383.0, 8766.0]),
    st.integers(1, 3000).map(lambda minutes: minutes / 60),
    st.floats(1e-3, 1e4),
)


@st.composite
def repeats(draw: st.DrawFn, start: float) -> Repeat | None:
    kind = draw(st.sampled_from(["once", "even", "weekly", "days of a cycle", "uneven", "listed days", "listed times"]))
    if kind == "once":
        return None
    if kind == "listed days":
        days = sorted(draw(st.sets(st.integers(1, 40), min_size=2, max_size=6)))
        return Repeat(None, tuple(24.0 * (d - days[0]) for d in days))
    if kind == "listed times":
        later = sorted(draw(st.sets(st.integers(1, 5000), min_size=1, max_size=5)))
        return Repeat(None, (0.0, *((start + minutes / 60) - start for minutes in later)))
    if kind == "even":
        every, times = draw(HOURS), (0.0,)
    elif kind == "weekly":
        every, times = 168.0, draw(st.sampled_from([(0.0,), (0.0, 72.0), (0.0, 48.0, 96.0)]))
    elif kind == "days of a cycle":
        length = draw(st.integers(2, 28))
        days = sorted(draw(st.sets(st.integers(2, length), min_size=1, max_size=4)))
        every, times = 24.0 * length, (0.0, *(24.0 * (d - 1) for d in days))
    else:
        every = draw(st.floats(1.0, 1e3))
        parts = sorted(draw(st.sets(st.integers(1, 99), min_size=1, max_size=4)))
        times = (0.0, *(every * part / 100 for part in parts))
    end = draw(st.sampled_from(["open", "count", "span"]))
    count = draw(st.integers(1, 60)) if end == "count" else None
    span = draw(HOURS) if end == "span" else None
    if span is not None and span / every > 1000:
        span = every * 10.5
    return Repeat(every, times, count, span)


@st.composite
def regimens(draw: st.DrawFn) -> Regimen:
    """Any regimen but those that the language cannot say: silence after a named drug means that drug."""
    made: list[Instruction] = []
    drugs, salts = st.sampled_from([None, *Drug]), st.sampled_from([None, *Basis])
    for _ in range(draw(st.integers(1, 4))):
        route, drug, basis = draw(st.sampled_from(list(Route))), draw(drugs), draw(salts)
        before = made[-1].dose if made else None
        if drug is None and (route is Route.nasal or (before is not None and before.drug is not None)):
            drug = draw(st.sampled_from(list(Drug)))
        if drug is None and basis is None and before is not None:
            basis = before.basis
        dose = Dose(
            amount=draw(st.one_of(ROUND, POSITIVE)),
            route=route,
            per_kg=draw(st.booleans()),
            duration=draw(st.one_of(st.just(0.0), HOURS)),
            drug=drug,
            basis=basis,
        )
        ends = Regimen(tuple(made)).end if made else 0.0
        starts = [st.just(0.0), HOURS] + ([st.just(ends)] if ends < 1e6 else [])
        start = draw(st.one_of(starts))
        repeat = draw(repeats(start))
        if repeat is not None and repeat.every is None and repeat.times[1] % 24.0 == 0.0:
            start = 24.0 * draw(st.integers(0, 30))
        even = repeat is not None and repeat.every is not None and len(repeat.times) == 1
        made.append(
            Instruction(
                dose,
                start,
                repeat,
                lag=draw(st.one_of(st.just(0.0), HOURS)),
                steady=even and draw(st.booleans()),
                daily=even and repeat is not None and repeat.every == 24.0 and draw(st.booleans()),
            )
        )
    return Regimen(tuple(made))


@given(regimens())
@settings(max_examples=400, deadline=None)
def test_every_regimen_is_read_back_from_its_words(regimen: Regimen) -> None:
    text = format_sentence(regimen)
    assert parse_sentence(text) == regimen, text


@given(regimens())
@settings(max_examples=100, deadline=None)
def test_words_of_words_are_the_same_words(regimen: Regimen) -> None:
    text = format_sentence(regimen)
    assert format_sentence(parse_sentence(text)) == text


SEEDS = [
    "0.5 mg/kg ketamine hydrochloride iv over 40 min, twice weekly for 3 weeks",
    "56 mg esketamine nasal twice weekly for 4 weeks then 56 mg once weekly for 4 weeks",
    "2 mg/kg iv then 41 ug/kg/min for 60 min",
    "1 g/day ketamine oral in 4 doses until day 14, stop at 100 h",
    "50 mg im on days 1, 3 and 5 of each week x 7 with lag 10 min starting at day 2",
    "10 mg iv q12h at steady state and 20 mg sc every 3 d again after 2 h, 5 h for 9 doses",
]
WORDS = sorted({word for seed in SEEDS for word in seed.replace(",", " ").split()} | set(string.punctuation))


def meets_a_sentence_or_an_error(text: str) -> None:
    started = time.process_time()
    try:
        regimen = parse_sentence(text)
    except InputError:
        regimen = None
    assert time.process_time() - started < 1.0
    if regimen is not None:
        assert parse_sentence(format_sentence(regimen)) == regimen


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_random_text_is_read_or_refused(text: str) -> None:
    meets_a_sentence_or_an_error(text)


@given(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join))
@settings(max_examples=400, deadline=None)
def test_shuffled_words_are_read_or_refused(text: str) -> None:
    meets_a_sentence_or_an_error(text)


@given(st.sampled_from(SEEDS), st.data())
@settings(max_examples=400, deadline=None)
def test_mutated_sentences_are_read_or_refused(text: str, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 8)))
        text = text[:start] + data.draw(st.one_of(st.sampled_from(WORDS), st.text(max_size=3))) + text[end:]
    meets_a_sentence_or_an_error(text)


@pytest.mark.parametrize(
    "text",
    [
        "1" * 2000,
        "1 " * 1000,
        "(" * 2000,
        "1 mg iv and " * 166,
        "days " * 400,
        "- " * 1000,
        "1e9 mg iv q1e-9h x 9999",
        "é" * 1999,
    ],
)
def test_the_longest_allowed_garbage_costs_little(text: str) -> None:
    meets_a_sentence_or_an_error(text)


def test_ten_megabytes_are_refused_unread() -> None:
    text = "0.5 mg/kg iv " * 800_000
    started = time.process_time()
    with pytest.raises(InputError, match="at most 2,000 characters"):
        parse_sentence(text)
    assert time.process_time() - started < 0.05
