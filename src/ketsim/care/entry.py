"""What is one line of the log, and what may never stand in it? Ids, versions, known words and coarse numbers only."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from dataclasses import dataclass, fields, replace
from typing import Any, Final, get_args

from ketsim.care.event import EVENTS, Event, Language, Mode, RingingEnded
from ketsim.errors import InputError

#: Seconds are rounded up to this [s]; hours are all the log knows of the time of day.
COARSE: Final = 5
GENESIS: Final = "0" * 64
_ID: Final = re.compile(r"(?=[^/]*[a-z])[a-z0-9]+(-[a-z0-9]+)*")
_DIGITS: Final = re.compile(r"[0-9]{7,}")
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_VERSION: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}")
CASE_ID: Final = re.compile(r"[0-9a-f]{32}")
COLUMNS: Final = ("seq", "at", "case_id", "event", "provider", "detail", "rules", "prev_hash", "hash")
_PHONE: Final = re.compile(r"[0-9]{10,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line. detail: canonical JSON of what the event holds beside the provider."""

    seq: int
    at: str
    case_id: str
    event: str
    provider: str
    detail: str
    rules: str
    prev_hash: str
    hash: str

    @property
    def said(self) -> Event:
        """The event. Raises `ValueError` for a line that holds none."""
        kind = EVENTS.get(self.event)
        if kind is None:
            raise ValueError(f"no event is called {self.event!r}")
        held = json.loads(self.detail, object_hook=_tuples)
        if self.provider:
            held["provider"] = self.provider
        try:
            return kind(**held)
        except TypeError:
            raise ValueError(f"line {self.seq} does not hold what {self.event} holds") from None


@dataclass(frozen=True, slots=True)
class Head:
    """The last line of a log: its number (0 where there is none) and its hash."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Who may call back, as it was allowed: the hour, the version and language of the text. Never who allowed it."""

    case_id: str
    at: str
    version: str
    language: Language
    providers: tuple[str, ...]


def new_case() -> str:
    """A random case id: it leads to nobody."""
    return secrets.token_hex(16)


def coarse(event: Event) -> Event:
    """The event with its seconds rounded up, as the log keeps it."""
    if isinstance(event, RingingEnded):
        return replace(event, seconds=-(-max(0, event.seconds) // COARSE) * COARSE)
    return event


def is_id(text: str) -> bool:
    """Whether the log takes it as the id of a provider or listing: small letters, digits, hyphens; never a number."""
    if len(text) > 64:
        return False
    return bool(_UUID.fullmatch(text)) or bool(_ID.fullmatch(text) and not _DIGITS.search(text.replace("-", "")))


def digest(line: tuple[object, ...]) -> str:
    """SHA-256 over a line without its own hash, as canonical JSON."""
    return hashlib.sha256(json.dumps(list(line), ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def written(event: Event) -> tuple[str, str]:
    """Provider and detail of an event. Raises `InputError` for anything but ids, versions and known words."""
    held = {field.name: getattr(event, field.name) for field in fields(event)}
    provider = held.pop("provider", "")
    for one in (provider, *held.get("candidates", ()), *held.get("providers", ())):
        if one and not is_id(one):
            raise InputError(
                "an id in the log has small letters, digits and hyphens, and is no number.", field="provider"
            )
    for key, allowed in (("mode", get_args(Mode)), ("language", get_args(Language))):
        if key in held and held[key] not in allowed:
            raise InputError(f"{key} is one of {', '.join(allowed)}.", field=key)
    version = held.get("version", "none")
    if not _VERSION.fullmatch(version) or _PHONE.search(version):
        raise InputError("a version has small letters, digits, dots and hyphens.", field="version")
    return provider, json.dumps(held, ensure_ascii=True, separators=(",", ":"), sort_keys=True)


def consent(entry: Entry) -> Consent:
    """The consent that a line of the event "consented" holds."""
    return Consent(case_id=entry.case_id, at=entry.at, **json.loads(entry.detail, object_hook=_tuples))


def _tuples(held: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in held.items()}
