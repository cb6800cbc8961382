"""A page's numbers in a run, beside the reference numbers."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from ketsim.audit import audit_text
from ketsim.audit_run import CAVEAT, DocumentRuns, PageRun, ends_text, runs_of
from ketsim.audit_run.book import book
from ketsim.audit_run.stretch import Bench, published_stretch, solve
from ketsim.cli.app import run
from ketsim.course.structure import structure
from ketsim.observables import reference_of, registry
from ketsim.plan import make_plan
from ketsim.scenario import Scenario

PEAK = "Ketamine withdrawal symptoms peak 48 to 72 hours after the last dose."
INFUSION = "For depression, the ketamine infusion of 2 mg/kg is given over 40 minutes."
BEYOND = "For depression the ketamine infusion of 20 mg/kg is given over 40 minutes."
WORST = "worst"


def runs(text: str) -> DocumentRuns:
    return runs_of(audit_text(text))


def by_model(made: DocumentRuns) -> dict[str, PageRun]:
    return {run.model: run for run in made.runs}


def number_of(made: PageRun, label: str) -> tuple[float, float | None]:
    (row,) = [row for row in made.rows if row.label == label]
    assert row.reference[0] is not None
    return row.reference[0], None if row.page is None else row.page[0]


@pytest.fixture(scope="module")
def peak() -> DocumentRuns:
    return runs(PEAK)


def test_a_peak_at_48_to_72_hours_is_reached_by_the_slow_rival_at_its_nearer_end(peak: DocumentRuns) -> None:
    made = by_model(peak)["LagOfDays"]
    assert made.said == (48.0, 72.0)
    reference, page = number_of(made, WORST)
    assert reference < 48.0
    assert page == pytest.approx(48.0, abs=1.0)
    assert made.stretch is not None
    least, most = published_stretch(structure("LagOfDays"), ("tau_a", "tau_b"))
    assert least <= made.stretch <= most
    assert made.stretch > 1.0
    first, later = number_of(made, "first at 1 of 10 or more")
    assert later is not None
    assert later > first  # slower clocks begin later, too


def test_no_clock_of_the_quick_rival_reaches_it_and_that_is_the_finding(peak: DocumentRuns) -> None:
    made = by_model(peak)["LagOfHours"]
    assert not made.reached
    assert made.stretch is None
    assert "nothing reaches the page's number" in made.finding
    assert all(row.page is None for row in made.rows)
    assert all(row.reference != (None, None) for row in made.rows)


def test_the_reference_side_is_what_the_numbers_as_they_stand_give(peak: DocumentRuns) -> None:
    asked = registry()["withdrawal.peak_time_h"].simulated[0]
    bench = Bench(make_plan(Scenario(**asked.scenario)), ("withdrawal",))
    for model, made in by_model(peak).items():
        plain = bench.run(structure(model), (), np.array([1.0]))["withdrawal", "time_of_peak_after_last_dose"][0]
        assert number_of(made, WORST)[0] == pytest.approx(plain, abs=0.5)


def test_a_number_that_no_clock_reaches() -> None:
    for made in runs("Ketamine withdrawal peaks after three weeks.").runs:
        assert not made.reached
        assert "they reach" in made.finding


def test_a_number_that_holds_already_stretches_nothing() -> None:
    made = by_model(runs("Ketamine withdrawal symptoms peak within 72 hours after the last dose."))["LagOfDays"]
    assert made.stretch == 1.0
    assert all(row.page == row.reference for row in made.rows)


def test_low_mood_moves_the_slow_clock_alone() -> None:
    made = by_model(runs("Withdrawal depression lasts 26 days."))["LagOfDays"]
    reference, page = number_of(made, "low mood, time at 1 of 10 or more")
    assert page == pytest.approx(26.0, rel=0.03)
    assert page != reference
    assert "slow opponent" in made.finding
    assert "quick opponent" not in made.finding


def test_the_root_is_found_from_either_side() -> None:
    asked = registry()["withdrawal.peak_time_h"].simulated[0]
    bench = Bench(make_plan(Scenario(**asked.scenario)), ("withdrawal",))
    wanted = ("withdrawal", "time_of_peak_after_last_dose")
    for target in (30.0, 60.0):
        found = solve(bench, structure("LagOfDays"), ("tau_a", "tau_b"), wanted, target, target)
        assert found.stretched is not None
        assert found.stretched[wanted] == pytest.approx(target, abs=1.2)
        assert found.factor is not None
        assert math.copysign(1.0, found.factor - 1.0) == math.copysign(1.0, target - found.plain[wanted])


def test_two_mg_per_kg_over_40_minutes_has_its_alarm_and_stands_beside_the_reference_dose() -> None:
    made = runs(INFUSION)
    (one,) = made.runs
    assert "2 mg/kg" in one.page_request
    assert "0.5 mg/kg" in one.request
    assert [alarm.kind for alarm in one.alarms] == ["anaesthesia"]
    assert next(iter(one.to_dict())) == "alarms"
    for row in one.rows:
        if row.label == "highest concentration":
            assert row.page is not None
            assert row.page[0] is not None
            assert row.reference[1] is not None
            assert row.page[0] == pytest.approx(2.0 * row.reference[1], rel=0.02)  # twice the dose of the high end


def test_a_longer_infusion_lowers_the_peak_at_the_reference_dose() -> None:
    (one,) = runs("For depression, the ketamine infusion of 0.5 mg/kg is given over 100 minutes.").runs
    assert "over 100 min" in one.page_request
    row = next(row for row in one.rows if row.model == "Otto2021")
    assert row.page is not None
    assert row.page[0] is not None
    assert row.reference[0] is not None
    assert row.page[0] < row.reference[0]


def test_how_often_and_how_long_make_a_course() -> None:
    made = runs("Esketamine 84 mg is sprayed once a week for four weeks.").runs
    (course,) = [one for one in made if one.observable == "dose.esketamine_sessions_per_week"]
    assert course.said == (1.0, 1.0)
    assert "1 times weekly for 4 weeks" in course.page_request
    assert "2 times weekly for 4 weeks" in course.request
    rows = [row for row in course.rows if "when the course ends" in row.label]
    assert {row.model for row in rows} == {"OneGroup", "TwoGroups"}
    for row in rows:
        assert row.page is not None
        assert row.page[0] is not None
        assert row.reference[1] is not None
        assert row.page[0] > row.reference[1]  # fewer sessions leave more of the depression


def test_a_course_without_its_length_is_none() -> None:
    made = runs("Esketamine 84 mg is sprayed once a week.").runs
    assert [one.observable for one in made] == ["dose.esketamine_nasal_mg"]


def test_a_dose_beyond_medical_use_is_not_run_and_its_alarm_shows() -> None:
    (one,) = runs(BEYOND).runs
    assert not one.reached
    assert [alarm.kind for alarm in one.alarms] == ["overdose"]
    assert all(row.page is None for row in one.rows)


@pytest.mark.parametrize(
    "text",
    [
        "Ketamine was first made in a laboratory. It is a controlled substance.",
        "People take 500 mg of ketamine at parties.",
        "Cut your ketamine down by 20 mg each day by yourself.",
        "Withdrawal from ketamine can be hard.",
    ],
)
def test_nothing_else_is_run(text: str) -> None:
    assert runs(text).runs == ()


def test_verdicts_do_not_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"{PEAK}\n\n{INFUSION}\n", encoding="utf-8")
    bodies = []
    for more in ([], ["--run"], ["--run"]):
        assert run(["audit", str(page), "--json", *more]) == 0
        bodies.append(json.loads(capsys.readouterr().out))
    plain, with_runs, again = bodies
    assert with_runs == again
    assert "runs" not in plain["documents"][0]
    assert with_runs["documents"][0].pop("runs_left_out") == 0
    found = with_runs["documents"][0].pop("runs")
    assert with_runs == plain
    assert [one["kind"] for one in found] == ["clock", "clock", "input"]
    assert all(one["note"] == CAVEAT and one["certainty"] == "very low" for one in found)


def test_text_and_report_say_both_with_the_alarm_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, report = tmp_path / "page.md", tmp_path / "report.html"
    page.write_text(f"{PEAK}\n\n{INFUSION}\n", encoding="utf-8")
    assert run(["audit", str(page), "--run", "--report", str(report)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Seek care now")
    assert CAVEAT in said
    assert "the page says 48 to 72 h" in said
    html = report.read_text(encoding="utf-8")
    assert html.index('role="alert"') < html.index("In short")
    assert "its numbers in a run" in html
    assert "the page says 2 mg/kg" in html
    assert CAVEAT in html


def test_a_page_without_numbers_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text("Withdrawal from ketamine can be hard.\n", encoding="utf-8")
    assert run(["audit", str(page), "--run"]) == 0
    assert "The page states no number that a run can take." in capsys.readouterr().out


def test_the_mapping_names_what_there_is() -> None:
    known = {name for one in registry().values() for name in (one.name, *one.also)}
    for clock in book().clocks:
        assert all(name in known or name.startswith("general.") for name in clock.observables)
        assert registry()[clock.scenario_of].simulated
        assert clock.implied in book().lists
        for key in ("LagOfDays", "LagOfHours"):
            least, most = published_stretch(structure(key), clock.stretched)
            assert least < 1.0 < most
    for request in book().inputs:
        assert request.shown in book().lists
        claimed = [slot.observable for slot in request.slots.values() if slot.observable is not None]
        assert claimed
        assert all(reference_of(registry()[name]) is not None for name in claimed)


def test_a_page_with_many_numbers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ketsim.audit_run.runs.MOST", 1)
    made = runs("The dose of Spravato is 28 mg. The dose of Spravato is 56 mg. The dose of Spravato is 84 mg.")
    assert len(made.runs) == 1
    assert made.left_out == 2


def test_ends_in_words() -> None:
    assert ends_text((48.0, 72.0), "h") == "48 to 72 h"
    assert ends_text((14.0, 14.0), "day") == "14 days"
    assert ends_text((None, 2.0), "h") == "at most 2 h"
    assert ends_text((2.0, None), "h") == "at least 2 h"
    assert ends_text(None, "h") == "not run"
