"""Every sentence of an error begins small, since a place may stand before it, and ends as a sentence does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import ketsim

SRC = Path(ketsim.__file__).parent
# NONMEM's own names of columns keep their capitals.
COLUMNS = {"ID", "TIME", "AMT", "RATE", "RATE,", "DUR", "ADDL", "II", "SS", "LAG", "EVID", "CMT", "MDV", "C"}
RAISED = {"InputError", "NumericsError", "error", "refuse", "slip", "_slip"}


def sentences() -> Iterator[tuple[str, str, str]]:
    """(place, opening words, closing words) of every error that is written out where it is raised."""
    for path in sorted(SRC.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in RAISED:
                written = node.args[1] if name in ("refuse", "slip") and len(node.args) > 1 else node.args[0]
                yield f"{path.relative_to(SRC)}:{node.lineno}", text(written, 0), text(written, -1)


def text(node: ast.expr, end: int) -> str:
    """The literal at one end of a string; empty where something computed stands there."""
    if isinstance(node, ast.JoinedStr) and node.values:
        return text(node.values[end], end)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_there_are_many() -> None:
    assert sum(bool(opening) for _, opening, _ in sentences()) > 200


def test_a_sentence_begins_small() -> None:
    assert [
        f"{place} {opening}"
        for place, opening, _ in sentences()
        if opening[:1].isupper() and opening.split(" ")[0] not in COLUMNS
    ] == []


def test_a_sentence_ends() -> None:
    assert [
        f"{place} {closing}" for place, _, closing in sentences() if closing and closing.rstrip()[-1] not in ".?"
    ] == []
