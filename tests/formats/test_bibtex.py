import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketsim.evidence import Reference, Source, load_library
from ketsim.formats.bibtex import to_bibtex


def parse(text):
    """A strict little BibTeX parser: entries of braced fields only; anything else is an error."""
    entries, i = [], 0
    while text[i:].strip():
        head = re.compile(r"\s*@([a-z]+)\{([A-Za-z0-9_-]+),\n").match(text, i)
        assert head, text[i : i + 80]
        i, fields = head.end(), {}
        while not text.startswith("}\n", i):
            name = re.compile(r"  ([a-z]+) = \{").match(text, i)
            assert name, text[i : i + 80]
            i, depth, start = name.end(), 1, name.end()
            while depth:
                depth += {"{": 1, "}": -1}.get(text[i], 0)
                i += 1
            content = text[start : i - 1]
            assert "\n" not in content
            assert text.startswith(",\n", i)
            assert name[1] not in fields
            fields[name[1]] = content
            i += 2
        i += 2
        entries.append((head[1], head[2], fields))
    return entries


def source(**changes):
    given = {"key": "Simons2022", "kind": "article", "title": "A title", "authors": ["Simons P"], "year": 2022}
    return Source(source=Reference(**{**given, "journal": "Front Pain Res", "read": "abstract", **changes}))


def test_an_article():
    [entry] = parse(
        to_bibtex(source(volume="3", issue="1", pages="12-34", doi="10.3389/fpain.2022.946486", pmid="35899184"))
    )
    assert entry == (
        "article",
        "Simons2022",
        {
            "author": "Simons, P.",
            "title": "{A title}",
            "year": "2022",
            "journal": "Front Pain Res",
            "volume": "3",
            "number": "1",
            "pages": "12--34",
            "doi": "10.3389/fpain.2022.946486",
            "pmid": "35899184",
        },
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Olofsen E", "Olofsen, E."),
        ("van der Schrier RM", "van der Schrier, R. M."),
        ("Müller Å", "Müller, Å."),
        ("Perez-Ruixo JJ", "Perez-Ruixo, J. J."),
        ("Zarate CA Jr", "Zarate, Jr, C. A."),
        ("Ketamine PK Study Group", "{Ketamine PK Study Group}"),
        ("Koppel", "{Koppel}"),
        ("Smith & Sons", r"{Smith \& Sons}"),
    ],
)
def test_authors(name, expected):
    [(_, _, fields)] = parse(to_bibtex(source(authors=[name])))
    assert fields["author"] == expected


def test_several_authors_are_joined_by_and():
    [(_, _, fields)] = parse(to_bibtex(source(authors=["Simons P", "Olofsen E", "Some Group"])))
    assert fields["author"] == "Simons, P. and Olofsen, E. and {Some Group}"


@pytest.mark.parametrize(
    ("kind", "changes", "expected"),
    [
        ("article", {}, "article"),
        ("review", {}, "article"),
        ("article", {"journal": None}, "misc"),
        ("article", {"year": None, "year_note": "not printed"}, "misc"),
        ("label", {}, "misc"),
        ("dataset", {}, "misc"),
        ("thesis", {"publisher": "Leiden University"}, "phdthesis"),
        ("thesis", {}, "misc"),
        ("report", {"publisher": "NCHS"}, "techreport"),
    ],
)
def test_the_entry_type_is_one_whose_fields_are_there(kind, changes, expected):
    [(found, _, fields)] = parse(to_bibtex(source(kind=kind, **changes)))
    assert found == expected
    assert {"phdthesis": "school", "techreport": "institution"}.get(found, "title") in fields


def test_what_is_not_known_is_left_out_or_noted():
    blank = source(authors=[], authors_note="compiled", year=None, year_note="no year", journal=None)
    [(kind, _, fields)] = parse(to_bibtex(blank))
    assert kind == "misc"
    assert fields == {"title": "{A title}", "note": "compiled; no year"}


def test_what_has_a_meaning_in_tex_is_escaped():
    [(_, _, fields)] = parse(to_bibtex(source(title="50 % of {S}_ketamine & more: 5 $ #1 ~ ^ \\ end")))
    assert fields["title"] == (
        r"{50 \% of {\textbraceleft}S{\textbraceright}\_ketamine \& more: 5 \$ \#1 {\textasciitilde} "
        r"{\textasciicircum} {\textbackslash} end}"
    )


def test_every_source_of_the_library_makes_one_entry():
    library = load_library()
    entries = parse(to_bibtex(library.values()))
    assert [key for _, key, _ in entries] == list(library)
    assert all(fields.get("title") for _, _, fields in entries)


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=1, max_size=40).filter(str.strip), st.text(min_size=1, max_size=20).filter(str.strip))
def test_any_title_and_author_make_a_valid_entry(title, author):
    [(_, key, fields)] = parse(to_bibtex(source(title=title, authors=[author])))
    assert key == "Simons2022"
    assert not re.search(r"(?<!\\)[&%$#_~^]", fields["title"])
