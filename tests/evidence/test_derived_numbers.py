"""Authority: numbers that were computed here, computed again with ketsim from the facts they name.

A rate constant of absorption belongs to one disposition; change the disposition, and these tests say that the rate is
no longer its partner. The facts are read from the sources, so changing them is noticed too.
"""

from dataclasses import replace
from math import exp, log

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from ketsim.dosing import Drug, Route, parse_sentence
from ketsim.evidence import catalog, load_source
from ketsim.kinetics.model import Model
from ketsim.kinetics.parameters import Variation
from ketsim.people import Cohort, Subject

ASSUMED = load_source("RouteAssumptions")
ADULT = Cohort.of(Subject(weight="70 kg"))
S_KETAMINE = Drug.esketamine


def joined(pairing_id, rate=None):
    """The model of a pairing with its absorption rate [1/h], or with another one."""
    (pairing,) = [p for p in ASSUMED.pairings if p.id == pairing_id]
    model = Model.load(pairing.model).with_pairing(pairing, ASSUMED)
    if rate is not None:
        other = model.values[pairing.rate].model_copy(update={"number": rate, "canonical": rate})
        model = replace(model, values={**model.values, pairing.rate: other})
    return model


def declared(pairing_id):
    (pairing,) = [p for p in ASSUMED.pairings if p.id == pairing_id]
    return ASSUMED.values[pairing.rate].number


def parent(model, sentence, times):
    curves = model.curves(parse_sentence(sentence).events(None), ADULT, np.asarray(times, float), Variation())
    return curves.values[0, 0]


def targets():
    """(dose, time [h], concentration [mg/L]) of every intramuscular fact that the pairings were fitted to."""
    rows = [r for key in ("KetalarSwiss", "Trauma1984") for r in load_source(key).observed]
    return [(r.dose, r.time.canonical, r.canonical) for r in rows if r.metric == "concentration" and r.fitted_by]


def peak_time(model, sentence, until):
    """Time of the peak [h], on a grid refined around it."""
    times = np.linspace(1e-3, until, 400)
    for _ in range(3):
        top = int(np.argmax(parent(model, sentence, times)))
        times = np.linspace(times[max(top - 1, 0)], times[min(top + 1, times.size - 1)], 60)
    return float(times[np.argmax(parent(model, sentence, times))])


def test_three_intramuscular_facts_are_there():
    assert len(targets()) == 3


@pytest.mark.parametrize(
    "pairing", ["im-adult-kamp", "im-adult-otto", "im-adult-simons", "im-adult-domino", "im-adult-clements"]
)
def test_intramuscular_rate_is_the_least_squares_partner_of_its_disposition(pairing):
    def misfit(log_rate):
        model = joined(pairing, exp(log_rate))
        return sum(log(parent(model, dose, [time])[0] / seen) ** 2 for dose, time, seen in targets())

    best = minimize_scalar(misfit, bounds=(log(0.3), log(60.0)), method="bounded", options={"xatol": 1e-4})
    assert exp(best.x) == pytest.approx(declared(pairing), rel=0.01)


def mean_nasal_peak_time():
    rows = [
        r
        for r in load_source("Pharmacotherapy2022").observed
        if (r.metric, r.analyte) == ("tmax", "ketamine") and r.dose.endswith("nasal")
    ]
    assert len(rows) == 3
    return exp(sum(r.n * log(r.canonical) for r in rows) / sum(r.n for r in rows))


@pytest.mark.parametrize("pairing", ["nasal-adult-ashraf", "nasal-adult-otto", "nasal-adult-kamp"])
def test_nasal_rate_puts_the_peak_where_it_was_measured(pairing):
    wanted = mean_nasal_peak_time()
    assert wanted * 60.0 == pytest.approx(16.7, abs=0.05)
    rate = exp(
        brentq(
            lambda r: peak_time(joined(pairing, exp(r)), "30 mg ketamine nasal", 1.5) - wanted,
            log(0.5),
            log(20.0),
            xtol=1e-4,
        )
    )
    assert rate == pytest.approx(declared(pairing), rel=0.01)


