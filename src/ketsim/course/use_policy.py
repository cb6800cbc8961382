"""Is there a session tonight, and a further line in it? Decided for every person from how they are at that moment.

A session begins with the chance 1 / (1 + exp(-u)), u = log odds of the day + urge by craving x craving / 100 +
ln(hazard ratio of treatment). In it a line is taken at every look at which the effect is below what is sought: the
first amount times the tolerance of the moment, never beyond the published rise, the session's cap or the week's
supply. After a stop a person goes back with the hazard of relapse. Nothing is searched for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import inf

import numpy as np
from numpy.typing import NDArray

from ketsim.course.composition import Composition
from ketsim.course.parts import Parts
from ketsim.course.process import See
from ketsim.course.use import Use
from ketsim.course.use_agenda import DAY, Agenda
from ketsim.course.use_rule import UseRule
from ketsim.engine.arithmetic import exp, log
from ketsim.engine.policy import Decision, Moment
from ketsim.engine.system import IntArray
from ketsim.people.draws import uniform

Array = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

#: A line below this share of the first one is none.
_CRUMB = 1e-6
#: A chance is never quite certain, so that its log odds are numbers.
_NEARLY = 1e-6


@dataclass(frozen=True)
class UsePolicy:
    """Decisions about use, for the lanes of one march.

    p: parameter -> (lane,). luck: whose random numbers each lane has (lane,). parts: what enters the linear system of
    each lane with a first line. The march names its lanes 0, 1, ...
    """

    rule: UseRule
    agenda: Agenda
    composition: Composition
    p: Mapping[str, Array]
    luck: IntArray
    parts: Parts
    seed: int

    @cached_property
    def _where(self) -> dict[str, int]:
        """State of `Use` -> its place among all states."""
        return {name: self.composition.states.index(name) for name in Use.states}

    def uniforms(self, number: int, subjects: IntArray) -> Array:
        """One random number a person where a session may begin, by the hour and the person; else none."""
        if not self.agenda.opens[number]:
            return np.zeros((len(subjects), 0))
        luck = self.luck[subjects]
        first = int(luck.min())
        every = uniform(self.seed, f"session {self.agenda.times[number]:g} h", first, int(luck.max()) - first + 1)
        return every[luck - first][:, None]

    def decide(self, moment: Moment) -> Decision:
        """What is taken now, and what is remembered of it."""
        k, rows = moment.number, moment.subjects
        p = {name: values[rows] for name, values in self.p.items()}
        see = self.composition.at_moment(moment.time, moment.states, moment.concentrations, p)
        memory = {name: moment.states[:, place] for name, place in self._where.items()}
        if self.agenda.new_week[k]:
            memory |= _week_over(memory)
        if self.agenda.opens[k]:
            memory |= self._opened(k, see, memory, moment.uniforms[:, 0])
        wanted = self.agenda.opens[k] | (see["effect_now"] < p["effect_sought"])
        goes_on = self.agenda.lines[k] & wanted & (memory["in_session"] > 0.0)
        line, room = self._line(rows, see, memory)
        taken = np.where(goes_on & (room > 0.0), np.minimum(line, room), 0.0)
        memory |= {
            "in_session": np.where(room > 0.0, memory["in_session"], 0.0),
            "taken_this_session": memory["taken_this_session"] + taken,
            "taken_this_week": memory["taken_this_week"] + taken,
            "taken_first_session": memory["taken_first_session"] + np.where(memory["days_of_use"] < 2.0, taken, 0.0),
        }
        jump = np.zeros_like(moment.states)
        for name, place in self._where.items():
            jump[:, place] = memory[name] - moment.states[:, place]
        return Decision(self.parts.orders(rows, taken), jump)

    def _opened(self, k: int, see: See, memory: Mapping[str, Array], luck: Array) -> dict[str, Array]:
        """Who begins a session."""
        p = see.p
        urge = p["urge_by_craving"] * see["craving"] / 100.0 + log(see["hazard_ratio"])
        alone = _chance(_log_odds(p["chance_on_other_day"]) + urge)
        chance = alone if self.rule.other_days else np.zeros_like(alone)
        if self.agenda.habit[k]:
            chance = _chance(_log_odds(p["chance_on_habit_day"]) + urge)
        back = memory["gone_back"]
        if self.agenda.stopped[k]:
            chance = np.where(back > 0.0, chance, 1.0 - exp(-see["hazard_now"] * DAY))
        if not self.agenda.lines[k]:
            chance = np.zeros_like(alone)
        takes = luck < chance
        if self.agenda.times[k] == 0.0:  # the dose of the sentence
            takes = np.ones_like(takes)
        began = np.where(takes, 1.0, 0.0)
        return {
            "in_session": began,
            "taken_this_session": np.zeros_like(began),
            "sessions_this_week": memory["sessions_this_week"] + began,
            "days_of_use": memory["days_of_use"] + began,
            "craved_this_week": memory["craved_this_week"] + alone,
            "gone_back": np.where(takes & self.agenda.stopped[k], 1.0, back),
        }

    def _line(self, rows: IntArray, see: See, memory: Mapping[str, Array]) -> tuple[Array, Array]:
        """A line [mg] as tolerance makes it, and the room that is left for one (lane,)."""
        first = self.parts.given[rows]
        rise = see.p["largest_rise"]
        line = first * np.minimum(see["tolerance"], rise)
        most = np.full_like(first, inf if self.rule.session_most is None else self.rule.session_most)
        published = np.where(memory["days_of_use"] < 2.0, inf, rise * memory["taken_first_session"])
        room = np.minimum(most, published) - memory["taken_this_session"]
        if self.rule.supply is not None:
            room = np.minimum(room, self.rule.supply - memory["taken_this_week"])
        return line, np.where(room > _CRUMB * first, room, 0.0)


def _week_over(memory: Mapping[str, Array]) -> dict[str, Array]:
    """The week's sums become those of the last week, and a new one begins."""
    taken, sessions = memory["taken_this_week"], memory["sessions_this_week"]
    before = memory["sessions_last_week"]
    nothing = np.zeros_like(taken)
    return {
        "taken_last_week": taken,
        "sessions_last_week": sessions,
        "taken_an_occasion": np.where(sessions > 0.0, taken / np.maximum(sessions, 1.0), memory["taken_an_occasion"]),
        "gain_last_week": np.where(before > 0.0, memory["craved_this_week"] / np.maximum(before, 1.0), 0.0),
        "taken_this_week": nothing,
        "sessions_this_week": nothing,
        "craved_this_week": nothing,
    }


def _log_odds(chance: Array) -> Array:
    inside = np.clip(chance, _NEARLY, 1.0 - _NEARLY)
    return log(inside / (1.0 - inside))


def _chance(log_odds: Array) -> Array:
    return 1.0 / (1.0 + exp(-log_odds))
