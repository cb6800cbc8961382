"""What the verbs print: for people and as JSON, and which scenario the flags make."""

from __future__ import annotations

import csv
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from ketsim import NumericsError, Scenario
from ketsim.cli.app import run
from ketsim.notice import NOTICE

DOSE = "0.5 mg/kg iv over 40 min"
KEYS = (
    *("schema", "alarms", "scenario", "outputs", "doses", "subjects", "stopped", "not_known", "widths"),
    *("assumptions", "warnings", "error_estimate", "notice", "other_models", "measured", "version"),
)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    status = run(arguments)
    out, err = capsys.readouterr()
    assert (status, err) == (0, "")
    return out


def body(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    def refuse(name: str) -> float:
        raise AssertionError(f"{name} is not JSON")

    found = json.loads(printed(capsys, *arguments, "--json"), parse_constant=refuse)
    assert isinstance(found, dict)
    assert found["schema"] == f"ketsim.{arguments[0]}/1"
    assert next(iter(found)) == "schema"
    assert found["version"]
    return found


def concentrations(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [output for output in found["outputs"] if output["kind"] == "concentration"]


def effects(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [output for output in found["outputs"] if output["kind"] == "effect"]


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err


def test_one_person_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, "simulate", DOSE, "--weight", "70kg", "--at", "40min,2h")
    assert out.splitlines()[0] == f"{DOSE}; one person of 70 kg; venous sampling."
    for words in (
        "ketamine",
        "norketamine",
        "Cmax",
        "[ng/mL]",
        "half-life [h]",
        "after 40 min",
        "certainty",
        "racemate",
    ):
        assert words in out
    assert "ketsim models " in out
    assert out.rstrip().endswith(NOTICE)
    assert all(line == line.rstrip() for line in out.splitlines())


def test_the_contract_for_one_person(capsys: pytest.CaptureFixture[str]) -> None:
    found = body(capsys, "simulate", DOSE, "--weight", "70kg", "--at", "40min,2h")
    assert tuple(found) == KEYS
    assert (found["alarms"], found["not_known"]) == ([], [])
    assert found["scenario"]["dose"] == DOSE
    assert found["scenario"]["weight"] == 70.0
    assert [output["name"] for output in concentrations(found)] == ["ketamine", "norketamine"]
    for output in found["outputs"]:
        assert {"name", "model", "kind", "unit", "certainty", "sources", "measures", "values"} <= set(output)
        assert output["certainty"] in {"high", "moderate", "low", "very low"}
        assert output["sources"]
        assert output["measures"].keys() == output["measure_units"].keys()
        assert [set(row) for row in output["values"]] == [{"time_h", "value"}] * 2
        assert [row["time_h"] for row in output["values"]] == pytest.approx([2 / 3, 2.0])
    for output in concentrations(found):
        assert output["unit"] == "ng/mL"
        assert set(output["measures"]) >= {"cmax", "tmax", "auc", "auc_inf", "half_life"}
        assert all(isinstance(value, float) for value in output["measures"].values())


def test_the_contract_for_effects(capsys: pytest.CaptureFixture[str]) -> None:
    found = body(capsys, "simulate", DOSE, "--weight", "70kg", "--at", "40min,2h")
    assert {"dissociation", "cadss", "drug_high", "analgesia", "sedation", "mean_arterial_pressure", "heart_rate"} <= {
        output["name"] for output in effects(found)
    }
    assert found["outputs"] == [*concentrations(found), *effects(found)]
    for output in effects(found):
        assert set(output["measures"]) >= {
            *("baseline", "onset", "peak", "change_at_peak", "time_of_peak", "duration", "area"),
        }
        assert all(value is None or isinstance(value, float) for value in output["measures"].values())
        assert isinstance(output["measures"]["peak"], float)
        assert output["measure_units"]["peak"] == output["unit"]
        assert output["driver"] in {"Otto2021", "Kamp2020", "Simons2022SR", "Herd2007"}
        assert output["level"] > 0
    pressure = next(o for o in effects(found) if o["name"] == "mean_arterial_pressure")
    assert pressure["unit"] == "mmHg"
    assert 5.0 <= pressure["measures"]["change_at_peak"] <= 12.0
    assert any(text.startswith("Langsjo2005-pressure: Sources disagree") for text in found["assumptions"])
    dissociation = next(o for o in effects(found) if o["name"] == "dissociation")
    assert dissociation["values"][1]["value"] <= 0.25 * dissociation["measures"]["peak"]


def test_what_stands_beside_a_result(capsys: pytest.CaptureFixture[str]) -> None:
    found = body(capsys, "simulate", DOSE, "--weight", "70kg")
    peaks = [other["highest_ng_per_ml"] for other in found["other_models"]]
    assert peaks == sorted(peaks)
    assert len(peaks) >= 5
    used = {other["model"]: other for other in found["other_models"] if other["used"]}
    assert used["Otto2021"]["highest_ng_per_ml"] == pytest.approx(found["outputs"][0]["measures"]["cmax"], rel=1e-3)
    assert {row["effect"] for row in found["measured"]} <= {output["name"] for output in effects(found)}
    assert {row["source"] for row in found["measured"]} >= {"Vankawala2021", "RivaPosse2018", "AanHetRot2010"}
    named = body(capsys, "simulate", DOSE, "--weight", "70kg", "--model", "Kamp2020", "--effects", "none")
    assert (named["other_models"], named["measured"]) == ([], [])


def test_an_alarm_stands_right_after_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    line = ("simulate", DOSE, "--weight", "70kg", "--at", "1h")
    alone, drunk = body(capsys, *line), body(capsys, *line, "--with", "alcohol")
    assert tuple(drunk) == KEYS
    (alarm,) = drunk["alarms"]
    assert alarm["call"].startswith("Seek care now: call 911")
    assert "Ketamine with alcohol" in alarm["because"]
    assert alarm["do"]
    assert alarm["lines"]
    assert drunk["outputs"] == alone["outputs"]  # nothing on its size is published, so no number moves
    (warning,) = [text for text in drunk["warnings"] if text not in alone["warnings"]]
    assert warning.startswith("alcohol: no change of the concentrations by it is published")
    assert 'ketsim safety combine "alcohol"' in warning


def test_what_was_asked_for_and_is_not_known_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    found = body(capsys, "simulate", DOSE, "--weight", "70kg", "--effects", "bdnf")
    assert [unknown["name"] for unknown in found["not_known"]] == ["Haile2014-bdnf"]
    assert found["not_known"][0]["because"]
    assert effects(found) == []
    child = body(capsys, "simulate", "1 mg/kg iv over 40 min", "--weight", "20kg", "--age", "6y")
    reasons = {unknown["name"]: unknown["because"] for unknown in child["not_known"]}
    assert "from 18 years" in reasons["cadss"]
    assert "cadss" not in {output["name"] for output in effects(child)}


def test_the_contract_for_a_population(capsys: pytest.CaptureFixture[str]) -> None:
    found = body(capsys, "simulate", DOSE, "--population", "50", "--seed", "3", "--at", "1h")
    assert found["scenario"]["population"] == 50
    for output in found["outputs"]:
        assert all(set(value) == {"low", "median", "high"} for value in output["measures"].values())
        (row,) = output["values"]
        assert set(row) == {"time_h", "low", "median", "high"}
        assert row["low"] <= row["median"] <= row["high"]
    for output in concentrations(found):
        (row,) = output["values"]
        assert 0 < row["low"] < row["median"] < row["high"]
    assert any(o["values"][0]["low"] < o["values"][0]["high"] for o in effects(found))
    again = body(capsys, "simulate", DOSE, "--population", "50", "--seed", "3", "--at", "1h")
    other = body(capsys, "simulate", DOSE, "--population", "50", "--seed", "4", "--at", "1h")
    assert again == found
    assert other["outputs"] != found["outputs"]


def test_a_population_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, "simulate", DOSE, "--population", "20")
    assert "20 people" in out
    assert "90 % of these people" in out
    assert "–" in out


def test_models_are_chosen_by_key(capsys: pytest.CaptureFixture[str]) -> None:
    once = body(capsys, "simulate", DOSE, "--weight", "70kg", "--model", "Kamp2020", "Clements1981")
    twice = body(capsys, "simulate", DOSE, "--weight", "70kg", "--model", "Kamp2020", "--model", "Clements1981")
    assert once == twice
    assert [o["model"] for o in concentrations(once)] == ["Kamp2020", "Clements1981"]
    assert {o["driver"] for o in effects(once)} <= {"Kamp2020", "Clements1981"}
    assert "Kamp2020" in refused(capsys, "simulate", DOSE, "--weight", "70kg", "--model", "Kamp202")


def test_sampling_chooses_the_model(capsys: pytest.CaptureFixture[str]) -> None:
    sites = {}
    for site in ("venous", "arterial"):
        found = body(capsys, "simulate", DOSE, "--weight", "70kg", "--sampling", site)
        sites[site] = {(o["model"], o["sampling"]) for o in concentrations(found)}
        assert {s for _, s in sites[site]} == {site}
    assert sites["venous"] != sites["arterial"]


def test_compare_puts_models_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    line = ("compare", "Kamp2020", "Otto2021", "--dose", DOSE, "--weight", "70kg")
    found = body(capsys, *line)
    assert {o["model"] for o in found["outputs"]} == {"Kamp2020", "Otto2021"}
    assert found["disagreement"]
    assert {row["model"] for row in found["table"]} == {"Kamp2020", "Otto2021"}
    out = printed(capsys, *line)
    assert "Where the models disagree" in out
    assert any("Kamp2020" in row and "Otto2021" in row for row in out.splitlines())
    assert "two models" in refused(capsys, "compare", "Kamp2020", "--dose", DOSE, "--weight", "70kg")


def test_the_dose_table(capsys: pytest.CaptureFixture[str]) -> None:
    line = ("simulate", "10 mg iv q12h x 3", "--weight", "70kg")
    out = printed(capsys, *line, "--dose-table")
    doses = out[out.index("Doses") : out.index("Assumed")]
    assert doses.count("10 mg ketamine iv") == 3
    assert "Doses" not in printed(capsys, *line)


def test_the_dose_table_tells_an_infusion_from_a_push_and_salt_from_base(capsys: pytest.CaptureFixture[str]) -> None:
    sentence = "0.3 mg/kg ketamine hydrochloride iv then 0.1 mg/kg/h for 24 h"
    out = printed(capsys, "simulate", sentence, "--weight", "70kg", "--dose-table")
    doses = [row.strip() for row in out[out.index("Doses") : out.index("Assumed")].splitlines()]
    assert "- 0 min: 0.3 mg/kg (21 mg) ketamine hydrochloride iv" in doses
    assert "- 0 min: 2.4 mg/kg (168 mg) ketamine hydrochloride iv over 24 h" in doses


def test_a_scenario_file_and_a_flag_that_wins_over_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "trip.yaml"
    path.write_text(f'dose: "{DOSE}"\nweight: 60 kg\nat: [30 min]\n')
    from_file = body(capsys, "simulate", str(path))
    from_flags = body(capsys, "simulate", DOSE, "--weight", "60kg", "--at", "30min")
    assert from_file == from_flags
    changed = body(capsys, "simulate", str(path), "--weight", "80kg")
    assert changed["scenario"]["weight"] == 80.0
    assert changed["scenario"]["at"] == from_file["scenario"]["at"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"dose: 10 mg iv\nweight: [70\n", ["bad.yaml:"]),
        (b"dose: 10 mg iv\nwieght: 70 kg\n", ["wieght"]),
        (b"weight: 70 kg\n", ["dose"]),
        (b"- a\n- list\n", ["bad.yaml"]),
        (b"", ["bad.yaml"]),
        (b"\x00\x01\xfe\xff" * 100, ["bad.yaml"]),
        (b"dose: 10 mg iv\nat: [-1 h]\n", ["-1"]),
        (b"dose: 10 mg iv\nuntil: .nan\n", ["until"]),
    ],
)
def test_a_broken_scenario_file(
    content: bytes, words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    err = refused(capsys, "simulate", str(path), "--out", str(tmp_path / "out"))
    for word in words:
        assert word in err
    assert os.listdir(tmp_path) == ["bad.yaml"]  # noqa: PTH208  (hidden names count)


def test_ten_megabytes_of_garbage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(os.urandom(1_000) * 10_000)
    assert "bad.yaml" in refused(capsys, "simulate", str(path))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((DOSE,), ["weight"]),
        (("84 mg nasal", "--weight", "70kg"), ["nasal"]),
        (("0.5 furlong iv", "--weight", "70kg"), ["furlong"]),
        ((DOSE, "--weight=-70kg"), ["weight"]),
        ((DOSE, "--weight", "70 h"), ["weight"]),
        ((DOSE, "--weight", "nan"), ["weight"]),
        ((DOSE, "--weight", "inf"), ["weight"]),
        ((DOSE, "--weight", "70kg", "--sex", "other"), ["sex"]),
        ((DOSE, "--weight", "70kg", "--sampling", "capillary"), ["sampling"]),
        ((DOSE, "--weight", "70kg", "--population", "0"), ["population"]),
        ((DOSE, "--weight", "70kg", "--seed=-1"), ["seed"]),
        ((DOSE, "--weight", "70kg", "--at=-1h"), ["at"]),
        ((DOSE, "--weight", "70kg", "--until", "0h"), ["until"]),
        ((DOSE, "--weight", "70kg", "--workers", "0"), ["workers"]),
        (("10 mg iv", "--model", "PerezRuixo2021x"), ["PerezRuixo2021"]),
        (("10 mg inhaled", "--weight", "70kg", "--model", "Kamp2020"), ["inhaled"]),
        (("10 mg iv", "--age", "5", "--model", "Otto2021"), ["age", "Otto2021"]),
        (("no/such/file.yaml",), ["no/such/file.yaml"]),
        (("x" * 10_000,), []),
        (("10 mg iv", "--report", "report.pdf"), ["report.pdf", ".html"]),
    ],
    ids=lambda value: " ".join(value)[:40],
)
def test_bad_input_for_a_simulation(
    arguments: tuple[str, ...],
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    err = refused(capsys, "simulate", *arguments, "--out", "out")
    for word in words:
        assert word in err
    assert os.listdir(tmp_path) == []  # noqa: PTH208  (hidden names count)


def test_a_file_that_is_no_scenario(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "scenario.txt"
    path.write_text("dose: 10 mg iv\n")
    assert ".yaml" in refused(capsys, "simulate", str(path))


def test_the_folder_of_a_result(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "a" / "b"
    said = body(capsys, "simulate", DOSE, "--weight", "70kg", "--at", "1h", "--out", str(out))
    assert sorted(os.listdir(out)) == [  # noqa: PTH208
        "curves.csv",
        "figure.png",
        "figure.svg",
        "measures.csv",
        "result.json",
    ]
    assert json.loads((out / "result.json").read_text()) == said
    with (out / "measures.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["measure"] for row in rows} >= {"cmax", "auc_inf"}
    cmax = next(row for row in rows if (row["output"], row["measure"]) == ("ketamine", "cmax"))
    assert float(cmax["value"]) == said["outputs"][0]["measures"]["cmax"]
    assert {row["output"] for row in rows} == {output["name"] for output in said["outputs"]}
    with (out / "curves.csv").open(newline="") as file:
        curves = list(csv.DictReader(file))
    assert {"output", "model", "unit", "time_h", "value"} <= set(curves[0])
    assert {(row["output"], row["unit"]) for row in curves} == {(o["name"], o["unit"]) for o in said["outputs"]}
    assert (out / "figure.svg").read_text().startswith("<svg")
    assert (out / "figure.png").read_bytes().startswith(b"\x89PNG")


def test_the_report_is_one_file_that_needs_no_network(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "report.html"
    printed(capsys, "simulate", DOSE, "--weight", "70kg", "--report", str(report))
    page = report.read_text(encoding="utf-8")
    assert page.lstrip().lower().startswith("<!doctype html")
    assert 'src="http' not in page
    assert os.listdir(tmp_path) == ["report.html"]  # noqa: PTH208


def test_a_place_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    line = ("simulate", DOSE, "--weight", "70kg")
    assert "cannot be written" in refused(capsys, *line, "--out", str(tmp_path / "file"))
    assert "cannot be written" in refused(capsys, *line, "--report", "/proc/none/report.html")
    assert os.listdir(tmp_path) == ["file"]  # noqa: PTH208


def test_nothing_is_written_when_the_numbers_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise NumericsError("relative error 1e-3 exceeds 1e-9")

    monkeypatch.setattr("ketsim.simulation.simulate", fail)
    assert run(["simulate", DOSE, "--weight", "70kg", "--out", str(tmp_path / "out")]) == 3
    assert capsys.readouterr().out == ""
    assert os.listdir(tmp_path) == []  # noqa: PTH208


def test_the_flags_and_python_make_the_same_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    found = body(
        capsys,
        *("simulate", "0.2 mg/kg esketamine oral", "--weight", "70kg", "--age", "30", "--sex", "female"),
        *("--height", "165cm", "--with", "ticlopidine", "--until", "2d", "--seed", "7"),
    )
    scenario = Scenario(
        "0.2 mg/kg esketamine oral",
        weight="70 kg",
        age="30 y",
        sex="female",
        height="165 cm",
        co_medication=("ticlopidine",),
        until="48 h",
        seed=7,
    )
    assert found["scenario"]["hash"] == scenario.hash


def keys_in(line: str) -> list[str]:
    """Every key of a line such as: models Otto2021 (and Kamp2020, Herd2007 and Simons2022)."""
    _, first, *rest = re.split(r"[ ,()]+", line)
    return [first, *(word for word in rest if word not in ("and", ""))]


def test_every_command_that_an_answer_names_shows_the_numbers_behind_it(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, "simulate", "0.5 mg/kg im", "--weight", "70kg")
    listed = out[out.index("Where every number comes from") :]
    lines = [line.strip().removeprefix("- ketsim ") for line in listed.splitlines() if "- ketsim " in line]
    commands = [(line.split()[0], key) for line in lines for key in keys_in(line)]
    assert {verb for verb, _ in commands} == {"models", "effects", "sources"}
    shown = "\n".join(printed(capsys, *command) for command in commands)
    simulated = body(capsys, "simulate", "0.5 mg/kg im", "--weight", "70kg")["outputs"]
    assert {o["model"] for o in simulated} <= {key for verb, key in commands if verb in ("models", "effects")}
    for number in {number for output in simulated for number in output["numbers"]}:
        name, place = number.split(" = ")[0], number.split(", ")[1].split(";")[0]
        assert name in shown
        assert place in shown
