import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketsim.document import Document
from ketsim.errors import InputError
from ketsim.evidence.reader import check_document, check_file, check_text, read_source
from ketsim.evidence.source import Source


def test_a_whole_source_is_read(sample, sample_source):
    source = sample_source
    cl = source.values["cl"]
    assert (cl.name, cl.source, cl.line) == ("cl", "Sample2020", sample.line_of("  cl:"))
    assert cl.canonical == pytest.approx(88.8)
    assert cl.at.weight.canonical == 70.0
    assert source.key == "Sample2020"
    assert source.study.age.bounds == (19.0, 32.0)
    assert source.study.weight.typical == 77.0
    spec = source.model("Sample2020")
    assert spec.readouts == (("parent", "central"),)
    assert spec.routes["nasal"].devices == "device"
    assert spec.routes["iv"].parts[0].into == "central"
    assert [(flow.source, flow.target, flow.between) for flow in spec.flows] == [
        (None, None, ("central", "shallow")),
        ("central", "out", None),
        ("nose", "central", None),
    ]
    assert spec.limits.of("age").words == "from 18 years"
    assert spec.limits.of("age").contains(18.0) and not spec.limits.of("age").contains(17.9)
    assert spec.limits.of("weight") is None
    assert not spec.drifts
    assert spec.covariates[0].name == "asian"
    first, second = source.observed
    assert (first.kind, first.canonical) == ("concentration", pytest.approx(0.096))
    assert (second.kind, second.window[1].canonical) == ("molar_auc", 6.0)
    assert first.population.weight.typical == 70.0
    assert source.pairings[0].value_names == ("f1", "ka_im")
    assert source.interactions[0].category_kind == "medicine"
    assert set(source.values_of(spec)) == set(source.values) - {"f_unknown", "ka_im", "c50", "ke0_half"}


def test_effects_and_measured_effects_are_read(sample, sample_source):
    effect, record = sample_source.effects
    assert (effect.source, effect.line) == ("Sample2020", sample.line_of("  - {key: Sample2020-high"))
    assert effect.drive.analytes == ("s_ketamine", "s_norketamine")
    assert effect.drive.kinetics == {"iv": "Sample2020"}
    assert effect.home("gamma") == ("Sample2020", "exponent")
    assert (record.status, record.drive, record.numbers) == ("record", None, {})
    assert sample_source.effect("Sample2020-high") is effect
    first, held = sample_source.responses
    assert (first.source, first.line) == ("Sample2020", sample.line_of("  - id: Sample2020-peak"))
    assert (first.time.canonical, first.ends) == (pytest.approx(2 / 3), (40.0, 70.0))
    assert (held.number, held.ends, held.held.level.canonical) == (None, (20.0, 30.0), pytest.approx(0.11))
    alone = first.model_copy(update={"low": None, "high": None})
    assert alone.ends == (55.0, 55.0)


def test_a_number_of_an_effect_may_live_in_another_source(sample):
    text = sample.changed("gamma: exponent,", "gamma: Otto2021.exponent_clearance,")
    source, errors = check_text(text, name="Sample2020.yaml")
    assert errors == ()
    assert source.effect("Sample2020-high").home("gamma") == ("Otto2021", "exponent_clearance")


def test_effects_of_other_keys_are_named(sample_source):
    with pytest.raises(
        InputError, match="Sample2020 has no effect Sample2021; it has Sample2020-high, Sample2020-cells"
    ):
        sample_source.effect("Sample2021")


def test_models_of_other_keys_are_named(sample_source):
    with pytest.raises(InputError, match="Sample2020 has no model Sample2021; it has Sample2020"):
        sample_source.model("Sample2021")


