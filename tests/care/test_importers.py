"""Files become a directory whole or not at all; nothing unknown is dropped, nothing older slips in."""

import csv
import gzip
import io
import json
import warnings
import zipfile
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketsim.care.codes import DATA, codes
from ketsim.care.importers import read_content, read_file
from ketsim.care.importers.archive import open_archive, read_part
from ketsim.care.refusal import Refusal
from ketsim.care.store import Store
from ketsim.care.writer import write

OWN = "source,name1,name2,street1,street2,city,state,zip,phone,intake1,codes,lat,lon"


@pytest.fixture
def store(tmp_path):
    return Store.open(tmp_path / "care.sqlite")


def snapshot(store):
    """Everything in the store that has a meaning, in fixed order."""
    tables = {
        "source": "key",
        "reject": "source, row",
        "organization": "id",
        "location": "id",
        "service": "id",
        "code": "code",
    }
    found = {
        table: [
            row[1:] if table in ("organization", "service", "code") else row
            for row in store.connection.execute(f"SELECT * FROM {table} ORDER BY {order}")
        ]
        for table, order in tables.items()
        if table != "location"
    }
    found["location"] = store.connection.execute(
        "SELECT id, street1, city, zip, lat, lon, precision, flags FROM location ORDER BY id"
    ).fetchall()
    return found


def own_csv(rows):
    return "\n".join([OWN, *rows]).encode()


def a_row(i, *, codes="SA OP", zip5="93721", phone="559-555-0147", source="samhsa-nd-2022-su"):
    return f"{source},Centre {i},,{i} Main St,,Fresno,CA,{zip5},{phone},,{codes},,"


def export_csv(rows, *, extra=()):
    """As FindTreatment.gov exports: one column a code, small letters, 0 and 1."""
    flags = ["sa", "dt", "sumh", "op", "res", "mc", "md", "sf", "ss", "np", "sp", "kit", *extra]
    out = io.StringIO()
    writer = csv.DictWriter(
        out,
        [
            "name1",
            "name2",
            "street1",
            "street2",
            "city",
            "state",
            "zip",
            "county",
            "phone",
            "intake1",
            "website",
            "latitude",
            "longitude",
            "type_facility",
            *flags,
        ],
        restval="0",
    )
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def a_site(i, **flags):
    return {
        "name1": f"Site {i}",
        "name2": "",
        "street1": f"{i} Oak St",
        "street2": "",
        "city": "Fresno",
        "state": "CA",
        "zip": "93721",
        "county": "Fresno",
        "phone": "559-233-4000 x12",
        "intake1": "",
        "website": "",
        "latitude": "36.73",
        "longitude": "-119.78",
        "type_facility": "SU",
        **flags,
    }


def refusal_of(call, *args, **kwargs):
    with pytest.raises(Refusal) as refusal:
        call(*args, **kwargs)
    assert str(refusal.value).endswith(".") and len(str(refusal.value)) < 900
    return refusal.value.code


def test_both_official_workbooks_give_what_the_shipped_table_gives(store, directory, samples):
    for name in ("National_Directory_SA_Facilities_2022.xlsx", "National_Directory_MH_Facilities_2022.xlsx"):
        (record,) = write(store, read_file(samples / name))
        assert record.as_of == "2022-05-19" and record.rows_rejected == 0 and not record.unknown_codes
    assert [s.rows_kept for s in store.sources()] == [9_037, 12_176]
    query = "SELECT id, kind, programme FROM service WHERE source LIKE 'samhsa-%' ORDER BY id"
    assert store.connection.execute(query).fetchall() == directory.connection.execute(query).fetchall()
    query = (
        "SELECT s.id, group_concat(c.code, ' ') FROM service s JOIN service_code x ON x.service = s.n JOIN code c "
        "ON c.n = x.code WHERE s.source LIKE 'samhsa-%' GROUP BY s.id ORDER BY s.id"
    )
    theirs = {key: set(said.split()) for key, said in directory.connection.execute(query)}
    assert {key: set(said.split()) for key, said in store.connection.execute(query)} == theirs


