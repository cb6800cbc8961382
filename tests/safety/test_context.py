"""Where a dose stands among medical uses: nothing is placed milder than it is, and the emergency text comes first."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ketsim.cli.app import run
from ketsim.dosing import Drug, Regimen, Route, parse_sentence
from ketsim.evidence import fact, load_source
from ketsim.report.safety_page import answer_page
from ketsim.safety.answer import SafetyAnswer
from ketsim.safety.context import alarms_for, dose_context, dose_context_of
from ketsim.safety.every_route import by_every_route
from ketsim.safety.medical_use import medical_uses, rules
from ketsim.safety.placement import Level, Placement, heavy_adult, light_adult, placements
from ketsim.safety.worst_hour import Portion, worst_hours

CALL = "Seek care now: call 911"
#: What no answer may say, whatever was asked.
FORBIDDEN = re.compile(r"\b(safe|safely|lethal|harmless|deadly)\b", re.IGNORECASE)
USES = {(use.drug, use.route): medical_uses(use.drug, use.route) for use in rules().uses}

amounts = st.floats(0.01, 50.0)
factors = st.floats(1.0, 20.0)
weights = st.one_of(st.none(), st.floats(5.0, 200.0))
routes = st.sampled_from(tuple(Route))
drugs = st.sampled_from(tuple(Drug))
units = st.sampled_from(("mg/kg", "mg"))


def bolus(amount: float, unit: str, route: Route, drug: Drug) -> Regimen:
    return Regimen.bolus(f"{amount!r} {unit}", route=route, drug=drug)


def worst(regimen: Regimen, weight: float | None) -> Placement:
    return placements(regimen, weight=weight)[0]


def texts(answer: SafetyAnswer) -> str:
    return json.dumps(answer.to_dict(), ensure_ascii=False) + answer_page(answer)


def test_680_mg_by_vein_at_60_kg() -> None:
    answer = dose_context(parse_sentence("680 mg iv"), weight=60.0)
    assert answer.headline == "680 mg iv for 60 kg is 11.3 mg/kg, far beyond intravenous anaesthesia (1 to 4.5 mg/kg)."
    assert answer.data["mg_per_kg"] == pytest.approx(680 / 60)
    assert answer.data["place"] == "beyond every medical use"
    assert answer.data["times_highest"] == pytest.approx(680 / 60 / 4.5)
    assert [alarm.because for alarm in answer.alarms] == [answer.headline]
    assert answer.alarms[0].signs
    assert not any(purpose["contains"] for purpose in answer.data["purposes"])


@pytest.mark.parametrize(
    ("dose", "weight", "place", "alarm"),
    [
        ("0.05 mg/kg iv", None, "below medical use", None),
        ("0.2 mg/kg iv over 15 min", None, "analgesic", None),
        ("0.4 mg/kg iv", 70.0, "between analgesic and antidepressant", None),
        ("0.5 mg/kg iv over 40 min, twice weekly for 3 weeks", 80.0, "antidepressant", None),
        ("0.5 mg/kg iv over 40 min, twice weekly", 80.0, "antidepressant", None),
        ("2 mg/kg iv", None, "anaesthetic", "anaesthesia"),
        ("4.5 mg/kg iv", None, "anaesthetic", "anaesthesia"),
        ("4.6 mg/kg iv", None, "beyond every medical use", "beyond"),
        ("5 mg/kg/h iv for 2 h", None, "anaesthetic", "anaesthesia"),
        ("5 mg/kg iv over 50 min", None, "beyond every medical use", "beyond"),
        ("1.5 mg/kg im", None, "between analgesic and procedural sedation", None),
        ("3 mg/kg im", None, "procedural sedation", "sedates"),
        ("10 mg/kg im", None, "anaesthetic", "anaesthesia"),
        ("84 mg esketamine nasal", None, "antidepressant", None),
        ("85 mg esketamine nasal", 100.0, "beyond every medical use", "beyond"),
        ("84 mg esketamine nasal", 20.0, "beyond every medical use", "beyond"),
        ("1 mg/kg esketamine nasal", None, "beyond every medical use", "beyond"),
        ("5 mg/kg oral", None, "procedural sedation", "sedates"),
        ("20 mg/kg oral", None, "beyond every medical use", "beyond"),
        ("10 mg smoked", 70.0, "no medical use by this route is known", "no medical use"),
        ("10 mg rectal", 70.0, "no medical use by this route is known", "no medical use"),
        ("0.5 mg/kg esketamine iv", None, "anaesthetic", "anaesthesia"),
        ("0.4 mg/kg esketamine iv", None, "antidepressant", None),
        ("1 mg/kg esketamine sc", None, "antidepressant", None),
        ("1 mg/kg sc", None, "beyond every medical use", "beyond"),
        ("50 mg im q10min x 6", 70.0, "anaesthetic", "anaesthesia"),
        ("100 mg iv q2h x 6", 70.0, "anaesthetic", "anaesthesia"),
        ("50 mg im q2h", 70.0, "analgesic", None),
    ],
)
def test_places(dose: str, weight: float | None, place: str, alarm: str | None) -> None:
    answer = dose_context(parse_sentence(dose), weight=weight)
    assert answer.data["place"] == place
    assert [alarm in raised.because for raised in answer.alarms] == ([] if alarm is None else [True])
    assert tuple(raised.because for raised in alarms_for(parse_sentence(dose), weight=weight)) == tuple(
        raised.because for raised in answer.alarms
    )


def test_every_fact_exists_and_every_range_is_that_of_its_facts() -> None:
    for name in rules().facts:
        assert fact(name).text
    for use in (use for uses in USES.values() for use in uses):
        stated = [end for name in use.facts for end in (fact(name).low, fact(name).high, fact(name).number)]
        assert {use.low, use.high} <= {end for end in stated if end is not None}


def test_no_number_of_a_dose_stands_in_the_rules() -> None:
    rows = Path(__file__).parents[2].joinpath("src/ketsim/safety/medical_use.yaml").read_text(encoding="utf-8")
    bare = re.sub(r"[A-Z][A-Za-z]*\d[\w-]*|#.*|LD50", "", rows)
    assert not re.search(r"\d", bare)


@given(amounts, factors, units, routes, drugs, weights)
def test_more_is_never_milder(
    amount: float, factor: float, unit: str, route: Route, drug: Drug, weight: float | None
) -> None:
    less, more = bolus(amount, unit, route, drug), bolus(amount * factor, unit, route, drug)
    assert worst(less, weight).rank <= worst(more, weight).rank
    assert len(alarms_for(less, weight=weight)) <= len(alarms_for(more, weight=weight))


@given(amounts, units, routes, drugs, weights, st.integers(1, 6), st.floats(0.05, 3.0))
def test_a_repeated_dose_is_never_milder(
    amount: float, unit: str, route: Route, drug: Drug, weight: float | None, count: int, every: float
) -> None:
    one = bolus(amount, unit, route, drug)
    assert worst(one, weight).rank <= worst(one.repeat(count, every=every), weight).rank


@given(amounts, st.floats(light_adult(), heavy_adult()), routes, drugs)
def test_no_weight_is_never_milder_than_any_adult_weight(
    amount: float, weight: float, route: Route, drug: Drug
) -> None:
    for unit in ("mg", "mg/kg"):
        dose = bolus(amount * (60.0 if unit == "mg" else 1.0), unit, route, drug)
        assert worst(dose, weight).level <= worst(dose, None).level


@given(st.floats(1.0, 2000.0), st.floats(40.0, 120.0), st.sampled_from(("", " ketamine", " esketamine")))
def test_an_unknown_route_is_never_milder_than_any_route(amount: float, weight: float, drug: str) -> None:
    text = f"{amount!r} mg{drug}"
    unknown = dose_context_of(text, weight=weight)
    assert unknown.data["route"] == "unknown"
    assert set(by_every_route(text)) == set(Route)
    most = max(placements(r, weight=weight)[0].level for r in by_every_route(text).values())
    assert placements(by_every_route(text)[Route(unknown.data["worst_route"])], weight=weight)[0].level == most
    assert unknown.alarms


def test_the_salt_counts_as_base_and_labels_too() -> None:
    base = dose_context(parse_sentence("100 mg iv"), weight=50.0)
    salt = dose_context(parse_sentence("100 mg salt iv"), weight=50.0)
    assert salt.data["mg_per_kg"] == pytest.approx(base.data["mg_per_kg"] * 0.867)
    assert any("hydrochloride" in text for text in salt.assumptions)


def test_what_is_assumed_is_said() -> None:
    assert any("light adult" in text for text in dose_context_of("680 mg iv", weight=None).assumptions)
    assert any("counts as 2 mg" in text for text in dose_context_of("0.2 mg/kg esketamine im", weight=70).assumptions)
    assert any(
        "Arketamine is approved for no" in t for t in dose_context_of("50 mg arketamine iv", weight=70).assumptions
    )
    assert any("several routes" in t for t in dose_context_of("50 mg iv and 50 mg oral", weight=70).assumptions)


def test_routes_within_an_hour_count_together() -> None:
    together = worst(parse_sentence("0.5 mg/kg iv over 40 min and 1 mg/kg im at 30 min"), 70.0)
    assert together.level is Level.ANAESTHESIA
    assert worst(parse_sentence("0.5 mg/kg iv over 40 min and 1 mg/kg im at 5 h"), 70.0).level is Level.AWAKE


@given(
    st.lists(st.tuples(st.floats(0.0, 6.0), st.floats(0.0, 4.0), st.floats(1.0, 100.0)), min_size=1, max_size=6),
    st.floats(-1.0, 6.0),
)
@example(doses=[(1.0, 4.0, 1.0), (5.0, 0.0, 1.0)], start=4.5)
def test_no_hour_holds_more_than_the_worst(doses: list[tuple[float, float, float]], start: float) -> None:
    parts = [
        Regimen.infusion(amount, tinf=length, route="iv", time=time)
        if length > 0.01
        else Regimen.bolus(amount, route="iv", time=time)
        for time, length, amount in doses
    ]
    events = [event for part in parts for event in part.events()]
    (found,) = worst_hours([Portion(event, event.amount) for event in events])

    def inside(begin: float) -> float:
        total = 0.0
        for event in events:
            if event.duration == 0.0:
                total += event.amount if begin <= event.time < begin + 1.0 - 1e-9 else 0.0
            else:
                overlap = min(begin + 1.0, event.time + event.duration) - max(begin, event.time)
                total += event.amount * max(0.0, overlap) / event.duration
        return total

    assert inside(start) <= found.amount * (1 + 1e-6)
    assert max(event.amount / max(1.0, event.duration) for event in events) <= found.amount * (1 + 1e-9)


@pytest.mark.parametrize(
    "dose",
    ["680 mg iv", "20 mg/kg oral", "100 mg esketamine nasal", "30 mg/kg im", "50 mg smoked", "680 mg", "2 mg/kg iv"],
)
def test_the_emergency_text_comes_first_through_every_door(
    dose: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page = tmp_path / "context.html"
    assert run(("safety", "context", dose, "--weight", "60kg", "--report", str(page))) == 0
    text = capsys.readouterr().out
    assert text.startswith(CALL)
    assert text.index("911") < text.index("Dose context")
    html = page.read_text(encoding="utf-8")
    body = html.index("<body")
    assert html.index('class="alarm"', body) < html.index("<h1", body)
    assert html.index('class="alarm"', body) < html.index("<nav", body)
    assert run(("safety", "context", dose, "--weight", "60kg", "--json")) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found)[:2] == ["schema", "alarms"]
    assert found["schema"] == "ketsim.safety/1"
    assert found["alarms"][0]["call"].startswith(CALL)
    assert {line["number"] for line in found["alarms"][0]["lines"]} >= {"911", "1-800-222-1222"}


@pytest.mark.parametrize("clinician", [False, True])
@pytest.mark.parametrize("dose", ["0.1 mg/kg iv", "680 mg iv", "30 mg esketamine nasal", "680 mg", "3 mg/kg im"])
def test_nothing_is_called_safe_or_lethal(dose: str, clinician: bool) -> None:
    answer = dose_context_of(dose, weight=60.0, clinician=clinician)
    said = texts(answer)
    titles = " ".join(load_source(key).reference.title for key in answer.sources)
    hits = {hit.group().lower() for hit in FORBIDDEN.finditer(said)}
    assert hits <= {hit.group().lower() for hit in FORBIDDEN.finditer(titles)}
    assert ("Published concentrations" in said) is clinician
    assert "LD50" in said
    assert any("only guesses were found" in unknown.looked_for for unknown in answer.not_known)


@pytest.mark.parametrize(
    "arguments", [("50 mgg iv",), ("",), ("50 mg iv", "--weight", "0kg"), ("mg",), ("50 mg nasal",)]
)
def test_bad_input_is_one_sentence(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("safety", "context", *arguments)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.rstrip().endswith((".", "?"))
