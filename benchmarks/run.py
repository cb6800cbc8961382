"""The whole benchmark in one run: a table on the screen, the numbers in benchmarks/out/r1.json.

    python benchmarks/run.py [--peer-python PYTHON] [--seconds 20] [--million]

ketsim runs under this Python, the peers under `--peer-python` (an environment of its own, see requirements.txt). A peer
that is not installed is reported as not installed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import r1

HERE = Path(__file__).parent
PEERS = HERE / "peers"
STARTS = 7
SENTENCE = "0.5 mg/kg iv over 40 min"


def main() -> None:
    """Measure everything, print, write."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--peer-python", default=sys.executable, help="Python that has the peers")
    asked.add_argument("--seconds", type=float, default=20.0, help="longest time for one size of one program")
    asked.add_argument("--million", action="store_true", help="stream a million subjects too")
    options = asked.parse_args()
    peers = options.peer_python
    seconds = str(options.seconds)
    whole, loops = ["1", "1000", "10000"], ["1", "1000"]
    programs = [
        python(sys.executable, HERE / "ketsim_numpy.py", whole, seconds),
        python(peers, PEERS / "numbalsoda_lsoda.py", whole, seconds),
        python(peers, PEERS / "numbalsoda_lsoda.py", loops, seconds, "--rtol", "1e-9"),
        desolve(loops, seconds),
        python(peers, PEERS / "myokit_cvodes.py", loops, seconds),
        python(peers, PEERS / "roadrunner_cvode.py", loops, seconds),
    ]
    workers = [str(count) for count in sorted({1, os.cpu_count() or 1})]
    pools = [call([sys.executable, HERE / "pool.py", "ketsim_numpy", "40000", count]) for count in workers]
    pools += [call([peers, HERE / "pool.py", "numbalsoda_lsoda", "10000", count]) for count in workers]
    sizes = [1_000, 10_000, 100_000] + [1_000_000] * options.million
    streams = [call([sys.executable, HERE / "streaming.py", str(size)]) for size in sizes]
    found = {
        "problem": r1.__doc__,
        "machine": machine(),
        "programs": programs,
        "pools": pools,
        "streams": streams,
        "starts": starts(),
    }
    out = HERE / "out"
    out.mkdir(exist_ok=True)
    (out / "r1.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(table(found))


def call(command: list[str | Path]) -> dict:
    """Run one program on one thread; its JSON, or why there is none."""
    setting = {"PYTHONPATH": os.pathsep.join([str(HERE), str(PEERS)])}
    setting |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    line = [str(part) for part in command]
    done = subprocess.run(line, env=os.environ | setting, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return json.loads(done.stdout.strip().splitlines()[-1])
    lines = done.stderr.strip().splitlines() or ["no message"]
    missing = done.returncode == 3 or "ModuleNotFoundError" in lines[-1]
    return {"absent": "not installed" if missing else f"failed: {lines[-1]}"}


def python(interpreter: str, script: Path, sizes: list[str], seconds: str, *more: str) -> dict:
    """One program written in Python."""
    found = call([interpreter, script, "--subjects", *sizes, "--seconds", seconds, *more])
    return {"name": " ".join([script.stem, *more])} | found


def desolve(sizes: list[str], seconds: str) -> dict:
    """deSolve, which reads its subjects from a file."""
    name = {"name": "R deSolve lsoda"}
    if shutil.which("Rscript") is None:
        return name | {"absent": "not installed"}
    with tempfile.TemporaryDirectory() as folder:
        names = ",".join(r1.TYPICAL)
        sample = r1.parameters(max(map(int, sizes)))
        np.savetxt(Path(folder, "sample.csv"), sample, delimiter=",", header=names, comments="", fmt="%.17g")
        np.savetxt(Path(folder, "truth.csv"), r1.reference()[1].transpose(0, 2, 1).ravel(), fmt="%.17g")
        shutil.copy(PEERS / "r1.c", folder)
        return name | call(["Rscript", PEERS / "desolve_lsoda.R", folder, seconds, *sizes])


def starts() -> list[dict]:
    """Time from nothing to an answer for one subject, process start included: the best of several."""
    door = Path(sys.executable).with_name("ketsim")
    ask = ["simulate", SENTENCE, "--weight", "70kg", "--json"]
    lines: dict[str, list[str | Path]] = {
        "R1, engine only": [sys.executable, "-c", "import ketsim_numpy, r1; ketsim_numpy.solve(r1.parameters(1))"],
        f'ketsim simulate "{SENTENCE}" --weight 70kg --json': [door, *ask],
    }
    found = []
    for name, line in lines.items():
        spent, code = [], 0
        for _ in range(STARTS):
            begin = time.perf_counter()
            done = subprocess.run(line, env=os.environ | {"PYTHONPATH": str(HERE)}, capture_output=True, check=False)
            spent.append(time.perf_counter() - begin)
            code = code or done.returncode
        found.append({"name": name} | ({"absent": f"exit {code}"} if code else {"wall_s": min(spent)}))
    return found


def machine() -> dict:
    """What it ran on."""
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "cpu": models[0].split(":")[1].strip() if models else platform.processor(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "numpy": np.__version__,
        "system": platform.system(),
        "when": time.strftime("%Y-%m-%d"),
    }


def table(found: dict) -> str:
    """The results in words."""
    here = found["machine"]
    lines = [
        f"R1 on {here['cpu']}, {here['cores']} cores, Python {here['python']}, NumPy {here['numpy']}, {here['when']}, "
        f"load {here['load']:.1f}",
        "",
        "| program | per s and core: N = 1 | 1,000 | 10,000 | error of peak | relative | ketsim is faster by |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    best = {row["subjects"]: row["per_s_core"] for row in found["programs"][0].get("rows", [])}
    for program in found["programs"]:
        if "absent" in program:
            lines.append(f"| {program['name']} | {program['absent']} | | | | | |")
            continue
        speed = {row["subjects"]: row for row in program["rows"]}
        cells = [f"{speed[size]['per_s_core']:,.0f}" if size in speed else "-" for size in (1, 1000, 10_000)]
        size = max(speed)
        fair = program["error_of_peak"] >= found["programs"][0].get("error_of_peak", np.inf)
        ratio = f"{best[max(best)] / speed[size]['per_s_core']:,.0f}" if fair and program["name"] != "ketsim" else ""
        lines.append(
            f"| {program['name']} {program['version']} ({program['note']}) | {' | '.join(cells)} | "
            f"{program['error_of_peak']:.1e} | {program['error_relative']:.1e} | {ratio} |"
        )
    lines += ["", "| process pool | subjects | workers | subjects per s (wall) |", "|---|--:|--:|--:|"]
    for pool in found["pools"]:
        if "absent" in pool:
            lines.append(f"| {pool['absent']} | | | |")
        else:
            lines.append(f"| {pool['program']} | {pool['subjects']:,} | {pool['workers']} | {pool['per_s']:,.0f} |")
    lines += ["", "| streamed subjects | peak memory MB | per s and core |", "|--:|--:|--:|"]
    for stream in found["streams"]:
        lines.append(f"| {stream['subjects']:,} | {stream['peak_rss_mb']:.0f} | {stream['per_s_core']:,.0f} |")
    lines += ["", "| one subject, process start included | s |", "|---|--:|"]
    for start in found["starts"]:
        lines.append(f"| {start['name']} | {start.get('absent') or format(start['wall_s'], '.2f')} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
