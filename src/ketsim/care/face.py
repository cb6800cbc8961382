"""How does an answer about places look as plain data? The same for the terminal's JSON and for the web's."""

from __future__ import annotations

from datetime import date
from typing import Any

from ketsim.care.model import KINDS, Listing, Phone, Service
from ketsim.care.search import LOCATOR, STALE_AFTER, Answer, age_days, expired
from ketsim.notice import HelpLine, public_help


def answer_body(answer: Answer) -> dict[str, Any]:
    """The answer as JSON wants it; listings in their order."""
    query, place = answer.query, answer.place
    return {
        "near": query.near,
        "place": place and {"label": place.label, "kind": place.kind, "lat": place.lat, "lon": place.lon},
        "within_miles": query.within,
        "asked": {group: list(codes) for group, codes in answer.asked.items()},
        "as_of": answer.as_of,
        "age_days": answer.age_days,
        "stale": answer.stale,
        "stale_after_days": STALE_AFTER,
        "locator": LOCATOR,
        "public_lines": public_lines(answer.lines),
        "total": answer.total,
        "offset": query.offset,
        "results": [listing_body(listing, answer.today) for listing in answer.results],
        "possibly_within": [listing_body(listing, answer.today) for listing in answer.possibly_within],
        "nearest_beyond": [listing_body(listing, answer.today) for listing in answer.beyond],
        "notes": [{"code": note.code, "text": note.text} for note in answer.notes],
        "sources": [
            {
                key: said[key]
                for key in ("key", "name", "url", "licence", "citation", "as_of", "rows_in", "rows_rejected")
            }
            for said in (source.to_dict() for source in answer.sources)
        ],
    }


def listing_body(listing: Listing, today: date) -> dict[str, Any]:
    """One listing; `services` are the codes of all its services, `offered_by` says which service has which."""
    location, phone = listing.location, listing.phone
    as_of = min(service.assured_on for service in listing.services)
    codes = {code.code: code.name for service in listing.services for code in service.codes}
    return {
        "id": listing.id,
        "name": listing.name,
        "phone": phone.shown if phone else None,
        "phones": [_phone(number) for number in listing.phones],
        "address": location.address,
        "city": location.city,
        "state": location.state,
        "zip": location.zip,
        "miles": None if listing.miles is None else round(listing.miles, 6),
        "distance": listing.distance,
        "precision": location.precision,
        "within": listing.within,
        "lat": location.lat,
        "lon": location.lon,
        "flags": list(location.flags),
        "services": [{"code": code, "name": name} for code, name in codes.items()],
        "as_of": as_of,
        "age_days": age_days(as_of, today),
        "source": ", ".join(dict.fromkeys(service.source for service in listing.services)),
        "website": next((service.website for service in listing.services if service.website), None),
        "offered_by": [_service(service, today) for service in listing.services],
    }


def public_lines(lines: tuple[HelpLine, ...] | None = None) -> list[dict[str, str]]:
    """The public lines of help, most urgent first; they stand in every answer and in every refusal."""
    known = public_help().lines if lines is None else lines
    return [line.to_dict() for line in known]


def service_status(service: Service, today: date) -> str:
    """How the service stands: as its source says, or that its licence has run out by its date."""
    return "licence expired" if expired(service.expires_on, today) else service.status


def _service(service: Service, today: date) -> dict[str, Any]:
    return {
        "id": service.id,
        "kind": service.kind,
        "kind_name": KINDS.get(service.kind, service.kind),
        "programme": service.programme,
        "status": service_status(service, today),
        "expires_on": service.expires_on,
        "as_of": service.assured_on,
        "age_days": age_days(service.assured_on, today),
        "source": service.source,
        "codes": [code.code for code in service.codes],
        "unknown": list(service.unknown),
        "phones": [_phone(number) for number in service.phones],
    }


def _phone(phone: Phone) -> dict[str, Any]:
    return {
        "number": phone.shown, "text": phone.text, "e164": phone.e164, "extension": phone.extension,
        "kind": phone.kind, "valid": phone.valid,
    }  # fmt: skip
