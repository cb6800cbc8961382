"""Ketamine with another substance: danger first, no antidote, and no comfort for what is not known."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketsim.cli.app import run
from ketsim.errors import InputError
from ketsim.evidence import fact, load_source
from ketsim.kinetics.interactions import known_interactions
from ketsim.notice import public_help
from ketsim.report.safety_page import answer_page
from ketsim.safety import spiked_drink
from ketsim.safety.combinations import alarms_for, combination, recognised
from ketsim.safety.substances import checked_name, is_ketamine, rules

CALL = "Seek care now: call 911"
NAMES = [one.name for one in rules().substances]
DANGEROUS = [one.name for one in rules().substances if one.dangerous]
COMFORT = re.compile(
    r"\b(safe|safely|lethal|harmless|antidote (is|for ketamine)|reverses|protects (from|against))\b", re.I
)


def texts(names: list[str]) -> str:
    answer = combination(names)
    return json.dumps(answer.to_dict(), ensure_ascii=False) + answer_page(answer)


def test_every_fact_exists() -> None:
    spiked = spiked_drink.rules()
    named = [name for one in rules().substances for name in one.facts] + list(rules().deaths)
    named += [name for group in rules().groups.values() for name in group.known]
    named += [name for told in (*spiked.now, *spiked.tests) for name in told.facts]
    assert len(named) > 50
    for name in named:
        assert fact(name).text


def test_every_factor_is_a_row_of_a_source_and_every_medicine_of_the_sources_is_recognised() -> None:
    rows = {row.factor for row in known_interactions()}
    assert {factor for one in rules().substances for factor in one.factors} <= rows
    medicines = {row.factor for row in known_interactions() if "CYP" in row.category and "genotype" not in row.category}
    beside_genes = {name for name in medicines if not name.startswith(("CYP", "complete loss"))}
    covered = {factor for one in rules().substances for factor in one.factors}
    assert beside_genes <= covered


@pytest.mark.parametrize("name", NAMES)
def test_each_substance_says_why_what_is_known_what_to_do_and_what_is_not_known(name: str) -> None:
    answer = combination([name])
    assert answer.headline.startswith(f"Ketamine with {name}: ")
    assert answer.not_known
    headings = [section.heading for section in answer.sections]
    assert any(heading.endswith("what is known") for heading in headings)
    assert any(heading.endswith("what to do") for heading in headings)
    known = next(section for section in answer.sections if section.heading.endswith("what is known"))
    assert all(said.certainty and said.sources for said in known.statements)
    assert bool(answer.alarms) is (name in DANGEROUS)


def test_no_word_means_two_substances() -> None:
    for one in rules().substances:
        for word in (one.name, *one.synonyms):
            assert recognised(word) == one.name
            assert not is_ketamine(word)
            assert not spiked_drink.is_spiked_drink(word)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("Heroin", "opioids"),
        ("oxy-contin", "opioids"),
        ("  XANAX ", "benzodiazepines"),
        ("MAOIs", "MAO inhibitors"),
        ("St. John’s Wort", "St John's wort"),
        ("beer", "alcohol"),
        ("G", "GHB"),
        ("aminophylline", "theophylline"),
        ("sertraline", "SSRIs"),
        ("paint", None),
        ("", None),
        ("...", None),
    ],
)
def test_recognised(word: str, name: str | None) -> None:
    assert recognised(word) == name


def test_dangerous_ones_are_there() -> None:
    slow = {"alcohol", "opioids", "benzodiazepines", "GHB", "gabapentinoids", "sleeping pills and barbiturates"}
    assert set(DANGEROUS) == slow | {"cocaine", "amphetamines", "MDMA", "theophylline"}


def test_the_size_of_the_alcohol_interaction_is_not_known() -> None:
    answer = combination(["alcohol"])
    (about,) = [unknown for unknown in answer.not_known if "alcohol" in unknown.what]
    assert "How much alcohol adds" in about.what
    assert "human study" in about.looked_for
    assert any("27.3 %" in said.text for section in answer.sections for said in section.statements)
    assert any("ratios of mortality" in unknown.looked_for for unknown in answer.not_known)


def test_ketamine_is_never_shown_to_guard_the_breathing() -> None:
    answer = combination(["fentanyl"])
    (laboratory,) = [s for section in answer.sections for s in section.statements if "PD087" in s.facts]
    assert "protects nobody" in laboratory.text
    assert "coma and death" in laboratory.text
    assert fact("PD087").text not in texts(["fentanyl"])


def test_naloxone_undoes_nothing_of_ketamine() -> None:
    assert "does nothing against ketamine" in combination(["naloxone"]).headline


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4), st.sampled_from(DANGEROUS))
def test_adding_a_dangerous_substance_always_raises_the_alarm(names: list[str], more: str) -> None:
    assert len(alarms_for(names)) <= len(alarms_for([*names, more])) == 1
    assert more in alarms_for([*names, more])[0].because


@pytest.mark.parametrize("names", [[name] for name in NAMES] + [["alcohol", "cocaine"], ["paint"], ["spiked drink"]])
def test_nothing_comforts(names: list[str]) -> None:
    said = re.sub(r"There is no antidote[^.]*\.", "", texts(names))
    titles = " ".join(load_source(key).reference.title for key in combination(names).sources)
    hits = {hit.group().lower() for hit in COMFORT.finditer(said)}
    assert hits <= {hit.group().lower() for hit in COMFORT.finditer(titles)}


def test_an_unknown_substance_gets_an_answer_and_the_lines() -> None:
    answer = combination(["paint", "alcohol"])
    assert answer.data["not_in_the_list"] == ["paint"]
    assert "nothing in favour" in answer.headline
    alone = combination(["paint"])
    assert not alone.alarms
    assert alone.data["dangerous"] is False
    assert any("Poison Help" in said.text for section in alone.sections for said in section.statements)
    assert {line["number"] for line in alone.to_dict()["public_lines"]} >= {"911", "1-800-222-1222"}


def test_one_alarm_for_all_that_is_dangerous() -> None:
    (alarm,) = combination(["heroin", "wine", "coke"]).alarms
    assert "opioids and alcohol: together they can bring deep sedation" in alarm.because
    assert "cocaine: both drive up" in alarm.because
    assert alarms_for(()) == alarms_for(["ticlopidine", "paint"]) == ()


def test_what_substances_share_is_told_once() -> None:
    answer = combination(["alcohol", "opioids", "GHB"])
    said = [s.text for section in answer.sections for s in section.statements]
    assert len(said) == len(set(said))


@pytest.mark.parametrize(
    "names", [["alcohol"], ["heroin", "paint"], ["theophylline"], ["spiked drink"], ["spiked", "wine"]]
)
def test_the_emergency_text_comes_first_through_every_door(
    names: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page = tmp_path / "combine.html"
    assert run(("safety", "combine", *names, "--report", str(page))) == 0
    assert capsys.readouterr().out.startswith(CALL)
    html = page.read_text(encoding="utf-8")
    body = html.index("<body")
    assert html.index('class="alarm"', body) < min(html.index("<h1", body), html.index("<nav", body))
    assert run(("safety", "combine", *names, "--json")) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found)[:2] == ["schema", "alarms"]
    assert found["alarms"][0]["call"].startswith(CALL)


def test_a_spiked_drink() -> None:
    answer = combination(["Spiked drink"])
    assert [section.heading for section in answer.sections] == ["Now", "Whom to call", "Which test, in which window"]
    said = " ".join(s.text for section in answer.sections for s in section.statements)
    for needed in ("emergency department", "urine", "911", "1-800-656-4673", "Poison Help", "120 h", "hair", "24 h"):
        assert needed in said
    assert all(line["read"] for line in answer.data["lines"])
    public = {line.who: line.number for line in public_help().lines}
    shared = [line for line in spiked_drink.rules().lines if line.who in public]
    assert [line.number for line in shared] == [public[line.who] for line in shared]
    assert len(shared) == 2
    assert len(combination(["spiked drink", "alcohol"]).alarms) == 2


@pytest.mark.parametrize("names", [(), ("",), ("...",), ("x" * 200,), ("ketamine",), ("42",)])
def test_bad_input_is_one_sentence(names: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("safety", "combine", *names)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.rstrip().endswith(".")


@given(st.text(max_size=100))
def test_any_text_gets_an_answer_or_a_sentence(text: str) -> None:
    assert recognised(text) is None or recognised(text) in NAMES
    refused = None
    try:
        said = checked_name(text)
    except InputError as error:
        refused = str(error)
    assert refused.endswith(".") if refused is not None else is_ketamine(said) or combination([said]).headline
