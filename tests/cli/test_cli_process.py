"""The real command in a real process: exit status, what it loads, pipes, Ctrl-C, and no traceback whatever is typed."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ketsim.cli.app import VERBS, run

DOSE = "0.5 mg/kg iv over 40 min"
ONE_PERSON = ("simulate", DOSE, "--weight", "70kg")


def ketsim(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **settings}
    return subprocess.run(
        [sys.executable, "-m", "ketsim", *arguments], capture_output=True, text=True, env=environment, check=False
    )


def loaded(*arguments: str) -> set[str]:
    """The top-level modules that a command line loads."""
    code = (
        "import sys, json; from ketsim.cli.app import run; "
        f"status = run({list(arguments)!r}); sys.stdout.write('\\n'); assert status == 0; "
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_help_starts_nothing_heavy() -> None:
    heavy = {"numpy", "pydantic", "pint", "scipy", "pandas", "xarray", "ruamel", "lark", "vl_convert", "pyarrow"}
    assert not heavy & loaded("--help")


@pytest.mark.parametrize(
    "more", [(), ("--effects", "none"), ("--with", "alcohol")], ids=lambda more: " ".join(more) or "effects"
)
def test_one_person_loads_only_what_it_needs(more: tuple[str, ...]) -> None:
    modules = loaded(*ONE_PERSON, *more, "--json")
    assert "numpy" in modules
    assert not {"pint", "scipy", "pandas", "xarray", "ruamel", "vl_convert", "pyarrow", "rich"} & modules


@pytest.mark.parametrize("dose", ["2 mg/kg iv over 1 min", "1 mg/kg im", "84 mg esketamine nasal", "0.5 mg/kg oral"])
def test_words_with_alarms_and_effects_need_neither_yaml_nor_pint(dose: str) -> None:
    modules = loaded("simulate", dose, "--weight", "70kg")
    assert not {"pint", "scipy", "pandas", "xarray", "ruamel", "vl_convert", "pyarrow"} & modules


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (ONE_PERSON, 0),
        (("--version",), 0),
        (("simulate", DOSE), 2),
        (("simulate",), 2),
        (("trial", "x"), 2),
    ],
)
def test_exit_status(arguments: tuple[str, ...], status: int) -> None:
    done = ketsim(*arguments)
    assert done.returncode == status
    assert "Traceback" not in done.stderr
    assert bool(done.stdout) == (status == 0)
    assert done.stderr.count("\n") == (0 if status == 0 else 1)


def test_the_same_question_gives_the_same_bytes() -> None:
    line = ("simulate", DOSE, "--population", "30", "--seed", "5", "--json")
    assert ketsim(*line).stdout == ketsim(*line, PYTHONHASHSEED="123").stdout


@pytest.mark.parametrize("dose", [DOSE, "2 mg/kg iv over 1 min"])
def test_the_same_question_gives_the_same_words(dose: str) -> None:
    line = ("simulate", dose, "--weight", "70kg", "--with", "alcohol")
    one, other = (ketsim(*line, PYTHONHASHSEED=seed).stdout for seed in ("1", "2"))
    assert one == other
    assert one.startswith("Seek care now")


def test_a_reader_that_leaves_early() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as out:
        done = subprocess.run(
            [sys.executable, "-m", "ketsim", "models"], stdout=out, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_terminal_without_the_characters() -> None:
    done = ketsim("simulate", DOSE, "--population", "5", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "Cmax" in done.stdout


def test_a_pipe_gets_plain_text_and_a_terminal_gets_folded_text() -> None:
    assert "\x1b" not in ketsim("models", FORCE_COLOR="1").stdout
    keyboard, screen = pty.openpty()
    environment = {**os.environ, "COLUMNS": "70", "TERM": "xterm"}
    with subprocess.Popen([sys.executable, "-m", "ketsim", *ONE_PERSON], stdout=screen, env=environment) as process:
        os.close(screen)
        shown = _read_all(keyboard)
    assert process.returncode == 0
    assert "\x1b[1m" in shown
    plain = shown.replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert max(len(line) for line in plain.splitlines()) <= 70


@pytest.mark.usefixtures("ctrl_c_heard")
def test_ctrl_c_stops_a_long_run_and_gives_what_was_finished(tmp_path: Path) -> None:
    keyboard, screen = pty.openpty()
    line = ["simulate", DOSE, "--population", "50000000", "--out", str(tmp_path / "out")]
    with subprocess.Popen(
        [sys.executable, "-m", "ketsim", *line], stdout=subprocess.PIPE, stderr=screen, text=True
    ) as process:
        try:
            os.close(screen)
            progress = b""
            while b"50,000,000" not in progress:  # it is on its way, and says so on a terminal
                progress += os.read(keyboard, 4096)
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=60)
        finally:
            process.kill()  # one that does not listen must not hold up all other tests until 50,000,000 are done
    said = _read_all(keyboard)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert "Stopped early" in out.splitlines()[1]
    found = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    assert found["stopped"] is True
    assert 0 < found["subjects"] < 50_000_000
    assert found["subjects"] % 1_024 == 0


def test_ctrl_c_before_anything_was_finished_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr("ketsim.simulation._run", interrupted)
    assert run(["simulate", DOSE, "--population", "5", "--out", str(tmp_path / "out")]) == 130
    assert os.listdir(tmp_path) == []  # noqa: PTH208  (hidden names count)


def _read_all(end: int) -> str:
    parts = []
    while True:
        try:
            part = os.read(end, 65_536)
        except OSError:  # the other end of a pseudo-terminal is closed
            break
        if not part:
            break
        parts.append(part)
    os.close(end)
    return b"".join(parts).decode()


FLAGS = [
    *("--weight", "--age", "--sex", "--height", "--ethnicity", "--liver", "--kidney", "--with", "--cyp2b6", "--model"),
    *(
        "--sampling",
        "--population",
        "--seed",
        "--until",
        "--at",
        "--json",
        "--dose-table",
        "--workers",
        "--uncertainty",
    ),
    *("--option", "--effects", "--bibtex", "--dose", "--help", "--version", "-h", "--", "-"),
]
WORDS = [
    *(DOSE, "84 mg esketamine nasal", "0.5 mg/kg iv twice weekly for 3 weeks", "10 mg iv q12h x 6", "10 mg oral"),
    *("70kg", "70", "-1", "0", "1e400", "nan", "5", "2", "30min,1h", "1h,,2h", "6wk", "venous", "arterial", "female"),
    *("none", "default", "cadss", "heart_rate,cadss", "bdnf", "asian", "alcohol", "heroin", "2 mg/kg iv over 1 min"),
    *("Kamp2020", "Otto2021", "Simons2022", "ticlopidine", "impaired", "source", "scenario", "no.yaml", "no.csv", "/"),
]
TOKEN = st.one_of(
    st.sampled_from([*VERBS, *FLAGS, *WORDS]),
    st.sampled_from(FLAGS).flatmap(lambda flag: st.sampled_from(WORDS).map(lambda word: f"{flag}={word}")),
    st.text(max_size=12).filter(lambda text: "\0" not in text),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(verb=st.sampled_from([*VERBS, "trial"]), rest=st.lists(TOKEN, max_size=7))
@example(verb="simulate", rest=["\ud800"])
@example(verb="sources", rest=["../../../etc/passwd"])
def test_whatever_is_typed(
    verb: str,
    rest: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    status = run([verb, *rest])
    out, err = capsys.readouterr()
    assert status in {0, 1, 2}, err
    assert "Traceback" not in err
    if status == 2:
        assert out == ""
        assert err.count("\n") == 1
