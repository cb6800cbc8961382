"""``ketsim care import`` and ``find``: what a person types, what they get, and who is named first."""

import json

import pytest

from ketsim.cli.app import run


@pytest.fixture(autouse=True)
def _own_places(monkeypatch, tmp_path, directory_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("KETSIM_CARE_DB", str(directory_path))


def test_find_gives_the_contract_as_json(capsys):
    assert run(["care", "find", "--near", "90210", "--within", "25mi", "--offers", "SA", "DT", "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["schema"] == "ketsim.care/1" and body["as_of"] == "2022-05-19" and body["stale"]
    assert [line["number"] for line in body["public_lines"]][:2] == ["911", "988"]
    assert body["total"] == len(body["results"]) > 300
    for result in body["results"]:
        assert {"name", "phone", "address", "miles", "services"} <= set(result)
        assert result["miles"] <= 25 and {"SA", "DT"} & {s["code"] for s in result["services"]}


def test_old_listings_come_after_the_public_lines(capsys):
    assert run(["care", "find", "--near", "Fresno, CA", "--within", "10mi", "--limit", "2"]) == 0
    out = capsys.readouterr().out
    assert out.index("911") < out.index("988") < out.index("findtreatment.gov") < out.index("listings within 10 miles")
    assert "2022-05-19" in out and "samhsa-su" in out and "straight lines" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ["--near", "1234"],
        ["--near", "Springfield"],
        ["--near", "90210", "--within", "0"],
        ["--near", "90210", "--payment", "zz"],
    ],
)
def test_a_refusal_is_one_sentence_and_the_public_lines(capsys, arguments):
    assert run(["care", "find", *arguments]) == 2
    said = capsys.readouterr()
    assert "911" in said.out and said.err.count("\n") == 1
    assert run(["care", "find", *arguments, "--json"]) == 2
    body = json.loads(capsys.readouterr().out)
    assert body["error"]["code"] and body["public_lines"]


def test_import_then_find_searches_what_was_imported(capsys, samples, tmp_path, monkeypatch):
    monkeypatch.delenv("KETSIM_CARE_DB")
    sample = str(samples / "findtreatment_api_residential.json")
    assert run(["care", "import", sample]) == 2
    assert "--as-of" in capsys.readouterr().err
    assert run(["care", "import", sample, "--as-of", "2025-08-27", "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["sources"][0]["rows_in"] == 478 and sum(body["sources"][0]["unknown_codes"].values()) == 484
    assert (tmp_path / "data" / "ketsim" / "care.sqlite").is_file()
    assert run(["care", "find", "--near", "90210", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {result["source"] for result in found["results"]} == {"findtreatment-ca"}
    assert run(["care", "import", sample, "--as-of", "2025-01-01"]) == 2
    assert "older" in capsys.readouterr().err
    assert run(["care", "import", sample, "--as-of", "2025-01-01", "--force"]) == 0
    assert "484" in capsys.readouterr().out


def test_a_missing_file_and_a_missing_directory(capsys, tmp_path):
    assert run(["care", "import", str(tmp_path / "no.csv"), "--as-of", "2026-01-01"]) == 2
    assert run(["care", "find", "--near", "90210", "--db", str(tmp_path / "no.sqlite")]) == 2
    assert "Traceback" not in capsys.readouterr().err
