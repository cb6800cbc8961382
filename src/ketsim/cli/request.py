"""Flags and words of a command line become a `Scenario`: the same request that Python and YAML make.

Quantities are handed on as they were typed; the scenario reads their units and says what does not fit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter, Token

from ketsim.errors import InputError
from ketsim.formats.content import SCENARIO_ENDINGS

if TYPE_CHECKING:
    from ketsim.scenario import Scenario


def whole(_: type, tokens: Sequence[Token]) -> int:
    """A whole number and nothing else: 1.5 people are not rounded to 2."""
    try:
        return int(tokens[0].value)
    except ValueError:
        raise ValueError("it takes a whole number, such as 1000") from None


def at_least_one(_: type, tokens: Sequence[Token]) -> int:
    """A whole number of one or more."""
    number = whole(int, tokens)
    if number < 1:
        raise ValueError("it takes a whole number from 1 on")
    return number


#: The name of a clinical course, which no dosing sentence looks like.
_NAME = re.compile(r"[a-z]+(?:-[a-z0-9]+)+")

Whole = Annotated[int | None, Parameter(converter=whole)]
Count = Annotated[int, Parameter(converter=at_least_one)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What flags can say about how the answer is given."""

    json: Annotated[bool, Parameter(help="Print one JSON object instead of tables.")] = False
    out: Annotated[
        Path | None, Parameter(help="Folder for the curves, the measures, the figure and the JSON object.")
    ] = None
    report: Annotated[Path | None, Parameter(help="File for a self-contained HTML report.")] = None
    workers: Annotated[
        Count,
        Parameter(
            help="Processes to share a population; the answer is the same for any number. "
            "One unless said: a process takes a second to start."
        ),
    ] = 1
    scheduler: Annotated[
        str | None,
        Parameter(help="Address of a Dask scheduler whose workers share a population, such as tcp://127.0.0.1:8786."),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What flags can say about a scenario; None leaves it to the scenario file or to the default."""

    weight: Annotated[str | None, Parameter(help="Body weight, such as 80kg.")] = None
    age: Annotated[str | None, Parameter(help="Age, such as 35y.")] = None
    sex: Annotated[str | None, Parameter(help="female or male.")] = None
    height: Annotated[str | None, Parameter(help="Height, such as 175cm.")] = None
    ethnicity: Annotated[str | None, Parameter(help="Where a model has a factor for it.")] = None
    liver: Annotated[str | None, Parameter(help="Liver function, where a source has data.")] = None
    kidney: Annotated[str | None, Parameter(help="Kidney function, where a source has data.")] = None
    co_medication: Annotated[
        tuple[str, ...] | None, Parameter(name="--with", help="Another drug that is taken; may be repeated.")
    ] = None
    cyp2b6: Annotated[str | None, Parameter(help="CYP2B6 genotype, where a source has data.")] = None
    options: Annotated[
        tuple[str, ...] | None,
        Parameter(name="--option", help="A published covariate that is off unless asked for, such as asian."),
    ] = None
    effects: Annotated[
        tuple[str, ...] | None,
        Parameter(help="Effects to show, such as dissociation,heart_rate; none for none (ketsim effects lists them)."),
    ] = None
    course: Annotated[
        tuple[str, ...] | None,
        Parameter(help="What goes on over weeks, such as withdrawal,craving; none for none (unasked from a week on)."),
    ] = None
    treatments: Annotated[
        tuple[str, ...] | None,
        Parameter(
            name="--treatment",
            help='What helps, such as "cbt from 26wk for 12wk" or "diazepam from stop for 5d"; may be repeated.',
        ),
    ] = None
    madrs: Annotated[str | None, Parameter(help="Score of depression (MADRS) before the first dose, such as 33.")] = (
        None
    )
    setting: Annotated[
        str | None, Parameter(help='How people are kept in the dark, such as "open label", "masked against midazolam".')
    ] = None
    background: Annotated[
        str | None, Parameter(help='What else goes on against depression: none, ongoing, "new antidepressant".')
    ] = None
    taper: Annotated[
        str | None,
        Parameter(help="Let the doses fall to nothing over this time after the last one, supervised, such as 4wk."),
    ] = None
    sampling: Annotated[str | None, Parameter(help="venous (as clinics draw it) or arterial.")] = None
    population: Annotated[Whole, Parameter(help="Simulate this many people instead of one.")] = None
    seed: Annotated[Whole, Parameter(help="The same seed gives the same people (0 unless said).")] = None
    until: Annotated[str | None, Parameter(help="How long to follow, such as 24h or 6wk.")] = None
    at: Annotated[str | None, Parameter(help="Times to print, such as 30min,1h,24h.")] = None
    uncertainty: Annotated[Whole, Parameter(help="Parameter sets drawn from the published standard errors.")] = None

    def scenario(self, given: str, *, models: tuple[str, ...] = ()) -> Scenario:
        """The scenario of `given` (a dosing sentence, the name of a clinical course, or a scenario file) and the flags;
        a flag wins over the file.
        """
        from ketsim.scenario import Scenario

        said: dict[str, Any] = {f.name: getattr(self, f.name) for f in fields(self)}
        changes = {
            name: ",".join(value) if isinstance(value, tuple) else value  # repeated, or with commas: both are lists
            for name, value in said.items()
            if value is not None
        }
        if models:
            changes["models"] = models
        if not given.endswith(SCENARIO_ENDINGS):
            _refuse_other_file(given)
            return Scenario.clinical(given, **changes) if _NAME.fullmatch(given) else Scenario(given, **changes)
        scenario = Scenario.from_yaml(given)
        return Scenario(**{**scenario.to_dict(), **changes}) if changes else scenario


def _refuse_other_file(given: str) -> None:
    try:
        found = Path(given).is_file()
    except (OSError, ValueError):  # too long for a path, or a character that no path has: it is a sentence
        return
    if found:
        raise InputError(f"{given} is a file, but a scenario file ends in .yaml; rename it or give a dosing sentence.")
