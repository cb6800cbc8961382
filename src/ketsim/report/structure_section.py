"""What stands behind one structure of a course? Why it stands beside its rivals, and each of its numbers.

What rivals share stands once, with the first of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from ketsim.report.markup import Child, Markup, join, tag
from ketsim.report.number_table import numbers_section, rank
from ketsim.report.tables import FindSource, certainty_badge, model_link
from ketsim.wording import listed, sentence_case

if TYPE_CHECKING:
    from ketsim.evidence.source import Source
    from ketsim.evidence.value import Value
    from ketsim.result import Output


def structure_sections(courses: Mapping[str, Sequence[Output]], find: FindSource) -> list[Markup]:
    """A section for each structure. courses: structure -> its readings."""
    told: dict[str, str] = {}  # number -> the structure with which it stands
    return [_section(key, outputs, find, told) for key, outputs in courses.items()]


def own_numbers(output: Output) -> set[str]:
    """Those of a reading's numbers that are not its driver's: all that stand in the sources of its structure."""
    return {text for text in output.numbers if any(f"({home}, " in text for home in _sources_of(output.model))}


@cache
def _sources_of(key: str) -> frozenset[str]:
    from ketsim.course.structure import structure

    one = structure(key)
    return frozenset(value.source for value in (*one.values.values(), *one.chances.values()))


def _section(key: str, outputs: Sequence[Output], find: FindSource, told: dict[str, str]) -> Markup:
    from ketsim.course.structure import structure

    one = structure(key)
    sources = {name: find(name) for output in outputs for name in output.sources}
    own = {text for output in outputs for text in own_numbers(output)}
    used = [value for source in sources.values() for value in source.values.values() if str(value) in own]
    values = [value for value in used if told.setdefault(str(value), key) == key]
    weakest = min((output.certainty for output in outputs), key=rank)
    labels = list(dict.fromkeys(output.label.partition(":")[0] for output in outputs))
    said: list[Child] = [
        tag("p", f"{sentence_case(one.label)}."),
        tag("p", f"{sentence_case(one.because)}."),
        tag("p", f"Gives {listed(labels)}. Certainty ", certainty_badge(weakest), "."),
    ]
    if outputs[0].driver is not None:
        said.append(tag("p", "Driven by the concentrations of ", model_link(outputs[0].driver), "."))
    said += _shared(used, values, told)
    said += [tag("p", " ".join(source.limits.split())) for source in _homes(values, sources) if source.limits]
    return numbers_section(key, said, values, sources, weakest)


def _shared(used: Sequence[Value], values: Sequence[Value], told: Mapping[str, str]) -> list[Child]:
    elsewhere = list(dict.fromkeys(told[str(value)] for value in used if value not in values))
    if not elsewhere:
        return []
    links = join([model_link(key) for key in elsewhere], ", ")
    return [tag("p", f"The other {len(used) - len(values)} numbers are those of ", links, ".")]


def _homes(values: Sequence[Value], sources: Mapping[str, Source]) -> list[Source]:
    return [sources[key] for key in dict.fromkeys(value.source for value in values)]
