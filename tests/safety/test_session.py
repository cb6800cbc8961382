"""A treatment visit: nobody leaves within two hours of the last dose, and never by the clock after an anaesthetic."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketsim.cli.app import run
from ketsim.errors import InputError
from ketsim.evidence import fact
from ketsim.report.safety_page import answer_page
from ketsim.safety.session import session
from ketsim.safety.session_book import book, time_of
from ketsim.safety.visit import first_visit
from ketsim.scenario import Scenario

NASAL = Scenario("84 mg esketamine nasal")
INFUSION = Scenario("0.5 mg/kg iv over 40 min", weight="70 kg")


def rows(answer, kind):
    return [row for row in answer.data["timeline"] if row["kind"] == kind]


def test_nasal_esketamine():
    data = session(NASAL).data
    assert data["minimum_observation_h"] == 2.0
    assert data["earliest_leave_h"] >= 2.0
    shown = [row for row in data["timeline"] if row["kind"] in ("effect", "check")]
    told = {name: row for row in reversed(shown) for name in row["facts"]}
    assert told["PD209"]["time_h"] == pytest.approx(40 / 60)
    assert told["PD126-peak"]["time_h"] == pytest.approx(40 / 60)
    assert told["PD187-measurement"]["time_h"] == pytest.approx(40 / 60)
    assert told["PD187"]["time_h"] == 0.0
    assert told["PD126-duration"]["time_h"] == 4.0
    assert (told["PD127"]["low_h"], told["PD127"]["high_h"]) == (1.0, 2.0)


def test_simulated_effects_stand_beside_the_published_ones():
    simulated = [row for row in rows(session(NASAL), "effect") if "simulated" in row["what"]]
    assert any(row["what"].startswith("Dissociation is greatest") for row in simulated)
    assert any(row["what"].startswith("Mean arterial pressure is highest") for row in simulated)
    over_people = session(NASAL.with_(population=50, seed=1))
    peak = next(r for r in rows(over_people, "effect") if r["what"].startswith("Dissociation is greatest (simulated"))
    assert peak["low_h"] < peak["high_h"]


def test_an_infusion_borrows_the_two_hours_and_says_so():
    answer = session(INFUSION)
    assert answer.data["earliest_leave_h"] >= 2.0 + 40 / 60
    assert any("is assumed" in sentence for sentence in answer.assumptions)
    ends = [row["time_h"] for row in rows(answer, "effect") if "PD083" in row["facts"]]
    assert ends == [pytest.approx(40 / 60 + 1.5)]
    assert answer.data["drive_not_before_h"] == pytest.approx(24 + 40 / 60)
    assert "next day" in answer.data["drive_from"]


def test_without_a_model_the_published_times_remain():
    answer = session(Scenario("0.5 mg/kg esketamine sc", weight=70))
    assert answer.data["earliest_leave_h"] >= 2.0
    assert [u for u in answer.not_known if "simulated" in u.what]
    assert {"PD208", "PD219-time"} <= {name for row in rows(answer, "effect") for name in row["facts"]}


DOSES = st.builds(
    lambda amount, unit, way, rest: f"{amount:.3g} {unit} {way}{rest}",
    st.floats(0.01, 3.0),
    st.sampled_from(("mg/kg", "mg")),
    st.sampled_from(
        (
            *("ketamine iv", "esketamine iv", "ketamine im", "ketamine oral", "esketamine nasal", "ketamine nasal"),
            *("ketamine sc", "esketamine sc", "ketamine sublingual", "ketamine rectal", "ketamine smoked"),
        )
    ),
    st.sampled_from(("", " twice weekly for 2 weeks", " every 3 h for 12 h", " every 30 min for 2 h")),
)


@settings(max_examples=60)
@given(dose=DOSES, weight=st.floats(40.0, 140.0), age=st.sampled_from((None, 30, 70)))
def test_nobody_leaves_within_two_hours_of_the_last_dose(dose, weight, age):
    scenario = Scenario(dose, weight=weight, age=age)
    answer = session(scenario)
    visit = first_visit(scenario)
    last = max(event.time + event.lag + event.duration for event in visit.events)
    leave = answer.data["earliest_leave_h"]
    assert leave is None or leave >= last + 2.0
    assert leave is not None or answer.alarms
    assert answer.data["drive_not_before_h"] >= last + 24.0
    times = [row["time_h"] for row in answer.data["timeline"]]
    assert times == sorted(times)


@settings(max_examples=25)
@given(minutes=st.floats(1.0, 600.0), amount=st.floats(0.05, 0.9), weight=st.floats(40.0, 140.0))
def test_nobody_leaves_within_two_hours_of_an_infusion(minutes, amount, weight):
    answer = session(Scenario(f"{amount:.3g} mg/kg ketamine iv over {minutes:.4g} min", weight=weight))
    leave = answer.data["earliest_leave_h"]
    assert leave is None or leave >= answer.data["last_dose_ends_h"] + 2.0


@pytest.mark.parametrize(
    "dose",
    [
        *("1 mg/kg iv", "2 mg/kg iv over 60 s", "680 mg iv", "8 mg/kg im", "1.5 mg/kg iv", "2000 mg ketamine oral"),
        *("500 mg esketamine nasal", "50 mg ketamine rectal", "1 mg/kg/h ketamine iv for 3 h"),
    ],
)
def test_after_a_dose_that_puts_people_under_no_time_of_leaving_is_given(dose):
    answer = session(Scenario(dose, weight=60))
    assert answer.alarms
    assert answer.data["earliest_leave_h"] is None
    assert answer.data["minimum_observation_h"] is None
    assert "No time of leaving is given" in answer.headline
    assert not [row for row in answer.data["timeline"] if row["kind"] in ("effect", "check")]
    assert answer.data["drive_not_before_h"] >= 24.0


def test_doses_of_one_visit_belong_together():
    visit = first_visit(Scenario("10 mg ketamine oral, every 3 h for 12 h", weight=70))
    assert len(visit.events) == 4
    assert visit.end == 9.0
    weekly = first_visit(INFUSION.with_(dose="0.5 mg/kg iv over 40 min, twice weekly for 3 weeks"))
    assert len(weekly.events) == 1
    assert str(weekly.regimen) == "0.5 mg/kg iv over 40 min"


def test_several_sessions_show_the_first():
    answer = session(INFUSION.with_(dose="0.5 mg/kg iv over 40 min, twice weekly for 3 weeks"))
    assert len(rows(answer, "dose")) == 1
    assert any("first visit" in sentence for sentence in answer.assumptions)


def test_doses_without_a_pause_are_no_visit():
    with pytest.raises(InputError, match="no visit"):
        session(Scenario("5 mg ketamine oral every 2 h", weight=70))


def test_monitoring_discharge_escort_and_driving_are_told():
    answer = session(NASAL)
    said = " ".join(s.text for section in answer.sections for s in section.statements)
    for words in ("pulse oximetry", "escort", "No driving", "until it declines", "unattended", "restful sleep"):
        assert words in said


def test_every_fact_exists_and_every_time_is_one():
    for name in book().facts:
        assert fact(name).text
    for entry in book().published:
        low, middle, high = time_of(entry.fact)
        assert 0.0 < low <= middle <= high
    assert time_of(book().observation.fact)[0] == 2.0


@pytest.mark.parametrize(
    "line",
    [
        ["84 mg esketamine nasal", "--unattended"],
        ["2 mg/kg iv", "--weight", "70"],
        ["680 mg iv", "--weight", "60"],
        ["50 mg ketamine smoked", "--weight", "60"],
        ["10 mg iv over 40 min", "--weight", "60", "--with", "morphine"],
        ["10 mg ketamine sc", "--weight", "60", "--with", "morphine"],
    ],
)
def test_the_alarm_is_first_in_every_face(line, capsys, tmp_path):
    page = tmp_path / "page.html"
    assert run(["safety", "session", *line, "--report", str(page)]) == 0
    text = capsys.readouterr().out
    assert text.startswith("Seek care now")
    assert run(["safety", "session", *line, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["alarms"][0]["call"].startswith("Seek care now")
    body = page.read_text()[page.read_text().index("<body") :]
    assert body.index('class="alarm"') < body.index("<h1")


def test_left_unattended_comes_before_everything():
    answer = session(INFUSION, unattended=True)
    assert "unattended" in answer.alarms[0].because
    assert answer_page(answer).index("unattended") < answer_page(answer).index("<h1")


def test_the_command_line(capsys):
    assert run(["safety", "session", "84 mg esketamine nasal", "--weight", "80kg", "--age", "40", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["schema"], told["question"]) == ("ketsim.safety/1", "session")
    for row in told["timeline"]:
        assert {"time_h", "what", "kind", "facts"} <= set(row)
        assert bool(row["certainty"]) == bool(row["sources"])
        assert row["sources"] or (row["kind"] in ("dose", "rule") and not row["facts"])
    assert told["scenario"]["weight"] == 80.0


@pytest.mark.parametrize(
    "line",
    [[], ["nonsense"], ["0.5 mg/kg iv over 40 min"], ["50 mg nasal"], ["84 mg esketamine nasal", "--weight", "heavy"]],
)
def test_bad_input_is_one_sentence(line, capsys):
    assert run(["safety", "session", *line]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert told.err.rstrip().endswith((".", "?"))
