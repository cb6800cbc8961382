"""How long is somebody under after an anaesthetic dose? What labels and volunteers say, and what each model gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ketsim.dosing import Drug, Route
from ketsim.evidence import Fact, catalog, fact
from ketsim.kinetics.model import Model
from ketsim.onset.simulated import Simulated, effects_named, times_of, typical
from ketsim.onset.way import stated

_STAGES = ("surgical_onset", "surgical_duration", "waking")


@dataclass(frozen=True, slots=True)
class Anaesthesia:
    """One anaesthetic dose. by_model: the model that is taken unasked first."""

    dose: str
    route: str
    stated: tuple[Fact, ...]
    by_model: tuple[Simulated, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "dose": self.dose,
            "route": self.route,
            "stated": [stated(f) for f in self.stated],
            "by_model": [s.to_dict() for s in self.by_model],
        }


def anaesthesia_of(wanted: Mapping[str, Any], effect: str) -> Anaesthesia:
    """The default driver, and by vein every other published model of adults that answers for the racemate."""
    dose = wanted["dose"]
    rows = [times_of(dose, output, _STAGES) for output in effects_named(typical(dose), effect)]
    taken = {row.driver for row in rows}
    if wanted["route"] == Route.iv.value:
        for key in _adult_models():
            if key not in taken:
                found = effects_named(typical(dose, (key,)), effect)
                rows += [times_of(dose, output, _STAGES, default=False) for output in found]
    return Anaesthesia(dose, wanted["route"], tuple(fact(name) for name in wanted["facts"]), tuple(rows))


def _adult_models() -> Iterator[str]:
    for brief in catalog().models:
        if brief.status == "record" or Route.iv.value not in brief.routes:
            continue
        model = Model.load(brief.key)
        if model.admits_age(None) and model.accepts(Drug.ketamine, Route.iv):
            yield brief.key
