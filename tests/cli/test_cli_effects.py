"""``ketsim effects``: every effect is listed, and every number of one can be followed to its table and page."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ketsim.cli.app import run
from ketsim.effects.planned import numbers_of
from ketsim.evidence import catalog, load_source, responses

ENTRIES = catalog().effects
EFFECTS = sorted({entry.effect for entry in ENTRIES})


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    status = run(arguments)
    out, err = capsys.readouterr()
    assert (status, err) == (0, "")
    return out


def body(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    found = json.loads(printed(capsys, "effects", *arguments, "--json"))
    assert next(iter(found)) == "schema"
    assert found["schema"] == "ketsim.effects/1"
    assert found["version"]
    return dict(found)


def test_every_entry_is_listed_with_its_status(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, "effects")
    for entry in ENTRIES:
        (line,) = [row for row in out.splitlines() if f" {entry.key} " in row]
        assert line.split()[0] == entry.effect
        assert f" {entry.status} " in line
        assert entry.label in line
        assert entry.because is None or entry.because in line
    listed = {row["key"]: row for row in body(capsys)["effects"]}
    assert listed.keys() == {entry.key for entry in ENTRIES}
    assert listed["Olofsen2022-perception"]["certainty"] == "very low"
    assert listed["Olofsen2022-perception"]["driven_by"]["analytes"] == ["s_ketamine"]
    assert listed["Langsjo2005-pressure"]["unit"] == "mmHg"
    assert "high" not in listed["Langsjo2005-pressure"]
    assert "unit" not in listed["Haile2014-bdnf"]


@pytest.mark.parametrize("name", EFFECTS)
def test_an_effect_shows_its_equation_and_every_number(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, "effects", name)
    found = body(capsys, name)
    assert found["effect"] == name
    assert {entry["key"] for entry in found["entries"]} == {entry.key for entry in ENTRIES if entry.effect == name}
    for entry in found["entries"]:
        spec = load_source(entry["source"]).effect(entry["key"])
        numbers = numbers_of(spec)
        assert [p["parameter"] for p in entry["parameters"]] == list(numbers)
        for parameter, value in numbers.items():
            assert f"{value.source}, {value.where.at}" in out
            shown = next(p for p in entry["parameters"] if p["parameter"] == parameter)
            assert shown["number"] == value.number
            assert {"unit", "where", "provenance", "certainty", "source", "name"} <= set(shown)
        for text in spec.assumed:
            assert text in out
        assert entry["assumed"] == list(spec.assumed)
        assert spec.status == "record" or entry["equation"]
        if spec.drive is not None:
            assert set(entry["after"]) == {"ketamine", "esketamine", "arketamine"}
    measured = [row for row in responses() if row.effect == name]
    for row in measured:
        assert row.where.at in out
        assert row.misfit is None or row.misfit in out
    assert {row["id"] for row in found["entries"][0]["measured"]} == {row.id for row in measured}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.key)
def test_one_entry_by_its_key(entry: Any, capsys: pytest.CaptureFixture[str]) -> None:
    found = body(capsys, entry.key)
    assert [e["key"] for e in found["entries"]] == [entry.key]
    out = printed(capsys, "effects", entry.key)
    assert entry.label in out
    assert load_source(entry.source).reference.read in out


def test_what_each_form_of_the_drug_does_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    (entry,) = body(capsys, "Olofsen2022-perception")["entries"]
    assert entry["after"] == {
        "ketamine": "as it is where the model gives S-ketamine, else times 0.5",
        "esketamine": "as it is",
        "arketamine": "no",
    }
    (racemate,) = body(capsys, "Schuttler1987-racemate")["entries"]
    assert racemate["after"]["esketamine"] == "no, Schuttler1987-s is for it"
    (sedation,) = body(capsys, "Herd2008-sedation")["entries"]
    assert sedation["after"]["esketamine"] == "times 2"


def test_an_unknown_name_is_told_its_neighbours(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("dissociatoin", "../x", "", "x" * 5_000):
        assert run(["effects", name]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.count("\n") == 1
        assert err.startswith("there is no effect")
        if name == "dissociatoin":
            assert "'dissociation'" in err


@pytest.mark.parametrize("source", sorted({entry.source for entry in ENTRIES} | {row.source for row in responses()}))
def test_a_source_says_how_many_effects_were_taken_from_it(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    found, out = load_source(source), printed(capsys, "sources", source)
    for count, what in ((len(found.effects), "effect"), (len(found.responses), "measured effect")):
        assert not count or f"{count} {what}{'s' if count > 1 else ''}" in out
    for spec in found.effects:
        assert f"{spec.key}: {spec.label}" in out
    for row in found.responses:
        assert row.where.at in out
