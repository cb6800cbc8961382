"""Every kind of dosing record, from regimen to concentration, against an independent solver of the same equations.

The equations of three published models are written out below with the printed numbers; doses are laid on the clock by
hand; scipy integrates from edge to edge. Agreement is asked to 1e-8 of the peak.
"""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from ketsim.dosing import DoseEvent, Drug, Regimen, Route
from ketsim.errors import InputError
from ketsim.evidence import load_source
from ketsim.formats.nonmem import read_nonmem
from ketsim.kinetics.model import Model
from ketsim.kinetics.parameters import Variation
from ketsim.people import Cohort, Subject

WEIGHT = 82.0
AGREEMENT = 1e-8
EARLIER = 45  # doses before a steady state; the slowest half-life is below 9 h, so that 45 half days leave nothing


def numbers(key):
    return {name: value.canonical for name, value in load_source(key).values.items() if value.canonical is not None}


def otto():
    """Central, two peripheral, norketamine, its peripheral; clearance and two volumes go with weight."""
    p = numbers("Otto2021")
    size = WEIGHT / 70.0
    v1, v_nk = p["v1"] * size, p["v_nk"] * size
    cl, cl_nk = p["cl"] * size**0.75, p["cl_nk"] * size**0.75
    q1, q2, q_nk, vp1, vp2, vp_nk = (p[n] for n in ("q1", "q2", "q_nk", "vp1", "vp2", "vp_nk"))

    def change(_, x):
        c, a, b, n, m = x[0] / v1, x[1] / vp1, x[2] / vp2, x[3] / v_nk, x[4] / vp_nk
        return [
            -cl * c - q1 * (c - a) - q2 * (c - b),
            q1 * (c - a),
            q2 * (c - b),
            cl * c - cl_nk * n - q_nk * (n - m),
            q_nk * (n - m),
        ]

    return change, 5, [(0, v1), (3, v_nk)], {"iv": [(0, 1.0)]}


def ashraf():
    """Gut wall and liver before the circulation: what passes both is parent, what they took is norketamine or lost."""
    p = numbers("Ashraf2018")
    qh = p["qh_coefficient"] * WEIGHT ** p["exponent_flow"]
    villous = qh * p["share_intestinal"] * p["share_mucosal"] * p["share_villous"]
    gut = villous * p["cl_perm"] / (villous + p["cl_perm"])
    gut_pass = gut / (gut + p["fu_gut"] * p["clint_gut"])
    gut_pass_nk = villous / (villous + p["fu_gut_nk"] * p["clint_gut_nk"])
    taken, taken_nk = p["fu"] / p["bp"] * p["clint_liver"], p["fu_nk"] / p["bp_nk"] * p["clint_liver_nk"]
    liver_pass, liver_pass_nk = qh / (qh + taken), qh / (qh + taken_nk)
    cl, cl_nk = qh * (1 - liver_pass), qh * (1 - liver_pass_nk)
    parent = gut_pass * liver_pass
    metabolite = ((1 - gut_pass) * gut_pass_nk + gut_pass * (1 - liver_pass)) * liver_pass_nk
    ka, vc, vp1, vp2, vc_nk, vp_nk, q1, q2, q_nk = (
        p[n] for n in ("ka", "vc", "vp1", "vp2", "vc_nk", "vp_nk", "q1", "q2", "q_nk")
    )

    def change(_, x):
        c, a, b, n, m = x[1] / vc, x[2] / vp1, x[3] / vp2, x[4] / vc_nk, x[5] / vp_nk
        return [
            -ka * x[0],
            ka * parent * x[0] - cl * c - q1 * (c - a) - q2 * (c - b),
            q1 * (c - a),
            q2 * (c - b),
            ka * metabolite * x[0] + cl * liver_pass_nk * c - cl_nk * n - q_nk * (n - m),
            q_nk * (n - m),
        ]

    return change, 6, [(1, vc), (4, vc_nk)], {"iv": [(1, 1.0)], "oral": [(0, 1.0)]}


MODELS = {"Otto2021": otto, "Ashraf2018": ashraf}


@dataclass(frozen=True)
class Given:
    """One input on the clock, by hand: when it enters, how much, over how long, by which route, or a reset."""

    time: float
    amount: float = 0.0
    duration: float = 0.0
    route: str = "iv"
    reset: bool = False


