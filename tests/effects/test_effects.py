"""Every effect with the numbers of every entry: finite, bounded, at rest without drug, monotone, without memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ketsim.effects.effect import Effect, Seen, named, names
from ketsim.effects.sigmoid import sigmoid
from ketsim.errors import InputError
from ketsim.evidence import catalog
from ketsim.units.kind import KINDS

RUNNABLE = [entry for entry in catalog().effects if entry.status != "record"]
PEOPLE, POINTS = 3, 9
HIGHEST = 1e4  # [mg/L] a thousand times what has been measured in anybody
ROUNDING = 1e-12


def concentrations(count: int) -> st.SearchStrategy[tuple[np.ndarray, ...]]:
    """Curves [mg/L] of so many analytes: none at all, tiny, as measured, huge, in plateaus, or anything."""
    level = st.one_of(
        st.just(0.0), st.floats(0.0, 1e-6), st.floats(0.0, 5.0), st.floats(0.0, HIGHEST), st.just(HIGHEST)
    )
    anything = arrays(np.float64, (PEOPLE, POINTS), elements=level)
    plateaus = st.lists(level, min_size=3, max_size=3).map(
        lambda steps: np.broadcast_to(np.repeat(steps, POINTS // 3), (PEOPLE, POINTS)).copy()
    )
    return st.tuples(*[anything | plateaus] * count)


TIMES = st.lists(st.floats(1e-3, 30.0), min_size=POINTS - 1, max_size=POINTS - 1).map(
    lambda steps: np.concatenate([[0.0], np.cumsum(steps)])
)
DOSES = st.lists(st.tuples(st.floats(0.0, 40.0), st.floats(0.0, 4.0)), max_size=3).map(
    lambda rows: tuple((start, start + length) for start, length in sorted(rows))
)


def flaws(effect: Effect, p: Mapping[str, Any], seen: Seen, more: tuple[np.ndarray, ...]) -> set[str]:
    """What is wrong with an effect for these numbers. more: what the concentrations are raised by, for monotony."""
    found = set()
    before = [c.copy() for c in seen.concentrations]
    response = effect.response(p, seen)
    baseline = np.broadcast_to(np.asarray(effect.baseline(p), dtype=np.float64), (len(seen.parent), 1))
    if response.shape != seen.parent.shape or response.dtype != np.float64:
        found.add("shape")
        return found
    if not np.isfinite(response).all() or not np.isfinite(baseline).all():
        found.add("finite")
    everything = np.concatenate([response, baseline], axis=1)
    if (everything < effect.low).any() or (everything > effect.high).any():
        found.add("bounds")
    nothing = Seen(seen.times, tuple(np.zeros_like(c) for c in seen.concentrations))
    if not np.array_equal(effect.response(p, nothing), np.broadcast_to(baseline, response.shape)):
        found.add("baseline")
    for number, rise in enumerate(more):
        raised = list(seen.concentrations)
        raised[number] = raised[number] + rise
        change = effect.response(p, Seen(seen.times, tuple(raised), seen.doses)) - response
        if effect.direction and (effect.direction * change < -ROUNDING * (1.0 + np.abs(response))).any():
            found.add("direction")
    again = effect.response(p, seen)
    if not np.array_equal(again, response, equal_nan=True) or vars(effect):
        found.add("memory")
    if any(not np.array_equal(one, other) for one, other in zip(before, seen.concentrations, strict=True)):
        found.add("changes what it sees")
    extra = effect.more_measures(p, seen)
    if extra.keys() != set(effect.times) or any(x.shape != (len(seen.parent),) for x in extra.values()):
        found.add("measures")
    return found


@pytest.mark.parametrize("key", [entry.key for entry in RUNNABLE])
@given(data=st.data())
@settings(max_examples=60)
def test_an_entry_is_an_effect(key: str, data: st.DataObject, planned, numbers) -> None:
    spec = planned(key).spec
    count = len(spec.drive.analytes)
    seen = Seen(data.draw(TIMES), data.draw(concentrations(count)), data.draw(DOSES))
    p = numbers(key, data.draw(st.none() | st.integers(0, 1_000)))
    assert flaws(named(spec.effect), p, seen, data.draw(concentrations(count))) == set()


@pytest.mark.parametrize("key", [entry.key for entry in RUNNABLE])
def test_one_number_for_all_is_the_same_as_one_a_person(key: str, planned, numbers, seen_by) -> None:
    effect, p = named(planned(key).spec.effect), numbers(key, None)
    plain = {name: float(value[0, 0]) for name, value in p.items()}
    np.testing.assert_array_equal(effect.response(plain, seen_by(key)), effect.response(p, seen_by(key)))
    np.testing.assert_array_equal(effect.baseline(plain), np.unique(effect.baseline(p)))


@pytest.mark.parametrize("key", [entry.key for entry in RUNNABLE])
def test_each_person_follows_their_own_numbers(key: str, planned, numbers, seen_by) -> None:
    """What one person gets does not depend on who stands beside them."""
    effect, seen = named(planned(key).spec.effect), seen_by(key)
    p = {name: value * np.array([[1.0], [0.7], [0.4]]) for name, value in numbers(key, None).items()}
    together = effect.response(p, seen)
    for i in range(PEOPLE):
        own = {name: value[i : i + 1] for name, value in p.items()}
        one = Seen(seen.times, tuple(c[i : i + 1] for c in seen.concentrations), seen.doses)
        np.testing.assert_array_equal(effect.response(own, one)[0], together[i])


def test_stages_and_their_measures_agree_for_every_person() -> None:
    """Waking is the moment at which the stage falls to 0, for a person, too, whose two numbers were drawn crossed."""
    effect, times = named("anaesthesia_stage"), np.linspace(0.0, 2.0, 2_001)
    p = {"surgical": np.array([[2.0], [0.5]]), "waking": np.array([[0.74], [1.0]])}
    seen = Seen(times, (np.broadcast_to(4.0 * np.exp(-2.0 * times), (2, len(times))),))
    stage, more = effect.response(p, seen), effect.more_measures(p, seen)
    np.testing.assert_allclose(more["waking"], np.log(4.0 / np.array([0.74, 0.5])) / 2.0, rtol=1e-5)
    np.testing.assert_allclose(more["surgical_duration"], np.log(4.0 / np.array([2.0, 0.5])) / 2.0, rtol=1e-5)
    np.testing.assert_allclose(times[(stage > 0.0).sum(axis=1) - 1], more["waking"], atol=1e-3)
    reaction = named("emergence_reaction").response({**p, "risk": 0.12, "lasts": 1.0}, seen)
    assert not ((reaction > 0.0) & (stage > 0.0)).any()
    np.testing.assert_array_equal(np.unique(reaction), [0.0, 12.0])


def test_nobody_drives_from_the_first_dose_until_the_ban_after_the_last_has_passed() -> None:
    effect = named("unfit_to_drive")
    times = np.array([0.0, 1.0, 5.9, 6.0, 29.9, 30.1, 100.0, 100.5, 125.0])
    seen = Seen(times, (np.zeros((2, 9)),), ((1.0, 6.0), (2.0, 3.0), (100.0, 100.0)))
    found = effect.response({"ban": np.array([[24.0], [23.0]])}, seen)
    np.testing.assert_array_equal(found, [[0, 1, 1, 1, 1, 0, 1, 1, 0], [0, 1, 1, 1, 0, 0, 1, 1, 0]])


class Toy(Effect):
    """A sound effect, spoilt in one way by each of those below."""

    label, unit = "toy", "%"
    parameters: ClassVar = {"c50": "concentration"}
    low, high, direction, level = 0, 100, 1, 10

    def baseline(self, p: Mapping[str, Any]) -> float:
        return 0.0

    def response(self, p: Mapping[str, Any], seen: Seen) -> np.ndarray:
        return 100.0 * sigmoid(seen.parent, p["c50"])


class Unbounded(Toy):
    def response(self, p, seen):
        return 100.0 * seen.parent / p["c50"]


class NotFinite(Toy):
    def response(self, p, seen):
        return np.where(seen.parent > 0.0, np.nan, 0.0)


class Restless(Toy):
    def response(self, p, seen):
        return np.maximum(super().response(p, seen), 1e-15)


class Falling(Toy):
    def response(self, p, seen):
        return np.where(seen.parent > 1.0, 0.0, super().response(p, seen))


class Flat(Toy):
    def response(self, p, seen):
        return super().response(p, seen)[:1]


class Remembering(Toy):
    calls = 0

    def response(self, p, seen):
        self.calls += 1
        return super().response(p, seen)


class Meddling(Toy):
    def response(self, p, seen):
        found = super().response(p, seen)
        seen.parent[:] = 0.0
        return found


class Timeless(Toy):
    times = ("waking",)


@pytest.mark.parametrize(
    ("effect", "flaw"),
    [
        (Toy(), None),
        (Unbounded(), "bounds"),
        (NotFinite(), "finite"),
        (Restless(), "baseline"),
        (Falling(), "direction"),
        (Flat(), "shape"),
        (Remembering(), "memory"),
        (Meddling(), "changes what it sees"),
        (Timeless(), "measures"),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, Effect) else str(x),
)
def test_the_test_itself_catches_a_flaw(effect: Effect, flaw: str | None) -> None:
    curve = np.array([[0.0, 0.5, 1.0, 500.0]] * 2)
    seen = Seen(np.arange(4.0), (curve,))
    found = flaws(effect, {"c50": 1.0}, seen, (np.full_like(curve, 2.0),))
    assert found == set() if flaw is None else flaw in found


@pytest.mark.parametrize("name", names())
def test_an_effect_is_one_final_class_that_says_what_it_is(name: str) -> None:
    effect = named(name)
    assert type(effect).__name__ == "".join(part.capitalize() for part in name.split("_"))
    assert type(effect).__final__
    assert effect.__doc__
    assert "E =" in effect.__doc__ or "CADSS =" in effect.__doc__ or effect.level == 1
    assert effect.label
    assert effect.unit
    assert set(effect.parameters.values()) <= KINDS.keys()
    assert effect.low < effect.high
    assert effect.direction in (-1, 0, 1)
    assert effect.level > 0.0
    assert set(effect.analyte_of) <= effect.parameters.keys()
    assert vars(effect) == {}


def test_an_unknown_effect_is_told_its_neighbours() -> None:
    with pytest.raises(InputError, match="did you mean 'dissociation'"):
        named("disociation")
    with pytest.raises(InputError, match="there are anaesthesia_stage, "):
        named("xyz")
