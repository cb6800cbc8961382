"""NONMEM records: the matrix of dosing records, the round trip, and one teaching sentence for each broken file."""

from __future__ import annotations

import contextlib
import os
import stat
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ketsim.dosing import Basis, DoseEvent, Drug, Regimen, Route, parse_sentence
from ketsim.errors import InputError
from ketsim.formats.nonmem import Compartment, Individual, Observations, individual, read_nonmem, write_nonmem

K, S = Drug.ketamine, Drug.esketamine


def read(tmp_path: Path, text: str, **how: object) -> tuple[Individual, ...]:
    path = tmp_path / "data.csv"
    path.write_text(text, encoding="utf-8")
    return read_nonmem(path, **{"drug": "ketamine", **how})  # type: ignore[arg-type]


def event(when: float, amount: float, duration: float = 0.0, **more: object) -> DoseEvent:
    filled = {"drug": K, "route": Route.iv, "basis": Basis.base, **more}
    return DoseEvent(when, amount, False, duration, **filled)  # type: ignore[arg-type]


RESET = event(24, 0, reset=True)
# name -> (header, lines, expected events)
MATRIX = {
    "bolus": ("ID,TIME,AMT", ["1,0,10"], [event(0, 10)]),
    "bolus with every column": (
        "ID,TIME,AMT,RATE,ADDL,II,SS,EVID,CMT,MDV,DV",
        ["1,0,10,0,0,0,0,1,1,1,."],
        [event(0, 10)],
    ),
    "infusion by RATE": ("ID,TIME,AMT,RATE", ["1,2,10,20"], [event(2, 10, 0.5)]),
    "infusion by DUR": ("ID,TIME,AMT,DUR", ["1,2,10,0.5"], [event(2, 10, 0.5)]),
    "infusion by RATE and DUR": ("ID,TIME,AMT,RATE,DUR", ["1,2,10,20,0.5"], [event(2, 10, 0.5)]),
    "overlapping infusions": (
        "ID,TIME,AMT,RATE",
        ["1,0,10,1", "1,5,10,1"],
        [event(0, 10, 10), event(5, 10, 10)],
    ),
    "ADDL and II": (
        "ID,TIME,AMT,ADDL,II",
        ["1,1,10,3,12"],
        [event(1, 10), event(13, 10), event(25, 10), event(37, 10)],
    ),
    "ADDL with an extra dose between": (
        "ID,TIME,AMT,ADDL,II",
        ["1,10,15,2,12", "1,20,15,.,."],
        [event(10, 15), event(20, 15), event(22, 15), event(34, 15)],
    ),
    "SS 1 bolus": (
        "ID,TIME,AMT,SS,II",
        ["1,0,10,1,12"],
        [event(0, 10, steady_interval=12, reset=True)],
    ),
    "SS 2 adds to what is there": (
        "ID,TIME,AMT,SS,II",
        ["1,0,10,.,.", "1,3,5,2,24"],
        [event(0, 10), event(3, 5, steady_interval=24)],
    ),
    "SS infusion longer than its interval": (
        "ID,TIME,AMT,RATE,SS,II",
        ["1,0,20,1,1,12"],
        [event(0, 20, 20, steady_interval=12, reset=True)],
    ),
    "SS with ADDL": (
        "ID,TIME,AMT,SS,II,ADDL",
        ["1,0,10,1,12,1"],
        [event(0, 10, steady_interval=12, reset=True), event(12, 10)],
    ),
    "SS 1 cancels doses to come": (
        "ID,TIME,AMT,SS,II,ADDL",
        ["1,0,10,0,6,3", "1,8,5,1,12,0"],
        [event(0, 10), event(6, 10), event(8, 5, steady_interval=12, reset=True)],
    ),
    "reset": ("ID,TIME,AMT,EVID", ["1,0,10,1", "1,24,.,3"], [event(0, 10), RESET]),
    "reset cancels doses to come": (
        "ID,TIME,AMT,EVID,ADDL,II",
        ["1,0,10,1,5,10", "1,24,.,3,.,."],
        [event(0, 10), event(10, 10), event(20, 10), RESET],
    ),
    "reset and dose": (
        "ID,TIME,AMT,EVID",
        ["1,0,10,1", "1,24,5,4"],
        [event(0, 10), event(24, 5, reset=True)],
    ),
    "lag": ("ID,TIME,AMT,LAG", ["1,0,10,0.25"], [event(0, 10, lag=0.25)]),
    "other events are no doses": ("ID,TIME,AMT,EVID", ["1,0,10,1", "1,5,.,2"], [event(0, 10)]),
    "a line with C is left out": ("C,ID,TIME,AMT", [".,1,0,10", "C,1,3,99", ",1,6,10"], [event(0, 10), event(6, 10)]),
    "blank, point and NA are missing": ("ID,TIME,AMT,RATE,DV", ["1,0,10,,.", "1,1,NA,.,"], [event(0, 10)]),
    "columns in any order and case": ("amt,Time,id", ["10,3,1"], [event(3, 10)]),
    "numbers of every kind": ("ID,TIME,AMT", ["1,1.5E0,+1d1", "1,.2e1,10."], [event(1.5, 10), event(2, 10)]),
    "quoted as R writes it": ('"ID","TIME","AMT"', ['"1",0,10'], [event(0, 10)]),
    "comments and blank lines": ("# made by hand\nID,TIME,AMT", ["", "# first", "1,0,10", "   "], [event(0, 10)]),
}


