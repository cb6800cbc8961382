"""Offsets count characters of the input, whatever it is; what is furniture is labelled and kept."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketsim.audit import audit_text, read_bytes, read_text
from ketsim.audit.clauses import clauses
from ketsim.audit.sentences import sentences
from ketsim.errors import InputError

PIECES = st.sampled_from(
    [
        "Ketamine is not addictive.", " ", "\n", "\r\n", "\n\n", "It’s ", "“quoted”", "K", "<", ">", "&amp;",
        "- item\n", "é", "48 to 72 hours", "\t", "🙂", "\u202e", "; ", "but it can ",
    ]
)  # fmt: skip


def same(text: str, shown: str) -> bool:
    """Equal but for white space."""
    return "".join(text.split()) == "".join(shown.split())


@given(st.lists(PIECES, max_size=30).map("".join))
@settings(max_examples=120, deadline=None)
def test_claims_of_plain_text_stand_where_they_say(text: str) -> None:
    try:
        found = audit_text(text, "page.txt")
    except InputError:
        return
    for one in found.claims:
        assert 0 <= one.claim.start < one.claim.end <= len(text)
        assert same(text[one.claim.start : one.claim.end].replace("\u202e", ""), one.claim.text)


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_text_gives_a_report_or_one_sentence(text: str) -> None:
    for name in ("page.txt", "page.html", "page.md"):
        try:
            found = audit_text(text, name)
        except InputError as error:
            sentence = str(error)
        else:
            sentence = "a report."
            assert all(0 <= d.start <= d.end <= len(text) for d in found.defects)
        assert sentence.endswith((".", "?"))


def test_claims_of_html_stand_in_its_source() -> None:
    said = "Ketamine isn&rsquo;t a <b>controlled</b> substance in the US"
    source = f"<html><body><nav>Home &gt; Drugs</nav><p>{said}.</p></body></html>"
    found = audit_text(source, "page.html")
    (claim,) = found.claims
    assert claim.claim.text == "Ketamine isn’t a controlled substance in the US"
    assert source[claim.claim.start : claim.claim.end] == said


def test_furniture_is_labelled_and_kept() -> None:
    source = (
        "<body><nav>Menu</nav><p>Ketamine blocks NMDA receptors.</p><div class='cookie-banner'>We use cookies.</div>"
        "<form>Your name <input></form><p style='display:none'>leave this empty</p><script>alert(1)</script></body>"
    )
    kinds = [(p.kind, p.text) for p in read_text(source, "p.html").passages]
    assert kinds == [
        ("navigation", "Menu"),
        ("paragraph", "Ketamine blocks NMDA receptors."),
        ("banner", "We use cookies."),
        ("form", "Your name"),
        ("hidden", "leave this empty"),
    ]


def test_a_wrapper_named_after_a_sidebar_hides_nothing() -> None:
    source = "<div class='with-sidebar'><p>Ketamine is addictive and has been for a long time.</p></div>"
    assert [p.kind for p in read_text(source, "p.html").passages] == ["paragraph"]


def test_wrapped_lines_are_one_sentence_again() -> None:
    text = "Withdrawal from ketamine, says this long line that was wrapped here, can\nlast for three weeks.\n\nNext."
    assert [p.text.count("\n") for p in read_text(text, "a.txt").passages] == [0, 0]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Dr. Smith gave 0.5 mg/kg. It helped.", ["Dr. Smith gave 0.5 mg/kg.", "It helped."]),
        ("In the U.S. ketamine is controlled.", ["In the U.S. ketamine is controlled."]),
        ("It sits in Schedule I. There is more.", ["It sits in Schedule I.", "There is more."]),
        ("call 800-555-0100 Who answers?", ["call 800-555-0100", "Who answers?"]),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It peaks on day two, and usually ends after a week.", 2),
        ("If you have taken it for years, your doctor will reduce it in steps.", 1),
        ("While it is often mild, some need a hospital.", 2),
        ("It raises dopamine, which lifts mood.", 2),
        ("Nausea, vomiting and cramps are common.", 1),
        ("It is approved for surgery but not for depression.", 2),
    ],
)
def test_clauses(text: str, parts: int) -> None:
    assert len(clauses(text, 0, len(text))) == parts


def docx(body: str, *, head: str = "") -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "word/document.xml", f'{head}<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'
        )
    return out.getvalue()


def test_a_docx_is_read_by_paragraphs() -> None:
    body = (
        '<w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr><w:r><w:t>Risks</w:t></w:r></w:p>'
        "<w:p><w:r><w:t>Ketamine is </w:t></w:r><w:r><w:t>addictive.</w:t></w:r></w:p>"
    )
    page = read_bytes(docx(body), "a.docx")
    assert page.text == "Risks\nKetamine is addictive."
    assert [(p.kind, p.level) for p in page.passages] == [("heading", 2), ("paragraph", 0)]


def test_a_pdf_is_read_by_its_text() -> None:
    pypdf = pytest.importorskip("pypdf")
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(width=300, height=200)
    names = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    font = DictionaryObject({NameObject(key): NameObject(value) for key, value in names.items()})
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
    )
    stream = DecodedStreamObject()
    stream.set_data(b"BT /F1 12 Tf 20 100 Td (Ketamine is not addictive.) Tj ET")
    page[NameObject("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    assert "Ketamine is not addictive." in read_bytes(out.getvalue(), "a.pdf").text


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("Ketamine isn’t safe".encode("utf-16"), "isn’t"),
        ("Ketamine isn’t safe".encode("cp1252"), "isn’t"),
        (b"\xef\xbb\xbfKetamine", "Ketamine"),
        ("<meta charset=iso-8859-1><p>Ketamine isn’t safe".encode("cp1252"), "isn’t"),
    ],
)
def test_encodings(content: bytes, shown: str) -> None:
    assert shown in " ".join(passage.text for passage in read_bytes(content, "a.txt").passages)
