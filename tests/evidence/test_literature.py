"""Authority: do the encoded papers say what they print elsewhere? Identities that need no simulation.

A transcription slip in one number breaks a relation to another that was read in a different place.
"""

from collections import Counter
from math import exp, expm1, log, sqrt

import pytest

from ketsim.dosing import parse_sentence
from ketsim.evidence import load_library
from ketsim.kinetics.first_pass import FUNCTIONS

FACTORS_AT_REST = dict.fromkeys(
    ("clearance_factor", "metabolite_clearance_factor", "gut_clint_factor", "hepatic_clint_factor", "cyp2b6_activity"),
    1.0,
)
ATOMIC_WEIGHT = {"C": 12.011, "H": 1.008, "Cl": 35.45, "N": 14.007, "O": 15.999}
FORMULA = {
    "mw_ketamine": {"C": 13, "H": 16, "Cl": 1, "N": 1, "O": 1},
    "mw_ketamine_hydrochloride": {"C": 13, "H": 17, "Cl": 2, "N": 1, "O": 1},
    "mw_norketamine": {"C": 12, "H": 14, "Cl": 1, "N": 1, "O": 1},
    "mw_dehydronorketamine": {"C": 12, "H": 12, "Cl": 1, "N": 1, "O": 1},
    "mw_hydroxynorketamine": {"C": 12, "H": 14, "Cl": 1, "N": 1, "O": 2},
}
# rows that the papers gave, counted when they were copied: one number, one row
ROWS = {
    "Brunette2011": 2,
    "Clements1982": 2,
    "Fanta2015": 3,
    "Glue2020": 1,
    "Hijazi2003": 3,
    "Hornik2018": 1,
    "Idvall1979": 5,
    "Jonkman2017": 1,
    "Kamp2020BJA": 48,
    "KetalarSwiss": 6,
    "KetalarUS": 2,
    "Koppel": 3,
    "Langsjo2005": 2,
    "Malinovsky1996": 9,
    "Otto2021": 16,
    "PerezRuixo2021": 80,
    "Pharmacotherapy2022": 27,
    "Rolan2014": 2,
    "Simons2022": 23,
    "Spravato": 9,
    "Trauma1984": 2,
    "Wang2019": 3,
    "Wang2025": 2,
    "Zanos2018": 4,
}


@pytest.fixture(scope="module")
def library():
    return load_library()


@pytest.fixture(scope="module")
def number(library):
    """Canonical number of a value: number("Kamp2020", "cl")."""

    def of(source, name):
        found = library[source].values[name].canonical
        assert found is not None, f"{source}.{name} is blank"
        return found

    return of


@pytest.mark.parametrize("name", FORMULA)
def test_molar_masses_follow_from_the_formulas(number, name):
    assert number("Constants", name) == pytest.approx(
        sum(ATOMIC_WEIGHT[a] * n for a, n in FORMULA[name].items()), abs=0.02
    )


@pytest.mark.parametrize(("base", "salt"), [(10.0, "KetalarUS"), (28.0, "Spravato")])
def test_salt_factor_is_the_ratio_of_masses_and_of_two_labels(library, number, base, salt):
    factor = number("Constants", "salt_to_base")
    assert factor == pytest.approx(
        number("Constants", "mw_ketamine") / number("Constants", "mw_ketamine_hydrochloride"), abs=5e-4
    )
    (printed,) = [f.number for f in library[salt].facts if "hydrochloride" in f.text and f.unit == "mg"]
    assert base / printed == pytest.approx(factor, abs=5e-4)


@pytest.mark.parametrize(
    ("what", "expected"), [("v1", 4.41), ("v2", 10.57), ("v3", 178.2), ("cl", 1.93), ("q2", 2.61), ("q3", 2.60)]
)
def test_domino_rate_constants_at_70_kg(number, what, expected):
    v1 = 70.0 * number("Domino1984", "v1")
    k = {name: number("Domino1984", name) / 60.0 for name in ("k10", "k12", "k13", "k21", "k31")}
    found = {
        "v1": v1,
        "v2": v1 * k["k12"] / k["k21"],
        "v3": v1 * k["k13"] / k["k31"],
        "cl": v1 * k["k10"],
        "q2": v1 * k["k12"],
        "q3": v1 * k["k13"],
    }
    assert found[what] == pytest.approx(expected, rel=0.003)


def test_domino_stands_outside_the_meta_analysis_and_says_so(library, number):
    clearance = 70.0 * number("Domino1984", "v1") * number("Domino1984", "k10")
    meta = library["Kamp2020"].values["meta_cl"]
    assert clearance / meta.canonical == pytest.approx(1.47, abs=0.005)
    assert clearance > meta.ci.high
    assert library["Domino1984"].model("Domino1984").status == "flagged"


