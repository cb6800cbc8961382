"""Numerics only: exact propagation of linear systems over inputs, with an error estimate. Knows no drug."""

from ketsim.engine.inputs import Inputs
from ketsim.engine.propagate import Solution, propagate
from ketsim.engine.system import Array, BoolArray, IntArray, LinearSystem

__all__ = ["Array", "BoolArray", "Inputs", "IntArray", "LinearSystem", "Solution", "propagate"]
