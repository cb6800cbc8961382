"""A run that is spread over processes, killed or moved to a scheduler gives the bits of one that was left alone."""

import json
import pickle
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import ketsim.crew as crew
import ketsim.simulation as simulation
from ketsim.blocks import Gathered, arrays_of, block_of
from ketsim.cli.app import run as ketsim
from ketsim.errors import InputError
from ketsim.plan import make_plan
from ketsim.scenario import Scenario
from ketsim.simulation import BLOCK, forget, simulate

WEEKLY = {
    "dose": "0.5 mg/kg iv over 40 min weekly for 2 weeks",
    "until": "16 d",
    "effects": "none",
    "course": "withdrawal",
    "seed": 4,
}
DAYS = {**WEEKLY, "dose": "100 mg intranasal ketamine daily for 3 days", "until": "8 d", "course": "withdrawal,craving"}

# A run of many small blocks in a process of its own: folder, file for the result, people.
ALONE = """
import pickle, sys
from pathlib import Path
import ketsim.crew as crew
import ketsim.simulation as simulation
from ketsim.scenario import Scenario

simulation.BLOCK, simulation.KEEP_PEOPLE, crew.SUMMED = 8, 16, 4
asked = Scenario(**{asked!r}, population=int(sys.argv[3]))
result = simulation.simulate(asked, folder=Path(sys.argv[1]), progress=lambda done, size: print(done, flush=True))
Path(sys.argv[2]).write_bytes(pickle.dumps(result))
"""


def same(a, b):
    assert [(o.name, o.model) for o in a.outputs] == [(o.name, o.model) for o in b.outputs]
    for one, other in zip(a.outputs, b.outputs, strict=True):
        for name in ("low", "median", "high"):
            assert np.asarray(getattr(one, name)).tobytes() == np.asarray(getattr(other, name)).tobytes()
    assert a.to_dict() == b.to_dict()


def small_blocks(monkeypatch):
    monkeypatch.setattr(simulation, "BLOCK", 8)
    monkeypatch.setattr(simulation, "KEEP_PEOPLE", 16)
    monkeypatch.setattr(crew, "SUMMED", 4)


def test_killed_at_random_moments_and_run_again_it_gives_the_very_same_bits(tmp_path, monkeypatch):
    people = 96
    folder, answer = tmp_path / "run", tmp_path / "result.pickle"
    command = [sys.executable, "-c", ALONE.replace("{asked!r}", repr(WEEKLY)), str(folder), str(answer), str(people)]
    source, reached = np.random.default_rng(), []
    for _ in range(4):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            first = process.stdout.readline()
            time.sleep(source.uniform(0.1, 1.0))
            process.send_signal(signal.SIGKILL)
            rest = process.stdout.read().split()
            assert process.wait(60) in (-signal.SIGKILL, 0)
        if answer.exists():  # a fast machine may be done before the last kill
            break
        reached.append(int(([first, *rest])[-1]))
    assert reached == sorted(reached), "what was finished is not done again"
    assert reached and reached[-1] > 8
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    small_blocks(monkeypatch)
    same(pickle.loads(answer.read_bytes()), simulate(Scenario(**WEEKLY, population=people)))


