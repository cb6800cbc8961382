"""A dose that a page states: what would it do, beside the reference dose? Medical use only, and alarms come first.

A dose beyond every medical use, or on whose claim the verdict is harmful, is not run: its alarm is what is said of it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from ketsim.audit import Judgement
from ketsim.audit.quantity import Quantity, quantities
from ketsim.audit_run.beside import Ends, PageRun, Row
from ketsim.audit_run.book import Input, Shown, Slot, book
from ketsim.errors import InputError
from ketsim.evidence import Certainty
from ketsim.observables import convert, reference_of, registry
from ketsim.plan import make_plan
from ketsim.result import Output, Result, Spread
from ketsim.safety.alarm import Alarm
from ketsim.scenario import Scenario
from ketsim.wording import number, unit_text

_BEYOND: Final = "overdose"  # the alarm of a dose beyond every medical use by its route
_UNITS: Final = {"beats/min": "1/min"}
_OFTEN: Final = "sessions per week"

#: Slot -> what stands in it.
Filled = dict[str, Ends]
#: Field of a scenario -> what it says, sorted.
Ask = tuple[tuple[str, str], ...]


def filled(one: Judgement, request: Input) -> Filled:
    """The slots that a claim fills; none where it is not about this request."""
    names = {*request.also, *(slot.observable for slot in request.slots.values())}
    if one.claim.observable not in names or one.claim.polarity == "deny":
        return {}
    often = _often(one.claim.text)
    near = [q for q in quantities(one.claim.text) if often is None or q.start >= often.end or q.end <= often.start]
    found: Filled = {}
    for name, slot in request.slots.items():
        if one.claim.observable == slot.observable and one.unit == slot.unit and one.low is not None:
            found[name] = (one.low, one.high if one.high is not None else one.low)
            continue
        same = [often] if slot.unit == _OFTEN and often is not None else [q for q in near if q.unit == slot.unit]
        if len(same) == 1 and same[0].high is not None:
            found[name] = (same[0].low if same[0].low is not None else same[0].high, same[0].high)
    return {name: ends for name, ends in found.items() if _possible(ends, request.slots[name])}


def _possible(ends: Ends, slot: Slot) -> bool:
    low, high = ends
    return bool(low) and high is not None and (slot.most is None or high <= slot.most)


def _often(text: str) -> Quantity | None:
    """How many times a week a text says; None where it says nothing, or several things."""
    found = [(match, how.times) for how in book().often for match in re.finditer(how.words, text, re.I)]
    if len(found) != 1:
        return None
    match, times = found[0]
    return Quantity(times, times, _OFTEN, *match.span())


def page_requests(claims: Sequence[Judgement]) -> Iterator[tuple[Input, Filled, tuple[int, ...]]]:
    """What a page says about each request: one for every different amount; what a claim leaves out another may say."""
    for request in book().inputs:
        told = [(place, slots) for place, one in enumerate(claims) if (slots := filled(one, request))]
        leading = next(iter(request.slots))
        elsewhere: Filled = {}
        for _, slots in told:
            elsewhere = {**slots, **elsewhere}
        whole = [(place, slots) for place, slots in told if leading in slots] or told
        seen: list[Filled] = []
        for _, slots in whole:
            complete = {**elsewhere, **slots}
            open_ = {name for name, slot in request.slots.items() if slot.observable is None}
            if complete not in seen and complete.keys() >= open_:
                seen.append(complete)
                places = tuple(p for p, s in told if all(complete[name] == ends for name, ends in s.items()))
                yield request, complete, places


def input_run(request: Input, said: Filled, places: tuple[int, ...], claims: Sequence[Judgement]) -> PageRun:
    """The page's dose beside the reference dose."""
    reference = {n: said[n] if s.observable is None else _reference(s.observable) for n, s in request.slots.items()}
    page = {**reference, **said}
    by_evidence, by_page = _asks(request, reference), _asks(request, page)
    name = next(name for name in request.slots if name in said)
    slot = request.slots[name]
    alarms, refused = _alarms(by_page)
    harmful = any(claims[place].verdict == "harmful" for place in places)
    beyond = any(alarm.kind == _BEYOND for alarm in alarms)
    results = [] if refused or harmful or beyond else [_result(ask) for ask in by_page]
    beside = [_result(ask) for ask in by_evidence]
    rows = tuple(row for shown in book().lists[request.shown] for row in _rows(shown, beside, results))
    return PageRun(
        kind="input",
        claims=places,
        observable=slot.observable or next(iter(request.also), claims[places[0]].claim.observable),
        said=said[name],
        unit=slot.unit,
        reference=_words(request, reference),
        request="; ".join(_dose(ask) for ask in by_evidence),
        page_request="; ".join(_dose(ask) for ask in by_page),
        model=", ".join(dict.fromkeys(row.model for row in rows)),
        stretch=None,
        reached=bool(results),
        finding=_finding(request, by_evidence, by_page, refused, withheld=harmful or beyond),
        rows=rows,
        certainty=_certainty(request, beside + results),
        alarms=alarms,
    )


