"""Which providers are there, and which were there before? Read with every slip named; nothing is overwritten.

A file of providers (YAML or JSON) is read whole or not at all. Each change of a provider becomes a new version in the
registry, beside the old ones. Whoever is paid for each person sent is refused (`ketsim.care.funding`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from ketsim.care.database import open_database, writing
from ketsim.care.entry import is_id
from ketsim.care.funding import PURPOSES, Funding, refused_basis, refused_text
from ketsim.care.hours import ALWAYS, DAYS, Hours, read_hours
from ketsim.care.phone import read_listed_phone
from ketsim.care.provider import EVERYWHERE, Desk, Provider, provider_of
from ketsim.care.states import STATES
from ketsim.document import Document, Place, read_document
from ketsim.errors import InputError, did_you_mean

_MARK: Final = 0x6B747067  # application_id
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS version (
  id TEXT NOT NULL, version INTEGER NOT NULL, at TEXT NOT NULL, digest TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (id, version)
) STRICT;
CREATE TRIGGER IF NOT EXISTS version_stays BEFORE UPDATE ON version
  BEGIN SELECT RAISE(ABORT, 'a version is never changed'); END;
CREATE TRIGGER IF NOT EXISTS version_remains BEFORE DELETE ON version
  BEGIN SELECT RAISE(ABORT, 'a version is never removed'); END;
CREATE TRIGGER IF NOT EXISTS version_follows BEFORE INSERT ON version
  WHEN NEW.version IS NOT (SELECT ifnull(max(version), 0) + 1 FROM version WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'a version follows the last one'); END;
"""
_KEYS: Final = (
    "id", "name", "phone", "listing", "serves", "codes", "hours", "recorded", "funding", "valid_from", "valid_to",
)  # fmt: skip
_OPTIONAL: Final = frozenset({"listing", "codes", "recorded", "valid_to"})
_RINGS: Final = re.compile(r"\+1(?!900)[0-9]{3}(?!976)")  # no premium rate
_FUNDING: Final = ("payer", "kind", "amount_basis", "from", "to", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One state of a provider. version: 1, 2, ...; at: when it was taken in (ISO 8601)."""

    provider: Provider
    version: int
    at: str


class Registry:
    """Every version of every provider. clock: the time, with its zone. Raises `InputError` for another kind of file."""

    def __init__(self, path: Path, *, clock: Callable[[], datetime] | None = None) -> None:
        self._clock = clock or (lambda: datetime.now(UTC))
        self._db = open_database(path, mark=_MARK, schema=_SCHEMA, what="a registry of providers")

    def take(self, providers: Sequence[Provider]) -> tuple[Version, ...]:
        """Add what is new or changed, all of it or nothing, and return it; what is unchanged gets no new version."""
        added = []
        at = self._clock().astimezone(UTC).isoformat(timespec="seconds")
        with writing(self._db) as db:
            for one in providers:
                last = db.execute(
                    "SELECT version, digest FROM version WHERE id = ? ORDER BY version DESC LIMIT 1", (one.id,)
                ).fetchone() or (0, "")
                if last[1] != one.digest:
                    body = json.dumps(one.to_dict(), sort_keys=True)
                    db.execute(
                        "INSERT INTO version VALUES (?, ?, ?, ?, ?)", (one.id, last[0] + 1, at, one.digest, body)
                    )
                    added.append(Version(provider=one, version=last[0] + 1, at=at))
        return tuple(added)

    def history(self, provider: str) -> tuple[Version, ...]:
        """Every version of one provider, the first one first."""
        rows = self._db.execute("SELECT version, at, body FROM version WHERE id = ? ORDER BY version", (provider,))
        return tuple(Version(provider=provider_of(json.loads(body)), version=n, at=at) for n, at, body in rows)

    def providers(self, on: date | None = None) -> tuple[Provider, ...]:
        """The latest version of each provider that may be called on that day, or of all, by id."""
        rows = self._db.execute("SELECT id, body, max(version) FROM version GROUP BY id ORDER BY id")
        latest = [provider_of(json.loads(body)) for _, body, _ in rows]
        return tuple(one for one in latest if on is None or one.desk.is_valid(on))

    def close(self) -> None:
        """Let the file go."""
        self._db.close()

    def __enter__(self) -> Registry:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_providers(source: Path | str, *, name: str | None = None) -> tuple[Provider, ...]:
    """The providers of a file or text in YAML or JSON. Raises `InputError` with field, value, file and line."""
    return _Reader(read_document(source, name=name)).providers()


class _Reader:
    def __init__(self, document: Document) -> None:
        self._document = document

    def providers(self) -> tuple[Provider, ...]:
        data = self._document.data
        if not isinstance(data, dict) or not isinstance(data.get("providers"), list):
            raise self._slip('the file holds no list "providers"; begin with providers: and one entry for each.', ())
        self._keys(data, ("providers",), ("providers",), ())
        read = [self._provider(entry, ("providers", place)) for place, entry in enumerate(data["providers"])]
        for place, one in enumerate(read):
            if any(one.id == earlier.id for earlier in read[:place]):
                raise self._slip(
                    f"id {one.id!r} stands here again; each provider has its own.", ("providers", place, "id")
                )
        return tuple(read)

    def _provider(self, entry: Any, at: Place) -> Provider:
        self._keys(entry, _KEYS, [key for key in _KEYS if key not in _OPTIONAL], at)
        for key in ("name", "phone"):
            self._words(entry[key], (*at, key))
        identity = self._identity(entry["id"], (*at, "id"))
        starts, ends = self._days(entry["valid_from"], entry.get("valid_to"), at, ("valid_from", "valid_to"))
        desk = Desk(
            id=identity,
            serves=self._serves(entry["serves"], (*at, "serves")),
            codes=tuple(sorted(self._list(entry.get("codes") or [], (*at, "codes")))),
            hours=self._hours(entry["hours"], (*at, "hours")),
            starts=starts,
            ends=ends,
        )
        recorded = entry.get("recorded")
        if recorded is not None and not isinstance(recorded, bool):
            raise self._slip(f"recorded is {recorded!r}; expected true, false or nothing.", (*at, "recorded"))
        listing = entry.get("listing")
        rows = entry["funding"]
        if not isinstance(rows, list) or not rows:
            raise self._slip(
                "funding is empty; say who pays, with amount_basis: none where nobody does.", (*at, "funding")
            )
        return Provider(
            desk=desk,
            name=entry["name"].strip(),
            phone=self._phone(entry["phone"], (*at, "phone")),
            listing=None if listing is None else self._identity(listing, (*at, "listing")),
            recorded=recorded,
            funding=tuple(self._funding(row, (*at, "funding", place)) for place, row in enumerate(rows)),
        )

    def _funding(self, row: Any, at: Place) -> Funding:
        self._keys(row, _FUNDING, [key for key in _FUNDING if key != "to"], at)
        for key in ("payer", "text", "amount_basis"):
            self._words(row[key], (*at, key))
        if row["kind"] not in PURPOSES:
            hint = did_you_mean(str(row["kind"]), PURPOSES, otherwise=f"expected {' or '.join(PURPOSES)}.")
            raise self._slip(f"kind {str(row['kind'])[:40]!r} is not known; {hint}", (*at, "kind"))
        refused = refused_basis(row["amount_basis"])
        if refused is not None:
            raise self._slip(refused, (*at, "amount_basis"))
        starts, ends = self._days(row["from"], row.get("to"), at, ("from", "to"))
        return Funding(
            payer=row["payer"].strip(), kind=row["kind"], amount_basis=row["amount_basis"], starts=starts, ends=ends,
            text=row["text"].strip(),
        )  # fmt: skip

    def _keys(self, entry: Any, known: Sequence[str], needed: Sequence[str], at: Place) -> None:
        if not isinstance(entry, dict):
            raise self._slip(f"an entry with {', '.join(known)} is expected here.", at)
        for key in entry:
            if key not in known:
                hint = did_you_mean(key, known, otherwise=f"expected {', '.join(known)}.")
                raise self._slip(f"{key[:40]!r} is not known here; {hint}", (*at, key))
        for key in needed:
            if entry.get(key) is None:
                raise self._slip(f"{key} is missing.", at)

    def _words(self, value: Any, at: Place) -> None:
        if not isinstance(value, str) or not value.strip() or len(value) > 500 or not value.isprintable():
            raise self._slip(f"{at[-1]} is {str(value)[:40]!r}; expected words on one line, in quotes if digits.", at)
        refused = refused_text(value, is_name=at[-1] != "text") if at[-1] in ("name", "payer", "text") else None
        if refused is not None:
            raise self._slip(refused, at)

    def _identity(self, value: Any, at: Place) -> str:
        if not isinstance(value, str) or not is_id(value):
            raise self._slip(
                f"{at[-1]} {str(value)[:40]!r} is none; small letters, digits, hyphens, no phone number.", at
            )
        return value

    def _list(self, value: Any, at: Place) -> list[str]:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self._slip(f"{at[-1]} is {str(value)[:40]!r}; expected a list of words, digits in quotes.", at)
        return sorted(set(value))

    def _serves(self, value: Any, at: Place) -> tuple[str, ...]:
        areas = self._list(value, at)
        for area in areas:
            if area not in (EVERYWHERE, *STATES) and not (len(area) == 3 and area.isascii() and area.isdigit()):
                hint = did_you_mean(
                    area, STATES, otherwise='expected US, a state such as CA, or a ZIP area such as "902".'
                )
                raise self._slip(f"serves {area[:40]!r} is no area; {hint}", at)
        if not areas:
            raise self._slip("serves is empty; expected US, states, or three-digit ZIP areas.", at)
        return tuple(areas)

    def _hours(self, value: Any, at: Place) -> Hours:
        self._keys(value, ("time_zone", ALWAYS, *DAYS), ("time_zone",), at)
        days = {day: tuple(self._list(spans, (*at, day))) for day, spans in value.items() if day in DAYS}
        if (value.get(ALWAYS) is True) == bool(days):
            raise self._slip("hours have either always: true or the days on which it is open.", at)
        try:
            return read_hours(str(value["time_zone"]), days or None)
        except InputError as error:
            raise self._slip(error.sentence, at) from None

    def _days(self, starts: Any, ends: Any, at: Place, keys: tuple[str, str]) -> tuple[date, date | None]:
        read = []
        for key, value in zip(keys, (starts, ends), strict=True):
            try:
                read.append(None if value is None else date.fromisoformat(value))
            except (TypeError, ValueError):
                raise self._slip(
                    f"{key} is {str(value)[:40]!r}; expected a day such as 2026-01-31.", (*at, key)
                ) from None
        first, last = read
        assert first is not None  # it is among the needed keys
        if last is not None and last < first:
            raise self._slip(f"{keys[1]} {last} lies before {keys[0]} {first}.", (*at, keys[1]))
        return first, last

    def _phone(self, value: str, at: Place) -> str:
        phone = read_listed_phone(value)
        if phone.e164 is None or not phone.valid or phone.extension or not _RINGS.match(phone.e164):
            raise self._slip(f"phone {value[:40]!r} cannot be rung; expected a number such as (415) 867-5309.", at)
        return phone.e164

    def _slip(self, sentence: str, at: Place) -> InputError:
        return InputError(sentence, where=self._document.where(at), field=str(at[-1]) if at else None)