# fmt: off
SLIPS = [  # (piece of the sample, what it becomes, what stands on the line that is named, part of the sentence)
    ('    se: 0.06', '    see: 0.06', '    se: 0.06', "values.cl.see is not a known key; did you mean 'se'?"),
    ('    label: clearance\n', '    canonical: 1\n',
     '    label: clearance\n', 'values.cl.canonical is not a known key'),
    ('    label: clearance\n', '    line: 1\n', '    label: clearance\n', 'values.cl.line is not a known key'),
    ('    number: 1.48\n', '', '  cl:', 'values.cl.number is missing'),
    ('    number: 1.48\n', '    number: "1.48"\n',
     '    number: 1.48', "values.cl.number is '1.48'; expected a number"),
    ('    number: 1.48\n', '    number: .nan\n', '  cl:', 'cl is nan; expected a finite clearance'),
    ('    number: 1.48\n', '    number: -1.48\n', '  cl:', '-1.48 L/min is no clearance'),
    ('    number: 11.6\n    unit: L\n', '    number: 11.6\n    unit: L/h\n',
     '  v1:', "v1: 'L/h' is no unit of a volume"),
    ('    number: 20\n    unit: min\n', '    number: 20\n    unit: mn\n',
     '  mtt:', "mtt: 'mn' in 'mn' is not a known unit"),
    ('    kind: rate\n', '    kind: rat\n', '    kind: rate', "kind 'rat' is not known; expected one of time"),
    ('via: derivation', 'via: derived', 'via: derivation', "values.ka_im.where.via is 'derived'; expected 'abstract'"),
    ('    provenance: derived\n    certainty: very low\n', '    provenance: derived\n    certainty: verylow\n',
     '    certainty: very low', "values.ka_im.certainty is 'verylow'; expected 'very low', 'low', 'moderate'"),
    ('    note: "Looked for in the abstract."\n', '',
     '  f_unknown:', 'a number that was not found (null) needs a note'),
    ('  year: 2020\n', "  year: '2020'\n", '  year: 2020', "source.year is '2020'; expected a whole number"),
    ('  year: 2020\n', '  year: null\n', 'source:', 'a year that was not found (null) needs a year_note'),
    ('[Müller A, Olofsen E]', '[]', 'source:', 'an empty list of authors needs an authors_note'),
    ('[Müller A, Olofsen E]', 'Müller A',
     '  authors:', "source.authors is 'Müller A'; expected a list, such as [a, b]"),
    ('  kind: article\n', '  kind: paper\n', '  kind: article', "source.kind is 'paper'; expected 'article', 'label'"),
    ('  read: "full text"\n', '', 'source:', 'source.read is missing'),
    ('limits: "Adults only."', 'limit: x',
     'limits: "Adults only."', "limit is not a known key; did you mean 'limits'?"),
    ('  health: healthy\n', '  health: well\n', '  health: healthy', "study.health is 'well'; expected 'healthy'"),
    ('unit: year}\n  weight', 'unit: kg}\n  weight', '  age: {low: 19', "age: 'kg' is no unit of an age"),
    ('    status: shipped', '    status: flagged', '  - key: Sample2020', 'Sample2020 is flagged; flag must say why'),
    ('    drugs: [esketamine]\n', '    drugs: [s-ketamine]\n', '    drugs: [esk', "drug 's-ketamine' is not known"),
    ('    matrix: plasma\n', '',
     '  - key: Sample2020', 'Sample2020 is shipped, so it must state matrix (or be a record)'),
    ('default: off', 'default: maybe',
     'default: off', "models.0.covariates.0.default is 'maybe'; expected 'on' or 'off'"),
    ('clearance: q}', 'rate: q}', 'clearance: q}', 'an exchange has between and clearance, nothing else'),
    ('between: [central, shallow], ', 'between: [central, central], ', 'between: [central, sh', 'moves nothing'),
    ('to: out, clearance: cl_now', 'to: out',
     'to: out', 'the flow from central to out needs either a clearance or a rate'),
    ('{from: nose, to: central,', '{from: nose,', '{from: nose', 'a flow needs from and to'),
    ('{from: nose, to: central,', '{source: nose, to: central,',
     '{from: nose', 'models.0.flows.2.source is not a known key'),
    ('      iv: [{into: central}]', '      ivv: [{into: central}]', '      iv: [', "route 'ivv' is not known"),
    ('      iv: [{into: central}]', '      iv: []', '      iv: [', 'at least 1 item'),
    ('{volume: v1, analyte: parent}', '{volume: v1, analyte: parnt}',
     '      central: {', "analyte 'parnt' is not known; expected one of parent"),
    ('    metric: cmax\n', '    metric: cmx\n', '    metric: cmax', "metric 'cmx' is not known; expected one of"),
    ('    unit: ng/mL\n', '    unit: mg\n', '  - id: Sample2020-1', "cmax: 'mg' is no unit of a mass concentration"),
    ('    window: [0 h, 6 h]\n', '', '  - id: Sample2020-2', 'an auc needs its window'),
    ('    window: [0 h, 6 h]\n', '    window: [6 h, 0 h]\n', '  - id: Sample2020-2', 'write the earlier time first'),
    ('    window: [0 h, 6 h]\n', '    window: [0, 6 h]\n',
     '    window: [0 h', "0 has no unit; write a time such as '40 min'"),
    ('    dose_text: "as above"\n', '', '  - id: Sample2020-2', 'an observation needs the dose it was made after'),
    ('{kind: sd, number: 10}', '{kind: sdev, number: 10}', '    spread:', "is 'sdev'; expected sd, se, cv, gsd"),
    ('{kind: sd, number: 10}', '{kind: sd}', '    spread:', 'a spread is either one number, or low and high'),
    ('{kind: sd, number: 10}', '{kind: range, low: 3, high: 1}', '    spread:', 'write the lower end as low'),
    ('weight: 70 kg}\n    data', 'weight: heavy}\n    data',
     'weight: 70 kg}\n    data', "'heavy' is not a number with a unit"),
    ('    high: 10\n', '    low: 11\n    high: 10\n', '  - id: Sample2020-onset', 'the range runs from 11 to 10'),
    ('    high: 10\n    unit: min', '    high: 10\n    unit: mg',
     '  - id: Sample2020-onset', "'mg' is no unit of a time"),
    ('    ratio: 2.4\n', '    ratio: null\n', '  - id: Sample2020-tic', 'needs a text that says what is known'),
    ('mechanism: hepatic_clint', 'mechanism: liver',
     '    mechanism:', "mechanism is 'liver'; expected 'hepatic_clint'"),
    ('    default: true\n', '    default: 1.5\n',
     '    default: true', 'pairings.0.default is 1.5; expected true or false'),
    ('values:\n  cl:\n', 'values:\n  Cl:\n', '  cl:\n', 'Cl'),
    ('     assumed: [', '     asumed: [',
     '     assumed: [', "effects.0.asumed is not a known key; did you mean 'assumed'?"),
    ('high, effect: drug_high,', 'high,', '  - {key: Sample2020-high', 'effects.0.effect is missing'),
    ('high, effect: drug_high,', 'high, effect: Drug high,', '  - {key: Sample2020-high', 'Drug high'),
    ('status: shipped,\n     drive', 'status: shown,\n     drive',
     '  - {key: Sample2020-high', "effects.0.status is 'shown'; expected 'shipped', 'optional', 'hypothesis'"),
    ('status: shipped,\n     drive', 'status: optional,\n     drive',
     '  - {key: Sample2020-high', 'Sample2020-high is optional; because must say why'),
    (', because: "no curve was published"', '',
     '  - {key: Sample2020-cells', 'Sample2020-cells is record; because must say why'),
    ('status: record', 'status: hypothesis',
     '  - {key: Sample2020-cells', 'is hypothesis, so it must state drive and numbers (or be a record)'),
    ('     numbers: {c50: c50, gamma: exponent, half_life_ke0: ke0_half},\n', '',
     '  - {key: Sample2020-high', 'is shipped, so it must state drive and numbers (or be a record)'),
    (', because: "found after these kinetics"', '',
     '     drive:', 'kinetics named for an effect need because, which says why they are taken'),
    ('[s_ketamine, s_norketamine]', '[]', '     drive: {analytes', 'at least 1 item'),
    ('[s_ketamine, s_norketamine]', '[s_ketmine]', '     drive: {analytes', "'s_ketmine' is not known"),
    ('{iv: Sample2020}', '{vein: Sample2020}', '             kinetics:', "route 'vein' is not known"),
    ('gamma: exponent,', 'gamma: Exponent,', '     numbers: {c50', "gamma is 'Exponent'"),
    ('    number: 55\n    unit: "%"\n    low: 40\n', '    unit: "%"\n',
     '  - id: Sample2020-peak', 'a measured effect needs a number, or low and high'),
    ('    low: 40\n', '    low: 90\n', '  - id: Sample2020-peak', 'the range runs from 90 to 70'),
    ('    dose: "0.5 mg/kg esketamine iv over 40 min"\n', '',
     '  - id: Sample2020-peak', 'a measured effect needs the dose it followed: dose, held, or dose_text in words'),
    ('    time: 40 min\n', '', '  - id: Sample2020-peak', 'change needs its time after the start of the first dose'),
    ('    time: 40 min\n', '    time: 40\n', '    time: 40 min', "40 has no unit; write a time such as '40 min'"),
    ('level: 110 ng/mL', 'level: 110 mg', '    held:', "'mg' is no unit of a mass concentration"),
    ('analyte: s_ketamine, level', 'analyte: s_ketmine, level', '    held:', "'s_ketmine' is not known"),
    ('    data_type: label\n', '    data_type: guess\n',
     '    data_type: label', "responses.1.data_type is 'guess'; expected 'observed', 'digitised', 'label'"),
    ('population: {text: "men", group: adult}', 'population: {text: "men", group: man}',
     '    population: {text: "men"', "is 'man'; expected 'adult', 'child'"),
]
# fmt: on


