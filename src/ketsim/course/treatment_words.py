"""What must be said with a treatment or a taper: what each rests on, what it is taken to do, and what to beware of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ketsim.course.treatment_book import TreatmentEntry
from ketsim.course.treatment_order import TreatmentOrder
from ketsim.dosing.wording import hours
from ketsim.evidence import Certainty, Value, load_source
from ketsim.wording import listed

_ACTS_ON: Final = {
    "relief_somatic": "withdrawal of the body",
    "relief_anxiety": "anxiety",
    "relief_mood": "low mood",
    "relief_sleep": "sleep",
    "relief_craving": "craving",
    "hazard_ratio": "the hazard of going back to use",
}
_NO_TAPER_TRIAL: Final = ("KetsimAppraisals", "M12")


def taken_of(orders: Sequence[TreatmentOrder]) -> Iterator[str]:
    """What is taken for granted of each treatment, and how certain it is."""
    for order in orders:
        entry = order.treatment
        sizes = listed(
            [f"{_ACTS_ON[target]} times {_size(entry, target).in_words()}" for target in entry.sizes],
        )
        delay = f", from {hours(entry.delay)} after its start on" if entry.delay else ""
        fades = f", fading over {hours(entry.fading)} after its end" if entry.fading else ""
        certainty = Certainty.weakest([value.certainty for value in (*entry.values.values(), *entry.times)])
        rests = f"{', '.join(entry.facts)}; {certainty} certainty"
        yield f"Treatment {order}: {sizes}{delay}{fades}; {entry.because} ({rests})."
    if len(orders) > 1:
        yield "Treatments are taken to multiply; nobody has tested them together."


def cautions_of(orders: Sequence[TreatmentOrder]) -> Iterator[str]:
    """What to beware of, each sentence once."""
    yield from dict.fromkeys(text for order in orders for text in order.treatment.say)
    if any(order.treatment.kind == "medicine" for order in orders):
        yield "No medicine is known to be approved for ketamine use disorder; whether one fits is for a doctor to say."


def taper_cautions() -> Iterator[str]:
    """What a taper rests on: nothing but the model."""
    source, name = _NO_TAPER_TRIAL
    fact = next(fact for fact in load_source(source).facts if fact.id == name)
    yield (
        f"Taper: no trial of one exists. {fact.text} What is shown is what the model makes of shares of the starting "
        "amount, under supervision; it is no plan for stopping alone."
    )


def _size(entry: TreatmentEntry, target: str) -> Value:
    return entry.values[f"{entry.key}_{target}"]
