"""How fast and how exact one program is on R2, at several of its own tolerances: one JSON object.

    python measure_r2.py ketsim|numbalsoda|myokit --tolerances 1e-4 1e-5 --subjects 10000 [--seconds 20]

Speed is subjects per second of CPU time of the whole process, warm; errors are against the reference on 16 subjects.
A pass that would take longer than `--seconds` is cut and says how many subjects it did.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import r1
import r2


def program(name: str):
    """(version, what takes a tolerance and gives what solves a sample, subjects in one call)."""
    if name == "ketsim":
        import ketsim
        import ketsim_r2

        return ketsim.__version__, lambda tolerance: lambda sample: ketsim_r2.solve(sample, tolerance), None
    sys.path.insert(0, str(Path(__file__).parent / "peers"))
    if name == "numbalsoda":
        from importlib.metadata import version

        import numbalsoda_r2

        return version("numbalsoda"), numbalsoda_r2.solver, 250
    import myokit
    import myokit_r2

    return myokit.__version__, myokit_r2.solver, 20


def main() -> None:
    """Measure, print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("program", choices=["ketsim", "numbalsoda", "myokit"])
    asked.add_argument("--tolerances", type=float, nargs="+", required=True)
    asked.add_argument("--subjects", type=int, default=10_000)
    asked.add_argument("--seconds", type=float, default=20.0)
    options = asked.parse_args()
    version, solver, batch = program(options.program)
    sample, truth = r2.reference()
    many = r2.parameters(options.subjects)
    rows = []
    for tolerance in options.tolerances:
        solve = solver(tolerance)
        of_peak, relative = r1.errors(solve(sample), truth)
        cpu, wall, done, size = time.process_time(), time.perf_counter(), 0, batch or options.subjects
        while done < options.subjects and (not done or time.perf_counter() - wall < options.seconds):
            done += len(solve(many[done : done + size]))
        per_s = done / (time.process_time() - cpu)
        row = {"tolerance": tolerance, "of_peak": of_peak, "relative": relative, "per_s_core": per_s, "subjects": done}
        rows.append(row)
    print(json.dumps({"program": options.program, "version": version, "rows": rows}))


if __name__ == "__main__":
    main()
