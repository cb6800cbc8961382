"""What do rules of law say behind an observable? Their status and dates, as `ketsim.safety` holds them."""

from __future__ import annotations

from ketsim.observables import Observable
from ketsim.safety.answer import Statement, statement
from ketsim.safety.law_book import law_book
from ketsim.wording import listed, sentence_case


def rules_of(one: Observable) -> tuple[Statement, ...]:
    """One sentence for each rule that the observable names, in its order: status, dates, and the day of the check."""
    names = {country.key: country.name for country in law_book().countries}
    found = {rule.id: rule for rule in law_book().rules}
    rows = (found[name] for name in one.law)
    return tuple(
        statement(
            f"{names.get(rule.country, 'Every country listed')}, {sentence_case(listed(list(rule.product)))}, "
            f"{listed(list(rule.use))}: {rule.status} ({rule.dates}; checked {rule.checked}). No legal advice.",
            *rule.facts,
        )
        for rule in rows
    )
