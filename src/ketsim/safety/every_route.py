"""What may a dosing sentence mean that does not say how the dose went in? One regimen for each route."""

from __future__ import annotations

from collections.abc import Mapping

from ketsim.dosing import Regimen, Route, parse_sentence
from ketsim.errors import InputError


def by_every_route(text: str) -> Mapping[Route, Regimen]:
    """The regimens that a sentence may mean: one where it names a route, else one for each route that fits.

    A nasal dose without a drug counts as ketamine, as elsewhere. Raises `InputError` for what cannot be read at all.
    """
    try:
        regimen = parse_sentence(text)
    except InputError:
        found = {} if _says(text, "ROUTE") else _tried(text)
        if not found:
            raise
        return found
    return {regimen.instructions[0].dose.route: regimen}


def _tried(text: str) -> Mapping[Route, Regimen]:
    drug = "" if _says(text, "DRUG") else "ketamine "
    found = {}
    for route in Route:
        try:
            found[route] = parse_sentence(f"{drug if route is Route.nasal else ''}{route} {text}")
        except InputError:
            continue
    return found


def _says(text: str, terminal: str) -> bool:
    from ketsim.dosing.words import lex

    return any(token.type == terminal for token in lex(text))
