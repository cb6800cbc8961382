"""What ketsim says when it cannot go on: one sentence that teaches, never a traceback for a user's slip."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class InputError(ValueError):
    """Something given to ketsim is wrong, and the message says what, where and what was expected.

    Raise it with one full sentence: field, value, what was expected. `where` is a place a person can open,
    such as ``Kamp2020.yaml:41``; `field` the field of a request that is wrong. The doors print ``str(error)`` and exit
    with status 2.
    """

    def __init__(self, sentence: str, *, where: str | None = None, field: str | None = None) -> None:
        self.sentence = sentence
        self.where = where
        self.field = field
        super().__init__(f"{where}: {sentence}" if where else sentence)


class MissingExtraError(InputError):
    """An optional library is needed that is not installed; the message names the extra to install."""

    def __init__(self, purpose: str, *, extra: str) -> None:
        super().__init__(f'{purpose} needs the extra "{extra}": pip install "ketsim[{extra}]".')
        self.extra = extra


def nearest(word: str, known: Iterable[str]) -> str:
    """A sentence that asks whether the nearest known word was meant, with a space before it; empty if none is near."""
    near = get_close_matches(word, list(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""


def did_you_mean(word: str, known: Iterable[str], *, otherwise: str, most: int = 1) -> str:
    """How a sentence goes on behind a word that is not known: with the nearest ones, else with `otherwise`.

    >>> did_you_mean("esketamin", ("ketamine", "esketamine"), otherwise="expected a drug.")
    "did you mean 'esketamine'?"
    """
    near = get_close_matches(word, list(known), n=most)
    return f"did you mean {' or '.join(map(repr, near))}?" if near else otherwise


class NumericsError(RuntimeError):
    """A computation could not reach its stated tolerance; the message gives the size reached. A fault of ours."""
