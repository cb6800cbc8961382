"""Which numbers of a page can a run take? Read from ``page_runs.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from ketsim.evidence.field import Frozen, Name, Text
from ketsim.rule_file import read_rules

_FILE: Final = Path(__file__).with_name("page_runs.yaml")


class Shown(Frozen):
    """Something that is set side by side: its words, the output and measure, and the unit it is told in."""

    label: Text
    output: Text
    measure: Text
    unit: Text


class Clock(Frozen):
    """A time that a page states, and the time constants behind it. notions, without: in the sentence of the claim.

    implied: name of the list of what else is told.
    """

    observables: tuple[Text, ...] = Field(min_length=1)
    notions: tuple[Text, ...] = ()
    without: tuple[Text, ...] = ()
    scenario_of: Text
    output: Text
    measure: Text
    unit: Text
    stretched: tuple[Name, ...] = Field(min_length=1)
    implied: Text


class Slot(Frozen):
    """A number of a dosing sentence: the observable that it is claimed of, if any, its unit, and the most it may be."""

    observable: Text | None = None
    unit: Text
    most: Annotated[float, Field(gt=0.0)] | None = None


class Input(Frozen):
    """A request that a page's numbers can fill. dose: dosing sentence with {slot}. person: fields of a scenario.

    shown: name of a list. also: further observables whose claims are read.
    """

    key: Text
    also: tuple[Text, ...] = ()
    slots: Mapping[Name, Slot]
    dose: Text
    person: Mapping[Name, Text]
    shown: Text


class Often(Frozen):
    """Words for how often something is given, and how many times a week that is."""

    words: Text
    times: Annotated[float, Field(gt=0.0)]


class Book(Frozen):
    """Everything that a run can take from a page; of several clocks for one claim the first that fits.

    lists: what is set side by side.
    """

    clocks: tuple[Clock, ...]
    inputs: tuple[Input, ...]
    often: tuple[Often, ...]
    lists: Mapping[Name, tuple[Shown, ...]]


@cache
def book() -> Book:
    """The mapping."""
    return Book.model_validate(read_rules(_FILE))
