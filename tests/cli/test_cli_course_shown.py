"""The course in the terminal: in groups, with ranges, certainty, where the width comes from, what was measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ketsim import Scenario, simulate
from ketsim.cli.app import run
from ketsim.course_shown import Group, counting, course_outputs, grouped, look_of, rows, width_sentence
from ketsim.result import Result, Spread

DAILY = "1 g ketamine intranasal daily for 4 weeks"
SUPERVISED = "0.5 mg/kg iv over 40 min, twice weekly for 3 weeks"


@pytest.fixture(scope="module")
def daily() -> Result:
    return simulate(Scenario(DAILY, weight="70 kg", until="8wk", effects=["none"]))


@pytest.fixture(scope="module")
def printed(daily: Result) -> str:
    return _printed(DAILY, "8wk")


def group_of(result: Result, key: str) -> Group:
    (found,) = [group for group in grouped(course_outputs(result)) if group.key == key]
    return found


def _printed(dose: str, until: str) -> str:
    import contextlib
    import io

    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        assert run(["simulate", dose, "--weight", "70kg", "--until", until, "--effects", "none"]) == 0
    return text.getvalue()


def test_every_reading_belongs_to_a_group_that_is_named(daily):
    named = grouped(course_outputs(daily))
    assert {group.key for group in named} >= {"tolerance", "withdrawal", "craving", "dependence", "relapse"}
    assert "other" not in {group.key for group in named}
    assert sum(map(len, named.values())) == len(course_outputs(daily))


def test_a_group_says_how_strong_when_and_how_long_with_ranges(daily):
    withdrawal = group_of(daily, "withdrawal")
    loud, quiet = counting(grouped(course_outputs(daily))[withdrawal])
    told = rows(withdrawal, loud, look_of(daily))
    assert not quiet
    assert {row.reading for row in told} >= {"Body", "Anxiety and irritability", "Low mood", "Sleep and nightmares"}
    for row in told:
        assert "(" in row.size
        assert row.when.split(" ")[1] in ("min", "h", "days")
        assert row.output.certainty == "very low"
        assert set(row.structures) <= {"LagOfDays", "LagOfHours"}


def test_rivals_that_print_the_same_stand_in_one_row_and_others_do_not(daily):
    tolerance = group_of(daily, "tolerance")
    told = rows(tolerance, grouped(course_outputs(daily))[tolerance], look_of(daily))
    (load,) = [row for row in told if row.reading.startswith("Long-run load")]
    assert load.structures == ("LagOfDays", "LagOfHours")
    withdrawal = group_of(daily, "withdrawal")
    apart = rows(withdrawal, grouped(course_outputs(daily))[withdrawal], look_of(daily))
    assert len([row for row in apart if row.reading == "Body"]) == 2


def test_the_parts_of_the_width_are_said_with_the_largest_first(daily):
    withdrawal = group_of(daily, "withdrawal")
    said = width_sentence(withdrawal, grouped(course_outputs(daily))[withdrawal], daily.widths)
    assert all(words in said for words in ("how people differ", "parameters", "which structure is right"))
    assert said.index("how people differ") < said.index("which structure")
    assert width_sentence(withdrawal, (), daily.widths) == ""


def test_of_withdrawal_and_craving_the_width_of_the_size_and_that_of_the_time_are_told_apart(daily, printed):
    told = {(width.output, width.measure): width for width in daily.widths}
    for name in ("withdrawal", "withdrawal_mood", "craving"):
        size, time = (told[name, f"{what}_after_last_dose"] for what in ("peak", "time_of_peak"))
        assert time.structures > 0.2 > size.structures
        assert {(w.output, w.measure) for w in daily.widths if w.output == name} == {
            (name, size.measure),
            (name, time.measure),
        }
    entries = [(w["output"], w["measure"]) for w in daily.to_dict()["widths"]]
    assert entries == list(told)
    craving = printed[printed.index("Craving after") :].splitlines()
    said = next(line for line in craving if line.startswith("Width"))
    size, time = said.split("; ")
    assert "of how strong it gets, how people differ" in size
    assert time.startswith("of when it peaks, which structure is right")


def test_what_is_known_by_its_size_alone_says_no_time(daily):
    dependence = group_of(daily, "dependence")
    said = width_sentence(dependence, grouped(course_outputs(daily))[dependence], daily.widths)
    assert "when it peaks" not in said
    assert said.count(";") == 2


def test_a_column_of_several_units_says_whose_each_is_and_one_of_one_unit_does_not(printed):
    first = {line.partition("  ")[0]: line for line in reversed(printed.splitlines()) if " days" in line}
    assert ") %  " in first["Long-run load of ketamine"]
    assert ") fold  " in first["Tolerance"]
    assert "of 100" not in first["Craving"]


def test_what_most_never_reach_is_not_said_to_be_there_from_the_start(daily):
    output = daily.output("withdrawal_anxiety", "LagOfHours")
    found = {"onset_after_last_dose": Spread(0.0, 0.0, 3.0), "duration_after_last_dose": Spread(0.0, 0.0, 5.5)}
    few = replace(output, measures={**output.measures, **found}, ranges={})
    some = replace(few, measures={**few.measures, "duration_after_last_dose": Spread(0.0, 1.0, 5.5)})
    for one, said in ((few, "not reached"), (some, "already there")):
        (row,) = rows(group_of(daily, "withdrawal"), [one], look_of(daily))
        assert row.onset == said


def test_what_the_model_does_not_vary_is_not_said_to_give_no_width(daily):
    harm = group_of(daily, "harm")
    members = grouped(course_outputs(daily))[harm]
    assert {output.model for output in members} == {"DaysOfUse"}
    said = width_sentence(harm, members, daily.widths)
    assert "parameters" in said
    assert "which structure" not in said
    assert "how people differ" not in said


def test_the_terminal_says_that_it_is_a_model_how_sure_and_what_was_measured(printed):
    assert "Over weeks: a model, not a measurement" in printed
    assert "People differ." in printed
    for heading in ("Tolerance", "Withdrawal after the last dose", "Craving", "Dependence", "Relapse"):
        (line,) = [line for line in printed.splitlines() if line.startswith(heading) and "certainty" in line]
        assert "certainty very low" in line
    assert "Measured, or derived from something measured: " in printed
    assert "Assumed: " in printed
    assert "which of them is right is not known" in printed
    assert "No course of tolerance, withdrawal or craving has been measured day by day" in printed


def test_the_table_of_withdrawal_is_not_wide(printed):
    body = printed[printed.index("Withdrawal after") : printed.index("Craving after")].splitlines()
    table = [line for line in body if " days (" in line or " h (" in line]
    assert len(table) >= 8
    assert max(map(len, table)) <= 115


def test_a_supervised_course_is_said_to_stay_below_what_counts():
    said = _printed(SUPERVISED, "6wk")
    assert "In 95 % of people these move by less than 1 of 10: body (at most 0." in said


def test_a_saved_table_holds_the_course_with_low_and_high(daily, tmp_path):
    columns = daily.columns()
    assert len({len(cells) for cells in columns.values()}) == 1
    of = [i for i, name in enumerate(columns["output"]) if name == "withdrawal_mood"]
    assert all(columns["low"][i] <= columns["high"][i] for i in of)
    assert max(columns["high"][i] for i in of) > 1.0
    blood = columns["output"].index("ketamine")
    assert columns["low"][blood] is None
    header = daily.save(tmp_path / "curves.csv").read_text().splitlines()[0]
    assert header == "output,model,unit,certainty,time_h,value,low,high"
    (row,) = [r for r in daily.summary() if (r["output"], r["model"], r["measure"]) == ("craving", "LagOfDays", "peak")]
    assert row["low"] <= row["value"] <= row["high"]


def test_curves_a_person_leave_the_course_out_and_a_dataset_holds_its_range(daily):
    assert set(daily.columns(people=True)["output"]) == {"ketamine", "norketamine"}
    data = daily.to_xarray()["craving_LagOfDays"]
    assert data.dims == ("quantile", "time")
    assert "no median" in data.attrs["middle"]


def test_values_at_times_have_their_range(daily):
    (output,) = [o for o in daily.outputs if (o.name, o.model) == ("withdrawal", "LagOfDays")]
    for value in daily.values_at(output):
        assert set(value) == {"time_h", "value", "low", "high"}
    assert set(daily.values_at(daily.output("ketamine"))[0]) == {"time_h", "value"}
