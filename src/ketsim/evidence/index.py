"""Where is a source, read as fast as can be? Compiled JSON beside the YAML, used only while it agrees with it.

The YAML files are the truth. `index/KEY.json` holds a source ready to load with the digest of the YAML it was made
from, and `index/catalog.json` the brief facts of all; whatever is missing or no longer agrees is read from the YAML.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from os import scandir
from pathlib import Path
from time import monotonic
from typing import Final

from pydantic import ValidationError

from ketsim.document import read_document
from ketsim.errors import InputError, did_you_mean
from ketsim.evidence.brief import Catalog, ModelBrief, SourceBrief, entry_of
from ketsim.evidence.field import Frozen
from ketsim.evidence.links import library_problems
from ketsim.evidence.reader import read_source
from ketsim.evidence.response import Response
from ketsim.evidence.source import Fact, Source
from ketsim.files import write_whole

_HERE = Path(__file__).parent
_CATALOG = "catalog.json"
_RESPONSES = "responses.json"
# [s] How long the catalog is not looked over for edits: a run asks for it dozens of times, and there are many sources.
_FRESH = 1.0
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,59}")


class _Responses(Frozen):
    """Every measured effect in one file, so that setting them beside a curve opens no source."""

    sha256: str
    rows: tuple[Response, ...]


class _Compiled(Frozen):
    """A source as it lies in the index."""

    sha256: str
    source: Source


@dataclass(frozen=True, slots=True)
class Library:
    """A folder of source files and the folder of their compiled forms."""

    sources: Path
    index: Path

    def paths(self) -> Mapping[str, Path]:
        """Key -> YAML file, sorted."""
        return {path.stem: path for path in sorted(self.sources.glob("*.yaml"))}

    def state(self) -> tuple[tuple[str, int, int], ...]:
        """(key, time of the last change [ns], size) of every YAML file, sorted: differs as soon as one is edited."""
        with scandir(self.sources) as files:
            seen = [(f.name[:-5], f.stat()) for f in files if f.name.endswith(".yaml")]
        return tuple(sorted((key, state.st_mtime_ns, state.st_size) for key, state in seen))

    def source(self, key: str) -> Source:
        """One source by its key. Raises `InputError` with the nearest keys if there is none, or for a slip in it."""
        path = self.sources / f"{key}.yaml"
        if not _KEY.fullmatch(key) or not path.is_file():
            hint = did_you_mean(key, self.paths(), most=3, otherwise="ketsim sources lists them.")
            raise InputError(f"there is no source {key!r}; {hint}")
        return _load(path, self.index / f"{key}.json", _digest_of(path))

    def everything(self) -> Mapping[str, Source]:
        """Every source by key, checked against each other. Raises `InputError` for the first slip."""
        sources = {key: self.source(key) for key in self.paths()}
        for key, (place, sentence) in library_problems(sources):
            raise InputError(sentence, where=read_document(self.sources / f"{key}.yaml").where(place))
        return sources

    def catalog(self) -> Catalog:
        """Every source and model in brief; opens only the sources that changed since the index was built."""
        return _catalog(self, _digests(self, self.state()))

    def responses(self) -> tuple[Response, ...]:
        """Every measured effect, from the index where it agrees with the sources, else from these."""
        return _measured(self, _joint(dict(_digests(self, self.state()))))

    def build(self) -> tuple[Path, ...]:
        """Write the index anew and remove what is left of sources that are gone. Returns the files that changed."""
        wanted = self._wanted()
        changed = [name for name in wanted if self._lies(name) != wanted[name]]
        self.index.mkdir(exist_ok=True)
        for name in changed:
            write_whole(self.index / name, wanted[name])
        orphans = self._orphans(wanted)
        for path in orphans:
            path.unlink()
        return (*(self.index / name for name in changed), *orphans)

    def stale(self) -> tuple[str, ...]:
        """Names of index files that a build would write, change or remove; empty when the index agrees."""
        wanted = self._wanted()
        changed = [name for name in wanted if self._lies(name) != wanted[name]]
        return (*changed, *(path.name for path in self._orphans(wanted)))

    def _wanted(self) -> Mapping[str, bytes]:
        sources = {key: read_source(path) for key, path in self.paths().items()}
        for key, (place, sentence) in library_problems(sources):
            raise InputError(sentence, where=read_document(self.sources / f"{key}.yaml").where(place))
        digests = {key: _digest_of(path) for key, path in self.paths().items()}
        files = {f"{key}.json": _dump(_Compiled(sha256=digests[key], source=source)) for key, source in sources.items()}
        files[_RESPONSES] = _dump(_Responses(sha256=_joint(digests), rows=_rows(sources)))
        return {**files, _CATALOG: _dump(Catalog.of(entry_of(source, digests[key]) for key, source in sources.items()))}

    def _lies(self, name: str) -> bytes | None:
        path = self.index / name
        return path.read_bytes() if path.is_file() else None

    def _orphans(self, wanted: Mapping[str, bytes]) -> tuple[Path, ...]:
        return tuple(path for path in sorted(self.index.glob("*.json")) if path.name not in wanted)


#: The sources that come with ketsim.
LIBRARY: Final = Library(sources=_HERE / "sources", index=_HERE / "index")


def load_source(key: str | Path) -> Source:
    """One source, by its key ("Simons2022") or by the path of a YAML file of your own.

    Raises `InputError` with the nearest keys for an unknown one, with file and line for a slip in the file.
    """
    if isinstance(key, Path) or key.endswith((".yaml", ".yml")):
        return read_source(Path(key))
    return LIBRARY.source(key)


def constant(name: str) -> float:
    """A number of the source Constants in canonical units, such as ``mw_ketamine`` [g/mol]."""
    return load_source("Constants").values[name].required()


def fact(name: str) -> Fact:
    """The fact of that id, such as PD107, from whichever source states it. Raises `InputError` if there is none."""
    source = load_source(catalog().source_of_fact(name))
    return next(found for found in source.facts if found.id == name)


def load_library() -> Mapping[str, Source]:
    """Every source that comes with ketsim by key, checked against each other."""
    return LIBRARY.everything()


def responses() -> tuple[Response, ...]:
    """Every measured effect of the sources that come with ketsim."""
    return LIBRARY.responses()


def catalog() -> Catalog:
    """Every source and model that comes with ketsim, in brief; an edit of a source is seen within `_FRESH` seconds."""
    return _catalog_of_moment(int(monotonic() / _FRESH))


@lru_cache(maxsize=1)
def _catalog_of_moment(moment: int) -> Catalog:
    return LIBRARY.catalog()


@lru_cache(maxsize=8)
def _digests(library: Library, state: tuple[tuple[str, int, int], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((key, _digest(library.sources / f"{key}.yaml", mtime, size)) for key, mtime, size in state)


def _digest_of(path: Path) -> str:
    state = path.stat()
    return _digest(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1024)
def _digest(path: Path, mtime_ns: int, size: int) -> str:
    """sha256 of the file; time and size of the last change are there to forget it when the file is edited."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@lru_cache(maxsize=256)
