"""Which symptoms does a text in plain English name? Words against phrases that are data; nothing is guessed away.

A phrase is met when all its words stand in one sentence, that of a calm owner only within one clause, so that "bleeding
and a runny nose" is no bleeding nose. A spelling slip in a longer word is forgiven; a plain denial ("no chest pain") is
believed only where it cannot be read otherwise. What no phrase knows is handed back as not understood. It knows no
language but English.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Final

_CLAUSE: Final = ","
_BREAKS: Final = frozenset({_CLAUSE, "and", "but", "because", "then", "so"})
_DENIALS: Final = frozenset({"no", "not", "without", "never", "denies", "denied", "deny"})
#: Small words that may stand between a denial and what it denies, or inside of it.
_FILLERS: Final = frozenset(
    {
        *("any", "have", "has", "had", "having", "a", "an", "the", "of", "in", "my", "his", "her", "their", "when"),
        *("feel", "feels", "feeling", "felt", "been", "being", "is", "are", "was", "do", "does", "did", "it", "there"),
        *("sign", "signs", "thought", "thoughts", "with"),
    }
)
_ENDS: Final = frozenset({_CLAUSE, "but", "and", "or", "nor", "though", "although", "however", "just", "only", "since"})
_GAP: Final = 4  # words that may stand between two words of a phrase with an order
_SLIP_FROM: Final = 5  # letters from which a word may be misspelt by one letter
_TWO_SLIPS_FROM: Final = 9  # letters from which two
_LONGEST: Final = 40  # letters of a word that are looked at
_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[,:()\[\]/–—]|[.!?;\n\r]+")
_JOINED: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("cannot", "cant", "can't", "couldnt", "couldn't", "unable"), ("cannot",)),
    **dict.fromkeys(("wont", "won't", "aint", "ain't"), ("not",)),
    **{
        f"{word}nt": (word, "not")
        for word in ("do", "does", "did", "is", "are", "was", "were", "has", "have", "had", "would", "should")
    },
}


@dataclass(frozen=True, slots=True)
class Phrase:
    """slots: for each word of the phrase what may stand there. ordered: in this order. near: words allowed between.

    firm: a denial before it does not take it back.
    """

    slots: tuple[frozenset[str], ...]
    ordered: bool = False
    near: int = _GAP
    firm: bool = False

    @classmethod
    def of(cls, written: str, groups: Mapping[str, tuple[str, ...]]) -> Phrase:
        """A phrase as a file of rules writes it, such as "cannot > @wake"."""
        firm = written.endswith("!")
        bare = written.removesuffix("!")
        near = 0 if ">>" in bare else _GAP
        parts = bare.replace(">>", ">").split(">") if ">" in bare else bare.split()
        words = [part.strip() for part in parts]
        slots = (frozenset(groups[w[1:]]) if w.startswith("@") else frozenset({w}) for w in words)
        return cls(slots=tuple(slots), ordered=">" in bare, near=near, firm=firm)

    def places(self, words: Sentence, without: frozenset[int]) -> frozenset[int] | None:
        """Where its words stand in the sentence, leaving some places out; None if it is not met."""
        found = [[i for i in words.having(slot) if i not in without] for slot in self.slots]
        if not all(found):
            return None
        if not self.ordered:
            if len(self.slots) > 1 and len({i for places in found for i in places}) < len(self.slots):
                return None  # one word cannot stand for two
            return frozenset(i for places in found for i in places)
        met: set[int] = set()
        for start in found[0]:
            met.update(self._from(start, found[1:], words))
        return frozenset(met) or None

    def _from(self, start: int, rest: list[list[int]], words: Sentence) -> tuple[int, ...]:
        path = [start]
        for places in rest:
            following = next((i for i in places if i > path[-1] and words.close(path[-1], i, self.near)), None)
            if following is None:
                return ()
            path.append(following)
        return tuple(path)


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words of one sentence, and for each the entries of the vocabulary that it is. Commas count as words.

    neutral: places of words that mean nothing alone. complaints: of words that are a complaint with another ("short").
    """

    words: tuple[str, ...]
    entries: tuple[frozenset[str], ...]
    neutral: frozenset[int]
    complaints: frozenset[int]

    def having(self, slot: frozenset[str]) -> list[int]:
        """Places whose word fits the slot."""
        return [i for i, entries in enumerate(self.entries) if entries & slot]

    def close(self, first: int, second: int, near: int) -> bool:
        """Nothing but a few words that mean little between two places."""
        between = range(first + 1, second)
        return len(between) <= near and all(
            self.words[i] not in _BREAKS
            and i not in self.complaints  # "not short of breath" is no "not breathing"
            and (i in self.neutral or not self.entries[i])
            for i in between
        )

    def clauses(self) -> Iterator[Sentence]:
        """The sentence once for each of its clauses, silent elsewhere, so that places stay what they are."""
        ends = [i for i, word in enumerate(self.words) if word in _ENDS | _BREAKS]
        for first, last in pairwise([-1, *ends, len(self.words)]):
            inside = (e if first < i < last else frozenset() for i, e in enumerate(self.entries))
            yield replace(self, entries=tuple(inside))

    def denied(self) -> frozenset[int]:
        """Places that a denial takes back beyond doubt: "no chest pain", "does not have any fever or cough"."""
        starts = [i for i, word in enumerate(self.words) if word in _DENIALS]
        found: set[int] = set()
        for start in starts:
            opening = max((i for i in range(start) if self.words[i] in _BREAKS), default=-1)
            if any(opening < other < start for other in (*starts, *self._cannots())):
                continue  # denied twice: it may well be there
            found |= self._denied_after(start)
        return frozenset(found)

    def _cannots(self) -> list[int]:
        return [i for i, word in enumerate(self.words) if word == "cannot"]

    def _denied_after(self, start: int) -> set[int]:
        taken: set[int] = set()
        here: set[int] = set()
        for i in range(start + 1, len(self.words) + 1):
            word = self.words[i] if i < len(self.words) else _CLAUSE
            if word in _ENDS:
                taken |= here
                if word in ("or", "nor") and here:
                    here = set()
                    continue
                return taken
            if word in _FILLERS:
                continue
            if not self.entries[i] or (i in self.neutral and i not in self.complaints):
                return taken  # something else is denied, or denied in part only
            here.add(i)
        return taken


