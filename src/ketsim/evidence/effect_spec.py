"""What does a source say an effect is? Its parameters by name, and which concentration it must be driven by.

The equation stands in ``ketsim.effects``, one file an effect; here are the names of its numbers and the rules of use:
which isomer, which blood, after which kinetics the numbers were found.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from ketsim.errors import InputError
from ketsim.evidence.field import Entry, Frozen, Key, Name, Text
from ketsim.evidence.limits import Limits
from ketsim.evidence.model_spec import RoleName, RouteName, Sampling

#: A value of this source by name, or of another one as Source.name.
NumberName = Annotated[str, StringConstraints(pattern=r"^([A-Za-z][A-Za-z0-9_-]*\.)?[a-z][a-z0-9_]*$", max_length=120)]


class Drive(Frozen):
    """The concentrations that drive an effect, as the source measured or computed them.

    analytes: the parent first; the word parent stands for whichever form is given. sampling: the blood that the numbers
    belong to. kinetics: by route the model that the numbers were found with, taken instead of the default one, and in
    `because` the reason.
    """

    analytes: tuple[RoleName, ...] = Field(min_length=1)
    sampling: Sampling
    kinetics: Mapping[RouteName, Key] = {}
    because: Text | None = None

    @model_validator(mode="after")
    def _explained(self) -> Self:
        if self.kinetics and self.because is None:
            raise InputError("kinetics named for an effect need because, which says why they are taken.")
        return self


class EffectSpec(Entry):
    """One effect as one source (or our derivation from several) puts it in numbers.

    status: shipped (shown unless told otherwise), optional (only when named), hypothesis (only when named, and labelled
    as one), record (numbers missing: never run). All but the first say why in `because`. numbers: parameter of the
    equation -> value. assumed: what is taken for granted, in sentences.
    """

    key: Key
    effect: Name
    label: Text
    status: Literal["shipped", "optional", "hypothesis", "record"]
    because: Text | None = None
    drive: Drive | None = None
    numbers: Mapping[Name, NumberName] = {}
    limits: Limits = Limits()
    assumed: tuple[Text, ...] = ()
    note: Text | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.status != "shipped" and self.because is None:
            raise InputError(f"{self.key} is {self.status}; because must say why.")
        if self.status != "record" and (self.drive is None or not self.numbers):
            raise InputError(f"{self.key} is {self.status}, so it must state drive and numbers (or be a record).")
        return self

    def home(self, parameter: str) -> tuple[str, str]:
        """(source, value) of the number of that parameter."""
        where, _, name = self.numbers[parameter].rpartition(".")
        return where or self.source, name