def test_a_second_import_of_the_same_file_changes_nothing(store):
    content = own_csv(a_row(i) for i in range(40))
    write(store, read_content(content, name="a.csv", as_of="2026-01-01"))
    before = snapshot(store)
    write(store, read_content(content, name="a.csv", as_of="2026-01-01"))
    assert snapshot(store) == before
    assert store.counts()["services"] == 40


def test_a_newer_file_takes_the_place_of_the_older_and_an_older_is_refused(store):
    write(store, read_content(own_csv(a_row(i) for i in range(10)), name="a.csv", as_of="2026-01-01"))
    write(store, read_content(own_csv(a_row(i) for i in range(5, 12)), name="b.csv", as_of="2026-02-01"))
    assert store.counts()["services"] == 7
    old = read_content(own_csv([a_row(1)]), name="a.csv", as_of="2026-01-15")
    before = snapshot(store)
    assert refusal_of(write, store, old) == "import_older"
    assert snapshot(store) == before
    write(store, old, force=True)
    assert store.counts()["services"] == 1


def test_the_order_of_imports_does_not_matter(tmp_path):
    files = [
        read_content(own_csv(a_row(i) for i in range(20)), name="a.csv", as_of="2026-01-01"),
        read_content(
            own_csv(a_row(i, source="samhsa-nd-2022-mh", codes="MH") for i in range(10, 30)),
            name="b.csv",
            as_of="2026-01-01",
        ),
        read_content(export_csv([a_site(i, sa="1") for i in range(9)]), name="c.csv", as_of="2026-03-01"),
    ]
    one, other = Store.open(tmp_path / "1.sqlite"), Store.open(tmp_path / "2.sqlite")
    for batches in files:
        write(one, batches)
    for batches in reversed(files):
        write(other, batches)
    assert {k: sorted(map(str, v)) for k, v in snapshot(one).items()} == {
        k: sorted(map(str, v)) for k, v in snapshot(other).items()
    }


def test_unknown_codes_are_kept_and_counted(store):
    rows = [a_row(i, codes="SA OP MD SF SP") for i in range(99)] + [a_row(99, codes="SA QQQ")]
    (record,) = write(store, read_content(own_csv(rows), name="a.csv", as_of="2026-01-01"))
    assert record.unknown_codes == (("QQQ", 1),)
    unknown = [s.unknown for listing in store.listings(list(range(1, 101))) for s in listing.services if s.unknown]
    assert unknown == [("QQQ",)]


def test_more_than_one_in_a_hundred_unknown_codes_writes_nothing(store):
    rows = [a_row(i, codes="SA OP MD ZZZ") for i in range(50)]
    assert (
        refusal_of(write, store, read_content(own_csv(rows), name="a.csv", as_of="2026-01-01"))
        == "import_unknown_codes"
    )
    assert store.sources() == () and store.counts()["locations"] == 0


def test_rejected_rows_are_kept_with_their_reason(store):
    rows = [a_row(i) for i in range(99)] + [a_row(99, zip5="9372")]
    write(store, read_content(own_csv(rows), name="a.csv", as_of="2026-01-01"))
    assert store.rejects("samhsa-su") == ((100, "the ZIP code '9372' has not five digits"),)


def test_more_than_one_in_twenty_rejected_rows_writes_nothing(store):
    rows = [a_row(i, zip5="9372" if i % 10 == 0 else "93721") for i in range(100)]
    assert refusal_of(write, store, read_content(own_csv(rows), name="a.csv", as_of="2026-01-01")) == "import_rejects"
    assert store.sources() == ()


def test_programmes_at_one_address_are_services_of_one_listing(store):
    rows = [
        "x-su,County Care,Adult Clinic,1 Main St,,Fresno,CA,93721,559-233-4001,,SA,,",
        "x-su,County Care,Youth Clinic,1 Main St.,,Fresno,CA,93721,559-233-4002 x3971,,SA,,",
        "x-mh,COUNTY CARE,,1 main st,,Fresno,CA,93721-1234,559-233-4001,,MH,,",
        "x-su,Other Care,,2 Main St,,Fresno,CA,93721,559-233-4001,,SA,,",
    ]
    write(store, read_content(own_csv(rows), name="a.csv", as_of="2026-01-01"))
    assert store.counts()["locations"] == 2  # the shared number joins nothing
    (county,) = [x for x in store.listings([1, 2]) if x.organization.name == "County Care"]
    assert sorted((s.kind, s.programme) for s in county.services) == [
        ("mh", ""),
        ("su", "Adult Clinic"),
        ("su", "Youth Clinic"),
    ]
    assert "(559) 233-4002 ext. 3971" in [phone.shown for phone in county.phones]


