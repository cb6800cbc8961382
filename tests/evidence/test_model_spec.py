import pickle

import pytest
from pydantic import ValidationError

from ketsim.evidence import Compartment, Expression, Flow, Interaction, Locator, RoutePart, RouteSpec, Via
from ketsim.evidence.limits import AgeRange, WeightRange


@pytest.mark.parametrize(
    ("given", "words", "bounds", "typical"),
    [
        ({"low": 18, "high": 65, "unit": "year"}, "18 to 65 years", (18.0, 65.0), 41.5),
        ({"low": 6, "unit": "month"}, "from 6 months", (0.5, float("inf")), None),
        ({"high": 12, "unit": "year"}, "up to 12 years", (-float("inf"), 12.0), None),
        ({"mean": 8.3, "sd": 3.5, "unit": "year"}, "about 8.3 years", (-float("inf"), float("inf")), 8.3),
        ({"median": 3.3, "low": 0.02, "high": 17.6, "unit": "year"}, "0.02 to 17.6 years", (0.02, 17.6), 3.3),
    ],
)
def test_ranges_in_words_and_in_canonical_units(given, words, bounds, typical):
    ages = AgeRange(**given)
    assert (ages.words, ages.bounds, ages.typical) == (words, bounds, typical)


def test_a_range_of_weights_knows_pounds():
    assert WeightRange(low=100, unit="lb").bounds[0] == pytest.approx(45.359237)
    assert WeightRange(low=100, unit="lb").words == "from 100 lb"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"unit": "year"}, "a range of age needs at least one of low, high, mean, median"),
        ({"sd": 2, "unit": "year"}, "needs at least one of low, high, mean, median"),
        ({"low": 65, "high": 18, "unit": "year"}, "the age runs from 65 to 18; write the lower end as low"),
        ({"low": 65, "unit": "kg"}, "'kg' is no unit of an age"),
    ],
)
def test_ranges_that_say_nothing_or_too_much(given, sentence):
    with pytest.raises(ValidationError, match=sentence):
        AgeRange(**given)


def test_parts_of_a_model_are_made_in_python_too():
    flow = Flow(source="depot", target="central", rate=Expression.parse("ka"))
    assert flow.rate is not None
    assert flow.rate.names == {"ka"}
    assert RouteSpec(parts=(RoutePart(into="depot", fraction=Expression.parse("f")),)).parts[0].into == "depot"
    assert Compartment().volume is None
    assert pickle.loads(pickle.dumps(flow)) == flow


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"between": ("a", "b")}, "an exchange between two compartments needs a clearance"),
        ({"source": "a", "target": "a", "rate": "k"}, "a flow from a to a is not possible"),
        ({"source": "out", "target": "a", "rate": "k"}, "a flow from out to a is not possible"),
        ({"source": "a", "target": "b", "rate": True}, "True is not a formula; write a name such as cl"),
        ({"source": "a", "target": "b", "rate": "k", "clearance": "cl"}, "needs either a clearance or a rate"),
    ],
)
def test_flows_that_cannot_be(given, sentence):
    with pytest.raises(ValidationError, match=sentence):
        Flow(**given)


@pytest.mark.parametrize(
    ("category", "kind"),
    [("CYP3A inhibitor", "medicine"), ("genotype", "gene"), ("organ function", "organ"), ("age", "other")],
)
def test_an_interaction_knows_what_kind_of_factor_it_is(category, kind):
    row = Interaction(
        id="x",
        factor="y",
        category=category,
        substrate="esketamine",
        route="any",
        analyte="s_ketamine",
        metric="auc",
        ratio=1.0,
        provenance="estimated",
        certainty="low",
        where=Locator(at="abstract", via=Via.ABSTRACT),
    )
    assert row.category_kind == kind
    assert (str(row.where), str(row.where.via)) == ("abstract", "abstract")
