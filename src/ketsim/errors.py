"""What ketsim says when it cannot go on: one sentence that teaches, never a traceback for a user's slip."""

from __future__ import annotations


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


class NumericsError(RuntimeError):
    """A computation could not reach its stated tolerance; the message gives the size reached. A fault of ours."""
