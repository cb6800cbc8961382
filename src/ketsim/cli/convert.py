"""``ketsim convert``: doses and curves between NONMEM event records, CSV and Parquet.

What a file holds is told by its ending and its first line: event records have ID and TIME, a dose table has subject and
time_h, curves have output and time_h; a scenario (.yaml) gives the doses of its person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cyclopts import Parameter

from ketsim.cli import parquet, terminal
from ketsim.cli.delivery import Delivery
from ketsim.cli.request import SCENARIO_ENDINGS
from ketsim.errors import InputError

if TYPE_CHECKING:
    from ketsim.formats.event_records import Individual

Content = Literal["scenario", "records", "doses", "curves"]

_OUT_ENDINGS: Final = (".csv", ".parquet")
_FIRST_LINE: Final = 10_000  # characters; a first line longer than this names no columns
_CURVES: Final = frozenset({"output", "model", "unit", "time_h"})
_DOSES: Final = frozenset({"subject", "time_h", "amount_mg"})


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
    content = _content(source)
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
            done = _write_doses(people, place, routes, as_records=content != "records" and target.suffix == ".csv")
    terminal.paragraph(f"Written: {target} ({done})")
    return 0


def _content(source: Path) -> Content:
    """What a file holds. Raises `InputError` for one that cannot be read or holds nothing known."""
    if source.suffix in SCENARIO_ENDINGS:
        return "scenario"
    if not source.is_file():
        raise InputError(f"{source} is not a file that can be read.")
    if source.suffix == ".parquet":
        names = parquet.columns(source)
    else:
        names = _first_line(source)
    if frozenset(names) >= _CURVES:
        return "curves"
    if frozenset(names) >= _DOSES:
        return "doses"
    if source.suffix != ".parquet" and {"ID", "TIME", "AMT"} & {name.upper() for name in names}:
        return "records"
    raise InputError(
        f"{source.name} is none of what can be converted: event records (columns ID, TIME, AMT), a dose table "
        "(subject, time_h, amount_mg) or curves (output, model, unit, time_h)."
    )


def _first_line(source: Path) -> list[str]:
    try:
        with source.open(encoding="utf-8-sig") as file:
            lines: Iterator[str] = iter(lambda: file.readline(_FIRST_LINE), "")
            first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    except UnicodeDecodeError:
        raise InputError(
            f"{source.name} is not text; a table is expected whose first line names the columns."
        ) from None
    except OSError as error:
        raise InputError(f"{source} cannot be read: {error.strerror or error}.") from None
    return [name.strip().strip('"') for name in re.split(r"[,\s]+", first.strip())]


def _routes(given: Sequence[str]) -> dict[int, str] | None:
    routes: dict[int, str] = {}
    for text in given:
        number, _, route = text.partition("=")
        if not number.isascii() or not number.isdigit() or not route:
            raise InputError(f'cmt "{text[:40]}" is not a number and its route; write for example --cmt 1=iv.')
        routes[int(number)] = route
    return routes or None


def _people_of(source: Path, content: Content) -> tuple[Individual, ...]:
    from ketsim.cli.dosetable import people_of, read_csv

    if content == "scenario":
        return (_person_of(source),)
    if source.suffix == ".parquet":
        return people_of((f"{source.name}, row {i}", row) for i, row in enumerate(parquet.read_rows(source), start=1))
    return people_of(read_csv(source))


def _person_of(source: Path) -> Individual:
    from ketsim.formats.event_records import individual
    from ketsim.scenario import Scenario

    scenario = Scenario.from_yaml(source)
    if scenario.population is not None:
        raise InputError(f"{source.name} has a population; take that line out to convert the doses of one person.")
    weight = {} if scenario.weight is None else {"WT": scenario.weight}
    return individual("1", scenario.regimen, until=scenario.until, covariates=weight)


def _write_doses(people: Sequence[Individual], place: Path, routes: dict[int, str] | None, *, as_records: bool) -> str:
    from ketsim.cli.dosetable import COLUMNS, dose_rows, write_csv

    if as_records:
        from ketsim.formats.nonmem import write_nonmem

        known = routes or _numbered(people)
        write_nonmem(people, place, routes=known)
        return "NONMEM event records; CMT " + ", ".join(f"{number} is {route}" for number, route in known.items())
    rows = list(dose_rows(people))
    if place.suffix == ".csv":
        write_csv(rows, place)
    else:
        parquet.write_rows(rows, COLUMNS, place)
    left = sum(len(person.observations) for person in people)
    return f"{len(rows):,} doses" + (f"; {left:,} observations stay in the NONMEM file" if left else "")


def _numbered(people: Sequence[Individual]) -> dict[int, str]:
    """Compartment numbers from 1 on, in the order in which the routes are used."""
    used = dict.fromkeys(str(event.route) for person in people for event in person.events)
    return dict(enumerate(used, start=1))


def _convert_curves(source: Path, place: Path) -> None:
    if source.suffix == place.suffix:
        raise InputError(f"{source.name} holds curves in {source.suffix} already; give OUT another ending.")
    (parquet.from_csv if place.suffix == ".parquet" else parquet.to_csv)(source, place)
