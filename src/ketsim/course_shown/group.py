"""Which readings of a course belong together? Groups that a person asks about, and what of them counts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ketsim.course_shown.cell import range_of
from ketsim.result import central

if TYPE_CHECKING:
    from ketsim.result import Output, Result

#: The measure of a reading that is counted from the last dose on.
AFTER: Final = "peak_after_last_dose"


@dataclass(frozen=True, slots=True)
class Group:
    """Readings that answer one question. begins: how their names begin. after: counted from the last dose on."""

    key: str
    name: str
    begins: tuple[str, ...]
    after: bool = False

    @property
    def heading(self) -> str:
        """Its name, and from when on it is told."""
        return f"{self.name} after the last dose" if self.after else self.name


GROUPS: Final = (
    Group("mood", "Mood", ("madrs", "still_well", "in_treatment", "synaptic_signal")),
    Group("use", "Doses decided on the way", ("amount_per", "sessions_per", "loop_gain", "boosters")),
    Group("tolerance", "Tolerance and long-run load", ("tolerance", "long_run_load")),
    Group("withdrawal", "Withdrawal", ("withdrawal",), after=True),
    Group("craving", "Craving", ("craving",), after=True),
    Group("dependence", "Dependence", ("physical_dependence", "psychological_dependence")),
    Group("relapse", "Relapse", ("relapse",)),
    Group("harm", "Harm", ("urinary",)),
)
_OTHER: Final = Group("other", "Also", ("",))


def course_outputs(result: Result) -> list[Output]:
    """Every reading of the course, in its order."""
    return [output for output in result.outputs if output.kind == "course"]


def grouped(outputs: Iterable[Output]) -> dict[Group, list[Output]]:
    """The readings by group, in the order in which the groups are read."""
    found: dict[Group, list[Output]] = {}
    for output in outputs:
        group = next((g for g in GROUPS if output.name.startswith(g.begins)), _OTHER)
        found.setdefault(group, []).append(output)
    return {_as_told(group, found[group]): found[group] for group in (*GROUPS, _OTHER) if group in found}


def _as_told(group: Group, outputs: Sequence[Output]) -> Group:
    """Where doses are decided on the way nobody knows which is the last one."""
    return replace(group, after=group.after and any(AFTER in output.measures for output in outputs))


def counting(outputs: Sequence[Output]) -> tuple[list[Output], list[Output]]:
    """Readings of which the change counts in somebody, under any of their rivals, and those of which it does not."""
    loud = {output.name for output in outputs if reach(output) >= (output.level or 0.0)}
    return (
        [output for output in outputs if output.name in loud],
        [output for output in outputs if output.name not in loud],
    )


def reach(output: Output) -> float:
    """The largest change from where it began, over the range; in its unit."""
    if "change_at_peak" not in output.measures:
        return math.inf
    sizes = (central(output.measures["change_at_peak"]), *range_of(output, "change_at_peak"))
    return max((abs(size) for size in sizes if math.isfinite(size)), default=0.0)


def short(output: Output, group: Group) -> str:
    """The label of a reading, without what the heading of its group has said and what explains it.

    A reading "withdrawal, low mood" of the group of withdrawal is "low mood".
    """
    label = output.label.removeprefix(f"{group.key}, ")
    return label.partition(":")[0]
