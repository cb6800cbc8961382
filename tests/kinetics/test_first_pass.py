"""Structures of gut and liver: limits that any such organ must meet."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketsim.kinetics import first_pass

positive = st.floats(1e-3, 1e4)


@given(positive, positive)
def test_clearance_is_flow_times_what_does_not_escape(flow, intrinsic):
    cleared = first_pass.well_stirred_clearance(flow, intrinsic)
    escaped = first_pass.well_stirred_availability(flow, intrinsic)
    assert cleared == pytest.approx(flow * (1 - escaped), rel=1e-9)


@given(positive, positive)
def test_clearance_never_exceeds_flow_or_intrinsic(flow, intrinsic):
    cleared = first_pass.well_stirred_clearance(flow, intrinsic)
    assert cleared <= min(flow, intrinsic) * (1 + 1e-12)


@given(positive, positive, positive)
def test_more_metabolism_lets_less_through(flow, intrinsic, more):
    before = first_pass.gut_availability(flow, intrinsic)
    after = first_pass.gut_availability(flow, intrinsic + more)
    assert 0 < after < before < 1


def test_permeability_limits_flow():
    assert first_pass.permeability_limited_flow(10.0, 1e9) == pytest.approx(10.0)
    assert first_pass.permeability_limited_flow(1e9, 4.0) == pytest.approx(4.0)


def test_every_word_of_an_expression_has_a_function():
    from ketsim.evidence.expression import FUNCTION_ARGUMENTS

    assert set(first_pass.FUNCTIONS) == set(FUNCTION_ARGUMENTS)


def test_where_chooses_per_person():
    chosen = first_pass.choose(np.array([0.0, 1.0]), 5.0, 7.0)
    assert chosen.tolist() == [7.0, 5.0]
