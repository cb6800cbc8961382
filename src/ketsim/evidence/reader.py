"""Is this source file right? YAML text to a typed `Source`, or every slip in it with its line.

Every value is checked alone first (keys, types, units), then the whole (names, compartments, formulas), so that one run
shows all that is to mend. It does not look at other files; `links` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from ketsim.document import Document, Place, read_document
from ketsim.errors import InputError, did_you_mean
from ketsim.evidence.checks import source_problems
from ketsim.evidence.field import COMPUTED, Entry
from ketsim.evidence.source import Source
from ketsim.evidence.value import Value

_E = TypeVar("_E", bound=Entry)
_M = TypeVar("_M", bound=BaseModel)

_PATTERNS = {
    r"^[a-z][a-z0-9_]*$": "a short name in lower case, such as cl or mw_ketamine",
    r"^[A-Za-z][A-Za-z0-9_-]*$": "a key, such as Simons2022",
    r"^[A-Za-z0-9][A-Za-z0-9_.-]*$": "an identifier without spaces, such as Simons2022-1",
    r"^10\.[0-9]{4,9}/\S+$": "a DOI, such as 10.3389/fpain.2022.946486",
    r"^[0-9]+$": "digits in quotes",
    r"^PMC[0-9]+$": "a PMC number, such as PMC9540482",
    r"^https?://\S+$": "an address that starts with https://",
    r"^(sd|se|cv|gsd|gcv|range|iqr|[0-9]{1,2}% CI)$": "sd, se, cv, gsd, gcv, range, iqr or such as '95% CI'",
    r"^[A-Za-z][A-Za-z0-9_-]*\.[a-z][a-z0-9_]*$": "a source and one of its values, such as Constants.mw_ketamine",
}
_EXPECTED = {
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "string_type": "text (in quotes if it looks like a number)",
    "tuple_type": "a list, such as [a, b]",
    "list_type": "a list, such as [a, b]",
    "dict_type": "entries of the form name: ...",
    "mapping_type": "entries of the form name: ...",
    "model_type": "entries of the form key: ...",
    "model_attributes_type": "entries of the form key: ...",
    "finite_number": "a finite number",
}


def read_source(path: Path) -> Source:
    """The source in a YAML file. Raises `InputError` with ``File.yaml:LINE`` for the first slip."""
    source, errors = check_file(path)
    if errors:
        first, more = errors[0], len(errors) - 1
        rest = f" ({more} more; python -m ketsim.evidence check {path} lists all.)" if more else ""
        raise InputError(first.sentence + rest, where=first.where)
    assert source is not None
    return source


def check_file(path: Path) -> tuple[Source | None, tuple[InputError, ...]]:
    """The source in a YAML file, or every slip in it."""
    try:
        document = read_document(path)
    except InputError as error:
        return None, (error,)
    source, errors = check_document(document)
    if source is not None and source.key != path.stem:
        slip = InputError(
            f"key is {source.key}, but the file is {path.name}; they must agree.",
            where=document.where(("source", "key")),
        )
        return None, (*errors, slip)
    return source, errors


def check_text(text: str | bytes, *, name: str = "text") -> tuple[Source | None, tuple[InputError, ...]]:
    """The source in a YAML text, or every slip in it; `name` stands for the file in messages."""
    try:
        document = read_document(text, name=name)
    except InputError as error:
        return None, (error,)
    return check_document(document)


def check_document(document: Document) -> tuple[Source | None, tuple[InputError, ...]]:
    """The source in plain data, or every slip in it, in the order of the lines."""
    reading = _Reading(document)
    source = reading.source()
    errors = sorted(reading.errors, key=lambda e: int((e.where or ":0").rpartition(":")[2]))
    return (None if errors else source), tuple(errors)


class _Reading:
    """One pass over a document that collects slips instead of stopping at the first."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.errors: list[InputError] = []

    def slip(self, path: Place, sentence: str) -> None:
        self.errors.append(InputError(sentence, where=self.document.where(path)))

    def source(self) -> Source | None:
        data = self.document.data
        if not isinstance(data, dict):
            self.slip((), "the file holds no source; it starts with source: and its key, kind and title.")
            return None
        reference = data.get("source")
        key = str(reference.get("key", "")) if isinstance(reference, dict) else ""
        good: dict[str, Any] = {k: v for k, v in data.items() if k != "values" and k not in Source.sections}
        good["values"] = self._values(data.get("values"), key)
        for section in Source.sections:
            good[section] = self._entries(section, data.get(section), key)
        source = self._made(Source, good, ())
        if source is None:
            return None
        raw = data.get("values")
        unread = frozenset(raw) - frozenset(good["values"]) if isinstance(raw, dict) else frozenset()
        for path, sentence in source_problems(source, also_named=unread):
            self.slip(path, sentence)
        return source

    def _values(self, given: Any, key: str) -> dict[str, Value]:
        if given is None:
            return {}
        if not isinstance(given, dict):
            self.slip(("values",), f"values is {_shown(given)}; expected {_EXPECTED['dict_type']}.")
            return {}
        made = {}
        for name, raw in given.items():
            path: Place = ("values", name)
            value = self._entry(Value, raw, path, {"source": key, "name": name})
            if value is not None:
                made[name] = value
        return made

    def _entries(self, section: str, given: Any, key: str) -> list[Entry]:
        if given is None:
            return []
        if not isinstance(given, list):
            self.slip((section,), f"{section} is {_shown(given)}; expected a list, each entry starting with a dash.")
            return []
        kind = get_args(Source.model_fields[section].annotation)[0]
        made = (self._entry(kind, raw, (section, i), {"source": key}) for i, raw in enumerate(given))
        return [entry for entry in made if entry is not None]

    def _entry(self, kind: type[_E], raw: Any, path: Place, known: Mapping[str, Any]) -> _E | None:
        if not isinstance(raw, dict):
            self.slip(path, f"{'.'.join(map(str, path))} is {_shown(raw)}; expected entries of the form key: ...")
            return None
        computed = [f for f, info in kind.model_fields.items() if info.json_schema_extra == COMPUTED]
        for name in computed:
            if name in raw:
                self.slip((*path, name), _unknown(name, kind, ".".join(map(str, (*path, name)))))
        own = {k: v for k, v in raw.items() if k not in computed}
        return self._made(kind, {**own, **known, "line": self.document.lines.get(path, 0)}, path)

    def _made(self, kind: type[_M], data: Mapping[str, Any], path: Place) -> _M | None:
        try:
            return kind.model_validate(data, by_alias=True, by_name=False)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                here = self._existing((*path, *detail["loc"]))
                self.slip(here, _sentence(detail, kind, path))
            return None

    def _existing(self, path: Place) -> Place:
        """The path without the parts that name types instead of entries."""
        kept: Place = ()
        for part in path:
            if (*kept, part) in self.document.lines:
                kept = (*kept, part)
        return kept


