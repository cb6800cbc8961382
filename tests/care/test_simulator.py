"""Many calls at once through the real rules and the real log: every rule holds, and a broken rule is found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ketsim.care import routing
from ketsim.care.event import Offered
from ketsim.care.log import Log, broken_case, verify
from ketsim.care.metrics import measure
from ketsim.care.routing import Case, State
from ketsim.care.simulator import MOST, Simulated, made_up, simulate
from ketsim.errors import InputError

LISTINGS = ("listing-a", "listing-b")


def run(path: Path, *, calls: int = 300, seed: int = 1) -> Simulated:
    with Log(path, durable=False) as log:
        return simulate(log, made_up(), calls=calls, seed=seed, listings=LISTINGS, within=900)


def test_every_rule_holds_with_many_calls_at_once(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    done = run(path)
    assert done.violations == ()
    assert done.refused > 300
    assert done.at_once > 100
    passed = dict(done.passed)
    assert set(passed) == {str(state) for state in State} - {"new"}
    assert verify(path) is None
    with Log(path) as log:
        assert broken_case(log) is None
        cases = {entry.case_id for entry in log.entries()}
        assert len(cases) == 300
        assert all(log.case(case).is_over for case in cases)
        for entry in log.entries():  # a listing's number reached that listing and nobody else
            if entry.event == "listing_called":
                case = log.case(entry.case_id)
                assert {*case.tried, *case.consented, *filter(None, [case.reached])} <= {entry.provider}
        assert {one.mode for one in measure(log.entries())} == {"simulated"}


def test_the_same_seed_gives_the_same_course(tmp_path: Path) -> None:
    assert run(tmp_path / "a", calls=80) == run(tmp_path / "b", calls=80)
    assert run(tmp_path / "c", calls=80) != run(tmp_path / "d", calls=80, seed=2)


def test_a_broken_rule_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ring_anybody(case: Case, event: Offered) -> Case:
        return replace(case, state=State.OFFERED, offered=event.provider)

    monkeypatch.setattr(routing, "TABLE", {**routing.TABLE, (State.READY, Offered): ring_anybody})
    done = run(tmp_path / "log.sqlite", calls=60)
    assert any("offered was taken in ready" in violation for violation in done.violations)


def test_it_is_bounded(tmp_path: Path) -> None:
    with Log(tmp_path / "log.sqlite") as log:
        for calls in (0, MOST + 1):
            with pytest.raises(InputError, match="cannot be simulated"):
                simulate(log, made_up(), calls=calls)
