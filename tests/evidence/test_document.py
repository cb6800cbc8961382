import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketsim.document import read_document
from ketsim.errors import InputError


def test_plain_data_and_the_line_of_every_entry():
    document = read_document("a: 1\nb:\n  - x\n  - {c: 1.5 h, d: off}\ne: >-\n  folded\n  text\n", name="x.yaml")
    assert document.data == {"a": 1, "b": ["x", {"c": "1.5 h", "d": "off"}], "e": "folded text"}
    assert document.where(("b", 1, "c")) == "x.yaml:4"
    assert document.where(("e",)) == "x.yaml:5"
    assert document.where(("b", 1, "nothing", 7)) == "x.yaml:4"
    assert document.where(("z",)) == "x.yaml:1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", 1),
        ("-7", -7),
        ("007", 7),
        ("1.0", 1.0),
        ("1e-3", 1e-3),
        (".5", 0.5),
        ("5.", 5.0),
        ("'1'", "1"),
        ('"1"', "1"),
        ("null", None),
        ("~", None),
        ("''", ""),
        ("true", True),
        ("yes", "yes"),
        ("on", "on"),
        ("0x10", "0x10"),
        ("12:30:00", "12:30:00"),
        ("2022-01-01", "2022-01-01"),
        ("1_000", "1_000"),
        (".inf", float("inf")),
    ],
)
def test_scalars_follow_yaml_1_2(text, expected):
    found = read_document(f"k: {text}\n").data["k"]
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("a: 1\na: 2\n", 2, "'a' stands here again; it was written in line 1 already"),
        ("a: &x 1\nb: *x\n", 1, "anchors (&) and aliases (*) are not read"),
        ("a: 1\nb: *x\n", 2, "anchors (&) and aliases (*) are not read"),
        ("a: !!python/object:os.system 1\n", 1, "is not read; write plain text"),
        ("a: !x {b: 1}\n", 1, "the tag '!x' is not read"),
        ("a: 1\n\tb: 2\n", 2, "a tab stands at the start of the line"),
        ("a: [1, 2\nb: 3\n", 2, "this is not valid YAML"),
        ("a: 1\n b: 2\n", 2, "this is not valid YAML"),
        ("a: 'x\n", 2, "this is not valid YAML"),
        ("a: 1\n---\nb: 2\n", 2, "a second document starts here"),
        ("? [a, b]\n: 1\n", 1, "a list or mapping cannot be a key"),
        ("a: " + "[" * 40 + "]" * 40 + "\n", 1, "nested more than 30 deep"),
        ("a: \x00\n", 1, "this is not valid YAML"),
        ("a: 1\nb: " + "9" * 400 + "\n", 2, "more than 300 digits"),
    ],
)
def test_a_slip_is_one_sentence_with_its_line(text, line, sentence):
    with pytest.raises(InputError) as caught:
        read_document(text, name="x.yaml")
    assert caught.value.where == f"x.yaml:{line}"
    assert sentence in caught.value.sentence


def test_files_that_are_too_large_not_text_or_not_there(tmp_path):
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * 2_000_001)
    with pytest.raises(InputError, match=r"large.yaml: the file has 2000001 bytes; at most 2000000 are read"):
        read_document(large)
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("a: 1\nb: Müller\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"latin.yaml:2: this line is not UTF-8 text"):
        read_document(latin)
    with pytest.raises(InputError, match=r"nowhere.yaml cannot be read: no such file"):
        read_document(tmp_path / "nowhere.yaml")
    with pytest.raises(InputError, match="cannot be read: is a directory"):
        read_document(tmp_path)


def test_a_byte_order_mark_is_no_slip():
    assert read_document("\ufeffa: 1\n".encode()).data == {"a": 1}


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 50_000,
        "- " * 100_000,
        "? " * 50_000,
        "a: &a [*a]\n" * 1000,
        "x" * 1_900_000,
        "%" * 100_000,
    ],
    ids=["lists", "mappings", "dashes", "keys", "aliases", "one word", "directives"],
)
def test_hostile_texts_end_quickly(text):
    start = time.perf_counter()
    with suppress(InputError):
        read_document(text)
    assert time.perf_counter() - start < 3.0


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300) | st.text(alphabet=" \n-:[]{}#&*!|>'\"%@`,?ab1.", max_size=200).map(str.encode))
def test_any_bytes_are_data_or_one_sentence(content):
    with suppress(InputError):
        lines = read_document(content, name="x.yaml").lines.values()
        assert all(1 <= line <= content.count(b"\n") + content.count(b"\r") + 2 for line in lines)
