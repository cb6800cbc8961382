"""From doses to inputs: salt, weight, shares, devices, lags and resets."""

import numpy as np
import pytest

from ketsim.dosing import Basis, DoseEvent, Drug, Route, parse_sentence
from ketsim.errors import InputError
from ketsim.evidence import Expression, load_source
from ketsim.kinetics.intake import build_inputs
from ketsim.kinetics.model import Model
from ketsim.kinetics.parameters import Variation, individual_parameters
from ketsim.people import Cohort, Population, Subject
from ketsim.scenario import Scenario
from ketsim.simulation import simulate

SALT = load_source("Constants").values["salt_to_base"].canonical
MASSES = {n: load_source("Constants").values[n].canonical for n in ("mw_ketamine", "mw_ketamine_hydrochloride")}


def event(time=0.0, amount=50.0, route=Route.iv, **more):
    stated = {"per_kg": False, "duration": 0.0, "drug": Drug.esketamine, "basis": Basis.base, **more}
    return DoseEvent(time=time, amount=amount, route=route, **stated)


def inputs_of(key, events, *, spec=None, cohort=None):
    model = Model.load(key)
    cohort = cohort or Cohort.of(Subject(weight=70.0))
    env = individual_parameters(model.spec, model.values, cohort, Variation(), factors={})
    return build_inputs(spec or model.spec, env, events, weight=cohort.weight, salt_to_base=SALT)


def state(key, name):
    return list(Model.load(key).spec.compartments).index(name)


def test_salt_is_turned_to_base_by_the_ratio_of_molar_masses():
    assert pytest.approx(MASSES["mw_ketamine"] / MASSES["mw_ketamine_hydrochloride"], rel=1e-3) == SALT
    assert inputs_of("Otto2021", [event(basis=Basis.salt)]).amount.tolist() == [50.0 * SALT]
    assert inputs_of("Otto2021", [event(basis=Basis.base)]).amount.tolist() == [50.0]


def test_a_model_of_salt_doses_counts_salt():
    spec = Model.load("Otto2021").spec.model_copy(update={"dose_basis": "salt"})
    assert inputs_of("Otto2021", [event(basis=Basis.salt)], spec=spec).amount.tolist() == [50.0]
    assert inputs_of("Otto2021", [event(basis=Basis.base)], spec=spec).amount.tolist() == [50.0 / SALT]


def test_salt_curves_are_base_curves_times_the_ratio():
    base, salt = (
        simulate(Scenario(f"50 mg esketamine {word} iv over 40 min", weight=70)).output("s_ketamine")
        for word in ("base", "hydrochloride")
    )
    np.testing.assert_allclose(salt.median, base.median * SALT, rtol=1e-12)


def test_a_dose_per_kg_follows_each_weight():
    cohort = Population(5, weight=(40.0, 90.0)).realise(0, 5, seed=3)
    found = inputs_of("Otto2021", [event(amount=0.5, per_kg=True)], cohort=cohort)
    np.testing.assert_array_equal(found.amount, 0.5 * cohort.weight[:, None])
    assert found.time.shape == (1,)


def test_a_dose_per_kg_without_weight_is_refused():
    model = Model.load("PerezRuixo2021")
    env = individual_parameters(model.spec, model.values, Cohort.of(Subject()), Variation(), factors={})
    with pytest.raises(InputError, match=r"0\.5 mg/kg needs a body weight"):
        build_inputs(model.spec, env, [event(amount=0.5, per_kg=True)], weight=None, salt_to_base=SALT)


def test_a_film_is_split_over_mouth_and_gut_with_its_own_durations():
    found = inputs_of("Simons2022", [event(route=Route.buccal)])
    v = {n: x.canonical for n, x in Model.load("Simons2022").values.items()}
    assert found.state.tolist() == [state("Simons2022", "film"), state("Simons2022", "gut")]
    np.testing.assert_allclose(found.amount, [50.0 * v["f1"], 50.0 * v["f2"]])
    np.testing.assert_allclose(found.duration, [v["d1"], v["d2"]])


def perez_shares(events):
    """Shares of each event that the first device gives, solved from the amount that the nose takes up."""
    v = {n: x.canonical for n, x in Model.load("PerezRuixo2021").values.items()}
    found = inputs_of("PerezRuixo2021", events)
    nose = found.amount[(found.state == state("PerezRuixo2021", "nasal_cavity")) & ~found.reset]
    given = np.array([e.amount for e in events if e.route is Route.nasal])
    return (nose / given / v["frn"] - v["frn_later"]) / (1.0 - v["frn_later"])


def nasal(time, amount, **more):
    return event(time, amount, Route.nasal, **more)


@pytest.mark.parametrize(("amount", "share"), [(14.0, 1.0), (28.0, 1.0), (56.0, 0.5), (84.0, 1.0 / 3.0)])
def test_the_first_device_is_counted_within_one_dose(amount, share):
    np.testing.assert_allclose(perez_shares([nasal(0.0, amount)]), [share], atol=1e-12)


