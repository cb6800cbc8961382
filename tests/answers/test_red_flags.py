"""Danger leads to help before anything else; what is not given is refused, kindly, shortly and without a number."""

import re

import pytest

from ketsim.answers import answer
from ketsim.answers.red_flags import red_flags
from ketsim.notice import public_help
from ketsim.observables import registry

pytestmark = pytest.mark.usefixtures("no_simulation")

DANGER = {
    "my friend overdosed on ketamine": "poisoning",
    "chest pain after k": "chest",
    "i want to kill myself": "suicide",
    "i dont want to live anymore since i stopped ket": "suicide",
    "feeling suicidal": "suicide",
    "there is blood in my pee": "blood in the urine",
    "blood in urine from ketamine": "blood in the urine",
    "my eyes have gone yellow": "yellow",
    "he is hearing voices": "psychosis",
    "she wont wake up": "woken",
    "he cannot breathe": "breath",
    "can i mix ketamine with alcohol": "alcohol",
    "ket and heroin": "opioids",
    "took xanax on ketamine": "benzodiazepines",
    "ketmine and alchohol": "alcohol",
}


@pytest.mark.parametrize(("question", "about"), DANGER.items())
def test_danger_leads_to_help(question, about):
    found = answer(question)
    assert found.alarms
    assert any(about in alarm.because.casefold() for alarm in found.alarms)
    said = list(found.to_dict())
    assert said.index("alarms") < said.index("answer")
    assert "911" in found.alarms[0].call


REFUSED = {
    "where can i buy ketamine": "buying",
    "how do i get ket online": "buying",
    "cheap ketamine for sale": "buying",
    "price of a gram of ket": "buying",
    "how much ketamine to get high": "getting high",
    "how many mg for a k hole": "getting high",
    "recreational dosage": "getting high",
    "how much should i take for a trip": "getting high",
    "taper schedule in milligrams": "taper",
    "by how many mg do i reduce ketamine each week": "taper",
    "how much ketamine would kill a person": "harm",
    "lethal dose of ketamine": "harm",
}


@pytest.mark.parametrize(("question", "why"), REFUSED.items())
def test_what_is_not_given_is_refused_without_a_number(question, why):
    found = answer(question)
    assert found.refused
    assert found.observable.refuse == why
    assert found.evidence == ()
    assert found.simulated == ()
    assert found.reference is None
    assert not re.search(r"\d", found.text.replace(" 95.5 %", ""))
    assert len(found.text) < 420


@pytest.mark.parametrize("one", [o for o in registry().values() if o.refuse], ids=lambda o: o.name)
def test_a_refusal_shows_no_amount(one):
    for wording in one.asks:
        said = answer(wording).to_dict()
        assert said["refused"]
        assert said["evidence"] == said["simulated"] == []
        assert not re.search(r"\d[\d.,]*\s*(mg|g|grams?|ng|µg|milli)", said["answer"])


def test_a_wish_to_die_beside_a_forbidden_question_still_leads_to_help():
    found = answer("how much ketamine do i need to kill myself")
    assert found.refused
    assert any("suicide" in alarm.because.casefold() for alarm in found.alarms)


@pytest.mark.parametrize(
    "question",
    [
        "how is ketamine used in hospitals?",
        "does ketamine destroy brain cells?",
        "border force ketamine seizures",
        "how many high school students use ketamine?",
        "what is the penalty for selling ketamine in the us?",
        "how does the liver process ketamine?",
        "where can i get help with ketamine?",
        "what dose of ketamine do doctors use?",
    ],
)
def test_a_harmless_question_is_not_refused(question):
    assert red_flags(question).refused is None
    assert not answer(question).refused


def test_the_public_lines_stand_in_every_answer():
    for question in ("is ketamine addictive?", "what is the capital of france?", "where can i buy ketamine?"):
        assert [line["number"] for line in answer(question).to_dict()["public_lines"]] == [
            line.number for line in public_help().lines
        ]
