"""How fast are the directory's import and its radius search, and does the search equal brute force?

    python benchmarks/care_search.py [--queries 1500] [--workbooks tests/care/data]

Prints the times on this machine, and their ratio to a NumPy brute force over the same points: ratios carry over to
other machines, times do not.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np

from ketsim.care.geo import RADIUS
from ketsim.care.importers import read_file
from ketsim.care.search import Query, find
from ketsim.care.shipped import build
from ketsim.care.store import Store
from ketsim.care.writer import write

WORKBOOKS = ("National_Directory_SA_Facilities_2022.xlsx", "National_Directory_MH_Facilities_2022.xlsx")
ANSWERED = 300  # queries of which the whole answer is timed too


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=1_500)
    parser.add_argument("--workbooks", type=Path, default=Path("tests/care/data"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        imported = Store.open(Path(folder) / "imported.sqlite")
        for name in WORKBOOKS:
            write(imported, read_file(options.workbooks / name))
        print(f"import of both workbooks: {time.perf_counter() - start:.1f} s")
        start = time.perf_counter()
        build(Path(folder) / "shipped.sqlite")
        print(f"shipped directory made: {time.perf_counter() - start:.1f} s")
        measure(Store.open(Path(folder) / "shipped.sqlite", read_only=True), options.queries)


def measure(store: Store, count: int) -> None:
    """Times of the radius search, of brute force and of a whole answer, over the same random queries."""
    rows = store.connection.execute("SELECT n, lat, lon FROM location WHERE lat IS NOT NULL").fetchall()
    n, lats, lons = (np.array(column) for column in zip(*rows, strict=True))
    phis, lams = np.radians(lats), np.radians(lons)
    draw = random.Random(6)
    store.within(34.0, -118.0, 10.0)
    tree, brute, answers, hits, wrong = [], [], [], [], 0
    for number in range(count):
        at = draw.randrange(len(lats))
        lat, lon = lats[at] + draw.gauss(0, 1), lons[at] + draw.gauss(0, 1)
        lat, lon = float(max(-90.0, min(90.0, lat))), float((lon + 180) % 360 - 180)
        radius = draw.uniform(5, 100)
        start = time.perf_counter()
        found = store.within(lat, lon, radius)
        tree.append(time.perf_counter() - start)
        start = time.perf_counter()
        h = np.sin((phis - np.radians(lat)) / 2) ** 2
        h += np.cos(np.radians(lat)) * np.cos(phis) * np.sin((lams - np.radians(lon)) / 2) ** 2
        inside = n[2 * RADIUS * np.arcsin(np.minimum(1, np.sqrt(h))) <= radius]
        brute.append(time.perf_counter() - start)
        wrong += {hit.n for hit in found} != set(inside.tolist())
        hits.append(len(found))
        if number < ANSWERED:
            near = f"{lat:.6f},{lon:.6f}"
            start = time.perf_counter()
            try:
                find(store, Query(near=near, within=radius, payment=("medicaid",)), today=date(2026, 11, 21))
            except ValueError:
                continue
            answers.append(time.perf_counter() - start)
    print(f"{count:,} queries over {len(n):,} places, {np.mean(hits):.0f} hits on average, {wrong} unlike brute force")
    for name, times in (
        ("R*Tree and haversine", tree),
        ("NumPy brute force", brute),
        ("whole answer, filtered", answers),
    ):
        low, high = np.percentile(times, (50, 99)) * 1e3
        print(f"  {name:24s} p50 {low:6.2f} ms   p99 {high:6.2f} ms")
    print(f"  ratio to brute force: p50 {np.median(tree) / np.median(brute):.2f}")


if __name__ == "__main__":
    main()
