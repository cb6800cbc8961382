"""Authority: what the papers themselves print for their models, reproduced within the stated distance.

Tolerances are those that were known before: a remaining difference is listed by `ketsim gaps`, not tuned away.
"""

import pytest

from ketsim.evidence import gaps, load_source
from ketsim.scenario import Scenario
from ketsim.simulation import simulate
from ketsim.validation import predict

PEREZ = [row for row in load_source("PerezRuixo2021").observed if row.data_type == "model_prediction"]
OTTO = [row for row in load_source("Otto2021").observed if row.metric == "concentration"]


def fold(row, source):
    found = predict(row, load_source(source))
    assert found.predicted is not None, found.reason
    return found.predicted / found.observed


@pytest.mark.parametrize("row", [r for r in PEREZ if r.analyte == "s_ketamine"], ids=lambda r: r.id)
def test_nasal_esketamine_peak_and_area_within_3_percent(row):
    assert fold(row, "PerezRuixo2021") == pytest.approx(1.0, abs=0.03)


def test_rows_of_six_groups_three_doses_and_two_measures_are_there():
    assert len([r for r in PEREZ if r.analyte == "s_ketamine"]) == 36


@pytest.mark.parametrize(
    "row", [r for r in PEREZ if (r.analyte, r.metric) == ("s_norketamine", "cmax")], ids=lambda r: r.id
)
def test_nasal_norketamine_peak_within_3_percent(row):
    assert fold(row, "PerezRuixo2021") == pytest.approx(1.0, abs=0.03)


@pytest.mark.parametrize(
    "row", [r for r in PEREZ if (r.analyte, r.metric) == ("s_norketamine", "auc")], ids=lambda r: r.id
)
def test_nasal_norketamine_area_still_disagrees_and_is_listed(row):
    assert 1.35 < fold(row, "PerezRuixo2021") < 1.6
    assert any("noresketamine" in gap.text and gap.source == "PerezRuixo2021" for gap in gaps())


def otto_at_the_reference_weight(row):
    result = simulate(Scenario(row.dose, weight="70 kg", at=row.time.canonical, models=("Otto2021",)))
    (predicted,) = result.values_at(result.output(row.analyte))
    return predicted["value"]


@pytest.mark.parametrize("row", [r for r in OTTO if r.id != "Otto2021-8"], ids=lambda r: r.id)
def test_otto_digitised_concentrations_within_18_percent_at_the_reference_weight(row):
    assert otto_at_the_reference_weight(row) == pytest.approx(row.number, rel=0.18)


def test_otto_last_s_ketamine_point_still_disagrees_and_is_listed():
    (row,) = [r for r in OTTO if r.id == "Otto2021-8"]
    assert row.time.canonical == 10.0
    assert 0.79 < otto_at_the_reference_weight(row) / row.number < 0.82
    assert any(gap.source == "Otto2021" and "10 h" in gap.text for gap in gaps())


def test_otto_rows_are_there():
    assert len(OTTO) == 16


def test_simons_intravenous_peak_within_5_percent():
    result = simulate(Scenario("20 mg esketamine iv over 20 min", weight="70 kg", models=("Simons2022",)))
    peak = result.output("s_ketamine").measures["cmax"]
    printed = [
        r.number
        for r in load_source("Simons2022").observed
        if r.dose and "iv over 20 min" in r.dose and r.metric == "cmax"
    ]
    assert len(printed) == 2
    assert all(peak == pytest.approx(p, rel=0.05) for p in printed)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [("oral availability", 0.124), ("hepatic clearance", 71.0), ("norketamine to ketamine", 12.6)],
)
def test_ashraf_first_pass_as_re_simulated_at_65_kg(measure, expected):
    oral = simulate(Scenario("10 mg esketamine oral", weight="65 kg", models=("Ashraf2018",), until="120 h"))
    vein = simulate(Scenario("10 mg esketamine iv", weight="65 kg", models=("Ashraf2018",), until="120 h"))
    areas = {w: r.output("s_ketamine").measures["auc_inf"] for w, r in (("oral", oral), ("iv", vein))}
    found = {
        "oral availability": areas["oral"] / areas["iv"],
        "hepatic clearance": 10_000.0 / areas["iv"],
        "norketamine to ketamine": oral.output("s_norketamine").measures["auc_inf"] / areas["oral"],
    }
    assert found[measure] == pytest.approx(expected, rel=0.02)
