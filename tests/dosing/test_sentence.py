"""What dosing sentences mean: each line of the tables was expanded by hand."""

from __future__ import annotations

import time

import pytest

from ketsim.dosing import Basis, Drug, Route, format_sentence, parse_sentence
from ketsim.dosing import sentence as module

K, S, R = Drug.ketamine, Drug.esketamine, Drug.arketamine
MIN = 1 / 60

# sentence -> (time h, amount, per kg, duration h, drug, route) of every single dose
SINGLE = {
    "0.5 mg/kg iv over 40 min": (0, 0.5, True, 40 * MIN, K, "iv"),
    "84 mg esketamine nasal": (0, 84, False, 0, S, "nasal"),
    "1 mg/kg im": (0, 1, True, 0, K, "im"),
    "20 mg iv over 20 min at 6 h": (6, 20, False, 20 * MIN, K, "iv"),
    "30 mg ketamine hydrochloride oral": (0, 30, False, 0, K, "oral"),
    "ket 50mg IM": (0, 50, False, 0, K, "im"),
    "50MG KETAMINE I.M.": (0, 50, False, 0, K, "im"),
    "50 mg intramuscular racemic ketamine": (0, 50, False, 0, K, "im"),
    "0.05 g ketamine po": (0, 50, False, 0, K, "oral"),
    "250 ug/kg i.v. bolus": (0, 0.25, True, 0, K, "iv"),
    "250 µg/kg iv push": (0, 0.25, True, 0, K, "iv"),
    "250 mcg per kg by vein as a bolus": (0, 0.25, True, 0, K, "iv"),
    "2 mg/kg iv bolus over 60 s": (0, 2, True, 1 * MIN, K, "iv"),
    "1 mg iv over 2 hours": (0, 1, False, 2, K, "iv"),
    "1 mg iv infusion over an hour": (0, 1, False, 1, K, "iv"),
    "50 mg ketamine by mouth": (0, 50, False, 0, K, "oral"),
    "50 mg ketamine intranasal": (0, 50, False, 0, K, "nasal"),
    "25 mg (S)-ketamine under the tongue": (0, 25, False, 0, S, "sublingual"),
    "25 mg S(+)-ketamine sl": (0, 25, False, 0, S, "sublingual"),
    "25 mg s-ketamine subcutaneously": (0, 25, False, 0, S, "sc"),
    "25 mg R-ketamine rectal": (0, 25, False, 0, R, "rectal"),
    "25 mg (R)-(−)-ketamine rectally": (0, 25, False, 0, R, "rectal"),
    "25 mg arketamine buccal": (0, 25, False, 0, R, "buccal"),
    "25 mg of ketamine (given by inhalation)": (0, 25, False, 0, K, "inhaled"),
    "25 mg ketamine smoked": (0, 25, False, 0, K, "smoked"),
    "iv 25 mg ketamine.": (0, 25, False, 0, K, "iv"),
    "  25   mg\tketamine\niv  ": (0, 25, False, 0, K, "iv"),
    "41 ug/kg/min iv for 60 min": (0, 2.46, True, 1, K, "iv"),
    "0.1 mg/kg/h iv for 24 h": (0, 2.4, True, 24, K, "iv"),
    "0.1 mg/kg/h iv until 24 h": (0, 2.4, True, 24, K, "iv"),
    "0.1 mg/kg/h iv until 24 h starting at 4 h": (4, 2.0, True, 20, K, "iv"),
    "0.1 mg/kg/h iv, stop at 3 h": (0, 0.3, True, 3, K, "iv"),
    "0.1 mg/kg/h iv then stop after 3 h": (0, 0.3, True, 3, K, "iv"),
    "10 mg/h iv for two hours": (0, 20, False, 2, K, "iv"),
    "1 mg/min iv for 0.5 h": (0, 30, False, 0.5, K, "iv"),
    "0.01 mg/kg/min iv for 1 hr": (0, 0.6, True, 1, K, "iv"),
    "100 mg/day iv infusion for 5 days": (0, 500, False, 120, K, "iv"),
    "10 mg iv on day 3": (48, 10, False, 0, K, "iv"),
    "10 mg iv starting at day 2": (24, 10, False, 0, K, "iv"),
    "10 mg iv from day 2": (24, 10, False, 0, K, "iv"),
    "10 mg iv x 1": (0, 10, False, 0, K, "iv"),
    "10 mg iv once": (0, 10, False, 0, K, "iv"),
    "1 mg/kg iv over 1 h, stop at 15 min": (0, 0.25, True, 0.25, K, "iv"),
    "1e1 mg iv": (0, 10, False, 0, K, "iv"),
    ".5 mg iv": (0, 0.5, False, 0, K, "iv"),
}

