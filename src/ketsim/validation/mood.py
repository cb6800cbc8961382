"""What does the course of depression say of the published results that it was fitted to, and of others of such trials?

Every row is predicted under each rival structure and set beside the result with an interval that is said: the source's
own, or the error of the result and the spread between trials together (95 %). It is no independent test: all of these
trials may be used for calibration. ``make course-study`` writes the table of ``docs/mood.md``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import exp, isfinite, log, sqrt
from pathlib import Path
from statistics import NormalDist
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ketsim.course.structure import Structure, structures, value_named
from ketsim.evidence import Arm, ArmResult, load_source
from ketsim.evidence.field import Frozen, Identifier
from ketsim.rule_file import read_rules
from ketsim.validation.mood_design import DAY, Design, Trial, run_trial

Array = NDArray[np.float64]

_FILE: Final = Path(__file__).with_name("mood_anchors.yaml")
#: People who are simulated for every row, and their seed; the numbers were fitted with other people.
PEOPLE, SEED = 5_000, 1
_DAY_3, _VISITS = 72, (120, 168, 336)  # [h] responders are named, and relapse is looked for, after one infusion
_HALF: Final = 1 / 2
_Z: Final = NormalDist().inv_cdf(1.0 - (1.0 - 0.95) / 2.0)
_FEWEST: Final = 20
"""People from whom a share or a hazard is read; from fewer it is not."""


class Anchor(Frozen):
    """A published result and how it is predicted; see ``mood_anchors.yaml``."""

    id: Identifier
    section: Literal["anchors", "hazards", "others"]
    arm: Identifier
    outcome: str
    hour: int | None = None
    of: str | None = None
    design: str
    beside: str | None = None
    who: Literal["given", "control"] = "given"
    measure: str
    interval: Literal["points", "share", "log", "published"]

    @property
    def reported(self) -> tuple[Arm, ArmResult]:
        """The arm, and the first of its results that is meant."""
        source = self.arm.partition("-arm-")[0]
        arm = next(a for a in load_source(source).arms if a.id == self.arm)
        return arm, next(r for r in arm.results if self._means(r))

    def _means(self, result: ArmResult) -> bool:
        hour = None if result.time is None else result.time.canonical
        return result.outcome == self.outcome and result.of == self.of and (self.hour is None or hour == self.hour)


class _Book(Frozen):
    designs: tuple[Design, ...]
    anchors: tuple[Anchor, ...]


@dataclass(frozen=True, slots=True)
class MoodPrediction:
    """One anchor under one structure. observed, low, high: in the unit of the measure (points, %, SD, 1/day, ratio)."""

    anchor: Anchor
    structure: str
    predicted: float
    observed: float
    low: float
    high: float

    @property
    def inside(self) -> bool:
        """Whether it lies within the stated interval."""
        return isfinite(self.predicted) and self.low <= self.predicted <= self.high

    @property
    def distance(self) -> float:
        """How far from the result, in standard deviations of its interval and on its scale."""
        kind = self.anchor.interval
        if kind == "share":
            predicted, observed, low, high = (_logit(x) for x in (self.predicted, self.observed, self.low, self.high))
        elif kind == "log" or self.anchor.measure.startswith("hazard"):
            predicted, observed, low, high = map(log, (self.predicted, self.observed, self.low, self.high))
        else:
            predicted, observed, low, high = self.predicted, self.observed, self.low, self.high
        return abs(predicted - observed) / ((high - low) / (2.0 * _Z))


@cache
def book() -> tuple[Mapping[str, Design], tuple[Anchor, ...]]:
    """Designs by key, and every anchor."""
    read = _Book.model_validate(read_rules(_FILE))
    return {design.key: design for design in read.designs}, read.anchors


def predict_mood(*, people: int = PEOPLE, seed: int = SEED) -> tuple[MoodPrediction, ...]:
    """Every anchor under every rival structure."""
    return tuple(row for one in structures("mood") for row in _under(one, people, seed))


def _under(structure: Structure, people: int, seed: int) -> Iterator[MoodPrediction]:
    designs, anchors = book()
    trials = {key: run_trial(design, structure, people=people, seed=seed) for key, design in designs.items()}
    for anchor in anchors:
        measure = MEASURES[anchor.measure]
        beside = None if anchor.beside is None else trials[anchor.beside]
        yield MoodPrediction(
            anchor, structure.key, measure(anchor, trials[anchor.design], beside), *stated_interval(anchor)
        )


def stated_interval(anchor: Anchor) -> tuple[float, float, float]:
    """The result and its 95 % interval, in the unit of the measure."""
    arm, result = anchor.reported
    between = value_named("CourseOfMood.trial_sd_points" if anchor.interval == "points" else _LOGIT).required()
    if anchor.interval == "published":
        assert result.low is not None
        assert result.high is not None
        return result.number, result.low, result.high
    if anchor.interval == "points":
        width = _Z * sqrt(between**2 + _squared_error(arm, result))
        return result.number, result.number - width, result.number + width
    n = arm.n or _FEWEST
    if anchor.interval == "share":
        share = min(max(result.number / 100.0, _HALF / n), 1.0 - _HALF / n)
        width = _Z * sqrt(between**2 + 1.0 / (n * share * (1.0 - share)))
        odds = share / (1.0 - share)
        ends = [100.0 * o / (1.0 + o) for o in (odds * exp(-width), odds * exp(width))]
        return result.number, ends[0], ends[1]
    middle, events = _as_rate(anchor, result, n)
    width = _Z * sqrt(between**2 + 1.0 / events)
    return middle, middle * exp(-width), middle * exp(width)


_LOGIT: Final = "CourseOfMood.trial_sd_logit"


def _logit(percent: float) -> float:
    """Of a share in %, kept off both ends."""
    share = min(max(percent / 100.0, 1e-3), 1.0 - 1e-3)
    return log(share / (1.0 - share))


def _squared_error(arm: Arm, result: ArmResult) -> float:
    """Of a mean; nothing where the source states no spread."""
    if result.spread is None or result.spread.number is None:
        return 0.0
    return result.spread.number**2 / (1 if result.spread.kind == "se" else arm.n or _FEWEST)


def _as_rate(anchor: Anchor, result: ArmResult, n: int) -> tuple[float, float]:
    """A hazard [1/day], or the time that was reported [day], and how many relapses it rests on."""
    if result.outcome == "relapse":
        share = result.number / 100.0
        return -log(1.0 - share) / ((_VISITS[-1] - _DAY_3) / DAY), max(n * share, 1.0)
    if anchor.measure.startswith("hazard"):
        return log(2.0) / result.number, n / 2.0
    return result.number, n / 2.0


def _score(anchor: Anchor, trial: Trial, beside: Trial | None) -> float:
    return float(trial.at(_hour(anchor), who=anchor.who, noise=True).mean())


def _change(anchor: Anchor, trial: Trial, beside: Trial | None) -> float:
    return float((trial.at(_hour(anchor), who=anchor.who, noise=True) - trial.first).mean())


def _response(anchor: Anchor, trial: Trial, beside: Trial | None) -> float:
    return 100.0 * float(np.mean(_responded(trial, _hour(anchor), who=anchor.who, noise=True)))


def _remission(anchor: Anchor, trial: Trial, beside: Trial | None) -> float:
    return 100.0 * float(np.mean(trial.at(_hour(anchor), who=anchor.who, noise=True) <= _number("remission_score")))


def _standardised_difference(anchor: Anchor, trial: Trial, beside: Trial | None) -> float:
    arms = [trial.at(_hour(anchor), who=who, noise=True) - trial.first for who in ("given", "control")]
    return float((arms[1].mean() - arms[0].mean()) / sqrt((arms[0].var() + arms[1].var()) / 2.0))


def _relapse_of_responders(anchor: Anchor, trial: Trial, beside: Trial | None) -> float:
    """Of those who respond on day 3, who stands at the threshold at one of the visits up to day 14 [%]."""
    responded = _responded(trial, _DAY_3)
    if responded.sum() < _FEWEST:
        return np.nan
    worst = np.max([trial.at(hour) for hour in _VISITS], axis=0)
    return 100.0 * float(np.mean(worst[responded] >= _number("relapse_score")))


def _hazard_of_responders(anchor: Anchor, trial: Trial, beside: Trial | None) -> float:
    share = _relapse_of_responders(anchor, trial, beside) / 100.0
    return -log(1.0 - share) / ((_VISITS[-1] - _DAY_3) / DAY) if share < 1.0 else np.inf


def _no_relapse(anchor: Anchor, trial: Trial, beside: Trial | None) -> float:
    return 100.0 * float(_kept(trial)[1][-1])


def _median_time_to_relapse(anchor: Anchor, trial: Trial, beside: Trial | None) -> float:
    """When [day] half of those who responded to the series have relapsed; infinite where fewer have."""
    days, kept = _kept(trial)
    return float(np.interp(-_HALF, -kept, days)) if kept[-1] <= _HALF else np.inf


def _hazard_from_median(anchor: Anchor, trial: Trial, beside: Trial | None) -> float:
    return log(2.0) / _median_time_to_relapse(anchor, trial, beside)


def _hazard_of_stable_remission(anchor: Anchor, trial: Trial, beside: Trial | None) -> float:
    who, _ = _stable(trial)
    return _mean_hazard(trial, who)


def _hazard_ratio_of_stable_remission(anchor: Anchor, trial: Trial, beside: Trial | None) -> float:
    assert beside is not None
    who, _ = _stable(trial)
    return _mean_hazard(trial, who) / _mean_hazard(beside, who)


def _hazard_ratio_of_stable_response(anchor: Anchor, trial: Trial, beside: Trial | None) -> float:
    assert beside is not None
    _, who = _stable(trial)
    return _mean_hazard(trial, who) / _mean_hazard(beside, who)


#: How a published result is predicted, by the name of its measure.
MEASURES: Final[Mapping[str, Callable[[Anchor, Trial, Trial | None], float]]] = {
    function.__name__[1:]: function
    for function in (
        _score,
        _change,
        _response,
        _remission,
        _standardised_difference,
        _relapse_of_responders,
        _hazard_of_responders,
        _no_relapse,
        _median_time_to_relapse,
        _hazard_from_median,
        _hazard_of_stable_remission,
        _hazard_ratio_of_stable_remission,
        _hazard_ratio_of_stable_response,
    )
}


def _number(name: str) -> float:
    return value_named(f"CourseOfMood.{name}").required()


def _hour(anchor: Anchor) -> float:
    assert anchor.hour is not None
    return float(anchor.hour)


def _responded(trial: Trial, hour: float, *, who: str = "given", noise: bool = False) -> NDArray[np.bool_]:
    return trial.at(hour, who=who, noise=noise) <= (1.0 - _number("response_share")) * trial.first


def _kept(trial: Trial) -> tuple[Array, Array]:
    """Days from the last session, and which share of those who responded has not relapsed by then."""
    responded = _responded(trial, trial.judged)
    after = trial.times >= trial.judged
    above = trial.given[responded][:, after] >= _number("relapse_score")
    relapsed = np.maximum.accumulate(above, axis=1)
    last_session = trial.judged - DAY
    return (trial.times[after] - last_session) / DAY, 1.0 - relapsed.mean(axis=0)


def _stable(trial: Trial) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Who is in remission two weeks before relapse begins to count and then, and who has only responded both times."""
    hours = (trial.judged - 14 * DAY, trial.judged)
    remitted = np.all([trial.at(hour) <= _number("remission_score") for hour in hours], axis=0)
    responded = np.all([_responded(trial, hour) for hour in hours], axis=0)
    return remitted, responded & ~remitted


