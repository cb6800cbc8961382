"""The shipped directory holds what its sources hold, and its radius search equals brute force."""

import csv
import gzip
import random
import sqlite3
import threading
from collections import Counter
from datetime import date

import numpy as np
import pytest

from ketsim.care import shipped
from ketsim.care.codes import DATA
from ketsim.care.geo import RADIUS
from ketsim.care.importers.batch import Batch, Entry
from ketsim.care.store import Store
from ketsim.care.writer import write
from ketsim.errors import InputError


def rows_of(name):
    with gzip.open(DATA / name, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def haversine(lat, lon, lats, lons):
    phi, phis = np.radians(lat), np.radians(lats)
    h = np.sin((phis - phi) / 2) ** 2 + np.cos(phi) * np.cos(phis) * np.sin(np.radians(lons - lon) / 2) ** 2
    return 2 * RADIUS * np.arcsin(np.minimum(1, np.sqrt(h)))


def ground(store):
    rows = store.connection.execute("SELECT n, lat, lon FROM location WHERE lat IS NOT NULL").fetchall()
    return np.array([row[0] for row in rows]), np.array([row[1] for row in rows]), np.array([row[2] for row in rows])


def wrong(store, queries):
    n, lats, lons = ground(store)
    found = 0
    for lat, lon, radius in queries:
        far = haversine(lat, lon, lats, lons)
        hits = store.within(lat, lon, radius)
        brute = dict(zip(n[far <= radius].tolist(), far[far <= radius].tolist(), strict=True))
        found += {hit.n for hit in hits} != set(brute)
        found += any(abs(hit.miles - brute.get(hit.n, -1)) > 1e-6 for hit in hits)
        found += [hit.miles for hit in hits] != sorted(hit.miles for hit in hits)
    return found


def batch(entries, *, key="made-up", as_of="2026-01-01"):
    about = {"name": key, "url": "", "licence": "", "citation": "", "sha256": ""}
    return Batch(key=key, as_of=as_of, rows_in=len(entries), entries=entries, values=1, **about)


def test_the_numbers_of_the_sources(directory):
    sources = {source.key: source for source in directory.sources()}
    assert {key: source.rows_in for key, source in sources.items()} == {
        "samhsa-su": 12_176, "samhsa-mh": 9_037, "ca-dhcs": 2_266,
    }  # fmt: skip
    assert all(s.rows_kept == s.rows_in and not s.unknown_codes for s in sources.values())
    assert directory.counts()["services"] == 23_479
    unlocated = directory.connection.execute(
        "SELECT zip FROM location WHERE precision = 'none' ORDER BY zip"
    ).fetchall()
    assert unlocated == [("",), ("96940",), ("96943",)]


def test_all_codes_of_all_rows_arrived(directory):
    rows = rows_of("samhsa_national_directory_2022.csv.gz")
    said = Counter(code for row in rows for code in set(row["codes"].split()))
    kept = dict(directory.connection.execute(
        "SELECT c.code, count(*) FROM service_code x JOIN code c ON c.n = x.code JOIN service s ON s.n = x.service "
        "WHERE s.source LIKE 'samhsa-%' GROUP BY c.code"
    ))  # fmt: skip
    assert kept == dict(said)


def test_facilities_of_both_directories_are_one_listing_with_two_services(directory):
    """2,240 keys of name, street and ZIP stand in both directories."""
    rows = rows_of("samhsa_national_directory_2022.csv.gz")
    keys = {
        kind: {(r["name1"], r["street1"], r["zip"]) for r in rows if r["source"].endswith(kind)}
        for kind in ("su", "mh")
    }
    both = keys["su"] & keys["mh"]
    assert len(both) == 2_240
    from ketsim.care.writer import location_id

    kinds = {}
    for place, kind in directory.connection.execute(
        "SELECT l.id, s.kind FROM location l JOIN service_at_location a ON a.location = l.n "
        "JOIN service s ON s.n = a.service"
    ):
        kinds.setdefault(place, set()).add(kind)
    merged = [kinds[location_id(Entry(row=1, kind="su", name1=a, street1=b, zip=c))] for a, b, c in both]
    assert all({"su", "mh"} <= found for found in merged)


def test_a_phone_number_identifies_nobody(directory):
    shared = directory.connection.execute(
        "SELECT count(*) FROM (SELECT e164 FROM phone p JOIN service_at_location a ON a.service = p.service "
        "WHERE p.kind = 'main' GROUP BY e164 HAVING count(DISTINCT a.location) > 1)"
    ).fetchone()[0]
    assert shared > 1_000


def test_ketamine_infusion_is_listed_104_times_in_29_states(directory):
    found = directory.connection.execute(
        "SELECT a.state FROM service_code x JOIN code c ON c.n = x.code AND c.code = 'KIT' "
        "JOIN service_at_location a ON a.service = x.service"
    ).fetchall()
    states = Counter(state for (state,) in found)
    assert (len(found), len(states)) == (104, 29)
    assert (states["CA"], states["UT"], states["FL"]) == (23, 14, 10)


def test_invalid_numbers_are_marked_not_dropped(directory):
    """24 of 33,630 in the columns phone, intake1 and intake2; one more in the columns for words."""
    rows = rows_of("samhsa_national_directory_2022.csv.gz")
    columns = ("phone", "intake1", "intake2")
    texts = Counter(row[column] for row in rows for column in columns if row[column])
    assert sum(texts.values()) == 33_630
    invalid = {text for (text,) in directory.connection.execute("SELECT text FROM phone WHERE NOT valid")}
    assert sum(count for text, count in texts.items() if text in invalid) == 24
    extensions = directory.connection.execute(
        "SELECT count(*) FROM phone p JOIN service s ON s.n = p.service "
        "WHERE s.source LIKE 'samhsa-%' AND p.extension IS NOT NULL AND p.text LIKE '% x%'"
    ).fetchone()[0]
    assert extensions == sum("x" in row[column] for row in rows for column in (*columns, "intake1a", "intake2a"))


def test_california_decays(directory):
    ended = directory.connection.execute(
        "SELECT count(*) FROM service WHERE expires_on < ?", (date(2026, 11, 21).isoformat(),)
    ).fetchone()[0]
    assert ended == 217


def test_sites_far_from_their_zip_are_flagged_and_kept(directory):
    flagged = directory.connection.execute("SELECT count(*) FROM location WHERE flags LIKE '%zip_far%'").fetchone()[0]
    assert 10 <= flagged <= 14


def test_los_angeles_25_miles_holds_1173_rows(directory):
    """The rows of the three files at their own points; listings are fewer, since services at one address are one."""
    points = directory.connection.execute("SELECT lat, lon FROM service_at_location WHERE lat IS NOT NULL").fetchall()
    lats, lons = (np.array(column) for column in zip(*points, strict=True))
    assert int((haversine(34.05, -118.24, lats, lons) <= 25).sum()) == 1_173


def test_radius_search_equals_brute_force_on_1500_queries(directory):
    draw = random.Random(6)
    _, lats, lons = ground(directory)
    queries = []
    for _ in range(1_500):
        at = draw.randrange(len(lats))
        lat = max(-90.0, min(90.0, lats[at] + draw.gauss(0, 1)))
        queries.append((lat, (lons[at] + draw.gauss(0, 1) + 180) % 360 - 180, draw.uniform(5, 100)))
    assert wrong(directory, queries) == 0


@pytest.fixture(scope="module")
def globe(tmp_path_factory):
    """Points all over the globe, many at the antimeridian and the poles."""
    draw = random.Random(7)
    points = [(draw.uniform(-90, 90), draw.uniform(-180, 180)) for _ in range(1_500)]
    points += [(draw.uniform(-80, 80), draw.choice((-1, 1)) * draw.uniform(178, 180)) for _ in range(700)]
    points += [(draw.choice((-1, 1)) * draw.uniform(85, 90), draw.uniform(-180, 180)) for _ in range(700)]
    points += [(0.0, 180.0), (0.5, -180.0), (90.0, 0.0), (-90.0, 12.0), (52.0, 180.0)]
    store = Store.open(tmp_path_factory.mktemp("globe") / "globe.sqlite")
    write(store, [batch([
        Entry(row=i, kind="su", name1=f"place {i}", lat=lat, lon=lon, precision="rooftop")
        for i, (lat, lon) in enumerate(points)
    ])])  # fmt: skip
    return store


def test_radius_search_equals_brute_force_at_the_antimeridian_and_the_poles(globe):
    draw = random.Random(8)
    queries = [
        (draw.uniform(-90, 90), draw.choice((-1, 1)) * draw.uniform(175, 180), draw.uniform(5, 3_000))
        for _ in range(250)
    ]
    queries += [
        (draw.choice((-1, 1)) * draw.uniform(80, 90), draw.uniform(-180, 180), draw.uniform(5, 3_000))
        for _ in range(250)
    ]
    queries += [(90.0, 0.0, 100.0), (-90.0, 0.0, 100.0), (0.0, 180.0, 50.0), (0.0, -180.0, 50.0), (0.0, 0.0, 13_000.0)]
    assert wrong(globe, queries) == 0


def test_order_is_distance_then_name_then_id(directory):
    hits = directory.within(40.75, -73.99, 15)
    assert [(h.miles, h.name, h.id) for h in hits] == sorted((h.miles, h.name, h.id) for h in hits)
    listings = directory.listings([hit.n for hit in hits])
    assert [listing.name for listing in listings] == [hit.name for hit in hits]


def test_every_thread_may_read(directory):
    found = []
    threads = [threading.Thread(target=lambda: found.append(len(directory.within(34, -118, 30)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and len(set(found)) == 1


def test_a_file_of_another_kind_is_refused(tmp_path):
    other = tmp_path / "notes.txt"
    other.write_text("not a database, by far" * 100)
    with pytest.raises(InputError, match="no directory"):
        Store.open(other)
    foreign = tmp_path / "foreign.sqlite"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE t (x)")
    connection.close()
    with pytest.raises(InputError, match="no directory"):
        Store.open(foreign)
    with pytest.raises(InputError, match="no such file"):
        Store.open(tmp_path / "absent.sqlite", read_only=True)


def test_a_store_of_another_layout_is_refused(tmp_path):
    path = tmp_path / "a.sqlite"
    store = Store.open(path)
    store.connection.execute("PRAGMA user_version = 99")
    store.close()
    with pytest.raises(InputError, match="layout 99"):
        Store.open(path)


def test_the_shipped_store_is_made_once_and_anew_when_the_data_change(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("KETSIM_CARE_DB", raising=False)
    made = []
    monkeypatch.setattr(shipped, "build", lambda place: (made.append(place.name), Store.open(place).close()))
    for digest in ("a" * 64, "a" * 64, "b" * 64):
        monkeypatch.setattr(shipped, "shipped_digest", lambda digest=digest: digest)
        shipped.default_store()
    assert made == [f"care-{'a' * 16}.sqlite", f"care-{'b' * 16}.sqlite"]
    assert [path.name for path in (tmp_path / "cache" / "ketsim").glob("care-*.sqlite")] == made[1:]
    monkeypatch.setenv("KETSIM_CARE_DB", str(tmp_path / "mine.sqlite"))
    assert shipped.default_store().path == tmp_path / "mine.sqlite"
