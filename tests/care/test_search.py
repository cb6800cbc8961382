"""What a search answers: by distance only, with its age, its origin and the public lines, whatever is asked."""

import math
from dataclasses import replace
from datetime import date

import pytest

from ketsim.care.face import answer_body, listing_body
from ketsim.care.geo import ZIP_ERROR
from ketsim.care.importers.batch import Batch, Entry
from ketsim.care.refusal import Refusal
from ketsim.care.search import Query, find, read_miles
from ketsim.care.store import Store
from ketsim.care.writer import write

TODAY = date(2026, 11, 21)


def codes_of(listing):
    return {code.code for service in listing.services for code in service.codes}


@pytest.mark.parametrize("within", [0, -5, float("nan"), float("inf"), 1e9, 250.01, 0.99])
def test_a_radius_out_of_range_is_refused(directory, within):
    with pytest.raises(Refusal) as refusal:
        find(directory, Query(near="90210", within=within), today=TODAY)
    assert (refusal.value.code, refusal.value.status) == ("radius_range", 422)


@pytest.mark.parametrize("text", ["", "abc", "-5", "nan", "1e9", "25 km", "２５", "25mi25"])
def test_a_distance_that_is_none_is_refused(text):
    with pytest.raises(Refusal) as refusal:
        read_miles(text)
    assert refusal.value.code == "radius_range"


@pytest.mark.parametrize(("text", "miles"), [("25", 25), ("25mi", 25), ("2.5 miles", 2.5), ("1 mile", 1), ("40MI", 40)])
def test_distances_are_read(text, miles):
    assert read_miles(text) == miles


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"payment": ("zz",)}, "code_unknown"),
        ({"offers": ("'; DROP TABLE code; --",)}, "code_unknown"),
        ({"setting": ("MC",)}, "code_group"),
        ({"limit": 0}, "page_range"),
        ({"offset": -1}, "page_range"),
        ({"limit": 10**9}, "page_range"),
        ({"name": "x" * 200}, "name_format"),
        ({"offers": ("SA",) * 100}, "code_unknown"),
    ],
)
def test_other_bad_input_is_refused(directory, query, code):
    with pytest.raises(Refusal) as refusal:
        find(directory, Query(near="90210", **query), today=TODAY)
    assert refusal.value.code == code


def test_every_result_lies_within_and_in_order(directory):
    answer = find(directory, Query(near="90210", within=25, limit=None), today=TODAY)
    keys = [(listing.miles, listing.name, listing.id) for listing in answer.results]
    assert keys == sorted(keys) and keys[-1][0] <= 25
    assert answer.total == len(answer.results) > 900
    assert answer.total == len(directory.within(answer.place.lat, answer.place.lon, 25))


def test_groups_are_and_codes_of_a_group_are_or(directory):
    asked = {"offers": ("SA", "DT"), "payment": ("medicaid",), "language": ("spanish",)}
    answer = find(directory, Query(near="Fresno, CA", within=50, limit=None, **asked), today=TODAY)
    assert answer.total > 5
    for listing in answer.results:
        assert any(
            {"MD", "SP"} <= {c.code for c in s.codes} and {"SA", "DT"} & {c.code for c in s.codes}
            for s in listing.services
        )
    every = find(directory, Query(near="Fresno, CA", within=50, limit=None), today=TODAY)
    expected = [
        listing.id
        for listing in every.results
        if any({"MD", "SP"} <= (c := {x.code for x in s.codes}) and c & {"SA", "DT"} for s in listing.services)
    ]
    assert [listing.id for listing in answer.results] == expected


def test_medicaid_never_finds_a_place_that_takes_only_medicare(directory):
    answer = find(directory, Query(near="90210", within=100, payment=("medicaid",), limit=None), today=TODAY)
    assert all("MD" in codes_of(listing) for listing in answer.results)
    assert any("MC" not in codes_of(listing) for listing in answer.results)


def test_payment_and_funding_are_no_input_to_the_order(directory, tmp_path):
    """The same places with other payment codes, sources and ids of services stand in the same order."""
    entries = [
        Entry(
            row=i,
            kind="su",
            name1=f"Centre {i % 7} {i}",
            street1=f"{i} Main St",
            city="Fresno",
            state="CA",
            zip="93721",
            lat=36.7 + (i * 37 % 50) / 500,
            lon=-119.8,
            precision="rooftop",
            codes=("SA",),
        )
        for i in range(60)
    ]

    def order(name, change):
        store = Store.open(tmp_path / f"{name}.sqlite")
        changed = [change(i, entry) for i, entry in enumerate(entries)]
        about = {"url": "", "licence": "", "citation": "", "sha256": "", "as_of": "2026-11-01", "values": 1}
        write(store, [Batch(key=name, name=name, rows_in=60, entries=changed, **about)])
        answer = find(store, Query(near="36.74,-119.8", limit=None), today=TODAY)
        return [listing.id for listing in answer.results]

    plain = order("plain", lambda i, entry: entry)
    assert plain == order("paid", lambda i, entry: replace(entry, codes=("SA", "SF", "PI") if i % 2 else ("SA", "NP")))
    assert plain == order(
        "funded", lambda i, entry: replace(entry, website="https://pays.example", external_id=str(99 - i))
    )
    assert len(plain) == 60


