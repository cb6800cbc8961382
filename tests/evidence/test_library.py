"""What holds for every source that comes with ketsim, whichever they are."""

import re

import pytest

from ketsim.dosing import parse_sentence
from ketsim.errors import InputError
from ketsim.evidence import Provenance, Via, catalog, fact, gaps, load_library, responses
from ketsim.evidence.index import LIBRARY
from ketsim.evidence.reader import check_file

KEYS = tuple(LIBRARY.paths())


@pytest.mark.parametrize("key", KEYS)
def test_every_source_passes_the_reader(key):
    assert [str(error) for error in check_file(LIBRARY.paths()[key])[1]] == []


def test_the_sources_agree_with_each_other():
    assert set(load_library()) == set(KEYS)


def test_no_number_is_without_a_place_and_every_blank_says_what_was_looked_for():
    for source in load_library().values():
        for value in source.values.values():
            assert value.source == source.key
            assert value.line > 0
            assert value.cite() == f"{source.key}, {value.where.at}"
            assert value.note if value.number is None else value.canonical is not None


def test_what_is_assumed_says_so_both_ways():
    for source in load_library().values():
        for value in source.values.values():
            if value.where.via is Via.ASSUMPTION:
                assert value.provenance in (Provenance.ASSUMED, Provenance.FIXED, Provenance.INHERITED), str(value)


def test_the_catalog_counts_what_the_sources_hold():
    sources = load_library()
    known = catalog()
    assert [brief.key for brief in known.sources] == sorted(sources)
    for brief in known.sources:
        source = sources[brief.key]
        assert brief.values == len(source.values)
        assert brief.observed == len(source.observed)
        assert brief.gaps == len(source.gaps)
        assert brief.models == tuple(spec.key for spec in source.models)
        assert re.fullmatch("[0-9a-f]{64}", brief.sha256)
    assert (
        len({model.key for model in known.models}) == len(known.models) == sum(len(s.models) for s in sources.values())
    )


def test_every_blank_every_record_and_every_stated_conflict_is_a_gap():
    sources = load_library()
    found = gaps()
    blanks = {f"{s.key}.{v.name}" for s in sources.values() for v in s.values.values() if v.number is None}
    records = {spec.key for s in sources.values() for spec in s.models if spec.status == "record"}
    stated = {gap.id for s in sources.values() for gap in s.gaps}
    assert {gap.id for gap in found if gap.nature == "blank"} == blanks
    assert {gap.id for gap in found if gap.nature == "record"} == records
    assert {gap.id for gap in found if gap.nature == "stated"} == stated
    assert all(gap.text and gap.source in sources for gap in found)


def test_every_fact_effect_and_measured_row_has_a_name_of_its_own():
    sources = load_library().values()
    facts = [row.id for s in sources for row in s.facts]
    effects = [spec.key for s in sources for spec in (*s.effects, *s.models)]
    rows = [row.id for s in sources for row in (*s.observed, *s.responses)]
    for names in (facts, effects, rows):
        assert sorted(names) == sorted(set(names))
        assert len(names) > 20


def test_a_fact_is_found_by_its_id_wherever_it_stands():
    for brief in catalog().sources:
        for name in brief.fact_ids:
            found = fact(name)
            assert (found.id, found.source) == (name, brief.key)
            assert found.text
    with pytest.raises(InputError, match="there is no fact 'PD17x'; did you mean"):
        fact("PD17x")


def test_the_catalog_knows_every_effect_and_counts_what_was_measured():
    sources = load_library()
    known = catalog()
    assert [(e.source, e.key) for e in known.effects] == [
        (k, e.key) for k in sorted(sources) for e in sources[k].effects
    ]
    for brief in known.sources:
        source = sources[brief.key]
        assert (brief.responses, brief.facts) == (len(source.responses), len(source.facts))
        assert brief.fact_ids == tuple(row.id for row in source.facts)
    with pytest.raises(InputError, match="there is no effect 'Olofsen2022-perceptoin'; did you mean"):
        known.effect("Olofsen2022-perceptoin")


def test_every_measured_effect_can_be_read_back_and_compared():
    for row in responses():
        source = load_library()[row.source]
        assert row in source.responses
        if row.dose is not None:
            assert parse_sentence(row.dose).events(24.0)
        spoken = {e.key: e.effect for e in catalog().effects}
        assert {spoken[key] for key in row.fitted_by} <= {row.effect}, row.id
        low, high = row.ends
        assert low <= (row.number if row.number is not None else low) <= high, row.id
