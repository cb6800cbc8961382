"""Is this a number that can be called, and which? One parser for what people type and for what directories print.

phonenumbers knows which numbers can exist; the rules here know which of them nobody should ring back: a fictional
number, a directory line, a premium rate, an island that bills by the minute.
"""

from __future__ import annotations

import re
from types import ModuleType
from typing import Final

from ketsim.care.model import Phone, PhoneKind
from ketsim.care.refusal import Refusal
from ketsim.errors import MissingExtraError

FORM: Final = "(###) ###-####"

_LONGEST: Final = 40  # characters a person may type; the longest common way to write a number has 20
_LONGEST_LISTED: Final = 80
_GAP: Final = r"[ .\-/]{0,3}"
_TYPED: Final = re.compile(rf"(?:\+?1{_GAP})?\(?([0-9]{{3}})\)?{_GAP}([0-9]{{3}}){_GAP}([0-9]{{4}})")
_EXTENSION: Final = re.compile(r"(?:x|ext\.?|extension|#|;|,)\s*[0-9]*\s*$", re.IGNORECASE)
_HOME: Final = frozenset({"US", "PR", "GU", "VI", "AS", "MP"})
_TOLL_FREE: Final = frozenset({"800", "822", "833", "844", "855", "866", "877", "888"})
_SHORT: Final = {"911": "911 is for emergencies", "988": "988 is the Suicide and Crisis Lifeline"}


def read_phone(text: object) -> str:
    """The number [E.164] at which a person wants to be called back.

    Takes ten digits with or without brackets, dots, dashes, spaces and +1. Raises `Refusal` with the code ``dial_now``
    for 911 and 988, ``phone_format`` for what is not read as a number, ``phone_not_callable`` for a number that is
    never called back; `MissingExtraError` without the extra "care".

    >>> read_phone("(415) 867-5309")
    '+14158675309'
    """
    typed = _typed(text)
    area, exchange, line = typed
    number = f"+1{area}{exchange}{line}"
    reason = _never_called(area, exchange, line) or _not_here(number)
    if reason:
        raise _refused(f"this number cannot be called back: {reason}.")
    return number


def read_listed_phone(text: str, *, kind: PhoneKind = "main") -> Phone:
    """The number of a listing: toll-free numbers, letters and extensions are kept, an invalid one is marked.

    >>> read_listed_phone("256-734-4688 x3971").shown
    '(256) 734-4688 ext. 3971'
    """
    lib = _phonenumbers()
    said = " ".join(text.split())[:_LONGEST_LISTED]
    if not said.isascii():  # full-width digits are read by the library as if they had been typed
        return Phone(text=said, e164=None, extension=None, kind=kind, valid=False)
    try:
        number = lib.parse(said, "US")
    except lib.NumberParseException:
        return Phone(text=said, e164=None, extension=None, kind=kind, valid=False)
    e164 = lib.format_number(number, lib.PhoneNumberFormat.E164)
    valid = bool(lib.is_valid_number(number))
    return Phone(text=said, e164=e164, extension=number.extension or None, kind=kind, valid=valid)


def _typed(text: object) -> tuple[str, str, str]:
    """Area code, exchange and line of what was typed."""
    if not isinstance(text, str) or not text.strip():
        raise _refused(f"a phone number is needed; write it as {FORM}.", code="phone_format")
    if len(text) > _LONGEST or not text.isascii() or not text.isprintable():
        raise _refused(
            f"the phone number holds something other than plain digits; write it as {FORM}.", code="phone_format"
        )
    said = text.strip()
    digits = re.sub(r"[^0-9]", "", said)
    if digits in _SHORT and not re.search(r"[A-Za-z]", said):
        sentence = f"dial {digits} now: {_SHORT[digits]}, and nobody calls back from there."
        raise Refusal(sentence, code="dial_now", field="phone", dial=f"tel:{digits}")
    found = _TYPED.fullmatch(said)
    if found is None:
        if len(digits) == 3:
            raise _refused(f"{digits} is a service code, not a number to call back; write your own as {FORM}.")
        if len(digits) >= 10 and _EXTENSION.search(said):
            raise _refused("a number with an extension cannot be called back; give one that rings at you directly.")
        if said.startswith("+") and not said.startswith("+1"):
            raise _refused(
                "only numbers of the United States can be called back; this one begins with another country."
            )
        raise _refused(
            f"the phone number has {len(digits)} digits or signs that do not belong; write ten digits as {FORM}.",
            code="phone_format",
        )
    return found[1], found[2], found[3]


def _never_called(area: str, exchange: str, line: str) -> str | None:
    """Why no number like this is called back, by the numbering plan alone."""
    if area[1:] == "11" or exchange[1:] == "11":
        return "it holds a service code such as 211 or 911 where an area code or exchange stands"
    if len({*exchange, *line}) == 1:
        return "it repeats one digit"
    if exchange == "555" and line.startswith("01"):
        return "numbers from 555-0100 to 555-0199 are kept for fiction"
    if exchange == "555" and line == "1212":
        return "555-1212 is directory assistance"
    if area == "900" or exchange == "976":
        return "it is a premium-rate number"
    if area in _TOLL_FREE:
        return "it is toll-free, and such numbers ring at companies"
    return None


def _not_here(number: str) -> str | None:
    """Why a number is not one of the United States and its territories."""
    lib = _phonenumbers()
    parsed = lib.parse(number, None)
    region = lib.region_code_for_number(parsed)
    if region is not None and region not in _HOME and region != "001":
        return "it belongs to Canada, the Caribbean or another place outside the United States"
    if not lib.is_valid_number(parsed):
        return "no such number is in use in the United States"
    if lib.number_type(parsed) not in (
        lib.PhoneNumberType.FIXED_LINE,
        lib.PhoneNumberType.MOBILE,
        lib.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    ):
        return "it is neither a landline nor a mobile number"
    return None


def _refused(sentence: str, *, code: str = "phone_not_callable") -> Refusal:
    return Refusal(sentence, code=code, field="phone")


def _phonenumbers() -> ModuleType:
    try:
        import phonenumbers
    except ImportError:
        raise MissingExtraError("reading a phone number", extra="care") from None
    return phonenumbers