def _reference(name: str) -> Ends:
    interval = reference_of(registry()[name])
    assert interval is not None, f"{name} fills a slot and has no reference interval"
    return interval.low, interval.high


def _asks(request: Input, slots: Mapping[str, Ends]) -> tuple[Ask, ...]:
    """What is run: the low ends together, and the high ends together."""
    low = {name: f"{ends[0]:.6g}" for name, ends in slots.items() if ends[0] is not None}
    high = {name: f"{ends[1]:.6g}" for name, ends in slots.items() if ends[1] is not None}
    made = []
    for chosen in ({**high, **low}, {**low, **high}):
        person = {field: text.format(**chosen) for field, text in request.person.items()}
        made.append(tuple(sorted({**person, "dose": request.dose.format(**chosen)}.items())))
    return tuple(dict.fromkeys(made))


def _dose(ask: Ask) -> str:
    return dict(ask)["dose"]


def _alarms(asks: Sequence[Ask]) -> tuple[tuple[Alarm, ...], str]:
    """The alarms of the doses, and why one of them cannot be run (empty where all can)."""
    found: list[Alarm] = []
    for ask in asks:
        try:
            found += [alarm for alarm in make_plan(_scenario(ask)).alarms if alarm not in found]
        except InputError as error:
            return tuple(found), str(error)
    return tuple(found), ""


def _scenario(ask: Ask) -> Scenario:
    fields: dict[str, Any] = dict(ask)
    return Scenario(**fields)


@lru_cache(maxsize=32)
def _result(ask: Ask) -> Result:
    from ketsim.simulation import simulate

    return simulate(_scenario(ask))


def _rows(shown: Shown, beside: Sequence[Result], results: Sequence[Result]) -> Iterator[Row]:
    """One row a model."""
    models = dict.fromkeys(o.model for r in (*beside, *results) for o in r.outputs if o.name == shown.output)
    for model in models:
        reference = _ends(shown, model, beside)
        page = _ends(shown, model, results) if results else None
        yield Row(shown.label, shown.unit, reference, page, model)


def _ends(shown: Shown, model: str, results: Sequence[Result]) -> Ends:
    found = [_value(o, shown) for r in results for o in r.outputs if o.name == shown.output and o.model == model]
    there = [value for value in found if value is not None]
    return (min(there), max(there)) if there else (None, None)


def _value(output: Output, shown: Shown) -> float | None:
    value = output.measures.get(shown.measure)
    if value is None or isinstance(value, Spread) or not math.isfinite(value):
        return None
    unit = output.measure_units[shown.measure]
    return value if unit == shown.unit else convert(value, _UNITS.get(unit, unit), shown.unit)


def _certainty(request: Input, results: Sequence[Result]) -> str:
    names = {shown.output for shown in book().lists[request.shown]}
    return str(Certainty.weakest(Certainty(o.certainty) for r in results for o in r.outputs if o.name in names))


def _finding(
    request: Input, by_evidence: Sequence[Ask], by_page: Sequence[Ask], refused: str, *, withheld: bool
) -> str:
    if withheld:
        return "The page's dose is not run: it lies beyond medical use, or the page's claim is harmful."
    if refused:
        return f"The page's dose cannot be run: {refused}"
    if set(by_evidence) >= set(by_page):
        return f"{request.key}: the page's dose is the reference dose."
    return f"{request.key}: the page's dose beside the reference dose, for a typical person."


def _words(request: Input, slots: Mapping[str, Ends]) -> str:
    told = []
    for name, (low, high) in slots.items():
        ends = " to ".join(dict.fromkeys(number(end) for end in (low, high) if end is not None))
        told.append(f"{ends} {unit_text(request.slots[name].unit)}")
    return ", ".join(told)
