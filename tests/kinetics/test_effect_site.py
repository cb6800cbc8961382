"""Concentrations at effect sites against a Runge-Kutta solution of the flows and of dCe/dt = ke0 (C - Ce)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from ketsim.dosing import DoseEvent, Drug, parse_sentence
from ketsim.evidence import constant
from ketsim.kinetics.analytes import molar_mass_name, output_name
from ketsim.kinetics.choose import named_model
from ketsim.kinetics.first_pass import FUNCTIONS
from ketsim.kinetics.intake import build_inputs
from ketsim.kinetics.model import Curves, Model, Site
from ketsim.kinetics.network import build_system
from ketsim.kinetics.parameters import Variation, individual_parameters
from ketsim.people import Cohort, Population, Subject

ADULT = Cohort.of(Subject(weight=70, age=40))
CHILD = Cohort.of(Subject(weight=20, age=5))
MINUTES_8 = np.log(2.0) / (8.3 / 60)  # ke0 [1/h] of a half-life of 8.3 min
EARLIER = 60  # doses that stand for all those before a steady state; the slowest half-life here is under half a day


@dataclass(frozen=True)
class Input:
    """What enters one compartment: at once where the duration is 0."""

    time: float
    amount: float
    duration: float
    state: int


class Reference:
    """One person's flows as the source writes them, taken one by one; no matrix, none of the engine."""

    def __init__(self, model: Model, drug: Drug, cohort: Cohort, wanted: Sequence[tuple[str, float]]) -> None:
        self.model, self.cohort, self.wanted = model, cohort, wanted
        self.index = {name: i for i, name in enumerate(model.spec.compartments)}
        self.parts = {name: (name,) for name in (output_name(role, drug) for role in model.roles)} | dict(
            model.spec.sums
        )
        self.readouts = {output_name(role, drug): (role, place) for role, place in model.spec.readouts}
        self.molar = model.spec.amounts == "molar"
        self._fixed = None if model.spec.drifts else self._env(0.0)
        self._known: dict[int, float] = {}

    def _env(self, time: float):
        return individual_parameters(
            self.model.spec, self.model.values, self.cohort, Variation(), factors={}, time=max(time, 0.0)
        )

    def value(self, expression, env) -> float:
        if env is not self._fixed:
            return float(np.ravel(expression.evaluate(env, FUNCTIONS))[0])
        if id(expression) not in self._known:
            self._known[id(expression)] = float(np.ravel(expression.evaluate(env, FUNCTIONS))[0])
        return self._known[id(expression)]

    def concentration(self, name: str, amounts: np.ndarray, env) -> float:
        """[mg/L] of an output, sums part by part."""
        total = 0.0
        for part in self.parts[name]:
            _, place = self.readouts[part]
            ratio = constant(molar_mass_name(part)) / constant(molar_mass_name("parent")) if self.molar else 1.0
            total += ratio * amounts[self.index[place]] / self.value(self.model.spec.compartments[place].volume, env)
        return total

    def change(self, time: float, state: np.ndarray, push: np.ndarray) -> np.ndarray:
        """d/dt of the amounts, then of the effect sites."""
        env = self._fixed or self._env(time)
        n = len(self.index)
        amounts, sites, found = state[:n], state[n:], np.zeros_like(state)
        found[:n] = push
        for flow in self.model.spec.flows:
            if flow.between is not None:
                one, other = flow.between
                clearance = self.value(flow.clearance, env)
                there = [
                    amounts[self.index[x]] / self.value(self.model.spec.compartments[x].volume, env)
                    for x in (one, other)
                ]
                moved = clearance * (there[0] - there[1])
                found[self.index[one]] -= moved
                found[self.index[other]] += moved
                continue
            amount = amounts[self.index[flow.source]]
            if flow.rate is not None:
                moved = self.value(flow.rate, env) * amount
            else:
                volume = self.model.spec.compartments[flow.source].volume
                moved = self.value(flow.clearance, env) * amount / self.value(volume, env)
            found[self.index[flow.source]] -= moved
            if flow.target != "out":
                share = 1.0 if flow.fraction is None else self.value(flow.fraction, env)
                found[self.index[flow.target]] += share * moved
        for i, (output, ke0) in enumerate(self.wanted):
            found[n + i] = ke0 * (self.concentration(output, amounts, env) - sites[i])
        return found

    def solve(self, inputs: Sequence[Input], times: np.ndarray) -> np.ndarray:
        """Concentrations at the sites (site, time), from each edge of an input or time asked for to the next."""
        n, state = len(self.index), np.zeros(len(self.index) + len(self.wanted))
        edges = {*times.tolist(), *(t for i in inputs for t in (i.time, i.time + i.duration) if t <= times[-1])}
        edges, found = sorted(edges), np.zeros((len(self.wanted), len(times)))
        scale = sum(i.amount for i in inputs)
        for start, stop in zip(edges, [*edges[1:], None], strict=True):
            push = np.zeros(n)
            for given in inputs:
                if given.duration == 0.0 and given.time == start:
                    state[given.state] += given.amount
                if given.time <= start < given.time + given.duration:
                    push[given.state] += given.amount / given.duration
            found[:, times == start] = state[n:, None]
            if stop is not None:
                piece = solve_ivp(
                    self.change, (start, stop), state, "DOP853", rtol=1e-11, atol=1e-15 * scale, args=(push,)
                )
                assert piece.success
                state = piece.y[:, -1].copy()
        return found