def _sentence(detail: Any, kind: type[BaseModel], path: Place) -> str:
    """What one pydantic complaint means to the person who wrote the file."""
    what, loc = detail["type"], tuple(detail["loc"])
    full = ".".join(str(part) for part in (*path, *loc))
    if what == "value_error":
        error = detail["ctx"]["error"]
        return error.sentence if isinstance(error, InputError) else str(error)
    if what == "extra_forbidden":
        return _unknown(str(loc[-1]), _class_at(kind, loc[:-1]), full)
    if what == "missing":
        return f"{full} is missing."
    given = _shown(detail["input"])
    if what in ("literal_error", "enum"):
        return f"{full} is {given}; expected {detail['ctx']['expected']}."
    if what == "string_pattern_mismatch":
        return f"{full} is {given}; expected {_PATTERNS.get(detail['ctx']['pattern'], detail['ctx']['pattern'])}."
    if what in _EXPECTED:
        return f"{full} is {given}; expected {_EXPECTED[what]}."
    return f"{full} is {given}; {detail['msg'][:1].lower()}{detail['msg'][1:]}."


def _unknown(name: str, kind: type[BaseModel] | None, full: str) -> str:
    fields = {} if kind is None else kind.model_fields
    keys = [_written(field, info) for field, info in fields.items() if info.json_schema_extra != COMPUTED]
    otherwise = f"known here are {', '.join(keys)}." if keys else "remove it."
    return f"{full} is not a known key; {did_you_mean(name, keys, otherwise=otherwise)}"


def _class_at(kind: type[BaseModel], loc: Place) -> type[BaseModel] | None:
    """The type that a nested entry has, to suggest its keys."""
    here: type[BaseModel] | None = kind
    for part in loc:
        if here is None:
            return None
        for field, info in here.model_fields.items():
            if part == _written(field, info):
                here = next(_models_in(info.annotation), None)
    return here


def _written(field: str, info: FieldInfo) -> str:
    """How a field is called in a file."""
    return str(info.validation_alias or field)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _shown(given: Any) -> str:
    if isinstance(given, dict):
        return "a mapping"
    if isinstance(given, list | tuple):
        return "a list"
    text = "null" if given is None else repr(given)
    return text if len(text) <= 60 else text[:57] + "..."
