"""One parser for people and for directories: what may be called back, and what is kept as printed."""

import string
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketsim.care.phone import read_listed_phone, read_phone
from ketsim.care.refusal import Refusal


@pytest.mark.parametrize(
    "text",
    [
        "(415) 867-5309",
        "415-867-5309",
        "415.867.5309",
        "4158675309",
        "+1 415 867 5309",
        "1-415-867-5309",
        " (415)867-5309 ",
        "+14158675309",
        "415/867/5309",
        "(415) 867 - 5309",
    ],
)
def test_common_ways_to_write_a_number(text):
    assert read_phone(text) == "+14158675309"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("(202) 911-1234", "phone_not_callable"),
        ("(911) 234-5678", "phone_not_callable"),
        ("(211) 234-5678", "phone_not_callable"),
        ("202-411-1234", "phone_not_callable"),
        ("(202) 555-0123", "phone_not_callable"),
        ("202-555-0100", "phone_not_callable"),
        ("(212) 555-1212", "phone_not_callable"),
        ("(900) 234-5678", "phone_not_callable"),
        ("(415) 976-1234", "phone_not_callable"),
        ("(800) 662-4357", "phone_not_callable"),
        ("888-867-5309", "phone_not_callable"),
        ("+1 264 497 2518", "phone_not_callable"),
        ("(416) 967-2345", "phone_not_callable"),
        ("876-926-1234", "phone_not_callable"),
        ("+44 20 7946 0958", "phone_not_callable"),
        ("+33142685300", "phone_not_callable"),
        ("222-222-2222", "phone_not_callable"),
        ("(415) 888-8888", "phone_not_callable"),
        ("415-867-5309 x12", "phone_not_callable"),
        ("415-867-5309 ext. 3", "phone_not_callable"),
        ("211", "phone_not_callable"),
        ("411", "phone_not_callable"),
        ("999-999-9999", "phone_not_callable"),
        ("115-867-5309", "phone_not_callable"),
        ("012-867-5309", "phone_not_callable"),
        ("415-167-5309", "phone_not_callable"),
        ("500-234-5678", "phone_not_callable"),
        ("", "phone_format"),
        ("abc", "phone_format"),
        ("415867530", "phone_format"),
        ("41586753099", "phone_format"),
        ("415-867-5309; DROP", "phone_format"),
        ("４１５８６７５３０９", "phone_format"),
        ("415-867-٥٣٠٩", "phone_format"),
        ("\u202e415-867-5309", "phone_format"),
        ("415\u2013867\u20135309", "phone_format"),
        ("4" * 10_000, "phone_format"),
        ("415-867-5309\n", "phone_format"),
        ("415-867-5309\x00", "phone_format"),
    ],
)
def test_numbers_that_are_not_called_back(text, code):
    with pytest.raises(Refusal) as refusal:
        read_phone(text)
    assert refusal.value.code == code
    assert str(refusal.value).endswith(".") and len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    ("text", "link"), [("911", "tel:911"), ("9-1-1", "tel:911"), ("988", "tel:988"), (" 988 ", "tel:988")]
)
def test_emergency_lines_are_to_be_dialled_now(text, link):
    with pytest.raises(Refusal, match="now") as refusal:
        read_phone(text)
    assert (refusal.value.code, refusal.value.dial, refusal.value.status) == ("dial_now", link, 422)


@pytest.mark.parametrize("thing", [None, 4158675309, b"4158675309", ["415"]])
def test_what_is_no_text_is_refused(thing):
    with pytest.raises(Refusal):
        read_phone(thing)


@given(st.text(max_size=60) | st.text(alphabet=string.digits + "()+-. x#", max_size=30))
def test_any_text_is_a_number_or_a_sentence(text):
    with suppress(Refusal):  # anything else fails the test
        number = read_phone(text)
        assert number.startswith("+1") and len(number) == 12 and number[2:].isdecimal() and number.isascii()


@given(st.from_regex(r"\A[2-9][0-9]{2}[2-9][0-9]{6}\Z"))
def test_every_way_of_writing_gives_the_same_answer(digits):
    a, b, c = digits[:3], digits[3:6], digits[6:]
    answers = set()
    for text in (digits, f"({a}) {b}-{c}", f"{a}-{b}-{c}", f"{a}.{b}.{c}", f"+1 {a} {b} {c}", f"1{digits}"):
        try:
            answers.add(read_phone(text))
        except Refusal as refusal:
            answers.add(refusal.sentence)
    assert len(answers) == 1


def test_a_listed_extension_survives():
    phone = read_listed_phone("256-734-4688 x3971", kind="intake")
    assert (phone.e164, phone.extension, phone.kind, phone.valid) == ("+12567344688", "3971", "intake", True)
    assert phone.shown == "(256) 734-4688 ext. 3971"


def test_listed_toll_free_and_letters_are_kept():
    assert read_listed_phone("800-662-4357").valid
    assert read_listed_phone("888-PARNEXT").e164 == "+18887276398"


@pytest.mark.parametrize("text", ["999-999-9999", "285-425-4525", "none", "", "４１５-867-5309", "x" * 500])
def test_an_invalid_listed_number_is_marked_not_lost(text):
    phone = read_listed_phone(text)
    assert not phone.valid
    assert phone.text == text[:80]


@given(st.text(max_size=200))
def test_any_listed_text_is_kept(text):
    assert read_listed_phone(text).text == " ".join(text.split())[:80]
