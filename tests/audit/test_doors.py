"""The doors of the audit: JSON as the contract says, CSV, SARIF, the page; the same bytes on every run."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from audit_labelled import pages

from ketsim.audit import audit
from ketsim.cli.app import run
from ketsim.report.audit_page import audit_page

SPUN = next(page for page in pages() if page.name == "spun").text
CLAIM = {
    "start", "end", "text", "observable", "kind", "low", "high", "unit", "polarity", "verdict", "reference", "sources",
    "certainty", "reason",
}  # fmt: skip


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "spun.md"
    path.write_text(SPUN, encoding="utf-8")
    return path


def test_json_has_what_the_contract_names(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", str(page), "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["schema"] == "ketsim.audit/1"
    (document,) = body["documents"]
    assert document["name"] == str(page)
    assert set(document["claims"][0]) >= CLAIM
    for claim in document["claims"]:
        assert SPUN[claim["start"] : claim["end"]].split() == claim["text"].split()
    for clash in document["contradictions"]:
        assert {"a", "b", "nature", "reason"} == set(clash)
        assert clash["nature"] in ("genuine", "tension", "apparent")
        assert clash["a"] != clash["b"] < len(document["claims"])
    assert {tuple(sorted(defect)) for defect in document["defects"]} == {("end", "reason", "severity", "start", "type")}
    assert document["counts"]["claims"] == len(document["claims"]) == sum(document["counts"]["verdicts"].values())


def test_the_page_names_a_file_by_its_name_and_tells_two_of_one_name_apart() -> None:
    said = b"Withdrawal from ketamine lasts three days."
    one = audit_page(audit([("/long/way/leaflet.txt", said)]))
    assert "<title>Audit of leaflet.txt" in one
    assert "/long/way" not in one
    assert "4 to 30.4 days" in one
    assert "3 days" in one
    both = audit_page(audit([("/a/leaflet.txt", said), ("/b/leaflet.txt", said)]))
    assert "/a/leaflet.txt: claims" in both
    assert "/b/leaflet.txt: claims" in both


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    written = [tmp_path / f"{page.name}.md" for page in pages()]
    for path, page in zip(written, pages(), strict=True):
        path.write_text(page.text, encoding="utf-8")
    command = [sys.executable, "-m", "ketsim", "audit", *map(str, written), "--json"]
    runs = [
        subprocess.run(command, capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2", "3")
    ]
    assert runs[0] == runs[1] == runs[2]
    assert audit_page(audit(written)) == audit_page(audit(written))


def test_standard_input_is_read(page: Path) -> None:
    command = [sys.executable, "-m", "ketsim", "audit", "-", "--json"]
    out = subprocess.run(command, input=SPUN.encode(), capture_output=True, check=True).stdout
    assert json.loads(out)["documents"][0]["name"] == "standard input"


def test_csv_and_sarif_hold_every_finding(page: Path, tmp_path: Path) -> None:
    table, log = tmp_path / "a.csv", tmp_path / "a.sarif"
    assert run(["audit", str(page), "--csv", str(table), "--sarif", str(log)]) == 0
    (document,) = audit([page]).documents
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))
    assert len(rows) == len(document.claims) + len(document.contradictions) + len(document.defects)
    results = json.loads(log.read_text(encoding="utf-8"))["runs"][0]["results"]
    supported = [c for c in document.claims if c.verdict in ("supported", "not-checkable")]
    assert len(results) == len(rows) - len(supported)
    lines = SPUN.split("\n")
    for result in results:
        region = result["locations"][0]["physicalLocation"]["region"]
        at = SPUN[region["charOffset"]]
        assert lines[region["startLine"] - 1][region["startColumn"] - 1] == at


def test_the_page_shows_the_text_with_sign_and_word(page: Path, tmp_path: Path) -> None:
    report = tmp_path / "audit.html"
    assert run(["audit", str(page), "--report", str(report)]) == 0
    html = report.read_text(encoding="utf-8")
    assert "✗ contradicted" in html
    assert "✓ supported" in html
    assert 'href="#d1-claim-1"' in html
    assert "<script" not in html


def test_documents_are_compared(tmp_path: Path) -> None:
    one, other = tmp_path / "one.txt", tmp_path / "other.txt"
    one.write_text("Ketamine is not addictive.", encoding="utf-8")
    other.write_text("Ketamine is addictive.", encoding="utf-8")
    found = audit([one, other])
    assert [(clash.a, clash.b, clash.nature) for clash in found.across] == [((0, 0), (1, 0), "genuine")]


@pytest.mark.parametrize("arguments", [[], ["nowhere.html"], ["."], ["twice.txt", "twice.txt"]])
def test_bad_input_is_one_sentence(
    arguments: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["audit", *arguments, "--report", "a.html"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
