"""``python -m ketsim.course PAGE``: write the tables of the course anew between the marks of a page."""

from __future__ import annotations

import sys
from pathlib import Path

from ketsim.course.tables_in_words import tables, written
from ketsim.files import write_whole


def renewed(page: str) -> str:
    """The page with every table that it marks (``<!-- NAME -->`` to ``<!-- end of NAME -->``) made anew."""
    for name, rows in tables().items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        if begin not in page:
            continue
        before, _, rest = page.partition(begin)
        _, _, after = rest.partition(end)
        page = f"{before}{begin}\n{written(name, rows)}\n{end}{after}"
    return page


if __name__ == "__main__":
    target = Path(sys.argv[1])
    write_whole(target, renewed(target.read_text(encoding="utf-8")))