def test_bands_say_what_a_zip_centre_is_worth(directory):
    answer = find(directory, Query(near="34.05,-118.24", within=10, limit=None), today=TODAY)
    for listing in answer.results:
        close = listing.miles <= 10 - ZIP_ERROR or listing.location.precision == "rooftop"
        assert listing.within == ("certain" if close else "possible")
    assert answer.possibly_within
    for listing in answer.possibly_within:
        assert 10 < listing.miles <= 10 + ZIP_ERROR and listing.location.precision == "zip_centroid"
        assert listing.within == "possible" and "ZIP centre" in listing.distance


def test_an_empty_place_says_so_and_shows_the_nearest_three(directory):
    answer = find(directory, Query(near="0,-30", within=25), today=TODAY)
    assert answer.total == 0 and len(answer.beyond) == 3
    assert [b.miles for b in answer.beyond] == sorted(b.miles for b in answer.beyond)
    assert answer.beyond[0].miles > 1_000
    assert "empty" in {note.code for note in answer.notes} and answer.lines


def test_a_rare_code_finds_the_nearest_beyond(directory):
    answer = find(directory, Query(near="Fairbanks, AK", within=5, offers=("ketamine infusion",)), today=TODAY)
    assert answer.total == 0 and len(answer.beyond) == 3
    assert all("KIT" in codes_of(listing) for listing in answer.beyond)
    assert "caveat_KIT" in {note.code for note in answer.notes}


def test_what_cannot_be_found_anywhere_ends(directory):
    answer = find(directory, Query(near="90210", name="no such name anywhere 123"), today=TODAY)
    assert answer.total == 0 and answer.beyond == ()


def test_old_data_is_said_to_be_old_and_new_data_is_not(directory):
    stale = find(directory, Query(near="10001"), today=TODAY)
    assert stale.stale and stale.as_of == "2022-05-19" and stale.age_days == 1_647
    fresh = find(directory, Query(near="10001"), today=date(2022, 6, 1))
    assert not fresh.stale
    notes = {note.code: note.text for note in stale.notes}
    assert "findtreatment.gov" in notes["stale"]
    assert {"straight_lines", "from_centre", "zip_centre", "ketamine_use"} <= set(notes)


def test_public_lines_are_in_every_answer(directory):
    for query in (Query(near="90210"), Query(near="0,-30"), Query(near="96943")):
        body = answer_body(find(directory, query, today=TODAY))
        assert [line["number"] for line in body["public_lines"]][:2] == ["911", "988"]
        assert body["public_lines"][0]["link"] == "tel:911"


def test_a_listing_without_a_point_is_found_by_its_zip(directory):
    answer = find(directory, Query(near="96943"), today=TODAY)
    assert [listing.organization.name for listing in answer.results] == ["Yap Memorial Hospital"]
    assert answer.results[0].miles is None and answer.place is None


def test_names_are_searched_as_words_not_as_patterns(directory):
    assert find(directory, Query(near="90210", name="tarzana treatment"), today=TODAY).total > 1
    assert find(directory, Query(near="90210", name="%"), today=TODAY).total < 5


def test_pages_join_to_the_whole(directory):
    query = Query(near="60601", within=20, limit=None)
    whole = [listing.id for listing in find(directory, query, today=TODAY).results]
    parts = [
        listing.id
        for start in range(0, len(whole) + 40, 40)
        for listing in find(directory, replace(query, limit=40, offset=start), today=TODAY).results
    ]
    assert parts == whole


def test_a_listing_says_its_day_its_origin_and_its_licence(directory):
    answer = find(directory, Query(near="94609", within=5, limit=None), today=TODAY)
    bodies = [listing_body(listing, TODAY) for listing in answer.results]
    for body in bodies:
        assert body["as_of"] and body["source"] and body["age_days"] >= 0 and math.isfinite(body["miles"])
        assert {"name", "phone", "address", "miles", "services"} <= set(body)
    offered = [service for body in bodies for service in body["offered_by"]]
    assert {service["status"] for service in offered} <= {"active", "licence expired"}


def test_an_expired_licence_is_marked_never_hidden(directory):
    answer = find(directory, Query(near="90210", within=250, limit=None), today=TODAY)
    ended = [s for listing in answer.results for s in listing.services if s.expires_on and s.expires_on < "2026-11-21"]
    assert len(ended) > 50
    assert "licence" in {note.code for note in answer.notes}
    marked = [listing_body(listing, TODAY) for listing in answer.results]
    assert sum(s["status"] == "licence expired" for body in marked for s in body["offered_by"]) == len(ended)


def test_an_empty_store_says_so(tmp_path):
    answer = find(Store.open(tmp_path / "empty.sqlite"), Query(near="90210"), today=TODAY)
    assert answer.stale and answer.total == 0 and "no_data" in {note.code for note in answer.notes}
    assert answer_body(answer)["public_lines"]