def test_the_export_with_a_column_for_each_code(store):
    rows = [a_site(1, sa="1", md="1", sf="1"), a_site(2, sa="1", mc="1", kit="1")]
    (record,) = write(store, read_content(export_csv(rows), name="export.csv", as_of="2026-09-06"))
    assert record.key == "findtreatment" and record.rows_kept == 2
    first, second = sorted(store.listings([1, 2]), key=lambda listing: listing.name)
    assert [c.name for c in first.services[0].codes] == ["Substance use treatment", "Medicaid", "Cash or self-payment"]
    assert {c.code for c in second.services[0].codes} == {"SA", "MC", "KIT"}
    assert first.location.precision == "rooftop" and first.phone.extension == "12"


def test_a_column_of_a_code_that_nobody_knows_is_counted(store):
    rows = [a_site(i, sa="1", dt="1", op="1", md="1", mc="1", sf="1") for i in range(60)]
    rows[0]["newcd"] = "1"
    (record,) = write(store, read_content(export_csv(rows, extra=["newcd"]), name="export.csv", as_of="2026-09-06"))
    assert record.unknown_codes == (("NEWCD", 1),)


def test_a_flag_that_is_neither_0_nor_1_rejects_the_row(store):
    rows = [a_site(i, sa="1") for i in range(30)]
    rows[3]["md"] = "yes"
    write(store, read_content(export_csv(rows), name="export.csv", as_of="2026-09-06"))
    assert "0 or 1" in store.rejects("findtreatment")[0][1]


def test_the_sample_of_the_interface(store, samples):
    """484 of 43,705 names are in no list of 2022, two different ones; they are kept as they stand."""
    (batch,) = read_file(samples / "findtreatment_api_residential.json", as_of="2025-08-27")
    assert (batch.rows_in, batch.values, sum(batch.unknown.values()), len(batch.unknown)) == (478, 43_705, 484, 2)
    (record,) = write(store, [batch])
    assert record.key == "findtreatment-ca"
    kept = Counter(word for e in batch.entries for word in e.unknown)
    assert {word for word, _ in record.unknown_codes} <= set(kept)
    assert kept["Young Adults"]  # two codes have this name; without its category none is chosen
    assert store.connection.execute("SELECT count(*) FROM location WHERE precision != 'rooftop'").fetchone() == (0,)


def reply(rows):
    return json.dumps({"page": 1, "totalPages": 1, "recordCount": len(rows), "rows": rows}).encode()


def api_row(i, *, lat=None, lon=None, **more):
    return {
        "_irow": i,
        "name1": f"Site {i}",
        "name2": "",
        "street1": f"{i} Oak St",
        "street2": "",
        "city": "Los Angeles",
        "state": "CA",
        "zip": "90013",
        "phone": "213-629-6200",
        "type_facility": "SU",
        "intake1": "213-629-6245 x3",
        "hotline1": "800-662-4357",
        "website": "",
        "latitude": str(lat if lat is not None else 34.0 + i / 100),
        "longitude": str(lon if lon is not None else -118.2),
        "miles": round(i * 0.69, 2),
        "services": [
            {"f1": "Type of Care", "f2": "TC", "f3": "Substance use treatment; Detoxification"},
            {"f1": "Age Groups Accepted", "f2": "AGE", "f3": "Young Adults; Seniors"},
            {"f1": "Special Programs", "f2": "SG", "f3": "Young adults"},
        ],
        **more,
    }


