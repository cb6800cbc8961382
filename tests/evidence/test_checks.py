import pytest

from ketsim.evidence.links import library_problems
from ketsim.evidence.reader import check_text

# fmt: off
SLIPS = [  # (piece of the sample, what it becomes, part of the sentence)
    ("k_transit: 2 / mtt", "k_transit: 2 / mtx",
     "uses 'mtx', which is no value, derived name or covariate. Did you mean 'mtt'?"),
    ("      k_transit: 2 / mtt\n", "      k_transit: 2 / later\n      later: mtt\n",
     "'later', which is derived only further down"),
    ("k_transit: 2 / mtt", "k_transit: 2 / mtt * first_device_share",
     "is known only in the parts of a route that states devices"),
    ("k_transit: 2 / mtt", "mtt: 2 / mtt", "'mtt' is already taken; choose another name"),
    ("k_transit: 2 / mtt", "age: 2 / mtt", "'age' is already taken; choose another name"),
    ("k_transit: 2 / mtt", "k_transit: 2.5 / mtt", "holds the number 2.5; only whole numbers from 0 to 9"),
    ("    limits: {age", "    uses: {cl: Other.cl}\n    limits: {age",
     "'cl' is already taken; choose another short name"),
    ("    limits: {age", "    parameters: [cl, vv]\n    limits: {age", "'vv' is no value of this source"),
    ("of: [cl, q]", "of: [cl, qq]", "'qq' is no value of this model. Did you mean 'q'?"),
    ("covariate: weight,", "covariate: mass,", "'mass' is no covariate; known are weight"),
    ("reference: weight_ref,", "reference: wt_ref,", "'wt_ref' is no value of this model. Did you mean 'weight_ref'?"),
    ("exponent: exponent}", "exponent: exp_cl}", "'exp_cl' is no value of this model"),
    ("{on: cl, expression", "{on: clr, expression", "'clr' is no value of this model. Did you mean 'cl'?"),
    ("when: asian", "when: tall", "'tall' is no covariate"),
    ("between: [cl, v1]", "between: [cl, v9]", "'v9' is no value of this source"),
    ("between: [cl, v1]", "between: [cl, q]", "'q' has no iiv, so nothing can go with it"),
    ("covariance: 0.01", "covariance: 0.05", "covariance 0.05 is more than the variances allow; it lies within 0.0403"),
    ("between: [central, shallow]", "between: [central, shalow]",
     "'shalow' is no compartment of Sample2020. Did you mean 'shallow'?"),
    ("{from: nose, to: central", "{from: nosse, to: central", "'nosse' is no compartment"),
    ("to: central, rate", "to: centre, rate", "'centre' is no compartment"),
    ("rate: k_transit", "clearance: cl", "a clearance flows out of nose, which has no volume"),
    ("shallow: {volume: v2}", "shallow: {}", "a clearance flows out of shallow, which has no volume"),
    ("shallow: {volume: v2}", "shallow: {volume: v2, analyte: parent}", "parent is read in central already"),
    ("nose: {}", "nose: {analyte: norketamine}", "norketamine is read in nose, which has no volume"),
    ("{volume: v1, analyte: parent}", "{volume: v1}", "Sample2020 reads no concentration"),
    ("shallow: {volume: v2}", "shallow: {volume: v2}\n      out: {}", "out is where drug leaves"),
    ("      iv: [{into: central}]", "      iv: [{into: vein}]", "'vein' is no compartment"),
    ("route_limits: {nasal", "route_limits: {oral", "Sample2020 has no oral route to limit"),
    ("    residual: {parent", "    sums: {ketamine: [s_ketamine]}\n    residual: {parent",
     "'s_ketamine' is no output of Sample2020"),
    ("residual: {parent", "residual: {parents", "'parents' is no output of Sample2020. Did you mean 'parent'?"),
    ("to: out, clearance: cl_now", "to: out, clearance: cl_now, fraction: f_unknown",
     "'f_unknown' is blank (null), so Sample2020 can only be a record"),
    ("exponent: exponent}", "exponent: f_unknown}", "'f_unknown' is blank (null), so Sample2020 can only be a record"),
    ("    fraction: f1\n", "    fraction: f2\n", "'f2' is no value of this source"),
    ("    fraction: f1\n", "    fraction: mtt\n", "'mtt' is a time; expected a value of kind fraction"),
    ("    fraction: f1\n", "    fraction: f_unknown\n", "'f_unknown' is blank (null); a pairing needs the number"),
    ("  - id: Sample2020-2", "  - id: Sample2020-1", "the id 'Sample2020-1' is written twice in this file"),
    ("  - id: Sample2020-held", "  - id: Sample2020-peak", "the id 'Sample2020-peak' is written twice in this file"),
    ("{key: Sample2020-cells", "{key: Sample2020-high", "the key 'Sample2020-high' is written twice in this file"),
    ("{c50: c50,", "{c50: c51,", "'c51' is no value of this source. Did you mean 'c50'?"),
    ("{c50: c50,", "{c50: f_unknown,", "'f_unknown' is blank (null), so Sample2020-high can only be a record"),
    ("  ka_im:\n", "  weight:\n", "'weight' has a meaning of its own in formulas"),
    ("  ka_im:\n", "  lambda:\n", "'lambda' has a meaning of its own in formulas"),
]
# fmt: on


