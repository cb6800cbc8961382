"""What codes mean: the traps that public code has fallen into are tests here."""

import pytest

from ketsim.care.codes import caveat, codes, groups, ketamine_use, named, read_codes
from ketsim.care.refusal import Refusal


def test_medicare_medicaid_and_self_payment_are_not_confused():
    known = codes()
    assert (known["MC"].name, known["MD"].name) == ("Medicare", "Medicaid")
    assert (known["SF"].name, known["SS"].name[:17]) == ("Cash or self-payment", "Sliding fee scale")
    assert known["NP"].name == "No payment accepted"


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("medicare", "MC"), ("medicaid", "MD"), ("MEDICAID", "MD"), ("mc", "MC"), ("md", "MD"), ("sf", "SF"),
        ("self-payment", "SF"), ("sliding fee", "SS"), ("free", "NP"), ("Medicare", "MC"), ("Sliding  fee scale", "SS"),
    ],
)  # fmt: skip
def test_payment_words(word, code):
    assert read_codes([word], "payment") == (code,)


def test_all_315_codes_are_there_once():
    assert len(codes()) == 315


def test_names_are_ambiguous_without_their_category():
    assert {code.code for code in named("Young adults", None)} == {"TAY", "YAD"}
    assert [code.code for code in named("Young Adults", "AGE")] == ["YAD"]
    assert [code.code for code in named("Psychiatric hospital", "FT")] == ["PSY"]
    ambiguous = {code.name for code in codes().values() if len(named(code.name, None)) > 1}
    assert len(ambiguous) == 6


def test_names_are_unique_within_a_category():
    assert all(named(code.name, code.category) == (code,) for code in codes().values())


def test_every_word_leads_to_a_code_of_its_group():
    for group in groups().values():
        for found in group.words.values():
            assert found and all(code in codes() and group.holds(codes()[code]) for code in found)


def test_a_code_of_another_group_is_sent_there():
    with pytest.raises(Refusal, match="payment") as refusal:
        read_codes(["MC"], "setting")
    assert refusal.value.code == "code_group"


@pytest.mark.parametrize("word", ["zz", "", "medicad", "ｍｃ", "'; DROP", "a" * 5_000, "M\x00C"])
def test_unknown_codes_come_with_the_nearest(word):
    with pytest.raises(Refusal) as refusal:
        read_codes([word], "payment")
    assert refusal.value.code == "code_unknown"
    assert len(str(refusal.value)) < 600
    if word == "medicad":
        assert refusal.value.choices[0] == "MD"


def test_what_is_said_of_ketamine():
    assert "KIT" in (caveat("KIT") or "")
    assert ketamine_use()[0] == ("SA", "DT", "SUMH", "OP", "RES")
    assert not any("ketamine use" in code.name.casefold() for code in codes().values())
