"""A clinical course by name as a scenario file: the schedule that trials or a label give, with comments."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ketsim.course.clinical import ClinicalCourse

_WEEK: Final = 168  # [h]
_AFTER: Final = 4  # weeks that are looked at after the last session

_FILE: Final = """# {label}.
# Run it with: ketsim simulate NAME.yaml --report NAME.html
# A model for research and education, not advice on treatment. A line that starts with # is off.
# What speaks against a treatment: ketsim safety screen. One visit hour by hour: ketsim safety session NAME.yaml
# The schedule rests on the facts {facts}.

name: {key}
dose: "{dose}"
weight: 70 kg
until: {weeks}wk

# The mood score (MADRS): as it would be in adults with treatment-resistant depression.
# madrs: 33                          # before the first dose, 0 to 60
setting: open label                  # also: masked against midazolam, masked against saline, under anaesthesia
background: {background}

# booster: {{when: response lost, least_interval: 2wk, most: 6}}   # a further dose by a rule, in place of an end
# population: 200                    # a range over people instead of one person
"""


def courses() -> tuple[ClinicalCourse, ...]:
    """Every clinical course that has a name."""
    from ketsim.course.clinical import clinical_courses

    return clinical_courses()


def scenario_file(course: ClinicalCourse) -> str:
    """Its scenario file; NAME stands for the name of the file."""
    from ketsim.dosing import parse_sentence
    from ketsim.wording import listed, sentence_case

    last = max(event.time for event in parse_sentence(course.dose).events(None))
    return _FILE.format(
        label=sentence_case(course.label),
        facts=listed(list(course.facts)),
        key=course.key,
        dose=course.dose,
        weeks=math.ceil(last / _WEEK) + _AFTER,
        background=course.background or "none",
    )
