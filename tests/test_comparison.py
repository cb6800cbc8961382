"""Several models for one dose: what they share, and how far they disagree, in words that can be checked."""

import json
import re

import numpy as np
import pytest

from ketsim.comparison import compare
from ketsim.errors import InputError
from ketsim.scenario import Scenario
from ketsim.simulation import simulate

DOSE = Scenario("20 mg esketamine iv over 30 min", weight=70, until="12 h")


def test_each_model_says_what_it_says_alone():
    found = compare(DOSE, ["Otto2021", "Simons2022"])
    for key in ("Otto2021", "Simons2022"):
        alone = simulate(DOSE.with_(models=key)).output("s_ketamine")
        together = found.result.output("s_ketamine", key)
        assert together.measures["cmax"] == pytest.approx(alone.measures["cmax"], rel=1e-9)
        np.testing.assert_allclose(together.median, alone.median, rtol=1e-9, atol=1e-9)


def test_models_may_stand_in_the_scenario_or_beside_it_as_list_or_text():
    keys = ["Otto2021", "Fanta2015"]
    ways = [
        compare(DOSE, keys),
        compare(DOSE, "Otto2021, Fanta2015"),
        compare(DOSE.with_(models=keys)),
        compare(DOSE.with_(models="Kamp2020"), [*keys, "Otto2021"]),
    ]
    assert {w.result.scenario.hash for w in ways} == {ways[0].result.scenario.hash}
    assert [o.model for o in ways[0].result.outputs if o.name == "s_ketamine"] == keys


@pytest.mark.parametrize("models", [[], ["Otto2021"], ["Otto2021", "Otto2021"], "Otto2021"])
def test_one_model_is_no_comparison(models):
    with pytest.raises(InputError, match="comparing needs at least two models"):
        compare(DOSE, models)


def test_an_unknown_model_is_refused():
    with pytest.raises(InputError, match="there is no model 'Oto2021'; did you mean 'Otto2021"):
        compare(DOSE, ["Oto2021", "Kamp2020"])


def test_the_disagreement_is_the_ratio_of_the_highest_to_the_lowest():
    found = compare(DOSE, ["Otto2021", "Kamp2020", "Simons2022"])
    peaks = {o.model: o.measures["cmax"] for o in found.result.outputs if o.name == "s_ketamine"}
    (said,) = [s for s in found.disagreement if "(Cmax) of S-ketamine" in s]
    assert said.startswith("Three published models")
    assert f"a {max(peaks.values()) / min(peaks.values()):.2f}-fold range" in said
    assert f"({min(peaks, key=peaks.get)})" in said.split(" between ")[1].split(" and ")[0]
    assert f"({max(peaks, key=peaks.get)})" in said.split(" between ")[1].split(" and ")[1]


def test_a_different_sampling_site_is_named_as_part_of_it():
    mixed = compare(DOSE, ["Otto2021", "Simons2022"]).disagreement
    assert any("where blood is drawn (arterial, venous)" in s for s in mixed)
    alike = compare(DOSE, ["Otto2021", "Fanta2015"]).disagreement
    assert not any("where blood is drawn" in s for s in alike)


def test_an_output_of_one_model_alone_is_not_compared():
    said = compare(DOSE, ["Fanta2015", "Simons2022"]).disagreement
    assert said
    assert all("S-ketamine" in s or "s_ketamine" in s for s in said)


def test_people_are_compared_by_their_medians():
    found = compare(DOSE.with_(population=30), ["Otto2021", "Fanta2015"])
    medians = [o.measures["cmax"].median for o in found.result.outputs if o.name == "s_ketamine"]
    (said,) = [s for s in found.disagreement if "(Cmax) of S-ketamine" in s]
    assert float(re.search(r"a ([\d.]+)-fold", said)[1]) == pytest.approx(max(medians) / min(medians), abs=0.006)


def test_the_json_object_is_that_of_the_result_and_its_table():
    found = compare(DOSE, ["Otto2021", "Fanta2015"])
    body = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert body["schema"] == "ketsim.compare/1"
    assert body["table"] == json.loads(json.dumps(list(found.rows)))
    assert body["disagreement"] == list(found.disagreement)
    assert {o["model"] for o in body["outputs"]} == {"Otto2021", "Fanta2015"}


def test_workers_change_nothing():
    asked = DOSE.with_(population=1_030)
    one, two = (compare(asked, ["Otto2021", "Fanta2015"], workers=w) for w in (1, 2))
    assert one.rows == two.rows
