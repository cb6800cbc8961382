"""What a mistyped command is told: one sentence that says what was typed, what was expected and how to go on.

The command-line library knows what did not parse; the sentences and the exit status are ketsim's.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Final

from cyclopts import (
    CoercionError,
    CycloptsError,
    MissingArgumentError,
    RepeatArgumentError,
    UnknownCommandError,
    UnknownOptionError,
    UnusedCliTokensError,
)

DONE: Final = 0
BAD_INPUT: Final = 2
FAULT: Final = 3
INTERRUPTED: Final = 130

EXAMPLE: Final = 'ketsim simulate "0.5 mg/kg iv over 40 min" --weight 70kg'
_WANTED: Final = {
    "simulate": f"a dosing sentence in quotes or a scenario file, as in {EXAMPLE}",
    "compare": 'model keys and a dose, as in ketsim compare Kamp2020 Otto2021 --dose "2 mg/kg iv" --weight 70kg',
    "convert": "a file to read and a file to write, as in ketsim convert doses.csv doses.parquet",
    "new": "what to start and its name, as in ketsim new source Author2026",
}


def usage(error: CycloptsError, arguments: Sequence[str], verbs: Sequence[str]) -> str:
    """The sentence for a command line that could not be read; `verbs` are those that exist."""
    verb = error.command_chain[0] if error.command_chain else "ketsim"
    match error:
        case UnknownCommandError():
            return _unknown_verb((error.unused_tokens or arguments)[0], verbs)
        case UnknownOptionError():
            typed = error.token.keyword or error.token.value
            return f"{verb} has no option {brief(typed)}{_did_you_mean(typed, _options(error))}; {_see(verb)}"
        case UnusedCliTokensError():
            return _too_many_words(verb, (error.unused_tokens or [""])[0])
        case MissingArgumentError():
            return _missing(verb, error)
        case RepeatArgumentError():
            return f"{brief(error.token.keyword or error.token.value)} was given twice; give it once."
        case CoercionError() if error.token is not None:
            return _does_not_fit(error)
        case _:
            error.verbose = False
            return f"{one_line(str(error)).rstrip('.')}; {_see(verb)}"


def one_line(text: str) -> str:
    """`text` on one line, without the characters that would make a terminal do something."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def brief(text: str, longest: int = 60) -> str:
    """What was typed, fit to be repeated in a sentence."""
    plain = one_line(text)
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def _see(verb: str) -> str:
    return "ketsim --help lists them." if verb == "ketsim" else f"ketsim {verb} --help lists what it has."


def _unknown_verb(typed: str, verbs: Sequence[str]) -> str:
    if " " in typed.strip() or typed.endswith((".yaml", ".yml")):
        return f'"{brief(typed)}" needs a verb before it, as in {EXAMPLE}.'
    listed = f"{', '.join(verbs[:-1])} and {verbs[-1]}"
    what = "option" if typed.startswith("-") else "verb"
    return f'ketsim has no {what} "{brief(typed)}"{_did_you_mean(typed, verbs)}; its verbs are {listed}.'


def _did_you_mean(typed: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(typed, known, n=1, cutoff=0.6)
    return f" (did you mean {close[0]}?)" if close else ""


def _options(error: UnknownOptionError) -> list[str]:
    return [name for argument in error.argument_collection for name in argument.names if name.startswith("--")]


def _too_many_words(verb: str, word: str) -> str:
    if verb == "simulate":
        return f'"{brief(word)}" is one word too many; put the whole dosing sentence in quotes, as in {EXAMPLE}.'
    return f'"{brief(word)}" is one word too many for ketsim {verb}; {_see(verb)}'


def _missing(verb: str, error: MissingArgumentError) -> str:
    if error.keyword is not None:  # it was typed, without anything after it
        return f"{error.keyword} needs a value after it; ketsim {verb} --help shows one."
    name = error.argument.name if error.argument is not None else "more"
    return f"{verb} needs {_WANTED.get(verb, brief(name))}."


def _does_not_fit(error: CoercionError) -> str:
    assert error.token is not None
    name = error.token.keyword or (error.argument.name if error.argument is not None else "the value")
    reason = one_line(str(error.msg)) if error.msg is not None else None
    if reason is None:
        error.verbose = False
        reason = one_line(str(error))
        return f"{reason.rstrip('.')}."
    return f'{name} "{brief(error.token.value)}" does not fit: {reason.rstrip(".")}.'
