"""What is said beside the tables: what stays quiet, whose numbers these are, where their width comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from ketsim.course_shown.cell import plain
from ketsim.course_shown.group import Group, reach, short
from ketsim.wording import listed, number, unit_text

if TYPE_CHECKING:
    from ketsim.course.ensemble import Width
    from ketsim.result import Output, Result

#: How the names of measures begin that say when.
_WHEN: Final = "time_"
_ROUNDING: Final = 1e-6  # a share below it is what is left of adding up


def quiet_sentence(group: Group, outputs: Sequence[Output]) -> str:
    """Which readings never change by as much as counts, and how far they go; empty where there are none."""
    if not outputs:
        return ""
    names: dict[str, list[Output]] = {}
    for output in outputs:
        names.setdefault(short(output, group), []).append(output)
    said = [f"{name} (at most {plain(max(map(reach, same)))})" for name, same in names.items()]
    levels = {f"{number(output.level)} {unit_text(output.unit)}".removesuffix(" 1") for output in outputs}
    counts = levels.pop() if len(levels) == 1 else "what counts"
    return f"In 95 % of people these move by less than {counts}: {listed(said)}."


def scale_words(outputs: Sequence[Output]) -> str:
    """The units of a group: "of 10", or each where they differ."""
    return listed(list(dict.fromkeys(unit_text(output.unit) for output in outputs if output.unit != "1")))


def width_sentence(group: Group, outputs: Sequence[Output], widths: Iterable[Width]) -> str:
    """Where the width of the group comes from, the largest part first; empty where there is no width.

    Where its readings are known by their size and by when they peak, both: they need not come from the same.
    """
    names = {output.name for output in outputs}
    told = [width for width in widths if width.output in names]
    rivals = len({output.model for output in outputs}) > 1
    sizes = _parts([width for width in told if not width.measure.startswith(_WHEN)], rivals=rivals)
    times = _parts([width for width in told if width.measure.startswith(_WHEN)], rivals=rivals)
    if sizes and times:
        said = f"of how strong it gets, {listed(sizes)}; of when it peaks, {listed(times)}"
    else:
        said = "; ".join(sizes or times)
    return f"Width of these ranges, by where it comes from: {said}." if said else ""


def _parts(widths: Sequence[Width], *, rivals: bool) -> list[str]:
    """Each source of width with its share, the largest first; nothing where there is no width.

    Where one structure stands alone, or nobody differs, the model is silent on how far others would lie: not named.
    """
    people = [width.people for width in widths]
    parts = {
        **({"how people differ": people} if max(people, default=0.0) > _ROUNDING else {}),
        "numbers that nobody knows well (parameters)": [width.parameters for width in widths],
        **({"which structure is right": [width.structures for width in widths]} if rivals else {}),
    }
    if not any(share > 0.0 for shares in parts.values() for share in shares):
        return []
    return [f"{words} {_percent(shares)}" for words, shares in sorted(parts.items(), key=lambda part: -max(part[1]))]


def whose_numbers(result: Result) -> str:
    """What a number of the course stands for, and its range."""
    if result.subjects > 1:
        return "A number is the median; in brackets 90 % of people."
    if result.by_chance:
        return "A number is the median of possible courses of one person; in brackets 90 % of them."
    return "A number is the typical person; in brackets 90 % of parameter sets and people of such a body."


def structure_sentences(outputs: Iterable[Output]) -> Iterator[str]:
    """Each structure that is shown, in words."""
    for key, label in dict.fromkeys((output.model, output.model_label) for output in outputs):
        yield f"{key}: {label}"


def _percent(shares: Sequence[float]) -> str:
    low, high = (f"{100.0 * share:.0f}" for share in (min(shares), max(shares)))
    return f"{low} %" if low == high else f"{low} to {high} %"
