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
