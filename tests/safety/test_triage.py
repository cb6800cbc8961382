"""Triage: the worst reading wins, what is not understood is never calm, an emergency comes first in every face."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketsim.cli.app import run
from ketsim.errors import InputError
from ketsim.evidence import fact
from ketsim.notice import public_help
from ketsim.report.safety_page import answer_page
from ketsim.safety.triage import LEVELS, rules, triage

EMERGENCIES = (
    "cannot wake my friend",
    "my friend is unresponsive",
    "she is not breathing",
    "I can't breathe",
    "he stopped breathing",
    "blue lips",
    "had a seizure",
    "having a fit",
    "chest pain",
    "pain in my chest",
    "tight chest",
    "she fainted",
    "he passed out",
    "took too much ketamine",
    "I think I overdosed",
    "my daughter swallowed ketamine",
    "took ketamine and drank wine",
    "ketamine with xanax",
    "mixed it with GHB",
    "heroin and ketamine",
    "sees things that are not there since yesterday",
    "hears voices",
    "he is paranoid",
    "psychosis",
    "confused and does not know where he is",
    "violent and burning up with fever",
    "coughing up blood",
    "worst headache of my life",
    "slurred speech",
    "hit his head",
)
SUICIDAL = (
    "want to die",
    "I want to kill myself",
    "suicidal thoughts",
    "I don't want to live anymore",
    "thinking about ending my life",
    "I wish I was dead",
    "better off dead",
    "hurting myself",
)
URGENT = (
    "blood in urine",
    "peeing blood",
    "haematuria",
    "hematuria",
    "my pee is red",
    "cannot pee",
    "unable to pass urine",
    "no urine since yesterday",
    "yellow eyes",
    "my skin turned yellow",
    "jaundice",
    "K cramps",
    "severe pain in the upper belly",
    "pain above the belly",
    "stomach pain",
    "fever",
    "shaking and sweating since I stopped",
    "heart is racing",
    "vomiting all day",
    "hopeless",
    "pain",
    "bleeding",
)
SOON = ("craving", "painful urination", "depressed since I stopped", "cannot sleep", "headache", "how do I stop using")
CALM = ("runny nose", "stuffy nose", "bad taste", "nausea", "tired today")
NONSENSE = ("florb", "xyzzy qwert", "schmerzen", "покраснение", "my grommet wobbles")
SYMPTOMS = (*EMERGENCIES, *SUICIDAL, *URGENT, *SOON, *CALM, *NONSENSE)

symptom = st.sampled_from(SYMPTOMS)
joint = st.sampled_from((". ", ", ", "; ", "\n", " and "))


def level(text: str) -> str:
    return str(triage(text).data["level"])


def rank(text: str) -> int:
    return LEVELS.index(triage(text).data["level"])


@pytest.mark.parametrize("text", EMERGENCIES)
def test_an_emergency(text):
    answer = triage(text)
    assert answer.data["level"] == "emergency"
    assert answer.data["call_first"]["number"] == "911"


@pytest.mark.parametrize("text", SUICIDAL)
def test_thoughts_of_suicide_ring_988_and_give_no_probability(text):
    answer = triage(text)
    assert (answer.data["level"], answer.data["call_first"]["number"]) == ("emergency", "988")
    said = json.dumps(answer.to_dict())
    assert not re.search(r"probab|likel|risk of suicide|%", said.replace("0.0 %", ""))


def test_an_attempt_rings_911():
    assert triage("tried to kill himself").data["call_first"]["number"] == "911"
    assert triage("want to die and cannot breathe").data["call_first"]["number"] == "911"


@pytest.mark.parametrize("text", URGENT)
def test_seek_care_now(text):
    answer = triage(text)
    assert answer.data["level"] == "urgent"
    assert answer.data["understood"]
    assert answer.alarms
    assert answer.headline.startswith("Seek care now")


@pytest.mark.parametrize("text", SOON)
def test_soon(text):
    assert level(text) == "soon"
    assert triage(text).alarms == ()


@pytest.mark.parametrize("text", CALM)
def test_self_care(text):
    assert level(text) == "self-care"


@pytest.mark.parametrize("text", [*EMERGENCIES, *SUICIDAL, *URGENT, *NONSENSE])
def test_the_alarm_is_first_in_every_face(text, capsys):
    call = triage(text).alarms[0].call
    assert run(["safety", "triage", text]) == 0
    assert capsys.readouterr().out.startswith(call)
    assert run(["safety", "triage", text, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told)[:2] == ["schema", "alarms"]
    assert told["alarms"][0]["call"] == call
    assert told["level"] in ("emergency", "urgent")
    page = answer_page(triage(text))
    body = page[page.index("<body") :]
    assert body.index('class="alarm"') < body.index("<h1")


@pytest.mark.parametrize("text", [*NONSENSE, "???", "🚑", "12345", "ketamine yesterday", "my arm", "No chest pain."])
def test_what_is_not_understood_is_never_calm(text):
    answer = triage(text)
    assert answer.data["level"] in ("urgent", "emergency")
    assert not answer.data["understood"]
    assert {line["number"] for line in answer.to_dict()["public_lines"]} == {
        line.number for line in public_help().lines
    }
    assert answer.data["red_flags"]


def test_part_of_it_not_understood_is_not_calm():
    assert level("runny nose and a wobbly grommet") == "urgent"
    assert triage("runny nose and a wobbly grommet").data["not_understood"] == ["wobbly", "grommet"]


def test_several_symptoms_are_all_listed():
    matched = [m["id"] for m in triage("blood in urine and pain above the belly, craving").data["matched"]]
    assert {"blood-in-urine", "belly-pain", "craving"} <= set(matched)
    assert matched.index("craving") == len(matched) - 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no chest pain, runny nose", "self-care"),
        ("runny nose without fever", "self-care"),
        ("does not have a seizure, craving", "soon"),
        ("no chest pain or seizures, craving", "soon"),
        ("not short of breath, runny nose", "self-care"),
        ("no suicidal thoughts, runny nose", "self-care"),
    ],
)
def test_a_plain_denial_raises_no_false_emergency(text, expected):
    assert level(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "no chest pain but blood in urine",
        "no, chest pain",
        "no chest pain yesterday but chest pain today",
        "no chest pain and cannot breathe",
        "not sure if it is chest pain",
        "cannot say there is no chest pain",
        "no idea why, seizure",
        "no fever. hears voices",
        "I do not want to live",
        "no breathing",
        "no pulse",
        "not responding",
        "no urine",
    ],
)
def test_a_denial_hides_nothing_in_doubt(text):
    assert level(text) in ("urgent", "emergency")
    assert triage(text).data["understood"] or triage(text).data["matched"]


@pytest.mark.parametrize(
    ("slip", "right"),
    [
        ("siezure", "seizure"),
        ("cheast pain", "chest pain"),
        ("unconcious", "unconscious"),
        ("suicidel", "suicidal"),
        ("haemturia", "haematuria"),
        ("jaundise", "jaundice"),
        ("halucinations", "hallucinations"),
        ("HEMATURIA", "haematuria"),
        ("can’t breathe", "cannot breathe"),
        ("cant breath", "cannot breathe"),
        ("diarrhoea", "diarrhea"),
    ],
)
def test_slips_and_spellings(slip, right):
    assert triage(slip).data["matched"] == triage(right).data["matched"]
    assert triage(slip).data["matched"]


@given(first=symptom, other=symptom, between=joint, swapped=st.booleans())
def test_adding_a_symptom_never_lowers_the_level(first, other, between, swapped):
    both = other + between + first if swapped else first + between + other
    assert rank(both) >= max(rank(first), rank(other))


@given(first=symptom, others=st.lists(symptom, max_size=3), data=st.data())
def test_shuffled_words_of_other_sentences_never_lower_the_level(first, others, data):
    shuffled = [" ".join(data.draw(st.permutations(text.split()))) for text in others]
    place = data.draw(st.integers(0, len(shuffled)))
    text = ". ".join([*shuffled[:place], first, *shuffled[place:]])
    assert rank(text) >= rank(first)


@given(st.text(min_size=1))
def test_random_text_never_crashes_and_is_never_calm(text):
    if text.strip():
        assert level(text) in ("urgent", "emergency")
    else:
        with pytest.raises(InputError, match="nothing to read"):
            triage(text)


@given(st.lists(st.sampled_from(sorted({w for s in SYMPTOMS for w in s.split()})), min_size=1, max_size=12))
def test_any_heap_of_words_has_a_level(words):
    answer = triage(" ".join(words))
    assert answer.data["level"] in LEVELS
    assert bool(answer.alarms) == (answer.data["level"] in ("urgent", "emergency"))


def test_rules_name_facts_and_lines_that_exist():
    lines = {line.who for line in public_help().lines}
    assert len({rule.id for rule in rules()}) == len(rules())
    for rule in rules():
        assert rule.call in lines
        assert rule.facts
        for name in rule.facts:
            assert fact(name).text


def test_the_general_list_of_emergencies_is_met():
    """The signs of the American College of Emergency Physicians, in the words of the fact."""
    listed = fact("MedlinePlus-signs").text.split(": ", 1)[1].rstrip(".").split("; ")
    for sign in listed:
        assert level(sign) in ("emergency", "urgent"), sign


@pytest.mark.parametrize("arguments", [[], [""], ["   "], ["x" * 30_000]])
def test_bad_input_is_one_sentence(arguments, capsys):
    assert run(["safety", "triage", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert told.err.rstrip().endswith(".")
