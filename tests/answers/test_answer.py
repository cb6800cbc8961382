"""What an answer holds: sentences with numbers from the evidence, certainty, sources, law, simulated values."""

import re

import pytest

import ketsim
from ketsim.answers import answer, answer_of
from ketsim.answers.sentence import amount, filled, plain, span
from ketsim.errors import InputError
from ketsim.observables import Interval, registry

KEYS = {"question", "observable", "answer", "evidence", "simulated", "certainty", "sources"}


@pytest.mark.usefixtures("no_simulation")
@pytest.mark.parametrize("one", registry().values(), ids=lambda one: one.name)
def test_every_answer_names_sources_and_certainty(one):
    found = answer_of(one, one.asks[0]).to_dict()
    assert found["schema"] == "ketsim.answer/1"
    assert set(found) >= KEYS
    assert found["sources"]
    assert found["certainty"]
    assert "{" not in found["answer"]
    assert "  " not in found["answer"]
    assert 20 < len(found["answer"]) < 600


def test_numbers_come_from_the_evidence():
    found = answer("how long does ketamine withdrawal last?")
    assert "4 to 5 days" in found.text
    assert {e.id for e in found.evidence} >= {"W12", "W08"}
    assert [e.id for e in found.against] == ["N007"]
    assert found.range_in_words == "4 to 30.4 days"


def test_published_and_simulated_stand_side_by_side():
    found = answer("when does ketamine withdrawal peak?").to_dict()
    assert found["reference"] == {"low": 48.0, "high": 168.0, "unit": "h"}
    assert {row["model"] for row in found["simulated"]} >= {"LagOfDays", "LagOfHours"}
    assert not {row["model"] for row in found["simulated"]} & set(found["sources"])


def test_law_is_that_of_the_rules_with_its_dates():
    found = answer("is ketamine fda approved for depression?")
    assert found.rules
    assert "checked" in found.rules[0].text
    assert found.observable.evidence == ()  # all of it comes from the rule


def test_a_series_is_told_with_its_population_and_survey():
    (series,) = answer("how many people use ketamine in the uk?").to_dict()["series"]
    assert series["trend"] is True
    assert "England and Wales" in series["population"]
    assert [point["number"] for point in series["points"]] == [160_000, 299_000, 269_000]


def test_the_python_door():
    assert ketsim.answer("is ketamine addictive?").observable.name == "dependence.possible"


@pytest.mark.parametrize("question", ["", "   ", "???", "\n\t"])
def test_no_question_is_refused_with_a_sentence(question):
    with pytest.raises(InputError, match="there is no question"):
        answer(question)


def test_a_text_too_long_to_be_a_question_is_refused():
    with pytest.raises(InputError, match="at most 2,000"):
        answer("why " * 1_000)


@pytest.mark.parametrize(
    ("interval", "said"),
    [
        (Interval(5.0, 10.0, "min"), "5 to 10 minutes"),
        (Interval(None, 24.0, "h"), "up to 24 hours"),
        (Interval(1.0, None, "day"), "from 1 day on"),
        (Interval(1970.0, 1970.0, "year"), "1970"),
        (Interval(5.0, 5.0, "year"), "5 years"),
    ],
)
def test_intervals_in_words(interval, said):
    assert span(interval) == said


def test_numbers_in_words():
    assert amount(1.0, "h") == "1 hour"
    assert amount(269_000.0, "people") == "269,000 people"
    assert plain(8.55) == "8.55"
    assert filled("after {PD107} of it") == "after 5 to 10 minutes of it"
    assert not re.search(r"\d", filled("nothing to fill"))
    assert filled("of it {interval}", Interval(8.0, 17.0, "%")) == "of it 8 to 17 %"
