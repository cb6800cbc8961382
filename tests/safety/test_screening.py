"""The checklist: what is not answered is never clear, labels that disagree are both told, the worst verdict counts."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketsim.cli.app import run
from ketsim.errors import InputError
from ketsim.evidence import fact
from ketsim.report.safety_page import answer_page
from ketsim.safety.screening import read_pressure, screen
from ketsim.safety.screening_book import PRODUCTS, SETTINGS, VERDICTS, checklist

NAMES = tuple(item.id for item in checklist().items)


def verdicts(answers, **how):
    return {row["id"]: row["verdict"] for row in screen(answers, **how).data["items"]}


def test_nothing_answered_is_nothing_clear():
    for product in PRODUCTS:
        for setting in SETTINGS:
            assert set(verdicts({}, product=product, setting=setting).values()) == {"not answered"}


@given(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(("yes", "no"))), st.sampled_from(PRODUCTS))
def test_clear_only_after_a_no(answers, product):
    found = verdicts(answers, product=product)
    for name in NAMES:
        assert (found[name] == "clear") == (answers.get(name) == "no")
        assert (found[name] == "not answered") == (name not in answers)


@given(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(("yes", "no"))), st.sampled_from(NAMES))
def test_a_further_yes_never_makes_it_milder(answers, name):
    before = screen({**answers, name: "no"}).data["verdict"]
    after = screen({**answers, name: "yes"}).data["verdict"]
    assert VERDICTS.index(after) >= VERDICTS.index(before)


def test_every_yes_is_judged_for_every_product_and_setting():
    for product in PRODUCTS:
        for setting in SETTINGS:
            found = screen(dict.fromkeys(NAMES, "yes"), product=product, setting=setting).data["items"]
            for row in found[1:]:
                assert row["verdict"] in ("caution", "exclusion", "contraindicated")
                assert row["says"], row["id"]
                assert all(said["certainty"] and said["sources"] and said["facts"] for said in row["says"])
                assert row["verdict"] == max((s["verdict"] for s in row["says"]), key=VERDICTS.index)


@pytest.mark.parametrize("name", ["aneurysm", "AVM", "intracerebral haemorrhage", "hypersensitivity"])
def test_the_label_of_nasal_esketamine_forbids(name):
    row = next(r for r in screen({name: "yes"}).data["items"] if r["answer"] == "yes")
    assert row["verdict"] == "contraindicated"
    assert "PD184" in row["says"][0]["facts"]


def test_history_of_substance_use_is_a_caution_in_care_and_an_exclusion_in_a_trial():
    assert verdicts({"substance use": "yes"}, setting="care")["substance-use"] == "caution"
    assert verdicts({"substance use": "yes"}, setting="trial")["substance-use"] == "exclusion"


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        ("120/80", "clear"),
        ("140/90", "clear"),
        ("141/80", "caution"),
        ("130/91", "caution"),
        ("150/95", "caution"),
        ("180/100", "caution"),
        ("181/95", "contraindicated"),
        ("150/101 mmHg", "contraindicated"),
    ],
)
def test_blood_pressure(reading, expected):
    for product in PRODUCTS:
        assert verdicts({"blood-pressure": reading}, product=product)["blood-pressure"] == expected


def test_the_limits_are_those_of_their_facts():
    for limit in checklist().pressure.limits:
        systolic, diastolic = (fact(name) for name in limit.facts)
        assert (systolic.number, diastolic.number) == (limit.systolic, limit.diastolic)


def test_labels_that_disagree_are_both_told():
    said = [s["text"] for s in screen({"blood pressure": "190/110", "bp": "190/110"}).data["items"][0]["says"]]
    assert any("United States" in text for text in said)
    assert any("Swiss" in text for text in said)
    head = next(r for r in screen({"head injury": "yes"}, product="ketamine").data["items"] if r["id"] == "head")
    assert any("Sources disagree" in s["text"] for s in head["says"])


def test_two_sections_and_what_was_not_answered():
    headings = [s.heading for s in screen({"aneurysm": "yes", "pregnant": "yes", "stroke": "no"}).sections]
    assert headings == ["What stops it", "What needs care", "Not answered yet: ask", "Answered, nothing found"]


def test_every_fact_exists():
    for item in (*checklist().items, checklist().pressure):
        for said in item.says if hasattr(item, "says") else item.limits:
            for name in said.facts:
                assert fact(name).text


@pytest.mark.parametrize("name", ["opioids", "suicidal thoughts", "psychosis", "chest pain", "cannot pee"])
def test_a_red_flag_comes_first_in_every_face(name, capsys):
    answer = screen({name: "yes"})
    call = answer.alarms[0].call
    assert run(["safety", "screen", "--has", name]) == 0
    assert capsys.readouterr().out.startswith(call)
    assert run(["safety", "screen", "--has", name, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["alarms"][0]["call"] == call
    page = answer_page(answer)
    body = page[page.index("<body") :]
    assert body.index('class="alarm"') < body.index("<h1")


def test_the_command_line(capsys):
    said = ["--product", "esketamine", "--setting", "trial", "--bp", "150/95", "--has", "aneurysm"]
    assert run(["safety", "screen", *said, "--has", "substance use", "--not", "pregnancy", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    found = {row["id"]: row["verdict"] for row in told["items"]}
    assert (told["product"], told["setting"], told["verdict"]) == ("esketamine nasal", "trial", "contraindicated")
    assert found["blood-vessels"] == "contraindicated"
    assert found["substance-use"] == "exclusion"
    assert found["blood-pressure"] == "caution"
    assert found["pregnancy"] == "clear"
    assert found["stroke"] == "not answered"


def test_the_list_of_questions(capsys):
    assert run(["safety", "screen", "--list", "--json"]) == 0
    asked = json.loads(capsys.readouterr().out)["items"]
    assert [row["id"] for row in asked] == [name for name, _ in checklist().questions]
    assert run(["safety", "screen", "--list"]) == 0
    assert "aneurysm" in capsys.readouterr().out


@pytest.mark.parametrize(
    "line",
    [
        ["--bp", "high"],
        ["--bp", "95/150"],
        ["--bp", "999/10"],
        ["--has", "blah"],
        ["--has", ""],
        ["--has", "aneurism"],
        ["--not", "chest pain"],
        ["--has", "stroke", "--not", "stroke"],
        ["--has", "stroke", "--not", "cva"],
        ["--product", "aspirin"],
        ["--setting", "moon"],
    ],
)
def test_bad_input_is_one_sentence(line, capsys):
    assert run(["safety", "screen", *line]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert told.err.rstrip().endswith((".", "?"))


def test_an_answer_is_yes_or_no():
    with pytest.raises(InputError, match="yes or no"):
        screen({"stroke": "perhaps"})
    assert read_pressure(" 150 / 95 mmHg ") == (150, 95)
