"""Hostile files: one sentence that teaches or a clean report, in bounded time, and nothing of them comes alive."""

import io
import random
import time
import zipfile

import pytest

from ketsim.audit import audit
from ketsim.audit.reader import LARGEST
from ketsim.audit.spreadsheet import csv_text
from ketsim.errors import InputError
from ketsim.report.audit_page import audit_page


def packed(xml: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", xml)
    return out.getvalue()


NOISE = bytes(random.Random(1).randrange(256) for _ in range(20_000))
REFUSED = {
    "too large": ("a.html", b"<p>x" * (LARGEST // 4 + 1)),
    "too long": ("a.txt", b"word " * 400_000),
    "empty": ("a.html", b" \n "),
    "only a comment": ("a.html", b"<!--" * 50_000),
    "only a script": ("a.html", b"<script>" * 50_000),
    "binary": ("a.bin", bytes(range(256)) * 20),
    "broken pdf": ("a.pdf", b"%PDF-1.4\n" + NOISE),
    "endless pdf": ("a.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 1 0 R >>\nendobj\ntrailer << /Root 1 0 R"),
    "no pdf": ("a.pdf", b"plain words"),
    "broken docx": ("a.docx", b"PK\x03\x04" + NOISE),
    "zip bomb": ("a.docx", packed(b"<a>" + b" " * 31_000_000)),
    "entity bomb": ("a.docx", packed(b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>')),
}  # fmt: skip
BORNE = {
    "nested elements": b"<div>" * 30_000 + b"ketamine is addictive" + b"</div>" * 30_000,
    "signs": b"<" * 100_000,
    "quotes": b"<a href='" * 20_000 + b">ketamine",
    "attributes": b"<p " + b'a="b" ' * 20_000 + b">ketamine",
    "entities": b"&amp;" * 50_000,
    "one word": b"a" * 300_000,
    "digits": b"1" * 100_000,
    "commas": b"ketamine, " * 20_000,
    "speakers": b"Smith said " * 10_000,
    "authorities": b"According to the University " * 5_000,
    "telephones": b"call 800-555-0100 now " * 3_000,
    "brackets": b"[a](b" * 20_000,
    "right to left": "\u202eketamine is not addictive\u202c הקטמין ממכר".encode(),
}


@pytest.mark.parametrize(("name", "content"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused_in_one_sentence(name: str, content: bytes) -> None:
    with pytest.raises(InputError) as refused:
        audit([(name, content)])
    assert str(refused.value).startswith(f"{name}: ")
    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("content", BORNE.values(), ids=BORNE)
def test_what_can_be_read_ends_soon(content: bytes) -> None:
    started = time.process_time()
    audit_page(audit([("a.html", content)]))
    assert time.process_time() - started < 15


def test_nothing_of_a_page_comes_alive() -> None:
    hostile = (
        b"<p onclick=evil()>Ketamine is safe<script>alert(1)</script><img src=x onerror=alert(2)> "
        b"&lt;script&gt;alert(3)&lt;/script&gt; <a href='javascript:alert(4)'>ketamine is addictive</a></p>"
    )
    page = audit_page(audit([("<script>alert(5)</script>.html", hostile)]))
    assert "<script" not in page
    assert "javascript:" not in page
    assert "onerror" not in page
    assert "&lt;script&gt;alert(3)" in page


def test_a_cell_is_never_a_formula() -> None:
    found = audit([("a.txt", b"=cmd|' /C calc'!A0 and ketamine is addictive and it is not safe.")])
    assert not [
        cell for line in csv_text(found).splitlines() for cell in line.split(",") if cell.startswith(("=", "+", "@"))
    ]