def test_a_reply_reads_names_within_their_category(store):
    rows = [api_row(i, frid=f"F{i}") for i in range(5)] + [
        api_row(5, miles="3.45", typeFacility="SU", type_facility=None)
    ]
    write(store, read_content(reply(rows), name="reply.json", as_of="2026-09-06"))
    listing = store.listings([1])[0]
    assert {c.code for c in listing.services[0].codes} == {"SA", "DT", "YAD", "SNR", "TAY"}
    assert [(p.kind, p.extension) for p in listing.phones] == [("main", None), ("intake", "3"), ("hotline", None)]
    assert listing.services[0].external_id == "F0"


def test_latitude_and_longitude_in_each_others_place_are_noticed():
    rows = [api_row(i, lat=-118.2, lon=34.0 + i / 100) for i in range(6)]
    assert refusal_of(read_content, reply(rows), name="reply.json", as_of="2026-09-06") == "import_order"
    # Also where both numbers could be latitudes, and no ZIP helps: the miles tell.
    rows = [api_row(i, lat=-75.0 + i / 10, lon=39.9, zip="", miles=round(i * 5.3, 1)) for i in range(6)]
    assert refusal_of(read_content, reply(rows), name="reply.json", as_of="2026-09-06") == "import_order"


def test_overlapping_pages_do_not_double_a_place(store):
    pages = [json.loads(reply([api_row(i) for i in part])) for part in ((1, 2, 3), (3, 4))]
    (batch,) = read_content(json.dumps(pages).encode(), name="pages.json", as_of="2026-09-06")
    assert (batch.rows_in, len(batch.entries)) == (5, 4)


def test_california_is_marked_not_changed(store):
    content = gzip.decompress((DATA / "ca_dhcs_facilities.csv.gz").read_bytes())
    (record,) = write(store, read_content(content, name="ca.csv", as_of="2026-08-21"))
    assert (record.rows_in, record.rows_kept) == (2_266, 2_266)
    assert store.connection.execute("SELECT count(*) FROM location WHERE state != 'CA'").fetchone() == (0,)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.csv", "import_header"),
        (b"a,b,c\n1,2,3\n", "a.csv", "import_header"),
        (b"\xff\xfe\x00", "a.csv", "import_format"),
        (b"name1,codes\nx,SA\n", "a.csv", "import_header"),
        (b"codes,codes\n", "a.csv", "import_header"),
        (b'source,"a\n', "a.csv", "import_format"),
        (b"[1, 2]", "a.json", "import_header"),
        (b"{", "a.json", "import_format"),
        (b'{"rows": 3}', "a.json", "import_header"),
        (b"[" * 100_000, "a.json", "import_format"),
        (b'[{"x": 1}]', "a.json", "import_header"),
        (b"PK\x03\x04garbage", "a.xlsx", "import_format"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(content, name, code):
    assert refusal_of(read_content, content, name=name, as_of="2026-01-01") == code


def test_a_file_has_to_say_its_day():
    content = own_csv([a_row(1)])
    assert refusal_of(read_content, content, name="a.csv") == "import_as_of"
    assert refusal_of(read_content, content, name="a.csv", as_of="yesterday") == "import_as_of"
    assert refusal_of(read_content, content, name="a.csv", as_of="2999-01-01") == "import_as_of"
    assert refusal_of(read_content, content, name="a.csv", as_of="2026-01-01", kind="word") == "import_kind"


def workbook(tmp_path, header, rows, *, title="SA Facilities List"):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    sheet.append(header)
    for row in rows:
        sheet.append(row)
    path = tmp_path / "book.xlsx"
    book.save(path)
    return path


COLUMNS = [
    "name1",
    "name2",
    "street1",
    "street2",
    "city",
    "state",
    "zip",
    "phone",
    "intake1",
    "intake2",
    "intake1a",
    "intake2a",
    "service_code_info",
]


def test_a_workbook_without_a_column_is_refused(tmp_path):
    path = workbook(tmp_path, COLUMNS[:-1], [])
    assert refusal_of(read_file, path) == "import_header"


def test_formulas_are_not_run(tmp_path, store):
    row = ["=1+1", None, "1 Main St", None, "Fresno", "CA", "93721", "559-233-4000", None, None, None, None, "SA * OP"]
    (batch,) = read_file(workbook(tmp_path, COLUMNS, [row] + [["Care", *row[1:]]] * 30), as_of="2026-01-01")
    assert [reason for _, reason in batch.rejects] == ["it has no name"]  # a formula without its value is empty


def test_a_zip_bomb_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        block = b"0" * 10_000_000
        for i in range(61):
            archive.writestr(f"xl/worksheets/sheet{i}.xml", block)
    assert path.stat().st_size < 1_000_000
    assert refusal_of(read_file, path) == "import_size"


def test_another_way_of_packing_is_refused(tmp_path):
    path = tmp_path / "other.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/workbook.xml", b"0")
    assert refusal_of(read_file, path) == "import_format"


