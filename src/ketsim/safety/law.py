"""What did the law say of ketamine, in which country, for which product and use, on which day?

Rules are data, in ``law.yaml``, each with its dates, its facts and the day on which it was checked. A day, a country or
a use without a rule is answered "not known", with what was looked for: nothing is inferred from a neighbour, and
nothing is said of days after the check. It knows no state's or province's law, and gives no legal advice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from ketsim.errors import InputError
from ketsim.evidence import fact
from ketsim.safety.answer import SafetyAnswer, Section, Statement, Unknown, statement
from ketsim.safety.law_book import EVERYWHERE, Country, LawBook, Rule, Standing, law_book
from ketsim.safety.names import expected, meant, shown
from ketsim.wording import listed, sentence_case

_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_WORDS: Final = {"esketamine": "esketamine nasal spray"}
_CAUTIONS: Final = (
    "This is no legal advice. Laws change; states, provinces and courts add to them; ask the authority, or a lawyer.",
    "Off-label means that the label does not name the use; whether a doctor may prescribe it then is law of its own.",
)
_COPIES: Final = (
    "What was checked are stored copies of the pages named in the sources, and not the law in force itself."
)

Place = tuple[Country, str | None]


def law(
    country: str | None, *, product: str | None = None, use: str | None = None, on: date | None = None
) -> SafetyAnswer:
    """What the law says of a product and a use in a country on a day.

    country: a name such as "US" or "England"; None asks for every country listed. product: "ketamine" or "esketamine"
    (the nasal spray); use: "depression", "possession", ... ; None asks for all. on: None means the day of the check.
    Raises `InputError` for a product that is none.
    """
    book = law_book()
    day = on if on is not None else book.checked
    goods = None if product is None else expected("product", product, book.products)
    purpose = None if use is None else meant(use, book.uses)
    place = None if country is None else book.country(country)
    where = "all countries listed" if country is None else _place(country, place)
    asked = f"{_goods(goods)}, {purpose or ('all uses' if use is None else shown(use))}, {where}, {day}"
    lost = tuple(_unlisted(country, place, use, purpose, book))
    rules = [] if lost else [rule for rule in book.rules if _applies(rule, place, goods, purpose)]
    late = day > book.checked
    held = [] if late else [rule for rule in rules if rule.standing(day) is Standing.IN_FORCE]
    found = _found(held, goods, purpose, book)
    return SafetyAnswer(
        question="law",
        title=f"Law and approval: {asked}",
        headline=f"{sentence_case(asked)}: {found}. Checked on {book.checked}; laws change, and this is no legal "
        "advice.",
        sections=(*_sections(held, book), *_elsewhen(rules, held, late, book), _how_to_read()),
        not_known=lost or tuple(_open(asked, rules, held, day, book)),
        assumptions=((f"No date was given: {day}, the day of the check, is meant.",) if on is None else ())
        + (_COPIES,),
        data={
            "country": None if place is None else place[0].key,
            "part": None if place is None else place[1],
            "product": goods,
            "use": purpose,
            "date": day.isoformat(),
            "checked": book.checked.isoformat(),
            "rules": [row for rule in held for row in _rows(rule, goods, purpose)],
        },
    )


def day_of(text: str) -> date:
    """A day written as 1999-08-12. Raises `InputError` with one sentence for anything else."""
    written = _DAY.fullmatch(text.strip())
    if written is None:
        raise InputError(
            f"date {shown(text)!r} is not written as year, month and day; expected one such as 1999-08-12.",
            field="date",
        )
    try:
        return date(*map(int, written.groups()))
    except ValueError:
        raise InputError(
            f"date {shown(text)!r} is no day of the calendar; expected one such as 1999-08-12.", field="date"
        ) from None


def _applies(rule: Rule, place: Place | None, product: str | None, use: str | None) -> bool:
    if place is not None:
        country, part = place
        if rule.country not in (EVERYWHERE, country.key, country.within):
            return False
        if part is not None and rule.part and part not in rule.part:
            return False
    return (product is None or product in rule.product) and (use is None or use in rule.use)


def _found(held: Sequence[Rule], product: str | None, use: str | None, book: LawBook) -> str:
    """The answer in words: the statuses themselves where one use was asked about, else how many rules there are."""
    if not held:
        return "not known"
    if use is None:
        return f"{len(held)} rule{'s' if len(held) > 1 else ''}, listed below"
    each = {
        name: "; ".join(dict.fromkeys(rule.status for rule in held if name in rule.product)) or "not known"
        for name in (book.products if product is None else (product,))
    }
    if len(set(each.values())) == 1:
        return next(iter(each.values()))
    return ". ".join(f"{sentence_case(_goods(name))}: {status}" for name, status in each.items())


def _unlisted(
    country: str | None, place: Place | None, use: str | None, purpose: str | None, book: LawBook
) -> Iterator[Unknown]:
    """What was asked about and is in no list."""
    if country is not None and place is None:
        names = listed([known.name for known in book.countries])
        yield Unknown(what=f"The law of {shown(country)}", looked_for=f"rules for {names}")
    if use is not None and purpose is None:
        yield Unknown(what=f"Law on {shown(use)}", looked_for=f"rules on {listed(list(book.uses))}")


def _open(asked: str, rules: Sequence[Rule], held: Sequence[Rule], day: date, book: LawBook) -> Iterator[Unknown]:
    """What stays open although it is listed: no rule for the day, a day after the check, a day that no source names."""
    if day > book.checked:
        looked_for = f"rules up to {book.checked}, the day of the check, and none later"
        yield Unknown(what=sentence_case(asked), looked_for=looked_for)
        return
    if not held:
        yield Unknown(what=sentence_case(asked), looked_for=f"a rule for that day in {book.looked_for}")
    for rule in rules:
        if rule.standing(day) is Standing.UNSURE:
            edges = [edge for edge in (rule.since, rule.until) if edge is not None and edge.first <= day <= edge.last]
            named = listed([edge.text for edge in edges])
            yield Unknown(
                what=f'Whether "{rule.status}" held on {day} already',
                looked_for=f"the day; the sources name {named} only",
            )


def _sections(held: Sequence[Rule], book: LawBook) -> Iterator[Section]:
    names = {EVERYWHERE: "Every country listed", **{country.key: country.name for country in book.countries}}
    for key in dict.fromkeys(rule.country for rule in held):
        yield Section(heading=names[key], statements=tuple(_said(rule) for rule in held if rule.country == key))


def _elsewhen(rules: Sequence[Rule], held: Sequence[Rule], late: bool, book: LawBook) -> Iterator[Section]:
    """What the rules say of other days: asked about a day after the check, what held on the day of the check."""
    rest = [rule for rule in rules if rule not in held]
    heading = "At other dates"
    if late:
        rest = [rule for rule in rest if rule.standing(book.checked) is Standing.IN_FORCE]
        heading = f"As checked on {book.checked}"
    if rest:
        yield Section(heading=heading, statements=tuple(map(_said, rest)))


def _how_to_read() -> Section:
    return Section(heading="How to read this", statements=tuple(Statement(text=text) for text in _CAUTIONS))


def _said(rule: Rule) -> Statement:
    """The rule with its facts, in words."""
    goods = listed([_goods(name) for name in rule.product])
    where = f" in {listed(list(rule.part))}" if rule.part else ""
    opening = f"{sentence_case(goods)}, {', '.join(rule.use)}{where}: {rule.status} ({rule.dates})."
    texts = (fact(name).text for name in rule.facts)
    return statement(" ".join((opening, *texts, f"Checked {rule.checked}.")), *rule.facts)


def _rows(rule: Rule, product: str | None, use: str | None) -> Iterator[dict[str, Any]]:
    """The rule as plain data, once for every product and use that was asked about."""
    said = _said(rule)
    for goods in rule.product if product is None else (product,):
        for purpose in rule.use if use is None else (use,):
            yield {
                "id": rule.id,
                "country": rule.country,
                "part": list(rule.part),
                "product": goods,
                "use": purpose,
                "status": rule.status,
                "from": None if rule.since is None else rule.since.text,
                "until": None if rule.until is None else rule.until.text,
                "attested": rule.attested,
                "certainty": said.certainty,
                "sources": list(said.sources),
                "facts": list(rule.facts),
                "checked": rule.checked.isoformat(),
            }


def _goods(product: str | None) -> str:
    return "all products" if product is None else _WORDS.get(product, product)


def _place(country: str, place: Place | None) -> str:
    return shown(country) if place is None else place[1] or place[0].name
