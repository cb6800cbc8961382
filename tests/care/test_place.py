"""Where somebody looks: read exactly, or refused with a way on; never guessed."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketsim.care.place import read_place, zip_point
from ketsim.care.refusal import Refusal
from ketsim.care.states import state_code

REFUSED = [
    ("1234", "place_format", 422), ("abcde", "place_format", 422), ("２０００１", "place_format", 422),
    ("20001; DROP", "place_format", 422), ("123456789", "place_format", 422), ("20001abc", "place_format", 422),
    ("", "place_format", 422), ("   ", "place_format", 422), ("9" * 500, "place_format", 422),
    ("Fresno, XX", "place_format", 422), ("Fresno, CA, USA", "place_format", 422), ("\u202e90210", "place_format", 422),
    ("90210\x00", "place_format", 422), ("nan,nan", "place_format", 422), ("1e5,3", "place_format", 422),
    ("99999", "place_unknown", 404), ("00000", "place_unknown", 404), ("Nowhereville, CA", "place_unknown", 404),
    ("Springfield", "place_ambiguous", 300), ("Portland", "place_ambiguous", 300),
    ("91,0", "place_range", 422), ("-91,0", "place_range", 422), ("0,181", "place_range", 422),
    ("-118.24,34.05", "place_swapped", 422), ("-77.03,38.9", "place_swapped", 422),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "status"), REFUSED)
def test_bad_input_is_refused_with_its_code(text, code, status):
    with pytest.raises(Refusal) as refusal:
        read_place(text)
    assert (refusal.value.code, refusal.value.status, refusal.value.field) == (code, status, "near")
    assert len(str(refusal.value)) < 600


def test_a_swapped_pair_is_named_and_offered():
    with pytest.raises(Refusal, match="United States") as refusal:
        read_place("-77.03,38.9")
    assert refusal.value.choices == ("38.9,-77.03",)
    assert read_place("38.9,-77.03").kind == "point"


def test_a_city_of_several_states_gives_choices_that_can_be_typed():
    with pytest.raises(Refusal) as refusal:
        read_place("Springfield")
    assert len(refusal.value.choices) > 10
    assert read_place("Springfield, IL").label == "Springfield, IL"


def test_namesakes_in_one_state_are_not_guessed():
    with pytest.raises(Refusal) as refusal:
        read_place("Monticello, LA")
    assert refusal.value.code == "place_ambiguous"
    assert all(read_place(choice).kind == "zip" for choice in refusal.value.choices)


@pytest.mark.parametrize(
    ("text", "lat", "lon"),
    [
        ("90210", 34.10, -118.41), ("90210-1234", 34.10, -118.41), (" 02139 ", 42.36, -71.10), ("00601", 18.18, -66.75),
        ("St. Louis, Missouri", 38.63, -90.20), ("saint louis, mo", 38.63, -90.20), ("New York, NY", 40.71, -74.01),
        ("San José, CA", 37.34, -121.89), ("Washington, DC", 38.90, -77.04), ("Washington, D.C.", 38.90, -77.04),
        ("Boise", 43.61, -116.20), ("34.05,-118.24", 34.05, -118.24), ("34.05 , -118.24", 34.05, -118.24),
        ("36302", 31.22, -85.39),
    ],
)  # fmt: skip
def test_places_are_found(text, lat, lon):
    place = read_place(text)
    assert (place.lat, place.lon) == (pytest.approx(lat, abs=0.02), pytest.approx(lon, abs=0.02))


def test_a_town_of_the_listings_is_found_too():
    assert read_place("Nowhereville, CA", town=lambda city, state: (35.0, -120.0)).lat == 35.0


def test_tables():
    assert zip_point("96943") is None
    assert (state_code("new mexico"), state_code("nm"), state_code("zz")) == ("NM", "NM", None)


@given(st.text(max_size=90))
def test_any_text_is_a_place_or_a_sentence(text):
    with suppress(Refusal):  # anything else fails the test
        place = read_place(text)
        assert abs(place.lat) <= 90 and abs(place.lon) <= 180
