"""R1 by libroadrunner's CVODE: SBML written out here, infusions as events."""

from __future__ import annotations

import time

STARTED = time.perf_counter()

import numpy as np  # noqa: E402
import roadrunner  # noqa: E402

import r1  # noqa: E402

MATH = 'xmlns="http://www.w3.org/1998/Math/MathML"'
# Formulas in a tiny prefix notation: ("op", left, right, ...), names and numbers.
SLOPES = {
    "a0": (
        "plus",
        ("minus", "input", ("times", ("divide", ("plus", "cl", "q2", "q3"), "v1"), "a0")),
        ("times", ("divide", "q2", "v2"), "a1"),
        ("times", ("divide", "q3", "v3"), "a2"),
    ),
    "a1": ("minus", ("times", ("divide", "q2", "v1"), "a0"), ("times", ("divide", "q2", "v2"), "a1")),
    "a2": ("minus", ("times", ("divide", "q3", "v1"), "a0"), ("times", ("divide", "q3", "v3"), "a2")),
    "a3": (
        "plus",
        (
            "minus",
            ("times", r1.FRACTION, ("divide", "cl", "v1"), "a0"),
            ("times", ("divide", ("plus", "clm", "p2", "p3"), "w1"), "a3"),
        ),
        ("times", ("divide", "p2", "w2"), "a4"),
        ("times", ("divide", "p3", "w3"), "a5"),
    ),
    "a4": ("minus", ("times", ("divide", "p2", "w1"), "a3"), ("times", ("divide", "p2", "w2"), "a4")),
    "a5": ("minus", ("times", ("divide", "p3", "w1"), "a3"), ("times", ("divide", "p3", "w3"), "a5")),
}
RATE = ("divide", ("times", r1.DOSE_PER_KG, "weight"), r1.DURATION)


def formula(term) -> str:
    """MathML of a term."""
    if isinstance(term, tuple):
        return f"<apply><{term[0]}/>{''.join(map(formula, term[1:]))}</apply>"
    return f"<ci>{term}</ci>" if isinstance(term, str) else f"<cn>{float(term)!r}</cn>"


def event(name: str, when: float, value) -> str:
    """Set the input at one time."""
    clock = '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time">t</csymbol>'
    return (
        f'<event id="{name}" useValuesFromTriggerTime="true"><trigger initialValue="true" persistent="true">'
        f"<math {MATH}><apply><geq/>{clock}<cn>{when!r}</cn></apply></math></trigger><listOfEventAssignments>"
        f'<eventAssignment variable="input"><math {MATH}>{formula(value)}</math></eventAssignment>'
        "</listOfEventAssignments></event>"
    )


def sbml() -> str:
    """The model."""
    constants = "".join(
        f'<parameter id="{name}" value="{value!r}" constant="true"/>' for name, value in r1.TYPICAL.items()
    )
    varying = "".join(f'<parameter id="{name}" value="0" constant="false"/>' for name in (*SLOPES, "input"))
    rates = "".join(
        f'<rateRule variable="{name}"><math {MATH}>{formula(slope)}</math></rateRule>' for name, slope in SLOPES.items()
    )
    starts = "".join(event(f"on{number}", float(dose), RATE) for number, dose in enumerate(r1.DOSE_TIMES) if dose)
    ends = "".join(event(f"off{number}", float(dose) + r1.DURATION, 0.0) for number, dose in enumerate(r1.DOSE_TIMES))
    return (
        '<?xml version="1.0" encoding="UTF-8"?><sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" '
        f'version="1"><model id="r1"><listOfParameters>{constants}{varying}</listOfParameters>'
        f"<listOfRules>{rates}</listOfRules><listOfEvents>{starts}{ends}</listOfEvents></model></sbml>"
    )


def solver():
    """Load once; then parameters are set for each subject."""
    runner = roadrunner.RoadRunner(sbml())
    runner.integrator.setValue("relative_tolerance", 1e-6)
    runner.integrator.setValue("absolute_tolerance", 1e-9)
    runner.selections = ["a0", "a3"]
    places = list(runner.model.getGlobalParameterIds())
    constants = [places.index(name) for name in r1.TYPICAL]
    amounts = [places.index(name) for name in SLOPES]

    def solve(sample: np.ndarray) -> np.ndarray:
        out = np.empty((len(sample), len(r1.TIMES), 2))
        for subject, values in enumerate(sample):
            runner.resetToOrigin()
            runner.model.setGlobalParameterValues(constants, values)
            runner.model.setGlobalParameterValues(amounts, np.zeros(len(amounts)))
            runner.model.setGlobalParameterValues([places.index("input")], [r1.DOSE_PER_KG * values[12] / r1.DURATION])
            found = np.array(runner.simulate(0.0, float(r1.TIMES[-1]), len(r1.TIMES)))
            out[subject, :, 0] = found[:, 0] / values[1]
            out[subject, :, 1] = found[:, 1] / values[7]
        return out

    return solve


if __name__ == "__main__":
    import measure

    note = "rtol 1e-6, atol 1e-9, infusions as SBML events"
    measure.report("libroadrunner CVODE", roadrunner.__version__, note, solver(), started=STARTED, batch=10)
