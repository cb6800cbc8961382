"""What a simulation gives back: curves with their unit, sources and certainty, and the scenario that made them.

A `Result` is immutable and holds numbers in the units of the doors (h, ng/mL). For a small population every person's
curve is kept; for a large one only summaries (5 %, 50 % and 95 % of people at each time). It computes nothing new.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ketsim.errors import InputError
from ketsim.notice import NOTICE

if TYPE_CHECKING:
    import pandas
    import xarray

    from ketsim.course.ensemble import Width
    from ketsim.effects.planned import NotKnown
    from ketsim.safety.alarm import Alarm
    from ketsim.scenario import Scenario

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """A measure over people: 5 %, 50 % and 95 % of them lie below `low`, `median` and `high`."""

    low: float
    median: float
    high: float

    def to_dict(self) -> dict[str, float | None]:
        """JSON form; a number that does not exist is null."""
        return {"low": finite(self.low), "median": finite(self.median), "high": finite(self.high)}


def central(measure: float | Spread) -> float:
    """A measure's one number: the median over people, or the number of one person."""
    return measure.median if isinstance(measure, Spread) else measure


def ends(measure: float | Spread) -> tuple[float, float]:
    """A measure's range over people; for one person both ends are the number itself."""
    return (measure.low, measure.high) if isinstance(measure, Spread) else (measure, measure)


@dataclass(frozen=True, slots=True)
class GivenDose:
    """One given dose in words, for dose marks and dose tables."""

    time: float  # [h]
    duration: float  # [h]
    text: str


@dataclass(frozen=True, slots=True)
class GivenBooster:
    """A booster that one person was given under one structure. time: [h]. because: the rule and what was found."""

    structure: str
    number: int
    time: float
    because: str


