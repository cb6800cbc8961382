"""From flows to rates: closed forms, and nothing is lost or made in any model that can run."""

import numpy as np
import pytest
from scipy.linalg import expm

from ketsim.engine import Inputs, propagate
from ketsim.errors import InputError
from ketsim.evidence import ModelSpec, catalog
from ketsim.kinetics.first_pass import FUNCTIONS
from ketsim.kinetics.model import Model
from ketsim.kinetics.network import build_system
from ketsim.kinetics.parameters import Variation, individual_parameters
from ketsim.people import Cohort, Subject

RUNNABLE = [m.key for m in catalog().models if m.status != "record"]


def spec_of(compartments, flows):
    return ModelSpec.model_validate(
        {
            "source": "Nobody2000",
            "line": 1,
            "key": "Toy",
            "label": "toy",
            "status": "shipped",
            "drugs": ["ketamine"],
            "sampling": "venous",
            "matrix": "plasma",
            "dose_basis": "base",
            "amounts": "mass",
            "compartments": compartments,
            "flows": flows,
            "routes": {"iv": [{"into": next(iter(compartments))}]},
        }
    )


TWO = spec_of(
    {"central": {"volume": "v1", "analyte": "parent"}, "peripheral": {"volume": "v2"}},
    [{"between": ["central", "peripheral"], "clearance": "q"}, {"from": "central", "to": "out", "clearance": "cl"}],
)


def bolus(amount):
    none = np.zeros(1)
    return Inputs(none, np.array([amount]), none, np.array([0]), none, none > 0.0)


def test_two_compartments_decline_as_the_textbook_says():
    cl, v1, q, v2, dose = 60.0, 20.0, 80.0, 100.0, 35.0
    k10, k12, k21 = cl / v1, q / v1, q / v2
    total, product = k10 + k12 + k21, k10 * k21
    alpha = (total + np.sqrt(total**2 - 4 * product)) / 2
    beta = product / alpha
    times = np.array([0.0, 0.1, 0.5, 1.0, 4.0, 24.0])
    expected = (
        dose / v1 * ((alpha - k21) * np.exp(-alpha * times) + (k21 - beta) * np.exp(-beta * times)) / (alpha - beta)
    )
    system = build_system(TWO, {"cl": cl, "v1": v1, "q": q, "v2": v2}, {}, subjects=1)
    found = propagate(system, bolus(dose), times).values[0, :, 0]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12 * dose / v1)


def test_an_exchange_needs_both_volumes_and_carries_the_same_clearance_both_ways():
    rates = build_system(TWO, {"cl": 0.0, "v1": 20.0, "q": 80.0, "v2": 100.0}, {}, subjects=1).rates[0]
    np.testing.assert_allclose(rates, [[-4.0, 0.8], [4.0, -0.8]])


def test_only_the_stated_fraction_goes_on_and_the_rest_leaves():
    spec = spec_of(
        {"central": {"volume": "v", "analyte": "parent"}, "nk": {"volume": "v", "analyte": "norketamine"}},
        [
            {"from": "central", "to": "nk", "clearance": "cl", "fraction": "fm"},
            {"from": "nk", "to": "out", "rate": "k"},
        ],
    )
    rates = build_system(spec, {"v": 10.0, "cl": 20.0, "fm": 0.25, "k": 3.0}, {}, subjects=1).rates[0]
    np.testing.assert_allclose(rates, [[-2.0, 0.0], [0.5, -3.0]])


def test_a_readout_is_amount_over_volume_times_the_ratio_of_molar_masses():
    system = build_system(TWO, {"cl": 1.0, "v1": 20.0, "q": 1.0, "v2": 100.0}, {"parent": 0.9}, subjects=2)
    np.testing.assert_allclose(system.readout, [[[0.9 / 20.0, 0.0]]] * 2)


def test_every_person_has_rates_of_their_own():
    env = {"cl": np.array([10.0, 30.0]), "v1": 20.0, "q": 0.0, "v2": 100.0}
    np.testing.assert_allclose(build_system(TWO, env, {}, subjects=2).rates[:, 0, 0], [-0.5, -1.5])


@pytest.mark.parametrize(
    ("cl", "sentence"),
    [
        (-1.0, "the flow central to out of Toy is negative or not finite"),
        (np.array([1.0, -1.0]), "the flow central to out of Toy is negative or not finite"),
        (np.nan, "the formula 'cl' gives no finite number"),
        (np.inf, "the formula 'cl' gives no finite number"),
    ],
)
def test_an_impossible_flow_is_refused_by_name(cl, sentence):
    with pytest.raises(InputError, match=sentence):
        build_system(TWO, {"cl": cl, "v1": 20.0, "q": 1.0, "v2": 100.0}, {}, subjects=1)


@pytest.mark.parametrize("key", RUNNABLE)
def test_what_entered_is_in_the_body_or_has_left_by_a_stated_way(key):
    model = Model.load(key)
    cohort = Cohort.of(Subject(weight=20.0 if key in ("Flint2017", "Herd2007") else 70.0))
    env = individual_parameters(model.spec, model.values, cohort, Variation(), factors={})
    rates = build_system(model.spec, env, {}, subjects=1).rates[0]
    index = {name: i for i, name in enumerate(model.spec.compartments)}

    def value(expression):
        return float(np.ravel(expression.evaluate(env, FUNCTIONS))[0])

    leaving = np.zeros(len(index))  # read from the file again, one-way flows only
    for flow in model.spec.flows:
        if flow.between is None:
            volume = model.spec.compartments[flow.source].volume
            rate = value(flow.rate) if flow.rate is not None else value(flow.clearance) / value(volume)
            kept = 0.0 if flow.target == "out" else 1.0 if flow.fraction is None else value(flow.fraction)
            leaving[index[flow.source]] += rate * (1.0 - kept)
    larger = np.zeros((len(index) + 1,) * 2)
    larger[:-1, :-1] = rates
    larger[-1, :-1] = leaving
    assert (leaving >= 0.0).all()
    for entry in range(len(index)):
        start = np.zeros(len(index) + 1)
        start[entry] = 100.0
        for hours in (0.5, 6.0, 48.0):
            after = expm(larger * hours) @ start
            assert after.sum() == pytest.approx(100.0, rel=1e-9)
            assert after.min() > -1e-9
        assert (expm(larger * 5_000.0) @ start)[-1] == pytest.approx(100.0, rel=1e-6)
