"""Which lines belong in one plot, and what is each of them called?

A panel holds curves that share an axis: several models of one analyte, or several analytes of one model. Colour, dash
and marker are dealt out here, so that a model looks the same in every panel of a figure. A panel draws nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from ketsim.errors import InputError
from ketsim.report.theme import SERIES, Series
from ketsim.wording import listed, place_of, quantities, sentence_case

if TYPE_CHECKING:
    from ketsim.result import Output, Result

Grouping = Literal["auto", "separate", "together"]
Array = NDArray[np.float64]

#: More lines than this in one plot can no longer be told apart.
MOST_LINES = len(SERIES)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One curve with its name in the legend and its look."""

    output: Output
    name: str
    look: Series


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Curves over one axis. title: what is plotted, in words; unit: of every curve in it. quiet: nothing that counts
    happens in it, so that it needs little room and no legend.
    """

    title: str
    unit: str
    lines: tuple[Line, ...]
    quiet: bool = False

    @property
    def kind(self) -> str:
        """What its curves are: concentration or effect."""
        return self.lines[0].output.kind

    @property
    def highest(self) -> float:
        """The highest finite value of the panel, in its unit; nan where there is none."""
        tops = [curve[np.isfinite(curve)] for line in self.lines for curve in (line.output.median, line.output.high)]
        return max((float(top.max()) for top in tops if top.size), default=float("nan"))


def panels(result: Result, *, kind: str = "concentration", group: Grouping = "auto") -> tuple[Panel, ...]:
    """The panels that show every output of `kind`.

    group: `separate` gives each quantity a panel and overlays its models; `together` overlays everything of one unit;
    `auto` is `together` for one model and `separate` for several. Panels of more than six lines are cut in parts.

    Raises `InputError` if the result has no such output or `group` is no grouping.
    """
    outputs = [output for output in result.outputs if output.kind == kind]
    if not outputs:
        raise InputError(
            f"this result has no {kind} to draw; it has {listed(sorted({o.name for o in result.outputs}))}."
        )
    if group not in ("auto", "separate", "together"):
        raise InputError(f"group {group!r} is not known; give auto, separate or together.")
    models = list(dict.fromkeys(output.model for output in outputs))
    together = group == "together" or (group == "auto" and len(models) == 1)
    bundles: dict[tuple[str, ...], list[Output]] = {}
    for output in outputs:
        bundles.setdefault((output.unit,) if together else (output.unit, output.name), []).append(output)
    return tuple(
        _panel(part, models=models, together=together)
        for bundle in bundles.values()
        for part in (bundle[start : start + MOST_LINES] for start in range(0, len(bundle), MOST_LINES))
    )


def look_of(index: int) -> Series:
    """The look of the model, or the quantity, that stands at `index` in its figure."""
    return SERIES[index % MOST_LINES]


def _panel(outputs: Sequence[Output], *, models: Sequence[str], together: bool) -> Panel:
    several_models = len({output.model for output in outputs}) > 1
    several_names = len({output.name for output in outputs}) > 1
    several_places = len({place_of(output.label) for output in outputs}) > 1
    lines = []
    for index, output in enumerate(outputs):
        words = [sentence_case(output.label)] if several_names or not several_models else []
        words += [output.model] if several_models else []
        words += [place_of(output.label)] if several_places and not several_names else []
        place = index if together else models.index(output.model)
        lines.append(Line(output=output, name=", ".join(filter(None, words)), look=look_of(place)))
    title = sentence_case(quantities(output.label for output in outputs))
    return Panel(title=title, unit=outputs[0].unit, lines=_apart(lines))


def _apart(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Lines with looks that differ within the panel: a seventh model would else wear the first one's."""
    free = list(SERIES)
    dressed = []
    for line in lines:
        look = line.look if line.look in free else free[0]
        free.remove(look)
        dressed.append(Line(output=line.output, name=line.name, look=look))
    return tuple(dressed)