def test_kamp_lies_inside_the_meta_analysis_of_its_abstract(library, number):
    meta_cl, meta_vd = (library["Kamp2020"].values[n].ci for n in ("meta_cl", "meta_vd"))
    assert meta_cl.low < number("Kamp2020", "cl") < meta_cl.high
    assert meta_vd.low < sum(number("Kamp2020", v) for v in ("v1", "v2", "v3")) < meta_vd.high


def test_clements_clearance_volume_and_half_life(number):
    v1, k10, k12, k21 = (number("Clements1981", n) for n in ("v1", "k10", "k12", "k21"))
    assert v1 * k10 * 1000.0 / 60.0 == pytest.approx(19.1, abs=0.05)  # [mL/min/kg]
    assert v1 * (1.0 + k12 / k21) == pytest.approx(4.13, abs=0.005)
    total = k10 + k12 + k21
    slow = (total - sqrt(total**2 - 4.0 * k10 * k21)) / 2.0
    assert log(2.0) / slow == pytest.approx(3.05, abs=0.01)


def test_hijazi_rate_constants_give_the_clearance_of_the_abstract(library, number):
    (printed,) = [row for row in library["Hijazi2003"].observed if row.metric == "cl"]
    assert number("Hijazi2003", "v1") * number("Hijazi2003", "k10") == pytest.approx(printed.canonical, rel=0.002)


@pytest.mark.parametrize("name", ["v1", "cl", "vp1", "q1", "vp2", "q2"])
def test_otto_carries_the_parent_of_fanta(library, number, name):
    assert number("Otto2021", name) == number("Fanta2015", name)
    assert str(library["Otto2021"].values[name].provenance) == "inherited"


def test_perez_ruixo_clearance_and_swallowed_share_follow_from_the_structure(library, number):
    qh, vh, kel, kmet, fgut = (number("PerezRuixo2021", n) for n in ("qh", "vh", "kel", "kmet", "fgut"))
    intrinsic = vh * (kel + kmet)
    clearance, swallowed = qh * intrinsic / (qh + intrinsic), fgut * qh / (qh + intrinsic)
    assert clearance == pytest.approx(109.0, abs=0.5)
    assert swallowed == pytest.approx(0.178, abs=0.001)
    printed = {
        row.metric: row.canonical for row in library["PerezRuixo2021"].observed if row.data_type == "model_estimate"
    }
    assert clearance / printed["cl"] == pytest.approx(0.956, abs=0.005)
    assert swallowed / printed["f_swallowed"] == pytest.approx(0.956, abs=0.005)
    assert any(gap.id == "perez-ruixo-clearance" for gap in library["PerezRuixo2021"].gaps)


@pytest.mark.parametrize(("amount", "printed"), [(56.0, 0.54), (84.0, 0.51)])
def test_perez_ruixo_device_rule_gives_the_printed_bioavailability(number, amount, printed):
    """The printed bioavailability of 56 and 84 mg comes back within its rounding and the gap of the swallowed part."""
    qh, vh, kel, kmet = (number("PerezRuixo2021", n) for n in ("qh", "vh", "kel", "kmet"))
    passes = number("PerezRuixo2021", "fgut") * qh / (qh + vh * (kel + kmet))
    share = number("PerezRuixo2021", "device_amount") / amount
    nasal = number("PerezRuixo2021", "frn") * (share + (1.0 - share) * number("PerezRuixo2021", "frn_later"))
    assert nasal + (1.0 - nasal) * passes == pytest.approx(printed, abs=0.01)


def test_ashraf_first_pass_at_65_kg(library):
    source = library["Ashraf2018"]
    names = (
        {n: v.canonical for n, v in source.values.items() if v.canonical is not None}
        | {"weight": 65.0}
        | FACTORS_AT_REST
    )
    for name, formula in source.model("Ashraf2018").derived.items():
        names[name] = formula.evaluate(names, FUNCTIONS)
    assert names["to_parent"] == pytest.approx(0.124, abs=0.0005)
    assert names["cl_h"] == pytest.approx(71.0, abs=0.5)
    swallowed = names["to_nk"] + names["to_parent"] * names["liver_pass_nk"]
    assert swallowed / names["cl_h_nk"] / (names["to_parent"] / names["cl_h"]) == pytest.approx(12.6, abs=0.05)
    assert 0.0 < names["to_parent"] + names["to_nk"] < 1.0


def test_flint_covariance_is_the_printed_correlation(library):
    source = library["Flint2017"]
    (pair,) = source.model("Flint2017").correlations
    spread = [sqrt(source.values[name].iiv.variance) for name in pair.between]
    assert pair.covariance / (spread[0] * spread[1]) == pytest.approx(0.506, abs=0.0005)
    assert expm1(spread[0] ** 2) == pytest.approx(0.402**2)


def test_the_racemate_has_no_licensed_spray(library):
    spray = library["PerezRuixo2021"].model("PerezRuixo2021")
    assert spray.drugs == ("esketamine",)
    assert not spray.stands_for