@pytest.mark.parametrize(("old", "new", "line_of", "sentence"), SLIPS)
def test_one_slip_is_one_sentence_on_its_line(sample, old, new, line_of, sentence):
    slips = sample.slips(old, new)
    assert slips, "nothing was said"
    assert slips[0].startswith(f"Sample2020.yaml:{sample.line_of(line_of)}: ")
    assert sentence in slips[0]


def test_every_slip_of_a_file_is_shown_in_the_order_of_its_lines(sample):
    text = sample.text.replace("kind: volume\n", "kind: volumen\n").replace("to: central, rate", "to: centre, rate")
    text = text.replace("metric: cmax", "metric: cmx").replace("gaps:\n  -", "gaps:\n  - {id: a}\n  -")
    _, errors = check_text(text, name="Sample2020.yaml")
    lines = [int(str(error).split(":")[1]) for error in errors]
    assert lines == sorted(lines)
    sentences = " ".join(map(str, errors))
    assert all(word in sentences for word in ("volumen", "'centre'", "cmx", "gaps.0.text is missing"))


def test_a_value_that_cannot_be_read_is_not_also_called_unknown(sample):
    assert "values.v1.certainty" in sample.only_slip(
        "    iiv: {cv: 0.24}\n    provenance: estimated\n    certainty: high\n",
        "    iiv: {cv: 0.24}\n    provenance: estimated\n    certainty: sure\n",
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "x.yaml:1: the file holds no source"),
        ("- a\n", "x.yaml:1: the file holds no source"),
        ("source: x\n", "x.yaml:1: source is 'x'; expected entries of the form key: ..."),
        ("values: [a]\n", "x.yaml:1: values is a list; expected entries of the form name: ..."),
        ("source: {}\nmodels: {a: 1}\n", "x.yaml:2: models is a mapping; expected a list"),
        ("source: {}\nfacts: [a]\n", "x.yaml:2: facts.0 is 'a'; expected entries of the form key: ..."),
        ("a: [", "x.yaml:1: this is not valid YAML"),
    ],
)
def test_texts_that_are_no_source(text, sentence):
    source, errors = check_text(text, name="x.yaml")
    assert source is None
    assert any(sentence in str(error) for error in errors)


