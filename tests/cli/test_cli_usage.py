"""A mistyped command line: exit 2 and one sentence that says what was typed and how to go on."""

from __future__ import annotations

import sys

import pytest

from ketsim.cli import faults
from ketsim.cli.app import VERBS, run
from ketsim.errors import InputError, NumericsError

MISTYPED = [
    ("simulate", ["needs a dosing sentence", "ketsim simulate"]),
    ("simulate 0.5 mg/kg iv", ['"mg/kg"', "in quotes"]),
    ("simulate dose --weight", ["--weight needs a value"]),
    ("simulate dose --wieght 70", ["no option --wieght", "--weight?"]),
    ("simulate dose --weight 70 --weight 80", ["--weight", "twice"]),
    ("simulate dose --seed 1.5", ["--seed", '"1.5"', "whole number"]),
    ("simulate dose --population many", ["--population", '"many"', "whole number"]),
    ("simulate dose --workers two", ["--workers", '"two"', "whole number"]),
    ("simulate dose --json=3", ["--json", '"3"']),
    ("simulate dose -x", ["no option -x"]),
    ("simulat dose", ['"simulat"', "simulate?"]),
    ("trial Chen2020", ['no verb "trial"', "simulate, compare"]),
    ("plan", ['no verb "plan"']),
    ("--loud", ['no option "--loud"']),
    ("scenario.yaml", ["needs a verb before it", "ketsim simulate"]),
    ("compare", ["compare needs model keys and a dose"]),
    ("compare Kamp2020 --dose", ["--dose needs a value"]),
    ("convert", ["a file to read and a file to write"]),
    ("convert one.csv", ["a file to read and a file to write"]),
    ("new", ["ketsim new source"]),
    ("new thing Name", ['"thing"', "source", "scenario"]),
    ("models one two", ['"two"', "one word too many"]),
]


@pytest.mark.parametrize(("line", "words"), MISTYPED, ids=[line for line, _ in MISTYPED])
def test_mistyped(line: str, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    status = run(line.split())
    out, err = capsys.readouterr()
    assert (status, out) == (faults.BAD_INPUT, "")
    assert err.count("\n") == 1
    assert err.endswith(".\n")
    for word in words:
        assert word in err


def test_a_sentence_without_a_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["0.5 mg/kg iv over 40 min"]) == faults.BAD_INPUT
    assert "needs a verb before it" in capsys.readouterr().err


def test_every_verb_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in VERBS:
        assert run([verb, "--help"]) == faults.DONE
        out, err = capsys.readouterr()
        assert f"ketsim {verb}" in out
        assert err == ""


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == run(["--help"]) == faults.DONE
    listed = capsys.readouterr().out
    places = [listed.index(f"│ {verb} ") for verb in VERBS]
    assert places == sorted(places)
    assert run(["--version"]) == faults.DONE
    assert capsys.readouterr().out.strip()[0].isdigit()


class _Broken:
    """Stands in for the module of a verb."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def gaps(self) -> None:
        raise self._error


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (InputError("weight is missing.", where="a.yaml:3"), 2, "a.yaml:3: weight is missing."),
        (NumericsError("relative error 3e-4 exceeds 1e-9"), 3, "NumericsError: relative error 3e-4 exceeds 1e-9"),
        (ZeroDivisionError("by\nzero"), 3, "ZeroDivisionError: by zero"),
        (RecursionError(), 3, "RecursionError"),
        (KeyboardInterrupt(), 130, "Stopped."),
    ],
)
def test_how_a_run_ends(
    error: BaseException, status: int, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("KETSIM_DEBUG", raising=False)
    monkeypatch.setitem(sys.modules, "ketsim.cli.gaps", _Broken(error))
    assert run(["gaps"]) == status
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert words in err


def test_a_traceback_only_when_asked_for(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "ketsim.cli.gaps", _Broken(ZeroDivisionError("zero")))
    monkeypatch.setenv("KETSIM_DEBUG", "1")
    assert run(["gaps"]) == faults.FAULT
    assert "Traceback" in capsys.readouterr().err


def test_what_was_typed_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    run(["\x1b[2J\x07\nwipe" + "x" * 500])
    err = capsys.readouterr().err
    assert "\x1b" not in err
    assert err.count("\n") == 1
    assert len(err) < 300
