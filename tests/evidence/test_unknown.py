from ketsim.evidence import gaps
from ketsim.evidence.reader import check_text


def test_blanks_records_and_stated_gaps_stand_in_the_order_of_the_file(sample):
    text = sample.changed("    status: shipped\n", "    status: record\n    note: Parameters not found.\n")
    source, errors = check_text(text)
    assert errors == ()
    found = gaps({"Sample2020": source})
    assert [(gap.source, gap.id, gap.nature) for gap in found] == [
        ("Sample2020", "Sample2020.f_unknown", "blank"),
        ("Sample2020", "Sample2020", "record"),
        ("Sample2020", "sample-gap", "stated"),
    ]
    assert found[0].text == "oral bioavailability was not found. Looked for in the abstract."
    assert found[1].text == "Sample 2020, two compartments: kept as a record, not run. Parameters not found."
    assert found[2].text == "Variability of q was not found."
    assert [gap.line for gap in found] == sorted(gap.line for gap in found)
