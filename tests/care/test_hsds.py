"""HSDS out and in again is equal, as JSON and as a data package; a file of another maker is read too."""

import csv
import io
import json
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketsim.care.hsds_export import escaped, export_csv, export_json, unescaped
from ketsim.care.importers import read_content
from ketsim.care.refusal import Refusal
from ketsim.care.store import Store
from ketsim.care.writer import write


@pytest.fixture(scope="module")
def store(tmp_path_factory, directory):
    """Some hundred real listings of all sources, the unlocated ones among them, and cells that look like formulas."""
    from ketsim.care.importers.batch import Batch, Entry

    chosen = Store.open(tmp_path_factory.mktemp("hsds") / "chosen.sqlite")
    near = [hit.n for hit in directory.within(34.05, -118.24, 8)][:300]
    lost = [n for (n,) in directory.connection.execute("SELECT n FROM location WHERE precision = 'none'")]
    entries = {}
    for listing in directory.listings([*near, *lost]):
        where = listing.location
        for number, service in enumerate(listing.services):
            entries.setdefault(service.source, []).append(
                Entry(
                    row=number,
                    kind=service.kind,
                    name1=listing.organization.name,
                    name2=service.programme,
                    street1=where.street1,
                    street2=where.street2,
                    city=where.city,
                    state=where.state,
                    zip=where.zip,
                    lat=where.lat,
                    lon=where.lon,
                    precision=where.precision,
                    codes=tuple(c.code for c in service.codes),
                    phones=tuple((p.text, p.kind) for p in service.phones),
                    expires_on=service.expires_on,
                    external_id=service.external_id,
                )
            )
    entries["odd"] = [
        Entry(
            row=1,
            kind="other",
            name1="=HYPERLINK(1)",
            name2="+1 programme",
            street1="@home",
            city="-",
            zip="93721",
            phones=(("555-0100", "main"), ("888-PARNEXT x012", "hotline")),
            unknown=("'=x", 'words, "quoted"\u00e9'),
            status="inactive",
            website="https://example.org/?a=1&b=2",
            assured_on="2025-01-02",
        ),
        Entry(row=2, kind="both", name1="'=2", name2="", city="Fresno", state="CA"),
    ]
    about = {"url": "u", "licence": "l", "citation": "c", "sha256": "s", "as_of": "2026-01-01", "values": 1}
    write(chosen, [Batch(key=k, name=k, rows_in=len(v), entries=v, **about) for k, v in entries.items()])
    return chosen


def listings(store):
    return store.listings([n for (n,) in store.connection.execute("SELECT n FROM location ORDER BY id")])


@pytest.mark.parametrize(("export", "name"), [(export_json, "care.json"), (export_csv, "care.zip")])
def test_out_and_in_again_is_equal(store, tmp_path, export, name):
    content = export(store)
    other = Store.open(tmp_path / "other.sqlite")
    write(other, read_content(content, name=name))
    assert listings(other) == listings(store)
    assert other.sources() == store.sources()
    assert export(other) == content
    assert len(listings(other)) > 200


def test_the_package_names_its_tables_and_escapes_formulas(store):
    with zipfile.ZipFile(io.BytesIO(export_csv(store))) as archive:
        package = json.loads(archive.read("datapackage.json"))
        assert {r["path"] for r in package["resources"]} <= set(archive.namelist())
        cells = [
            cell
            for name in archive.namelist()
            if name.endswith(".csv")
            for row in csv.reader(io.StringIO(archive.read(name).decode()))
            for cell in row
        ]
    assert "'=HYPERLINK(1)" in cells and "''=2" in cells
    risky = [cell for cell in cells if cell[:1] in "=+@" and cell]
    assert risky == []
    assert all(float(cell) < 0 for cell in cells if cell.startswith("-"))


@given(st.text())
def test_escaping_can_be_undone(text):
    assert unescaped(escaped(text)) == text
    assert escaped(text)[:1] not in ("=", "+", "@", "\t", "\r")


def foreign(**service):
    return {
        "id": "0b3c7a52-1111-4111-8111-111111111111",
        "name": "Food and Housing",
        "status": "active",
        "organization": {"id": "0b3c7a52-2222-4222-8222-222222222222", "name": "Helping Hands", "description": "x"},
        "phones": [{"id": "p", "number": "(559) 233-4000", "extension": 12}],
        "service_at_locations": [
            {
                "location": {
                    "id": "0b3c7a52-3333-4333-8333-333333333333",
                    "latitude": 36.73,
                    "longitude": -119.78,
                    "addresses": [
                        {"address_1": "1 Main St", "city": "Fresno", "state_province": "CA", "postal_code": "93721"}
                    ],
                }
            }
        ],
        "attributes": [{"taxonomy_term": {"code": "BH-1800", "name": "Housing", "taxonomy": "Some taxonomy"}}],
        **service,
    }


def test_a_file_of_another_maker(tmp_path):
    store = Store.open(tmp_path / "a.sqlite")
    (record,) = write(
        store, read_content(json.dumps({"contents": [foreign()]}).encode(), name="county.json", as_of="2026-01-01")
    )
    (listing,) = listings(store)
    assert record.key == "hsds-county"
    assert listing.id == "0b3c7a52-3333-4333-8333-333333333333" and listing.location.precision == "rooftop"
    assert listing.phone.shown == "(559) 233-4000 ext. 12"
    assert listing.services[0].unknown == ("Some taxonomy: Housing",)  # a foreign taxonomy is never matched to codes


def test_a_file_of_another_maker_has_to_be_given_its_day():
    with pytest.raises(Refusal, match="--as-of"):
        read_content(json.dumps([foreign()]).encode(), name="county.json")


@pytest.mark.parametrize(
    "service",
    [
        {"organization": "x"},
        {"phones": "y"},
        {"service_at_locations": [1]},
        {"attributes": [{"taxonomy_term": 3}]},
        {"assured_date": "soon"},
        {"service_at_locations": [{"location": {"latitude": "north", "longitude": 2}}]},
    ],
)
def test_a_crooked_file_is_refused(tmp_path, service):
    store = Store.open(tmp_path / "a.sqlite")
    with pytest.raises(Refusal):
        write(
            store,
            read_content(json.dumps([foreign(**service)]).encode(), name="a.json", as_of="2026-01-01", kind="hsds"),
        )
    assert store.sources() == ()


VALUE = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["id", "name", "location", "addresses", "taxonomy_term", "number"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)


@settings(max_examples=200)
@given(st.lists(st.dictionaries(st.sampled_from(sorted(foreign())), VALUE), max_size=3))
def test_any_services_are_entries_or_a_sentence(services):
    with suppress(Refusal):  # anything else fails the test
        read_content(json.dumps({"services": services}).encode(), name="a.json", as_of="2026-01-01", kind="hsds")
