"""What stands behind one model? Its limits and each of its numbers with its source, for kinetics and for effects.

The numbers of a kinetic model stand once, in its own section, whatever it drives; an effect's section leads there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ketsim.report.grades import short_label
from ketsim.report.markup import Child, Markup, anchor, join, tag
from ketsim.report.number_table import numbers_section, rank
from ketsim.report.structure_section import own_numbers, structure_sections
from ketsim.report.tables import FindSource, certainty_badge, model_link
from ketsim.wording import listed, sentence_case

if TYPE_CHECKING:
    from ketsim.evidence.effect_spec import EffectSpec
    from ketsim.evidence.source import Source
    from ketsim.evidence.value import Value
    from ketsim.result import Output, Result


def model_sections(result: Result, find: FindSource) -> list[Markup]:
    """A section for each kinetic model, shown or only driving, then one for each entry of an effect."""
    kinetics: dict[str, list[Output]] = {}
    effects: dict[str, list[Output]] = {}
    courses: dict[str, list[Output]] = {}
    for output in result.outputs:
        if output.kind != "concentration":
            home = effects if output.kind == "effect" else courses
            home.setdefault(output.model, []).append(output)
            if output.driver is not None:
                kinetics.setdefault(output.driver, []).append(output)
        else:
            kinetics.setdefault(output.model, []).append(output)
    return [
        *(_kinetics(key, outputs, find) for key, outputs in kinetics.items()),
        *(_effect(key, outputs, find) for key, outputs in effects.items()),
        *structure_sections(courses, find),
    ]


def _kinetics(key: str, outputs: Sequence[Output], find: FindSource) -> Markup:
    sources = _sources(outputs, find)
    values = [
        value
        for value in _used(outputs, sources)
        if any(str(value) in o.numbers and str(value) not in _own(o, sources) for o in outputs)
    ]
    given = [output for output in outputs if output.kind == "concentration"]
    driven = [output for output in outputs if output.kind != "concentration"]
    spec = next((model for source in sources.values() for model in source.models if model.key == key), None)
    label = given[0].model_label if given else spec.label if spec is not None else key
    told: list[Child] = [tag("p", sentence_case(label) + ".")]
    weakest = min((o.certainty for o in given), key=rank, default=min((str(v.certainty) for v in values), key=rank))
    if given:
        gives = f"Gives {listed([output.label for output in given])}. Certainty "
        told.append(tag("p", gives, certainty_badge(weakest), "."))
    if driven:
        homes = {short_label(o.label) if o.kind == "effect" else o.model: o.model for o in driven}
        names = join([tag("a", name, href=f"#{anchor('model', model)}") for name, model in homes.items()], ", ")
        told.append(tag("p", "Drives " if given else "Not shown itself; drives ", names, "."))
    if spec is not None and spec.limits.text:
        told.append(tag("p", f"Built for: {spec.limits.text}."))
    if spec is not None and spec.flag:
        told.append(tag("p", tag("strong", "Flagged: "), spec.flag, class_="caution"))
    if given:
        told.append(_lowered(values, weakest))
    return numbers_section(key, told, values, sources, weakest)


def _effect(key: str, outputs: Sequence[Output], find: FindSource) -> Markup:
    sources = _sources(outputs, find)
    own = {text for output in outputs for text in _own(output, sources)}
    values = [value for value in _used(outputs, sources) if str(value) in own]
    weakest = min((output.certainty for output in outputs), key=rank)
    spec = _spec(key, sources)
    told: list[Child] = [tag("p", sentence_case(outputs[0].model_label) + ".")]
    gives = f"Gives {listed([output.label for output in outputs])}. Certainty "
    told.append(tag("p", gives, certainty_badge(weakest), "."))
    if outputs[0].driver is not None:
        why = f": {spec.drive.because}" if spec is not None and spec.drive is not None and spec.drive.because else "."
        told.append(tag("p", "Driven by the concentrations of ", model_link(outputs[0].driver), why))
    if spec is not None:
        if spec.limits.text:
            told.append(tag("p", f"Built for: {spec.limits.text}."))
        if spec.because is not None:
            told.append(tag("p", tag("strong", f"{sentence_case(spec.status)}: "), spec.because, class_="caution"))
        if spec.assumed:
            items = tag("ul", *(tag("li", sentence_case(text)) for text in spec.assumed))
            told += [tag("p", "Taken for granted:"), items]
        if spec.note:
            told.append(tag("p", spec.note))
    told.append(_lowered(values, weakest, outputs[0].driver))
    return numbers_section(key, told, values, sources, weakest)


def _lowered(values: Sequence[Value], weakest: str, driver: str | None = None) -> Markup | None:
    """Why an output is less certain than every number in the table; None where one of them is as uncertain."""
    if not values or min(rank(str(value.certainty)) for value in values) <= rank(weakest):
        return None
    assumed = tag("a", "assumptions", href="#limits")
    if driver is None:
        why = "No number below is that uncertain: an assumption of this run lowers the certainty, see "
        return tag("p", why, assumed, ".")
    why = "No number below is that uncertain: what drives it lowers the certainty ("
    return tag("p", why, model_link(driver), "), or an assumption of this run, see ", assumed, ".")


def _sources(outputs: Sequence[Output], find: FindSource) -> dict[str, Source]:
    return {name: find(name) for output in outputs for name in output.sources}


def _used(outputs: Sequence[Output], sources: Mapping[str, Source]) -> list[Value]:
    used = {text for output in outputs for text in output.numbers}
    return [value for source in sources.values() for value in source.values.values() if str(value) in used]


def _own(output: Output, sources: Mapping[str, Source]) -> set[str]:
    """Those of an effect's numbers that are not its driver's: of its equation, and of the isomer and blood assumed."""
    if output.kind == "concentration":
        return set()
    if output.kind == "course":
        return own_numbers(output)
    from ketsim.effects.driver import ASSUMPTIONS

    spec = _spec(output.model, sources)
    homes = [spec.home(parameter) for parameter in spec.numbers] if spec is not None else []
    own = {str(sources[where].values[name]) for where, name in homes if where in sources}
    if ASSUMPTIONS in sources:
        own |= {str(value) for value in sources[ASSUMPTIONS].values.values()}
    return own


def _spec(key: str, sources: Mapping[str, Source]) -> EffectSpec | None:
    return next((spec for source in sources.values() for spec in source.effects if spec.key == key), None)
