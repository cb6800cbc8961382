"""Onset and duration by route: every published row has its place, every simulated one its source and certainty."""

from __future__ import annotations

import re

import pytest

from ketsim.dosing import Route
from ketsim.errors import InputError
from ketsim.evidence import catalog, fact, gaps, load_source, responses
from ketsim.onset import Onset, by_route, routes
from ketsim.onset.simulated import typical

TIMED = {"onset", "time_of_peak", "duration", "surgical_onset", "surgical_duration", "waking", "share_of_peak"}
#: Facts on onset and duration among those that were to be placed; the others of that range give no time.
WANTED = {
    f"PD{number}" for number in (*range(107, 113), *range(114, 120), 121, 123, *range(208, 211), *range(228, 231))
}
WANTED |= {"PD231", "PD233", "PD234", "PD236"}


@pytest.fixture(scope="module")
def everything() -> Onset:
    return by_route()


def test_every_way_stands_in_it(everything: Onset) -> None:
    assert set(routes()) == {route.value for route in Route}
    assert [way.route for way in everything.ways if way.route == "iv"] == ["iv", "iv"]
    assert everything.ways[-1].route is None


def test_every_measured_time_has_its_place_once(everything: Onset) -> None:
    placed = [found.row.id for way in everything.ways for found in way.measured]
    assert sorted(placed) == sorted(row.id for row in responses() if row.metric in TIMED)


def test_every_stated_time_has_its_place(everything: Onset) -> None:
    placed = [found.id for way in everything.ways for found in way.stated]
    assert len(placed) == len(set(placed))
    assert {name.split("-")[0] for name in placed} >= WANTED
    timed = {name for source in catalog().sources for name in source.fact_ids if name.split("-")[0] in WANTED}
    without_time = {name for name in timed - set(placed) if fact(name).unit in ("h", "min", "s")}
    assert without_time == set()


def test_what_is_simulated_is_what_simulate_gives(everything: Onset) -> None:
    seen = 0
    for way in everything.ways:
        for one in (*way.simulated, *(s for found in way.measured for s in found.simulated)):
            outputs = [o for o in typical(one.dose).outputs if o.model == one.entry and o.kind == "effect"]
            (output,) = outputs
            assert (one.effect, one.driver, one.certainty) == (output.name, output.driver, output.certainty)
            assert one.sources
            assert one.certainty in ("very low", "low", "moderate", "high")
            for name, value in one.measures.items():
                if name != "share_of_peak" and value is not None:
                    assert value == output.measures[name]
                    seen += 1
    assert seen > 60


def test_routes_that_can_be_run_are_run_and_the_others_say_not_known(everything: Onset) -> None:
    by_name = {way.name: way for way in everything.ways}
    for name in ("intravenous injection", "intravenous infusion", "injection into a muscle", "nasal spray or drops"):
        assert by_name[name].simulated
        assert not by_name[name].not_known
    for name in ("swallowed", "under the tongue", "held in the mouth"):
        assert by_name[name].simulated
    for name in ("under the skin", "smoked", "into the rectum", "inhaled as a mist"):
        way = by_name[name]
        assert not way.simulated
        assert any("no model answers" in sentence for sentence in way.not_known)
        assert way.looked_for
        assert {gap.id for gap in way.looked_for} <= {gap.id for gap in gaps()}
    for name in ("smoked", "into the rectum", "inhaled as a mist"):
        assert by_name[name].not_known[0].startswith("no onset, time of peak or duration was published")
    (measured,) = by_name["under the skin"].measured
    assert measured.simulated == ()
    assert "no model answers esketamine by the sc route" in str(measured.reason)


def test_a_push_stands_apart_from_an_infusion(everything: Onset) -> None:
    push, infusion = (way for way in everything.ways if way.route == "iv")
    assert all("over 40 min" not in dose for dose in push.doses)
    assert all("over 1 min" not in dose for dose in infusion.doses)


def test_anaesthesia_by_every_model_that_can(everything: Onset) -> None:
    doses = [one.dose for one in everything.anaesthesia]
    assert doses == ["1 mg/kg iv over 1 min", "2 mg/kg iv over 1 min", "6.5 mg/kg im", "10 mg/kg im", "13 mg/kg im"]
    for one in everything.anaesthesia:
        assert one.stated
        first, *others = one.by_model
        assert first.default
        assert set(first.measures) == {"surgical_onset", "surgical_duration", "waking"}
        assert bool(others) is (one.route == "iv")
        assert not any(other.default for other in others)
        if one.route == "iv":
            keys = {s.driver for s in one.by_model}
            assert {"Kamp2020", "Otto2021", "Ashraf2018", "Domino1984", "Clements1981", "Simons2022"} <= keys
            assert not keys & {"Herd2007", "Flint2017", "Elkomy2015"}  # built on children
    longest = [one.by_model[0].measures["waking"] for one in everything.anaesthesia]
    assert longest[0] < longest[1]
    assert longest[2] < longest[3] < longest[4]


def test_the_label_stands_beside_its_own_doses(everything: Onset) -> None:
    two = everything.anaesthesia[1]
    assert "PD107" in {found.id for found in two.stated}
    rows = {found.row.id: found for way in everything.ways for found in way.measured}
    surgical = rows["KetalarUS-iv-duration"]
    assert surgical.ends == (pytest.approx(5 / 60), pytest.approx(10 / 60))
    default = [s for s in two.by_model if s.default]
    assert [s.measures["surgical_duration"] for s in surgical.simulated] == [
        s.measures["surgical_duration"] for s in default
    ]


def test_what_must_be_said_first_is_said(everything: Onset) -> None:
    assert any("this is anaesthesia" in alarm.because for alarm in everything.alarms)
    for alarm in everything.alarms:
        assert alarm.call.startswith("Seek care now")
    assert by_route("sublingual").alarms == ()
    assert len({alarm.do for alarm in everything.alarms}) == len(everything.alarms)


def test_one_route_alone() -> None:
    muscle = by_route("im")
    assert [way.route for way in muscle.ways] == ["im"]
    assert {one.route for one in muscle.anaesthesia} == {"im"}
    assert by_route("smoked").anaesthesia == ()


def test_a_route_that_is_none_is_told_its_neighbours() -> None:
    with pytest.raises(InputError, match="did you mean 'nasal'"):
        by_route("nasl")
    with pytest.raises(InputError, match="there are iv, im, nasal"):
        by_route("xyz")


def test_plain_data_carries_sources_and_certainty_everywhere(everything: Onset) -> None:
    plain = everything.to_dict()
    assert plain["person"] == "a typical adult of 70 kg"
    for way in plain["routes"]:
        for row in way["measured"]:
            assert row["source"] == load_source(row["source"]).key
            assert row["certainty"]
            assert row["simulated"] or row["not_known"]
        for row in way["stated"]:
            assert row["certainty"]
            assert re.match(r"https?://|$", row["link"])
        for row in way["simulated"]:
            assert row["sources"]
            assert row["certainty"]
            assert all(name.endswith("_h") for name in row["measures"])
