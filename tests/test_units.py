import subprocess
import sys
from contextlib import suppress
from math import inf, nan

import numpy as np
import pint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketsim.errors import InputError
from ketsim.units import KINDS, fits, from_canonical, powers, registry, to_canonical
from ketsim.units import unit as table

# Spellings that pint reads otherwise or not at all; everything else in the table is asked of pint as it stands.
PINT_SPELLING = {
    "%": "percent",
    "1": "dimensionless",
    "mo": "month",
    "mins": "minutes",
    "hrs": "hours",
    "secs": "seconds",
}
PINT_SPELLING |= {
    "wk": "week",
    "wks": "weeks",
    "y": "year",
    "yrs": "years",
    "yr": "year",
    "kgs": "kg",
    "mgs": "mg",
    "lbs": "lb",
}
PINT_SPELLING |= {"mcg": "microgram", "fraction": "dimensionless", "ratio": "dimensionless", "hr": "hour", "in": "inch"}
PINT_SPELLING |= {"sec": "second"}


@pytest.mark.parametrize("name", [*table._ATOMS, *table._SPELLINGS])
def test_every_unit_of_the_table_equals_pint(name):
    numerator, denominator, (time, mass, length, substance) = table._atom(table._SPELLINGS.get(name, name), name, "x")
    ureg = registry()
    ours = ureg.hour**time * ureg.milligram**mass * ureg.centimeter**length * ureg.micromole**substance
    theirs = ureg.Quantity(1, PINT_SPELLING.get(name, name)).to(ours).magnitude
    assert numerator / denominator == pytest.approx(theirs, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1.48 L/min", "clearance"),
        ("19.1 mL/min/kg", "clearance_per_weight"),
        ("0.3 ug/kg/min", "amount_rate_per_weight"),
        ("8363 ng*min/mL", "auc"),
        ("2 g/day", "amount_rate"),
        ("150 ng/mL", "concentration"),
        ("1.03 nmol/mL", "molar_concentration"),
        ("24 kg/m^2", "body_mass_index"),
        ("5.9 ft", "height"),
        ("3 cm^3/kg", "volume_per_weight"),
        ("0.01 1/min", "rate"),
        ("-2.19 L/h/year", "clearance_per_age"),
        ("3 1/month", "fraction_per_age"),
        ("237.73 g/mol", "molar_mass"),
    ],
)
def test_composed_units_equal_pint(text, kind):
    number, _, unit = text.partition(" ")
    theirs = registry().Quantity(float(number), unit).to(KINDS[kind].unit).magnitude
    assert to_canonical(text, kind) == pytest.approx(theirs, rel=1e-12)


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("70kg", "weight", 70.0),
        ("70 kg", "weight", 70.0),
        (" 180 lb ", "weight", 81.6466266),
        ("40 min", "time", 40 / 60),
        ("6 wk", "time", 1008.0),
        ("6 months", "age", 0.5),
        ("26 %", "fraction", 0.26),
        ("26%", "fraction", 0.26),
        ("0.26", "fraction", 0.26),
        (".5 mg/kg", "amount_per_weight", 0.5),
        ("5e-1 mg", "amount", 0.5),
        ("100 µg", "amount", 0.1),
        ("100 μg", "amount", 0.1),
        ("4 L/h/kg^0.75", "clearance_per_weight_power", 4.0),
        ("0.01 kg", "amount", 10_000.0),
    ],
)
def test_strings_become_canonical_floats(value, kind, expected):
    assert to_canonical(value, kind) == pytest.approx(expected, rel=1e-15)


def test_factors_are_exact_so_that_printed_numbers_stay_round():
    assert to_canonical("273 ng/mL", "concentration") == 0.273
    assert from_canonical(0.273, "ng/mL", "concentration") == 273.0
    assert to_canonical("19 mL/min", "clearance") == 1.14


def test_a_bare_number_takes_the_default_unit_and_needs_one():
    assert to_canonical(70.0, "weight", default_unit="kg") == 70.0
    assert to_canonical("70", "weight", default_unit="kg") == 70.0
    assert to_canonical(np.float32(70), "weight", default_unit="kg") == 70.0
    assert to_canonical("180 lb", "weight", default_unit="kg") == pytest.approx(81.6466266)
    with pytest.raises(InputError, match="--weight '70' has no unit; expected a body weight such as '70 kg'"):
        to_canonical("70", "weight", field="--weight")


def test_pint_quantities_of_any_registry_are_read():
    foreign = pint.UnitRegistry()
    assert to_canonical(foreign.Quantity(273, "ng/mL"), "concentration") == pytest.approx(0.273)
    assert to_canonical(registry().Quantity(50, "percent"), "fraction") == 0.5
    with pytest.raises(InputError, match="dose: 3 hour is no amount; expected one such as '50 mg'"):
        to_canonical(foreign.Quantity(3, "hour"), "amount", field="dose")


