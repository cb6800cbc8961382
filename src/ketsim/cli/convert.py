"""``ketsim convert``: doses and curves between NONMEM event records, CSV and Parquet.

What a file holds is told by its ending and its first line: event records have ID and TIME, a dose table has subject and
time_h, curves have output and time_h; a scenario (.yaml) gives the doses of its person.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from ketsim.cli import terminal
from ketsim.cli.delivery import Delivery
from ketsim.errors import InputError
from ketsim.formats import parquet
from ketsim.formats.content import Content, content_of

if TYPE_CHECKING:
    from ketsim.formats.event_records import Individual

_OUT_ENDINGS: Final = (".csv", ".parquet")


def convert(
    source: Annotated[Path, Parameter(name="IN")],
    target: Annotated[Path, Parameter(name="OUT")],
    /,
    *,
    drug: str | None = None,
    cmt: tuple[str, ...] = (),
    basis: str = "base",
    drop: Annotated[tuple[str, ...], Parameter(consume_multiple=True)] = (),
    covariate: Annotated[tuple[str, ...], Parameter(consume_multiple=True)] = (),
) -> int:
    """Convert doses or curves; what IN holds is told by its ending and its first line.

    Parameters
    ----------
    source:
        NONMEM event records (.csv with ID and TIME), a dose table (.csv or .parquet with subject, time_h and
        amount_mg), curves that simulate --out wrote, or a scenario (.yaml).
    target:
        Event records become a dose table (.csv or .parquet); a dose table or a scenario becomes event records
        (.csv) or a dose table (.parquet); curves go from .csv to .parquet and back.
    drug:
        What the amounts of a NONMEM file count: ketamine, esketamine or arketamine.
    cmt:
        What a compartment number of a NONMEM file means, such as 1=iv; may be repeated (1=iv unless said).
    basis:
        What the amounts of a NONMEM file were weighed as: base or salt.
    drop:
        Columns of a NONMEM file to leave out.
    covariate:
        Further columns of a NONMEM file that are covariates.
    """
    if target.suffix not in _OUT_ENDINGS:
        raise InputError(f"{target} has no ending that can be written; use {' or '.join(_OUT_ENDINGS)}.")
    content = content_of(source)
    with Delivery() as delivery:
        place = delivery.stage(target)
        if content == "curves":
            _convert_curves(source, place)
            done = "curves"
        else:
            from ketsim.formats.nonmem import read_nonmem

            routes = _routes(cmt)
            if content == "records":
                if drug is None:
                    raise InputError(f"{source.name} does not say which drug it counts; add --drug ketamine.")
                people = read_nonmem(
                    source, drug=drug, routes=routes, basis=basis, covariates=covariate, drop=[c.upper() for c in drop]
                )
            else:
                people = _people_of(source, content)
            if not any(person.events for person in people):
                raise InputError("it holds no dose, and there is nothing else to convert.", where=source.name)
            done = _write_doses(people, place, routes, as_records=content != "records" and target.suffix == ".csv")
    terminal.paragraph(f"Written: {target} ({done})")
    return 0


def _routes(given: Sequence[str]) -> dict[int, str] | None:
    routes: dict[int, str] = {}
    for text in given:
        number, _, route = text.partition("=")
        if not number.isascii() or not number.isdigit() or not route:
            raise InputError(f'cmt "{text[:40]}" is not a number and its route; write for example --cmt 1=iv.')
        routes[int(number)] = route
    return routes or None


def _people_of(source: Path, content: Content) -> tuple[Individual, ...]:
    from ketsim.formats.dose_table import read_dose_table

    return (_person_of(source),) if content == "scenario" else read_dose_table(source)


def _person_of(source: Path) -> Individual:
    from ketsim.formats.event_records import individual
    from ketsim.scenario import Scenario

    scenario = Scenario.from_yaml(source)
    if scenario.population is not None:
        raise InputError(f"{source.name} has a population; take that line out to convert the doses of one person.")
    for field in ("taper", "use", "booster"):
        if getattr(scenario, field) is not None:
            raise InputError(
                f"{source.name} has {field}, whose doses are shares or decided on the way and are not written out; "
                "take that line out to convert the doses before it."
            )
    weight = {} if scenario.weight is None else {"WT": scenario.weight}
    return individual("1", scenario.regimen, until=scenario.until, covariates=weight)


def _write_doses(people: Sequence[Individual], place: Path, routes: dict[int, str] | None, *, as_records: bool) -> str:
    if as_records:
        from ketsim.formats.nonmem import write_nonmem

        known = routes or _numbered(people)
        write_nonmem(people, place, routes=known)
        return "NONMEM event records; CMT " + ", ".join(f"{number} is {route}" for number, route in known.items())
    from ketsim.formats.dose_table import write_dose_table

    doses = write_dose_table(people, place)
    left = sum(len(person.observations) for person in people)
    return f"{doses:,} doses" + (f"; {left:,} observations stay in the NONMEM file" if left else "")


def _numbered(people: Sequence[Individual]) -> dict[int, str]:
    """Compartment numbers from 1 on, in the order in which the routes are used."""
    used = dict.fromkeys(str(event.route) for person in people for event in person.events)
    return dict(enumerate(used, start=1))


def _convert_curves(source: Path, place: Path) -> None:
    if source.suffix == place.suffix:
        raise InputError(f"{source.name} holds curves in {source.suffix} already; give OUT another ending.")
    (parquet.from_csv if place.suffix == ".parquet" else parquet.to_csv)(source, place)
