"""The command: text with alarms first, JSON, the list, and slips that end with one sentence and status 2."""

import json

import pytest

from ketsim.cli.app import run


def test_text_leads_with_help_in_danger(capsys):
    assert run(["answer", "blood in my urine after ket"]) == 0
    out = capsys.readouterr().out
    assert out.index("Seek care now") < out.index("blood in my urine after ket")


def test_text_shows_numbers_certainty_and_sources(capsys):
    assert run(["answer", "is ketamine addictive?"]) == 0
    out = capsys.readouterr().out
    for said in ("17 %", "Certainty: low", "ketsim sources Winstock2012", "988"):
        assert said in out


def test_json_is_one_object(capsys):
    assert run(["answer", "when does withdrawal peak?", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["observable"] == "withdrawal.peak_time_h"
    assert "withdrawal.peak_time" in found["also"]
    assert found["simulated"]


def test_the_list_names_every_topic(capsys):
    assert run(["answer", "--list"]) == 0
    out = capsys.readouterr().out
    assert "Withdrawal" in out
    assert "withdrawal.peak_time_h" in out


def test_the_list_as_json(capsys):
    assert run(["answer", "--list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["observables"]
    assert len(rows) >= 150
    assert all(row["definition"] and len(row["asks"]) >= 3 for row in rows)


@pytest.mark.parametrize("arguments", [["answer"], ["answer", ""], ["answer", "?!"], ["answer", "x" * 5_000]])
def test_a_slip_is_one_sentence_and_status_2(arguments, capsys):
    assert run(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1


def test_not_known_is_an_answer(capsys):
    assert run(["answer", "what is the capital of france?"]) == 0
    assert "I don't know that." in capsys.readouterr().out
