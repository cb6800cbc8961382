"""A declared absorption joined to a disposition: shares, rates, and what it must not replace."""

import numpy as np
import pytest

from ketsim.dosing import Drug, Route, parse_sentence
from ketsim.errors import InputError
from ketsim.evidence import catalog, load_source
from ketsim.kinetics.model import Model
from ketsim.kinetics.pairing import paired_spec
from ketsim.kinetics.parameters import Variation
from ketsim.people import Cohort, Subject
from ketsim.scenario import Scenario
from ketsim.simulation import simulate

PAIRINGS = [p for s in catalog().sources if s.pairings for p in load_source(s.key).pairings]
PERSON = Cohort.of(Subject(weight=70.0))


def joined(pairing):
    return Model.load(pairing.model).with_pairing(pairing, load_source(pairing.source))


def named(identity):
    return next(p for p in PAIRINGS if p.id == identity)


@pytest.mark.parametrize("pairing", PAIRINGS, ids=lambda p: p.id)
def test_exposure_is_the_stated_share_of_an_injection_and_of_what_goes_on_by_the_other_route(pairing, one_mg):
    model = joined(pairing)
    drug = Drug(pairing.drugs[0])

    def exposure(route):
        return model.typical_exposure("parent", one_mg(drug, Route(route)), PERSON, {})

    share = model.values[pairing.fraction].canonical
    expected = share * exposure("iv")
    if pairing.rest is not None:
        expected += (1.0 - share) * exposure(pairing.rest)
    assert exposure(pairing.route) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("pairing", [p for p in PAIRINGS if p.rest is None], ids=lambda p: p.id)
def test_the_depot_empties_at_the_stated_rate(pairing):
    model = joined(pairing)
    depot = f"depot_{pairing.route}"
    (flow,) = [f for f in model.spec.flows if f.source == depot]
    assert flow.rate.text == pairing.rate
    assert flow.target == model.spec.routes["iv"].parts[0].into
    assert model.spec.compartments[depot].analyte is None


def test_the_curve_is_the_convolution_of_absorption_and_injection():
    model = joined(named("im-adult-kamp"))
    ka, share = model.values["ka_im_kamp"].canonical, model.values["f_im"].canonical
    times = np.linspace(0.0, 6.0, 2_001)
    muscle, vein = (
        model.curves(parse_sentence(f"50 mg ketamine {route}").events(None), PERSON, times, Variation()).values[0, 0]
        for route in ("im", "iv")
    )
    # trapezoid convolution of ka exp(-ka s) with the injected curve; Richardson over the two step lengths
    step = times[1]

    def convolved(every):
        s, c = times[::every], vein[::every]
        weight = share * ka * np.exp(-ka * s)
        n = len(s)
        return (
            np.array([np.trapezoid(weight[: i + 1] * c[i::-1] if i else weight[:1] * c[:1]) for i in range(n)])
            * step
            * every
        )

    fine, coarse = convolved(1)[::2], convolved(2)
    better = fine + (fine - coarse) / 3.0
    np.testing.assert_allclose(muscle[::2], better, atol=1e-4 * muscle.max())


def test_a_pairing_belongs_to_one_disposition():
    with pytest.raises(InputError, match="im-adult-kamp pairs with Kamp2020, not with Otto2021"):
        paired_spec(Model.load("Otto2021").spec, named("im-adult-kamp"))


def test_a_pairing_never_replaces_a_route_of_its_own():
    once = joined(named("im-adult-kamp"))
    with pytest.raises(InputError, match="has its own im route; im-adult-kamp must not replace it"):
        paired_spec(once.spec, named("im-adult-kamp"))


def test_the_published_model_stays_as_it_was():
    spec = Model.load("Kamp2020").spec
    before = spec.model_dump_json()
    paired_spec(spec, named("im-adult-kamp"))
    assert spec.model_dump_json() == before
    assert "im" not in Model.load("Kamp2020").spec.routes


def test_the_assumption_is_said_with_its_numbers_and_lowers_the_certainty():
    result = simulate(Scenario("0.5 mg/kg ketamine im", weight=70))
    (said,) = [a for a in result.assumptions if a.startswith("im-adult-otto")]
    assert "bioavailability 0.93" in said
    assert "RouteAssumptions" in said
    assert "certainty very low" in said
    assert {o.certainty for o in result.outputs} == {"very low"}


def test_limits_of_the_pairing_hold_for_a_model_asked_for_by_name():
    with pytest.raises(InputError, match="age 15 years is outside rectal-child-herd"):
        simulate(Scenario("50 mg ketamine rectal", weight=20, age=15, models="Herd2007"))
    with pytest.raises(InputError, match="weight 40 kg is outside rectal-child-herd"):
        simulate(Scenario("50 mg ketamine rectal", weight=40, age=5, models="Herd2007"))