def _load(path: Path, compiled: Path, digest: str) -> Source:
    if compiled.is_file():
        try:
            entry = _Compiled.model_validate_json(compiled.read_bytes())
        except ValidationError:  # written by another version of ketsim: the YAML is the truth
            return read_source(path)
        if entry.sha256 == digest:
            return entry.source
    return read_source(path)


@lru_cache(maxsize=8)
def _measured(library: Library, digest: str) -> tuple[Response, ...]:
    path = library.index / _RESPONSES
    if path.is_file():
        try:
            compiled = _Responses.model_validate_json(path.read_bytes())
        except ValidationError:  # written by another version of ketsim: the YAML is the truth
            compiled = _Responses(sha256="", rows=())
        if compiled.sha256 == digest:
            return compiled.rows
    return _rows({brief.key: library.source(brief.key) for brief in library.catalog().sources if brief.responses})


def _rows(sources: Mapping[str, Source]) -> tuple[Response, ...]:
    return tuple(row for key in sorted(sources) for row in sources[key].responses)


def _joint(digests: Mapping[str, str]) -> str:
    return hashlib.sha256("".join(f"{key}={digests[key]};" for key in sorted(digests)).encode()).hexdigest()


@lru_cache(maxsize=8)
def _catalog(library: Library, digests: tuple[tuple[str, str], ...]) -> Catalog:
    compiled = _compiled_catalog(library.index / _CATALOG)
    return Catalog.of(_entries(library, compiled, digests))


def _compiled_catalog(path: Path) -> Catalog:
    if path.is_file():
        try:
            return Catalog.model_validate_json(path.read_bytes())
        except ValidationError:  # written by another version of ketsim: the YAML is the truth
            return Catalog(sources=(), models=())
    return Catalog(sources=(), models=())


def _entries(
    library: Library, compiled: Catalog, digests: tuple[tuple[str, str], ...]
) -> Iterator[tuple[SourceBrief, tuple[ModelBrief, ...]]]:
    briefs = {source.key: source for source in compiled.sources}
    models: dict[str, list[ModelBrief]] = {}
    for model in compiled.models:
        models.setdefault(model.source, []).append(model)
    for key, digest in digests:
        brief = briefs.get(key)
        if brief is None or brief.sha256 != digest:
            yield entry_of(library.source(key), digest)
        else:
            yield brief, tuple(models.get(key, ()))


def _dump(entry: Frozen) -> bytes:
    return entry.model_dump_json(by_alias=True, exclude_unset=True, indent=1).encode() + b"\n"