@pytest.mark.parametrize(
    ("events", "shares"),
    [
        ([nasal(0, 28), nasal(5 / 60, 28), nasal(10 / 60, 28)], [1, 0, 0]),
        ([nasal(0, 14), nasal(0.1, 28)], [1, 0.5]),
        ([nasal(0, 28), nasal(2.0, 28)], [1, 0]),  # the session lasts as long as the gap is not exceeded
        ([nasal(0, 28), nasal(2.01, 28)], [1, 1]),
        ([nasal(0, 28), nasal(1.5, 28), nasal(3.0, 28)], [1, 0, 0]),  # counted from the latest device
        ([nasal(0, 56), nasal(168, 56)], [0.5, 0.5]),
        ([nasal(0, 28), event(0.05, 10, Route.iv), nasal(0.1, 28)], [1, 0]),
        ([nasal(0, 28), nasal(0.1, 28, reset=True)], [1, 1]),
        ([nasal(0, 28), event(0.05, 0.0, Route.iv, reset=True), nasal(0.1, 28)], [1, 1]),
    ],
)
def test_a_session_of_devices(events, shares):
    np.testing.assert_allclose(perez_shares(events), shares, atol=1e-12)


def test_the_nose_and_the_gut_together_get_all_that_is_not_lost_in_the_gut_wall():
    v = {n: x.canonical for n, x in Model.load("PerezRuixo2021").values.items()}
    nose, swallowed = inputs_of("PerezRuixo2021", [nasal(0, 84)]).amount
    assert nose + swallowed / v["fgut"] == pytest.approx(84.0, rel=1e-12)


def test_devices_in_mg_per_kg_are_refused():
    with pytest.raises(InputError, match="counts nasal devices of a fixed amount; give the dose in mg"):
        inputs_of("PerezRuixo2021", [nasal(0, 1.0, per_kg=True)])


def test_three_devices_at_once_equal_three_devices_five_minutes_apart_but_for_the_wait():
    once = simulate(Scenario("84 mg esketamine nasal", until="240 h")).output("s_ketamine")
    apart = simulate(
        Scenario("28 mg esketamine nasal every 5 min 3 times", until="240 h"),
    ).output("s_ketamine")
    assert apart.measures["auc_inf"] == pytest.approx(once.measures["auc_inf"], rel=1e-4)
    assert once.measures["cmax"] > apart.measures["cmax"] > 0.97 * once.measures["cmax"]
    assert apart.measures["tmax"] - once.measures["tmax"] == pytest.approx(5 / 60, abs=0.06)


def test_a_lag_delays_every_part():
    found = inputs_of("Simons2022", [event(3.0, route=Route.buccal, lag=0.5)])
    assert found.time.tolist() == [3.5, 3.5]


def test_a_lag_of_the_route_adds_to_the_lag_of_the_dose_and_differs_between_people():
    spec = Model.load("Otto2021").spec
    part = spec.routes["iv"].parts[0].model_copy(update={"lag": Expression.parse("weight / weight_ref")})
    late = spec.model_copy(update={"routes": {"iv": spec.routes["iv"].model_copy(update={"parts": (part,)})}})
    cohort = Population(3, weight=(40.0, 90.0)).realise(0, 3, seed=1)
    found = inputs_of("Otto2021", [event(1.0, lag=0.5)], spec=late, cohort=cohort)
    np.testing.assert_allclose(found.time[:, 0], 1.5 + cohort.weight / 70.0)


def test_a_reset_acts_when_the_dose_is_given_not_when_it_is_absorbed():
    found = inputs_of("Otto2021", [event(0.0), event(6.0, reset=True, lag=2.0)])
    assert found.time.tolist() == [0.0, 6.0, 8.0]
    assert found.reset.tolist() == [False, True, False]
    assert found.amount.tolist() == [50.0, 0.0, 50.0]


def test_a_reset_cancels_what_was_given_and_not_yet_taken_up():
    found = inputs_of("Otto2021", [event(5.0, lag=3.0), event(6.0, amount=0.0, reset=True), event(7.0)])
    assert found.amount.tolist() == [0.0, 0.0, 50.0]


def test_a_reset_with_a_dose_of_two_parts_clears_once_and_loses_neither():
    found = inputs_of("Simons2022", [event(0.0), event(6.0, route=Route.buccal, reset=True)])
    assert found.reset.tolist() == [False, True, False, False]
    assert (found.amount[2:] > 0.0).all()


def test_steady_intervals_reach_every_part():
    found = inputs_of("Simons2022", [event(route=Route.buccal, steady_interval=12.0)])
    assert found.steady_interval.tolist() == [12.0, 12.0]


def test_an_infusion_keeps_its_length():
    (dose,) = parse_sentence("0.5 mg/kg iv over 40 min").events(None)
    assert inputs_of("Kamp2020", [dose]).duration.tolist() == [pytest.approx(2 / 3)]