# sentence -> the times [h] of its doses, all else equal
TIMES = {
    "10 mg iv q12h x 6": [0, 12, 24, 36, 48, 60],
    "10 mg iv q 12 h x6": [0, 12, 24, 36, 48, 60],
    "10 mg iv every 12 h for 6 doses": [0, 12, 24, 36, 48, 60],
    "10 mg iv every 12 h, 6 times": [0, 12, 24, 36, 48, 60],
    "10 mg iv every 12 h 6 doses": [0, 12, 24, 36, 48, 60],
    "10 mg iv every 12 h for 3 days": [0, 12, 24, 36, 48, 60],
    "10 mg iv twice daily for three days": [0, 12, 24, 36, 48, 60],
    "10 mg iv twice a day until day 3": [0, 12, 24, 36, 48, 60],
    "10 mg iv 2 times/day until 3 d": [0, 12, 24, 36, 48, 60],
    "10 mg iv bid x 6": [0, 12, 24, 36, 48, 60],
    "10 mg iv tid x 3": [0, 8, 16],
    "10 mg iv qid x 3": [0, 6, 12],
    "10 mg iv 3x daily for 1 d": [0, 8, 16],
    "10 mg iv twice every day for 1 day": [0, 12],
    "10 mg iv once every 8 h for 1 day": [0, 8, 16],
    "10 mg oral 3 x per day for 1 day": [0, 8, 16],
    "10 mg oral tds for 1 day": [0, 8, 16],
    "10 mg oral every day x 3": [0, 24, 48],
    "3 doses every 8 h, 10 mg oral": [0, 8, 16],
    "10 mg iv daily x 3": [0, 24, 48],
    "10 mg iv once daily for 3 d": [0, 24, 48],
    "10 mg iv every day for 3 days": [0, 24, 48],
    "10 mg iv every other day for a week": [0, 48, 96, 144],
    "10 mg iv every second day x 3": [0, 48, 96],
    "10 mg iv weekly x 3": [0, 168, 336],
    "10 mg iv once a week until week 3": [0, 168, 336],
    "10 mg iv every 2 weeks x 3": [0, 336, 672],
    "10 mg iv twice weekly for 3 weeks": [0, 72, 168, 240, 336, 408],
    "10 mg iv twice a week for 3 weeks": [0, 72, 168, 240, 336, 408],
    "10 mg iv twice weekly x 3": [0, 72, 168],
    "10 mg iv 2x/week for 1 week": [0, 72],
    "10 mg iv three times a week for 2 weeks": [0, 48, 96, 168, 216, 264],
    "10 mg iv thrice weekly for 1 wk": [0, 48, 96],
    "10 mg iv on days 1, 3, 5": [0, 48, 96],
    "10 mg iv on days 1, 3 and 5": [0, 48, 96],
    "10 mg iv day 1 and day 3": [0, 48],
    "10 mg iv on days 1-3, 6 to 7": [0, 24, 48, 120, 144],
    "10 mg iv on days 2, 5 of each week for 2 weeks": [24, 96, 192, 264],
    "10 mg iv twice weekly on days 2 and 5 for 2 weeks": [24, 96, 192, 264],
    "10 mg iv weekly on day 3 x 2": [48, 216],
    "10 mg iv on days 1, 2 every 2 weeks x 3": [0, 24, 336],
    "10 mg iv at 0 h, 90 min and 4 h": [0, 1.5, 4],
    "10 mg iv every 24 h again after 2 h for 2 days": [0, 2, 24, 26],
    "10 mg iv daily for 2 days starting on day 3": [48, 72],
    "10 mg iv daily until day 4 starting at day 3": [48, 72],
    "10 mg iv daily, stop at 50 h": [0, 24, 48],
    "10 mg iv daily and stop at 50 h": [0, 24, 48],
    "10 mg iv a day for 3 days": [0, 24, 48],
    "10 mg iv per day x 3 days": [0, 24, 48],
    "10 mg iv biw x 2 weeks": [0, 72, 168, 240],
    "10 mg iv 2x/wk x 2 wk": [0, 72, 168, 240],
    "10 mg iv tiw x 4": [0, 48, 96, 168],
    "10 mg iv biw on days 2, 5 x 2": [24, 96],
    "10 mg iv q20min for 2 h": [0, 20 * MIN, 40 * MIN, 1, 80 * MIN, 100 * MIN],
    "10 mg iv q6min x 3": [0, 0.1, 0.2],
    "10 mg/day iv in 4 doses for 1 day": [0, 6, 12, 18],
    "10 mg iv and 10 mg iv at 3 h": [0, 3],
    "10 mg iv + 10 mg iv": [0, 0],
    "10 mg iv q12h x 2 then 10 mg iv": [0, 12, 24],
    "10 mg iv q12h x 2, and then 10 mg iv at 30 h": [0, 12, 30],
    "10 mg iv q12h x 2 followed by 10 mg iv q6h x 2": [0, 12, 24, 30],
    "10 mg iv at 6 h then 10 mg iv": [6, 6],
    "10 mg iv on days 1, 3 then 10 mg iv on day 8": [0, 48, 168],
    "10 mg iv weekly x 2 then 10 mg iv daily x 2 and 10 mg iv at 1 h": [0, 1, 168, 336, 360],
}


