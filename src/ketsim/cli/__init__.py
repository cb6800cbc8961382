"""The command line: a door with no science in it. Delete it and no answer is lost."""

from __future__ import annotations

import io
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command in ``sys.argv`` and exit: 0 done, 1 the answer is no, 2 bad input, 3 a fault of ours."""
    from ketsim.cli.app import run

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that lacks a character shows "?" instead of nothing
    sys.exit(run(sys.argv[1:]))
