"""Which shapes do the entries of a source file share? Numbers, names, closed lists of words, quantities with a unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    PlainSerializer,
    Strict,
    StringConstraints,
    WithJsonSchema,
)

from ketsim.errors import InputError, nearest
from ketsim.units import KINDS, to_canonical

#: A finite number as printed; text and yes/no are refused.
Finite = Annotated[float, Strict(), Field(allow_inf_nan=False)]
#: A finite number that cannot be negative (a variance, a standard error, a coefficient of variation).
NotNegative = Annotated[float, Strict(), Field(allow_inf_nan=False, ge=0.0)]
#: Text that says something.
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
#: A short name that expressions may use.
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
#: The key of a source or a model, such as Simons2022.
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=60)]
#: What an entry of a list is called.
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=80)]


def one_of(what: str, words: Sequence[str]) -> tuple[AfterValidator, WithJsonSchema]:
    """What makes a text field take these words only; for a type checker it stays text, so an enum may be its key."""

    def check(given: str) -> str:
        if given not in words:
            expected = ", ".join(words)
            raise InputError(f"{what} {given[:60]!r} is not known; expected one of {expected}.{nearest(given, words)}")
        return given

    return AfterValidator(check), WithJsonSchema({"type": "string", "enum": list(words)})


#: Marks fields that the reader fills in; a source file cannot set them.
COMPUTED: Final[dict[str, JsonValue]] = {"computed": True}


#: The role of a number.
_known_kind, _kind_schema = one_of("kind", tuple(KINDS))
KindName = Annotated[str, _known_kind, _kind_schema]


class Frozen(BaseModel):
    """What every type of this room shares: immutable, no unknown fields, no silent change of type."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True, defer_build=True
    )


class Quantity(Frozen):
    """A quantity written with its unit, such as "1.5 h", beside the canonical number."""

    text: str
    canonical: float

    def __str__(self) -> str:
        return self.text


def quantity_of(kind: str) -> tuple[BeforeValidator, PlainSerializer]:
    """What turns the text of a file into a `Quantity` of one kind, and back."""

    def read(given: Any) -> Any:
        if isinstance(given, Quantity):
            return given
        if not isinstance(given, str):
            raise InputError(f"{given!r} has no unit; write {KINDS[kind].article} such as {KINDS[kind].example!r}.")
        return Quantity(text=given.strip(), canonical=to_canonical(given, kind, field=KINDS[kind].words))

    return BeforeValidator(read, json_schema_input_type=str), PlainSerializer(lambda q: q.text, return_type=str)


_read_time, _write_time = quantity_of("time")
_read_weight, _write_weight = quantity_of("weight")
_read_age, _write_age = quantity_of("age")
_read_height, _write_height = quantity_of("height")
TimeQuantity = Annotated[Quantity, _read_time, _write_time]
WeightQuantity = Annotated[Quantity, _read_weight, _write_weight]
AgeQuantity = Annotated[Quantity, _read_age, _write_age]
HeightQuantity = Annotated[Quantity, _read_height, _write_height]


def check_ends(what: str, low: float | None, high: float | None) -> None:
    """Refuse a range whose lower end is not the lower one; an end that is not stated may lie anywhere."""
    if low is not None and high is not None and low > high:
        raise InputError(f"the {what} runs from {low:g} to {high:g}; write the lower end as low.")


class Entry(Frozen):
    """An entry of a source file: it knows its source and the line it stands on."""

    source: str = Field(default="", json_schema_extra=COMPUTED)
    line: int = Field(default=0, json_schema_extra=COMPUTED)
