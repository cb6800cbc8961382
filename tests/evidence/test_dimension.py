import pytest

from ketsim.evidence.reader import check_text

CL = "cl_now: cl * clearance_factor"
# fmt: off
SLIPS = [  # (piece of the sample, what it becomes, the sentence)
    (CL, "cl_now: cl / v1",
     "the formula cl_now is in 1/h; expected L/h, for a clearance."),
    (CL, "cl_now: cl * (1 + age)", "1 + age puts no unit and year together."),
    (CL, "cl_now: cl + v1", "cl + v1 puts L/h and L together."),
    (CL, "cl_now: cl * exp(time)", "exp(time) takes the exp of h; it needs a pure number."),
    (CL, "cl_now: cl ** time", "cl ** time has an exponent in h; an exponent has no unit."),
    (CL, "cl_now: cl * weight ** exponent",
     "the formula cl_now is in L*kg^0.75/h; expected L/h, for a clearance."),
    (CL, "cl_now: sqrt(cl)", "the formula cl_now is in L^0.5/h^0.5; expected L/h, for a clearance."),
    ("k_transit: 2 / mtt", "k_transit: mtt", "the formula k_transit is in h; expected 1/h, for a rate."),
    ("{volume: v1, analyte: parent}", "{volume: cl, analyte: parent}",
     "the formula cl is in L/h; expected L, for a volume."),
    ("lag: mtt", "lag: v1", "the formula v1 is in L; expected h, for a lag."),
    ("f1 * first_device_share", "f1 * v1", "the formula f1 * v1 is in L; expected no unit, for a fraction."),
    ("devices: device", "devices: mtt", "mtt is in h; expected an amount [mg]."),
    ("reference: weight_ref", "reference: mtt", "mtt is in h; expected the unit of weight, kg."),
    ("exponent: exponent}", "exponent: mtt}", "mtt is in h; an exponent has no unit."),
    ('expression: "cl * exponent"', 'expression: "v1"', "the formula v1 is in L; expected L/h, as cl is."),
    (CL, "cl_now: well_stirred_clearance(cl, v1)",
     "well_stirred_clearance(cl, v1) puts L/h and L together."),
    (CL, "cl_now: gut_availability(cl, q)",
     "the formula cl_now is in no unit; expected L/h, for a clearance."),
]
# fmt: on


@pytest.mark.parametrize(("old", "new", "sentence"), SLIPS)
def test_units_that_do_not_work_out_are_said(sample, old, new, sentence):
    assert sample.only_slip(old, new).endswith(f": {sentence}")


@pytest.mark.parametrize(
    "formula",
    [
        "cl * (weight / weight_ref) ** exponent",
        "max(0, cl - q)",
        "where(asian, cl, q)",
        "v1 / mtt",
        "exp(log(cl / q)) * q",
        "sqrt(cl * q)",
        "cl * weight ** 2 / weight_ref ** 2",
        "cl * clearance_factor ** mtt ** 0",
        "-(-cl)",
        "well_stirred_clearance(cl, q) * gut_availability(cl, q)",
        "cl * where(female, 1, 2) + 0",
    ],
)
def test_units_that_work_out_pass(sample, formula):
    assert check_text(sample.changed(CL, f"cl_now: {formula}"))[1] == ()


def test_borrowed_names_have_no_known_unit_and_nothing_is_claimed(sample):
    text = sample.changed("    limits: {age", "    uses: {far: Other.far}\n    limits: {age")
    text = text.replace(CL, "cl_now: far * v1")
    assert check_text(text)[1] == ()
