"""A subject holds what was said, in canonical units, and refuses with one sentence what no person can be."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketsim.errors import InputError
from ketsim.people import Cohort, Subject


def test_nothing_said_is_nothing_known() -> None:
    subject = Subject()
    assert repr(subject) == "Subject()"
    assert Cohort.of(subject).covariates() == {}
    assert Cohort.of(subject).size == 1
    assert subject.assumptions() == ()


@pytest.mark.parametrize(
    ("given", "field", "expected"),
    [
        ({"weight": "70kg"}, "weight", 70.0),
        ({"weight": "180 lb"}, "weight", 81.6466266),
        ({"weight": 70}, "weight", 70.0),
        ({"age": "35 y"}, "age", 35.0),
        ({"age": "6 months"}, "age", 0.5),
        ({"height": "1.75 m"}, "height", 175.0),
        ({"height": 175}, "height", 175.0),
        ({"sex": "Woman"}, "sex", "female"),
        ({"sex": "m"}, "sex", "male"),
        ({"ethnicity": "Japanese"}, "ethnicity", "japanese"),
        ({"liver": "Child-Pugh B"}, "liver", "child_pugh_b"),
        ({"kidney": "Moderate"}, "kidney", "moderate"),
        ({"kidney": 60}, "kidney", 60.0),
        ({"kidney": "60 mL/min"}, "kidney", 60.0),
        ({"kidney": "45 mL/min/1.73m2"}, "kidney", 45.0),
        ({"kidney": "3.6 L/h"}, "kidney", 60.0),
        (
            {"co_medication": "Clarithromycin, rifampicin,clarithromycin"},
            "co_medication",
            ("clarithromycin", "rifampicin"),
        ),
        ({"co_medication": ["Ticlopidine"]}, "co_medication", ("ticlopidine",)),
        ({"cyp2b6": "*6/*1"}, "cyp2b6", "*1/*6"),
        ({"cyp2b6": "*18 / *4"}, "cyp2b6", "*4/*18"),
    ],
)
def test_words_and_units_become_canonical(given: dict[str, object], field: str, expected: object) -> None:
    value = getattr(Subject(**given), field)  # type: ignore[arg-type]
    assert value == pytest.approx(expected) if isinstance(expected, float) else value == expected


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"weight": -70}, "weight -70 fits no person; expected 0.2 to 650 kg"),
        ({"weight": "700 kg"}, "weight '700 kg' fits no person"),
        ({"weight": float("nan")}, "weight is nan"),
        ({"weight": float("inf")}, "weight is inf"),
        ({"weight": "70 cm"}, "weight"),
        ({"weight": "heavy"}, "weight 'heavy'"),
        ({"weight": True}, "weight is True"),
        ({"age": 200}, "age 200 fits no person; expected 0 to 125 years"),
        ({"age": -1}, "age -1 fits no person"),
        ({"height": 1.75}, "height 1.75 fits no person; expected 20 to 280 cm"),
        ({"sex": "yes"}, 'expected "female" or "male"'),
        ({"sex": 1}, "sex 1 is not known"),
        ({"ethnicity": "japanse"}, "did you mean 'japanese'"),
        ({"ethnicity": "x"}, "expected one of asian"),
        ({"liver": "bad"}, "liver 'bad' is not known; expected one of normal"),
        ({"liver": 3}, "liver 3 is not known"),
        ({"kidney": "sever"}, "did you mean 'severe'"),
        ({"kidney": "1000 mL/min"}, "filtration rate of 0 to 300"),
        ({"kidney": -5}, "kidney -5 fits no person"),
        ({"kidney": "60 kg"}, "kidney"),
        ({"co_medication": [1]}, "not a list of names"),
        ({"cyp2b6": "poor"}, "expected two star alleles"),
        ({"cyp2b6": 6}, "expected two star alleles"),
    ],
)
def test_what_no_person_can_be_gets_a_sentence(given: dict[str, object], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        Subject(**given)  # type: ignore[arg-type]
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@given(
    text=st.text(max_size=60),
    field=st.sampled_from(["weight", "sex", "ethnicity", "kidney", "co_medication", "cyp2b6"]),
)
def test_any_text_is_refused_or_read_once_and_for_all(text: str, field: str) -> None:
    try:
        subject = Subject(**{field: text})  # type: ignore[arg-type]
    except InputError:
        return
    assert replace(subject, **{field: getattr(subject, field)}) == subject


def test_a_subject_is_frozen_comparable_and_changed_by_replace() -> None:
    subject = Subject(weight="70 kg", sex="f")
    with pytest.raises(FrozenInstanceError):
        subject.weight = 80.0  # type: ignore[misc]
    assert replace(subject, weight="80 kg") == Subject(weight=80.0, sex="female")
    assert hash(subject) == hash(Subject(weight=70.0, sex="female"))
    assert repr(replace(subject, co_medication="rifampicin")) == (
        "Subject(sex='female', weight=70.0, co_medication=('rifampicin',))"
    )


@pytest.mark.parametrize(
    ("ethnicity", "asian", "japanese"),
    [("white", 0.0, 0.0), ("asian", 1.0, 0.0), ("korean", 1.0, 0.0), ("japanese", 1.0, 1.0)],
)
def test_covariates_of_one_person(ethnicity: str, asian: float, japanese: float) -> None:
    subject = Subject(weight=70, age=40, height=175, sex="female", ethnicity=ethnicity)
    expected = {"weight": 70.0, "age": 40.0, "height": 175.0, "female": 1.0, "asian": asian, "japanese": japanese}
    known = Cohort.of(subject).covariates()
    assert {name: values.tolist() for name, values in known.items()} == {n: [v] for n, v in expected.items()}
    assert [values.dtype for values in known.values()] == [np.dtype(np.float64)] * 6


def test_a_cohort_of_one_keeps_the_rest_and_the_person_says_what_is_assumed() -> None:
    person = Subject(ethnicity="asian", liver="normal", kidney="mild", co_medication="rifampicin", cyp2b6="*1/*1")
    cohort = Cohort.of(person)
    assert (cohort.liver, cohort.kidney, cohort.cyp2b6) == ("normal", "mild", "*1/*1")
    assert cohort.co_medication == ("rifampicin",)
    assert "not Japanese" in person.assumptions()[0]