@dataclass(frozen=True, slots=True)
class Reading:
    """met, denied: names of phrases' owners; not_understood: words that nothing knows, in the order of the text."""

    met: frozenset[str]
    denied: frozenset[str]
    not_understood: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose phrases these are. calm: read strictly, see above. spare: only words that nobody else has used count."""

    name: str
    phrases: tuple[Phrase, ...]
    calm: bool = False
    spare: bool = False


class Vocabulary:
    """Phrases and their owners, the words that mean nothing alone, and those that are a complaint with another."""

    def __init__(self, owners: Iterable[Owner], *, neutral: Iterable[str], complaints: Iterable[str]) -> None:
        self._owners = tuple(owners)
        self._neutral = frozenset(neutral)
        self._complaints = frozenset(complaints)
        entries = {entry for owner in self._owners for p in owner.phrases for slot in p.slots for entry in slot}
        self._words = frozenset(e for e in entries if not e.endswith("*"))
        self._stems = tuple(sorted(e[:-1] for e in entries if e.endswith("*")))
        self._entries = lru_cache(maxsize=4_096)(self._look_up)

    def read(self, text: str) -> Reading:
        """What the text names, what it plainly denies, and what of it is not understood."""
        met: set[str] = set()
        denied: set[str] = set()
        left: list[str] = []
        for words in _sentences(text):
            sentence = self._sentence(words)
            found = self._met(sentence, frozenset(), firm=True)
            # A denial inside a phrase ("cannot wake") is part of the danger and takes nothing back.
            back = sentence.denied() - _places(found)
            found += self._met(sentence, back, firm=False)
            found += self._met(sentence, back | _places(found), firm=False, spare=True)
            met |= {name for name, _ in found}
            if back:
                denied |= {name for name, places in self._met(sentence, frozenset(), firm=False) if places & back}
            used = _places(found) | back | sentence.neutral
            left += [w for i, w in enumerate(words) if i not in used and w != _CLAUSE and not w.isdecimal()]
        return Reading(frozenset(met), frozenset(denied - met), tuple(dict.fromkeys(left)))

    def _met(
        self, sentence: Sentence, without: frozenset[int], *, firm: bool, spare: bool = False
    ) -> list[tuple[str, frozenset[int]]]:
        clauses = tuple(sentence.clauses())
        return [
            (owner.name, places)
            for owner in self._owners
            if owner.spare is spare
            for phrase in owner.phrases
            if _is_firm(phrase) is firm
            for part in (clauses if owner.calm else (sentence,))
            if (places := phrase.places(part, without)) is not None
        ]

    def _sentence(self, words: tuple[str, ...]) -> Sentence:
        return Sentence(
            words=words,
            entries=tuple(self._entries(word) for word in words),
            neutral=frozenset(i for i, word in enumerate(words) if word in self._neutral),
            complaints=frozenset(i for i, word in enumerate(words) if self._entries(word) & self._complaints),
        )

    def _look_up(self, word: str) -> frozenset[str]:
        exact = {word} & self._words | {f"{stem}*" for stem in self._stems if word.startswith(stem)}
        if exact or word in self._neutral or len(word) < _SLIP_FROM:
            return frozenset(exact)
        slips = 2 if len(word) >= _TWO_SLIPS_FROM else 1
        near = {known for known in self._words if len(known) >= _SLIP_FROM and _slips(word, known, slips)}
        near |= {
            f"{stem}*"
            for stem in self._stems
            if len(stem) >= _SLIP_FROM and any(_slips(word[: len(stem) + d], stem, 1) for d in (-1, 0, 1))
        }
        return frozenset(near)


def _places(found: Iterable[tuple[str, frozenset[int]]]) -> frozenset[int]:
    return frozenset(i for _, places in found for i in places)


def _is_firm(phrase: Phrase) -> bool:
    return phrase.firm or any(slot & {"not", "cannot", "no"} for slot in phrase.slots)


def _sentences(text: str) -> Iterator[tuple[str, ...]]:
    """The words of each sentence, small, without accents, contractions written out."""
    plain = unicodedata.normalize("NFKD", text).casefold().replace("’", "'").replace("`", "'")
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    words: list[str] = []
    for piece in _WORD.findall(plain):
        if piece[0] in ".!?;\n\r":
            yield from [tuple(words)] if words else []
            words = []
        elif not piece[0].isalnum():
            words.append(_CLAUSE)
        else:
            words += _written_out(piece[:_LONGEST])
            if words[-2:] in (["can", "not"], ["could", "not"]):
                words[-2:] = ["cannot"]
    if words:
        yield tuple(words)


def _written_out(word: str) -> tuple[str, ...]:
    if word in _JOINED:
        return _JOINED[word]
    if word.endswith("n't"):
        return (word[:-3], "not")
    bare, _, ending = word.partition("'")
    return (bare,) if ending in ("s", "m", "re", "ve", "ll", "d") else (bare, ending) if ending else (bare,)


def _slips(word: str, known: str, most: int) -> bool:
    """Letters left out, added, changed or swapped with their neighbour: at most so many."""
    if abs(len(word) - len(known)) > most:
        return False
    before: list[int] = []
    row = list(range(len(known) + 1))
    for i, a in enumerate(word, start=1):
        following = [i]
        for j, b in enumerate(known, start=1):
            cost = min(row[j] + 1, following[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == known[j - 2] and word[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            following.append(cost)
        before, row = row, following
    return row[-1] <= most
