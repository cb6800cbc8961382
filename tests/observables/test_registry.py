"""The registry: enough of it, everything with evidence, no number typed, and truth that follows from data."""

import re

import pytest
from pydantic import ValidationError

from ketsim.errors import InputError
from ketsim.evidence import fact
from ketsim.observables import (
    Observable,
    against,
    certainty_of,
    convert,
    evidence,
    evidence_of,
    observable,
    reference_of,
    registry,
    sources_of,
)

EVERY = tuple(registry().values())
#: Names that others rely on.
CONTRACT = (
    "withdrawal.peak_time",
    "withdrawal.peak_time_h",
    "withdrawal.duration_days",
    "withdrawal.onset_h",
    "legal.us_schedule",
    "approval.depression_racemic",
    "dose.medicinal_mg_per_kg",
    "onset.intranasal",
    "antidepressant.duration",
    "antidepressant.duration_days",
    "antidepressant.onset_h",
    "dependence.possible_under_care",
    "dependence.possible",
    "dependence.physical",
    "legal.us_controlled",
    "duration.hallucinogenic_h",
    "medication.benzodiazepine_addictive",
    "sale.offer",
    "advert.helpline_number",
    "withdrawal.symptom.anxiety",
    "pharmacology.glutamate_release",
    "harm.bladder_cancer_mice",
    "taper.gradual_recommended",
    "safety.never_harmful",
)
#: Proper names that are written with digits.
NAMED_WITH_DIGITS = (
    r"CYP\d[A-Z]\d|ICD-11|\d\d to \d\d years|\b[Uu]nder 18\b|\(?PD\d+\)?|N059|W08|Schedule 8|TRANSFORM-2|SUSTAIN-1"
)


def _words(one):
    """Every text that an answer may print."""
    yield from one.says
    yield one.definition
    yield one.missing or ""
    for item in one.items:
        yield item.words
    for gap in one.not_known:
        yield gap.what
        yield gap.looked_for
    for asked in one.simulated:
        yield asked.because or ""


def _slots(one):
    return {found for text in _words(one) for found in re.findall(r"\{([^{}]+)\}", text)}


def test_there_are_enough_of_them_on_every_topic():
    assert len(EVERY) >= 300
    topics = {one.topic for one in EVERY}
    assert topics >= {
        *("pharmacology", "dose", "onset", "antidepressant", "tolerance", "dependence", "withdrawal", "treatment"),
        *("overdose", "interaction", "detection", "legal", "approval", "epidemiology", "trials", "monitoring", "harm"),
    }


@pytest.mark.parametrize("name", CONTRACT)
def test_the_names_of_the_contract_are_known(name):
    one = observable(name)
    assert name in (one.name, *one.also)


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(InputError, match=r"withdrawal\.peak_time"):
        observable("withdrawal.peak_tme")


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.name)
def test_everything_rests_on_evidence_with_certainty_and_source(one):
    assert evidence_of(one)
    assert certainty_of(one) in ("high", "moderate", "low", "very low")
    assert sources_of(one)
    assert all(e.text and e.where for e in (*evidence_of(one), *against(one)))


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.name)
def test_no_text_holds_a_typed_number(one):
    for text in _words(one):
        bare = re.sub(r"\{[^{}]*\}", "", text)
        assert not re.search(r"\d", re.sub(NAMED_WITH_DIGITS, "", bare)), text


@pytest.mark.parametrize("one", [o for o in EVERY if _slots(o)], ids=lambda one: one.name)
def test_every_number_of_an_answer_exists_in_the_evidence(one):
    for slot in _slots(one):
        assert reference_of(one) is not None if slot == "interval" else evidence(slot).has_number, slot


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.name)
def test_wordings_are_three_and_belong_to_one_observable_alone(one):
    asks = [ask.casefold().strip("?") for ask in one.asks]
    assert len(set(asks)) == len(asks) >= 3
    others = {ask.casefold().strip("?") for other in EVERY if other is not one for ask in other.asks}
    assert not others & set(asks)