@pytest.mark.parametrize(("text", "expected"), SINGLE.items(), ids=SINGLE)
def test_one_dose(text: str, expected: tuple[float, float, bool, float, Drug, str]) -> None:
    (event,) = parse_sentence(text).events()
    when, amount, per_kg, duration, drug, route = expected
    assert (event.time, event.duration) == pytest.approx((when, duration), rel=1e-15)
    assert event.amount == pytest.approx(amount, rel=1e-15)
    assert (event.per_kg, event.drug, event.route) == (per_kg, drug, Route(route))
    assert (event.lag, event.steady_interval, event.reset) == (0.0, 0.0, False)


@pytest.mark.parametrize(("text", "expected"), TIMES.items(), ids=TIMES)
def test_times(text: str, expected: list[float]) -> None:
    assert [e.time for e in parse_sentence(text).events()] == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("text", [*SINGLE, *TIMES])
def test_the_canonical_sentence_means_the_same(text: str) -> None:
    regimen = parse_sentence(text)
    assert parse_sentence(format_sentence(regimen)) == regimen


def test_open_ended_repetition_is_bounded_by_the_horizon() -> None:
    regimen = parse_sentence("10 mg iv twice weekly")
    assert regimen.open_ended
    assert [e.time for e in regimen.events(200.0)] == [0, 72, 168]


def test_then_keeps_drug_salt_and_route_unless_said() -> None:
    text = (
        "56 mg esketamine hydrochloride nasal twice weekly for 4 weeks then 84 mg once weekly for 4 weeks then 25 mg iv"
    )
    doses = [i.dose for i in parse_sentence(text).instructions]
    assert [(d.amount, d.drug, d.basis, d.route) for d in doses] == [
        (56, S, Basis.salt, Route.nasal),
        (84, S, Basis.salt, Route.nasal),
        (25, S, Basis.salt, Route.iv),
    ]
    assert [i.start for i in parse_sentence(text).instructions] == [0, 672, 1344]


def test_a_new_drug_does_not_inherit_the_salt() -> None:
    first, second = parse_sentence("30 mg ketamine hcl oral then 30 mg esketamine").instructions
    assert (first.dose.basis, second.dose.basis, second.dose.route) == (Basis.salt, None, Route.oral)


def test_rates_one_after_another() -> None:
    events = parse_sentence("0.28 mg/kg/h iv for 1 h then 0.57 mg/kg/h for 1 h then 1.14 mg/kg/h for 1 h").events()
    assert [(e.time, e.amount, e.duration, e.route) for e in events] == [
        (0, 0.28, 1, "iv"),
        (1, 0.57, 1, "iv"),
        (2, 1.14, 1, "iv"),
    ]


def test_loading_dose_and_maintenance() -> None:
    load, keep = parse_sentence("2 mg/kg iv then 41 ug/kg/min for 60 min").events()
    assert (load.time, load.duration, keep.time, keep.duration) == (0, 0, 0, 1)
    assert keep.rate == pytest.approx(2.46)