@pytest.mark.parametrize("case", MATRIX.values(), ids=MATRIX)
def test_the_matrix_of_records(tmp_path: Path, case: tuple[str, list[str], list[DoseEvent]]) -> None:
    header, lines, expected = case
    (person,) = read(tmp_path, "\n".join([header, *lines]) + "\n")
    assert list(person.events) == expected


@pytest.mark.parametrize("case", MATRIX.values(), ids=MATRIX)
def test_the_matrix_survives_a_round_trip(tmp_path: Path, case: tuple[str, list[str], list[DoseEvent]]) -> None:
    header, lines, _ = case
    people = read(tmp_path, "\n".join([header, *lines]) + "\n")
    write_nonmem(people, tmp_path / "again.csv")
    assert read_nonmem(tmp_path / "again.csv", drug=K) == people


def test_two_routes_and_two_drugs(tmp_path: Path) -> None:
    routes = {1: "iv", 2: Compartment(Route.oral, drug=S)}
    (person,) = read(tmp_path, "ID,TIME,AMT,CMT\n1,0,10,1\n1,2,50,2\n", routes=routes, basis="salt")
    assert person.events == (event(0, 10, basis=Basis.salt), event(2, 50, drug=S, route=Route.oral, basis=Basis.salt))
    write_nonmem([person], tmp_path / "again.csv", routes=routes)
    assert read_nonmem(tmp_path / "again.csv", drug=K, basis="salt", routes=routes) == (person,)


@pytest.mark.parametrize(("rate", "modelled"), [(-1, "rate"), (-2, "duration")])
def test_a_modelled_input_is_left_to_the_model(tmp_path: Path, rate: int, modelled: str) -> None:
    text = f"ID,TIME,AMT,RATE,CMT\n1,0,50,{rate},2\n"
    routes = {1: "iv", 2: Compartment(Route.buccal, modelled=modelled)}  # type: ignore[arg-type]
    (person,) = read(tmp_path, text, routes=routes)
    assert person.events == (event(0, 50, route=Route.buccal),)
    write_nonmem([person], tmp_path / "again.csv", routes=routes)
    assert f",{rate}," in (tmp_path / "again.csv").read_text()
    assert read_nonmem(tmp_path / "again.csv", drug=K, routes=routes) == (person,)
    with pytest.raises(InputError, match=rf"data\.csv:2: RATE {rate} leaves the {modelled} of the input to the model"):
        read(tmp_path, text, routes={2: "buccal"})


