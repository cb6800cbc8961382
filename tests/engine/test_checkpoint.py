"""A run that is killed and started again ends as if nothing had happened, and never takes another run's blocks."""

import hashlib
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from ketsim.engine.checkpoint import RUN, RunFolder, identity_of
from ketsim.errors import InputError

BLOCKS = 12
WORKER = """
import sys, time
from pathlib import Path
import numpy as np
from ketsim.engine.checkpoint import RunFolder, identity_of

def work(block):
    time.sleep(0.02)
    source = np.random.default_rng(block)
    return {"values": source.normal(size=(4000, 3)), "names": np.array(["a", "bc"]), "steps": np.arange(block)}

run = RunFolder.open(Path(sys.argv[1]), identity=identity_of("a run"), blocks=int(sys.argv[2]))
for block, arrays in run.finish(work):
    print(block, flush=True)
"""


def content(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def start(folder):
    command = [sys.executable, "-c", WORKER, str(folder), str(BLOCKS)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def finish(process):
    with process:
        process.stdout.read()
        return process.wait(60)


def test_killed_and_started_again_it_is_bit_identical(tmp_path):
    """kill -9 at several random moments, in the middle of writing among them."""
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    assert finish(start(whole)) == 0
    source, kills = np.random.default_rng(), 0
    for _ in range(6):
        process = start(broken)
        process.stdout.readline()
        time.sleep(source.uniform(0.0, 0.05))
        process.send_signal(signal.SIGKILL)
        kills += finish(process) == -signal.SIGKILL
    assert kills
    assert finish(start(broken)) == 0
    assert content(broken) == content(whole)


def some(block=0):
    return {
        "a": np.arange(12.0).reshape(3, 4)[:, ::2] + block,
        "b": np.array(3, dtype=np.int32),
        "empty": np.zeros((0, 5)),
        "flags": np.array([True, False]),
        "text": np.array(["x", "long"]),
    }


def test_what_was_stored_is_loaded(tmp_path):
    run = RunFolder.open(tmp_path / "run", identity="i", blocks=2)
    run.store(1, some())
    loaded = run.load(1)
    assert list(loaded) == list(some())
    for name, array in some().items():
        assert loaded[name].dtype == array.dtype and loaded[name].shape == array.shape
        assert np.array_equal(loaded[name], array)
    assert run.load(0) is None and run.missing() == [0]


def test_only_what_is_missing_is_done(tmp_path):
    run = RunFolder.open(tmp_path / "run", identity="i", blocks=4)
    run.store(2, some(2))
    done = []

    def work(block):
        done.append(block)
        return some(block)

    again = RunFolder.open(tmp_path / "run", identity="i", blocks=4)
    assert [float(arrays["a"][0, 0]) for _, arrays in again.finish(work)] == [0.0, 1.0, 2.0, 3.0]
    assert done == [0, 1, 3]


@pytest.mark.parametrize("place", [0, 20, 60, 200, -1])
def test_a_damaged_block_is_done_again(tmp_path, place):
    run = RunFolder.open(tmp_path / "run", identity="i", blocks=1)
    path = run.store(0, some())
    body = bytearray(path.read_bytes())
    body[place] ^= 1
    path.write_bytes(body)
    assert run.missing() == [0]
    path.write_bytes(body[:30])
    assert run.missing() == [0]


def test_a_block_of_another_run_or_place_is_not_taken(tmp_path):
    run = RunFolder.open(tmp_path / "run", identity="i", blocks=2)
    path = run.store(0, some())
    path.rename(run.place(1))
    assert run.missing() == [0, 1]


@pytest.mark.parametrize("other", [{"identity": "j"}, {"blocks": 3}])
def test_a_folder_of_another_run_is_refused(tmp_path, other):
    RunFolder.open(tmp_path / "run", identity="i", blocks=2).store(0, some())
    before = content(tmp_path / "run")
    with pytest.raises(InputError, match="belongs to another run"):
        RunFolder.open(tmp_path / "run", **({"identity": "i", "blocks": 2} | other))
    assert content(tmp_path / "run") == before


def test_a_folder_with_other_things_is_refused_and_left_alone(tmp_path):
    (tmp_path / "letters.txt").write_text("dear")
    (tmp_path / ".draft.part").write_text("half")
    with pytest.raises(InputError, match=r"letters\.txt and no run"):
        RunFolder.open(tmp_path, identity="i", blocks=1)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".draft.part", "letters.txt"]


def test_a_torn_mark_is_refused(tmp_path):
    RunFolder.open(tmp_path / "run", identity="i", blocks=1)
    (tmp_path / "run" / RUN).write_text("{")
    with pytest.raises(InputError, match="another run"):
        RunFolder.open(tmp_path / "run", identity="i", blocks=1)


def test_a_place_that_cannot_be_written_says_so(tmp_path):
    Path(tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="cannot be written"):
        RunFolder.open(tmp_path / "file" / "run", identity="i", blocks=1)


def test_objects_are_refused(tmp_path):
    run = RunFolder.open(tmp_path / "run", identity="i", blocks=1)
    with pytest.raises(InputError, match="objects"):
        run.store(0, {"a": np.array([None])})
    assert [path.name for path in (tmp_path / "run").iterdir()] == [RUN]


def test_the_identity_tells_runs_apart():
    assert identity_of("a", "b") != identity_of("ab") != identity_of("a", b"b", "")
    assert identity_of("a", b"b") == identity_of(b"a", "b")
