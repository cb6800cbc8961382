"""Each person's numbers: size, covariates, differences between people, parameter sets, and whose draws they are."""

import numpy as np
import pytest

from ketsim.errors import InputError
from ketsim.evidence import catalog
from ketsim.evidence.model_spec import CovariateEffect
from ketsim.kinetics.model import Model
from ketsim.kinetics.parameters import FACTORS, Variation, individual_parameters
from ketsim.people import Cohort, Population, Subject
from ketsim.people.draws import normal
from ketsim.scenario import Scenario
from ketsim.simulation import simulate

TYPICAL = Variation()
PEOPLE = Variation(seed=7, between_people=True)


def parameters(model, cohort, variation=TYPICAL, *, factors=None, options=frozenset(), time=0.0):
    return individual_parameters(
        model.spec, model.values, cohort, variation, factors=factors or {}, options=options, time=time
    )


def one(key, **person):
    return parameters(Model.load(key), Cohort.of(Subject(**person)))


def many(count, first=0, **stated):
    return Population(first + count, **{"weight": 70, **stated}).realise(first, count, seed=7)


@pytest.mark.parametrize("weight", [50.0, 70.0, 120.0])
def test_size_goes_with_the_published_powers(weight):
    env = one("Kamp2020", weight=weight)
    values = {n: v.canonical for n, v in Model.load("Kamp2020").values.items()}
    for name in ("v1", "v2", "v3"):
        assert env[name] == pytest.approx(values[name] * weight / 70.0, rel=1e-12)
    for name in ("cl", "q2", "q3"):
        assert env[name] == pytest.approx(values[name] * (weight / 70.0) ** 0.75, rel=1e-12)


def test_without_a_weight_the_reference_person_is_meant():
    assert one("Kamp2020")["cl"] == one("Kamp2020", weight=70)["cl"]


def test_a_weight_that_a_model_cannot_do_without_is_asked_for():
    with pytest.raises(InputError, match="Ashraf2018 needs the weight of the person; give it, for example --weight"):
        one("Ashraf2018")


@pytest.mark.parametrize(("age", "fall"), [(30.0, 0.0), (60.0, 0.0), (61.0, 1.0), (75.0, 15.0)])
def test_liver_flow_falls_by_its_slope_for_each_year_above_sixty(age, fall):
    env = one("PerezRuixo2021", age=age)
    assert env["qh"] == pytest.approx(151.0 - 2.19 * fall, rel=1e-12)


def test_people_differ_around_the_flow_of_their_age():
    young, old = (parameters(Model.load("PerezRuixo2021"), many(400, age=age), PEOPLE)["qh"] for age in (40, 100))
    np.testing.assert_allclose(old / young, (151.0 - 2.19 * 40.0) / 151.0, rtol=1e-12)
    assert old.min() > 0.0


def test_the_very_old_can_be_simulated():
    result = simulate(Scenario("56 mg esketamine nasal", population=300, age=100))
    assert result.output("s_ketamine").measures["cmax"].low > 0.0


def test_ethnic_effects_are_off_by_default_and_switched_on_by_name():
    chinese, japanese = (Cohort.of(Subject(ethnicity=e)) for e in ("chinese", "japanese"))
    perez = Model.load("PerezRuixo2021")
    assert parameters(perez, japanese)["kel"] == pytest.approx(1.11)
    asian = frozenset({"asian"})
    assert parameters(perez, chinese, options=asian)["kel"] == pytest.approx(1.11 * 0.36)
    assert parameters(perez, chinese, options=asian)["cln"] == pytest.approx(38.0 * 0.81)
    assert parameters(perez, chinese, options=asian)["frn"] == pytest.approx(0.54)
    both = asian | {"japanese"}
    assert parameters(perez, japanese, options=both)["frn"] == pytest.approx(0.54 * 1.34)
    assert parameters(perez, chinese, options=both)["frn"] == pytest.approx(0.54)
    white = Cohort.of(Subject(ethnicity="white"))
    assert parameters(perez, white, options=both)["kel"] == pytest.approx(1.11)


@pytest.mark.parametrize(
    ("ethnicity", "options", "ratio"), [("chinese", ("asian",), 1.074), ("japanese", ("asian", "japanese"), 1.322)]
)
def test_switched_on_effects_give_the_published_ratios(ethnicity, options, ratio):
    plain, changed = (
        simulate(Scenario("28 mg esketamine nasal", ethnicity=ethnicity, options=o)).output("s_ketamine")
        for o in ((), options)
    )
    assert changed.measures["auc"] / plain.measures["auc"] == pytest.approx(ratio, rel=0.03)


