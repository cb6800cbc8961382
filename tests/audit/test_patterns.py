"""The patterns are sound: nothing idle, every observable known or declared to be without evidence, and good enough."""

import sys
from pathlib import Path

import pytest
from audit_labelled import pages
from hypothesis import given
from hypothesis import strategies as st

from ketsim.audit import audit_text
from ketsim.audit.frame import book
from ketsim.audit.quantity import quantities
from ketsim.observables import registry

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from audit_measure import Score, Wanted, add, matched


def test_every_pattern_has_an_observable_that_judges_it() -> None:
    known = {name for one in registry().values() for name in (one.name, *one.also)}
    patterns = book().patterns.items()
    silent = {name for name, one in patterns if one.fixed is None and name not in known}
    assert not silent


def test_labelled_pages_are_read_well_enough() -> None:
    used, held = Score(), Score()
    for page in pages():
        found = audit_text(page.text, f"{page.name}.md")
        wanted = [Wanted(label.start, label.end, label.observable, label.verdict) for label in page.labels]
        add(
            held if page.held else used,
            wanted,
            [(c.claim.start, c.claim.end, c.claim.observable, c.verdict) for c in found.claims],
        )
    for score in (used, held):
        assert score.recall >= 0.8
        assert score.precision >= 0.6
        assert score.macro_f1 >= 0.5
        assert score.caught >= 0.6


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("48 to 72 hours", 48, 72, "h"),
        ("within an hour", None, 1, "h"),
        ("three or four weeks", 3, 4, "week"),
        ("a few hours", 2, 6, "h"),
        ("an hour and a half", 1.5, 1.5, "h"),
        ("between 5 and 10 minutes", 5, 10, "min"),
        ("at least two hours", 2, None, "h"),
        ("days two to three", 2, 3, "day"),
        ("0.5 mg/kg", 0.5, 0.5, "mg/kg"),
        ("one in five users", 20, 20, "%"),
        ("2.7 percent", 2.7, 2.7, "%"),
        ("3,609 adults", 3609, 3609, "people"),
        ("since 1999", 1999, 1999, "date"),
        ("30 minutes to 2 hours", 0.5, 2, "h"),
    ],
)
def test_quantities(text: str, low: float | None, high: float | None, unit: str) -> None:
    (found,) = quantities(f"It takes {text} for most.")
    assert found.unit == unit
    assert found.low == (low if low is None else pytest.approx(low))
    assert found.high == (high if high is None else pytest.approx(high))


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=8),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=8),
)
def test_spans_are_matched_one_to_one(labels: list[tuple[int, int]], spans: list[tuple[int, int]]) -> None:
    wanted = [Wanted(start, start + length, "x.y", "supported") for start, length in labels]
    found = [(start, start + length) for start, length in spans]
    pairs = matched(wanted, found)
    assert len(set(pairs.values())) == len(pairs)
    for label, span in pairs.items():
        shared = min(wanted[label].end, found[span][1]) - max(wanted[label].start, found[span][0])
        assert shared * 2 >= wanted[label].end - wanted[label].start
