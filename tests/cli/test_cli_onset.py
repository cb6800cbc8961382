"""``ketsim onset``: published beside simulated, in text and in JSON, with what must be said first."""

from __future__ import annotations

import json

import pytest

from ketsim.cli.app import run
from ketsim.onset import by_route, routes


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    status = run(["onset", *arguments])
    out, err = capsys.readouterr()
    assert (status, err) == (0, "")
    return out


def test_all_routes_in_text(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys)
    assert out.startswith("Seek care now")
    for way in by_route().ways:
        for fact in way.stated:
            assert fact.text.rstrip(".") in out
        for row in way.measured:
            assert f"({row.row.source}, {row.row.data_type}, {row.row.certainty} certainty)" in out
    assert "Simulated: not known, no model answers esketamine by the sc route" in out
    assert "Anaesthesia: 2 mg/kg iv over 1 min" in out
    for key in ("Kamp2020 (taken unasked)", "Domino1984", "Otto2021"):
        assert key in out


@pytest.mark.parametrize("route", routes())
def test_one_route_in_json(route: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(printed(capsys, route, "--json"))
    assert list(found)[:2] == ["schema", "alarms"]
    assert found["schema"] == "ketsim.onset/1"
    assert {way["route"] for way in found["routes"]} == {route}
    assert found["notice"]


@pytest.mark.parametrize("route", ["smoked", "sc", "rectal", "inhaled"])
def test_where_nothing_is_sourced_it_says_so(route: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, route)
    assert "Not known" in out
    assert "What was looked for" in out
    assert "was not found" in out


def test_an_unknown_route_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["onset", "nasl"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "there is no route 'nasl'; did you mean 'nasal'?\n"
