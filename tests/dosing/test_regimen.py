"""Regimens in Python: constructors, operations, expansion, the table, what is assumed, what is refused."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketsim.dosing import Basis, Dose, DoseEvent, Drug, Instruction, Regimen, Repeat, Route, parse_sentence
from ketsim.errors import InputError


def times(regimen: Regimen, until: float | None = None) -> list[float]:
    return [event.time for event in regimen.events(until)]


def test_constructors_say_the_same_as_sentences() -> None:
    assert Regimen.bolus("1 mg/kg", route="im") == parse_sentence("1 mg/kg im")
    assert Regimen.bolus(10, route=Route.iv, ii=12, addl=5) == parse_sentence("10 mg iv q12h x 6")
    assert Regimen.bolus(10, route="iv", ii="12 h", ss=True) == parse_sentence("10 mg iv q12h at steady state")
    assert Regimen.bolus("56 mg", route="nasal", drug="esketamine", ii="1 week", until="4 weeks") == parse_sentence(
        "56 mg esketamine nasal once weekly for 4 weeks"
    )
    assert Regimen.bolus(30, route="oral", drug="ketamine", basis="salt", time="2 h", lag="10 min") == parse_sentence(
        "30 mg ketamine hcl oral at 2 h with lag 10 min"
    )
    assert Regimen.infusion("0.5 mg/kg", tinf="40 min", route="iv") == parse_sentence("0.5 mg/kg iv over 40 min")
    assert Regimen.infusion(rate="41 ug/kg/min", tinf="60 min", route="iv") == parse_sentence(
        "41 ug/kg/min iv for 60 min"
    )
    assert Regimen.infusion(20, rate=10, route="iv") == parse_sentence("20 mg iv over 2 h")
    assert Regimen.infusion("20 mg", rate="10 mg/h", route="iv", ii=24, addl=1) == parse_sentence(
        "20 mg iv over 2 h daily x 2"
    )


def test_operations_say_the_same_as_sentences() -> None:
    load, keep = parse_sentence("2 mg/kg iv"), parse_sentence("41 ug/kg/min iv for 60 min")
    assert load.then(keep) == parse_sentence("2 mg/kg iv then 41 ug/kg/min for 60 min")
    assert load.plus(keep, at="6 h") == parse_sentence("2 mg/kg iv and 41 ug/kg/min for 60 min at 6 h")
    assert load.shifted(2).shifted(-1) == parse_sentence("2 mg/kg iv at 1 h")
    assert load.repeat(6, every="12 h") == parse_sentence("2 mg/kg iv q12h x 6")
    assert parse_sentence("10 mg iv daily").until("3 d") == parse_sentence("10 mg iv daily for 3 days")


def test_nothing_is_changed_in_place() -> None:
    regimen = parse_sentence("10 mg iv daily x 3")
    before = regimen.events()
    regimen.stop(30).then(regimen).plus(regimen).shifted(2).until(40)
    assert regimen.events() == before
    with pytest.raises(AttributeError):
        regimen.instructions = ()  # type: ignore[misc]


def test_a_regimen_shows_its_sentence() -> None:
    assert repr(Regimen.infusion("0.5 mg/kg", tinf="40 min", route="iv")) == 'Regimen("0.5 mg/kg iv over 40 min")'


def test_repeating_a_course_keeps_its_inner_times() -> None:
    course = parse_sentence("10 mg iv and 5 mg im at 2 h")
    assert times(course.repeat(2, every=24)) == [0, 2, 24, 26]
    week = parse_sentence("10 mg iv on days 1, 3")
    assert times(week.repeat(2, every="7 d")) == [0, 48, 168, 216]
    assert times(parse_sentence("10 mg iv over 2 h").repeat(3)) == [0, 2, 4]


def test_then_starts_when_the_next_dose_would_have_been_due() -> None:
    once = parse_sentence("1 mg im")
    assert times(parse_sentence("10 mg iv q12h x 2").then(once)) == [0, 12, 24]
    assert times(parse_sentence("10 mg iv twice weekly x 3").then(once)) == [0, 72, 168, 240]
    assert times(parse_sentence("10 mg iv twice weekly for 2 weeks").then(once))[-1] == 336
    assert times(parse_sentence("10 mg iv over 20 h q12h x 2").then(once)) == [0, 12, 32]
    with pytest.raises(InputError, match="nothing can come after a regimen without an end"):
        parse_sentence("10 mg iv daily").then(once)


def test_stop_cuts_a_running_infusion_at_its_rate() -> None:
    regimen = parse_sentence("10 mg iv over 2 h q6h x 4").stop(7)
    assert [(e.time, e.amount, e.duration) for e in regimen.events()] == [(0, 10, 2), (6, 5, 1)]
    assert regimen.end == 7


def test_stop_cuts_overlapping_infusions() -> None:
    regimen = parse_sentence("9 mg iv over 9 h q6h").stop(14)
    assert [(e.time, e.amount, e.duration) for e in regimen.events()] == [(0, 9, 9), (6, 8, 8), (12, 2, 2)]


def test_stop_at_a_dose_time_leaves_that_dose_out() -> None:
    assert times(parse_sentence("10 mg iv daily").stop(48)) == [0, 24]
    assert times(parse_sentence("10 mg iv on days 1, 3, 5").stop("4 d")) == [0, 48]
    assert parse_sentence("10 mg iv over 1 h").stop(1) == parse_sentence("10 mg iv over 1 h")


def test_stop_inside_a_steady_state_infusion_is_refused() -> None:
    regimen = parse_sentence("10 mg iv over 2 h q12h at steady state")
    assert times(regimen.stop(13)) == [0, 12]
    with pytest.raises(InputError, match="would cut the infusion that stands for a steady state"):
        regimen.stop(1)


def test_until_lets_a_running_infusion_run_out() -> None:
    regimen = parse_sentence("10 mg iv over 2 h q6h x 4").until(7)
    assert [(e.time, e.amount, e.duration) for e in regimen.events()] == [(0, 10, 2), (6, 10, 2)]


@given(
    every=st.floats(0.1, 50),
    count=st.integers(1, 30),
    duration=st.floats(0, 20),
    at=st.floats(0.01, 300),
)
def test_stop_gives_exactly_what_had_flowed(every: float, count: int, duration: float, at: float) -> None:
    dose = Dose(10.0, Route.iv, duration=duration)
    whole = Regimen((Instruction(dose, repeat=Repeat(every, count=count)),))
    flowed = sum(
        10.0 * (1.0 if duration == 0 else min(1.0, (at - e.time) / duration)) for e in whole.events() if e.time < at
    )
    stopped = whole.stop(at).events()
    assert sum(e.amount for e in stopped) == pytest.approx(flowed, rel=1e-9, abs=1e-7)
    assert all(e.time + e.duration <= at + 1e-8 for e in stopped)


@given(every=st.floats(0.05, 200), span=st.floats(0.05, 3000))
def test_a_span_holds_every_dose_that_starts_within_it(every: float, span: float) -> None:
    if span / every > 5000:
        return
    found = times(Regimen((Instruction(Dose(1.0, Route.iv), repeat=Repeat(every, span=span)),)))
    assert found == [n * every for n in range(len(found))]
    assert found[-1] < span
    assert len(found) * every >= span - 2e-9


def test_times_do_not_drift() -> None:
    assert times(parse_sentence("1 mg iv every 0.1 h for 100 h"))[-1] == pytest.approx(99.9, rel=1e-15)
    assert len(times(parse_sentence("1 mg iv every 6 min for 100 h"))) == 1000
    assert len(times(parse_sentence("1 mg iv every 20 min for 7 d"))) == 504


def test_events_are_sorted_and_equal_times_keep_their_order() -> None:
    regimen = parse_sentence("1 mg iv q12h x 3 and 2 mg im q8h x 4")
    assert [(e.time, e.amount) for e in regimen.events()] == [
        (0, 1),
        (0, 2),
        (8, 2),
        (12, 1),
        (16, 2),
        (24, 1),
        (24, 2),
    ]


def test_the_horizon_is_half_open_and_cuts_no_infusion() -> None:
    regimen = parse_sentence("10 mg iv over 20 h daily")
    assert [(e.time, e.duration) for e in regimen.events(48)] == [(0, 20), (24, 20)]
    assert regimen.events(0) == ()


def test_open_ended_needs_a_horizon() -> None:
    with pytest.raises(InputError, match=r"no end of its own; give it one \(such as \"for 4 weeks\"\)"):
        parse_sentence("10 mg iv daily").events()
    with pytest.raises(InputError, match="no end of its own"):
        parse_sentence("10 mg iv daily").events(math.inf)


@pytest.mark.parametrize("until", [-1.0, math.nan])
def test_an_impossible_horizon_is_refused(until: float) -> None:
    with pytest.raises(InputError, match="is not a time"):
        parse_sentence("10 mg iv daily").events(until)


def test_too_many_doses_are_refused_before_they_are_made() -> None:
    with pytest.raises(InputError, match="87,600,000 single doses, more than 100,000"):
        parse_sentence("1 mg iv every 1 h").events(87_600_000.0)
    with pytest.raises(InputError, match="more than 100,000"):
        Repeat(1e-8, span=1e300)
    with pytest.raises(InputError, match="more than 100,000"):
        parse_sentence("1 mg iv q1h x 60000").plus(parse_sentence("1 mg iv q1h x 60000")).events()
    assert len(parse_sentence("1 mg iv q1h x 100000").events()) == 100_000


def test_the_table_counts_in_mg() -> None:
    rows = parse_sentence(
        "0.5 mg/kg ketamine iv over 30 min and 28 mg esketamine nasal at 1 h then 10 mg ketamine"
    ).table(80)
    assert [(r.time, r.amount, r.rate, r.route, r.drug, r.total) for r in rows] == [
        (0.0, 40.0, 80.0, "iv", "ketamine", 40.0),
        (1.0, 28.0, 0.0, "nasal", "esketamine", 28.0),
        (1.0, 10.0, 0.0, "nasal", "ketamine", 50.0),
    ]


def test_a_dose_per_kilogram_needs_a_weight_in_the_table() -> None:
    regimen = parse_sentence("0.5 mg/kg iv over 40 min")
    assert regimen.per_kg
    with pytest.raises(InputError, match=r"0\.5 mg/kg needs a body weight"):
        regimen.table()


def test_what_was_left_unsaid_is_told_once() -> None:
    regimen = parse_sentence("0.5 mg/kg iv over 40 min twice weekly for 2 weeks then 0.5 mg/kg three times weekly x 6")
    assert regimen.assumptions() == (
        "No drug was named: ketamine, the racemate, is meant.",
        "Neither base nor salt was named: amounts are taken as base.",
        'An intravenous dose without "over" is a push, given in an instant.',
        "Twice weekly means days 1 and 4 of each week.",
        "Three times weekly means days 1, 3 and 5 of each week.",
    )
    assert parse_sentence("28 mg esketamine base nasal").assumptions() == ()


def test_an_unnamed_drug_after_a_named_one_is_worded_as_the_racemate() -> None:
    regimen = parse_sentence("10 mg esketamine iv").then(parse_sentence("10 mg iv"))
    assert str(regimen) == "10 mg esketamine iv then 10 mg ketamine iv"
    assert [e.drug for e in parse_sentence(str(regimen)).events()] == [e.drug for e in regimen.events()]
    salted = parse_sentence("10 mg hcl oral").then(parse_sentence("10 mg oral"))
    assert [e.basis for e in parse_sentence(str(salted)).events()] == [Basis.salt, Basis.base]


BAD = {
    "amount nan": lambda: Dose(math.nan, Route.iv),
    "amount inf": lambda: Dose(math.inf, Route.iv),
    "amount zero": lambda: Dose(0.0, Route.iv),
    "amount negative": lambda: Dose(-1.0, Route.iv),
    "duration negative": lambda: Dose(1.0, Route.iv, duration=-1.0),
    "duration nan": lambda: Dose(1.0, Route.iv, duration=math.nan),
    "nasal without a drug": lambda: Dose(1.0, Route.nasal),
    "event without an amount": lambda: DoseEvent(0, 0, False, 0, Drug.ketamine, Route.iv, Basis.base),
    "event before the start": lambda: DoseEvent(-1, 1, False, 0, Drug.ketamine, Route.iv, Basis.base),
    "event with an infinite lag": lambda: DoseEvent(0, 1, False, 0, Drug.ketamine, Route.iv, Basis.base, lag=math.inf),
    "start negative": lambda: Instruction(Dose(1.0, Route.iv), start=-1.0),
    "lag nan": lambda: Instruction(Dose(1.0, Route.iv), lag=math.nan),
    "steady without repeat": lambda: Instruction(Dose(1.0, Route.iv), steady=True),
    "daily without repeat": lambda: Instruction(Dose(1.0, Route.iv), daily=True),
    "interval zero": lambda: Repeat(0.0),
    "interval nan": lambda: Repeat(math.nan),
    "times not from zero": lambda: Repeat(24.0, (1.0,)),
    "times falling": lambda: Repeat(24.0, (0.0, 5.0, 3.0)),
    "times none": lambda: Repeat(24.0, ()),
    "times infinite": lambda: Repeat(None, (0.0, math.inf)),
    "times beyond the cycle": lambda: Repeat(24.0, (0.0, 24.0)),
    "count and span": lambda: Repeat(24.0, count=2, span=48.0),
    "count zero": lambda: Repeat(24.0, count=0),
    "span zero": lambda: Repeat(24.0, span=0.0),
    "listed with a span": lambda: Repeat(None, (0.0, 1.0), span=3.0),
    "no instruction": lambda: Regimen(()),
    "unknown route": lambda: Regimen.bolus(1, route="eye"),
    "unknown drug": lambda: Regimen.bolus(1, route="iv", drug="aspirin"),
    "unknown basis": lambda: Regimen.bolus(1, route="iv", basis="acid"),
    "unknown unit": lambda: Regimen.bolus("1 mgg", route="iv"),
    "addl without ii": lambda: Regimen.bolus(1, route="iv", addl=3),
    "addl and until": lambda: Regimen.bolus(1, route="iv", ii=12, addl=3, until=100),
    "rate alone": lambda: Regimen.infusion(rate=1, route="iv"),
    "amt, rate and tinf": lambda: Regimen.infusion(1, rate=1, tinf=1, route="iv"),
    "rate zero": lambda: Regimen.infusion(1, rate=0, route="iv"),
    "rate per kg, amount not": lambda: Regimen.infusion(1, rate="1 mg/kg/h", route="iv"),
    "tinf zero": lambda: Regimen.infusion(1, tinf=0, route="iv"),
    "shift before the start": lambda: Regimen.bolus(1, route="iv").shifted(-1),
    "repeat never": lambda: Regimen.bolus(1, route="iv").repeat(0, every=1),
    "repeat at once": lambda: Regimen.bolus(1, route="iv").repeat(2),
}


@pytest.mark.parametrize("case", BAD.values(), ids=BAD)
def test_what_cannot_be_is_refused_with_a_sentence(case) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError) as caught:
        case()
    assert str(caught.value).endswith(".")


def test_a_pure_reset_has_no_amount() -> None:
    event = DoseEvent(5, 0, False, 0, Drug.ketamine, Route.iv, Basis.base, reset=True)
    assert event.rate == 0.0