def test_it_goes_on_where_it_stopped_and_takes_no_more_room(tmp_path, monkeypatch):
    small_blocks(monkeypatch)
    asked = Scenario(**WEEKLY, population=80)
    computed = []
    run = simulation._run

    def until_the_seventh(plan, first, count):
        if len(computed) == 7:
            raise RuntimeError("the power is gone")
        computed.append(first)
        return run(plan, first, count)

    monkeypatch.setattr(simulation, "_run", until_the_seventh)
    with pytest.raises(RuntimeError):
        simulate(asked, folder=tmp_path / "run")
    assert sorted(p.name for p in (tmp_path / "run").iterdir()) == [
        *(f"block-{n:06d}.bin" for n in (4, 5, 6)),
        "run.json",
        "sum.bin",
    ]
    (tmp_path / "run" / "block-000005.bin").write_bytes(b"torn")
    monkeypatch.setattr(simulation, "_run", lambda *given: computed.append(given[1]) or run(*given))
    told = []
    again = simulate(asked, folder=tmp_path / "run", progress=lambda done, size: told.append(done))
    assert computed[7:] == [40, 56, 64, 72]  # the torn one, and those that were not begun
    assert told[0] == 40
    monkeypatch.setattr(simulation, "_run", run)
    same(again, simulate(asked))
    forget(tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_another_run_is_refused_and_not_touched(tmp_path, monkeypatch):
    small_blocks(monkeypatch)
    simulate(Scenario(**WEEKLY, population=17), folder=tmp_path / "run")
    before = {p.name: p.read_bytes() for p in (tmp_path / "run").iterdir()}
    with pytest.raises(InputError, match="belongs to another run than the one asked for; choose a new folder"):
        simulate(Scenario(**{**WEEKLY, "seed": 5}, population=17), folder=tmp_path / "run")
    assert {p.name: p.read_bytes() for p in (tmp_path / "run").iterdir()} == before


def test_the_command_line_goes_on_in_the_same_folder_and_clears_up(tmp_path, monkeypatch, capsys):
    small_blocks(monkeypatch)
    line = ["simulate", WEEKLY["dose"], "--until", "16d", "--effects", "none", "--population", "40", "--json"]
    run, computed = simulation._run, []

    def interrupted(plan, first, count):
        if first == 24:
            raise KeyboardInterrupt
        return run(plan, first, count)

    monkeypatch.setattr(simulation, "_run", interrupted)
    assert ketsim([*line, "--out", str(tmp_path / "out")]) == 130
    said = capsys.readouterr()
    assert json.loads(said.out)["subjects"] == 24
    assert "The same command again goes on where this one stopped." in said.err
    assert (tmp_path / "out" / ".run").is_dir()
    monkeypatch.setattr(simulation, "_run", lambda *given: computed.append(given[1]) or run(*given))
    assert ketsim([*line, "--out", str(tmp_path / "out")]) == 0
    again = capsys.readouterr().out
    assert computed == [24, 32]
    assert not (tmp_path / "out" / ".run").exists()
    assert ketsim(line) == 0
    assert capsys.readouterr().out == again


def test_forgetting_a_folder_that_holds_no_run_deletes_nothing(tmp_path):
    (tmp_path / "block-000000.bin").write_bytes(b"somebody else's")
    forget(tmp_path)
    forget(tmp_path / "nowhere")
    assert [p.name for p in tmp_path.iterdir()] == ["block-000000.bin"]


def test_two_workers_give_the_bits_of_one_with_and_without_a_folder(tmp_path):
    asked = Scenario(**DAYS, population=BLOCK + 40)
    alone = simulate(asked)
    assert {o.name for o in alone.outputs} > {"ketamine", "withdrawal", "craving"}
    same(simulate(asked, workers=2), alone)
    same(simulate(asked, workers=2, folder=tmp_path / "run"), alone)


@pytest.mark.parametrize(("keep", "effects"), [(10, "none"), (1000, "default")])
def test_a_block_comes_back_from_arrays_as_it_was(keep, effects, monkeypatch):
    monkeypatch.setattr(simulation, "KEEP_PEOPLE", keep)
    monkeypatch.setattr(simulation, "BLOCK", 8)
    plan = make_plan(Scenario(**{**WEEKLY, "effects": effects}, population=16))
    blocks = [simulation._run(plan, first, 8) for first in (0, 8)]
    gathered = Gathered()
    for block in blocks:
        arrays = arrays_of(block)
        again = arrays_of(block_of(arrays))
        assert list(again) == list(arrays)
        for name, array in arrays.items():
            assert again[name].dtype == array.dtype and np.array_equal(again[name], array, equal_nan=True), name
        gathered.add(block_of(arrays))
    whole = block_of(arrays_of(gathered.block()))
    assert whole.people == 16
    assert {name for _, name in whole.course} == {"withdrawal"}
    assert whole.error == max(block.error for block in blocks)


def test_a_scheduler_without_the_extra_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r'needs the extra "dask": pip install "ketsim\[dask\]"'):
        simulate(Scenario(**WEEKLY, population=5), scheduler="tcp://127.0.0.1:1")


def test_a_scheduler_that_is_not_there_is_named(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(crew, "_PATIENCE", 1)
    with pytest.raises(InputError, match=r"scheduler tcp://127.0.0.1:9 cannot be reached"):
        simulate(Scenario(**WEEKLY, population=5), scheduler="tcp://127.0.0.1:9")


def started_from_the_readme(port, folder):
    """The scheduler and the workers as the README starts them, at another port."""
    text = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    lines = [line.removesuffix(" &") for line in text.splitlines() if line.startswith("dask ")]
    assert [line.split()[1] for line in lines] == ["scheduler", "worker"]
    for line in lines:
        _, *arguments = line.replace("8786", str(port)).split()
        given = [str(Path(sys.executable).with_name("dask")), *arguments, "--no-dashboard"]
        yield subprocess.Popen(given, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.slow
def test_the_scheduler_and_the_two_workers_of_the_readme_give_the_bits_of_one_process(tmp_path):
    distributed = pytest.importorskip("distributed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    processes = list(started_from_the_readme(port, tmp_path))
    try:
        with distributed.Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        asked = Scenario(**DAYS, population=BLOCK + 40)
        same(simulate(asked, scheduler=address, folder=tmp_path / "run"), simulate(asked))
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(30)