def test_a_modelled_input_has_no_length_of_its_own(tmp_path: Path) -> None:
    routes = {1: Compartment(Route.iv, modelled="duration")}
    with pytest.raises(InputError, match="RATE -2 leaves the duration to the model, but DUR says 2 h"):
        read(tmp_path, "ID,TIME,AMT,RATE,DUR\n1,0,50,-2,2\n", routes=routes)
    with pytest.raises(InputError, match="the duration of input into CMT 1 is modelled"):
        write_nonmem([Individual("1", (event(0, 10, 2.0),))], tmp_path / "x.csv", routes=routes)


def test_units_of_the_file(tmp_path: Path) -> None:
    text = "ID,TIME,AMT,RATE,ADDL,II\n1,30,5000,250,1,720\n"
    (person,) = read(tmp_path, text, time_unit="min", amount_unit="ug")
    assert person.events == (event(0.5, 5, 20 / 60), event(12.5, 5, 20 / 60))


def test_observations_and_covariates(tmp_path: Path) -> None:
    text = """ID,TIME,AMT,EVID,CMT,MDV,DV,WT,AGE,NK
1,0,10,1,1,1,.,70,30,1
1,1,.,0,2,0,150.5,70,30,.
1,2,.,0,2,1,999,71,30,.
1,3,.,0,3,0,.,71,30,.
1,4,.,0,2,0,80,.,30,.
2,0,10,1,1,1,.,55,41,0
"""
    first, second = read(tmp_path, text, covariates=["nk"])
    assert first.observations.time.tolist() == [1, 4]
    assert first.observations.value.tolist() == [150.5, 80]
    assert first.observations.compartment.tolist() == [2, 2]
    assert first.covariates == {"WT": ((0, 70), (2, 71)), "AGE": ((0, 30),), "NK": ((0, 1),)}
    assert (first.constant("AGE"), first.constant("SEX"), second.constant("WT")) == (30, None, 55)
    assert len(second.observations) == 0
    with pytest.raises(InputError, match="WT of person 1 changes with time"):
        first.constant("WT")


def test_tabs_and_spaces_separate_too(tmp_path: Path) -> None:
    for text in ("ID\tTIME\tAMT\n1\t0\t10\n", "ID TIME AMT\n  1   0.0    10\n"):
        assert read(tmp_path, text)[0].events == (event(0, 10),)


def test_a_column_can_be_dropped(tmp_path: Path) -> None:
    (person,) = read(tmp_path, "ID,TIME,AMT,NOTE\n1,0,10,felt well\n", drop=["note"])
    assert person.events == (event(0, 10),)
    assert person.covariates == {}


def test_a_regimen_comes_back_as_the_same_events(tmp_path: Path) -> None:
    regimen = parse_sentence("0.5 mg/kg iv over 40 min twice weekly for 3 weeks and 10 mg iv q7h at steady state x 9")
    person = individual("7", regimen, covariates={"WT": 83.7, "AGE": 41.0})
    write_nonmem([person], tmp_path / "doses.csv")
    (again,) = read_nonmem(tmp_path / "doses.csv", drug="ketamine")
    assert again == person
    assert [e.amount for e in again.events if e.duration] == [0.5 * 83.7] * 6


def test_an_open_ended_regimen_needs_a_horizon_to_be_written() -> None:
    daily = Regimen.bolus(10, route="oral", ii=24)
    assert len(individual("1", daily, until=72).events) == 3
    with pytest.raises(InputError, match="no end of its own"):
        individual("1", daily)
    with pytest.raises(InputError, match="needs a body weight"):
        individual("1", parse_sentence("1 mg/kg im"))


HOURS = st.one_of(st.integers(0, 500).map(float), st.floats(0, 1e4))


