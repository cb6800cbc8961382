"""What ``ketsim simulate`` prints of effects: one row each, what stands beside them, which of them are asked for."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from ketsim.cli.app import run
from ketsim.evidence import catalog

DOSE = "0.5 mg/kg iv over 40 min"
ONE = ("simulate", DOSE, "--weight", "70kg")


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    status = run(arguments)
    out, err = capsys.readouterr()
    assert (status, err) == (0, "")
    return out


def outputs(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(printed(capsys, *arguments, "--json"))["outputs"]
    return found


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err


def table(out: str) -> dict[str, list[str]]:
    """Entry -> cells of its row in the table of effects."""
    lines = out[out.index("\nEffects\n") :].splitlines()[2:]
    rows = [re.split(r" {2,}", line) for line in lines[: next(i for i, s in enumerate(lines) if s.startswith("Onset"))]]
    assert rows[0][:4] == ["effect", "entry", "driven by", "baseline"]
    return {row[1]: row for row in rows[1:]}


def section(out: str, heading: str) -> list[str]:
    """The points under a heading."""
    _, _, rest = out.partition(f"\n{heading}\n")
    return [line.removeprefix("  - ") for line in rest.split("\n\n")[0].splitlines()]


def test_every_effect_that_moves_has_one_row(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, *ONE, "--at", "40min,2h")
    rows = table(out)
    for output in outputs(capsys, *ONE, "--at", "40min,2h"):
        if output["kind"] != "effect":
            continue
        if output["model"] not in rows:
            assert output["label"] in next(s for s in out.splitlines() if s.startswith("Stay at baseline"))
            assert abs(output["measures"]["change_at_peak"]) < 0.05 * output["level"]
            continue
        row = rows[output["model"]]
        assert row[0] == output["name"]
        assert row[2] == output["driver"]
        assert row[-1] == output["certainty"]
        assert float(row[-2]) == pytest.approx(output["values"][1]["value"], rel=5e-3, abs=5e-4)
        assert row[4].startswith(f"{output['measures']['peak']:.3g}")
    assert "at 40 min" in out
    assert "at 2 h" in out


def test_the_rise_of_blood_pressure_stands_beside_what_studies_disagree_on(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, *ONE)
    change = table(out)["Langsjo2005-pressure"][5]
    assert 5.0 <= float(change) <= 12.0
    assert change.startswith("+")
    measured = section(out, "Measured after such a dose")
    rises = [s for s in measured if s.startswith("mean arterial pressure, change")]
    assert {re.search(r"\((\w+); certainty", s)[1] for s in rises} == {  # type: ignore[index]
        *("RepeatedInfusions741", "RivaPosse2018", "Vankawala2021"),
    }
    assert any("Sources disagree on the mean rise" in s for s in section(out, "Assumed"))


def test_the_range_over_published_models_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, *ONE)
    heading = next(s for s in out.splitlines() if s.startswith("Highest concentration over "))
    low, high = re.search(r"over \d published models: ([\d,]+) to ([\d,]+) ng/mL", heading).groups()  # type: ignore[union-attr]
    assert (int(low), int(high)) == (158, 289)
    assert "Otto2021 (used)" in out
    assert "surgical concentration" not in out
    assert "Highest concentration over" not in printed(capsys, *ONE, "--model", "Kamp2020")


def test_anaesthesia_is_said_in_minutes_beside_the_label_and_the_other_models(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = printed(capsys, "simulate", "2 mg/kg iv over 1 min", "--weight", "70kg")
    assert out.startswith("Seek care now: call 911")
    surgical = float(re.search(r"Idvall1979-stages: surgical for ([\d.]+) min", out)[1])  # type: ignore[index]
    waking = float(re.search(r"the concentration of waking is reached after ([\d.]+) min", out)[1])  # type: ignore[index]
    assert 5.0 <= surgical <= 10.0
    assert 15.0 <= waking <= 30.0
    assert any("Model Kamp2020: the stages of anaesthesia are read from it" in s for s in section(out, "Assumed"))
    assert any(s.startswith("anaesthesia stage, surgical duration: 5 to 10 min") and "KetalarUS" in s
               for s in section(out, "Measured after such a dose"))  # fmt: skip
    assert "above the surgical concentration" in out
    assert "not reached" in out


def test_an_alarm_is_the_first_thing_printed(capsys: pytest.CaptureFixture[str]) -> None:
    alone, drunk = (printed(capsys, *ONE, *more) for more in ((), ("--with", "alcohol")))
    first, second, *_ = drunk.splitlines()
    assert first.startswith("Seek care now: call 911")
    assert second.startswith("Ketamine with alcohol: ")
    assert "Seek care" not in alone
    numbers = slice(alone.index("highest (Cmax)"), alone.index("Assumed"))
    assert alone[numbers] in drunk
    (said,) = [s for s in section(drunk, "Mind") if "alcohol" in s]
    assert said.startswith("alcohol: no change of the concentrations by it is published")
    assert said.endswith('(ketsim safety combine "alcohol").')


@pytest.mark.parametrize("substance", ["alcohol", "heroin"])
def test_a_substance_without_kinetics_is_no_refusal(substance: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, *ONE, "--with", substance, "--effects", "none")
    assert out.startswith("Seek care now")
    assert "paracetamol" in refused(capsys, *ONE, "--with", "paracetamol")


def test_no_effects_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, *ONE, "--effects", "none")
    assert "\nEffects\n" not in out
    assert "Measured after such a dose" not in out
    assert "ketsim effects" not in out
    assert "Highest concentration over" in out
    assert {o["kind"] for o in outputs(capsys, *ONE, "--effects", "none")} == {"concentration"}


def names(found: list[dict[str, Any]]) -> set[str]:
    return {o["name"] for o in found if o["kind"] == "effect"}


def test_effects_are_asked_for_by_name_key_or_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert names(outputs(capsys, *ONE, "--effects", "heart_rate")) == {"heart_rate"}
    assert names(outputs(capsys, *ONE, "--effects", "heart_rate,cadss")) == {"heart_rate", "cadss"}
    assert names(outputs(capsys, *ONE, "--effects", "heart_rate", "--effects", "cadss")) == {"heart_rate", "cadss"}
    keyed = outputs(capsys, *ONE, "--effects", "Simons2022b-pain")
    assert [o["model"] for o in keyed if o["kind"] == "effect"] == ["Simons2022b-pain"]
    assert set(table(printed(capsys, *ONE, "--effects", "heart_rate"))) == {"Langsjo2005-pulse"}


def test_optional_effects_and_hypotheses_are_shown_only_when_named(capsys: pytest.CaptureFixture[str]) -> None:
    default = outputs(capsys, *ONE)
    silent = {e.key for e in catalog().effects if e.status != "shipped"}
    assert not silent & {o["model"] for o in default}
    more = outputs(capsys, *ONE, "--effects", "default,dopamine_release")
    assert names(more) == names(default) | {"dopamine_release"}
    (hypothesis,) = {o["label"] for o in more if o["name"] == "dopamine_release"}
    assert "hypothesis" in hypothesis


def test_an_effect_without_numbers_is_answered_with_what_was_looked_for(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, *ONE, "--effects", "bdnf")
    (said,) = section(out, "Not known")
    assert said.startswith("Haile2014-bdnf: ")
    assert len(said) > len("Haile2014-bdnf: ") + 10


def test_effects_that_belong_to_another_substance_are_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    said = section(printed(capsys, "simulate", "20 mg arketamine iv over 40 min", "--weight", "70kg"), "Not known")
    assert any("arketamine is another substance" in s for s in said)
    child = section(printed(capsys, "simulate", "1 mg/kg iv", "--weight", "20kg", "--age", "6y"), "Not known")
    assert any("from 18 years, and 6 years is outside" in s for s in child)


@pytest.mark.parametrize(
    ("asked", "words"),
    [("xyz", "ketsim effects lists them"), ("cads", "did you mean 'cadss'?"), ("heart_rate,cads", "'cads'")],
)
def test_an_unknown_effect_is_refused_with_the_nearest(
    asked: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert words in refused(capsys, *ONE, "--effects", asked)


def test_over_people_a_cell_is_a_median_with_its_range(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, "simulate", DOSE, "--population", "30", "--at", "40min")
    row = table(out)["Langsjo2005-pressure"]
    assert re.fullmatch(r"[\d.]+ \([\d.]+–[\d.]+\) mmHg", row[4])
    assert re.fullmatch(r"\+[\d.]+ \(\+[\d.]+–\+[\d.]+\)", row[5])
    assert re.fullmatch(r"[\d.]+ \([\d.]+–[\d.]+\)", row[-2])


def test_a_covariate_that_is_off_by_default_is_switched_on_by_option(capsys: pytest.CaptureFixture[str]) -> None:
    line = ("simulate", "28 mg esketamine nasal", "--weight", "60kg", "--ethnicity", "japanese", "--effects", "none")
    plain, switched = printed(capsys, *line), printed(capsys, *line, "--option", "asian")
    said = "PerezRuixo2021: the effect of asian on kel is switched on, off by default because"
    assert said not in plain
    assert any(s.startswith(said) for s in section(switched, "Assumed"))
    off, on = outputs(capsys, *line), outputs(capsys, *line, "--option", "asian")
    assert on[0]["measures"]["auc_inf"] != off[0]["measures"]["auc_inf"]
    assert "needs to know the ethnicity" in refused(capsys, "simulate", "28 mg esketamine nasal", "--option", "asian")
    assert "no option --effect (did you mean --effects?)" in refused(capsys, *line, "--effect", "asian")


def test_a_dose_in_milligrams_needs_no_weight(capsys: pytest.CaptureFixture[str]) -> None:
    line = ("simulate", "35 mg iv over 40 min")
    out = printed(capsys, *line)
    heading = next(s for s in out.splitlines() if s.startswith("Highest concentration over "))
    models = {o["model"] for o in json.loads(printed(capsys, *line, "--json"))["other_models"]}
    assert f"over {len(models)} published models" in heading
    assert "Ashraf2018" not in models  # it cannot be run without the weight, and is no reason to refuse the others
