"""kill -9 at 140 random points of calls: no broken chain, no lost consent, no number that outlives its request."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

KILLS = 140
NURSERY = Path(__file__).with_name("kill_nursery.py")


def test_killed_at_random_points_of_a_call(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(NURSERY), str(tmp_path), str(KILLS), "points of a call"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    counted = json.loads(done.stdout)
    assert counted["kills"] == KILLS
    assert counted["promises"] > KILLS / 2  # calls were really on their way
    assert counted["cut_short"] > KILLS / 4  # and cut short in the middle
