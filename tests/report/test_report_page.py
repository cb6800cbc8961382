from __future__ import annotations

import re
import sys
from collections.abc import Callable
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ketsim.errors import InputError, MissingExtraError
from ketsim.evidence.source import Source
from ketsim.report import report_page, write_report
from ketsim.report.beside_tables import beside_tables
from ketsim.report.markup import anchor, tag
from ketsim.result import Result

Make = Callable[..., Result]
Find = Callable[[str], Source]
Strict = Callable[[str], Any]
MODELS = ("Otto2021", "Kamp2020")
CASES: dict[str, dict[str, Any]] = {
    "one person": {},
    "people": {"subjects": 500},
    "models": {"models": MODELS, "subjects": 500, "sites": ("venous", "arterial")},
    "many doses": {"days": 20},
}


@pytest.fixture(scope="module", params=CASES.values(), ids=list(CASES))
def page(request: pytest.FixtureRequest, result: Make, find: Find) -> str:
    return report_page(result(**request.param), interactive=False, find=find)


def test_the_page_is_well_formed_and_every_reference_is_answered(page: str, strict: Strict) -> None:
    read = strict(page)
    assert len(read.ids) == len(set(read.ids))
    for link in read.all("a"):
        href = str(link["href"])
        assert href.startswith(("https://", "tel:")) or href.removeprefix("#") in read.ids, href
    for _, attributes in read.elements:
        for name in ("aria-labelledby", "aria-describedby", "for"):
            if attributes.get(name):
                assert attributes[name] in read.ids


def test_nothing_is_loaded_from_anywhere(page: str, strict: Strict) -> None:
    read = strict(page)
    assert not any(attributes.get("src") for _, attributes in read.elements)
    assert not read.all("link", "iframe", "img", "object", "embed", "base")
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)
    policy = next(meta["content"] for meta in read.all("meta") if meta.get("http-equiv"))
    assert str(policy).startswith("default-src 'none'")


