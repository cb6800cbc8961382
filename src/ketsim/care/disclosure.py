"""What is a person told before anything rings: who answers, who pays, whether it is recorded, and that this is not 911?

And what does a person agree to who asks to be called back? The texts are data, in ``disclosure.yaml``, in English and
Spanish; their version changes with every letter of them and goes into the log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from ketsim.care.event import Kind, Language
from ketsim.errors import InputError

_FILE: Final = Path(__file__).with_name("disclosure.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told about one who answers. pays: how it pays for its listing, empty if it does not.

    funded: (payer, text) of who pays for its work. recorded: None where it is not known.
    """

    name: str
    pays: tuple[str, ...] = ()
    funded: tuple[tuple[str, str], ...] = ()
    recorded: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text as it was shown or spoken, with the version that the log keeps."""

    version: str
    language: Language
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it on one line."""
        return " ".join(self.sentences)


def version() -> str:
    """The version of the texts: the number in the file and the beginning of its digest."""
    return f"{_texts()['version']}-{_digest()[:8]}"


def windows() -> tuple[str, ...]:
    """The times of day at which a person may ask to be called."""
    return tuple(_texts()["windows"])


def window_words(window: str, language: Language = "en") -> str:
    """A time of day in words."""
    return str(_texts()["windows"][window][language])


def disclosure(kind: Kind, answering: Sequence[Told], *, language: Language = "en") -> Text:
    """What is told before a call rings, or before a request to be called back is sent.

    answering: who may answer, in the order in which they are offered the call. Raises `InputError` for a language that
    is not there, and for a listing's call that could be answered by anybody but that listing.
    """
    if kind == "listing" and len(answering) != 1:
        raise InputError("the number of a listing is answered by that listing and by nobody else.")
    said = _in(language, "disclosure")
    names = [one.name for one in answering]
    joined = f" {said['then']} " if kind == "general" else f" {said['and']} "
    first = said[kind].format(who=_listed(names, joined)) if names else said["nobody"]
    about = [sentence for one in answering for sentence in _about(one, said)]
    order = [said["order"]] if kind == "general" and len(names) > 1 else []
    return Text(version=version(), language=language, sentences=(first, *about, *order, said["not_911"]))


def consent(names: Sequence[str], *, window: str = "anytime", hours: int = 24, language: Language = "en") -> Text:
    """What a person agrees to who asks to be called back by these named providers, within so many hours [h].

    Raises `InputError` for no name, a time of day or a language that is not there.
    """
    if not names:
        raise InputError("consent names at least one provider; tick who may call back.", field="providers")
    if window not in windows():
        raise InputError(f"{window[:40]!r} is no time of day here; expected {', '.join(windows())}.", field="window")
    who = _listed(list(names), f" {_in(language, 'disclosure')['and']} ")
    text = _in(language, "consent").format(who=who, window=window_words(window, language), hours=hours)
    return Text(version=version(), language=language, sentences=(text,))


def reply(what: str, language: Language = "en", **said: object) -> str:
    """What is said of a call that ended so, or waits."""
    return str(_in(language, "replies")[what]).format(**said)


def _about(one: Told, said: Any) -> list[str]:
    pays = [said["pays"].format(name=one.name, text=_ended(text)) for text in one.pays]
    funded = [said["funded"].format(payer=payer, name=one.name, text=_ended(text)) for payer, text in one.funded]
    recorded = {True: "recorded", False: "not_recorded", None: "recording_unknown"}[one.recorded]
    return [*(pays or [said["pays_not"].format(name=one.name)]), *funded, said[recorded].format(name=one.name)]


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _listed(names: list[str], last: str) -> str:
    return last.join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _in(language: str, part: str) -> Any:
    texts = _texts()[part]
    if language not in texts:
        raise InputError(
            f"{str(language)[:20]!r} is no language here; expected {' or '.join(texts)}.", field="language"
        )
    return texts[language]


@cache
def _texts() -> dict[str, Any]:
    from ketsim.rule_file import read_rules

    return dict(read_rules(_FILE))


@cache
def _digest() -> str:
    return hashlib.sha256(_FILE.read_bytes()).hexdigest()