def inputs_of(model: Model, events: Sequence[DoseEvent], cohort: Cohort) -> list[Input]:
    """What enters, steady states as many doses before."""
    env = individual_parameters(model.spec, model.values, cohort, Variation(), factors={})
    earlier = [
        replace(e, time=0.0, steady_interval=0.0) for e in events for _ in range(EARLIER if e.steady_interval else 0)
    ]
    shifts = [-(k + 1) * e.steady_interval for e in events for k in range(EARLIER if e.steady_interval else 0)]
    plain = [replace(e, steady_interval=0.0) for e in events]
    weight, found = cohort.covariates()["weight"], []
    for group, shift in ((plain, [0.0] * len(plain)), (earlier, shifts)):
        for event, back in zip(group, shift, strict=True):
            table = build_inputs(model.spec, env, [event], weight=weight, salt_to_base=constant("salt_to_base"))
            for column in range(table.records):
                time, amount, duration = (
                    float(np.atleast_2d(x)[0, column]) for x in (table.time, table.amount, table.duration)
                )
                found.append(Input(time + back, amount, duration, int(table.state[column])))
    return found


def curves(model: Model, events, cohort: Cohort, times: np.ndarray, wanted) -> Curves:
    sites = [Site(output, np.full(cohort.size, ke0)) for output, ke0 in wanted]
    return model.curves(events, cohort, times, Variation(), sites=sites)


def model_for(key: str, events) -> Model:
    return named_model(key, events, site=None).model


CASES = {
    "push": ("Kamp2020", "35 mg iv", [("ketamine", MINUTES_8)]),
    "push, fast and slow": ("Herd2007", "30 mg iv", [("ketamine", 226.9), ("ketamine", 0.5)]),
    "infusion": ("Otto2021", "35 mg iv over 40 min", [("ketamine", MINUTES_8), ("norketamine", MINUTES_8)]),
    "infusion with metabolites": ("Simons2022", "20 mg esketamine iv over 40 min", [("s_norketamine", 1.0)]),
    "repeated": ("Domino1984", "35 mg iv over 10 min every 2 h 4 times", [("ketamine", MINUTES_8)]),
    "load and infusion": ("Fanta2015", "10 mg iv then 10 mg/h iv for 3 h", [("ketamine", 2.0)]),
    "oral": ("Ashraf2018", "50 mg oral", [("ketamine", MINUTES_8), ("norketamine", 3.0)]),
    "nasal": ("PerezRuixo2021", "56 mg esketamine nasal", [("s_ketamine", MINUTES_8)]),
    "film": ("Simons2022", "50 mg esketamine buccal", [("s_ketamine", MINUTES_8)]),
    "muscle": ("Kamp2020", "70 mg im", [("ketamine", MINUTES_8)]),
    "sum": ("Simons2022SR", "35 mg iv over 40 min", [("ketamine", MINUTES_8), ("s_ketamine", MINUTES_8)]),
    "two routes": ("Ashraf2018", "10 mg iv over 30 min then 50 mg oral", [("ketamine", MINUTES_8)]),
}


@pytest.mark.parametrize("name", CASES)
def test_a_site_follows_its_equation(name: str) -> None:
    key, dose, wanted = CASES[name]
    cohort = CHILD if key == "Herd2007" else ADULT
    events = parse_sentence(dose).events(None)
    model, times = (
        model_for(key, events),
        np.unique(np.concatenate([np.linspace(0.0, 1.5, 31), np.linspace(2, 12, 21)])),
    )
    found = curves(model, events, cohort, times, wanted)
    truth = Reference(model, events[0].drug, cohort, wanted).solve(inputs_of(model, events, cohort), times)
    peak = np.abs(truth).max(axis=1, keepdims=True)
    assert (peak > 0.0).all()
    assert np.abs((found.sites[:, 0] - truth) / peak).max() < 1e-8
    assert found.error.max() < 1e-8


def test_a_site_of_a_steady_state_is_in_steady_state_too() -> None:
    (dose,) = parse_sentence("35 mg iv over 40 min").events(None)
    events, wanted, times = [replace(dose, steady_interval=6.0)], [("ketamine", MINUTES_8)], np.linspace(0.0, 6.0, 25)
    model = Model.load("Otto2021")
    found = curves(model, events, ADULT, times, wanted).sites[0, 0]
    truth = Reference(model, Drug.ketamine, ADULT, wanted).solve(inputs_of(model, events, ADULT), times)[0]
    assert np.abs(found - truth).max() < 1e-8 * truth.max()
    assert found[0] == pytest.approx(found[-1], rel=1e-8)
    assert found[0] > 0.0


