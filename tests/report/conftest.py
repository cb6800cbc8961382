"""A result and its sources, made by hand: the pages and figures are tested without any model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ketsim.evidence.source import Source
from ketsim.evidence.value import Value
from ketsim.result import GivenDose, Output, Result, Spread

HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>&amp;"
CERTAINTIES = {"Otto2021": "moderate", "Kamp2020": "low", "Hijazi2003": "very low"}


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
    }
    limits = {"text": f"adults{spice}"}
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
            "limits": f"Young adults only{spice}.",
        }
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
def find() -> Callable[[str], Source]:
    return make_source


@pytest.fixture
def hostile() -> str:
    return HOSTILE


@pytest.fixture
def hostile_find() -> Callable[[str], Source]:
    return lambda key: make_source(key, spice=HOSTILE)


@pytest.fixture
def strict() -> type[StrictPage]:
    return StrictPage