@given(
    st.sampled_from((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)),
    st.lists(st.tuples(st.integers(0, 299), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_a_damaged_archive_is_read_or_refused(packed, damage):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", packed) as archive:
        archive.writestr("a.csv", bytes(range(100)))
        archive.writestr("b.csv", b"x" * 100)
    content = bytearray(whole.getvalue())
    for at, byte in damage:
        content[at % len(content)] = byte
    with suppress(Refusal), warnings.catch_warnings(action="ignore"):  # anything else fails the test
        found = open_archive(bytes(content), "a.zip")
        for part in found.namelist():
            assert len(read_part(found, part, "a.zip")) <= found.getinfo(part).file_size


def test_a_document_type_is_refused(tmp_path):
    path = workbook(tmp_path, COLUMNS, [])
    evil = tmp_path / "evil.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(evil, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            new.writestr(name, b'<!DOCTYPE x [<!ENTITY a "b">]>' + body if name == "xl/workbook.xml" else body)
    assert refusal_of(read_file, evil) == "import_format"


def test_a_file_that_is_not_there_is_said_to_be_so():
    with pytest.raises(ValueError, match="cannot be read"):
        read_file(Path("no-such-file.csv"), as_of="2026-01-01")


def taken_or_refused(content, name):
    with suppress(Refusal):  # anything else fails the test
        batches = read_content(content, name=name, as_of="2026-01-01")
        assert all(entry.name1 for batch in batches for entry in batch.entries)


@settings(max_examples=150)
@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.json", "a.xlsx"]))
def test_any_bytes_are_a_file_or_a_sentence(content, name):
    taken_or_refused(content, name)


CELL = st.text(max_size=30) | st.sampled_from(["0", "1", "SA * OP", "93721", "=cmd()", "-1e999", "nan"])


@settings(max_examples=100)
@given(st.lists(st.lists(CELL, min_size=13, max_size=13), max_size=6))
def test_any_cells_of_a_csv_are_rows_or_reasons(rows):
    out = io.StringIO()
    csv.writer(out).writerows([OWN.split(","), *rows])
    taken_or_refused(out.getvalue().encode("utf-8", "surrogatepass"), "a.csv")


def test_an_endless_cell_rejects_the_row():
    content = own_csv([a_row(1), f"x-su,{'x' * 30_000},,1 Main St,,Fresno,CA,93721,,,SA,,"]).replace(
        b"samhsa-nd-2022-su", b"x-su"
    )
    (batch,) = read_content(content, name="a.csv", as_of="2026-01-01")
    assert batch.rejects == [(2, "a cell has 30,000 characters; at most 20,000 are read")]


VALUE = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name1", "f1", "f2", "f3", "rows"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=150)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["name1", "zip", "latitude", "longitude", "miles", "services", "phone", "state", "rows"]),
            VALUE,
        ),
        max_size=4,
    )
)
def test_any_json_is_rows_or_a_sentence(rows):
    taken_or_refused(json.dumps(rows).encode(), "a.json")


@settings(max_examples=40)
@given(data=st.data())
def test_a_damaged_workbook_is_refused_or_read(data, samples):
    content = bytearray((samples / "National_Directory_MH_Facilities_2022.xlsx").read_bytes()[:60_000])
    for _ in range(data.draw(st.integers(0, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    taken_or_refused(bytes(content), "a.xlsx")


def test_no_code_of_the_list_looks_like_another_column():
    assert not {code.casefold() for code in codes()} & {"name1", "city", "state", "zip", "phone", "county", "website"}
