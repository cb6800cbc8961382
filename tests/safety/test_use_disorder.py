"""Signs of a use disorder and the level of care: bands with their source, no diagnosis, what cannot wait first."""

from __future__ import annotations

import builtins
import io
import json
import sys
from itertools import combinations, pairwise

import pytest

from ketsim.cli.app import run
from ketsim.errors import InputError
from ketsim.evidence import fact
from ketsim.safety.level_of_care import LEVELS, level_of_care
from ketsim.safety.level_of_care import questions as questions_of_care
from ketsim.safety.use_disorder import questions, use_disorder
from ketsim.safety.use_disorder_book import use_disorder_book

SIGNS = [sign.id for sign in use_disorder_book().signs]
BANDS = {
    0: "none",
    1: "none",
    2: "mild",
    3: "mild",
    4: "moderate",
    5: "moderate",
    **dict.fromkeys(range(6, 12), "severe"),
}


def answers(there: int) -> dict[str, str]:
    return {name: "yes" if place < there else "no" for place, name in enumerate(SIGNS)}


def test_there_are_as_many_signs_as_the_source_says():
    assert len(SIGNS) == fact("Dsm5-number").number == 11


@pytest.mark.parametrize(("there", "band"), BANDS.items())
def test_the_band_follows_the_number_of_signs(there, band):
    found = use_disorder(answers(there))
    assert found.data["band"] == found.data["band_if_all_open_were_yes"] == band
    assert found.data["signs"] == there
    assert "not a diagnosis" in found.headline


def test_any_two_signs_make_the_same_band():
    for pair in combinations(SIGNS, 2):
        assert use_disorder(dict.fromkeys(SIGNS, "no") | dict.fromkeys(pair, "yes")).data["band"] == "mild"


def test_an_open_question_is_no_no():
    found = use_disorder({"craving": "yes"})
    assert (found.data["band"], found.data["band_if_all_open_were_yes"]) == ("none", "severe")
    assert len(found.data["not_answered"]) == 10
    assert "10 not answered" in found.headline.replace("ten", "10")


def test_under_medical_care_tolerance_and_withdrawal_do_not_count():
    given = dict.fromkeys(SIGNS, "no") | {"tolerance": "yes", "withdrawal": "yes", "time": "yes"}
    assert use_disorder(given).data["signs"] == 3
    supervised = use_disorder(given | {"supervised": "yes"})
    assert supervised.data["signs"] == 1
    assert any("not counted" in text for text in supervised.assumptions)


def test_icd11_needs_two_features_and_long_enough():
    def said(**given: str) -> str:
        sections = use_disorder(dict.fromkeys(SIGNS, "no") | given).sections
        (section,) = [s for s in sections if s.heading == "In the words of ICD-11"]
        return section.statements[0].text

    one = said(tolerance="yes", withdrawal="yes")
    assert "two of three" in one
    two = {"tolerance": "yes", "time": "yes"}
    assert "not answered" in said(**two)
    assert "not for as long" in said(**two, **{"a-year": "no"})
    assert "what it describes as dependence" in said(**two, **{"a-year": "yes"})


@pytest.mark.parametrize("flag", [flag.id for flag in use_disorder_book().red_flags])
def test_every_red_flag_raises_an_alarm_and_leads_to_an_emergency_department(flag):
    found = use_disorder({flag: "yes"})
    assert found.alarms
    assert found.data["level"] == "emergency"
    assert use_disorder({flag: "no", "craving": "no"}).alarms == ()


def test_severe_use_puts_help_and_the_signs_of_harm_first():
    assert use_disorder(answers(5)).alarms == ()
    (first,) = use_disorder(answers(6)).alarms
    assert "blood in the urine" in " ".join(first.sentences)
    assert "1-800-662-4357" in " ".join(first.sentences)


@pytest.mark.parametrize(
    ("severity", "has", "level"),
    [
        ("none", [], "outpatient"),
        ("moderate", [], "outpatient"),
        ("moderate", ["low mood"], "intensive outpatient"),
        ("severe", [], "intensive outpatient"),
        ("severe", ["bipolar"], "hospital"),
        ("mild", ["benzodiazepines"], "hospital"),
        ("none", ["benzodiazepines"], "outpatient"),
        ("mild", ["intensive care"], "hospital"),
        ("none", ["thoughts of suicide"], "emergency"),
        ("severe", ["blood-in-urine", "alcohol"], "emergency"),
    ],
)
def test_the_level_of_care(severity, has, level):
    found = level_of_care(severity, has)
    assert found.data["level"] == level
    assert found.headline.endswith("A clinician who sees the person decides.")
    assert any("level of care" in unknown.what.casefold() for unknown in found.not_known)
    assert all(s.certainty for section in found.sections for s in section.statements[1:])


def test_more_signs_and_more_beside_them_never_lower_the_level():
    names = [name for name, _ in questions_of_care()]
    for has in ([], *([name] for name in names), *combinations(names, 2)):
        reached = [
            LEVELS.index(level_of_care(band, has).data["level"]) for band in ("none", "mild", "moderate", "severe")
        ]
        assert all(one <= other for one, other in pairwise(reached))
        alone = max((LEVELS.index(level_of_care("severe", [name]).data["level"]) for name in has), default=0)
        assert reached[-1] >= alone


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"cravng": "yes"}, "did you mean 'craving'"),
        ({"craving": "maybe"}, "the answer is yes or no"),
        ({"craving": "yes", "urge": "no"}, "both yes and no"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_sentence(given, said):
    with pytest.raises(InputError, match=said):
        use_disorder(given)


@pytest.mark.parametrize(
    "line",
    [
        ("screen", "use-disorder"),
        ("screen", "use-disorder", "--answers", "craving"),
        ("screen", "use-disorder", "--answers", "craving=yes", "--bp", "120/80"),
        ("screen", "--answers", "craving=yes"),
        ("level-of-care",),
        ("level-of-care", "terrible"),
        ("level-of-care", "mild", "--has", "a red hat"),
    ],
)
def test_the_door_refuses_with_one_line_and_status_2(line, capsys):
    assert run(["safety", *line]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.strip().splitlines()) == 1


def test_the_door_prints_json_with_the_band_and_lists_its_questions(capsys):
    assert run(["safety", "screen", "use-disorder", "--answers", "craving=yes,time=y", "--not", "harm", "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert (body["question"], body["band"], body["signs"]) == ("use-disorder", "mild", 2)
    assert {"Dsm5Criteria", "Icd11Dependence"} <= set(body["sources"])
    assert run(["safety", "screen", "use-disorder", "--list", "--json"]) == 0
    assert [tuple(item.values()) for item in json.loads(capsys.readouterr().out)["items"]] == list(questions())


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_it_asks_in_a_terminal_and_stops_at_what_cannot_wait(monkeypatch, capsys):
    asked: list[str] = []
    said = iter(["n", "oops", "y"])

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return next(said)

    monkeypatch.setattr(builtins, "input", answer)
    monkeypatch.setattr(sys, "stdin", _Terminal())
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert run(["safety", "screen", "use-disorder"]) == 0
    shown = capsys.readouterr().out
    assert len(asked) == 3
    assert asked[1] == asked[2]
    assert "Please answer y, n, or press Enter." in shown
    assert "Seek care now" in shown