@st.composite
def people(draw: st.DrawFn) -> tuple[Individual, ...]:
    made = []
    for number in range(draw(st.integers(1, 3))):
        events = draw(
            st.lists(
                st.builds(
                    DoseEvent,
                    time=HOURS,
                    amount=st.floats(1e-6, 1e6),
                    per_kg=st.just(False),
                    duration=st.one_of(st.just(0.0), st.floats(1e-3, 1e3)),
                    drug=st.just(K),
                    route=st.sampled_from([Route.iv, Route.oral]),
                    basis=st.just(Basis.base),
                    steady_interval=st.one_of(st.just(0.0), st.floats(1e-3, 1e3)),
                    reset=st.booleans(),
                    lag=st.one_of(st.just(0.0), st.floats(1e-3, 10)),
                ),
                max_size=6,
            )
        )
        seen = draw(st.lists(st.tuples(HOURS, st.floats(0, 1e6), st.integers(0, 5)), max_size=5))
        columns = np.array(sorted(seen, key=lambda row: row[0]), dtype=np.float64).reshape(-1, 3)
        changes = sorted(draw(st.sets(HOURS, min_size=1, max_size=3)))
        weights = tuple((when, 50.0 + place) for place, when in enumerate(changes))
        made.append(
            Individual(
                str(number),
                tuple(sorted(events, key=lambda e: e.time)),
                {"WT": weights},
                Observations(columns[:, 0], columns[:, 1], columns[:, 2].astype(np.int64)),
            )
        )
    return tuple(made)


@given(people())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_is_read_back(tmp_path: Path, everyone: tuple[Individual, ...]) -> None:
    routes = {1: "iv", 2: "oral"}
    write_nonmem(everyone, tmp_path / "x.csv", routes=routes)
    again = read_nonmem(tmp_path / "x.csv", drug=K, routes=routes)
    assert again == everyone
    for person, other in zip(everyone, again, strict=True):
        assert np.array_equal(person.observations.time, other.observations.time)
        assert np.array_equal(person.observations.value, other.observations.value)
        assert np.array_equal(person.observations.compartment, other.observations.compartment)


