import pytest

from ketsim import rule_file
from ketsim.evidence import __main__ as command
from ketsim.evidence.index import LIBRARY, Library


@pytest.fixture
def library(tmp_path, sample, monkeypatch):
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "Sample2020.yaml").write_text(sample.text, encoding="utf-8")
    mine = Library(sources=sources, index=tmp_path / "index")
    monkeypatch.setattr(command, "LIBRARY", mine)
    monkeypatch.setattr(command, "SCHEMA_FILE", tmp_path / "source.schema.json")
    (tmp_path / "rooms" / "safety").mkdir(parents=True)
    (tmp_path / "rooms" / "safety" / "words.yaml").write_text("call: now\n", encoding="utf-8")
    monkeypatch.setattr(rule_file, "_ROOMS", tmp_path / "rooms")
    monkeypatch.setattr(rule_file, "_COMPILED", tmp_path / "index" / "rules")
    return mine


def test_check_prints_every_slip_with_its_line(library, sample, capsys):
    assert command.main(["check"]) == 0
    assert capsys.readouterr().out == "1 files, 0 errors\n"
    path = library.sources / "Sample2020.yaml"
    path.write_text(sample.text.replace("kind: volume\n", "kind: volumen\n"), encoding="utf-8")
    assert command.main(["check"]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith(f"Sample2020.yaml:{sample.line_of('    kind: volume')}: kind 'volumen' is not known")
    assert printed[-1] == "1 files, 2 errors"


def test_check_of_one_file_looks_at_its_links_into_the_library(library, sample, tmp_path, capsys):
    other = tmp_path / "Other2021.yaml"
    text = sample.text.replace("Sample2020", "Other2021").replace(
        "fitted_by: [Other2021]", "fitted_by: [Sample2020, Nobody]"
    )
    other.write_text(text.replace("source: Other2021, certainty", "source: Sample2020, certainty"), encoding="utf-8")
    assert command.main(["check", str(other)]) == 1
    assert "'Nobody' is no model of the library." in capsys.readouterr().out
    assert command.main(["check", str(tmp_path / "nowhere.yaml")]) == 1
    assert "cannot be read: no such file or directory" in capsys.readouterr().out


def test_build_and_schema_write_their_files(library, capsys):
    assert command.main([]) == 0
    *names, index, schema = capsys.readouterr().out.splitlines()
    assert names == ["Sample2020.json", "responses.json", "catalog.json", "words.json"]
    assert (index, schema) == ("index: 4 files changed", "source.schema.json")
    assert command.SCHEMA_FILE.exists()
    assert command.main(["build"]) == 0
    assert capsys.readouterr().out == "index: 0 files changed\n"
    (library.sources / "Sample2020.yaml").unlink()
    assert command.main(["build"]) == 0
    assert "Sample2020.json removed" in capsys.readouterr().out
    assert command.main(["schema"]) == 0


def test_bad_input_ends_with_status_2(library, sample, capsys):
    assert command.main(["bild"]) == 2
    assert capsys.readouterr().err.startswith("usage: python -m ketsim.evidence")
    (library.sources / "Sample2020.yaml").write_text(sample.changed("number: 1.48", "number: x"), encoding="utf-8")
    assert command.main(["build"]) == 2
    assert "values.cl.number is 'x'; expected a number" in capsys.readouterr().err


def test_the_library_of_ketsim_is_the_one_it_works_on():
    assert command.LIBRARY is LIBRARY
