"""Any text at all: an answer, a refusal or "I don't know that", never a traceback, in bounded time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketsim import answers
from ketsim.answers import Answer, answer
from ketsim.answers.reading import LONGEST
from ketsim.errors import InputError
from ketsim.observables import registry

WORDS = sorted({word for one in registry().values() for ask in one.asks for word in ask.split()})
LIMIT = 3.0  # seconds, far above what is needed, since a machine may be busy


@pytest.fixture(autouse=True, scope="module")
def _no_simulation():
    before, answers.beside = answers.beside, lambda one: ()
    yield
    answers.beside = before


def _ask(text):
    begun = time.perf_counter()
    if any(c.isalnum() for c in text) and len(text) <= LONGEST:
        found = answer(text)
        assert isinstance(found, Answer)
        assert found.text
        assert found.to_dict()["question"] == " ".join(text.split())
    else:
        with pytest.raises(InputError, match=r"^[a-z].*\.$"):
            answer(text)
    assert time.perf_counter() - begun < LIMIT


@given(st.text(max_size=400))
def test_any_text(text):
    _ask(text)


@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))
def test_any_words_of_the_registry_in_any_order(text):
    _ask(text)


@given(st.sampled_from(WORDS), st.data())
def test_a_slip_in_a_word(word, data):
    place = data.draw(st.integers(0, len(word)))
    _ask(f"ketamine {word[:place]}{data.draw(st.characters())}{word[place + 1 :]}")


@pytest.mark.parametrize(
    "text",
    [
        "a" * LONGEST,
        "ketamine " * (LONGEST // 9),
        "k" * 200 + " withdrawal",
        " ".join(f"wordx{i}" for i in range(250)),
        "\x00\u202e{PD107}{{}} %s <script>",
        "how long " * 200,
        "\ud800",
    ],
)
def test_hostile_text(text):
    _ask(text)
