import os
import subprocess
import sys
import time

import pytest

from ketsim.errors import InputError
from ketsim.evidence import catalog, index, load_library, load_source, responses
from ketsim.evidence.index import Library
from ketsim.rule_file import stale_rules


@pytest.fixture
def library(tmp_path, sample):
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "Sample2020.yaml").write_text(sample.text, encoding="utf-8")
    return Library(sources=sources, index=tmp_path / "index")


@pytest.fixture
def no_yaml(monkeypatch):
    def refuse(path):
        raise AssertionError(f"{path} was parsed although the index agrees")

    monkeypatch.setattr(index, "read_source", refuse)


def test_a_build_writes_what_is_read_back_without_yaml(library, sample_source, monkeypatch):
    assert {path.name for path in library.build()} == {"Sample2020.json", "responses.json", "catalog.json"}
    assert library.stale() == ()
    assert library.build() == ()
    monkeypatch.setattr(index, "read_source", None)
    assert library.source("Sample2020") == sample_source
    brief = library.catalog().sources[0]
    assert (brief.key, brief.values, brief.blanks, brief.observed, brief.gaps) == ("Sample2020", 13, 1, 2, 1)
    assert (brief.interactions, brief.pairings, brief.facts, brief.responses) == (1, 1, 1, 2)
    assert brief.fact_ids == ("Sample2020-onset",)
    assert brief.certainty == {"high": 5, "moderate": 4, "low": 7, "very low": 2}
    assert library.responses() == sample_source.responses
    assert [(e.key, e.effect, e.status, e.source) for e in library.catalog().effects] == [
        ("Sample2020-high", "drug_high", "shipped", "Sample2020"),
        ("Sample2020-cells", "bdnf", "record", "Sample2020"),
    ]
    model = library.catalog().models[0]
    assert (model.key, model.source, model.status, model.sampling) == (
        "Sample2020",
        "Sample2020",
        "shipped",
        "arterial",
    )
    assert (model.drugs, model.stands_for, model.routes) == (("esketamine",), ("ketamine",), ("iv", "nasal"))
    assert (model.analytes, model.varies, str(model.certainty)) == (("parent",), True, "low")
    assert model.limits.text == "healthy adults"


def test_without_an_index_the_yaml_is_read(library, sample_source):
    assert library.source("Sample2020") == sample_source
    assert [source.key for source in library.catalog().sources] == ["Sample2020"]
    assert library.everything() == {"Sample2020": sample_source}
    assert library.responses() == sample_source.responses


def test_an_edit_is_always_seen(library, sample):
    library.build()
    assert library.source("Sample2020").values["cl"].number == 1.48
    path = library.sources / "Sample2020.yaml"
    path.write_text(sample.changed("number: 1.48", "number: 2.48").replace("A study", "B study"), encoding="utf-8")
    assert library.source("Sample2020").values["cl"].number == 2.48
    assert library.catalog().sources[0].title.startswith("B study")
    assert library.stale() == ("Sample2020.json", "responses.json", "catalog.json")
    library.build()
    assert library.stale() == ()


def test_a_source_that_comes_or_goes_is_seen(library, sample):
    library.build()
    second = (
        sample.text.replace("Sample2020", "Sample2021").replace("id: im-", "id: im2-").replace("sample-gap", "gap2")
    )
    (library.sources / "Sample2021.yaml").write_text(second, encoding="utf-8")
    assert [source.key for source in library.catalog().sources] == ["Sample2020", "Sample2021"]
    assert library.stale() == ("Sample2021.json", "responses.json", "catalog.json")
    assert {row.source for row in library.responses()} == {"Sample2020", "Sample2021"}
    library.build()
    (library.sources / "Sample2021.yaml").unlink()
    assert [source.key for source in library.catalog().sources] == ["Sample2020"]
    assert library.stale() == ("responses.json", "catalog.json", "Sample2021.json")
    assert {row.source for row in library.responses()} == {"Sample2020"}
    library.build()
    assert not (library.index / "Sample2021.json").exists()


