"""Authority: eleven published intravenous sets side by side, as a separate re-simulation found them.

0.5 mg/kg over 40 min in a person of 70 kg. The expected numbers were computed by another program from the same
published parameters, to three figures; they hold the encoding of every set, not the truth of any. S-ketamine sets are
driven with the same milligrams.
"""

import numpy as np
import pytest

from ketsim.dosing import Drug, Route, parse_sentence
from ketsim.evidence import load_source
from ketsim.kinetics.model import Model
from ketsim.kinetics.parameters import Variation
from ketsim.people import Cohort, Subject

# model: concentration at 40 min [ng/mL], clearance [L/h], steady-state volume [L], terminal half-life [h]
TABLE = {
    "Clements1981": (177, 80, 289, 3.1),
    "Fanta2015": (158, 95, 419, 7.4),
    "Flint2017": (193, 112, 553, 5.3),
    "Hijazi2003": (225, 151, 297, 5.0),
    "Domino1984": (240, 116, 193, 1.9),
    "Kamp2020": (253, 84, 238, 3.1),
    "Herd2007": (253, 90, 141, 1.3),
    "Simons2022": (289, 89, 225, 3.2),
    "Elkomy2015": (322, 61, 209, 3.6),
    "Sherwin2015": (323, 88, 240, 3.6),
    "Hornik2018": (496, 39, 185, 5.0),
}
PERSON = Cohort.of(Subject(weight="70 kg"))
MG = 35.0
ADULT_MODELS_OUTSIDE_INTENSIVE_CARE = ("Fanta2015", "Clements1981", "Domino1984", "Kamp2020", "Simons2022")


def parent(model, sentence, times):
    """Concentration of the parent [ng/mL] (time,), whoever the model was built on."""
    curves = model.curves(parse_sentence(sentence).events(None), PERSON, np.asarray(times, float), Variation())
    return 1e3 * curves.values[0, 0]


def own_drug(model):
    return model.spec.drugs[0]


@pytest.fixture(scope="module", params=TABLE)
def one(request):
    return Model.load(request.param), TABLE[request.param]


def test_concentration_at_the_end_of_the_infusion(one):
    model, (expected, *_) = one
    (found,) = parent(model, f"{MG:g} mg {own_drug(model)} iv over 40 min", [2 / 3])
    assert found == pytest.approx(expected, rel=0.005)


def test_clearance(one, one_mg):
    model, (_, expected, *_) = one
    exposure = model.typical_exposure("parent", one_mg(Drug(own_drug(model)), Route.iv), PERSON, {})
    assert 1.0 / exposure == pytest.approx(expected, abs=0.75)


def test_steady_state_volume(one):
    model, (_, _, expected, _) = one
    times = np.concatenate([[0.0], np.geomspace(1e-4, 120.0, 6000)])
    curve = parent(model, f"{MG:g} mg {own_drug(model)} iv", times)
    area, moment = np.trapezoid(curve, times), np.trapezoid(curve * times, times)
    assert 1e3 * MG * moment / area**2 == pytest.approx(expected, rel=0.01)


def test_terminal_half_life(one):
    model, (*_, expected) = one
    late = parent(model, f"{MG:g} mg {own_drug(model)} iv", [40.0, 44.0])
    assert 4.0 * np.log(2.0) / np.log(late[0] / late[1]) == pytest.approx(expected, abs=0.06)


def test_the_spread_of_adult_models_is_told_as_it_is():
    (gap,) = [g for g in load_source("Kamp2020").gaps if g.id == "adult-intravenous-spread"]
    told = {key: TABLE[key][0] for key in ADULT_MODELS_OUTSIDE_INTENSIVE_CARE}
    assert all(f"{number}" in gap.text for number in told.values())
    assert gap.size is not None and gap.size.startswith(f"{max(told.values()) / min(told.values()):.1f}-fold")


def test_hijazi_set_gives_the_terminal_volume_and_half_life_of_its_abstract(one_mg):
    model, printed = Model.load("Hijazi2003"), {r.metric: r.number for r in load_source("Hijazi2003").observed}
    clearance = 1.0 / model.typical_exposure("parent", one_mg(Drug.ketamine, Route.iv), PERSON, {})
    late = parent(model, "35 mg ketamine iv", [40.0, 44.0])
    slope = np.log(late[0] / late[1]) / 4.0
    assert clearance / slope / 70.0 == pytest.approx(printed["vbeta"], rel=0.05)
    assert np.log(2.0) / slope == pytest.approx(printed["half_life"], rel=0.02)
