"""The one request type: what it reads, what it refuses in one sentence, and that equal requests are equal."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ketsim.dosing import Regimen
from ketsim.errors import InputError
from ketsim.people import Population, Subject
from ketsim.scenario import Scenario

DOSE = "0.5 mg/kg iv over 40 min"
EVERYTHING = {
    "weight": "70 kg", "age": 40, "sex": "female", "height": "170 cm", "ethnicity": "korean", "liver": "normal",
    "kidney": "60 mL/min", "co_medication": "ticlopidine", "cyp2b6": "*1/*6", "population": 10, "models": "Otto2021",
    "sampling": "venous", "until": "48 h", "at": "30 min", "seed": 3, "uncertainty": 5, "options": "asian",
    "effects": "cadss", "course": "craving", "treatments": "cbt", "taper": "4wk", "name": "x",
    "madrs": 33, "setting": "masked against saline", "background": "ongoing",
    "use": {"days": "weekends"}, "booster": {"when": "madrs above 22", "least_interval": "2wk", "most": 6},
}  # fmt: skip


def test_every_field_is_covered_by_these_tests():
    assert {"dose", *EVERYTHING} == set(Scenario.model_fields)


@pytest.mark.parametrize("field", EVERYTHING)
def test_every_field_changes_the_hash(field):
    assert Scenario(DOSE, **{field: EVERYTHING[field]}).hash != Scenario(DOSE).hash


def test_another_dose_is_another_scenario():
    assert Scenario("0.6 mg/kg iv over 40 min").hash != Scenario(DOSE).hash
    assert Scenario("0.5 mg/kg ketamine iv over 40 min").hash != Scenario(DOSE).hash  # the drug was said


SPELLINGS = [
    ({"weight": "70 kg"}, {"weight": 70}),
    ({"weight": "70000 g"}, {"weight": 70.0}),
    ({"height": "1.8 m"}, {"height": 180}),
    ({"age": "35 y"}, {"age": 35}),
    ({"until": "6wk"}, {"until": 1008}),
    ({"at": "30min,1h"}, {"at": [0.5, 1]}),
    ({"at": ["1 h", "30 min", 1]}, {"at": (0.5, 1.0)}),
    ({"at": np.array([0.5, 1.0])}, {"at": [0.5, 1.0]}),
    ({"at": 2}, {"at": "2 h"}),
    ({"sex": "F"}, {"sex": "female"}),
    ({"ethnicity": "Japanese"}, {"ethnicity": "japanese"}),
    ({"liver": "Child-Pugh B"}, {"liver": "child_pugh_b"}),
    ({"kidney": 60}, {"kidney": "60 mL/min"}),
    ({"kidney": "Mild"}, {"kidney": "mild"}),
    ({"cyp2b6": "*6 / *1"}, {"cyp2b6": "*1/*6"}),
    ({"co_medication": "Ticlopidine, ticlopidine"}, {"co_medication": ("ticlopidine",)}),
    ({"models": "Kamp2020, Otto2021,Kamp2020"}, {"models": ["Kamp2020", "Otto2021"]}),
    ({"options": "japanese,asian"}, {"options": ["asian", "japanese"]}),
    ({"effects": "heart_rate, cadss,cadss"}, {"effects": ["cadss", "heart_rate"]}),
    ({"effects": None}, {"effects": ()}),
    ({"treatments": "CBT from 12wk"}, {"treatments": ["cognitive behavioural therapy from 84 d", "cbt from 2016 h"]}),
    ({"treatments": ["mi", "cbt"]}, {"treatments": "cbt from stop, motivational interviewing from the last dose"}),
    ({"taper": "4wk"}, {"taper": 672}),
    ({"use": {"days": "weekends"}}, {"use": {"days": ["Friday", "saturday"], "feedback": {"relief": "on"}}}),
    (
        {"use": {"days": "daily", "supply": "3 g per week"}},
        {"use": {"days": "daily", "supply": 3000, "returns": "off"}},
    ),
    (
        {"booster": {"when": "response lost", "least_interval": "2wk", "most": 6}},
        {"booster": {"when": "MADRS  response lost", "least_interval": 336, "most": 6, "check_every": "1 day"}},
    ),
    ({"madrs": "33"}, {"madrs": 33}),
    ({"setting": "Masked  against midazolam"}, {"setting": "masked against midazolam"}),
    ({"background": "New antidepressant"}, {"background": "new antidepressant"}),
    ({"population": "10"}, {"population": 10}),
    ({"seed": 0, "uncertainty": 0, "models": None, "at": None, "weight": None}, {}),
]


@pytest.mark.parametrize(("one", "other"), SPELLINGS)
def test_spellings_of_one_request_are_one_request(one, other):
    a, b = Scenario(DOSE, **one), Scenario(DOSE, **other)
    assert (a, a.hash, hash(a)) == (b, b.hash, hash(b))


@pytest.mark.parametrize("dose", ["0.5mg/kg IV over 40min", "500 ug/kg iv over 40 minutes", "iv 0.5 mg/kg over 40 min"])
def test_spellings_of_one_dose_are_one_request(dose):
    assert Scenario(dose).hash == Scenario(DOSE).hash


def test_a_regimen_and_its_sentence_are_one_request():
    regimen = Regimen.infusion("0.5 mg/kg", tinf="40 min", route="iv")
    assert Scenario(regimen) == Scenario(dose=regimen) == Scenario(DOSE)
    assert Scenario(DOSE).regimen == regimen


@pytest.mark.parametrize("fields", [{}, EVERYTHING, {"population": 3, "weight": 61.3}, {"kidney": "severe"}])
def test_plain_data_is_the_scenario(fields):
    scenario = Scenario(DOSE, **fields)
    plain = json.loads(json.dumps(scenario.to_dict()))
    assert Scenario(**plain) == scenario
    assert Scenario(**plain).hash == scenario.hash
    assert scenario.with_() == scenario


def test_only_what_was_said_stands_in_the_plain_data():
    assert Scenario(DOSE, weight=70, population=None).to_dict() == {"dose": DOSE, "weight": 70.0}


def test_a_change_is_a_new_scenario_checked_anew():
    before = Scenario(DOSE, weight=70, at="1 h")
    after = before.with_(weight="80 kg", at=None)
    assert (before.weight, after.weight, after.at) == (70.0, 80.0, ())
    with pytest.raises(InputError, match="weight"):
        before.with_(weight=-1)
    with pytest.raises(InputError, match="not a field"):
        before.with_(wieght=80)


def test_a_scenario_cannot_be_changed():
    scenario = Scenario(DOSE)
    with pytest.raises(ValidationError, match="frozen"):
        scenario.weight = 80


def test_one_person_or_many():
    assert Scenario(DOSE, weight=70, sex="m").people() == Subject(weight=70, sex="male")
    assert Scenario(DOSE, weight=70, population=4).people() == Population(4, weight=70.0)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"weight": 70, "age": 40}, f"{DOSE}; one person of 70 kg, 40 years"),
        ({"population": 12_000}, f"{DOSE}; 12,000 people"),
    ],
)
def test_it_says_itself_in_one_line(fields, words):
    assert Scenario(DOSE, **fields).describe() == words


BAD = [
    ({"dose": "5 mg"}, "route"),
    ({"dose": "5 mg nasal"}, "nasal"),
    ({"dose": ""}, "sentence is empty"),
    ({"dose": 5}, "dose 5 is not a dosing sentence"),
    ({"dose": None}, "dose None is not a dosing sentence"),
    ({"weight": "70 parsecs"}, "weight"),
    ({"weight": -70}, "weight"),
    ({"weight": float("nan")}, "finite"),
    ({"weight": True}, "weight is True"),
    ({"weight": "70 years"}, "weight"),
    ({"weight": 7_000}, "weight 7000 fits no person"),
    ({"age": 200}, "age 200 fits no person"),
    ({"age": "-3 y"}, "age"),
    ({"height": "3 m"}, "height"),
    ({"sex": "x"}, "sex 'x' is not known"),
    ({"ethnicity": "martian"}, "ethnicity 'martian' is not known"),
    ({"liver": "poor"}, "liver 'poor' is not known"),
    ({"kidney": "-5 mL/min"}, "kidney"),
    ({"cyp2b6": "slow"}, "cyp2b6 'slow' is not a genotype"),
    ({"co_medication": 5}, "co_medication 5 is not a list of names"),
    ({"co_medication": {"a": 1}}, "is not a list of names"),
    ({"models": [5]}, r"models \[5\] is not a list of names"),
    ({"options": 1.5}, "options 1.5 is not a list of names"),
    ({"effects": [5]}, r"effects \[5\] is not a list of names"),
    ({"population": 0}, "population 0 is not possible"),
    ({"population": 10**9}, "population 1000000000 is not possible"),
    ({"population": 1.5}, "population '1.5' does not fit: it is no whole number"),
    ({"population": "many"}, "population 'many' does not fit: it is no whole number"),
    ({"population": True}, "population is True; expected a whole number"),
    ({"seed": -1}, "seed -1 is not possible"),
    ({"seed": 2**63}, "seed 9223372036854775808 is not possible"),
    ({"uncertainty": -1}, "uncertainty -1 is not possible"),
    ({"uncertainty": 10_001}, "uncertainty 10001 is not possible"),
    ({"sampling": "capillary"}, "sampling 'capillary' does not fit"),
    ({"until": 0}, "until 0 h is not after the first dose"),
    ({"until": "-1 h"}, "until"),
    ({"until": float("inf")}, "finite"),
    ({"at": "-1 h"}, "at -1 h lies before the first dose"),
    ({"at": "soon"}, "at 'soon'"),
    ({"at": {1: 2}}, "is not a list of times"),
    ({"at": [[1]]}, "at is"),
    ({"at": set}, "at is"),
    ({"at": "30 h", "until": "24 h"}, "at 30 h lies after until 24 h"),
    ({"until": "2e6 h"}, "until 2e.06 h is longer than a life"),
    ({"at": ["1 h", "1e300 h"]}, "at 1e.300 h is longer than a life"),
    ({"name": 5}, "name '5' does not fit"),
    ({"wieght": 70}, "wieght is not a field of a scenario; known are dose, weight"),
    ({"population": 5, "age": 4}, "weight of their own"),
]


@pytest.mark.parametrize(("fields", "words"), BAD, ids=lambda x: str(x)[:40] if isinstance(x, dict) else "")
def test_what_cannot_be_meant_is_refused_in_one_sentence(fields, words):
    with pytest.raises(InputError, match=words) as refused:
        Scenario(**{"dose": DOSE, **fields})
    said = str(refused.value)
    assert "\n" not in said
    assert "validation error" not in said
    assert "pydantic" not in said
    assert refused.value.__cause__ is None


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "mine.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


FILE = """# who and what
dose: "0.5 mg/kg iv over 40 min"
weight: 70 kg
at: [30 min, 1 h]
until: 48 h
co_medication: [ticlopidine]
population: 10
seed: 3
"""


def test_a_file_is_the_same_request(tmp_path):
    asked = {"weight": 70, "at": [0.5, 1.0], "until": 48, "co_medication": "ticlopidine", "population": 10, "seed": 3}
    assert Scenario.from_yaml(written(tmp_path, FILE)) == Scenario(DOSE, **asked)
    assert Scenario.from_yaml(str(written(tmp_path, FILE))).hash == Scenario(DOSE, **asked).hash


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("weight: 70 kg", "weight: 70 parsecs", 3, "weight"),
        ("weight: 70 kg", "wieght: 70 kg", 3, "wieght is not a field"),
        ("weight: 70 kg", "weight: {mean: 70}", 3, "weight holds fields of its own"),
        ("over 40 min", "over the rainbow", 2, "column"),
        ("at: [30 min, 1 h]", "at: [30 min, never]", 4, "at 'never'"),
        ("at: [30 min, 1 h]", "at: [30 min, 60 h]", 4, "at 60 h lies after until 48 h"),
        ("until: 48 h", "until: 0 h", 5, "until 0 h"),
        ("co_medication: [ticlopidine]", "co_medication: [1]", 6, "co_medication"),
        ("population: 10", "population: ten", 7, "population 'ten'"),
        ("population: 10", "population: -10", 7, "population -10"),
        ("seed: 3", "seed: 3.5", 8, "seed '3.5'"),
        ("seed: 3", "seed: 3\nseed: 4", 9, "seed"),
        ("seed: 3", "seed: [3", 9, "expected"),
        ("dose:", "drug:", 2, "drug is not a field"),
        ("seed: 3", "use: weekends", 8, "holds fields of its own"),
        ("seed: 3", "use:\n  days: weekend", 9, "did you mean 'weekends'"),
        ("seed: 3", "use:\n  days: daily\n  suply: 3 g", 10, "use.suply is not known; use has days"),
        ("seed: 3", "use:\n  days: daily\n  feedback:\n    relief: maybe", 11, "expected on or off"),
        ("seed: 3", "use:\n  days: daily\n  urge:\n    habit_day: 2", 11, "expected a chance"),
        ("seed: 3", "use:\n  days: daily\n  returns: on", 8, "say when"),
        ("seed: 3", "use:\n  supply: 3 g", 8, "use.days is missing"),
        ("seed: 3", "booster:\n  when: sad\n  most: 3", 9, "madrs above 22"),
        ("seed: 3", "booster:\n  when: response lost\n  least_interval: 2wk\n  most: 0", 11, "from 1 to"),
    ],
)
def test_a_slip_in_a_file_is_named_with_its_line(tmp_path, old, new, line, words):
    assert old in FILE
    with pytest.raises(InputError, match=words) as refused:
        Scenario.from_yaml(written(tmp_path, FILE.replace(old, new)))
    assert refused.value.where == f"mine.yaml:{line}"
    assert str(refused.value).startswith(f"mine.yaml:{line}: ")


@pytest.mark.parametrize("text", ["", "just words", "- a\n- b\n", "1: 2\n", "dose: 5\n", b"\xff\xfe\x00", b"a: \x00"])
def test_a_file_that_is_no_scenario_is_refused(tmp_path, text):
    with pytest.raises(InputError, match=r"mine\.yaml"):
        Scenario.from_yaml(written(tmp_path, text))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        Scenario.from_yaml(tmp_path / "nowhere.yaml")
    with pytest.raises(InputError, match="cannot be read"):
        Scenario.from_yaml(tmp_path)


def test_ten_megabytes_of_garbage_are_refused_quickly(tmp_path):
    with pytest.raises(InputError, match=r"mine\.yaml"):
        Scenario.from_yaml(written(tmp_path, b"a" * 10_000_000))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(st.sampled_from(["dose", *EVERYTHING]), ANYTHING)
def test_any_value_of_any_field_is_a_scenario_or_an_input_error(field, value):
    try:
        scenario = Scenario(**{"dose": DOSE, field: value})
    except InputError:
        return
    assert Scenario(**scenario.to_dict()) == scenario


LINES = st.lists(
    st.sampled_from([*FILE.splitlines(), "a: &x [*x]", "<<: {}", "? ", "!!python/x 1"]) | st.text(max_size=30),
    max_size=6,
)


@FUZZ
@given(LINES)
def test_any_file_is_a_scenario_or_an_input_error(tmp_path, lines):
    path = written(tmp_path, "\n".join(lines).encode("utf-8", "surrogatepass"))
    try:
        read = Scenario.from_yaml(path)
    except InputError as error:
        read = error
    said = read.dose if isinstance(read, Scenario) else str(read.where)
    assert said == DOSE or said.startswith("mine.yaml")
