"""The pages of docs/ say what the code does: tables made from it must agree with it, links must lead somewhere."""

import re
from pathlib import Path

import pytest

from ketsim.course.__main__ import renewed
from ketsim.course.structure import structures
from ketsim.effects.in_words import effects_in_words, entries_in_words
from ketsim.kinetics.choose import rules_in_words

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])


def test_default_models_page_is_the_rule():
    page = (ROOT / "docs" / "default-models.md").read_text(encoding="utf-8")
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|")) for line in page.splitlines() if line.startswith("|")
    ]
    assert rows[2:] == list(rules_in_words())


def test_effects_page_is_the_registry():
    page = (ROOT / "docs" / "effects.md").read_text(encoding="utf-8")
    tables, table = [], []
    for line in [*page.splitlines(), ""]:
        if line.startswith("|"):
            table.append(tuple(cell.strip() for cell in line.strip("|").split("|")))
        elif table:
            tables.append(table[2:])
            table = []
    assert tables == [list(effects_in_words()), list(entries_in_words())]


def test_course_page_is_what_runs():
    page = (ROOT / "docs" / "course.md").read_text(encoding="utf-8")
    assert renewed(page) == page, "make course-page writes its tables anew"


def test_the_course_is_written_anew_from_what_runs_and_nothing_else_is_touched():
    marked = "before\n<!-- structures -->\nwords of yesterday\n<!-- end of structures -->\nafter\n"
    once = renewed(marked)
    assert "yesterday" not in once
    assert once.startswith("before\n")
    assert once.endswith("after\n")
    assert renewed(once) == once
    for one in structures():
        assert f"| {one.key} | {one.label} | {one.because} |" in once


def test_the_course_page_names_every_number_with_its_place_and_how_it_came_about():
    page = (ROOT / "docs" / "course.md").read_text(encoding="utf-8")
    for one in structures():
        for value in (*one.values.values(), *one.chances.values()):
            (row,) = [line for line in page.splitlines() if f"| {one.part} | {value.source}.{value.name} |" in line]
            assert f"| {value.provenance} | {value.certainty} | {value.where.at} |" in row


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_inside_the_repository_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", text)
    assert [t for t in targets if not (page.parent / t).exists()] == []


def test_there_are_pages():
    assert len(PAGES) >= 6


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/*.md")), ids=lambda p: p.name)
def test_python_on_a_page_runs(page, tmp_path, monkeypatch, capsys):
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"```csv\n(.*?)```", text, re.S):
        (tmp_path / "data.csv").write_text(block, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", text, re.S)
    for block in blocks:
        exec(compile(block, str(page), "exec"), {})  # the page's own examples
    assert bool(capsys.readouterr().out) == bool(blocks)
