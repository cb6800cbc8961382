"""What did a form or an address say? Read strictly, with caps, before anything behind the door sees it.

A form is read here and not by a library, because it is simple: pairs of names and values in UTF-8, no files.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request

from ketsim.care.web.turned_away import TurnedAway, plain

_MOST_FIELDS: Final = 200
LONGEST: Final = 200  # characters of one value, where a field names no other cap
_FORM: Final = "application/x-www-form-urlencoded"

Fields = Mapping[str, Sequence[str]]


async def sent(request: Request) -> Fields:
    """The fields of a form that was posted."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if kind != _FORM and body:
        raise plain(415)
    return _read(body)


def asked(request: Request) -> Fields:
    """The fields that stand in the address."""
    return _read(request.scope.get("query_string", b""))


def one(fields: Fields, name: str, *, longest: int = LONGEST) -> str:
    """The value of a field that is given once; empty where it is missing."""
    values = fields.get(name, ())
    if len(values) > 1:
        raise TurnedAway(
            422, "field_twice", f"the field {name!r} was sent {len(values)} times; send it once.", field=name
        )
    return _checked(name, values[0], longest) if values else ""


def many(fields: Fields, name: str, *, most: int = 30, longest: int = LONGEST) -> tuple[str, ...]:
    """The values of a field that may be given several times, each once, in order; empty ones are left out."""
    values = fields.get(name, ())
    if len(values) > most:
        raise TurnedAway(422, "too_many_values", f"the field {name!r} takes at most {most} values.", field=name)
    return tuple(dict.fromkeys(_checked(name, value, longest) for value in values if value.strip()))


def _checked(name: str, value: str, longest: int) -> str:
    value = value.strip()
    if len(value) > longest:
        raise TurnedAway(422, "too_long", f"the field {name!r} takes at most {longest} characters.", field=name)
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in value):
        raise TurnedAway(422, "control_signs", f"the field {name!r} holds signs that cannot be typed.", field=name)
    return value


def _read(raw: bytes) -> Fields:
    try:
        pairs = parse_qsl(
            raw.decode("utf-8"), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=_MOST_FIELDS
        )
    except UnicodeDecodeError:
        raise TurnedAway(422, "encoding", "what was sent is not UTF-8 text.") from None
    except ValueError:
        raise TurnedAway(422, "too_many_fields", f"at most {_MOST_FIELDS} fields are read.") from None
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name[:64], []).append(value)
    return fields