@dataclass(frozen=True, slots=True, eq=False)
class Output:
    """One curve: a quantity predicted by one model.

    name: contract name such as ``s_norketamine``. median, low, high: (time,) in `unit`; for one person the three are
    equal. values: (subject, time) where every person's curve was kept, else None. measures: name -> number for one
    person, `Spread` for a population. certainty: the lowest along the path of numbers that made the curve. Of an
    effect: driver, the kinetic model whose concentrations drive it; level, the change from baseline [unit] that counts
    for onset and duration. Of a course: ranges, the measures over parameter sets and people that stand for one person;
    low and high are then their band, and the median is the person with the numbers as the sources state them.
    """

    name: str
    label: str
    model: str
    model_label: str
    kind: str
    unit: str
    sampling: str
    certainty: str
    sources: tuple[str, ...]
    numbers: tuple[str, ...]
    low: Array
    median: Array
    high: Array
    values: Array | None
    measures: Mapping[str, float | Spread]
    measure_units: Mapping[str, str]
    driver: str | None = None
    level: float | None = None
    ranges: Mapping[str, Spread] = field(default_factory=dict)

    @property
    def ranged(self) -> bool:
        """Whether it is a range: over people, or over what one person may turn out to be."""
        return bool(self.ranges) or any(isinstance(measure, Spread) for measure in self.measures.values())


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Everything that a scenario produced. times: (time,) [h]; at: the times asked for [h]; stopped: an interrupt ended
    the run before every person was done, and `subjects` counts those who were. widths: where the width of each course
    comes from. boosters: those of one person, with the reason of each; None where there is no rule. by_chance:
    chance decides about doses, so that of one person the median is that of possible courses and nobody is typical.
    """

    scenario: Scenario
    times: Array
    at: tuple[float, ...]
    outputs: tuple[Output, ...]
    doses: tuple[GivenDose, ...]
    subjects: int
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    error_estimate: float
    version: str
    stopped: bool = False
    not_known: tuple[NotKnown, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    widths: tuple[Width, ...] = ()
    boosters: tuple[GivenBooster, ...] | None = None
    by_chance: bool = False

    def output(self, name: str, model: str | None = None) -> Output:
        """The output of that name (and model, where several models ran). Raises `InputError` naming what there is."""
        found = [o for o in self.outputs if o.name == name and model in (None, o.model)]
        if not found:
            there = ", ".join(sorted({o.name for o in self.outputs}))
            raise InputError(f"there is no output {name!r} in this result; it has {there}.")
        return found[0]

    def values_at(self, output: Output) -> list[dict[str, float]]:
        """The output at the times asked for: {time_h, value}, with low and high where one person stands for a range, or
        {time_h, low, median, high} over people.
        """
        rows = []
        for time in self.at:
            i = int(np.searchsorted(self.times, time))
            if self.subjects == 1:
                row = {"time_h": time, "value": float(output.median[i])}
                if output.ranged:
                    row |= {"low": float(output.low[i]), "high": float(output.high[i])}
                rows.append(row)
            else:
                rows.append(
                    {
                        "time_h": time,
                        "low": float(output.low[i]),
                        "median": float(output.median[i]),
                        "high": float(output.high[i]),
                    }
                )
        return rows

    def summary(self) -> list[dict[str, Any]]:
        """One row per output and measure: output, model, measure, unit, value (with low and high where one person
        stands for a range) or low/median/high, certainty.
        """
        rows: list[dict[str, Any]] = []
        for o in self.outputs:
            for measure, value in o.measures.items():
                row: dict[str, Any] = {"output": o.name, "model": o.model, "measure": measure}
                row["unit"] = o.measure_units[measure]
                row.update(value.to_dict() if isinstance(value, Spread) else {"value": finite(value)})
                if measure in o.ranges:
                    row |= {"low": finite(o.ranges[measure].low), "high": finite(o.ranges[measure].high)}
                row["certainty"] = o.certainty
                rows.append(row)
        return rows

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of ``ketsim simulate --json``."""
        return {
            "schema": "ketsim.simulate/1",
            "alarms": [alarm.to_dict() for alarm in self.alarms],
            "scenario": {
                **self.scenario.to_dict(),
                "hash": self.scenario.hash,
                "description": self.scenario.describe(),
            },
            "outputs": [
                {
                    "name": o.name,
                    "label": o.label,
                    "model": o.model,
                    "kind": o.kind,
                    "unit": o.unit,
                    "sampling": o.sampling,
                    "certainty": o.certainty,
                    "sources": list(o.sources),
                    "numbers": list(o.numbers),
                    "measures": {
                        name: value.to_dict() if isinstance(value, Spread) else finite(value)
                        for name, value in o.measures.items()
                    },
                    "measure_units": dict(o.measure_units),
                    **({"driver": o.driver, "level": o.level} if o.kind != "concentration" else {}),
                    **({"ranges": {m: r.to_dict() for m, r in o.ranges.items()}} if o.ranges else {}),
                    "values": self.values_at(o),
                }
                for o in self.outputs
            ],
            "doses": [{"time_h": d.time, "duration_h": d.duration, "text": d.text} for d in self.doses],
            **({} if self.boosters is None else {"boosters": [asdict(booster) for booster in self.boosters]}),
            "subjects": self.subjects,
            "stopped": self.stopped,
            "not_known": [{"name": n.name, "because": n.because} for n in self.not_known],
            "widths": [asdict(width) for width in self.widths],
            "assumptions": list(self.assumptions),
            "warnings": list(self.warnings),
            "error_estimate": self.error_estimate,
            "notice": NOTICE,
            "version": self.version,
        }

    def columns(self, *, people: bool = False) -> dict[str, list[Any]]:
        """The long table as columns: output, model, unit, certainty, time_h, and value, or low, median and high over
        people. Where one person's course stands for a range, value has low and high beside it; they are None elsewhere.

        people: one row per subject and time instead, where every person's curve was kept. Raises `InputError`
        otherwise. The course over weeks keeps no curve a person, and is left out of these rows.
        """
        from ketsim.result_table import curve_columns

        return curve_columns(self, people=people)

    def to_frame(self, *, people: bool = False) -> pandas.DataFrame:
        """The long table of `columns` as a pandas data frame."""
        from ketsim.result_table import frame

        return frame(self, people=people)

    def to_xarray(self) -> xarray.Dataset:
        """An xarray Dataset, dims (subject, time) or (quantile, time); unit, sources and certainty as attributes."""
        from ketsim.result_table import dataset

        return dataset(self)

    def save(self, path: str | Path) -> Path:
        """Write the long table to .csv or .parquet, or the JSON object to .json; whole or not at all.

        Raises `InputError` for another ending or a place that cannot be written, `MissingExtraError` without pandas.
        """
        from ketsim.result_table import save

        return save(self, Path(path))

    def __repr__(self) -> str:
        lines = [sentence for alarm in self.alarms for sentence in alarm.sentences]
        lines.append(f"Result of {self.scenario.describe()}")
        for o in self.outputs:
            top = o.measures["cmax" if o.kind == "concentration" else "peak"]
            peak = f"{top.median:.4g} ({top.low:.4g} to {top.high:.4g})" if isinstance(top, Spread) else f"{top:.4g}"
            lines.append(f"  {o.name:<24} {o.model:<18} peak {peak} {o.unit}, certainty {o.certainty}")
        return "\n".join([*lines, f"  {NOTICE}"])

    def _repr_html_(self) -> str:
        from html import escape

        rows = "".join(
            f"<tr><td>{escape(str(r['output']))}</td><td>{escape(str(r['model']))}</td><td>{escape(str(r['measure']))}</td>"
            f"<td>{_words(r)} {escape(str(r['unit']))}</td><td>{escape(str(r['certainty']))}</td></tr>"
            for r in self.summary()
        )
        head = "<tr><th>output</th><th>model</th><th>measure</th><th>value</th><th>certainty</th></tr>"
        said = (sentence for alarm in self.alarms for sentence in alarm.sentences)
        first = "".join(f"<p><strong>{escape(sentence)}</strong></p>" for sentence in said)
        return (
            f"{first}<p><strong>{escape(self.scenario.describe())}</strong></p><table><thead>{head}</thead>"
            f"<tbody>{rows}</tbody></table><p>{escape(NOTICE)}</p>"
        )


def finite(value: float) -> float | None:
    """The number, or None where it does not exist: JSON has no NaN."""
    return float(value) if np.isfinite(value) else None


def _words(row: Mapping[str, Any]) -> str:
    def say(x: float | None) -> str:
        return "not defined" if x is None else f"{x:.4g}"

    if "value" in row:
        beside = f" ({say(row['low'])} to {say(row['high'])})" if "low" in row else ""
        return f"{say(row['value'])}{beside}"
    return f"{say(row['median'])} ({say(row['low'])} to {say(row['high'])})"
