"""Words and choices that mean danger to life, in English and Spanish, and never too few of them."""

from __future__ import annotations

import pytest

from ketsim.care.emergency import chosen, emergencies, heard
from ketsim.errors import InputError


@pytest.mark.parametrize(
    ("said", "choice"),
    [
        ("he overdosed", "overdose"),
        ("I think my son took too much ketamine", "overdose"),
        ("OD", "overdose"),
        ("mi hermana tomó demasiadas pastillas", "overdose"),
        ("she won't wake up", "not_waking"),
        ("she won’t wake up!", "not_waking"),
        ("HE IS UNCONSCIOUS", "not_waking"),
        ("mi papá no despierta", "not_waking"),
        ("he's not breathing right", "breathing"),
        ("I can't breathe", "breathing"),
        ("no respira", "breathing"),
        ("having a seizure", "seizure"),
        ("está convulsionando", "seizure"),
        ("my chest hurts", "chest_pain"),
        ("dolor en el pecho", "chest_pain"),
        ("I want to die", "suicide"),
        ("thinking about suicide", "suicide"),
        ("quiero morirme", "suicide"),
        ("voy a hacerme daño", "suicide"),
        ("I am not suicidal", "suicide"),  # a "not" takes nothing back
    ],
)
def test_danger_is_heard(said: str, choice: str) -> None:
    found = heard(said)
    assert found is not None
    assert found.choice == choice


@pytest.mark.parametrize(
    "said", ["", "I want help to stop ketamine", "detox for my brother", "quiero dejar la ketamina"]
)
def test_other_words_go_on(said: str) -> None:
    assert heard(said) is None


@pytest.mark.parametrize("choice", [one.choice for one in emergencies()])
def test_each_choice_leads_with_911_or_988(choice: str) -> None:
    one = chosen(choice)
    assert {line.number for line in one.lines[:2]} == {"911", "988"}
    assert one.lines[0].number == one.first == ("988" if choice == "suicide" else "911")
    assert one.sentence().startswith(f"Call {one.first} now.")
    assert one.sentence("es").startswith(f"Llame al {one.first} ahora.")
    assert len(one.lines) == 4


def test_a_choice_that_is_not_there() -> None:
    with pytest.raises(InputError, match="did you mean 'seizure'"):
        chosen("seizures")