@pytest.mark.parametrize(("old", "new", "sentence"), SLIPS)
def test_what_does_not_hang_together_is_said_on_its_line(sample, old, new, sentence):
    slips = sample.slips(old, new)
    matching = [slip for slip in slips if sentence in slip]
    assert matching, slips
    line = sample.line_of(old)  # a compartment without a volume is said where the flow needs it, a few lines on
    lines = range(line - 1, line + new.count("\n") + 4)
    assert int(matching[0].split(":")[1]) in lines


def test_a_record_may_lack_what_a_model_needs(sample):
    text = sample.changed("    status: shipped\n", "    status: record\n")
    text = text.replace("to: out, clearance: cl_now", "to: out, clearance: cl_now, fraction: f_unknown")
    assert check_text(text)[1] == ()


def test_sources_are_checked_against_each_other(sample, sample_source):
    def problems(*texts):
        sources = {}
        for text in texts:
            source, errors = check_text(text)
            assert errors == ()
            sources[source.key] = source
        return [(key, sentence) for key, (_, sentence) in library_problems(sources)]

    other = sample.text.replace("key: Sample2020\n  kind", "key: Other2021\n  kind")
    lent = sample.changed(
        "    limits: {age", "    uses: {mw: Other.cl, x: Sample2020.nothing, y: Sample2020.f_unknown}\n    limits: {age"
    )
    assert problems(sample.text) == []
    doubled = problems(sample.text, other)
    assert ("Other2021", "the model key Sample2020 is taken by Sample2020; keys are unique.") in doubled
    assert ("Other2021", "the id Sample2020-1 is taken by Sample2020; ids are unique.") in doubled
    said = [sentence for _, sentence in problems(lent)]
    assert "'Other' is no source of the library." in said
    assert any("Sample2020 has no value 'nothing'" in sentence for sentence in said)
    assert any("Sample2020.f_unknown is blank (null)" in sentence for sentence in said)
    lost = sample.text.replace("fitted_by: [Sample2020]", "fitted_by: [Nobody]").replace(
        "about: [Sample2020]", "about: [None1]"
    )
    lost = lost.replace("source: Sample2020, certainty", "source: Nowhere, certainty").replace(
        "model: Sample2020", "model: Absent"
    )
    words = " ".join(sentence for _, sentence in problems(lost))
    for piece in (
        "'Nobody' is no model",
        "'None1' is no model, source or pairing",
        "'Nowhere' is no source",
        "'Absent' is no model",
    ):
        assert piece in words