def test_a_unit_that_only_pint_knows_is_read_too():
    assert to_canonical("11 stone", "weight") == pytest.approx(69.853224, rel=1e-6)
    assert to_canonical("3 fortnight", "time") == pytest.approx(1008.0)
    assert to_canonical("1 stone/kg", "amount_per_weight") == pytest.approx(6350293.18)


@pytest.mark.parametrize(
    ("value", "kind", "sentence"),
    [
        ("3 hh", "time", "'hh' in 'hh' is not a known unit. Did you mean 'h'? Expected a time such as '40 min'"),
        ("3 degC", "weight", "'degC' in 'degC' is not a known unit"),
        ("3 L/h", "volume", "'L/h' is no unit of a volume; expected one such as in '25 L'"),
        ("0.5 mg/kg", "fraction", "'mg/kg' is no unit of a fraction"),
        ("0.5 mg/kg", "amount", "'mg/kg' is no unit of an amount"),
        ("0.5 mg", "amount_per_weight", "'mg' is no unit of an amount per body weight"),
        ("1 nmol/mL", "concentration", "'nmol/mL' is no unit of a mass concentration"),
        ("10-20 mg", "amount", "is not a unit"),
        ("1,5 mg", "amount", "is not a unit"),
        ("mg", "amount", "x 'mg' is not a number with a unit"),
        ("", "amount", "x '' is not a number with a unit"),
        ("1e999 mg", "amount", "x is inf; expected a finite amount"),
        ("nan mg", "amount", "x 'nan mg' is not a number with a unit"),
        (nan, "weight", "x is nan; expected a finite body weight"),
        (-inf, "weight", "x is -inf; expected a finite body weight"),
        (True, "weight", "x is True; expected a body weight"),
        (None, "weight", "x is None; expected a body weight"),
        ("1 mg" + "g" * 500, "amount", "is not a number with a unit"),
        ("1 s^0.5", "time", "'s^0.5' has a broken power of s"),
        ("1 9**9**9", "time", "is not a unit"),
        ("1 __import__", "time", "is not a unit"),
    ],
)
def test_wrong_input_gets_a_sentence_that_teaches(value, kind, sentence):
    with pytest.raises(InputError) as caught:
        to_canonical(value, kind, default_unit="kg" if kind == "weight" else None, field="x")
    assert sentence in str(caught.value)


def test_an_unknown_kind_names_the_nearest():
    with pytest.raises(InputError, match="kind 'volme' is not known; did you mean 'volume'"):
        to_canonical("1 L", "volme")


def test_a_unit_fits_its_own_kind_and_arrays_are_turned_as_numbers_are():
    assert fits("mL/min", "clearance")
    assert not fits("mL/min/kg", "clearance")
    assert np.array_equal(from_canonical(np.array([0.1, 0.2]), "ng/mL", "concentration"), [100.0, 200.0])


def test_powers_spell_out_the_canonical_unit():
    assert dict(powers("auc")) == {"mg": 1.0, "h": 1.0, "L": -1.0}
    assert dict(powers("clearance_per_weight_power")) == {"L": 1.0, "h": -1.0, "kg": -0.75}
    assert dict(powers("fraction")) == {}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_reads_its_own_example_and_canonical_unit(kind):
    example = KINDS[kind].example.split(" or ")[0]
    assert np.isfinite(to_canonical(example, kind))
    assert to_canonical(2.5, kind, default_unit=KINDS[kind].unit) == 2.5


@settings(max_examples=100, deadline=None)
@given(st.floats(min_value=1e-6, max_value=1e6), st.sampled_from(["ng/mL", "ug/L", "mg/mL", "g/L", "ug/dL"]))
def test_there_and_back(number, unit):
    there = to_canonical(number, "concentration", default_unit=unit)
    assert from_canonical(there, unit, "concentration") == pytest.approx(number, rel=1e-14)


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=80) | st.from_regex(r"[0-9.]{1,4} ?[a-zA-Z%/*^0-9. ]{0,20}", fullmatch=True),
    st.sampled_from([*KINDS]),
)
def test_any_text_is_a_finite_number_or_one_sentence(text, kind):
    with suppress(InputError):
        assert np.isfinite(to_canonical(text, kind))


def test_the_plain_table_never_wakes_pint():
    code = (
        "import sys; from ketsim.units import to_canonical as c; c('70 kg', 'weight'); c('8363 ng*min/mL', 'auc'); "
        "c('50 %', 'fraction'); print('pint' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
