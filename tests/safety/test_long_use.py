"""Long and frequent use: the signs of its harms and whom to call stand first in every face of a result."""

from __future__ import annotations

import json
import re

import pytest

from ketsim import Scenario
from ketsim.cli.app import run
from ketsim.evidence import fact
from ketsim.notice import public_help
from ketsim.plan import make_plan
from ketsim.safety.long_use import alarms_for

DOSE = "100 mg ketamine nasal daily for 4 weeks"
DAILY = ("simulate", DOSE, "--weight", "70kg", "--until", "5wk", "--effects", "none")
SIGNS = ("blood in the urine", "yellow eyes or skin", "beliefs that nobody shares", "thoughts of suicide", "chest pain")


def kinds(dose: str, **fields: object) -> list[str]:
    return [alarm.kind for alarm in make_plan(Scenario(dose, weight="70 kg", effects=["none"], **fields)).alarms]


@pytest.mark.parametrize(
    "dose",
    [
        "0.5 mg/kg iv over 40 min",
        "0.5 mg/kg iv over 40 min, twice weekly for 3 weeks",
        "0.5 mg/kg iv over 40 min, three times weekly for 4 weeks",
        "84 mg esketamine nasal twice weekly for 4 weeks",
        "0.5 mg/kg iv over 40 min weekly for 26 weeks",
    ],
)
def test_what_trials_gave_raises_no_alarm_of_long_use(dose):
    assert "long_use" not in kinds(dose)


@pytest.mark.parametrize(
    "dose",
    [
        DOSE,
        "1 g ketamine intranasal daily for 26 weeks",
        "1 g ketamine intranasal weekly for 8 weeks",
    ],
)
def test_long_and_frequent_use_raises_it_whether_or_not_the_course_is_run(dose):
    assert "long_use" in kinds(dose)
    assert "long_use" in kinds(dose, course=["none"])


def test_more_days_a_week_than_any_trial_gave_are_too_many_from_the_second_week_on():
    most = int(fact("Singh2016-most-often").number or 0)
    weeks = [[24.0 * (7 * week + day) for day in range(most + 1)] for week in range(3)]
    assert alarms_for(weeks[0], beyond=False) == ()
    assert alarms_for([*weeks[0], *weeks[1]], beyond=False)
    assert alarms_for([24.0 * (7 * week + day) for week in range(52) for day in range(most)], beyond=False) == ()


def test_use_that_a_person_decides_raises_it_at_once():
    (raised,) = alarms_for([0.0], beyond=False, decided=True)
    assert "by a person's own decision" in raised.because


def test_the_most_of_a_session_that_a_person_decides_is_looked_at_like_a_dose():
    def said(most: str) -> list[str]:
        use = {"days": "weekends", "session_most": most}
        plan = make_plan(Scenario("10 mg ketamine nasal", weight="70 kg", until="8wk", use=use))
        return [alarm.kind for alarm in plan.alarms]

    assert said("1 g") == ["overdose", "long_use"]
    assert said("20 mg") == ["long_use"]


def test_text_json_and_page_say_it_first(capsys, tmp_path):
    page = tmp_path / "page.html"
    assert run([*DAILY, "--report", str(page)]) == 0
    shown = capsys.readouterr().out
    first = shown.index("Seek care now: call 911")
    assert first < shown.index("ketamine nasal once daily for 4 weeks; one person")
    for sign in SIGNS:
        assert sign in shown[: shown.index("; one person")]
    assert run([*DAILY, "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert list(body)[1] == "alarms"
    said = json.dumps(body["alarms"])
    for sign in SIGNS:
        assert sign in said
    assert all(line.number in said for line in public_help().lines)
    html = page.read_text()
    block = re.search(r'<section class="alarm".*?</section>', html, re.DOTALL)
    assert block is not None
    assert block.start() < html.index("<h1")
    for sign in SIGNS:
        assert sign in block[0]


def test_the_facts_behind_it_exist_and_name_their_sources():
    (raised,) = alarms_for([24.0 * day for day in range(14)], beyond=False)
    assert {"BAUSHaematuria", "MerckJaundice", "NHSPsychosis"} <= set(raised.sources)