def test_a_pairing_may_not_replace_a_route_and_its_rest_needs_one(sample):
    def said(old, new):
        source, _ = check_text(sample.changed(old, new))
        return [sentence for _, (_, sentence) in library_problems({"Sample2020": source})]

    assert said("    route: im\n", "    route: nasal\n") == [
        "Sample2020 has its own nasal route; a pairing may not replace it."
    ]
    no_iv = said("      iv: [{into: central}]\n", "")
    assert no_iv == ["Sample2020 is a record or has no iv route; an absorption joins where iv doses enter."]
    rest = said("    route: im\n", "    route: im\n    rest: oral\n")
    assert rest == ["Sample2020 has no oral route by which the rest could go on."]


def test_links_to_a_source_that_could_not_be_read_are_let_pass(sample):
    source, _ = check_text(sample.changed("source: Sample2020, certainty", "source: Broken, certainty"))
    assert list(library_problems({"Sample2020": source}, also_keyed=frozenset({"Broken"}))) == []


def test_keys_of_effects_and_ids_of_facts_and_measured_effects_are_unique_in_the_library(sample, sample_source):
    other = sample.text.replace("key: Sample2020\n  kind", "key: Other2021\n  kind")
    sources = {"Sample2020": sample_source, "Other2021": check_text(other)[0]}
    doubled = {place: sentence for key, (place, sentence) in library_problems(sources) if key == "Other2021"}
    for place, sentence in {
        ("effects", 0, "key"): "the key Sample2020-high is taken by Sample2020; keys are unique.",
        ("responses", 1, "id"): "the id Sample2020-held is taken by Sample2020; ids are unique.",
        ("facts", 0, "id"): "the id Sample2020-onset is taken by Sample2020; ids are unique.",
    }.items():
        assert doubled[place] == sentence


def test_an_effect_may_not_take_the_key_of_a_model(sample):
    source, _ = check_text(sample.text.replace("Sample2020-high", "Sample2020"))
    said = [sentence for _, (place, sentence) in library_problems({"Sample2020": source}) if place[0] == "effects"]
    assert said == ["the key Sample2020 is taken by Sample2020; keys are unique."]


@pytest.mark.parametrize(
    ("old", "new", "place", "sentence"),
    [
        (
            "{c50: c50,",
            "{c50: Nowhere.c50,",
            ("effects", 0, "numbers", "c50"),
            "'Nowhere' is no source of the library.",
        ),
        (
            "{c50: c50,",
            "{c50: Sample2020.c51,",
            ("effects", 0, "numbers", "c50"),
            "Sample2020 has no value 'c51'. Did you mean 'c50'?",
        ),
        (
            "{c50: c50,",
            "{c50: Sample2020.f_unknown,",
            ("effects", 0, "numbers", "c50"),
            "Sample2020.f_unknown is blank (null), so Sample2020-high can only be a record.",
        ),
        (
            "{iv: Sample2020}",
            "{iv: Sample2021}",
            ("effects", 0, "drive", "kinetics", "iv"),
            "'Sample2021' is no model of the library. Did you mean 'Sample2020'?",
        ),
        (
            "fitted_by: [Sample2020-high]",
            "fitted_by: [Sample2020-hgih]",
            ("responses", 0, "fitted_by", 0),
            "'Sample2020-hgih' is no effect of the library. Did you mean 'Sample2020-high'?",
        ),
        (
            "relative_to: Sample2020-peak",
            "relative_to: Sample2020-peek",
            ("responses", 1, "relative_to"),
            "'Sample2020-peek' is no measured effect of the library. Did you mean 'Sample2020-peak'?",
        ),
    ],
)
def test_what_an_effect_names_is_there(sample, old, new, place, sentence):
    source, errors = check_text(sample.changed(old, new))
    assert errors == ()
    assert list(library_problems({"Sample2020": source})) == [("Sample2020", (place, sentence))]
