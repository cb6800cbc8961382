"""Detection: windows stand on facts, the simulated one behaves, and no answer reassures or teaches to pass."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketsim import InputError, Scenario, simulate
from ketsim.cli.app import run
from ketsim.evidence import fact
from ketsim.safety.answer import SafetyAnswer
from ketsim.safety.detection import detection
from ketsim.safety.detection_book import Window, detection_book
from ketsim.safety.simulated_window import simulated_windows

BOOK = detection_book()
MATRICES = st.sampled_from([None, *BOOK.matrices])
ALWAYS = ("five-drug panel does not detect ketamine", "no proof of new use", "no proof that nothing was taken")
DAY = 24.0


def words(answer: SafetyAnswer) -> str:
    said = [s.text for section in answer.sections for s in section.statements]
    return " ".join(
        [answer.title, answer.headline, *said, *(u.sentence for u in answer.not_known), *answer.assumptions]
    )


def window(answer: SafetyAnswer, **asked: Any) -> dict[str, Any]:
    (row,) = [row for row in answer.data["windows"] if all(row[key] == value for key, value in asked.items())]
    return dict(row)


def end(dose: str, analyte: str, cutoff: float, **person: Any) -> float:
    found, _ = simulated_windows(Scenario(dose, weight="70 kg", **person), {analyte: cutoff})
    return found[0].high


@given(
    matrix=MATRICES,
    analyte=st.sampled_from([None, *BOOK.analytes]),
    assay=st.sampled_from([None, "5-panel", "immunoassay", "LC-MS/MS", "beat the test", "flush it out before friday"]),
    history=st.sampled_from([None, *BOOK.histories]),
)
def test_every_answer_says_what_a_result_does_not_prove(
    matrix: str | None, analyte: str | None, assay: str | None, history: str | None
) -> None:
    answer = detection(None, history=history, matrix=matrix, analyte=analyte, assay=assay)
    said = words(answer)
    for sentence in ALWAYS:
        assert sentence in said
    for tip in ("dilut", "flush", "drink water", "detox", "pass the test", "beat", "wait until", "avoid detection"):
        assert tip not in said.casefold()
    assert answer.data["windows"] or answer.not_known


def test_words_that_ask_for_help_to_pass_change_nothing() -> None:
    plain_answer = detection(None, matrix="urine", assay="a method without data")
    asked = detection(None, matrix="urine", assay="how to pass the test on friday")
    assert asked.to_dict() == plain_answer.to_dict()


def test_the_published_windows() -> None:
    answer = detection(None)
    chronic = window(answer, matrix="urine", analyte="ketamine or a metabolite")
    assert (chronic["low_h"], chronic["high_h"], chronic["cutoff"]) == (22 * DAY, 96 * DAY, pytest.approx(1.0))
    assert (chronic["history"], chronic["certainty"], chronic["sources"]) == ("chronic", "low", ["DeJong2020"])
    assert window(answer, matrix="urine", analyte="norketamine", history="single")["high_h"] == 14 * DAY
    assert window(answer, matrix="blood")["high_h"] == DAY
    hair = window(answer, matrix="hair")
    assert (hair["reach"], hair["low_h"], hair["high_h"]) == ("covers", 7 * DAY, 90 * DAY)
    assert window(answer, matrix="oral fluid")["cutoff"] == pytest.approx(5.0)
    assert all(row["kind"] == "data" for row in answer.data["windows"])


@pytest.mark.parametrize("row", BOOK.windows, ids=lambda row: row.id)
def test_every_window_is_whole(row: Window) -> None:
    assert row.matrix in BOOK.matrices
    assert row.analyte in (*BOOK.analytes, "ketamine or a metabolite")
    assert row.assay is None or row.assay in BOOK.assays
    assert row.history is None or row.history in BOOK.histories
    assert all(fact(name).text for name in row.facts)
    for pointer in (row.low, row.high):
        assert pointer is None or pointer.rpartition(".")[0] in row.facts
    low, high = row.low_h, row.high_h
    assert low is None or (high is not None and 0.0 < low < high)
    assert row.cutoff_ng_ml is None or row.cutoff_ng_ml > 0.0


def test_every_fact_of_a_rule_exists() -> None:
    for rule in BOOK.rules:
        assert all(fact(name).text for name in rule.facts)
        assert set(rule.matrices) <= set(BOOK.matrices)
    for known in BOOK.simulated_cutoffs:
        assert known.ng_ml > 0.0


@pytest.mark.parametrize("assay", ["5-panel", "five-drug panel", "Standard Panel", "federal_panel"])
def test_a_standard_panel_does_not_look_for_it(assay: str) -> None:
    answer = detection(Scenario("50 mg iv", weight="70 kg"), assay=assay)
    assert answer.headline.startswith("A standard five-drug panel does not detect ketamine.")
    (row,) = answer.data["windows"]
    assert row["detects"] is False
    assert row["low_h"] is row["high_h"] is None


@pytest.mark.parametrize(
    ("matrix", "sentence"),
    [
        ("urine", "stay positive in urine for weeks"),
        ("urine", "Quetiapine"),
        ("urine", "mass spectrometry settles it"),
        ("blood", "no measure of impairment"),
        ("saliva", "adulterant"),
        ("hair", "misses the latest days"),
        ("hair", "the metabolite shows that it was taken"),
    ],
)
def test_how_a_result_of_each_matrix_is_read(matrix: str, sentence: str) -> None:
    assert sentence in words(detection(None, matrix=matrix))


def test_history_picks_the_rows() -> None:
    def histories(history: str) -> set[str | None]:
        return {row["history"] for row in detection(None, history=history, matrix="urine").data["windows"]}

    assert histories("single") == {None, "single"}
    assert histories("chronic") == {None, "chronic"}
    assert histories("occasional") == {None, "single", "chronic"}
    unknown = detection(None, history="occasional").not_known
    assert any("occasional" in entry.what for entry in unknown)


def test_the_simulated_window_is_where_the_curve_meets_the_cutoff() -> None:
    answer = detection(Scenario("50 mg iv", weight="70 kg"), matrix="blood", analyte="norketamine", cutoff=1.0)
    row = window(answer, kind="simulated")
    assert (row["matrix"], row["analyte"], row["cutoff"], row["at_least"]) == ("blood", "norketamine", 1.0, False)
    assert row["low_h"] == row["high_h"] == row["median_h"]
    result = simulate(Scenario("50 mg iv", weight="70 kg", until=200, at=(row["high_h"],), effects=("none",)))
    curve = result.output("norketamine")
    there = int(np.searchsorted(result.times, row["high_h"]))
    assert curve.median[there] == pytest.approx(1.0, rel=0.02)
    assert np.all(curve.median[there + 1 :] < 1.0)


@pytest.mark.parametrize("dose", ["50 mg ketamine iv", "50 mg esketamine iv", "84 mg esketamine nasal", "100 mg oral"])
def test_racemate_and_esketamine_by_several_routes(dose: str) -> None:
    answer = detection(Scenario(dose, weight="70 kg"), matrix="blood", cutoff=1.0)
    rows = {row["analyte"]: row for row in answer.data["windows"] if row["kind"] == "simulated"}
    assert {"ketamine", "norketamine"} <= set(rows)
    assert rows["norketamine"]["high_h"] > rows["ketamine"]["high_h"] > 2.0
    # the tail is extrapolated, so no window is surer than low
    assert {row["certainty"] for row in rows.values()} <= {"low", "very low"}
    assert all(row["sources"] for row in rows.values())


def test_without_a_cutoff_the_legal_limit_is_simulated() -> None:
    answer = detection(Scenario("50 mg iv", weight="70 kg"), matrix="plasma")
    row = window(answer, kind="simulated")
    assert (row["analyte"], row["facts"]) == ("ketamine", ["PD176"])
    assert row["cutoff"] == pytest.approx(20.0)
    assert any("norketamine" in unknown.what for unknown in answer.not_known)


def test_a_population_has_a_range() -> None:
    scenario = Scenario("50 mg iv over 40 min", weight="70 kg", population=200)
    row = window(detection(scenario, matrix="blood", analyte="ketamine", cutoff=5.0), kind="simulated")
    assert row["low_h"] < row["median_h"] < row["high_h"]
    assert row["population"] == "200 simulated people"


def test_a_cutoff_that_is_never_reached() -> None:
    row = window(detection(Scenario("5 mg oral", weight="70 kg"), analyte="ketamine", cutoff=1000.0), kind="simulated")
    assert (row["low_h"], row["high_h"], row["detects"]) == (0.0, 0.0, False)


def test_the_horizon_grows_until_the_curve_has_fallen() -> None:
    dose = "50 mg iv over 40 min"
    found, result = simulated_windows(Scenario(dose, weight="70 kg"), {"norketamine": 1e-4})
    assert found[0].high > 96.0
    assert not found[0].at_least
    assert result.times[-1] > found[0].high


def test_a_horizon_that_was_asked_for_is_kept_and_said() -> None:
    answer = detection(Scenario("50 mg iv", weight="70 kg", until=6), matrix="blood", analyte="norketamine", cutoff=1.0)
    row = window(answer, kind="simulated")
    assert row["at_least"] is True
    assert row["high_h"] == pytest.approx(6.0)
    assert "for at least 6 h" in answer.headline


def test_the_window_counts_from_the_last_dose() -> None:
    once = end("50 mg iv over 40 min", "norketamine", 1.0)
    weekly = end("50 mg iv over 40 min weekly for 3 weeks", "norketamine", 1.0)
    assert once <= weekly < once + 2.0


@given(low=st.floats(0.02, 200.0), factor=st.floats(1.0, 50.0), analyte=st.sampled_from(["ketamine", "norketamine"]))
@settings(max_examples=15)
def test_a_lower_cutoff_never_shortens_the_window(low: float, factor: float, analyte: str) -> None:
    dose = "50 mg iv over 40 min"
    assert end(dose, analyte, low) >= end(dose, analyte, low * factor)


@given(
    amount=st.floats(1.0, 300.0),
    factor=st.floats(1.0, 20.0),
    route=st.sampled_from(["ketamine iv over 40 min", "ketamine im", "ketamine oral", "esketamine iv over 10 min"]),
)
@settings(max_examples=15)
def test_a_larger_dose_never_shortens_the_window(amount: float, factor: float, route: str) -> None:
    small, large = (end(f"{mg:.6g} mg {route}", "norketamine", 1.0) for mg in (amount, amount * factor))
    assert large >= small


@pytest.mark.parametrize("matrix", ["urine", "oral fluid", "hair"])
def test_no_kinetics_beyond_blood_and_that_is_said(matrix: str) -> None:
    answer = detection(Scenario("50 mg iv", weight="70 kg"), matrix=matrix)
    assert all(row["kind"] == "data" for row in answer.data["windows"])
    assert any(matrix in unknown.what and "model" in unknown.looked_for for unknown in answer.not_known)


@pytest.mark.parametrize("matrix", [None, "urine"])
def test_an_overdose_comes_first_whether_or_not_it_is_simulated(matrix: str | None) -> None:
    answer = detection(Scenario("680 mg iv", weight="60 kg"), matrix=matrix, cutoff=20.0)
    assert answer.alarms
    assert next(iter(answer.to_dict().values())) == "ketsim.safety/1"
    assert list(answer.to_dict())[1] == "alarms"


@pytest.mark.parametrize(
    ("flags", "words_of_it"),
    [
        (("--matrix", "spittle"), "matrix"),
        (("--analyte", "cocaine"), "analyte"),
        (("--history", "often"), "history"),
        (("50 mg iv", "--weight", "70kg", "--cutoff", "0ng/mL"), "above zero"),
        (("50 mg iv", "--weight", "70kg", "--cutoff", "-1ng/mL"), "cutoff"),
        (("50 mg iv", "--weight", "70kg", "--cutoff", "1 kg"), "cutoff"),
        (("50 mg im daily", "--weight", "70kg"), "last dose"),
        (("--weight", "70kg"), "without a dose"),
        (("0.5 mg/kg iv",), "weight"),
    ],
)
def test_bad_input_is_one_sentence(
    flags: tuple[str, ...], words_of_it: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(("safety", "detect", *flags)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert words_of_it in err


def test_a_number_that_is_none_is_refused() -> None:
    for cutoff in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(InputError, match="above zero"):
            detection(None, cutoff=cutoff)


def test_the_doors_say_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("safety", "detect", "50 mg iv", "--weight", "70kg", "--matrix", "blood", "--cutoff", "1ng/mL")
    page = tmp_path / "detect.html"
    assert run((*asked, "--report", str(page))) == 0
    text = capsys.readouterr().out
    assert run((*asked, "--json")) == 0
    body = json.loads(capsys.readouterr().out)
    assert (body["schema"], body["question"]) == ("ketsim.safety/1", "detect")
    kinds = {row["kind"] for row in body["windows"]}
    assert kinds == {"data", "simulated"}
    for row in body["windows"]:
        assert {"matrix", "analyte", "assay", "cutoff", "low_h", "high_h", "population", "certainty", "sources"} <= set(
            row
        )
    html = page.read_text(encoding="utf-8")
    for said in (text, html):
        for sentence in ALWAYS:
            assert sentence in said.replace("\u00a0", " ")