def test_key_and_file_name_must_agree(tmp_path, sample):
    path = tmp_path / "Other2020.yaml"
    path.write_text(sample.text)
    source, errors = check_file(path)
    assert source is None
    assert str(errors[0]) == "Other2020.yaml:2: key is Sample2020, but the file is Other2020.yaml; they must agree."
    good = tmp_path / "Sample2020.yaml"
    good.write_text(sample.text)
    assert read_source(good).key == "Sample2020"


def test_reading_one_source_says_how_many_slips_there_are(tmp_path, sample):
    path = tmp_path / "Sample2020.yaml"
    path.write_text(sample.text.replace("kind: volume\n", "kind: volumen\n"))
    with pytest.raises(
        InputError, match=r"Sample2020.yaml:\d+: kind 'volumen' .* \(1 more; python -m ketsim.evidence check"
    ):
        read_source(path)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_mutated_source_is_read_or_refused_in_sentences(sample, data):
    lines = sample.text.splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 4))):
        i = data.draw(st.integers(0, len(lines) - 1))
        junk = data.draw(
            st.sampled_from(["", "  ", "null", "[]", "{}", ": x", "- ", "9e99", "-1", "'", '"', "\t", "*a", "!", "é"])
        )
        cut = data.draw(st.integers(0, len(lines[i])))
        lines[i] = (
            data.draw(st.sampled_from([lines[i][:cut] + junk + lines[i][cut:], lines[i][:cut] + junk + "\n", ""]))
            or "\n"
        )
    start = time.perf_counter()
    source, errors = check_text("".join(lines), name="Sample2020.yaml")
    assert (source is None) == bool(errors)
    assert all(isinstance(error, InputError) and (error.where or "").startswith("Sample2020.yaml:") for error in errors)
    assert time.perf_counter() - start < 5.0


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcdef", max_size=3), inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from(["source", "study", "values", "limits", *Source.sections]),
)
def test_any_data_in_any_section_is_refused_in_sentences(data, section):
    wrapped = {
        "source": {"key": "A"},
        section: data if section in ("source", "study", "limits") else [data, {"cl": data}],
    }
    source, errors = check_document(Document("A.yaml", wrapped, {(): 1}))
    assert source is None
    assert errors
