"""Rule files are YAML beside the code; what is compiled of them says the same, and is used only while it does."""

import pytest

from ketsim import rule_file
from ketsim.document import read_document
from ketsim.errors import InputError
from ketsim.rule_file import build_rules, read_rules, rule_files, stale_rules

FILES = sorted(path for path in rule_file._ROOMS.rglob("*.yaml") if rule_file._ROOMS / "evidence" not in path.parents)


@pytest.fixture
def rooms(tmp_path, monkeypatch):
    """Two rule files in two rooms, not yet compiled, and one below evidence, which is none."""
    for name, text in (("safety/words", "call: now\n"), ("care/lines", "- a\n- 2\n"), ("evidence/sources/X", "a: 1\n")):
        path = tmp_path / "rooms" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(rule_file, "_ROOMS", tmp_path / "rooms")
    monkeypatch.setattr(rule_file, "_COMPILED", tmp_path / "index" / "rules")
    return tmp_path / "rooms"


@pytest.fixture
def no_yaml(monkeypatch):
    def refuse(path):
        raise AssertionError(f"{path} was parsed although the index agrees")

    monkeypatch.setattr(rule_file, "read_document", refuse)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_what_is_compiled_is_what_the_yaml_says(path):
    assert read_rules(path) == read_document(path).data


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_no_rule_needs_yaml(path, no_yaml):
    assert read_rules(path)


def test_every_rule_file_has_a_name_of_its_own():
    assert len({path.stem for path in FILES}) == len(FILES) > 5


def test_a_build_compiles_every_room_but_evidence(rooms):
    assert set(rule_files()) == {"words.json", "lines.json"}
    assert set(stale_rules()) == {"words.json", "lines.json"}
    assert {path.name for path in build_rules()} == {"words.json", "lines.json"}
    assert stale_rules() == ()
    assert build_rules() == ()


def test_an_edit_is_seen_at_once_and_falls_back_to_the_yaml(rooms):
    build_rules()
    path = rooms / "safety" / "words.yaml"
    path.write_text("call: later\n", encoding="utf-8")
    assert read_rules(path) == {"call": "later"}
    assert stale_rules() == ("words.json",)
    build_rules()
    assert (stale_rules(), read_rules(path)) == ((), {"call": "later"})


def test_without_an_index_the_yaml_is_read(rooms):
    assert read_rules(rooms / "care" / "lines.yaml") == ["a", 2]


def test_what_is_left_of_a_file_that_is_gone_is_removed(rooms):
    build_rules()
    (rooms / "care" / "lines.yaml").unlink()
    assert stale_rules() == ("lines.json",)
    (gone,) = build_rules()
    assert (gone.name, gone.exists()) == ("lines.json", False)


def test_a_slip_in_a_rule_file_has_its_line(rooms):
    path = rooms / "safety" / "words.yaml"
    path.write_text("call: now\nsay: [a\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"words\.yaml:\d+: this is not valid YAML"):
        read_rules(path)
    with pytest.raises(InputError, match=r"words\.yaml"):
        build_rules()
