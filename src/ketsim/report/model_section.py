"""What stands behind one model? Its limits and each of its numbers with its source, for kinetics and for effects.

The numbers of a kinetic model stand once, in its own section, whatever it drives; an effect's section leads there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ketsim.report.grades import short_label
from ketsim.report.markup import Child, Markup, anchor, join, table, tag, with_detail
from ketsim.report.tables import CERTAINTIES, FindSource, certainty_badge, model_link
from ketsim.wording import ABSENT, listed, number, sentence_case, unit_text

if TYPE_CHECKING:
    from ketsim.evidence.effect_spec import EffectSpec
    from ketsim.evidence.source import Source
    from ketsim.evidence.value import Value, Variability
    from ketsim.result import Output, Result

_COLUMNS = (
    *("Parameter", "Number", "Unit", "Between people", "Precision"),
    *("Source", "Place", "Provenance", "Certainty"),
)


def model_sections(result: Result, find: FindSource) -> list[Markup]:
    """A section for each kinetic model, shown or only driving, then one for each entry of an effect."""
    kinetics: dict[str, list[Output]] = {}
    effects: dict[str, list[Output]] = {}
    for output in result.outputs:
        if output.kind == "effect":
            effects.setdefault(output.model, []).append(output)
            if output.driver is not None:
                kinetics.setdefault(output.driver, []).append(output)
        else:
            kinetics.setdefault(output.model, []).append(output)
    return [
        *(_kinetics(key, outputs, find) for key, outputs in kinetics.items()),
        *(_effect(key, outputs, find) for key, outputs in effects.items()),
    ]


def _kinetics(key: str, outputs: Sequence[Output], find: FindSource) -> Markup:
    sources = _sources(outputs, find)
    values = [
        value
        for value in _used(outputs, sources)
        if any(str(value) in o.numbers and str(value) not in _own(o, sources) for o in outputs)
    ]
    given = [output for output in outputs if output.kind != "effect"]
    driven = [output for output in outputs if output.kind == "effect"]
    spec = next((model for source in sources.values() for model in source.models if model.key == key), None)
    label = given[0].model_label if given else spec.label if spec is not None else key
    told: list[Child] = [tag("p", sentence_case(label) + ".")]
    weakest = min((o.certainty for o in given), key=_rank, default=min((str(v.certainty) for v in values), key=_rank))
    if given:
        gives = f"Gives {listed([output.label for output in given])}. Certainty "
        told.append(tag("p", gives, certainty_badge(weakest), "."))
    if driven:
        names = join([tag("a", short_label(o.label), href=f"#{anchor('model', o.model)}") for o in driven], ", ")
        told.append(tag("p", "Drives " if given else "Not shown itself; drives ", names, "."))
    if spec is not None and spec.limits.text:
        told.append(tag("p", f"Built for: {spec.limits.text}."))
    if spec is not None and spec.flag:
        told.append(tag("p", tag("strong", "Flagged: "), spec.flag, class_="caution"))
    if given:
        told.append(_lowered(values, weakest))
    return _section(key, told, values, sources, weakest)


def _effect(key: str, outputs: Sequence[Output], find: FindSource) -> Markup:
    sources = _sources(outputs, find)
    own = {text for output in outputs for text in _own(output, sources)}
    values = [value for value in _used(outputs, sources) if str(value) in own]
    weakest = min((output.certainty for output in outputs), key=_rank)
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
    return _section(key, told, values, sources, weakest)


def _section(
    key: str, told: Sequence[Child], values: Sequence[Value], sources: Mapping[str, Source], weakest: str
) -> Markup:
    rows = [_value_row(value, sources[value.source], weakest) for value in values]
    numbers = table(f"Numbers behind {key}", _COLUMNS, rows, numbers=(1,))
    return tag("section", tag("h3", key, id=anchor("model", key)), *told, numbers, class_="model")


def _lowered(values: Sequence[Value], weakest: str, driver: str | None = None) -> Markup | None:
    """Why an output is less certain than every number in the table; None where one of them is as uncertain."""
    if not values or min(_rank(str(value.certainty)) for value in values) <= _rank(weakest):
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
    if output.kind != "effect":
        return set()
    from ketsim.effects.driver import ASSUMPTIONS

    spec = _spec(output.model, sources)
    homes = [spec.home(parameter) for parameter in spec.numbers] if spec is not None else []
    own = {str(sources[where].values[name]) for where, name in homes if where in sources}
    if ASSUMPTIONS in sources:
        own |= {str(value) for value in sources[ASSUMPTIONS].values.values()}
    return own


def _spec(key: str, sources: Mapping[str, Source]) -> EffectSpec | None:
    return next((spec for source in sources.values() for spec in source.effects if spec.key == key), None)


def _value_row(value: Value, source: Source, weakest: str) -> list[str | Markup | None]:
    address = source.reference.link or f"#{anchor('source', value.source)}"
    cited = tag("a", value.source, class_="name", href=address)
    place = tag("span", f"{value.where.at} ({value.where.via})", class_="place")
    sets = str(value.certainty) == weakest
    return [
        with_detail(tag("code", value.name), value.label),
        ABSENT if value.number is None else f"{value.number:.12g}",
        "" if value.unit == "1" else unit_text(value.unit),
        _variability(value.iiv),
        _precision(value),
        cited,
        with_detail(place, value.note),
        str(value.provenance),
        with_detail(certainty_badge(str(value.certainty)), "sets the certainty" if sets else None),
    ]


def _variability(spread: Variability | None) -> str:
    if spread is None:
        return "not given"
    if spread.cv is not None:
        return f"CV {number(spread.cv * 100)}\u00a0%"
    if spread.omega2 is not None:
        return f"CV {number(math.sqrt(math.expm1(spread.omega2)) * 100)}\u00a0%"
    return f"SD {number(spread.logit_sd)} (logit)"


def _precision(value: Value) -> str:
    if value.rse is not None:
        return f"RSE {number(value.rse * 100)}\u00a0%"
    if value.se is not None:
        return f"SE {number(value.se)}"
    if value.ci is not None:
        return f"{number(value.ci.level * 100)} % CI {number(value.ci.low)} to {number(value.ci.high)}"
    return "not given"


def _rank(word: str) -> int:
    return CERTAINTIES.index(word) if word in CERTAINTIES else -1