# file -> line and reason
BROKEN = {
    "ID,TIME,AMNT\n1,0,10\n": (1, "column AMNT is not known; did you mean AMT?"),
    "ID,TIME,FOO\n1,0,10\n": (1, "column FOO is not known; if it is a covariate, name it in covariates"),
    "ID,TIME,AMT,AMT\n1,0,10,10\n": (1, "column AMT is named twice"),
    ",ID,TIME,AMT\n1,1,0,10\n": (1, "column 1 has no name"),
    "TIME,AMT\n0,10\n": (1, "column ID is missing"),
    "ID,AMT\n1,10\n": (1, "column TIME is missing"),
    "1,0,10\n1,2,10\n": (1, "the first line must name the columns"),
    "": (1, "the first line must name the columns"),
    "ID,TIME,AMT\n": (None, "no record below its first line"),
    "ID,TIME,AMT\n1,0\n": (2, "this line has 2 cells, the first line names 3 columns"),
    "ID,TIME,AMT\n1,0,10\n1,1,10,5\n": (3, "this line has 4 cells"),
    "ID,TIME,AMT\n1,zero,10\n": (2, "TIME 'zero' is not a number"),
    "ID,TIME,AMT\n1,12:30,10\n": (2, "Clock times are not read"),
    "ID,TIME,AMT\n1,0,nan\n": (2, "AMT 'nan' is not a number"),
    "ID,TIME,AMT\n1,0,inf\n": (2, "AMT 'inf' is not a number"),
    "ID,TIME,AMT\n1,0,1e999\n": (2, "AMT 1e999 is not finite"),
    "ID,TIME,AMT\n.,0,10\n": (2, "ID is missing"),
    "ID,TIME,AMT\n1,,10\n": (2, "TIME is missing"),
    "ID,TIME,AMT\n1,-1,10\n": (2, "TIME -1 is negative"),
    "ID,TIME,AMT\n1,5,10\n1,4,10\n": (3, "TIME goes back within person 1"),
    "ID,TIME,AMT,EVID\n1,5,10,1\n1,0,10,4\n": (3, "A clock that starts again at a reset is not read"),
    "ID,TIME,AMT\n1,0,10\n2,0,10\n1,5,10\n": (4, "the lines of person 1 do not stand together"),
    "ID,TIME,AMT\n1,0,-10\n": (2, "AMT -10 is not a dose"),
    "ID,TIME,AMT,EVID\n1,0,0,1\n": (2, "AMT 0 is not a dose"),
    "ID,TIME,AMT,EVID\n1,0,10,0\n": (2, "AMT 10 stands on a line with EVID 0"),
    "ID,TIME,AMT,EVID,RATE\n1,0,.,2,5\n": (2, "RATE 5 stands on a line with EVID 2"),
    "ID,TIME,AMT,EVID\n1,0,10,3\n": (2, "AMT 10 stands on a line with EVID 3"),
    "ID,TIME,AMT,EVID\n1,0,10,7\n": (2, "EVID 7 is not possible; expected one of 0, 1, 2, 3, 4"),
    "ID,TIME,AMT,EVID\n1,0,10,1.5\n": (2, "EVID 1.5 is not possible"),
    "ID,TIME,AMT,EVID,MDV\n1,0,10,1,0\n": (2, "MDV 0 calls this line an observation, EVID 1 a dose"),
    "ID,TIME,AMT,DV,MDV\n1,0,.,5,3\n": (2, "MDV 3 is not possible"),
    "ID,TIME,AMT,ADDL\n1,0,10,3\n": (2, "ADDL needs II"),
    "ID,TIME,AMT,ADDL,II\n1,0,10,-3,12\n": (2, "ADDL -3 is not possible"),
    "ID,TIME,AMT,ADDL,II\n1,0,10,2.5,12\n": (2, "ADDL 2.5 is not possible; expected a whole number"),
    "ID,TIME,AMT,ADDL,II\n1,0,10,3,-12\n": (2, "II -12 is negative"),
    "ID,TIME,AMT,ADDL,II\n1,0,10,100000,12\n": (2, "more than 100,000 doses of person 1"),
    "ID,TIME,AMT,II\n1,0,10,12\n": (2, "II 12 h has no meaning without ADDL or SS"),
    "ID,TIME,AMT,SS\n1,0,10,1\n": (2, "SS needs II"),
    "ID,TIME,AMT,SS,II\n1,0,10,3,12\n": (2, "SS 3 is not possible; expected one of 0, 1, 2"),
    "ID,TIME,AMT,RATE,SS\n1,0,0,5,1\n": (2, "an infusion without an end at steady state"),
    "ID,TIME,AMT,RATE\n1,0,10,-3\n": (2, "RATE -3 is not possible"),
    "ID,TIME,AMT,RATE\n1,0,10,-2\n": (2, "RATE -2 leaves the duration of the input to the model"),
    "ID,TIME,AMT,RATE,DUR\n1,0,10,5,3\n": (2, "RATE, DUR and AMT contradict each other"),
    "ID,TIME,AMT,DUR\n1,0,10,-3\n": (2, "DUR -3 is negative"),
    "ID,TIME,AMT,CMT\n1,0,10,2\n": (2, "a dose into CMT 2 has no route"),
    "ID,TIME,AMT,CMT\n1,0,10,1.5\n": (2, "CMT 1.5 is not possible"),
    "C,ID,TIME,AMT\nmaybe,1,0,10\n": (2, "C 'maybe' is not possible"),
    "ID,TIME,AMT,WT\n1,0,10,70\n1,0,.,80\n": (3, "WT is 70 and 80 at the same time"),
    "ID,TIME,AMT\n1,0,\x00\n": (2, "not a NONMEM data file"),
}


@pytest.mark.parametrize(("text", "expected"), BROKEN.items(), ids=[reason for _, reason in BROKEN.values()])
def test_a_broken_file_gets_file_line_and_reason(tmp_path: Path, text: str, expected: tuple[int | None, str]) -> None:
    line, reason = expected
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert caught.value.where == ("data.csv" if line is None else f"data.csv:{line}")
    assert reason in caught.value.sentence
    assert "\n" not in str(caught.value)


