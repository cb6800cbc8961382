"""A single dose does not pay for the course: neither its numbers nor the march are loaded."""

import json
import subprocess
import sys

import pytest

from ketsim.cli.app import run
from ketsim.errors import InputError
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


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        (["withdrawl"], "did you mean"),
        (["nonsense"], "there are"),
        (["none", "craving"], "course none goes alone"),
        (["default", "hazard_now"], "is nothing that is read off"),
    ],
)
def test_a_name_that_is_no_reading_stops_the_run_and_is_not_merely_left_out(course, expected):
    for until in ("24 h", "8 wk"):
        with pytest.raises(InputError, match=expected) as refused:
            Scenario(DOSE, until=until, course=course)
        assert refused.value.field == "course"


def test_the_line_of_the_file_is_named_with_a_name_that_is_no_reading(tmp_path, capsys):
    file = tmp_path / "one.yaml"
    file.write_text(f'dose: "{DOSE}"\nuntil: 8wk\ncourse: [nonsense]\n')
    assert run(["simulate", str(file)]) == 2
    said = capsys.readouterr()
    assert "one.yaml:3: course 'nonsense' is nothing that is read off" in said.err
    assert not said.out
