"""All cores: blocks of R1 handed to a process pool, for ketsim or for numbalsoda.

    python benchmarks/pool.py ketsim_numpy|numbalsoda_lsoda SUBJECTS WORKERS

Every worker solves one block first, so that nothing is compiled or imported within the timed part. Workers store every
curve of a block, and hand back the peaks.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np

import r1

BLOCK = 500


def peaks(program: str, sample: np.ndarray) -> np.ndarray:
    """Solve one block in a worker."""
    return importlib.import_module(program).solve(sample).max(axis=1)


def main(program: str, subjects: int, workers: int) -> None:
    """Time it and print one JSON object."""
    blocks = list(r1.blocks(subjects, BLOCK))
    with ProcessPoolExecutor(workers) as pool:
        warm = [pool.submit(peaks, program, blocks[0][:50]) for _ in range(20 * workers)]
        for one in warm:
            one.result()
        begin = time.perf_counter()
        found = np.concatenate(list(pool.map(peaks, [program] * len(blocks), blocks)))
        wall = time.perf_counter() - begin
    print(
        json.dumps(
            {
                "program": program,
                "subjects": len(found),
                "workers": workers,
                "cores": os.cpu_count(),
                "wall_s": wall,
                "per_s": len(found) / wall,
                "mean_peak_mg_per_l": found.mean(axis=0).tolist(),
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
