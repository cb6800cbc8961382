"""Time and memory of courses over weeks: one person process start included, and people streamed to summaries.

    python benchmarks/course.py [PEOPLE ...]

Without numbers: one person, three scenarios and a single dose, three starts each. With numbers: so many people over
sixty days, one process each, with the largest memory of that process.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DOSES = "0.5 mg/kg iv over 40 min weekly for 8 weeks"
USE = """\
dose: 60 mg intranasal ketamine
weight: 70 kg
until: 53wk
use:
  days: weekends
  session_most: 1 g
  supply: 3 g per week
  stop: 52wk
"""
ONE = {
    "a single dose, 24 h": ["0.5 mg/kg iv over 40 min", "--weight", "70kg"],
    "six infusions in six weeks": ["0.5 mg/kg iv over 40 min weekly for 6 weeks", "--until", "6wk"],
    "1 g a day for 26 weeks, then 8 without": ["1 g ketamine intranasal daily for 26 weeks", "--until", "34wk"],
    "1 g twice a week for 52 weeks": ["1 g ketamine intranasal twice weekly for 52 weeks", "--until", "54wk"],
    "a year of weekend use, session by session": [],
}
PEOPLE = """
import sys, tempfile
from pathlib import Path
from ketsim import Scenario, simulate
asked = Scenario({doses!r}, population=int(sys.argv[1]), until="60 d", effects="none")
with tempfile.TemporaryDirectory() as folder:
    simulate(asked, folder=Path(folder, "run"))
"""


def started(command: list[str]) -> dict[str, float]:
    """Wall time [s], processor time [s] and largest memory [MB] of a process."""
    wall = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command} ended with {status}")
    spent = used.ru_utime + used.ru_stime
    return {"wall_s": time.perf_counter() - wall, "cpu_s": spent, "peak_rss_mb": used.ru_maxrss / 1024}


def main(people: list[int]) -> None:
    """Measure and print one JSON object a line."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for size in people:
        found = started([sys.executable, "-c", PEOPLE.replace("{doses!r}", repr(DOSES)), str(size)])
        print(json.dumps({"people": size, **found}), flush=True)
    if people:
        return
    with tempfile.TemporaryDirectory() as folder:
        use = Path(folder, "use.yaml")
        use.write_text(USE, encoding="utf-8")
        for name, asked in ONE.items():
            given = [*asked, "--weight", "70kg", "--effects", "none"] if "--until" in asked else asked or [str(use)]
            line = [sys.executable, "-m", "ketsim", "simulate", *given, "--json"]
            best = min((started(line) for _ in range(3)), key=lambda found: found["wall_s"])
            print(json.dumps({"one person": name, **best}), flush=True)


if __name__ == "__main__":
    main([int(number) for number in sys.argv[1:]])