def test_an_effect_that_is_on_by_default_needs_no_option_and_when_chooses_the_people():
    base = Model.load("Kamp2020")
    effect = CovariateEffect.model_validate({"on": "cl", "expression": "cl * 2", "when": "female", "default": "on"})
    spec = base.spec.model_copy(update={"covariates": (effect,)})
    cohort = many(50, female=0.5)
    env = parameters(Model(spec, base.source, base.values), cohort)
    np.testing.assert_allclose(env["cl"], base.values["cl"].canonical * np.where(cohort.female, 2.0, 1.0))


def test_a_share_stays_a_share_when_an_effect_and_the_spread_meet():
    env = parameters(
        Model.load("PerezRuixo2021"),
        many(5_000, ethnicity="japanese"),
        PEOPLE,
        options=frozenset({"japanese"}),
    )
    assert ((env["frn"] > 0.0) & (env["frn"] < 1.0)).all()
    assert np.median(env["frn"]) == pytest.approx(0.54 * 1.34, abs=0.02)


def test_factors_leave_the_model_alone_until_they_are_set():
    env = one("Ashraf2018", weight=70)
    assert [env[name] for name in FACTORS] == [1.0] * len(FACTORS)
    model, cohort = Model.load("Otto2021"), Cohort.of(Subject(weight=70))
    assert parameters(model, cohort, factors={"clearance_factor": 0.5})["cl_now"] == pytest.approx(
        0.5 * parameters(model, cohort)["cl_now"]
    )


def test_time_reaches_the_expressions():
    model, cohort = Model.load("Flint2017"), Cohort.of(Subject(weight=7))
    at = {t: parameters(model, cohort, time=t)["cl_nk_now"] for t in (0.0, 100.0)}
    assert at[100.0] / at[0.0] == pytest.approx(1.87)


@pytest.mark.parametrize("key", ["Otto2021", "Flint2017"])
def test_correlated_differences_have_the_published_covariance(key):
    model = Model.load(key)
    count = 20_000
    weight = 7.0 if key == "Flint2017" else 70.0
    cohort = many(count, weight=weight)
    spread, typical = parameters(model, cohort, PEOPLE), parameters(model, cohort)
    for block in model.spec.correlations:
        a, b = (np.log(spread[name] / typical[name]) for name in block.between)
        variances = [model.values[name].iiv.variance for name in block.between]
        size = np.sqrt(variances[0] * variances[1] + block.covariance**2)
        assert np.cov(a, b)[0, 1] == pytest.approx(block.covariance, abs=4 * size / np.sqrt(count))
        for x, variance in zip((a, b), variances, strict=True):
            assert x.var() == pytest.approx(variance, rel=4 * np.sqrt(2 / count))
            assert x.mean() == pytest.approx(0.0, abs=4 * np.sqrt(variance / count))


def test_uncorrelated_differences_are_independent():
    model = Model.load("Otto2021")
    spread, typical = parameters(model, many(20_000), PEOPLE), parameters(model, many(20_000))
    a, b = (np.log(spread[name] / typical[name]) for name in ("cl", "cl_nk"))
    assert abs(np.corrcoef(a, b)[0, 1]) < 4 / np.sqrt(20_000)


@pytest.mark.parametrize("key", [m.key for m in catalog().models if m.status != "record"])
def test_a_person_has_the_same_numbers_in_every_block(key):
    model = Model.load(key)
    child = not model.admits_age(None)
    stated = {"weight": 20.0, "age": 5.0} if child else {"weight": (50.0, 90.0), "age": 40.0}
    whole = parameters(model, many(60, **stated), PEOPLE)
    part = parameters(model, many(20, first=25, **stated), PEOPLE)
    for name, value in part.items():
        expected = whole[name][25:45] if np.ndim(whole[name]) else whole[name]
        np.testing.assert_array_equal(value, expected, err_msg=name)


def test_a_number_that_two_models_share_has_one_draw():
    s, sr = (parameters(Model.load(k), many(50), PEOPLE) for k in ("Simons2022", "Simons2022SR"))
    for name in ("cl", "v1", "cln1", "fm_nk"):
        np.testing.assert_array_equal(s[name], sr[name])


def test_a_draw_belongs_to_the_number_and_not_to_its_company():
    model = Model.load("Otto2021")
    fewer = {n: v.model_copy(update={"iiv": None}) if n in ("v_nk", "cl_nk") else v for n, v in model.values.items()}
    spec = model.spec.model_copy(update={"correlations": model.spec.correlations[:1]})
    alone = parameters(Model(spec, model.source, fewer), many(30), PEOPLE)
    np.testing.assert_array_equal(alone["cl"], parameters(model, many(30), PEOPLE)["cl"])


