"""From a scenario to the course that goes with it: whether there is one, what is decided on the way, what helps.

The rooms of the course are opened only where something of it is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ketsim.course.asked import is_asked
from ketsim.dosing import DoseEvent
from ketsim.effects.planned import NotKnown
from ketsim.errors import InputError
from ketsim.kinetics.model import Model
from ketsim.safety.substances import recognised
from ketsim.scenario import Scenario

if TYPE_CHECKING:
    from ketsim.course.planned import Decided, PlannedCourse
    from ketsim.course.treatment_order import TreatmentOrder

#: What goes without where doses are decided on the way.
NOT_WITHIN: Final = (
    NotKnown(
        "effects within sessions",
        "doses that are decided on the way differ from one possible course to the next, so there is no one session "
        "whose effects could be shown; simulate a single session with its doses.",
    ),
    NotKnown(
        "metabolites",
        "of doses that are decided on the way only the concentration that drives the decisions is followed.",
    ),
)


def decided_doses(scenario: Scenario, events: Sequence[DoseEvent], until: float) -> Decided | None:
    """Doses that are decided on the way. Raises `InputError` where fields of the scenario do not go together."""
    named = [name for name in ("use", "booster", "taper") if getattr(scenario, name) is not None]
    if named in ([], ["taper"]):
        return None
    if len(named) > 1:
        raise InputError(f"{' and '.join(named)} do not go together: each says how doses go on; leave all but one out.")
    if scenario.until is None:
        raise InputError(f"until is missing: {named[0]} goes on; say how long to look, such as until: 26wk.")
    if scenario.uncertainty:
        raise InputError(
            f"uncertainty goes without {named[0]}, whose possible courses have parameter sets of their own."
        )
    if scenario.use is not None:
        from ketsim.course.planned_use import PlannedUse

        return PlannedUse.of(scenario.use, events, until)
    if scenario.booster is not None:
        from ketsim.course.planned_booster import PlannedBooster

        return PlannedBooster.of(scenario.booster, events, until)
    return None


def course_of(
    scenario: Scenario,
    events: Sequence[DoseEvent],
    model: Model,
    *,
    until: float,
    at: Sequence[float],
    treatments: Sequence[TreatmentOrder],
    decided: Decided | None,
) -> tuple[PlannedCourse | None, tuple[NotKnown, ...]]:
    """The course to show, if any, and what is not known of it. Raises `InputError` where something of it was asked for
    that cannot be run.
    """
    left_out: tuple[NotKnown, ...]
    try:
        course = _course(scenario, events, model, until=until, at=at, treatments=treatments, decided=decided)
    except InputError as error:
        if decided is not None:
            raise
        course, left_out = None, (NotKnown("course", error.sentence),)
    else:
        left_out = _not_told(course)
    _check_help(scenario, course, left_out)
    return course, left_out


def _not_told(course: PlannedCourse | None) -> tuple[NotKnown, ...]:
    """What the course leaves out."""
    if course is None:
        return ()
    from ketsim.course.not_told import not_told

    return tuple(not_told(course))


def treatments_of(scenario: Scenario) -> tuple[TreatmentOrder, ...]:
    """What helps, as it was said."""
    if not scenario.treatments:
        return ()
    from ketsim.course.treatment_order import parse_treatment

    return tuple(parse_treatment(text) for text in scenario.treatments)


def _course(
    scenario: Scenario,
    events: Sequence[DoseEvent],
    model: Model,
    *,
    until: float,
    at: Sequence[float],
    treatments: Sequence[TreatmentOrder],
    decided: Decided | None,
) -> PlannedCourse | None:
    """The course to show, if any; its rooms are opened only where something of it was said."""
    of_depression = (scenario.madrs, scenario.setting, scenario.background)
    said = any(field is not None for field in of_depression)
    if not said and not is_asked(scenario.course, until=until, decided=decided is not None):
        return None
    from ketsim.course.planned import plan_course
    from ketsim.course.planned_mood import MoodAsked, PlannedMood

    many = scenario.population is not None
    # who uses the drug on their own is nobody of a trial
    asked = MoodAsked(*of_depression, scenario.weight)
    mood = PlannedMood.of(asked, events, many=many, clinical=scenario.use is None)
    return plan_course(
        *(scenario.course, events, model),
        until=until,
        at=at,
        many=many,
        treatments=treatments,
        decided=decided,
        mood=mood,
    )


def _check_help(scenario: Scenario, course: PlannedCourse | None, not_known: Sequence[NotKnown]) -> None:
    """What helps acts on the course, so there must be one."""
    for field, given in (("treatments", scenario.treatments), ("taper", scenario.taper)):
        if given and course is None:
            why = next((n.because for n in not_known if n.name == "course"), "it is shown from a look of a week on.")
            raise InputError(f"{field} acts on the course, and none is run: {why}", field=field)


def given_with(treatments: Sequence[TreatmentOrder], doses: Sequence[DoseEvent]) -> tuple[str, ...]:
    """Medicines among the treatments that begin while ketamine is still taken, and what is known of both together."""
    last = doses[-1].time
    return tuple(
        order.treatment.key
        for order in treatments
        if order.treatment.kind == "medicine"
        and order.from_when(last) <= last
        and recognised(order.treatment.key) is not None
    )
