"""``python -m ketsim.evidence [check [FILES] | build | schema]``: check the sources, compile them, write their schema.

``check`` prints every slip as ``File.yaml:LINE: sentence``. Without a word, index and schema are both made anew.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from ketsim.document import read_document
from ketsim.errors import InputError
from ketsim.evidence.index import LIBRARY
from ketsim.evidence.json_schema import SCHEMA_FILE, schema_text
from ketsim.evidence.links import library_problems
from ketsim.evidence.reader import check_file
from ketsim.rule_file import build_rules


def check(files: Sequence[Path]) -> int:
    """Print every slip of the files (all sources if none are named), and of the links between them and the library."""
    library = list(LIBRARY.paths().values())
    asked = {path.resolve(): path for path in (files or library)}
    read = {path.resolve(): check_file(path) for path in (*library, *asked.values())}
    errors = [error for path in asked for error in read[path][1]]
    sources = {source.key: source for source, _ in read.values() if source is not None}
    unread = frozenset(path.stem for path, (source, _) in read.items() if source is None)
    documents = {path.stem: path for path in asked}
    for key, (place, sentence) in library_problems(sources, also_keyed=unread):
        if key in documents:
            errors.append(InputError(sentence, where=read_document(documents[key]).where(place)))
    for error in errors:
        print(error)
    print(f"{len(asked)} files, {len(errors)} errors")
    return 1 if errors else 0


def build() -> int:
    """Compile the sources and the rule files into the index; prints what changed."""
    changed = (*LIBRARY.build(), *build_rules())
    for path in changed:
        print(path.name if path.exists() else f"{path.name} removed")
    print(f"index: {len(changed)} files changed")
    return 0


def schema() -> int:
    """Write the JSON Schema of source files."""
    SCHEMA_FILE.write_text(schema_text(), encoding="utf-8")
    print(SCHEMA_FILE.name)
    return 0


def main(arguments: Sequence[str]) -> int:
    """Run one command; exit status 0 done, 1 slips were found by ``check``, 2 bad input."""
    try:
        match list(arguments):
            case []:
                return build() or schema()
            case ["check", *files]:
                return check([Path(file) for file in files])
            case ["build"]:
                return build()
            case ["schema"]:
                return schema()
            case _:
                print("usage: python -m ketsim.evidence [check [FILES] | build | schema]", file=sys.stderr)
                return 2
    except InputError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
