"""Which observables are there? Every one of the YAML files of ``topics/``, by name, checked against each other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from ketsim.errors import InputError, did_you_mean
from ketsim.observables.evidence import Evidence, Interval, evidence, interval, weakest
from ketsim.observables.observable import Observable
from ketsim.rule_file import read_rules

_TOPICS: Final = Path(__file__).with_name("topics")
_ENDING: Final = "_observables"  # names of rule files are unique over the package


@cache
def registry() -> Mapping[str, Observable]:
    """Every observable by its name, topics in alphabetical order. Raises `InputError` for a slip in a file."""
    found: dict[str, Observable] = {}
    for path in sorted(_TOPICS.glob("*.yaml")):
        topic = path.stem.removesuffix(_ENDING)
        for entry in read_rules(path):
            try:
                one = Observable.model_validate({**entry, "topic": topic})
            except (ValidationError, InputError) as error:
                slip = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": str(error)}
                at = ".".join(map(str, slip["loc"]))
                raise InputError(f"{entry.get('name')}: {at} {slip['msg']}", where=path.name) from None
            if one.name in found:
                raise InputError(f"{one.name} stands in {found[one.name].topic} already.", where=path.name)
            found[one.name] = one
    return found


@cache
def _names() -> Mapping[str, str]:
    """Every name, the other ones included -> the name in the registry."""
    names = {name: name for name in registry()}
    for one in registry().values():
        for other in one.also:
            if names.setdefault(other, one.name) != one.name:
                raise InputError(f"{other} stands for {names[other]} already; {one.name} claims it too.")
    return names


def observable(name: str) -> Observable:
    """The observable of that name, or that is also known by it. Raises `InputError` with the nearest names."""
    known = _names()
    if name not in known:
        hint = did_you_mean(name, known, most=3, otherwise="ketsim answer --list names them.")
        raise InputError(f"there is no observable {name[:60]!r}; {hint}")
    return registry()[known[name]]


def evidence_of(one: Observable) -> tuple[Evidence, ...]:
    """All evidence that the observable names, each once: first what its answer rests on, then what bounds it."""
    more = [name for item in one.items for name in item.evidence]
    more += [point.evidence for series in one.series for point in series.points]
    more += list(one.reference.evidence) if one.reference is not None else []
    names = (_bare(name) for name in (*_own(one), *more))
    return tuple(evidence(name) for name in dict.fromkeys(names))


def against(one: Observable) -> tuple[Evidence, ...]:
    """The evidence that contradicts."""
    return tuple(evidence(_bare(name)) for name in one.against)


def reference_of(one: Observable) -> Interval | None:
    """The reference interval of a range, from its evidence alone; None where the evidence gives none."""
    if one.reference is None:
        return None
    return interval(map(evidence, one.reference.evidence), one.reference.unit)


def certainty_of(one: Observable) -> str:
    """The weakest certainty of what the answer rests on."""
    named = {_bare(name) for name in _own(one)}
    found = weakest(e for e in evidence_of(one) if e.id in named)
    assert found is not None  # an observable without evidence is refused
    return found


def sources_of(one: Observable) -> tuple[str, ...]:
    """Keys of every source behind it, sorted."""
    return tuple(sorted({e.source for e in (*evidence_of(one), *against(one))}))


def _own(one: Observable) -> tuple[str, ...]:
    """Ids of what the answer rests on: named evidence, and the facts of the rules of safety that are named."""
    found = list(one.evidence)
    if one.law:
        from ketsim.safety.law_book import law_book

        rules = {rule.id: rule for rule in law_book().rules}
        found += [name for rule in one.law for name in rules[rule].facts]
    if one.windows:
        from ketsim.safety.detection_book import detection_book

        windows = {window.id: window for window in detection_book().windows}
        found += [name for window in one.windows for name in windows[window].facts]
    if one.substance is not None:
        from ketsim.safety.substances import substance

        found += substance(one.substance).facts
    return tuple(found)


def _bare(name: str) -> str:
    return name.removesuffix(".low").removesuffix(".high")
