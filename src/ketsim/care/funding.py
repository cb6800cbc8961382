"""Who pays, how, since when? And which ways of paying are refused, because they would buy referrals?

Money never decides who is called: these rows are told to people and are no input of any order (`ketsim.care.choice` is
given no way to see them). A fee for each referral, call, lead or admission is refused when a provider is read in.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from ketsim.errors import did_you_mean

Purpose = Literal["listing", "service"]

#: listing: somebody pays for the listing or the line. service: somebody pays for the provider's own work.
PURPOSES: Final = ("listing", "service")
#: The only bases on which anything may be paid.
BASES: Final = {
    "none": "nothing is paid",
    "flat_subscription": "a flat fee for a time, the same however many people call",
    "grant": "a grant, fixed before anybody called",
    "public": "public money, by law or budget",
    "donation": "donations",
    "insurance": "insurers and patients, for treatment given",
    "own_funds": "the provider's own means",
}
#: What these words ask for is a price for a person; each is known so that the refusal can say why.
_PRICED: Final = (
    "referral", "call", "lead", "admission", "patient", "enrolment", "enrollment", "intake", "client", "placement",
    "bed", "minute", "click", "conversion", "head", "transfer", "appointment", "assessment", "evaluation", "visit",
    "customer", "contact", "inquiry", "enquiry", "caller", "person", "individual", "case", "acquisition", "action",
    "connection", "sale", "signup", "registration", "deposit", "hospitalization", "resident", "member", "qualified",
    "enrolled", "admitted", "referred", "converted", "answered", "connected", "successful", "completed",
    "booked", "insured",
)  # fmt: skip
_PRICED_ES: Final = (
    "llamada", "remision", "referencia", "referido", "derivacion", "paciente", "ingreso", "admision", "cliente",
    "contacto", "persona", "minuto", "cama", "cita", "caso", "interesado", "inscripcion",
    "inscrito", "internacion", "residente",
)  # fmt: skip
_BEFORE: Final = r"(?:(?:each|every|one|a|an|new|single|individual|cada|nuevo|nueva|una?) ){0,2}"
_SAID: Final = (
    rf"(?:per|each|every) {_BEFORE}(?:{'|'.join(_PRICED)})(?:s|es)?"
    rf"|for (?:each|every|any|one) (?:new |single )?(?:{'|'.join(_PRICED)})(?:s|es)?"
    rf"|(?:por|cada) {_BEFORE}(?:{'|'.join(_PRICED_ES)})(?:s|es)?"
    rf"|(?:referral|admission|lead|intake|placement|success|contingen\w*|finders?|volume|performance|result|bounty) "
    rf"(?:s |based )?(?:fee|fees|payment|payments|bonus|bonuses|price|pricing|commission)"
    rf"|(?:cost|price|pay|paid|fee|bonus|payment) per \w+(?: (?:{'|'.join(_PRICED)}))?"
    rf"|(?:based|depend\w*) (?:up)?on (?:the )?(?:number|volume|count) of"
    rf"|rev(?:enue)? ?shar\w*|profit ?shar\w*|fee ?split\w*"
    rf"|(?:percent|percentage|share|cut) of (?:the )?(?:revenue|billings?|income|payments?|collections|fees)"
)
#: Words that mean it by themselves in a text, but may stand in the name of a house or of who pays.
_ALONE: Final = r"commissions?|kickbacks?|bount(?:y|ies)|rebates?|cp[aclm]|ppc|ppl|comision(?:es)?|porcentaje|a destajo"
_IN_NAMES: Final = re.compile(rf"\b(?:{_SAID})\b")
_IN_TEXT: Final = re.compile(rf"\b(?:{_SAID}|{_ALONE})\b")
_PERIODS: Final = frozenset({"day", "week", "month", "quarter", "year", "annum", "dia", "semana", "mes", "ano"})
#: Said with every refusal of such a fee.
LAW: Final = (
    "paying or taking anything of value for referring a person to a recovery home, a clinical treatment facility or a "
    "laboratory is a crime under 18 U.S.C. 220, whoever pays for the treatment"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """One way of paying. payer: who pays. kind: for what. starts, ends: the days it holds, both included."""

    payer: str
    kind: Purpose
    amount_basis: str
    starts: date
    ends: date | None
    text: str

    def holds(self, on: date) -> bool:
        """Whether it holds on that day."""
        return self.starts <= on and (self.ends is None or on <= self.ends)


def refused_basis(basis: str) -> str | None:
    """The sentence that refuses a basis of payment, or None for one of `BASES`."""
    if basis in BASES:
        return None
    if priced_words(basis) or priced_words(f"per {basis}"):
        return f"amount_basis {basis[:60]!r} pays for each person sent; {LAW}. Expected one of {', '.join(BASES)}."
    hint = did_you_mean(basis, BASES, otherwise=f"expected one of {', '.join(BASES)}.")
    return f"amount_basis {basis[:60]!r} is not a way of paying that is taken here; {hint}"


def refused_text(text: str, *, is_name: bool = False) -> str | None:
    """The sentence that refuses free words which mean a price for a person, or None.

    is_name: it is a name, where "commission" may be a commission of a county.
    """
    found = priced_words(text, is_name=is_name)
    if found is None:
        return None
    return (
        f"{found!r} means a price for each person sent; {LAW}. Say in other words how it is paid, such as "
        "'a flat subscription of 50 dollars a month'; leave such words out even where they deny it."
    )


def priced_words(text: str, *, is_name: bool = False) -> str | None:
    """The first words that mean a price for a person, as they are read; None where there are none.

    >>> priced_words("$40 per-call"), priced_words("tarifa por cada paciente"), priced_words("50 dollars per month")
    ('per call', 'por cada paciente', None)
    """
    for found in (_IN_NAMES if is_name else _IN_TEXT).finditer(_plain(text)):
        if found[0].split()[-1] not in _PERIODS:
            return found[0].strip()
    return None


def _plain(text: str) -> str:
    """Small Latin letters without accents; signs become blanks, what cannot be seen disappears, a lone % is a word."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) not in ("Mn", "Cf"))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", folded.casefold().replace("%", " percent ")).split())
