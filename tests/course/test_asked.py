"""A single dose does not pay for the course: neither its numbers nor the march are loaded."""

import json
import subprocess
import sys

import pytest

from ketsim.course.asked import is_asked
from ketsim.plan import make_plan
from ketsim.scenario import Scenario

HEAVY = (
    "ketsim.engine.slow_march",
    "ketsim.course.planned",
    "ketsim.course.structure",
    "ketsim.crew.pool",
    "concurrent",
)
DOSE = "0.5 mg/kg iv over 40 min"


def loaded(code):
    script = f"import sys, json\n{code}\nprint(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_one_dose_loads_nothing_of_the_course(flags):
    line = ["simulate", DOSE, "--weight", "70kg", *flags]
    assert not loaded(f"from ketsim.cli.app import run; run({line!r})").intersection(HEAVY)


def test_a_course_loads_what_it_needs():
    line = [
        "simulate",
        DOSE,
        "--weight",
        "70kg",
        "--until",
        "8d",
        "--effects",
        "none",
        "--course",
        "withdrawal",
        "--json",
    ]
    assert set(HEAVY[:3]) <= loaded(f"from ketsim.cli.app import run; run({line!r})")


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"until": "24 h"}, False),
        ({"until": "6 d"}, False),
        ({"until": "7 d"}, True),
        ({"until": "24 h", "course": "craving"}, True),
        ({"until": "8 wk", "course": "none"}, False),
    ],
)
def test_the_course_is_planned_where_it_is_asked_for(fields, shown):
    assert (make_plan(Scenario(DOSE, weight="70 kg", **fields)).course is not None) is shown


def test_none_beside_a_name_is_still_told():
    assert is_asked(("none", "craving"), until=1.0, decided=False)
    plan = make_plan(Scenario(DOSE, weight="70 kg", course="none,craving"))
    assert any("goes alone" in told.because for told in plan.not_known)
