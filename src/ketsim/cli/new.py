"""``ketsim new``: a commented template to start a source or a scenario from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, Literal

from ketsim.cli import terminal
from ketsim.cli.delivery import Delivery
from ketsim.errors import InputError

_SCENARIO: Final = Path(__file__).parent / "scenario.yaml"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,80}")
_NEXT: Final = {
    "source": "Fill it in, put it into src/ketsim/evidence/sources, run make index, then: ketsim sources {name}",
    "scenario": "Change it, then: ketsim simulate {name}.yaml",
}


def new(what: Literal["source", "scenario"], name: str, /) -> int:
    """Write NAME.yaml, a commented template, into the current folder.

    Parameters
    ----------
    what:
        source or scenario.
    name:
        For a source the first author and the year, such as Author2026.
    """
    name = name.removesuffix(".yaml")
    content = _template(what, name)
    target = Path(f"{name}.yaml")
    if target.exists():
        raise InputError(f"{target} is there already; give another name or move it away.")
    with Delivery() as delivery:
        delivery.text(target, content)
    terminal.paragraph(f"Written: {target}")
    terminal.paragraph(_NEXT[what].format(name=name))
    return 0


def _template(what: str, name: str) -> str:
    if what == "source":
        from ketsim.evidence.template import source_template

        return source_template(name)
    if not _NAME.fullmatch(name):
        raise InputError(f'"{name[:60]}" is not the name of a file; use letters, digits, "-" and "_".')
    return _SCENARIO.read_text(encoding="utf-8").replace("NAME", name)
