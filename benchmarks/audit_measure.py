"""How well does the audit find what a reader labelled? Spans matched one to one, then observables and verdicts.

A span matches a label that it covers at least half of; with `strict` both ways (shared part over whole at least half).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

WRONG = ("contradicted", "harmful", "outdated")


@dataclass(frozen=True)
class Wanted:
    """A labelled claim."""

    start: int
    end: int
    observable: str
    verdict: str


@dataclass
class Score:
    """Counts over pages; what they mean is in the properties."""

    wanted: int = 0
    found: int = 0
    matched: int = 0
    observables: int = 0
    wrong: int = 0
    wrong_caught: int = 0
    wrongly_accused: int = 0
    verdicts: dict[str, Counter[str]] = field(default_factory=dict)

    @property
    def recall(self) -> float:
        return self.matched / max(self.wanted, 1)

    @property
    def precision(self) -> float:
        return self.matched / max(self.found, 1)

    @property
    def observable_accuracy(self) -> float:
        return self.observables / max(self.matched, 1)

    @property
    def caught(self) -> float:
        return self.wrong_caught / max(self.wrong, 1)

    @property
    def macro_f1(self) -> float:
        """Mean over the verdicts that were labelled; a label without a match counts as missed."""
        every = [
            2 * c["hit"] / (2 * c["hit"] + c["false"] + c["missed"])
            for c in self.verdicts.values()
            if c["hit"] + c["missed"]
        ]
        return sum(every) / max(len(every), 1)

    def row(self, name: str) -> str:
        return (
            f"{name:<24} {self.wanted:>6} {self.recall:>7.2f} {self.precision:>9.2f} {self.observable_accuracy:>10.2f} "
            f"{self.macro_f1:>8.2f} {self.wrong_caught:>3}/{self.wrong:<3} {self.wrongly_accused:>8}"
        )


HEAD = (
    f"{'':<24} {'claims':>6} {'recall':>7} {'precision':>9} {'observable':>10} {'macro-F1':>8} {'wrong':>7} "
    f"{'accused':>8}"
)


def matched(wanted: Sequence[Wanted], spans: Sequence[tuple[int, int]], *, strict: bool = False) -> dict[int, int]:
    """Label -> span, one to one, as many as can be (augmenting paths), closer ones tried first."""
    near: list[list[int]] = []
    for label in wanted:
        rated = []
        for place, (start, end) in enumerate(spans):
            shared = min(label.end, end) - max(label.start, start)
            whole = max(label.end, end) - min(label.start, start)
            part = shared / whole if strict else shared / max(label.end - label.start, 1)
            if shared > 0 and part >= 0.5:
                rated.append((-shared / whole, place))
        near.append([place for _, place in sorted(rated)])
    owner: dict[int, int] = {}

    def place(label: int, seen: set[int]) -> bool:
        for span in near[label]:
            if span not in seen:
                seen.add(span)
                if span not in owner or place(owner[span], seen):
                    owner[span] = label
                    return True
        return False

    for label in sorted(range(len(wanted)), key=lambda i: (len(near[i]), i)):
        place(label, set())
    return {label: span for span, label in owner.items()}


def add(
    score: Score, wanted: Sequence[Wanted], claims: Sequence[tuple[int, int, str, str]], *, strict: bool = False
) -> None:
    """Count one page; claims: (start, end, observable, verdict)."""
    pairs = matched(wanted, [(start, end) for start, end, _, _ in claims], strict=strict)
    score.wanted += len(wanted)
    score.found += len(claims)
    score.matched += len(pairs)
    for place, label in enumerate(wanted):
        counts = score.verdicts.setdefault(label.verdict, Counter())
        got = claims[pairs[place]] if place in pairs else None
        if label.verdict in WRONG:
            score.wrong += 1
            score.wrong_caught += got is not None and got[3] in WRONG
        elif got is not None and got[3] in WRONG:
            score.wrongly_accused += 1
        if got is None:
            counts["missed"] += 1
            continue
        score.observables += got[2] == label.observable
        if got[3] == label.verdict:
            counts["hit"] += 1
        else:
            counts["missed"] += 1
            score.verdicts.setdefault(got[3], Counter())["false"] += 1