def reference(key, given, times):
    """Concentrations (output, time) by scipy, from edge to edge; inputs before 0 h build up what is there at 0 h."""
    change, states, readouts, entries = MODELS[key]()
    found = np.zeros((len(readouts), len(times)))
    edges = sorted({g.time for g in given} | {g.time + g.duration for g in given} | set(times))
    now, x = edges[0], np.zeros(states)
    running = []
    for edge in edges:
        if edge > now:
            push = np.zeros(states)
            for begin, end, state, rate in running:
                if begin <= now and edge <= end:
                    push[state] += rate
            span = solve_ivp(
                lambda t, y, push=push: np.add(change(t, y), push),
                (now, edge),
                x,
                method="DOP853",
                rtol=1e-13,
                atol=1e-15,
            )
            x, now = span.y[:, -1], edge
        for g in given:
            if g.time != edge:
                continue
            if g.reset:
                x, running = np.zeros(states), []
            for state, share in entries[g.route] if g.amount else ():
                if g.duration:
                    running.append((g.time, g.time + g.duration, state, g.amount * share / g.duration))
                else:
                    x[state] += g.amount * share
        for i in np.flatnonzero(times == edge):
            found[:, i] = [x[state] / volume for state, volume in readouts]
    return found


def simulated(key, events, times):
    cohort = Cohort.of(Subject(weight=WEIGHT))
    return Model.load(key).curves(events, cohort, times, Variation())


def agree(key, events, given, times):
    times = np.asarray(times, dtype=np.float64)
    found, expected = simulated(key, events, times), reference(key, given, times)
    peak = expected.max(axis=1, keepdims=True)
    assert (peak > 0.0).all()
    np.testing.assert_allclose(found.values[:, 0] / peak, expected / peak, rtol=0.0, atol=AGREEMENT)
    assert found.error.max() < 1e-9


DAY = np.array([0.0, 0.01, 0.1, 0.3, 0.5, 2 / 3, 0.8, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 12.0, 12.5, 13.0, 18.0, 24.0])
ES = {"drug": "esketamine"}

