import re

import pytest

from ketsim.errors import InputError
from ketsim.evidence import source_template
from ketsim.evidence.reader import check_text


def test_the_template_passes_as_it_stands():
    source, errors = check_text(source_template("Author2026"), name="Author2026.yaml")
    assert errors == ()
    assert source.key == "Author2026"


def test_the_examples_in_its_comments_pass_too():
    blocks = source_template("Author2026").replace("number: null ", "number: 80 ").split("\n\n")
    more = "".join(
        f"  {name}: {{number: 1, unit: '{unit}', kind: {kind}, provenance: fixed, certainty: low, where: *}}\n"
        for name, unit, kind in (
            ("v1", "L", "volume"),
            ("v2", "L", "volume"),
            ("q", "L/h", "clearance"),
            ("weight_ref", "kg", "weight"),
            ("exponent_clearance", "1", "dimensionless"),
            ("c50", "ng/mL", "concentration"),
            ("gamma", "1", "dimensionless"),
        )
    ).replace("*", "{at: x, via: abstract}")
    active = []
    for block in blocks:
        if "\nvalues:\n" in block:
            block += "\n" + more
        active.append(re.sub("^# ?", "", block, flags=re.MULTILINE) if re.match("# [a-z]+:", block) else block)
    source, errors = check_text("\n\n".join(active), name="Author2026.yaml")
    assert [str(error) for error in errors] == []
    assert source.study is not None
    assert source.limits == "What this source cannot say."
    for section in ("models", "effects", "observed", "responses", "facts", "gaps"):
        assert len(getattr(source, section)) == 1, section


@pytest.mark.parametrize("name", ["", "2026", "../x", "a b", "x" * 80, "Ä2020", "A\nB"])
def test_a_name_that_cannot_be_a_key_is_refused(name):
    with pytest.raises(
        InputError, match="cannot be the key of a source; expected first author and year, such as Simons2022"
    ):
        source_template(name)