def test_a_modelled_compartment_wants_a_modelled_rate(tmp_path: Path) -> None:
    routes = {1: Compartment(Route.iv, modelled="rate")}
    with pytest.raises(InputError, match="the rate of input into this CMT is said to be modelled, but RATE is 5"):
        read(tmp_path, "ID,TIME,AMT,RATE\n1,0,10,5\n", routes=routes)


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00" * 10_000_000,
        b"a" * 10_000_000,
        os.urandom(200_000),
        b"\xff\xfe" * 1000,
        b"ID,TIME\n" + b"1," * 5_000_000,
    ],
    ids=["zeros", "one letter", "noise", "no text", "one endless line"],
)
def test_garbage_is_refused_quickly(tmp_path: Path, garbage: bytes) -> None:
    path = tmp_path / "garbage.csv"
    path.write_bytes(garbage)
    started = time.process_time()
    with pytest.raises(InputError, match=r"garbage\.csv:\d+: "):
        read_nonmem(path, drug=K)
    assert time.process_time() - started < 1.0


@given(st.text(alphabet='ID,TIMEAMTRC.0123456789-+e\n\t" #', max_size=120))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_read_or_refused(tmp_path: Path, text: str) -> None:
    for start in ("", "ID,TIME,AMT,RATE\n1,"):
        with contextlib.suppress(InputError):
            assert read(tmp_path, start + text)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.csv cannot be read: no such file"):
        read_nonmem(tmp_path / "nowhere.csv", drug=K)


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"drug": "aspirin"}, "drug 'aspirin' is not known"),
        ({"basis": "acid"}, "basis 'acid' is not known"),
        ({"routes": {1: "eye"}}, "route 'eye' is not known"),
        ({"routes": {}}, "routes is empty"),
        ({"amount_unit": "mg/kg"}, "AMT"),
        ({"time_unit": "mg"}, "TIME"),
    ],
)
def test_a_wrong_border_is_refused(tmp_path: Path, how: dict[str, object], reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read(tmp_path, "ID,TIME,AMT\n1,3,10\n", **how)


def dosed(**more: object) -> Individual:
    return Individual("1", (event(0, 10, **more),))


UNWRITABLE = {
    "no compartment number": ([dosed(route=Route.oral)], "ketamine oral has no compartment number"),
    "dose per kilogram": (
        [Individual("1", (DoseEvent(0, 1, True, 0, K, Route.iv, Basis.base),))],
        "person 1 has a dose in mg/kg",
    ),
    "several drugs": ([Individual("1", (event(0, 1), event(1, 1, drug=S)))], "the doses are of several drugs"),
    "base and salt": ([Individual("1", (event(0, 1), event(1, 1, basis=Basis.salt)))], "some salt"),
    "the same person twice": ([dosed(), dosed()], "ID '1' cannot be written"),
    "an ID that is a comment": ([Individual("#1", ())], "ID '#1' cannot be written"),
    "an ID that means missing": ([Individual(".", ())], r"ID '\.' cannot be written"),
    "a covariate named as an item": (
        [Individual("1", (), {"AMT": ((0.0, 1.0),)})],
        "covariate 'AMT' cannot be written",
    ),
    "a covariate in small letters": ([Individual("1", (), {"wt": ((0.0, 1.0),)})], "covariate 'wt' cannot be written"),
}


@pytest.mark.parametrize("case", UNWRITABLE.values(), ids=UNWRITABLE)
def test_what_cannot_be_written_leaves_the_old_file_alone(tmp_path: Path, case: tuple[list[Individual], str]) -> None:
    people, reason = case
    path = tmp_path / "old.csv"
    path.write_text("old")
    with pytest.raises(InputError, match=reason):
        write_nonmem(people, path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["old.csv"]


def test_a_failure_while_writing_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(InputError, match="no space left on device"):
        write_nonmem([dosed()], tmp_path / "new.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_nonmem([dosed()], tmp_path / "none" / "new.csv")


def test_the_written_file_is_plain_and_readable_by_others(tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    write_nonmem(
        [individual("1", parse_sentence("20 mg iv over 2 h"), covariates={"WT": 70.0}), Individual("2", ())], path
    )
    assert path.read_text() == (
        "ID,TIME,AMT,RATE,DUR,ADDL,II,SS,EVID,CMT,MDV,DV,WT\n"
        "1,0.0,20.0,10.0,2.0,0,0,0,1,1,1,.,70.0\n"
        "2,0.0,0,0,0,0,0,0,2,0,1,.,.\n"
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