def test_a_broken_index_is_no_harm(library, sample_source):
    library.build()
    for name in ("Sample2020.json", "responses.json", "catalog.json"):
        (library.index / name).write_text('{"old": "shape"}')
    os.utime(library.sources / "Sample2020.yaml", ns=(1, 1))  # forget what this process has read before
    assert library.source("Sample2020") == sample_source
    assert library.catalog().sources[0].key == "Sample2020"
    assert library.responses() == sample_source.responses


def test_an_edit_of_a_measured_effect_is_always_seen(library, sample):
    library.build()
    assert library.responses()[0].number == 55
    path = library.sources / "Sample2020.yaml"
    path.write_text(sample.changed("    number: 55\n", "    number: 56\n"), encoding="utf-8")
    assert library.responses()[0].number == 56


def test_a_slip_stops_the_build_and_leaves_nothing_behind(library, sample):
    path = library.sources / "Sample2020.yaml"
    path.write_text(sample.changed("number: 1.48", "number: x"), encoding="utf-8")
    with pytest.raises(InputError, match=r"Sample2020.yaml:\d+: values.cl.number is 'x'; expected a number"):
        library.build()
    assert not library.index.exists()
    path.write_text(sample.changed("fitted_by: [Sample2020]", "fitted_by: [Nobody]"), encoding="utf-8")
    with pytest.raises(InputError, match=r"Sample2020.yaml:\d+: 'Nobody' is no model of the library"):
        library.build()
    with pytest.raises(InputError, match=r"Sample2020.yaml:\d+: 'Nobody' is no model of the library"):
        library.everything()


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("Sample2021", "there is no source 'Sample2021'; did you mean 'Sample2020'?"),
        ("zzz", "there is no source 'zzz'; ketsim sources lists them."),
        ("../Sample2020", "there is no source '../Sample2020'; did you mean 'Sample2020'?"),
        ("", "there is no source ''"),
    ],
)
def test_an_unknown_key_names_the_nearest(library, key, sentence):
    with pytest.raises(InputError) as caught:
        library.source(key)
    assert sentence in str(caught.value)


def test_a_file_of_ones_own_is_read_by_its_path(tmp_path, sample, sample_source):
    path = tmp_path / "Sample2020.yaml"
    path.write_text(sample.text, encoding="utf-8")
    assert load_source(path) == load_source(str(path)) == sample_source
    with pytest.raises(InputError, match=r"nowhere.yaml cannot be read: no such file"):
        load_source(tmp_path / "nowhere.yaml")


def test_the_index_of_the_sources_is_not_stale():
    assert index.LIBRARY.stale() == ()


def test_the_rule_files_are_not_stale():
    assert stale_rules() == ()


def test_every_source_loads_from_the_index_as_it_reads_from_its_yaml(no_yaml, monkeypatch):
    compiled = load_library()
    assert len(compiled) == len(catalog().sources) > 0
    assert responses() == tuple(row for key in sorted(compiled) for row in compiled[key].responses)
    monkeypatch.undo()
    for key, path in index.LIBRARY.paths().items():
        assert compiled[key] == index.read_source(path), key


def test_loading_is_fast_and_wakes_neither_yaml_nor_pint():
    code = (
        "import sys, time\n"
        "from ketsim.evidence import catalog, load_source, responses\n"
        "best = 1.0\n"
        "load_source('Constants')\n"
        "start = time.perf_counter(); load_source('Simons2022'); took = time.perf_counter() - start\n"
        "catalog(); responses()\n"
        "print(took, [m for m in ('ruamel', 'pint', 'numpy', 'scipy', 'pandas') if m in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    took, woken = done.stdout.split(" ", 1)
    assert woken.strip() == "[]"
    assert float(took) < 0.015


def test_the_same_source_is_not_read_twice(library):
    library.build()
    first = library.source("Sample2020")
    start = time.perf_counter()
    assert library.source("Sample2020") is first
    assert time.perf_counter() - start < 0.01
