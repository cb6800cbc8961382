"""How every program in the table is measured, ketsim and peers alike.

A program is one function: parameters (subject, 13) in, both concentrations (subject, 1345, 2) out, stored. Its error is
taken against the reference on 16 subjects; its speed is subjects per second of CPU time of the whole process, warm, the
best of up to `REPEATS` passes within `seconds` for each size. A pass that would take longer is cut and says how many
subjects it did.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable

import numpy as np

import r1

REPEATS = 5
LATENCY_REPEATS = 20


def report(
    name: str,
    version: str,
    note: str,
    solve: Callable[[np.ndarray], np.ndarray],
    *,
    started: float,
    batch: int | None = None,
) -> None:
    """Measure `solve` and print one JSON object. `batch` subjects go into one call, all of them if None."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--subjects", type=int, nargs="+", default=[1, 1000])
    asked.add_argument("--seconds", type=float, default=20.0)
    options, _ = asked.parse_known_args()
    ready = time.perf_counter()
    solve(r1.parameters(1))
    first = time.perf_counter()
    sample, truth = r1.reference()
    of_peak, relative = r1.errors(solve(sample), truth)
    rows = [_row(solve, subjects, batch, options.seconds) for subjects in options.subjects]
    found = {
        "name": name,
        "version": version,
        "note": note,
        "error_of_peak": of_peak,
        "error_relative": relative,
        "import_s": ready - started,
        "first_call_s": first - ready,
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "rows": rows,
    }
    print(json.dumps(found))


def _row(solve: Callable[[np.ndarray], np.ndarray], subjects: int, batch: int | None, seconds: float) -> dict:
    sample = r1.parameters(subjects)
    begin = time.perf_counter()
    passes = []
    for _ in range(LATENCY_REPEATS if subjects == 1 else REPEATS):
        cpu, wall, done = time.process_time(), time.perf_counter(), 0
        kept = []
        while done < subjects and (time.perf_counter() - begin < seconds or not done):
            kept.append(solve(sample[done : done + (batch or subjects)]))
            done += len(kept[-1])
        passes.append(((time.process_time() - cpu) / done, (time.perf_counter() - wall) / done, done))
        if time.perf_counter() - begin > seconds / 2:
            break
    cpu_each, wall_each, done = min(passes)
    return {
        "subjects": subjects,
        "done": done,
        "passes": len(passes),
        "cpu_s_per_subject": cpu_each,
        "wall_s_per_subject": wall_each,
        "per_s_core": 1.0 / cpu_each,
    }