def test_two_routes() -> None:
    events = parse_sentence("50 mg esketamine buccal, then 20 mg iv over 20 min at 6 h").events()
    assert [(e.time, e.route, e.drug) for e in events] == [(0, "buccal", S), (6, "iv", S)]


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("30 mg ketamine hydrochloride oral", Basis.salt),
        ("30 mg oral ketamine as hydrochloride", Basis.salt),
        ("30 mg ketamine (salt) oral", Basis.salt),
        ("30 mg ketamine HCl oral", Basis.salt),
        ("30 mg ketamine base oral", Basis.base),
        ("30 mg oral ketamine as free base", Basis.base),
        ("30 mg ketamine oral", None),
    ],
)
def test_base_or_salt(text: str, basis: Basis | None) -> None:
    regimen = parse_sentence(text)
    assert regimen.instructions[0].dose.basis is basis
    assert regimen.events()[0].basis is (basis or Basis.base)
    assert any("base nor salt" in a for a in regimen.assumptions()) == (basis is None)


def test_an_amount_a_day_is_one_dose_a_day_and_says_so() -> None:
    regimen = parse_sentence("1 g/day nasal ketamine for 180 days")
    events = regimen.events()
    assert len(events) == 180
    assert {e.amount for e in events} == {1000.0}
    assert events[1].time == 24.0
    assert "An amount a day without a number of doses is taken as one dose a day." in regimen.assumptions()
    assert format_sentence(regimen) == "1 g/day ketamine nasal for 180 days"


def test_an_amount_a_day_in_doses_is_divided() -> None:
    regimen = parse_sentence("1 g/day ketamine nasal in 4 doses for 180 days")
    assert [(e.time, e.amount) for e in regimen.events(13)] == [(0, 250), (6, 250), (12, 250)]
    assert len(regimen.events()) == 720
    assert regimen == parse_sentence("1 g a day ketamine nasal every 6 h for 180 days")
    assert not any("a day" in a for a in regimen.assumptions())


def test_months_are_a_span_not_an_interval() -> None:
    regimen = parse_sentence("1 g/day nasal ketamine for 6 months")
    assert regimen.end == 6 * 730.5
    assert "A month is a twelfth of a year of 365.25 days." in regimen.assumptions()
    assert format_sentence(regimen).endswith("for 6 months")


def test_steady_state_and_lag() -> None:
    first, second = parse_sentence("10 mg iv q12h at steady state with lag 10 min").events(13)
    assert (first.steady_interval, second.steady_interval) == (12.0, 0.0)
    assert first.lag == second.lag == 10 / 60


def test_silence_on_the_drug_is_told() -> None:
    regimen = parse_sentence("0.5 mg/kg iv over 40 min")
    assert not regimen.drug_stated
    assert "No drug was named: ketamine, the racemate, is meant." in regimen.assumptions()
    assert parse_sentence("0.5 mg/kg ketamine iv over 40 min").drug_stated


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("0.50 MG/KG IV, over 2400 s", "0.5 mg/kg iv over 40 min"),
        ("2 mg/kg iv then 41 ug/kg/min for 60 min", "2 mg/kg iv then 2.46 mg/kg iv over 1 h"),
        ("0.1 mg/kg/h iv for 1 d", "0.1 mg/kg/h iv for 1 day"),
        ("10 mg iv + 20 mg oral", "10 mg iv and 20 mg oral"),
        ("10 mg iv at 2 h, 4 h and 20 mg im at 3 h", "10 mg iv at 2 h, 4 h and 20 mg im at 3 h"),
        ("10 mg iv on days 1-5, 9", "10 mg iv on days 1 to 5, 9"),
        (
            "10 mg iv on days 2, 4 every week for 3 weeks",
            "10 mg iv every week for 20 days on days 1, 3 starting at 24 h",
        ),
        ("10 mg iv q8h x 9 with lag 600 s at 2 h", "10 mg iv every 8 h x 9 lag 10 min starting at 2 h"),
        ("0.000001 g iv", "1 ug iv"),
    ],
)
def test_canonical_words(text: str, canonical: str) -> None:
    assert format_sentence(parse_sentence(text)) == canonical


def test_the_parser_is_built_within_its_budget_and_kept() -> None:
    module._parser.cache_clear()
    started = time.process_time()
    parse_sentence("0.5 mg/kg iv over 40 min, twice weekly for 3 weeks")
    first = time.process_time() - started
    started = time.process_time()
    for _ in range(20):
        parse_sentence("0.5 mg/kg iv over 40 min, twice weekly for 3 weeks")
    later = (time.process_time() - started) / 20
    assert first < 0.2  # measured 0.03 s on an idle core; the margin is for a busy one
    assert later < 0.02  # measured 0.0002 s
