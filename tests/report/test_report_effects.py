"""Effects on the page: cards, table, sections, what is not known, and the alarm before everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from ketsim.evidence.source import Source
from ketsim.report import report_page
from ketsim.report.effect_cards import effect_cards
from ketsim.report.effect_table import effect_table
from ketsim.report.grades import amount, amounts
from ketsim.report.markup import anchor
from ketsim.result import Result
from ketsim.safety.alarm import alarm

Make = Callable[..., Result]
Find = Callable[[str], Source]
Strict = Callable[[str], Any]
CASES: dict[str, dict[str, Any]] = {"one person": {}, "people": {"subjects": 500}}


@pytest.fixture(scope="module", params=CASES.values(), ids=list(CASES))
def made(request: pytest.FixtureRequest, result: Make, effects: Make) -> Result:
    return effects(result(**request.param))


@pytest.fixture(scope="module")
def page(made: Result, find: Find) -> str:
    return report_page(made, interactive=False, find=find)


def test_the_page_is_well_formed_and_every_reference_is_answered(page: str, strict: Strict) -> None:
    read = strict(page)
    assert len(read.ids) == len(set(read.ids))
    for link in read.all("a"):
        href = str(link["href"])
        assert href.startswith(("https://", "tel:")) or href.removeprefix("#") in read.ids, href
    for _, attributes in read.elements:
        for name in ("aria-labelledby", "aria-describedby"):
            if attributes.get(name):
                assert attributes[name] in read.ids
    levels = [int(name[1]) for name, _ in read.elements if name in ("h1", "h2", "h3", "h4")]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_an_alarm_comes_before_everything_else(made: Result, page: str, find: Find, strict: Strict) -> None:
    raised = replace(made, alarms=(alarm("overdose", "This is far beyond every medical use."),))
    alarming = report_page(raised, interactive=False, find=find)
    first = alarming.index('class="alarm"')
    assert first < alarming.index("<h1")
    assert first < alarming.index("<nav")
    assert first < alarming.index('id="answer"')
    assert "This is far beyond every medical use." in strict(alarming).text
    assert 'class="alarm"' not in page


def test_a_card_says_how_much_from_where_when_how_long_by_whom_and_how_sure(
    result: Make, effects: Make, strict: Strict
) -> None:
    said = strict("".join(map(str, effect_cards(effects(result()))))).text
    pressure = (
        "Mean arterial pressure 101 mmHg highest value, 8 above the baseline of 93, 40 min after the first dose "
        "5 mmHg or more above baseline for 110 min Felt2022-pulse, driven by Otto2021, certainty ●●○○ low"
    )
    assert pressure in said
    assert "Sources disagree on the rise." in said
    assert "lowest value, 2 below the baseline of 5" in said
    assert "Not to drive or use machines yes from 6 min after the first dose on" in said


def test_cards_over_people_give_the_range(result: Make, effects: Make, strict: Strict) -> None:
    said = strict("".join(map(str, effect_cards(effects(result(subjects=500)))))).text
    assert "90 % of people: 99.4 to 103 mmHg" in said
    assert "highest value, median, 8 above the baseline of 93" in said


def test_what_stays_at_baseline_is_one_sentence_and_what_is_asked_less_stands_in_the_table(
    made: Result, strict: Strict
) -> None:
    said = strict("".join(map(str, effect_cards(made)))).text
    assert "At baseline throughout" in said
    assert "stage of anaesthesia (Felt2022-stages, driven by Otto2021, certainty" in said
    assert "Drug high and analgesia: see the figure and the table of effects." in said
    assert said.count("certainty") == 6


def test_every_effect_has_a_row_with_its_certainty_and_its_times_in_words(made: Result, strict: Strict) -> None:
    table = str(effect_table(made))
    rows = table.partition("<tbody>")[2].split("<tr>")[1:]
    effects = [output for output in made.outputs if output.kind == "effect"]
    assert len(rows) == len(effects)
    for row, output in zip(rows, effects, strict=True):
        assert output.certainty in row
        assert f'href="#{anchor("model", output.model)}"' in row
        assert "nan" not in row
    assert "40 min" in rows[0]
    assert "awake" in rows[5]
    assert "mean arterial pressure 5 mmHg" in strict(table).text


def test_a_driver_has_one_section_with_its_numbers_and_an_effect_only_its_own(page: str) -> None:
    for driver in ("Kamp2020", "Otto2021"):
        section = page.partition(f'id="{anchor("model", driver)}"')[2].partition("</section>")[0]
        assert "<code>cl</code>" in section
        assert "<code>c50</code>" not in section
        assert f'href="#{anchor("model", "Felt2022-felt")}"' in section or driver == "Otto2021"
    assert page.count(f'id="{anchor("model", "Kamp2020")}"') == 1
    section = page.partition(f'id="{anchor("model", "Felt2022-felt")}"')[2].partition("</section>")[0]
    assert "<code>c50</code>" in section
    assert "<code>cl</code>" not in section
    assert f'Driven by the concentrations of <a href="#{anchor("model", "Kamp2020")}"' in section
    assert "Built for: 17 volunteers." in section
    assert "Tolerance is left out of felt" in section


def test_what_is_not_known_is_said_with_the_reason(page: str, strict: Strict) -> None:
    text = strict(page).text
    assert "Eeg slowing: the steepness was not read." in text
    assert page.index('id="unknown"') < page.index('id="limits"')


def test_a_page_without_scripts_says_every_peak(made: Result, page: str, strict: Strict) -> None:
    text = strict(page).text
    kind = "value" if made.subjects == 1 else "median"
    assert f"Mean arterial pressure. Felt2022-pulse: farthest {kind} from baseline 93 mmHg, 101 mmHg at 40 min" in text
    radios = {radio["value"] for radio in strict(page).all("input")}
    assert radios == {"linear", "log", "first", "whole"}


def test_hostile_text_stays_text(result: Make, effects: Make, hostile: str, hostile_find: Find, strict: Strict) -> None:
    made = effects(result(subjects=500, spice=hostile), spice=hostile)
    read = strict(report_page(made, interactive=False, find=hostile_find))
    assert not read.all("script", "img")
    assert not any(name.startswith("on") for _, attributes in read.elements for name in attributes)
    assert hostile not in report_page(made, find=hostile_find)


def test_a_page_with_effects_stays_small(result: Make, effects: Make, find: Find) -> None:
    made = effects(result(subjects=500))
    assert len(report_page(made, interactive=False, find=find).encode()) < 600_000


def test_steps_are_said_in_words_and_one_point_is_one(made: Result) -> None:
    stage, sedation = (made.output(name) for name in ("anaesthesia_stage", "sedation"))
    assert amounts(stage, 0.0, 2.0) == "awake to surgical"
    assert amount(sedation, 1.0) == "1 point"
    assert amounts(sedation, 1.0, 3.0) == "1 to 3 points"