def test_the_page_is_built_for_everyone(page: str, strict: Strict) -> None:
    read = strict(page)
    assert read.all("html")[0]["lang"] == "en"
    for landmark in ("header", "nav", "main", "footer"):
        assert len(read.all(landmark)) == 1
    levels = [int(name[1]) for name, _ in read.elements if re.fullmatch(r"h[1-6]", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(read.all("table")) == len(read.all("caption"))
    assert all(cell.get("scope") in ("col", "row") for cell in read.all("th"))
    assert read.all("a")[0]["class"] == "skip"
    for drawing in read.all("svg"):
        assert drawing["role"] == "img"


def test_the_standing_notice_and_the_public_lines_are_there(page: str, strict: Strict) -> None:
    read = strict(page)
    assert "Research and education, not dosing advice." in read.text
    links = [link["href"] for link in read.all("a")]
    for line in ("tel:911", "tel:988", "tel:+18002221222", "tel:+18006624357"):
        assert line in links
    assert read.text.index("1-800-662-4357") < read.text.index("Where every number comes from" + " Each model")


def test_every_number_in_the_measures_leads_to_its_model_and_from_there_to_the_source(result: Make, find: Find) -> None:
    page = report_page(result(models=MODELS), interactive=False, find=find)
    measures = page.partition('id="measures"')[2].partition("</section>")[0]
    rows = measures.partition("<tbody>")[2].partition("</tbody>")[0].split("<tr>")[1:]
    assert len(rows) == 2 * 2 * 3
    for row in rows:
        model = next(key for key in MODELS if f'href="#{anchor("model", key)}"' in row)
        section = page.partition(f'id="{anchor("model", model)}"')[2].partition("</section>")[0]
        assert "<code>cl</code>" in section
        assert "https://doi.org/10.1234/abc.5" in section
        assert "Table 3 (full text)" in section


def test_only_the_numbers_that_were_used_stand_behind_a_model(result: Make, find: Find, strict: Strict) -> None:
    read = strict(report_page(result(), interactive=False, find=find)).text
    assert "95.2" in read
    assert "clearance" in read
    assert "1.2 1/h" not in read


def test_the_weakest_link_shows(result: Make, find: Find) -> None:
    page = report_page(result(models=("Kamp2020",)), interactive=False, find=find)
    section = page.partition('id="model-Kamp2020"')[2].partition("</section>")[0]
    rows = section.partition("<tbody>")[2].split("<tr>")[1:]
    assert [("<code>cl</code>" in row) == ("sets the certainty" in row) for row in rows] == [True, True]


def test_an_assumption_that_lowers_the_certainty_is_named(result: Make, find: Find, strict: Strict) -> None:
    made = result(models=("Hijazi2003",))
    certain = {number.replace("very low", "high") for number in made.outputs[0].numbers}

    def surer(key: str) -> Source:
        source = find(key)
        cl = source.values["cl"].model_copy(update={"certainty": source.values["v1"].certainty})
        return source.model_copy(update={"values": {**source.values, "cl": cl}})

    assert {str(surer("Hijazi2003").values[name]) for name in ("cl", "v1")} == certain
    from dataclasses import replace

    outputs = tuple(replace(output, numbers=tuple(sorted(certain))) for output in made.outputs)
    text = strict(report_page(replace(made, outputs=outputs), interactive=False, find=surer)).text
    assert "an assumption of this run lowers the certainty" in text


def test_the_answer_comes_first_in_plain_words(result: Make, find: Find, strict: Strict) -> None:
    text = strict(report_page(result(names=("ketamine",), subjects=500), interactive=False, find=find)).text
    assert "300 ng/mL highest value, median, reached 40 min after the first dose 90 % of people: 180 to 480" in text
    assert text.index("300 ng/mL") < text.index("Courses over time Ketamine")
    assert "People differ, and one in ten lies outside" in text


def test_models_that_disagree_are_set_side_by_side(result: Make, find: Find, strict: Strict) -> None:
    text = strict(report_page(result(models=MODELS), interactive=False, find=find)).text
    assert "150 to 300 ng/mL highest value, by model" in text
    assert "Two published models, a 2-fold range; which fits one person best is not known." in text


def test_assumptions_warnings_and_the_way_to_repeat_it_are_told(page: str, strict: Strict) -> None:
    text = strict(page).text
    for words in ("The racemate is meant.", "Arterial samples.", "0123456789abcdef", "Numerical error"):
        assert words in text


def test_a_long_list_of_doses_is_folded_and_whole(result: Make, find: Find) -> None:
    page = report_page(result(days=20), interactive=False, find=find)
    assert "All 20 doses" in page
    assert page.partition('id="doses"')[2].partition("</section>")[0].count("<tr>") == 21


def test_without_scripts_the_toggle_still_has_both_pictures(page: str, strict: Strict) -> None:
    read = strict(page)
    assert not read.all("script")
    assert {"wide linear", "wide log", "narrow linear", "narrow log"} <= {div.get("class") for div in read.all("div")}
    assert {radio["value"] for radio in read.all("input")} == {"linear", "log"}


def test_hostile_text_stays_text(result: Make, hostile: str, hostile_find: Find, strict: Strict) -> None:
    made = result(models=MODELS, subjects=500, spice=hostile)
    quiet = strict(report_page(made, interactive=False, find=hostile_find))
    assert not quiet.all("script", "img")
    assert not any(name.startswith("on") for _, attributes in quiet.elements for name in attributes)
    for told in (made.warnings[0], made.assumptions[0], made.outputs[0].model_label, f"Author A{hostile}"):
        assert " ".join(told.split()) in quiet.text
    live = report_page(made, find=hostile_find)
    assert escape(hostile) in live
    assert hostile not in live


def test_the_live_page_runs_only_its_own_scripts_and_stays_small(result: Make, find: Find, strict: Strict) -> None:
    page = report_page(result(models=MODELS, subjects=500), find=find)
    assert len(page.encode()) < 6_000_000
    read = strict(page)
    assert [script.get("type") for script in read.all("script")] == ["application/json", None, None]
    policy = str(next(meta["content"] for meta in read.all("meta") if meta.get("http-equiv")))
    assert policy.count("'sha256-") == 2
    assert "unsafe-eval" not in policy
    assert len(report_page(result(), interactive=False, find=find).encode()) < 200_000


def test_the_same_result_gives_the_same_page(result: Make, find: Find) -> None:
    made = result(models=MODELS, subjects=500)
    assert report_page(made, interactive=False, find=find) == report_page(made, interactive=False, find=find)


def test_the_file_is_written_whole_or_not_at_all(
    result: Make, find: Find, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "report.html"
    target.write_text("before")
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "vl_convert", None)
        with pytest.raises(MissingExtraError):
            write_report(result(), target, interactive=False, find=find)
    assert target.read_text() == "before"
    assert write_report(result(), target, interactive=False, find=find) == target
    assert target.read_text().startswith("<!doctype html>")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    with pytest.raises(InputError, match="cannot be written"):
        write_report(result(), tmp_path / "no" / "report.html", interactive=False, find=find)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "file:///etc/passwd"])
def test_a_link_that_leads_nowhere_allowed_is_refused(link: str) -> None:
    with pytest.raises(ValueError, match="may not lead"):
        tag("a", "x", href=link)


def test_a_real_result_makes_a_page(strict: Strict) -> None:
    from ketsim.scenario import Scenario
    from ketsim.simulation import simulate

    made = simulate(Scenario("0.5 mg/kg iv over 40 min", weight="70 kg"))
    read = strict(report_page(made, interactive=False))
    assert read.all("title")
    for output in made.outputs:
        for number in output.numbers:
            assert f" {number.split(' = ')[0]} " in f" {read.text} "


def test_other_models_stand_with_their_certainty(strict: Strict) -> None:
    from ketsim.beside import beside
    from ketsim.scenario import Scenario
    from ketsim.simulation import simulate

    made = simulate(Scenario("2 mg/kg iv over 60 s", weight="70 kg", effects=("none",)))
    found = beside(made)
    text = strict("".join(map(str, beside_tables(found, {})))).text
    assert len(found.models) > 1
    assert text.count("●") >= len(found.models)
    for other in found.models:
        assert f"{other.model} blood: {other.sampling}{', used here' if other.used else ''}" in text
        assert other.certainty in text
