"""The same doses closer together: more load at once and higher scores of dependence, under every structure."""

import pytest

from ketsim.assumptions import CLOSER
from ketsim.scenario import Scenario
from ketsim.simulation import simulate

SPACINGS = ("every 1 day", "every 3 days", "every 7 days")
SCORES = ("long_run_load", "physical_dependence", "psychological_dependence")


@pytest.fixture(scope="module")
def results():
    """Eight infusions, at three spacings, looked at for as long after the last one."""
    found = []
    for spacing in SPACINGS:
        last = 24.0 * 7 * int(spacing.split()[1])
        dose = f"0.5 mg/kg iv over 40 min {spacing} for 8 doses"
        found.append(simulate(Scenario(dose, weight="70 kg", until=last + 672.0, effects="none")))
    return found


@pytest.mark.parametrize("name", SCORES)
def test_closer_sessions_mean_more(results, name):
    for structure in ("LagOfDays", "LagOfHours"):
        close, middle, wide = (result.output(name, structure) for result in results)
        assert close.measures["peak"] > middle.measures["peak"]
        assert middle.measures["peak"] > wide.measures["peak"]
        for edge in ("low", "median", "high"):
            assert getattr(close.ranges["peak"], edge) >= getattr(wide.ranges["peak"], edge)


def test_how_sure_that_is_stands_with_it(results):
    for result in results:
        assert CLOSER in result.assumptions
        assert {result.output(name).certainty for name in SCORES} == {"very low"}
