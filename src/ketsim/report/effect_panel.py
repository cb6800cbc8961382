"""Which effects share a plot, and which are not worth one because they never leave their baseline?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ketsim.report.grades import is_stepped, short_label
from ketsim.report.panel import MOST_LINES, Line, Panel, look_of
from ketsim.result import ends
from ketsim.wording import listed, sentence_case

if TYPE_CHECKING:
    from ketsim.result import Output, Result

#: What a person feels, in percent: one plot, since the question is which comes first and which lasts.
_FELT = frozenset({"dissociation", "drug_high", "analgesia", "memory"})
_FELT_TITLE = "What is felt and remembered"
#: A change smaller than this share of the one that counts cannot be seen in a plot.
_UNSEEN = 0.01


def effects_of(result: Result) -> list[Output]:
    """Every effect of the result, in its order."""
    return [output for output in result.outputs if output.kind == "effect"]


def stays_at_baseline(output: Output) -> bool:
    """Whether the effect changes in nobody by as much as could be seen: over people, in none of the middle 90 %."""
    changes = ends(output.measures["change_at_peak"])
    return max(map(abs, changes)) <= _UNSEEN * (output.level or 0.0)


def effect_panels(result: Result) -> tuple[Panel, ...]:
    """The panels of the effects that leave their baseline; at most six lines each."""
    bundles: dict[str, list[Output]] = {}
    for output in effects_of(result):
        if not stays_at_baseline(output):
            felt = output.name in _FELT and output.unit == "%"
            bundles.setdefault(_FELT_TITLE if felt else output.name, []).append(output)
    return tuple(
        _panel(bundle[start : start + MOST_LINES])
        for bundle in bundles.values()
        for start in range(0, len(bundle), MOST_LINES)
    )


def alike_sentence(panel: Panel) -> str:
    """Which lines of the panel hide one another; empty where none do."""
    pairs = [
        f"{one.name} and {other.name} lie on one another."
        for place, one in enumerate(panel.lines)
        for other in panel.lines[place + 1 :]
        if np.allclose(one.output.median, other.output.median, rtol=1e-6, atol=0.0)
    ]
    return " ".join(pairs)


def at_baseline_sentence(result: Result) -> str:
    """Which effects are not drawn, and how sure that is; empty where every one is."""
    quiet = [output for output in effects_of(result) if stays_at_baseline(output)]
    if not quiet:
        return ""
    said = [f"{short_label(output.label)} ({output.model}, certainty {output.certainty})" for output in quiet]
    whom = "" if result.subjects == 1 else " in at least 90 % of people"
    return f"Not drawn, because {'it stays' if len(said) == 1 else 'they stay'} at baseline{whom}: {listed(said)}."


def _panel(outputs: Sequence[Output]) -> Panel:
    names = [output.name for output in outputs]
    lines = []
    for index, output in enumerate(outputs):
        words = [sentence_case(short_label(output.label))] if len(set(names)) > 1 else []
        words += [output.model] if names.count(output.name) > 1 or not words else []
        lines.append(Line(output=output, name=", ".join(words), look=look_of(index)))
    label = short_label(outputs[0].label) if is_stepped(outputs[0]) else outputs[0].label
    title = _FELT_TITLE if len(set(names)) > 1 else sentence_case(label)
    return Panel(title=title, unit=outputs[0].unit, lines=tuple(lines))