@pytest.mark.parametrize("one", [o for o in EVERY if o.kind == "range"], ids=lambda one: one.name)
def test_a_reference_interval_is_made_of_its_evidence(one):
    reference = reference_of(one)
    if reference is None:
        return
    assert reference.unit == one.unit
    ends = [x for x in (reference.low, reference.high) if x is not None]
    assert ends
    assert ends == sorted(ends)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("approval.year", 1970, 1970),
        ("legal.us_schedule_year", 1999, 1999),
        ("duration.intravenous", 5, 20),
        ("dose.medicinal_mg_per_kg", 0.1, 13),
        ("withdrawal.duration_days", 4, 30.4375),  # 4 to 5 days, and one month
        ("onset.intravenous", 0.5, 1),  # 30 s, and one minute
        ("pharmacology.bioavailability_oral_pct", 8, 17),  # shares of one
        ("withdrawal.peak_time_h", 48, 168),  # web pages: the second to the seventh day
    ],
)
def test_reference_intervals_by_hand(name, low, high):
    reference = reference_of(observable(name))
    assert (reference.low, reference.high) == pytest.approx((low, high))


def test_no_primary_source_stands_behind_the_peak_of_withdrawal():
    one = observable("withdrawal.peak_time")
    assert not one.established
    assert certainty_of(one) == "very low"
    assert "no primary human source" in fact("W24").text
    assert one.not_known


@pytest.mark.parametrize(
    ("name", "polarity", "verdict"),
    [
        ("approval.depression_racemic", "affirm", "contradicted"),
        ("approval.depression_racemic", "deny", "supported"),
        ("dependence.possible", "deny", "contradicted"),
        ("dependence.possible", "affirm", "supported"),
        ("withdrawal.severity_mild", "affirm", "oversimplified"),
        ("taper.gradual_recommended", "affirm", "unsupported"),
        ("medication.benzodiazepine_addictive", "deny", "harmful"),
        ("safety.never_harmful", "affirm", "harmful"),
        ("sale.offer", "affirm", "harmful"),
        ("advert.no_commission", "affirm", "not-checkable"),
        ("use.depression_offlabel", "affirm", "oversimplified"),
    ],
)
def test_what_a_bare_claim_deserves(name, polarity, verdict):
    assert observable(name).verdict(polarity) == verdict


def test_only_a_proposition_is_affirmed_or_denied():
    with pytest.raises(InputError, match="is a range"):
        observable("approval.year").verdict("affirm")


@pytest.mark.parametrize("series", [s for o in EVERY for s in o.series], ids=lambda s: f"{s.what}, {s.population}")
def test_a_series_is_dated_and_a_trend_needs_three_points(series):
    assert series.population
    assert series.survey
    assert series.is_trend is (len(series.points) >= 3)
    for point in series.points:
        said = evidence(point.evidence)
        assert said.number is not None
        assert re.search(r"\d{4}", point.date)[0] in said.text


def test_there_are_trends_and_series_too_short_for_one():
    trends = [s.is_trend for o in EVERY for s in o.series]
    assert sum(trends) >= 5
    assert not all(trends)


GOOD = {
    "name": "a.b",
    "kind": "proposition",
    "truth": "affirm",
    "definition": "x",
    "asks": ["a", "b", "c"],
    "says": ["x"],
    "evidence": ["PD107"],
}


@pytest.mark.parametrize(
    "slip",
    [
        {"truth": None},
        {"kind": "range"},
        {"kind": "range", "truth": None},
        {"kind": "list", "truth": None},
        {"evidence": []},
        {"asks": ["a", "b"]},
        {"name": "NotAName"},
        {"unknown_field": 1},
        {"says": ["a", "b", "c", "d"]},
        {"unit": "h", "kind": "range", "truth": None, "reference": {"from": ["PD107"], "unit": "min"}},
    ],
)
def test_a_slip_in_an_observable_is_refused(slip):
    Observable.model_validate(GOOD)
    with pytest.raises((ValidationError, InputError)):
        Observable.model_validate({**GOOD, **slip})


def test_units_are_converted_and_others_refused():
    assert convert(30, "s", "min") == pytest.approx(0.5)
    assert convert(0.17, "1", "%") == pytest.approx(17)
    assert convert(2, "g", "mg") == pytest.approx(2000)
    assert convert(7.0, "points of MADRS", "points of MADRS") == 7.0
    with pytest.raises(InputError, match="cannot be converted"):
        convert(1, "h", "mg")


def test_evidence_may_be_a_fact_one_of_its_ends_a_value_a_row_or_an_interaction():
    assert evidence("PD107").high == 10
    assert evidence("PD107.low").number == 5
    assert evidence("Constants/mw_ketamine").unit == "g/mol"
    assert evidence("Spravato/Spravato-5").number == 89
    assert evidence("Hagelberg2010/Hagelberg2010-auc").number == 2.6
    for wrong in ("PD107-nonsense", "Spravato/nothing", "PD107-onset.low"):
        with pytest.raises(InputError):
            evidence(wrong)