def test_a_site_fed_by_numbers_that_drift_is_within_the_stated_error() -> None:
    """Epochs hold the numbers, so the truth is met to what the run says of its own error, not beyond."""
    events = parse_sentence("20 mg esketamine iv over 1 h then 5 mg/h esketamine iv for 20 h").events(None)
    model, wanted = Model.load("Flint2017"), [("s_ketamine", MINUTES_8), ("s_norketamine", 0.5)]
    times = np.linspace(0.0, 30.0, 31)
    assert model.spec.drifts
    found = curves(model, events, CHILD, times, wanted)
    truth = Reference(model, Drug.esketamine, CHILD, wanted).solve(inputs_of(model, events, CHILD), times)
    off = np.abs(found.sites[:, 0] - truth).max(axis=1) / truth.max(axis=1)
    assert off[0] < 1e-8  # the drug itself does not drift
    assert off[1] < found.error.max() < 1e-3


@pytest.mark.parametrize("dose", ["35 mg iv over 40 min", "50 mg oral"])
def test_a_fast_site_is_the_blood_and_a_slow_one_lags_behind(dose: str) -> None:
    events, times = parse_sentence(dose).events(None), np.linspace(0.0, 12.0, 121)
    model = model_for("Ashraf2018", events)
    found = curves(model, events, ADULT, times, [("ketamine", 10.0**power) for power in (0, 2, 4, 6)])
    blood = found.of("ketamine")[0]
    off = np.abs(found.sites[:, 0] - blood).max(axis=1) / blood.max()
    assert (np.diff(off) < 0.0).all()
    assert off[0] > 0.3
    assert off[-1] < 1e-5
    peaks = times[found.sites[:, 0].argmax(axis=1)]
    assert (np.diff(peaks) <= 0.0).all()


def test_in_the_end_a_site_has_seen_what_the_blood_has() -> None:
    """Areas are equal: nothing is lost on the way to a site, and nothing is taken from the blood."""
    (dose,) = parse_sentence("35 mg iv over 40 min").events(None)
    model, times = Model.load("Otto2021"), np.linspace(0.0, 200.0, 200_001)
    found = curves(model, [dose], ADULT, times, [("ketamine", MINUTES_8)])
    bare = model.curves([dose], ADULT, times, Variation())
    assert bare.sites.shape == (0, 1, len(times))
    np.testing.assert_allclose(found.values, bare.values, rtol=0.0, atol=1e-12 * bare.values.max())
    area = np.trapezoid(np.stack([found.sites[0, 0], bare.of("ketamine")[0]]), times)
    assert area[0] == pytest.approx(area[1], rel=1e-6)


@pytest.mark.parametrize("share", [0.0, 1e-12, 1e-7])
def test_a_site_as_fast_as_the_body_itself(share: float) -> None:
    """ke0 equal to a rate of the kinetics, or all but equal: the modes run into one another."""
    (dose,) = parse_sentence("35 mg iv").events(None)
    model, times = Model.load("Kamp2020"), np.linspace(0.0, 12.0, 49)
    env = individual_parameters(model.spec, model.values, ADULT, Variation(), factors={})
    rates = -np.linalg.eigvals(build_system(model.spec, env, {}, subjects=1).rates[0]).real
    wanted = [("ketamine", float(rate) * (1.0 + share)) for rate in rates]
    found = curves(model, [dose], ADULT, times, wanted)
    truth = Reference(model, Drug.ketamine, ADULT, wanted).solve(inputs_of(model, [dose], ADULT), times)
    assert (np.abs(found.sites[:, 0] - truth).max(axis=1) < 1e-8 * truth.max(axis=1)).all()


def test_each_person_has_a_site_of_their_own() -> None:
    (dose,) = parse_sentence("0.5 mg/kg iv over 40 min").events(None)
    cohort = Population(4, weight=(50.0, 90.0)).realise(0, 4, seed=1)
    model, times, ke0 = Model.load("Otto2021"), np.linspace(0.0, 6.0, 25), np.array([0.5, 2.0, 8.0, 50.0])
    together = model.curves([dose], cohort, times, Variation(), sites=[Site("ketamine", ke0)]).sites[0]
    for i in range(4):
        one = Cohort.of(Subject(weight=float(cohort.covariates()["weight"][i])))
        alone = model.curves([dose], one, times, Variation(), sites=[Site("ketamine", ke0[i : i + 1])]).sites[0, 0]
        np.testing.assert_allclose(together[i], alone, rtol=1e-10, atol=1e-12)