def test_every_model_that_runs_has_every_number(library):
    ran = 0
    for source in library.values():
        for spec in (s for s in source.models if s.status != "record"):
            named = {n for _, formula in spec.expressions() for n in formula.names} | set(spec.parameters or ())
            assert all(source.values[n].number is not None for n in named & source.values.keys()), spec.key
            assert spec.limits.age is not None, f"{spec.key} must say which ages it was built on"
            ran += 1
    assert ran >= 15


def test_a_model_that_cannot_run_says_what_is_missing(library):
    records = [(source, spec) for source in library.values() for spec in source.models if spec.status == "record"]
    assert len(records) >= 10
    for source, spec in records:
        assert any(spec.key in gap.about for gap in source.gaps), spec.key


def test_no_row_was_lost(library):
    assert {key: len(source.observed) for key, source in library.items() if source.observed} == ROWS


def test_ids_carry_the_key_of_their_file(library):
    for key, source in library.items():
        assert all(row.id.startswith(f"{key}-") for row in (*source.observed, *source.interactions)), key


def test_every_dose_that_is_written_can_be_read(library):
    doses = {row.dose for source in library.values() for row in source.observed if row.dose}
    assert len(doses) > 25
    assert all(parse_sentence(dose).events(10.0) for dose in doses)


def test_what_no_model_can_be_asked_says_why(library):
    for source in library.values():
        for row in source.observed:
            assert row.dose or (row.dose_text and (row.note or row.metric not in ("concentration", "cmax", "css"))), (
                row.id
            )


def test_rows_behind_an_assumption_are_no_independent_test_of_it(library):
    """Data that set an absorption rate or fraction are marked for the models that use it."""
    behind = {"KetalarSwiss-2", "KetalarSwiss-3", "Trauma1984-1", "Trauma1984-2"}
    rows = {row.id: row for source in library.values() for row in source.observed}
    models = {p.model for p in library["RouteAssumptions"].pairings if p.route == "im"}
    assert all(models <= set(rows[i].fitted_by) for i in behind)
    assert not rows["KetalarSwiss-5"].fitted_by


def test_an_absorption_rate_belongs_to_one_model(library):
    source = library["RouteAssumptions"]
    rates = Counter(p.rate for p in source.pairings)
    assert set(rates.values()) == {1}
    assert all(p.model in source.values[p.rate].label for p in source.pairings)


def test_children_and_adults_never_share_an_assumption(library):
    for pairing in library["RouteAssumptions"].pairings:
        low, high = pairing.limits.age.bounds
        assert high <= 9.0 if "child" in pairing.id else low >= 18.0


@pytest.mark.parametrize("route", ["sc", "smoked", "inhaled"])
def test_a_route_without_data_has_no_assumption(library, route):
    source = library["RouteAssumptions"]
    assert not [p for p in source.pairings if p.route == route]
    assert source.values[f"f_{route}"].number is None


@pytest.mark.parametrize("name", ["f_im", "f_nasal", "f_oral"])
def test_an_unsettled_fraction_lies_in_its_range(number, name):
    low, middle, high = (number("RouteAssumptions", n) for n in (f"{name}_low", name, f"{name}_high"))
    assert low < middle < high


def test_nasal_fraction_of_racemate_is_the_stated_rule(number):
    low, high = number("RouteAssumptions", "f_nasal_low"), number("RouteAssumptions", "f_nasal_high")
    assert number("RouteAssumptions", "f_nasal") == pytest.approx(exp((log(low) + log(high)) / 2.0), abs=0.005)


def test_no_assumption_is_more_than_very_low(library):
    assert {str(p.certainty) for p in library["RouteAssumptions"].pairings} == {"very low"}


def test_enantiomer_construct_splits_the_racemate(library):
    spec = library["Simons2022"].model("Simons2022SR")
    assert spec.status == "flagged"
    assert sum(part.fraction.evaluate({"s_share": 0.5}, {}) for part in spec.routes["iv"].parts) == 1.0
    assert spec.sums == {"ketamine": ("s_ketamine", "r_ketamine")}
    at_rest = {"cl": 1.0, "r_to_s": library["Wang2019"].values["cl_ratio_r_to_s"].number, **FACTORS_AT_REST}
    assert spec.derived["cl_r"].evaluate(at_rest, {}) / spec.derived["cl_s"].evaluate(at_rest, {}) == pytest.approx(
        0.86
    )


def test_ratio_of_enantiomers_is_that_of_the_printed_clearances(library, number):
    racemate = {row.analyte: row.number for row in library["Wang2019"].observed if row.dose == "1 mg/kg ketamine iv"}
    assert racemate["r_ketamine"] / racemate["s_ketamine"] == pytest.approx(
        number("Wang2019", "cl_ratio_r_to_s"), abs=0.005
    )
