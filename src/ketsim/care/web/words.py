"""In which language is a page written, and with which words? English and Spanish, every text in both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from starlette.requests import Request

from ketsim.care.event import Language
from ketsim.rule_file import read_rules

LANGUAGES: Final[Mapping[Language, str]] = {"en": "English", "es": "Español"}

_FILE: Final = Path(__file__).with_name("texts.yaml")
_FIRST: Final = re.compile(r"\s*([A-Za-z]{2})\b")


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """Every text by its key, then by language."""
    said: Mapping[str, Mapping[str, str]] = read_rules(_FILE)
    return said


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one language: `words("home.title", count=3)`."""

    language: Language = "en"

    def __call__(self, key: str, **fill: object) -> str:
        """The text with this key, its places filled. What fills a place is taken as it stands."""
        return texts()[key][self.language].format(**fill)

    def knows(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in texts()


def language_of(request: Request) -> Language:
    """`?lang=` decides; without it, what the browser asks for first."""
    asked = request.query_params.get("lang")
    if asked is None:
        first = _FIRST.match(request.headers.get("accept-language", ""))
        asked = first[1].lower() if first else "en"
    return "es" if asked == "es" else "en"
