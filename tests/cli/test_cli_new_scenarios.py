"""The ready scenarios: each is written with comments, read back, and runs as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ketsim import Scenario
from ketsim.cli.app import run
from ketsim.cli.new import templates
from ketsim.course.clinical import clinical_courses
from ketsim.dosing import parse_sentence
from ketsim.plan import make_plan

NAMES = ("daily-use-stop", "esketamine-label", "supervised-series", "taper", "treatment-and-relapse", "weekend-use")
#: Templates about use that nobody prescribed: what to do in danger stands among their first lines.
OF_USE = ("daily-use-stop", "taper", "treatment-and-relapse", "weekend-use")
#: A reading that each is about.
SHOWS = {
    "daily-use-stop": "withdrawal_mood",
    "esketamine-label": "madrs",
    "supervised-series": "boosters",
    "taper": "withdrawal",
    "treatment-and-relapse": "relapse_free",
    "weekend-use": "amount_per_week",
}


def test_there_are_the_six_that_are_promised():
    assert tuple(template.stem for template in templates()) == NAMES
    assert set(SHOWS) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_ready_scenario_is_written_and_runs_as_it_is(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["new", "scenario", name]) == 0
    assert f"ketsim simulate {name}.yaml" in capsys.readouterr().out
    written = (tmp_path / f"{name}.yaml").read_text()
    assert "NAME" not in written
    assert written.count("#") > 5
    assert run(["simulate", f"{name}.yaml", "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert SHOWS[name] in {output["name"] for output in body["outputs"]}
    assert any(alarm["signs"] for alarm in body["alarms"]) == (name in OF_USE)
    for output in body["outputs"]:
        assert output["certainty"] in ("very low", "low", "moderate", "high")


@pytest.mark.parametrize("course", clinical_courses(), ids=lambda course: course.key)
def test_a_clinical_course_is_written_by_its_name_and_read_back(course, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["new", "scenario", course.key]) == 0
    assert "NAME" not in (tmp_path / f"{course.key}.yaml").read_text()
    scenario = Scenario.from_yaml(tmp_path / f"{course.key}.yaml")
    assert scenario.regimen == parse_sentence(course.dose)
    assert scenario.background == course.background or course.background is None
    assert scenario.name == course.key
    plan = make_plan(scenario.with_(effects=["none"]))
    assert plan.course is not None
    assert "madrs" in plan.course.wanted
    assert all(alarm.kind != "long_use" for alarm in plan.alarms)


@pytest.mark.parametrize("name", OF_USE)
def test_a_scenario_of_use_says_first_what_to_do_in_danger(name):
    (template,) = [found for found in templates() if found.stem == name]
    opening = "\n".join(template.read_text().splitlines()[:6])
    assert "call 911" in opening
    assert "988" in opening
    for sign in ("blood in", "yellow eyes or skin", "chest pain", "beliefs that nobody shares"):
        assert sign in opening.replace("\n# ", " ")


def test_a_taper_prints_percent_and_no_amount_behind_the_last_full_dose(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["new", "scenario", "taper"]) == 0
    shorter = (tmp_path / "taper.yaml").read_text().replace("26 weeks", "6 weeks").replace("38wk", "12wk")
    (tmp_path / "taper.yaml").write_text(shorter)
    capsys.readouterr()
    assert run(["simulate", "taper.yaml", "--dose-table"]) == 0
    shown = capsys.readouterr().out
    doses = shown[shown.index("\nDoses\n") : shown.index("\nAssumed\n")]
    assert doses.count("1000 mg") + doses.count("1,000 mg") >= 40
    tapered = [line for line in doses.splitlines() if "%" in line]
    assert tapered
    assert all(" mg" not in line for line in tapered)


def test_any_other_name_gives_the_plain_one_and_like_a_ready_one(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["new", "scenario", "mine"]) == 0
    assert Scenario.from_yaml(tmp_path / "mine.yaml").taper is None
    assert run(["new", "scenario", "yours", "--like", "taper"]) == 0
    assert Scenario.from_yaml(tmp_path / "yours.yaml").taper == 28 * 24.0
    capsys.readouterr()
    assert run(["new", "scenario", "--list"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in NAMES)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("scenario", "tapre"), "did you mean 'taper'"),
        (("scenario", "mine", "--like", "nothing"), "there are daily-use-stop, esketamine-label"),
        (("scenario",), "name is missing"),
        (("source", "Author2026", "--like", "taper"), "belong to scenarios"),
    ],
)
def test_a_slip_is_asked_back_and_nothing_is_written(line, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["new", *line]) == 2
    assert said in capsys.readouterr().err
    assert list(Path(tmp_path).iterdir()) == []
