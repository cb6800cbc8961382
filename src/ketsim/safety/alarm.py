"""What must be said before anything else: why, what to do now, whom to call.

An alarm stands first in every face of an answer. It never says that something is harmless, and no amount of anything
takes it back. The texts are data, in ``alarm.yaml``; the public lines are those of `ketsim.notice`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from ketsim.evidence import fact
from ketsim.notice import HelpLine, public_help

_FILE: Final = Path(__file__).with_name("alarm.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """because: the reason, one sentence. do: what to do, most urgent first. signs: what shows that it is one already.

    facts: ids of the facts behind it. kind: what it is about, as ``alarm.yaml`` names it.
    """

    because: str
    do: tuple[str, ...]
    signs: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    kind: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """Keys of the sources behind it."""
        return tuple(dict.fromkeys(fact(name).source for name in self.facts))

    @property
    def call(self) -> str:
        """The sentence that comes before every other: whom to call."""
        return str(_texts()["call"])

    @property
    def lines(self) -> tuple[HelpLine, ...]:
        """The public lines, most urgent first."""
        return public_help().lines

    @property
    def sentences(self) -> tuple[str, ...]:
        """The alarm as text, in the order in which it must be read."""
        signs = (f"Signs of danger: {'; '.join(self.signs)}.",) if self.signs else ()
        numbers = "; ".join(f"{line.who} {line.number}" for line in self.lines)
        return (self.call, self.because, *signs, *self.do, f"{numbers}. {public_help().elsewhere}")

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "call": self.call,
            "because": self.because,
            "signs": list(self.signs),
            "do": list(self.do),
            "lines": [line.to_dict() for line in self.lines],
            "elsewhere": public_help().elsewhere,
            "facts": list(self.facts),
            "sources": list(self.sources),
        }


def alarm(kind: str, because: str) -> Alarm:
    """The alarm of that kind ("overdose", "combination", "symptom", ...) for this reason."""
    said = _texts()["kinds"][kind]
    return Alarm(
        because=because,
        do=tuple(said["do"]),
        signs=tuple(said.get("signs", ())),
        facts=tuple(said.get("facts", ())),
        kind=kind,
    )


@cache
def _texts() -> dict[str, Any]:
    from ketsim.rule_file import read_rules

    return dict(read_rules(_FILE))
