"""R2, ketsim beside its peers at equal achieved error, one thread each: a table, and benchmarks/out/r2.json.

    python benchmarks/run_r2.py [--peer-python PYTHON] [--subjects 10000] [--repeats 3]

Each program runs at a ladder of its own tolerances; its speed at a given achieved error is read off between the rungs
(both logarithmic). The programs take turns, so that a busy machine slows all of them; ratios are taken within a turn.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

import numpy as np

from run import HERE, call, machine

LADDERS = {
    "ketsim": "1e-3 1e-4 1e-5 1e-6 1e-7",
    "numbalsoda": "1e-4 1e-5 1e-6 1e-7 1e-8 1e-9",
    "myokit": "1e-5 1e-6 1e-7",
}
ERRORS = (1e-4, 1e-5, 1e-6, 1e-7)


def main() -> None:
    """Measure everything in turns, print, write."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--peer-python", default=sys.executable, help="Python that has the peers")
    asked.add_argument("--subjects", type=int, default=10_000)
    asked.add_argument("--repeats", type=int, default=3)
    options = asked.parse_args()
    sizes = {"ketsim": options.subjects, "numbalsoda": 1000, "myokit": 60}
    turns = []
    for _ in range(options.repeats):
        turn = {}
        for name, ladder in LADDERS.items():
            python = sys.executable if name == "ketsim" else options.peer_python
            size = ["--subjects", str(sizes[name]), "--seconds", "15"]
            turn[name] = call([python, HERE / "measure_r2.py", name, *size, "--tolerances", *ladder.split()])
        turns.append(turn)
    out = HERE / "out"
    out.mkdir(exist_ok=True)
    found = {"machine": machine(), "turns": turns}
    Path(out, "r2.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(table(found))


def speed(program: dict, error: float, kind: str) -> float:
    """Subjects per second and core at an achieved error; nothing beyond the ends of the ladder."""
    rows = sorted(program.get("rows", []), key=lambda row: row[kind])
    if not rows or not rows[0][kind] <= error <= rows[-1][kind]:
        return float("nan")
    known = np.log([row[kind] for row in rows])
    return float(np.exp(np.interp(np.log(error), known, np.log([row["per_s_core"] for row in rows]))))


def table(found: dict) -> str:
    """The results in words."""
    here, turns = found["machine"], found["turns"]
    lines = [
        f"R2 on {here['cpu']}, {here['cores']} cores, NumPy {here['numpy']}, {here['when']}, load {here['load']:.1f}, "
        f"{len(turns)} turns on {os.name}",
        "",
        "| program | own tolerance | per s and core (all turns) | error of peak | relative |",
        "|---|--:|--:|--:|--:|",
    ]
    for name in LADDERS:
        if "absent" in turns[0][name]:
            lines.append(f"| {name} | {turns[0][name]['absent']} | | | |")
            continue
        for number, row in enumerate(turns[0][name]["rows"]):
            seen = [turn[name]["rows"][number]["per_s_core"] for turn in turns]
            lines.append(
                f"| {name} {turns[0][name]['version']} | {row['tolerance']:.0e} | {min(seen):,.0f}-{max(seen):,.0f} | "
                f"{row['of_peak']:.1e} | {row['relative']:.1e} |"
            )
    lines += ["", "| ketsim is faster by, at equal | " + " | ".join(f"{error:.0e}" for error in ERRORS) + " |"]
    lines += ["|---|" + "--:|" * len(ERRORS)]
    for name in list(LADDERS)[1:]:
        for kind, words in (("of_peak", "error of peak"), ("relative", "relative error")):
            cells = []
            for error in ERRORS:
                ratios = [speed(turn["ketsim"], error, kind) / speed(turn[name], error, kind) for turn in turns]
                cells.append(f"{min(ratios):.1f}-{max(ratios):.1f}" if np.isfinite(ratios).all() else "-")
            lines.append(f"| {name}, {words} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
