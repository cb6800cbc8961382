"""What stands beside every answer whatever was computed: what it is not for, and who helps, free of charge.

The lines of help are data with their sources, in ``help_lines.yaml``. How they look is the business of each door.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

PURPOSE: Final = "Research and education, not dosing advice."
NOTICE: Final = f"{PURPOSE} People differ: no curve here is a promise about one person."

_FILE: Final = Path(__file__).with_name("help_lines.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpLine:
    """A public line: who answers, the number as it is said, the link that dials it, what for, and where that was read.

    read: addresses of the pages; on: the day they were read (ISO 8601).
    """

    who: str
    number: str
    link: str
    purpose: str
    read: tuple[str, ...]
    on: str

    @property
    def sentence(self) -> str:
        """Whom, which number and what for, in one line."""
        return f"{self.who} {self.number}: {self.purpose}"

    def to_dict(self) -> dict[str, str]:
        """Plain data for JSON."""
        return {"who": self.who, "number": self.number, "link": self.link, "purpose": self.purpose}


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """The lines of one country, most urgent first, and the sentence for everybody else."""

    country: str
    elsewhere: str
    lines: tuple[HelpLine, ...]


@cache
def public_help() -> Help:
    """The public lines that come with ketsim."""
    from ketsim.rule_file import read_rules  # here, so that the notice alone stays light

    said = read_rules(_FILE)
    lines = (HelpLine(**{**line, "read": tuple(line["read"])}) for line in said["lines"])
    return Help(country=said["country"], elsewhere=said["elsewhere"], lines=tuple(lines))