def _mean_hazard(trial: Trial, who: NDArray[np.bool_]) -> float:
    """[1/day] over all of the follow-up."""
    if who.sum() < _FEWEST:
        return np.nan
    days = float(trial.times[-1] - trial.judged) / DAY
    return -log(float(trial.well[who, -1].mean()) / 100.0) / days


def table(rows: tuple[MoodPrediction, ...]) -> str:
    """The predictions as a table in Markdown, and how many lie inside, by section and structure."""
    keys = [one.key for one in structures("mood")]
    lines = []
    for section in ("anchors", "hazards", "others"):
        counted = []
        for key in keys:
            here = [r for r in rows if r.anchor.section == section and r.structure == key]
            near = sum(r.distance <= 1.0 for r in here)
            counted.append(f"{key} {sum(r.inside for r in here)} of {len(here)} (within one standard deviation {near})")
        lines += [f"\n**{section}**: inside the stated interval {', '.join(counted)}.\n"]
        lines += [f"| {' | '.join(['result', 'published', '95 %', *keys])} |", "|" + " --- |" * (3 + len(keys))]
        for anchor in (a for a in book()[1] if a.section == section):
            mine = {r.structure: r for r in rows if r.anchor.id == anchor.id}
            one = mine[keys[0]]
            said = [f"{mine[key].predicted:.3g}{'' if mine[key].inside else ' (outside)'}" for key in keys]
            cells = [anchor.id.replace("-", " "), f"{one.observed:.3g}", f"{one.low:.3g} to {one.high:.3g}", *said]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines).strip() + "\n"


#: What stands around the table in a document.
MARKS: Final = ("<!-- results begin -->\n", "<!-- results end -->")


def with_table(document: str, rows: tuple[MoodPrediction, ...]) -> str:
    """The document with this table between its marks."""
    before, _, rest = document.partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    return f"{before}{MARKS[0]}\n{table(rows)}\n{MARKS[1]}{after}"


if __name__ == "__main__":
    page = Path(sys.argv[1])
    found = predict_mood()  # takes minutes: the page is read afterwards
    page.write_text(with_table(page.read_text(encoding="utf-8"), found), encoding="utf-8")