def swallowed_share(one_mg, weight):
    """Oral bioavailability that follows from Ashraf2018."""
    model, person = Model.load("Ashraf2018"), Cohort.of(Subject(weight=weight))
    oral, iv = (
        model.typical_exposure("parent", one_mg(S_KETAMINE, route), person, {}) for route in (Route.oral, Route.iv)
    )
    return oral / iv


def test_share_of_the_nose_completes_the_nasal_bioavailability(one_mg):
    swallowed, whole = swallowed_share(one_mg, "70 kg"), ASSUMED.values["f_nasal"].number
    assert swallowed == pytest.approx(0.1304, abs=5e-5)
    assert ASSUMED.values["f_nasal_mucosa"].number == pytest.approx((whole - swallowed) / (1.0 - swallowed), rel=0.001)


def test_nasal_bioavailability_is_the_middle_of_its_range():
    low, high = (ASSUMED.values[name].number for name in ("f_nasal_low", "f_nasal_high"))
    assert ASSUMED.values["f_nasal"].number == pytest.approx((low * high) ** 0.5, abs=0.005)


@pytest.mark.parametrize("pairing", ["sublingual-adult-otto", "sublingual-adult-kamp"])
def test_sublingual_rate_puts_the_peak_at_the_median_of_the_study(pairing):
    (wanted,) = [r.canonical for r in load_source("Rolan2014").observed if r.metric == "tmax"]
    assert peak_time(joined(pairing), "25 mg ketamine sublingual", 3.0) == pytest.approx(wanted, rel=0.005)


def test_oral_rates_put_the_peak_between_two_published_structures():
    own = [
        peak_time(Model.load("Ashraf2018"), "0.2 mg/kg esketamine oral", 2.0),
        peak_time(Model.load("PerezRuixo2021"), "84 mg esketamine oral", 4.0),
    ]
    assert own == pytest.approx([0.29, 1.44], abs=0.005)
    middle = (own[0] * own[1]) ** 0.5
    for pairing in ("oral-adult-otto", "oral-adult-kamp"):
        assert peak_time(joined(pairing), "30 mg ketamine oral", 3.0) == pytest.approx(middle, rel=0.01)


@pytest.mark.parametrize(("route", "row"), [(Route.iv, "Ashraf2018-block-iv"), (Route.oral, "Ashraf2018-block-oral")])
def test_complete_block_of_cyp2b6_raises_exposure_as_told(route, row, one_mg):
    model, person = Model.load("Ashraf2018"), Cohort.of(Subject(weight="65 kg"))
    blocked, free = (
        model.typical_exposure("parent", one_mg(S_KETAMINE, route), person, factors)
        for factors in ({"cyp2b6_activity": 0.0}, {})
    )
    (told,) = [i.ratio for i in load_source("Ashraf2018").interactions if i.id == row]
    assert blocked / free == pytest.approx(told, rel=0.005)


@pytest.mark.parametrize("source", ["Hagelberg2010", "Peltoniemi2012c"])
def test_norketamine_ratio_is_the_product_of_the_two_printed_ones(source):
    rows = {(i.metric, i.analyte): i.ratio for i in load_source(source).interactions}
    product = rows["auc_inf", "s_ketamine"] * rows["auc_ratio", "norketamine over ketamine"]
    assert rows["auc_inf", "s_norketamine"] == pytest.approx(product, rel=1e-6)


RUNNABLE = [brief for brief in catalog().models if brief.status != "record"]


@pytest.mark.parametrize("brief", RUNNABLE, ids=lambda b: b.key)
def test_the_list_of_models_is_as_sure_as_their_least_sure_answer(brief):
    model = Model.load(brief.key)
    answers = [
        model.certainty(output, Drug(drug), frozenset({Route(route)}))
        for drug in brief.drugs
        for output in model.output_names(Drug(drug))
        for route in brief.routes
    ]
    assert brief.certainty == min(answers)
