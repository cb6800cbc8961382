"""Property tests are the same in every run: a failure found once stays found. `make fuzz` looks further."""

import os

import pytest
from hypothesis import settings

from ketsim.dosing import parse_sentence

settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("fuzz", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("KETSIM_HYPOTHESIS", "steady"))


@pytest.fixture(scope="session")
def one_mg():
    """One milligram at once of a drug by a route, for exposures per milligram."""
    return lambda drug, route: parse_sentence(f"1 mg {drug} {route}").events()[0]
