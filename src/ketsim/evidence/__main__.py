"""``python -m ketsim.evidence check [FILES]``: are the sources right? Every slip as ``File.yaml:LINE: sentence``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from ketsim.errors import InputError
from ketsim.evidence.checks import library_problems
from ketsim.evidence.document import read_document
from ketsim.evidence.reader import check_file

SOURCES = Path(__file__).parent / "sources"


def check(files: Sequence[Path]) -> int:
    """Print every slip of the files (all sources if none are named), and of the links between them and the library."""
    library = sorted(SOURCES.glob("*.yaml"))
    asked = list(files) or library
    everything = {path.resolve(): check_file(path) for path in dict.fromkeys([*library, *asked])}
    sources = {source.key: source for source, _ in everything.values() if source is not None}
    wanted = {path.resolve(): path for path in asked}
    errors: list[InputError] = [e for path in wanted for e in everything[path][1]]
    paths = {path.stem: path for path in wanted}
    unread = frozenset(path.stem for path, (source, _) in everything.items() if source is None)
    for key, (place, sentence) in library_problems(sources, also_keyed=unread):
        if key in paths:
            errors.append(InputError(sentence, where=read_document(paths[key]).where(place)))
    for error in errors:
        print(error)
    print(f"{len(asked)} files, {len(errors)} errors")
    return 1 if errors else 0


def main(arguments: Sequence[str]) -> int:
    """Run one command; exit status 0 done, 1 slips were found, 2 bad arguments."""
    match list(arguments):
        case ["check", *files]:
            return check([Path(f) for f in files])
        case _:
            print("usage: python -m ketsim.evidence check [FILES]", file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
