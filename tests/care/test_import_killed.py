"""A process that is killed while it imports leaves the old directory or the new one, never half of one."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from ketsim.care.store import Store

CHILD = """
import csv, gzip, io, sys
from ketsim.care.codes import DATA
from ketsim.care.importers import read_content
from ketsim.care.store import Store
from ketsim.care.writer import write

text = gzip.decompress((DATA / "samhsa_national_directory_2022.csv.gz").read_bytes()).decode()
rows = list(csv.reader(io.StringIO(text)))
def batches(start, count, as_of):
    out = io.StringIO()
    csv.writer(out).writerows([rows[0], *rows[1 + start:1 + start + count]])
    return read_content(out.getvalue().encode(), name="a.csv", as_of=as_of)
one, two = batches(0, 900, "2022-05-19"), batches(500, 700, "2022-06-19")
store = Store.open(sys.argv[1])
print("ready", flush=True)
while True:
    write(store, one, force=True)
    write(store, two, force=True)
"""
WHOLE = {"2022-05-19": 900, "2022-06-19": 700}


def kill_once(path, after):
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "ready\n"
    time.sleep(after)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()


def check(path):
    """Whole or empty, in every table and in the tree of points. Returns which."""
    store = Store.open(path)
    (sound,) = store.connection.execute("PRAGMA integrity_check").fetchone()
    assert sound == "ok"
    assert store.connection.execute("PRAGMA foreign_key_check").fetchall() == []
    sources = store.sources()
    counts = store.counts()
    points = store.connection.execute("SELECT count(*) FROM point").fetchone()[0]
    store.close()
    if not sources:
        assert not any(counts.values()) and points == 0
        return "empty"
    (source,) = sources
    assert counts["services"] == source.rows_kept == WHOLE[source.as_of]
    assert points == counts["locations"] - counts["without_point"]
    return source.as_of


def killed(tmp_path, times):
    draw = random.Random(9)
    seen = set()
    for number in range(times):
        # Half of them begin with an empty file, half go on with what the killed one before left.
        path = tmp_path / f"care-{number // 2}.sqlite"
        kill_once(path, draw.uniform(0.0, 0.9))
        seen.add(check(path))
    return seen


def test_a_killed_import_leaves_no_half_directory(tmp_path):
    assert killed(tmp_path, 8) <= {"empty", *WHOLE}


@pytest.mark.slow
def test_a_hundred_killed_imports_leave_no_half_directory(tmp_path):
    assert killed(tmp_path, 100) == {"empty", *WHOLE}


def test_a_killed_build_of_the_shipped_store_leaves_nothing_in_its_place(tmp_path):
    place = tmp_path / "care.sqlite"
    code = (
        "import sys; from pathlib import Path; from ketsim.care import shipped; print('ready', flush=True);"
        f"shipped.build(Path({str(place)!r}))"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    child.stdout.readline()
    time.sleep(3.0)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert not place.exists()
