"""Every `effects:` entry of the sources fits its equation, and stands in `ketsim validate`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from ketsim.dosing import Drug, Route
from ketsim.effects.driver import Driver
from ketsim.effects.effect import named, names
from ketsim.effects.planned import ORDER, PlannedEffect, numbers_of, plan_effects
from ketsim.errors import InputError
from ketsim.evidence import catalog, load_source, responses
from ketsim.kinetics.choose import choose_model

ENTRIES = catalog().effects
RUNNABLE = [entry for entry in ENTRIES if entry.status != "record"]
DELAY = "half_life_ke0"


class Recording(Mapping[str, Any]):
    """Parameters that note which of them were read."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values_, self.read = values, set[str]()

    def __getitem__(self, name: str) -> Any:
        self.read.add(name)
        return self.values_[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_)

    def __len__(self) -> int:
        return len(self.values_)


@pytest.mark.parametrize("key", [entry.key for entry in RUNNABLE])
def test_the_equation_reads_the_parameters_that_it_states_and_no_others(key: str, planned, numbers, seen_by) -> None:
    spec = planned(key).spec
    effect, p = named(spec.effect), Recording(numbers(key, None))
    seen = seen_by(key)
    effect.baseline(p)
    effect.response(p, seen)
    effect.more_measures(p, seen)
    assert p.read == effect.parameters.keys() - {DELAY}


@pytest.mark.parametrize("key", [entry.key for entry in RUNNABLE])
def test_every_number_is_of_the_kind_that_the_equation_asks_for(key: str, planned, numbers, seen_by) -> None:
    spec = planned(key).spec
    wanted = named(spec.effect).parameters
    assert spec.numbers.keys() - {DELAY} == wanted.keys() - {DELAY}
    for name, value in numbers_of(spec).items():
        kind = wanted.get(name, "time" if name == DELAY else "")
        assert value.kind == kind or (kind == "concentration" and value.kind == "molar_concentration"), name
        assert value.required() > 0.0 or kind in ("dimensionless", "fraction"), name


@pytest.mark.parametrize("key", [entry.key for entry in RUNNABLE])
def test_molar_numbers_become_mass_by_the_analyte_they_speak_of(key: str, planned, numbers, seen_by) -> None:
    values, p = planned(key).values, numbers(key, None)
    masses = load_source("Constants").values
    for name, value in values.items():
        mass = masses["mw_norketamine" if name == "ic50_nk" else "mw_ketamine"].required()
        factor = mass / 1e3 if value.kind == "molar_concentration" else 1.0
        np.testing.assert_allclose(p[name], value.required() * factor, rtol=1e-14)
        assert p[name].shape == (3, 1)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.key)
def test_an_entry_has_an_effect_and_stands_in_validate(entry: Any) -> None:
    if entry.status == "record":
        with pytest.raises(InputError, match="there is no effect"):
            named(entry.effect)
        return
    assert entry.effect in names()
    assert any(row.effect == entry.effect for row in responses()), "nothing measured to hold it against"


def test_every_effect_has_an_entry_and_every_measured_row_an_effect() -> None:
    assert {entry.effect for entry in RUNNABLE} == set(names())
    assert {row.effect for row in responses()} <= set(names())


def test_every_effect_shown_unasked_has_its_place() -> None:
    assert {entry.effect for entry in RUNNABLE if entry.status == "shipped"} <= set(ORDER) <= set(names())


def test_a_wrong_set_of_numbers_is_refused(planned) -> None:
    spec = planned("Olofsen2022-perception").spec
    wrong = spec.model_copy(update={"numbers": {"c50": "c50"}})
    with pytest.raises(InputError, match="gives c50; dissociation needs c50, gamma"):
        PlannedEffect.of(wrong, Driver(None, (), (), ()))


def test_plan_effects_is_in_order_and_knows_no_strangers(one_mg) -> None:
    events = (one_mg(Drug.ketamine, Route.iv),)
    chosen = [choose_model(events, site=None, age=None).model]
    shown, _ = plan_effects((), events, chosen, age=None, named=False)
    places = [ORDER.index(effect.spec.effect) for effect in shown]
    assert places == sorted(places)
    with pytest.raises(InputError, match="ketsim effects lists them"):
        plan_effects(("xyz",), events, chosen, age=None, named=False)
    with pytest.raises(InputError, match="did you mean 'cadss'"):
        plan_effects(("cads",), events, chosen, age=None, named=False)
    assert plan_effects(("none",), events, chosen, age=None, named=False) == ((), ())


def test_a_scale_ends_where_its_source_says() -> None:
    """The end of a scale stands in its unit's definition and in the source; the two may not drift apart."""
    cadss, sedation = (
        load_source(k).values[v].required() for k, v in (("NCT03808259", "cadss_ceiling"), ("Herd2008", "e0"))
    )
    assert (named("cadss").high, named("sedation").high) == (cadss, sedation)
