"""Memory over the number of subjects: R1 streamed in blocks to summaries, nothing kept but their running totals.

    python benchmarks/streaming.py SUBJECTS

Prints the mean and the largest of each subject's peak concentrations, the speed and the largest memory of the process.
"""

from __future__ import annotations

import json
import resource
import sys
import time

import numpy as np

import r1
from ketsim_numpy import solve

BLOCK = 2048


def main(subjects: int) -> None:
    """Stream and print one JSON object."""
    wall, cpu = time.perf_counter(), time.process_time()
    total, largest, done = np.zeros(2), np.zeros(2), 0
    for sample in r1.blocks(subjects, BLOCK):
        peak = solve(sample).max(axis=1)
        total += peak.sum(axis=0)
        largest = np.maximum(largest, peak.max(axis=0))
        done += len(sample)
    found = {
        "subjects": done,
        "block": BLOCK,
        "mean_peak_mg_per_l": (total / done).tolist(),
        "largest_peak_mg_per_l": largest.tolist(),
        "wall_s": time.perf_counter() - wall,
        "per_s_core": done / (time.process_time() - cpu),
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]))
