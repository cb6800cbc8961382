"""Which notions does a text touch? Groups of words and phrases, found in one pass over the words.

An entry is a phrase: words separated by blanks, ``*`` for any ending, ``a|b`` for a choice, ``?`` behind a word that
may be missing, ``..`` for up to three words between. Groups stand in ``lexicon.yaml``; patterns may bring entries of
their own, which become groups too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ketsim.audit.words import Word
from ketsim.errors import InputError
from ketsim.rule_file import read_rules

_FILE: Final = Path(__file__).with_name("lexicon.yaml")
_GAP: Final = 3
_STEM: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*\*?|[%$£€+]")


@dataclass(frozen=True, slots=True)
class Hit:
    """A group found in a text: its name, first and last word [indices, the last one included], words passed over."""

    group: str
    first: int
    last: int
    passed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Step:
    """One word of a phrase: the forms it may take; whether it may be missing; whether words may stand before it."""

    exact: frozenset[str]
    stems: tuple[str, ...]
    optional: bool
    gap: bool

    def fits(self, word: str) -> bool:
        return word in self.exact or (bool(self.stems) and word.startswith(self.stems))


class Lexicon:
    """Groups ready to be looked up; `groups` maps a name to its phrases."""

    def __init__(self, groups: Mapping[str, Iterable[str]]) -> None:
        self.names = tuple(groups)
        self._exact: dict[str, list[tuple[str, tuple[_Step, ...]]]] = {}
        self._stems: dict[str, list[tuple[str, str, tuple[_Step, ...]]]] = {}
        self._found: dict[str, tuple[tuple[str, ...], tuple[tuple[str, tuple[_Step, ...]], ...]]] = {}
        for name, phrases in groups.items():
            for phrase in phrases:
                self._add(name, phrase)

    def hits(self, said: Sequence[Word]) -> list[Hit]:
        """Every group found in these words, in the order of their first words."""
        found: dict[Hit, None] = {}
        for index, word in enumerate(said):
            alone, longer = self._candidates(word.text)
            for group in alone:
                found[Hit(group, index, index)] = None
            if index + 1 == len(said):
                break
            following = said[index + 1].text
            for group, rest in longer:
                first = rest[0]
                if not (first.gap or first.optional or first.fits(following)):
                    continue
                places = _follow(rest, said, index)
                if places is not None:
                    last = max(places, default=index)
                    found[Hit(group, index, last, frozenset(range(index + 1, last)) - places)] = None
        return list(found)

    def _add(self, name: str, phrase: str) -> None:
        steps = _steps(name, phrase)
        first, rest = steps[0], steps[1:]
        for form in first.exact:
            self._exact.setdefault(form, []).append((name, rest))
        for stem in first.stems:
            self._stems.setdefault(stem[:3], []).append((stem, name, rest))

    def _candidates(self, word: str) -> tuple[tuple[str, ...], tuple[tuple[str, tuple[_Step, ...]], ...]]:
        """Groups that the word is in by itself, and phrases that begin with it."""
        known = self._found.get(word)
        if known is None:
            short = [self._stems.get(word[:length], []) for length in range(1, min(len(word), 3) + 1)]
            by_stem = [(name, rest) for group in short for stem, name, rest in group if word.startswith(stem)]
            every = (*self._exact.get(word, ()), *by_stem)
            alone = tuple(dict.fromkeys(name for name, rest in every if not any(not step.optional for step in rest)))
            known = alone, tuple((name, rest) for name, rest in every if rest)
            if len(self._found) < 200_000:  # words of any text; the memory of one run stays bounded
                self._found[word] = known
        return known


def _follow(steps: tuple[_Step, ...], said: Sequence[Word], index: int) -> frozenset[int] | None:
    """The indices of the words where the rest of a phrase follows the word at `index`; None where it does not."""
    at = index
    places: set[int] = set()
    for step in steps:
        reach = _GAP + 1 if step.gap else 1
        place = next((i for i in range(at + 1, min(at + 1 + reach, len(said))) if step.fits(said[i].text)), None)
        if place is None:
            if step.optional:
                continue
            return None
        at = place
        places.add(at)
    return frozenset(places)


def _steps(name: str, phrase: str) -> tuple[_Step, ...]:
    steps: list[_Step] = []
    gap = False
    for part in phrase.split():
        if part == "..":
            gap = True
            continue
        optional = part.endswith("?")
        forms = part.removesuffix("?").casefold().split("|")
        if not all(_STEM.fullmatch(form) for form in forms):
            raise InputError(f"the phrase {phrase!r} of the group {name} has a part {part!r} that is no word.")
        stems = tuple(form[:-1] for form in forms if form.endswith("*"))
        steps.append(_Step(frozenset(form for form in forms if not form.endswith("*")), stems, optional, gap))
        gap = False
    if not steps or steps[0].optional or gap:
        raise InputError(f"the phrase {phrase!r} of the group {name} has to begin and end with a word that must stand.")
    return tuple(steps)


def shared_words() -> dict[str, Sequence[str | int]]:
    """The groups of ``lexicon.yaml`` as they stand there."""
    raw: dict[str, Sequence[str | int]] = read_rules(_FILE)
    return dict(raw)


def unfolded(raw: Mapping[str, Sequence[str | int]]) -> dict[str, tuple[str, ...]]:
    """The groups with those that they name with ``@`` written out. Raises `InputError` for circles."""
    return {name: tuple(dict.fromkeys(_phrases(name, raw, ()))) for name in raw}


def _phrases(name: str, raw: Mapping[str, Sequence[str | int]], above: tuple[str, ...]) -> Iterator[str]:
    if name in above or name not in raw:
        raise InputError(f"the group {name!r} is not there, or names itself.", where=_FILE.name)
    for phrase in map(str, raw[name]):  # 911 is a word here
        if phrase.startswith("@"):
            yield from _phrases(phrase[1:], raw, (*above, name))
        else:
            yield phrase
