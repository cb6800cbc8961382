"""A result and its sources, made by hand: the pages and figures are tested without any model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ketsim import Scenario, simulate
from ketsim.effects.planned import NotKnown
from ketsim.evidence.source import Source
from ketsim.evidence.value import Value
from ketsim.report import report_page
from ketsim.result import GivenDose, Output, Result, Spread

HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>&amp;"
CERTAINTIES = {"Otto2021": "moderate", "Kamp2020": "low", "Hijazi2003": "very low"}
STAGES = "stage of anaesthesia (0 awake, 1 asleep, 2 surgical)"
#: Name, entry, label, unit, level, baseline, height of the change, hours that it lasts, driver.
EFFECTS: tuple[tuple[str, str, str, str, float, float, float, float, str], ...] = (
    ("dissociation", "felt", "dissociation (altered external perception)", "%", 10, 0, 60, 2, "Kamp2020"),
    ("drug_high", "high", "drug high", "%", 10, 0, 80, 2, "Kamp2020"),
    ("analgesia", "pressure", "analgesia", "%", 10, 0, 40, 2, "Kamp2020"),
    ("analgesia", "heat", "analgesia", "%", 10, 0, 20, 2, "Kamp2020"),
    ("sedation", "sedation", "sedation score (5 awake, 0 unresponsive)", "points", 1, 5, -2, 1, "Otto2021"),
    ("anaesthesia_stage", "stages", STAGES, "stage", 1, 0, 0, 1, "Otto2021"),
    ("cognition", "thought", "cognition impaired (1 yes, 0 no)", "state", 1, 0, 1, 1, "Otto2021"),
    ("mean_arterial_pressure", "pulse", "mean arterial pressure", "mmHg", 5, 93, 8, 2, "Otto2021"),
    ("unfit_to_drive", "driving", "not to drive or use machines (1 yes, 0 no)", "state", 1, 0, 1, 99, "Otto2021"),
)


def make_source(key: str, *, spice: str = "") -> Source:
    """A source with two numbers and one model; every text carries `spice`."""

    def value(name: str, number: float, unit: str, kind: str, **more: Any) -> Value:
        place = {"at": f"Table 3{spice}", "via": "full text"}
        return Value(
            name=name, source=key, number=number, unit=unit, kind=kind, provenance="estimated", where=place, **more
        )

    certainty = CERTAINTIES.get(key, "high")
    values = {
        "cl": value("cl", 95.2, "L/h", "clearance", certainty=certainty, label=f"clearance{spice}", iiv={"cv": 0.24}),
        "v1": value("v1", 133.0, "L", "volume", certainty="high", rse=0.08, note=f"central{spice}"),
        "ka": value("ka", 1.2, "1/h", "rate", certainty="high"),
        "c50": value("c50", 121.0, "ng/mL", "concentration", certainty="very low", label=f"half of the largest{spice}"),
    }
    limits = {"text": f"adults{spice}"}
    effects = [
        {
            "key": f"{key}-{entry}",
            "source": key,
            "effect": name,
            "label": f"{key}, {entry}{spice}",
            "status": "shipped",
            "drive": {"analytes": ["parent"], "sampling": "venous"},
            "numbers": {"c50": "c50"},
            "limits": {"text": f"17 volunteers{spice}"},
            "assumed": [f"tolerance is left out of {entry}{spice}"],
        }
        for name, entry, *_ in EFFECTS
        if key == "Felt2022"
    ]
    model = {"key": key, "label": f"{key} model", "status": "record", "drugs": ["ketamine"], "limits": limits}
    return Source.model_validate(
        {
            "source": {
                "key": key,
                "kind": "article",
                "title": f"Ketamine in adults{spice}",
                "authors": [f"Author A{spice}"],
                "year": 2021,
                "journal": f"J Test{spice}",
                "doi": "10.1234/abc.5",
                "pmid": "123456",
                "read": f"full text{spice}",
            },
            "study": {"text": f"17 adults{spice}", "health": "healthy"},
            "values": values,
            "models": [model],
            "effects": effects,
            "limits": f"Young adults only{spice}.",
        }
    )


def make_effects(result: Result, *, spice: str = "") -> Result:
    """The result with effects that rise over 40 min, last as long as said and are gone; one never leaves zero."""
    times, many = result.times, result.subjects > 1
    c50 = str(make_source("Felt2022", spice=spice).values["c50"])
    hours = dict.fromkeys(("onset", "time_of_peak", "duration", "surgical_duration", "waking"), "h")
    outputs = []
    for name, entry, label, unit, level, baseline, height, lasts, driver in EFFECTS:
        stepped = unit in ("stage", "state")
        fall = np.clip(1.0 - (times - 2 / 3) / lasts, 0.0, 1.0)
        share = (times <= lasts) * 1.0 if stepped else np.where(times <= 2 / 3, times * 1.5, fall)
        median = baseline + height * share
        wide = 0.2 * height * share if many and not stepped else 0.0 * share
        numbers: dict[str, float] = {
            "baseline": baseline,
            "onset": 0.1 if height else np.nan,
            "peak": baseline + height,
            "change_at_peak": height,
            "time_of_peak": 2 / 3 if height else np.nan,
            "duration": min(lasts, 24.0) - 0.1 if height else 0.0,
            "area": height * lasts / 2,
        }
        if name == "anaesthesia_stage":
            numbers |= {"surgical_duration": 0.0, "waking": np.nan}
        measures: dict[str, float | Spread] = dict(numbers)
        if many:
            measures = {key: Spread(size, size, size) for key, size in numbers.items()}
            measures["peak"] = Spread(float(baseline + 0.8 * height), baseline + height, float(baseline + 1.2 * height))
        used = [c50, *(str(make_source(driver, spice=spice).values[number]) for number in ("cl", "v1"))]
        outputs.append(
            Output(
                name=name,
                label=label,
                model=f"Felt2022-{entry}",
                model_label=f"Felt 2022, {entry}{spice}",
                kind="effect",
                unit=unit,
                sampling="venous",
                certainty="very low" if driver == "Kamp2020" else "low",
                sources=("Felt2022", driver),
                numbers=tuple(used),
                low=median - wide,
                median=median,
                high=median + wide,
                values=None,
                measures=measures,
                measure_units={m: hours.get(m, unit) for m in numbers} | {"area": f"{unit}*h"},
                driver=driver,
                level=level,
            )
        )
    assumed = (*result.assumptions, f"Felt2022-pulse: sources disagree on the rise{spice}.")
    return replace(
        result,
        outputs=(*result.outputs, *outputs),
        assumptions=assumed,
        not_known=(NotKnown("eeg_slowing", f"the steepness was not read{spice}."),),
    )


def make_result(
    models: Sequence[str] = ("Otto2021",),
    *,
    names: Sequence[str] = ("ketamine", "norketamine"),
    subjects: int = 1,
    days: int = 1,
    spice: str = "",
    sites: Sequence[str] = ("venous",),
) -> Result:
    """Curves of a known shape: a rise over 40 min to 300 ng/mL (first model and name), then a half-life of 2 h."""
    times = np.unique(np.concatenate([np.linspace(0.0, 24.0 * days, 1441), np.arange(days) * 24.0 + 2 / 3]))
    outputs = []
    for place, model in enumerate(models):
        for order, name in enumerate(names):
            height = 300.0 / (1 + place) / (1 + order)
            after = np.mod(times, 24.0)
            median = height * np.where(after <= 2 / 3, after * 1.5, 0.5 ** ((after - 2 / 3) / 2.0))
            low, high = (median, median) if subjects == 1 else (median * 0.6, median * 1.6)
            site = sites[place % len(sites)]
            measures: dict[str, float | Spread] = {"cmax": height, "tmax": 2 / 3, "half_life": 2.0}
            if subjects > 1:
                measures = {key: Spread(size * 0.6, size, size * 1.6) for key, size in measures.items()}
            used = [str(make_source(model, spice=spice).values[number]) for number in ("cl", "v1")]
            outputs.append(
                Output(
                    name=name,
                    label=f"{name} in {site} plasma{spice}",
                    model=model,
                    model_label=f"{model}, adults{spice}",
                    kind="concentration",
                    unit="ng/mL",
                    sampling=site,
                    certainty=CERTAINTIES[model],
                    sources=(model,),
                    numbers=tuple(used),
                    low=low,
                    median=median,
                    high=high,
                    values=None,
                    measures=measures,
                    measure_units={"cmax": "ng/mL", "tmax": "h", "half_life": "h"},
                )
            )
    dose = f"0.5 mg/kg ketamine iv over 40 min{spice}"
    who = "one person of 70 kg" if subjects == 1 else f"{subjects:,} people"
    scenario = SimpleNamespace(
        dose=dose, hash="0123456789abcdef", describe=lambda: f"{dose}; {who}", to_dict=lambda: {"dose": dose}
    )
    return Result(
        scenario=scenario,
        times=times,
        at=(0.0, 24.0),
        outputs=tuple(outputs),
        doses=tuple(GivenDose(time=24.0 * day, duration=2 / 3, text=f"35 mg{spice}") for day in range(days)),
        subjects=subjects,
        assumptions=(f"The racemate is meant{spice}.",),
        warnings=(f"Arterial samples{spice}.",),
        error_estimate=1e-12,
        version="0.1.0",
    )


INLINE = {"a", "abbr", "cite", "code", "small", "span", "strong"}
VOID = {"br", "col", "hr", "img", "input", "link", "meta"}


class StrictPage(HTMLParser):
    """Reads a whole page and raises AssertionError at the first fault of nesting."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.ids: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert self.stack == [], f"left open: {self.stack}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, attrs)
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack, f"</{tag}> closes nothing"
        assert self.stack[-1] == tag, f"</{tag}> closes <{self.stack[-1]}>"
        self.stack.pop()

    def handle_data(self, data: str) -> None:
        if not self.stack or self.stack[-1] not in ("script", "style"):
            self.words.append(data)

    def _note(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in INLINE:
            self.words.append(" ")
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> says an attribute twice"
        found = dict(attrs)
        self.elements.append((tag, found))
        if found.get("id"):
            self.ids.append(str(found["id"]))

    @property
    def text(self) -> str:
        """All text that a reader sees, with plain spaces."""
        return " ".join("".join(self.words).replace("\u00a0", " ").split())

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        """Attributes of every element of these kinds, in order."""
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.fixture(scope="session")
def result() -> Callable[..., Result]:
    return make_result


@pytest.fixture(scope="session")
def effects() -> Callable[..., Result]:
    return make_effects


@pytest.fixture(scope="session")
def find() -> Callable[[str], Source]:
    return make_source


@pytest.fixture(scope="session")
def daily() -> Result:
    """Two weeks of daily use and the month afterwards, made by models and not by hand."""
    return simulate(
        Scenario("1 g ketamine intranasal daily for 2 weeks", weight="70 kg", until="6wk", effects=["none"])
    )


@pytest.fixture(scope="session")
def weeks_page(daily: Result) -> str:
    return report_page(daily)


@pytest.fixture
def hostile() -> str:
    return HOSTILE


@pytest.fixture
def hostile_find() -> Callable[[str], Source]:
    return lambda key: make_source(key, spice=HOSTILE)


@pytest.fixture
def strict() -> type[StrictPage]:
    return StrictPage