def test_the_deviate_is_the_keyed_normal_times_its_spread():
    model = Model.load("Otto2021")
    v1 = parameters(model, many(30), PEOPLE)["v1"]
    eta = np.sqrt(model.values["v1"].iiv.variance) * normal(7, "Otto2021.v1 between people", 0, 30)
    np.testing.assert_allclose(v1, model.values["v1"].canonical * np.exp(eta), rtol=1e-13)


def test_another_seed_is_another_person():
    a, b = (parameters(Model.load("Otto2021"), many(5), Variation(seed=s, between_people=True)) for s in (1, 2))
    assert (a["cl"] != b["cl"]).all()


def test_occasions_add_to_the_differences_between_people():
    model = Model.load("Simons2022")
    (name,) = [n for n, v in model.values.items() if v.iov is not None][:1]
    value = model.values[name]
    spread = parameters(model, many(20_000), PEOPLE)[name]
    typical = parameters(model, many(20_000))[name]
    scale = (lambda x: np.log(x / (1 - x))) if value.iov.scale == "logit" else np.log
    total = value.iov.variance + (value.iiv.variance if value.iiv is not None else 0.0)
    assert np.var(scale(spread) - scale(typical)) == pytest.approx(total, rel=0.05)


def test_parameter_sets_repeat_with_their_number_and_are_shared_by_people():
    model = Model.load("Flint2017")
    env = parameters(model, many(12, weight=7), Variation(seed=7, parameter_sets=4))
    np.testing.assert_array_equal(env["cl"][:4], env["cl"][4:8])
    assert len(set(env["cl"][:4])) == 4


def test_parameter_sets_spread_as_the_standard_error_says_and_numbers_without_one_stay():
    model = Model.load("Flint2017")
    env = parameters(model, many(4_000, weight=7), Variation(seed=7, parameter_sets=4_000))
    assert np.log(env["cl"]).std() == pytest.approx(np.sqrt(np.log1p(0.09**2)), rel=0.05)
    assert set(env["v_nk"]) == {one("Flint2017", weight=7)["v_nk"][0]}


def test_a_share_of_a_dose_never_passes_the_whole():
    model = Model.load("Simons2022")
    sure = model.values["f1"]
    unsure = {**model.values, "f1": sure.model_copy(update={"canonical": 0.9, "rse": 0.5, "se": None, "ci": None})}
    env = parameters(Model(model.spec, model.source, unsure), many(500), Variation(parameter_sets=500))
    assert env["f1"].max() == 1.0
    assert env["f1"].min() > 0.0


def test_one_uncertain_person_is_a_band_and_says_of_what():
    result = simulate(Scenario("1 mg/kg/h esketamine iv for 6 h", weight=7, age=1, models="Flint2017", uncertainty=60))
    peak = result.output("s_ketamine").measures["cmax"]
    assert peak.low < peak.median < peak.high
    assert result.subjects == 60
    assert any("parameter sets for one typical person, not over people" in a for a in result.assumptions)


def test_kamp_in_a_population_varies_by_body_size_alone_and_says_so():
    asked = Scenario("0.5 mg/kg iv over 40 min", sampling="arterial", models="Kamp2020", population=40)
    result = simulate(asked)
    assert any("Kamp2020 publishes no differences between people" in w for w in result.warnings)
    same = simulate(asked.with_(weight=70))
    curves = same.output("ketamine").values
    np.testing.assert_array_equal(curves, np.broadcast_to(curves[0], curves.shape))
    assert not any(
        "no differences between people" in w for w in simulate(asked.with_(models="Otto2021", sampling=None)).warnings
    )


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            {"options": "asain"},
            "'asain' is no effect that can be switched on in PerezRuixo2021; it has asian, japanese",
        ),
        ({"options": "asian"}, "'asian' needs to know the ethnicity"),
        ({"options": "weight"}, "needs the weight of the person"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(asked, sentence):
    with pytest.raises(InputError, match=sentence):
        simulate(Scenario("28 mg esketamine nasal", **asked))


def test_a_model_without_options_says_that_it_has_none():
    with pytest.raises(InputError, match="in Otto2021; it has none"):
        simulate(Scenario("0.5 mg/kg iv over 40 min", weight=70, options="asian", ethnicity="korean"))


def test_a_heavier_person_takes_up_less_when_the_weight_effect_is_on():
    light, heavy = (
        simulate(Scenario("28 mg esketamine nasal", weight=w, options="weight")).output("s_ketamine").measures["auc"]
        for w in (60, 90)
    )
    assert heavy / light == pytest.approx(0.8, rel=1e-3)
