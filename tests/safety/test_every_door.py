"""Every door says the emergency text first wherever a dose, a combination or a symptom is dangerous."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from ketsim.cli.app import run
from ketsim.evidence import fact
from ketsim.notice import public_help
from ketsim.safety.alarm import alarm

CALL = alarm("overdose", "").call

DANGEROUS: Sequence[Sequence[str]] = (
    ("simulate", "680 mg iv", "--weight", "60kg"),
    ("simulate", "2 mg/kg iv over 60 s", "--weight", "70kg"),
    ("simulate", "10 mg/kg im", "--weight", "70kg"),
    ("simulate", "0.5 mg/kg iv over 40 min", "--weight", "70kg", "--with", "alcohol"),
    ("simulate", "0.5 mg/kg iv over 40 min", "--population", "20", "--with", "heroin"),
    ("compare", "Kamp2020", "Otto2021", "--dose", "680 mg iv", "--weight", "60kg"),
    ("safety", "context", "680 mg iv", "--weight", "60kg"),
    ("safety", "context", "680 mg ketamine", "--weight", "60kg"),
    ("safety", "context", "5 g ketamine nasal"),
    ("safety", "session", "680 mg iv", "--weight", "60kg"),
    ("safety", "session", "84 mg esketamine nasal", "--unattended"),
    ("safety", "detect", "680 mg iv", "--weight", "60kg"),
    ("safety", "combine", "alcohol"),
    ("safety", "combine", "fentanyl"),
    ("safety", "combine", "GHB", "benzodiazepines"),
    ("safety", "combine", "spiked drink"),
    ("safety", "triage", "I cannot wake my friend"),
    ("safety", "triage", "chest pain after ketamine"),
    ("safety", "triage", "I want to die"),
    ("safety", "triage", "blood in my urine"),
    ("safety", "triage", "my eyes are yellow"),
    ("safety", "triage", "she hears voices since yesterday"),
    ("safety", "triage", "took ketamine and drank a lot of vodka"),
    ("safety", "screen", "--has", "suicidal thoughts"),
    ("safety", "screen", "use-disorder", "--has", "suicidal-thoughts"),
    ("safety", "screen", "use-disorder", "--answers", "blood-in-urine=yes"),
    ("safety", "screen", "use-disorder", "--answers", "time=y,craving=y,duties=y,given-up=y,harm=y,tolerance=y"),
    ("safety", "level-of-care", "mild", "--has", "thoughts of suicide"),
    ("safety", "level-of-care", "none", "--has", "yellow-eyes"),
)
NAMES = [" ".join(line) for line in DANGEROUS]


@pytest.mark.parametrize("line", DANGEROUS, ids=NAMES)
def test_text_says_it_first(line: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*line]) == 0
    shown = capsys.readouterr().out
    assert "seek care now" in shown.split("\n", 1)[0].casefold()
    opening = "\n".join(shown.splitlines()[:15])
    for help_line in public_help().lines:
        assert help_line.number in opening


@pytest.mark.parametrize("line", DANGEROUS, ids=NAMES)
def test_json_says_it_first(line: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*line, "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert list(body)[:2] == ["schema", "alarms"]
    assert "seek care now" in body["alarms"][0]["call"].casefold()
    assert body["alarms"][0]["lines"] == [row.to_dict() for row in public_help().lines]
    for raised in body["alarms"]:
        assert raised["sources"] == list(dict.fromkeys(fact(name).source for name in raised["facts"]))


@pytest.mark.parametrize("line", DANGEROUS, ids=NAMES)
def test_html_says_it_first(line: Sequence[str], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert run([*line, "--report", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    body = text[text.index("<body") :]
    first = body.casefold().index("seek care now")
    assert first < body.index("<h1")
    assert first < body.index("<nav")
    assert body.index("tel:911") < body.index("<h1")


@pytest.mark.parametrize(
    "line",
    [
        ("simulate", "0.5 mg/kg iv over 40 min", "--weight", "70kg"),
        ("simulate", "84 mg esketamine nasal"),
        ("safety", "context", "0.5 mg/kg iv over 40 min", "--weight", "70kg"),
        ("safety", "law", "US"),
    ],
    ids=" ".join,
)
def test_no_alarm_where_nothing_calls_for_one(line: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Alarms that always ring are not heard."""
    assert run([*line, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["alarms"] == []


def test_nobody_says_that_an_amount_is_safe_or_lethal(capsys: pytest.CaptureFixture[str]) -> None:
    for line in DANGEROUS:
        assert run([*line]) == 0
        shown = capsys.readouterr().out.casefold()
        for word in ("safe dose", "safe amount", "lethal dose of", "fatal dose of", "is safe"):
            assert word not in shown, line


def test_what_nobody_knows_is_said_to_be_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["safety", "combine", "alcohol", "--json"]) == 0
    unknown = json.loads(capsys.readouterr().out)["not_known"]
    assert any("alcohol" in (row["what"] + row["looked_for"]).casefold() for row in unknown)
    assert run(["safety", "context", "680 mg iv", "--weight", "60kg", "--json"]) == 0
    unknown = json.loads(capsys.readouterr().out)["not_known"]
    assert any("lethal" in row["what"].casefold() or "ld50" in row["what"].casefold() for row in unknown)
    assert all(row["looked_for"] for row in unknown)
