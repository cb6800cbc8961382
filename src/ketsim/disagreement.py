"""How far do published models lie apart on one measure of one quantity?

The spread is the disagreement of the literature, not an error of one model. Which model is right nobody knows, and
nothing here says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ketsim.result import Output, central
from ketsim.wording import count_words, measure_words, number, quantities, sentence_case, unit_text


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The lowest and the highest (median) value of `measure`, in `unit`, and the models that gave them.

    name: of the output, such as ``s_norketamine``. label: the output in words. models: all that were compared.
    """

    name: str
    label: str
    measure: str
    unit: str
    low: float
    high: float
    lowest: str
    highest: str
    models: tuple[str, ...]

    @property
    def fold(self) -> float:
        """Highest over lowest."""
        return self.high / self.low

    def sentence(self) -> str:
        """The disagreement in plain words."""
        return (
            f"{sentence_case(count_words(len(self.models)))} published models put the {measure_words(self.measure)} of "
            f"{self.label} between {number(self.low)} ({self.lowest}) and {number(self.high)} {unit_text(self.unit)} "
            f"({self.highest}), a {number(self.fold)}-fold range."
        )


def disagreements(outputs: Iterable[Output], measure: str) -> Iterator[Disagreement]:
    """How far the models lie apart on `measure`, for each quantity that several of them give above zero."""
    for name, same in by_name(outputs, measure).items():
        ranked = sorted((value, o.model) for o in same if (value := central(o.measures[measure])) > 0.0)
        if len(ranked) > 1:
            (low, lowest), (high, highest) = ranked[0], ranked[-1]
            yield Disagreement(
                name=name,
                label=quantities(o.label for o in same),
                measure=measure,
                unit=same[0].measure_units[measure],
                low=low,
                high=high,
                lowest=lowest,
                highest=highest,
                models=tuple(model for _, model in ranked),
            )


def by_name(outputs: Iterable[Output], measure: str) -> dict[str, list[Output]]:
    """The outputs that have the measure, those of one quantity together."""
    found: dict[str, list[Output]] = {}
    for output in outputs:
        if measure in output.measures:
            found.setdefault(output.name, []).append(output)
    return found
