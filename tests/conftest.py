"""Property tests are the same in every run: a failure found once stays found. `make fuzz` looks further."""

import os
import signal

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


@pytest.fixture
def ctrl_c_heard():
    """Processes started here hear Ctrl-C, also where the tests run in the background, which makes children deaf."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a child inherits "ignore", and nothing else
    yield
    signal.signal(signal.SIGINT, before)
