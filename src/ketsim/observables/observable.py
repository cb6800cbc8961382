"""What can be asked or claimed about ketamine? One observable: its meaning, its unit, and what the evidence says.

An observable is a quantity (``range``), a statement that is true or not (``proposition``) or a set (``list``).
Everything in it is data; a number stands in the evidence and is only named here.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from ketsim.errors import InputError
from ketsim.evidence.field import Frozen, Identifier, Text

Kind = Literal["range", "proposition", "list"]
#: What the evidence says of a proposition: it holds; it does not; partly; nothing was found; nobody outside can check.
Truth = Literal["affirm", "deny", "mixed", "unknown", "uncheckable"]
Polarity = Literal["affirm", "deny"]
Verdict = Literal["supported", "contradicted", "oversimplified", "unsupported", "outdated", "not-checkable", "harmful"]

ObservableName = Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.[a-z0-9_]+)+$", max_length=60)]
#: A fact by its id, or ``Source/name`` for a value or a measured row; ``.low``, ``.high`` after it means that end only.
EvidenceId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_./-]*$", max_length=80)]

_VERDICTS: dict[Truth, dict[Polarity, Verdict]] = {
    "affirm": {"affirm": "supported", "deny": "contradicted"},
    "deny": {"affirm": "contradicted", "deny": "supported"},
    "mixed": {"affirm": "oversimplified", "deny": "oversimplified"},
    "unknown": {"affirm": "unsupported", "deny": "unsupported"},
    "uncheckable": {"affirm": "not-checkable", "deny": "not-checkable"},
}


class Reference(Frozen):
    """Which evidence the reference interval is made of: from the lowest to the highest end, in `unit`."""

    evidence: tuple[EvidenceId, ...] = Field(min_length=1, validation_alias="from")
    unit: Text


class Item(Frozen):
    """A member of a list, in words, with the evidence for it. also: other words for it."""

    words: Text
    also: tuple[Text, ...] = ()
    evidence: tuple[EvidenceId, ...] = Field(min_length=1)


class Point(Frozen):
    """A dated number of a series: the date as the source gives it, and the fact."""

    date: Text
    evidence: EvidenceId


class Series(Frozen):
    """Numbers of one population from one survey over time. With fewer than three points nothing is said of a trend."""

    what: Text
    population: Text
    survey: Text
    points: tuple[Point, ...] = Field(min_length=1)

    @property
    def is_trend(self) -> bool:
        """Enough points to speak of a trend."""
        return len(self.points) >= 3


class Open(Frozen):
    """What is not known, and what was looked for."""

    what: Text
    looked_for: Text


class Simulated(Frozen):
    """How the program computes it: the request (as `Scenario` takes it), the output and its measure, and the unit.

    unit: of the answer. because: what the two numbers may differ by, if they do. compare: False where the literature
    value is of another kind than the simulated one, so that a difference is no disagreement.
    """

    scenario: dict[str, Any]
    output: Text
    measure: Text
    unit: Text
    because: Text | None = None
    compare: bool = True


class Observable(Frozen):
    """name, also: the name in the contract, and others it is known by. topic: the file it stands in.

    asks: ways in which people ask for it. says: the answer, with {ID} for numbers of the evidence. law, windows,
    substance: rules of `ketsim.safety` by their ids; their facts are evidence. against: evidence that contradicts.
    established: False where no primary source in people stands behind the interval, so that any number is unsupported.
    missing: what a short claim leaves out. affirmed, denied: the verdict on a bare claim, where it is another than the
    truth alone gives. alarm: what must come first in an answer. refuse: the answer is a refusal.
    """

    name: ObservableName
    topic: str = ""
    also: tuple[ObservableName, ...] = ()
    kind: Kind
    unit: Text | None = None
    definition: Text
    asks: tuple[Text, ...] = Field(min_length=3)
    says: tuple[Text, ...] = Field(min_length=1, max_length=3)
    evidence: tuple[EvidenceId, ...] = ()
    law: tuple[Identifier, ...] = ()
    windows: tuple[Identifier, ...] = ()
    substance: Text | None = None
    against: tuple[EvidenceId, ...] = ()
    reference: Reference | None = None
    established: bool = True
    truth: Truth | None = None
    missing: Text | None = None
    affirmed: Verdict | None = None
    denied: Verdict | None = None
    items: tuple[Item, ...] = ()
    series: tuple[Series, ...] = ()
    not_known: tuple[Open, ...] = ()
    simulated: tuple[Simulated, ...] = ()
    alarm: Literal["overdose", "combination", "symptom", "spiked"] | None = None
    refuse: Literal["buying", "getting high", "taper", "harm"] | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if not (self.evidence or self.law or self.windows or self.substance):
            raise InputError(f"{self.name} has no evidence; name facts, or rules of safety.")
        if self.kind == "proposition" and self.truth is None:
            raise InputError(f"{self.name} is a proposition without a truth; write affirm, deny, mixed or unknown.")
        if self.kind != "proposition" and self.truth is not None:
            raise InputError(f"{self.name} is a {self.kind} and has a truth; only a proposition has one.")
        if self.kind == "list" and not self.items:
            raise InputError(f"{self.name} is a list without items.")
        if self.kind == "range" and self.unit is None:
            raise InputError(f"{self.name} is a range without a unit.")
        if self.reference is not None and self.reference.unit != self.unit:
            raise InputError(f"{self.name} has the unit {self.unit!r} and a reference in {self.reference.unit!r}.")
        return self

    def verdict(self, polarity: Polarity) -> Verdict:
        """What a bare claim of this polarity deserves. Raises `InputError` for what is no proposition."""
        if self.truth is None:
            raise InputError(f"{self.name} is a {self.kind}; only a proposition is affirmed or denied.")
        said = self.affirmed if polarity == "affirm" else self.denied
        return said or _VERDICTS[self.truth][polarity]