PLAIN = {
    "bolus": ("Otto2021", Regimen.bolus(20, route="iv", **ES), [Given(0, 20)]),
    "bolus per kg": ("Otto2021", Regimen.bolus("0.3 mg/kg", route="iv", **ES), [Given(0, 0.3 * WEIGHT)]),
    "infusion by length": ("Otto2021", Regimen.infusion(20, tinf="40 min", route="iv", **ES), [Given(0, 20, 2 / 3)]),
    "infusion by rate": ("Otto2021", Regimen.infusion(20, rate=10, route="iv", **ES), [Given(0, 20, 2.0)]),
    "infusion by rate and length": (
        "Otto2021", Regimen.infusion(rate="0.1 mg/kg/h", tinf=5, route="iv", **ES), [Given(0, 0.5 * WEIGHT, 5.0)],
    ),
    "lag": ("Ashraf2018", Regimen.bolus(20, route="oral", lag=0.3, **ES), [Given(0.3, 20, route="oral")]),
    "lag of an infusion": (
        "Otto2021", Regimen.infusion(20, tinf=1, route="iv", lag=0.5, **ES), [Given(0.5, 20, 1.0)],
    ),
    "first pass": ("Ashraf2018", Regimen.bolus(20, route="oral", **ES), [Given(0, 20, route="oral")]),
    "further doses": (
        "Otto2021", Regimen.bolus(20, route="iv", ii=3, addl=3, **ES), [Given(3.0 * i, 20) for i in range(4)],
    ),
    "further infusions": (
        "Otto2021", Regimen.infusion(20, tinf=1, route="iv", ii=5, addl=2, **ES),
        [Given(5.0 * i, 20, 1.0) for i in range(3)],
    ),
    "further swallowed doses with a lag": (
        "Ashraf2018", Regimen.bolus(20, route="oral", ii=4, addl=2, lag=0.25, **ES),
        [Given(4.0 * i + 0.25, 20, route="oral") for i in range(3)],
    ),
    "overlapping infusions": (
        "Otto2021",
        Regimen.infusion(20, tinf=2, route="iv", **ES).plus(Regimen.infusion(30, tinf=3, route="iv", **ES), at=0.5),
        [Given(0, 20, 2.0), Given(0.5, 30, 3.0)],
    ),
    "infusions longer than their interval": (
        "Otto2021", Regimen.infusion(20, tinf=5, route="iv", ii=2, addl=3, **ES),
        [Given(2.0 * i, 20, 5.0) for i in range(4)],
    ),
    "a push, then an infusion": (
        "Otto2021",
        Regimen.bolus(10, route="iv", **ES).then(Regimen.infusion(rate=5, tinf=3, route="iv", **ES)),
        [Given(0, 10), Given(0, 15, 3.0)],
    ),
    "an infusion that is stopped": (
        "Otto2021", Regimen.infusion(20, tinf=2, route="iv", **ES).stop(0.5), [Given(0, 5, 0.5)],
    ),
    "two routes at once": (
        "Ashraf2018",
        Regimen.infusion(10, tinf=1, route="iv", **ES).plus(Regimen.bolus(30, route="oral", **ES), at=0.25),
        [Given(0, 10, 1.0), Given(0.25, 30, route="oral")],
    ),
    "two doses at one moment": (
        "Otto2021", Regimen.bolus(10, route="iv", **ES).plus(Regimen.bolus(15, route="iv", **ES)), [Given(0, 25)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLAIN)
def test_records_without_a_past(name):
    key, regimen, given = PLAIN[name]
    agree(key, regimen.events(24.0), given, DAY)


STEADY = {
    "bolus": ("Otto2021", Regimen.bolus(20, route="iv", ii=12, addl=1, ss=True, **ES), 12.0, 20.0, 0.0, "iv"),
    "infusion": (
        "Otto2021", Regimen.infusion(20, tinf=2, route="iv", ii=12, addl=1, ss=True, **ES), 12.0, 20.0, 2.0, "iv",
    ),
    "swallowed": ("Ashraf2018", Regimen.bolus(20, route="oral", ii=12, addl=1, ss=True, **ES), 12.0, 20.0, 0.0, "oral"),
    "infusion longer than the interval": (
        "Otto2021", Regimen.infusion(20, tinf=15, route="iv", ii=12, addl=1, ss=True, **ES), 12.0, 20.0, 15.0, "iv",
    ),
    "infusion as long as the interval": (
        "Otto2021", Regimen.infusion(20, tinf=12, route="iv", ii=12, addl=1, ss=True, **ES), 12.0, 20.0, 12.0, "iv",
    ),
    "infusion of three intervals and a half": (
        "Otto2021", Regimen.infusion(20, tinf=42, route="iv", ii=12, addl=1, ss=True, **ES), 12.0, 20.0, 42.0, "iv",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STEADY)
def test_steady_states_are_what_many_earlier_doses_leave(name):
    key, regimen, interval, amount, duration, route = STEADY[name]
    given = [Given(interval * i, amount, duration, route) for i in range(-EARLIER, 2)]
    agree(key, regimen.events(24.0), given, DAY)


def event(time, amount, duration=0.0, route=Route.iv, **more):
    return DoseEvent(time, amount, False, duration, Drug.esketamine, route, "base", **more)


RESETS = {
    "with a dose": (
        "Otto2021", [event(0, 20), event(3, 15, reset=True)], [Given(0, 20), Given(3, reset=True), Given(3, 15)],
    ),
    "alone": (
        "Otto2021", [event(0, 20), event(3, 0, reset=True), event(5, 10)],
        [Given(0, 20), Given(3, reset=True), Given(5, 10)],
    ),
    "of a running infusion": (
        "Otto2021", [event(0, 20, 4.0), event(1.5, 10, 2.0, reset=True)], [Given(0, 7.5, 1.5), Given(1.5, reset=True),
         Given(1.5, 10, 2.0)],
    ),
    "of a dose that waits for its lag": (
        "Ashraf2018", [event(0, 20, route=Route.oral), event(1.8, 20, route=Route.oral, lag=0.5),
         event(2, 10, route=Route.oral, reset=True, lag=0.5)],
        [Given(0, 20, route="oral"), Given(2, reset=True), Given(2.5, 10, route="oral")],
    ),
    "to a steady state": (
        "Otto2021", [event(0, 99), event(2, 20, 1.0, steady_interval=12.0, reset=True)],
        [Given(2.0 + 12.0 * i, 20, 1.0) for i in range(-EARLIER, 1)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RESETS)
def test_resets_empty_the_body_and_cancel_what_runs_or_waits(name):
    key, events, given = RESETS[name]
    times = DAY[DAY > 2.0] if name == "to a steady state" else DAY
    agree(key, events, given, times)


def test_a_steady_state_with_a_lag_is_refused_rather_than_half_right():
    regimen = Regimen.bolus(20, route="oral", ii=12, ss=True, lag=0.5, until=24, **ES)
    with pytest.raises(InputError, match="a steady state with a lag cannot be run"):
        simulated("Ashraf2018", regimen.events(24.0), DAY)


RECORDS = {
    "a push and an infusion by rate": (
        "ID,TIME,AMT,RATE,EVID\n1,0,20,0,1\n1,2,30,15,1\n", [Given(0, 20), Given(2, 30, 2.0)],
    ),
    "an infusion by length": ("ID,TIME,AMT,DUR,EVID\n1,0,20,0.5,1\n", [Given(0, 20, 0.5)]),
    "further doses": ("ID,TIME,AMT,ADDL,II,EVID\n1,0,20,3,3,1\n", [Given(3.0 * i, 20) for i in range(4)]),
    "a steady state": (
        "ID,TIME,AMT,RATE,SS,II,EVID\n1,0,20,10,1,12,1\n", [Given(12.0 * i, 20, 2.0) for i in range(-EARLIER, 1)],
    ),
    "a reset, and a reset with a dose": (
        "ID,TIME,AMT,EVID\n1,0,20,1\n1,2,0,3\n1,3,10,1\n1,5,30,4\n",
        [Given(0, 20), Given(2, reset=True), Given(3, 10), Given(5, reset=True), Given(5, 30)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RECORDS)
def test_records_of_a_data_file(name, tmp_path):
    text, given = RECORDS[name]
    path = tmp_path / "data.csv"
    path.write_text(text)
    (person,) = read_nonmem(path, drug="esketamine")
    agree("Otto2021", person.events, given, DAY)


def test_records_of_two_compartments_with_a_lag(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("ID,TIME,AMT,RATE,CMT,LAG,EVID\n1,0,30,0,1,0.25,1\n1,1,10,20,2,0,1\n")
    (person,) = read_nonmem(path, drug="esketamine", routes={1: "oral", 2: "iv"})
    agree("Ashraf2018", person.events, [Given(0.25, 30, route="oral"), Given(1, 10, 0.5)], DAY)


@pytest.mark.parametrize(
    ("regimen", "given"),
    [
        (Regimen.infusion(rate="0.6 mg/kg/h", tinf=30, route="iv", **ES), [(0.0, 30.0, 0.6)]),
        (Regimen.infusion("1 mg/kg", tinf=0.5, route="iv", ii=10, addl=1, **ES), [(0.0, 0.5, 2.0), (10.0, 0.5, 2.0)]),
    ],
)  # fmt: skip
def test_a_clearance_that_rises_with_time_is_followed_to_the_stated_error(regimen, given):
    p, weight = numbers("Flint2017"), 9.0
    size = weight / 70.0
    v1, v2, v_nk = (p[n] * size for n in ("v1", "v2", "v_nk"))
    cl, q, cl_nk = (p[n] * size**0.75 for n in ("cl", "q", "cl_nk"))

    def change(t, x, rate):
        c, a, n = x[0] / v1, x[1] / v2, x[2] / v_nk
        return [
            rate - cl * c - q * (c - a),
            q * (c - a),
            cl * c - cl_nk * (1 + p["cl_nk_slope"] * t) * n,
        ]

    times = np.unique(np.concatenate([np.linspace(0.0, 2.0, 41), np.linspace(2.0, 48.0, 139)]))
    edges = sorted({t for start, length, _ in given for t in (start, start + length)} | set(times.tolist()))
    x, now, expected = np.zeros(3), 0.0, np.zeros((2, len(times)))
    for edge in edges:
        if edge > now:
            rate = sum(r * weight for start, length, r in given if start <= now and edge <= start + length)
            x = solve_ivp(change, (now, edge), x, args=(rate,), method="DOP853", rtol=1e-12, atol=1e-14).y[:, -1]
            now = edge
        expected[:, times == edge] = np.array([[x[0] / v1], [x[2] / v_nk]])
    cohort = Cohort.of(Subject(weight=weight, age=1.0))
    found = Model.load("Flint2017").curves(regimen.events(48.0), cohort, times, Variation())
    peak = expected.max(axis=1, keepdims=True)
    apart = np.abs(found.values[:, 0] - expected) / peak
    assert apart.max() <= found.error[0] < 1e-3
    assert apart[0].max() < AGREEMENT  # the parent does not drift
