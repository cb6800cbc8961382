"""Questions find their observable: every wording of the registry, and wordings that the ranking was not made with."""

import pytest

from ketsim.answers import answer
from ketsim.answers.ranking import ranking
from ketsim.observables import registry

pytestmark = pytest.mark.usefixtures("no_simulation")


@pytest.mark.parametrize("one", registry().values(), ids=lambda one: one.name)
def test_every_wording_gets_its_observable(one):
    for wording in one.asks:
        assert answer(wording).observable.name == one.name, wording


@pytest.mark.parametrize("one", list(registry().values())[::7], ids=lambda one: one.name)
def test_how_it_is_typed_makes_no_difference(one):
    wording = one.asks[0]
    for typed in (wording.upper(), f"  {wording.rstrip('?')} ??", wording.replace(" ", "  ")):
        assert answer(typed).observable.name == one.name


def _hits(questions):
    found = {question: answer(question) for question in questions}
    right = [q for q, a in found.items() if a.observable is not None and a.observable.name in questions[q]]
    offered = [q for q, a in found.items() if q in right or any(c.name in questions[q] for c in a.nearest)]
    wrong = [q for q, a in found.items() if a.observable is not None and q not in right]
    return tuple(len(some) / len(questions) for some in (right, offered, wrong))


def test_questions_seen_while_the_vocabulary_was_made(asked):
    right, offered, _ = _hits(asked("seen_questions.csv"))
    assert right >= 0.93
    assert offered >= 0.98


def test_questions_that_nothing_was_tuned_on(asked):
    """Measured when these questions had been written after vocabulary and wordings: 79 % right, 98 % right or offered,
    and 16 % wrong of those that were answered. A change that makes it worse fails here.
    """
    right, offered, wrong = _hits(asked("unseen_questions.csv"))
    assert right >= 0.77
    assert offered >= 0.96
    assert wrong <= 0.17


@pytest.mark.parametrize(
    "question",
    [
        "what is the capital of france?",
        "who won the world cup?",
        "write me a poem about spring",
        "how do i bake bread?",
        "xqzv wplk",
        "is ketamine legal in france?",
        "ketamine law in japan",
        "what is the weather tomorrow?",
        "does aspirin thin the blood of horses on the moon?",
        "日本語の質問",
    ],
)
def test_what_is_not_understood_is_said_to_be_so(question):
    found = answer(question)
    assert found.observable is None
    assert found.text == "I don't know that."
    assert (found.certainty, found.evidence, found.sources) == (None, (), ())


def test_the_nearest_questions_are_offered():
    found = answer("is ketamine legal in france?")
    assert any(c.name.startswith("legal.") for c in found.nearest)
    assert all(c.wording in registry()[c.name].asks for c in found.nearest)


def test_the_order_is_the_same_every_time():
    first = ranking().rank("how long does it last", most=20)
    assert first == ranking().rank("how long does it last", most=20)
    assert [c.score for c in first] == sorted((c.score for c in first), reverse=True)
