"""Which concentrations may drive an effect? The isomer, the blood and the kinetics that its numbers belong to.

A number found with S-ketamine in arterial blood is never applied to racemate, nor silently to venous blood: either the
concentration is brought to what the number wants by a declared assumption, or the effect is refused with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ketsim.dosing import DoseEvent, Drug
from ketsim.errors import InputError
from ketsim.evidence import Certainty, EffectSpec, Value, load_source
from ketsim.evidence.model_spec import ROLES
from ketsim.kinetics.analytes import is_parent, label, output_name, role_of
from ketsim.kinetics.choose import choose_model, named_model
from ketsim.kinetics.model import Model

#: Where the declared assumptions about isomers and blood are written.
ASSUMPTIONS: Final = "EffectAssumptions"
#: (drug given, analyte wanted) -> (analyte taken instead, the factor on it).
_CONVERSIONS: Final = {
    (Drug.ketamine, "s_ketamine"): ("ketamine", "s_share"),
    (Drug.ketamine, "r_ketamine"): ("ketamine", "r_share"),
    (Drug.esketamine, "ketamine"): ("s_ketamine", "racemate_equivalent"),
}


@dataclass(frozen=True, slots=True)
class Feed:
    """One driving concentration: an output of the kinetic model, times a declared factor where one is needed."""

    output: str
    factor: float


@dataclass(frozen=True, slots=True)
class Driver:
    """What drives an effect. assumptions: what may be said of it, each going on behind the name of the effect; values:
    the declared numbers among them.
    """

    model: Model
    feeds: tuple[Feed, ...]
    assumptions: tuple[str, ...]
    values: tuple[Value, ...]

    @property
    def certainties(self) -> tuple[Certainty, ...]:
        """Of the declared assumptions."""
        return tuple(value.certainty for value in self.values)


def is_exact(spec: EffectSpec, drug: Drug) -> bool:
    """Whether the numbers were found with the form of the drug that is given."""
    return spec.drive is not None and output_name(spec.drive.analytes[0], drug) == output_name("parent", drug)


def driver_of(
    spec: EffectSpec, events: Sequence[DoseEvent], chosen: Sequence[Model], *, age: float | None, named: bool
) -> Driver:
    """The driver of an effect. Raises `InputError` where nothing may drive it, with the reason.

    chosen: the models of the run, the first one of which answers for the blood asked for. named: the asker named them;
    then no other model is taken.
    """
    assert spec.drive is not None
    drug = next(e.drug for e in events if e.amount > 0.0)
    reasons: list[str] = []
    for model, because in _models(spec, events, chosen, age=age, named=named):
        try:
            feeds, values = _feeds(spec, drug, model)
        except InputError as error:
            reasons.append(error.sentence)
            continue
        said = [because] if because else []
        said += [value.note for value in values if value.note]
        if _other_blood(spec, model):
            other = _assumption("other_blood")
            values = (*values, other)
            said.append(f"fitted to {spec.drive.sampling} blood and driven here by {model.blood_words}; {other.note}")
        if not model.admits_age(age):
            other = _assumption("other_age")
            values = (*values, other)
            said.append(f"driven by the kinetics of {model.spec.limits.text}; {other.note}")
        return Driver(model, feeds, tuple(said), values)
    raise InputError(reasons[0] if reasons else f"no kinetic model gives what {spec.key} needs.")


def _models(
    spec: EffectSpec, events: Sequence[DoseEvent], chosen: Sequence[Model], *, age: float | None, named: bool
) -> Iterator[tuple[Model, str]]:
    """Models to try, best first, each with the sentence that says why, where it is not the one of the run."""
    drive = spec.drive
    assert drive is not None
    if named:  # of several, those of the right blood first
        other = {model.key: drive.sampling not in ("unknown", model.spec.sampling) for model in chosen}
        yield from ((model, "") for model in sorted(chosen, key=lambda model: other[model.key]))
        return
    routes = {e.route for e in events if e.amount > 0.0}
    own = {drive.kinetics.get(route) for route in routes}
    if len(own) == 1 and (key := own.pop()) is not None:
        try:
            model = named_model(key, events, site=None).model
        except InputError:
            pass
        else:
            if model.accepts(next(e.drug for e in events if e.amount > 0.0), next(iter(routes))):
                yield model, f"driven by {key}: {drive.because}"
    if drive.sampling == "unknown":
        yield from ((model, "") for model in chosen)
    right = [model for model in chosen if drive.sampling == model.spec.sampling]
    yield from ((model, "") for model in right)
    if drive.sampling != "unknown":
        for analyte in (drive.analytes[0], None):
            try:
                choice = choose_model(events, site=drive.sampling, age=age, output=analyte)
            except InputError:
                continue
            yield choice.model, f"driven by {choice.model.key}: {choice.because}"
    yield from ((model, "") for model in chosen)


def _feeds(spec: EffectSpec, drug: Drug, model: Model) -> tuple[tuple[Feed, ...], tuple[Value, ...]]:
    assert spec.drive is not None
    has = model.output_names(drug)
    feeds, values = [], []
    for place, analyte in enumerate(spec.drive.analytes):
        try:
            feed, value = _feed(analyte, drug, has)
        except LookupError:
            raise InputError(_refusal(spec, spec.drive.analytes[place], drug, model)) from None
        feeds.append(feed)
        values += [] if value is None else [value]
    return tuple(feeds), tuple(values)


def _feed(analyte: str, drug: Drug, has: Sequence[str]) -> tuple[Feed, Value | None]:
    """One driving concentration of those there are. Raises `LookupError` where none may stand for it."""
    wanted = output_name("parent", drug) if analyte == "parent" else analyte
    if wanted in has:
        return Feed(wanted, 1.0), None
    taken, name = _CONVERSIONS[drug, wanted]
    if taken not in has:
        raise LookupError(taken)
    value = _assumption(name)
    return Feed(taken, value.required()), value


def feed_of(spec: EffectSpec, drug: Drug, has: Sequence[str]) -> Feed:
    """The first driving concentration, from the outputs there are. Raises `InputError` where none may stand for it."""
    assert spec.drive is not None
    try:
        return _feed(spec.drive.analytes[0], drug, has)[0]
    except LookupError:
        wanted = label(spec.drive.analytes[0])
        raise InputError(f"the numbers of {spec.key} belong to {wanted}, which is not what was held.") from None


def factors_of(spec: EffectSpec, drug: Drug) -> tuple[float, ...] | None:
    """What the concentrations of that form of the drug are multiplied by; None where they may not drive the effect."""
    assert spec.drive is not None
    has = [output_name(role, drug) for role in ROLES]
    try:
        return tuple(_feed(analyte, drug, has)[0].factor for analyte in spec.drive.analytes)
    except LookupError:
        return None


def _refusal(spec: EffectSpec, wanted: str, drug: Drug, model: Model) -> str:
    if is_parent(wanted) and not _contains(drug, wanted):
        whose = f"the numbers of {spec.key} belong to {label(wanted)}"
        return f"{whose}, and {drug} is another substance; none were found for it."
    what = label(wanted) if is_parent(wanted) else role_of(wanted)
    return f"{spec.key} needs {what}, and {model.key} does not give it for these doses."


def _contains(drug: Drug, wanted: str) -> bool:
    return drug is Drug.ketamine or wanted == output_name("parent", drug) or (drug, wanted) in _CONVERSIONS


def _other_blood(spec: EffectSpec, model: Model) -> bool:
    assert spec.drive is not None
    return "unknown" not in (spec.drive.sampling, model.spec.sampling) and spec.drive.sampling != model.spec.sampling


def _assumption(name: str) -> Value:
    return load_source(ASSUMPTIONS).values[name]
