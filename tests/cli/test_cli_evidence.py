"""From any output to the number behind it: models, sources, gaps, validation, and templates for new ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ketsim import catalog, gaps, load_source
from ketsim.cli.app import run

MODELS = [model.key for model in catalog().models]
SOURCES = [source.key for source in catalog().sources]


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    status = run(arguments)
    out, err = capsys.readouterr()
    assert (status, err) == (0, "")
    return out


def body(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    found = json.loads(printed(capsys, *arguments, "--json"))
    assert found["schema"] == f"ketsim.{arguments[0]}/1"
    assert found["version"]
    return dict(found)


def test_every_model_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    rows = {line.split()[0]: line for line in printed(capsys, "models").splitlines() if line}
    assert set(MODELS) <= set(rows)
    assert "arterial" in rows["Kamp2020"]
    assert "shipped" in rows["Kamp2020"]
    assert [model["key"] for model in body(capsys, "models")["models"]] == MODELS


@pytest.mark.parametrize("key", MODELS)
def test_where_every_number_of_a_model_comes_from(key: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = body(capsys, "models", key)["model"]
    source = load_source(found["source"])
    spec = source.model(key)
    own = source.values_of(spec)
    assert {p["name"] for p in found["parameters"] if p["source"] == source.key} == set(own)
    for number in found["parameters"]:
        assert {"name", "unit", "where", "provenance", "certainty", "source"} <= set(number)
        assert number["where"]["at"]
    out = printed(capsys, "models", key)
    for value in own.values():
        assert value.where.at in out


def test_the_clearance_behind_an_output_in_one_step(capsys: pytest.CaptureFixture[str]) -> None:
    simulated = body(capsys, "simulate", "0.5 mg/kg iv over 40 min", "--weight", "70kg")["outputs"][0]
    out = printed(capsys, "models", simulated["model"])
    (row,) = [line for line in out.splitlines() if line.startswith("cl ")]
    cl = load_source(simulated["sources"][0]).values["cl"]
    for words in (f"{cl.number:g}", cl.unit, cl.where.at, str(cl.provenance), str(cl.certainty)):
        assert words in row
    assert "https://" in out


@pytest.mark.parametrize("key", SOURCES)
def test_every_source_can_be_read(key: str, capsys: pytest.CaptureFixture[str]) -> None:
    source = load_source(key)
    assert body(capsys, "sources", key)["source"]["source"]["title"] == source.reference.title
    out = printed(capsys, "sources", key)
    assert source.reference.title.rstrip(".") in out
    for row in source.observed:
        assert row.where.at in out
    for gap in source.gaps:
        assert gap.text in out
    entry = printed(capsys, "sources", key, "--bibtex")
    assert entry.startswith("@")
    assert f"{{{key}," in entry


def test_all_sources(capsys: pytest.CaptureFixture[str]) -> None:
    listed = {line.split()[0] for line in printed(capsys, "sources").splitlines() if line}
    assert set(SOURCES) <= listed
    assert [source["key"] for source in body(capsys, "sources")["sources"]] == SOURCES
    entries = printed(capsys, "sources", "--bibtex")
    assert entries.count("\n@") + 1 == len(SOURCES)
    assert body(capsys, "sources", "--bibtex")["bibtex"] == entries


def test_all_gaps(capsys: pytest.CaptureFixture[str]) -> None:
    found = body(capsys, "gaps")["gaps"]
    assert [gap["id"] for gap in found] == [gap.id for gap in gaps()]
    out = printed(capsys, "gaps")
    assert all(gap["text"] in out for gap in found)
    assert f"{len(found)} open." in out


@pytest.mark.parametrize("verb", ["models", "sources"])
def test_an_unknown_key_is_told_its_neighbours(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    for key in ("Kamp202", "../Kamp2020", "/etc/passwd", "", "x" * 5_000):
        assert run([verb, key]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.count("\n") == 1
        if key == "Kamp202":
            assert "Kamp2020" in err


def test_predicted_against_observed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = body(capsys, "validate")
    rows = found["rows"]
    assert len(rows) == sum(source.observed for source in catalog().sources)
    assert all((row["predicted"] is None) == bool(row["reason"]) for row in rows)
    page = tmp_path / "validation.html"
    out = printed(capsys, "validate", "--report", str(page))
    for row in rows:
        if row["fold"] is not None and row["fold"] > 2:
            assert row["id"] in out
    assert rows[0]["id"] in page.read_text(encoding="utf-8")


def test_a_new_scenario_runs_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "ketsim simulate trip.yaml" in printed(capsys, "new", "scenario", "trip")
    assert body(capsys, "simulate", "trip.yaml")["scenario"]["weight"] == 70.0
    switched_on = _switched_on((tmp_path / "trip.yaml").read_text())
    (tmp_path / "all.yaml").write_text(switched_on.replace("population: 1000", "population: 10"))
    scenario = body(capsys, "simulate", "all.yaml")["scenario"]
    assert {"age", "sex", "height", "population", "models", "seed", "until", "at"} <= set(scenario)
    assert run(["new", "scenario", "trip"]) == 2
    assert "there already" in capsys.readouterr().err


def test_a_new_source_is_one_that_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "make index" in printed(capsys, "new", "source", "Author2026")
    assert load_source(tmp_path / "Author2026.yaml").key == "Author2026"


@pytest.mark.parametrize("name", ["../Author2026", "Author2026/x", "", "Ünal2026", "2026"])
def test_a_new_source_needs_a_name(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["new", "source", name]) == 2
    assert "first author and year" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def _switched_on(template: str) -> str:
    """A template with its switched-off lines on: a "#" before a key, an item or something indented goes away."""
    lines = []
    for line in template.splitlines():
        off = line.lstrip().removeprefix("# ")
        example = off != line.lstrip() and (off.startswith((" ", "- ")) or off.split(" ")[0].endswith(":"))
        lines.append(line.replace("# ", "", 1) if example else line)
    return "\n".join(lines) + "\n"
