from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import vl_convert

from ketsim.report import validation_report, write_validation_page
from ketsim.report.scatter_figure import scatter_figure, units
from ketsim.report.theme import VEGA_LITE

Row = dict[str, Any]
Strict = Callable[[str], Any]


def row(number: int, **changes: Any) -> Row:
    standing: Row = {
        "id": f"Otto2021-{number}",
        "study": "Otto2021",
        "source": "Otto2021",
        "model": "Kamp2020",
        "route": "iv",
        "analyte": "s_ketamine",
        "metric": "cmax",
        "observed": 100.0 + number,
        "predicted": 110.0 + number,
        "unit": "ng/mL",
        "fold": 1.1,
        "fitted": False,
        "explanation": None,
        "sampling": "venous",
        "group": "adult",
        "n": 12,
        "certainty": "moderate",
    }
    return standing | changes


def score(rows: int) -> Row:
    return {"gmfe": 1.234, "within_1_25": 0.5, "within_1_5": 0.75, "within_2": 1.0, "rows": rows, "studies": 2}


SUMMARY = {
    "headline": score(3),
    "independent": score(4),
    "fitted": None,
    "by_model": {"Kamp2020": score(3)},
    "by_route": {"iv": score(3)},
    "by_study": {"Otto2021": score(3)},
}
ROWS = [
    row(1),
    row(2, fitted=True),
    row(3, observed=10.0, predicted=25.0, fold=2.5, explanation="arterial model, venous blood"),
    row(4, observed=80.0, predicted=20.0, fold=4.0),
    row(5, unit="h", metric="tmax", observed=0.5, predicted=0.6, route="nasal"),
    row(6, predicted=None, fold=None, model=None, reason="the source gives no dose"),
]


@pytest.fixture
def page() -> str:
    return validation_report(ROWS, SUMMARY)


def test_the_page_is_well_formed_and_loads_nothing(page: str, strict: Strict) -> None:
    read = strict(page)
    assert len(read.ids) == len(set(read.ids))
    assert all(
        str(link["href"]).removeprefix("#") in read.ids or str(link["href"])[:4] == "tel:" for link in read.all("a")
    )
    assert not read.all("script", "link", "img", "iframe")
    assert len(read.all("table")) == len(read.all("caption"))


def test_no_row_is_dropped(page: str, strict: Strict) -> None:
    text = strict(page).text
    for number in range(1, 7):
        assert f"Otto2021-{number}" in text
    assert "The source gives no dose" in text
    assert "6 published measurements, 5 of them set against a model, none dropped" in text


def test_every_large_miss_stands_with_its_reason_the_largest_first(page: str, strict: Strict) -> None:
    section = page.partition('id="misses"')[2].partition("</section>")[0]
    text = strict(f"<div>{section[section.index('<table') :].partition('</div>')[0]}</div>").text
    assert text.index("4-fold low") < text.index("2.5-fold high")
    assert "Not explained yet." in text
    assert "Arterial model, venous blood" in text


def test_scores_are_shown_as_given(page: str, strict: Strict) -> None:
    text = strict(page).text
    assert "1.23 not available 50 % 75 % 100 % 3 2" in text.replace("-fold", "")
    for heading in ("By route", "By model", "By study"):
        assert heading in text


def test_fitted_rows_are_marked_in_table_and_plot(page: str) -> None:
    assert page.count("fitted to it") == 1
    spec = scatter_figure(ROWS, unit="ng/mL")
    assert [point["fitted"] for point in spec["data"]["values"]] == [False, True, False, False]
    assert [layer["mark"]["filled"] for layer in spec["layer"][-2:]] == [True, False]


@pytest.mark.parametrize("width", [720, 340])
def test_the_scatter_is_drawn_without_a_warning(width: int, capfd: pytest.CaptureFixture[str]) -> None:
    many = [row(n, route=f"route {n % 9}", observed=10.0 ** (n % 5), predicted=9.0) for n in range(40)]
    for rows in (ROWS, many):
        for unit in units(rows):
            spec = scatter_figure(rows, unit=unit, width=width)
            drawn = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, show_warnings=True)
            assert "mark-symbol" in drawn
    captured = capfd.readouterr()
    assert captured.out + captured.err == ""


def test_a_route_keeps_its_look_in_every_unit_and_small_ones_share_one() -> None:
    many = [row(n, route=f"route {n % 9}", unit=("h", "ng/mL")[n % 2]) for n in range(80)]
    specs = [scatter_figure(many, unit=unit)["layer"][-1]["encoding"]["color"] for unit in ("h", "ng/mL")]
    assert specs[0]["scale"] == specs[1]["scale"]
    assert len(specs[0]["scale"]["domain"]) == 6
    assert specs[0]["scale"]["domain"][-1] == "other"


def measured(**changes: Any) -> Row:
    standing: Row = {
        "id": "Vankawala2021-map",
        "source": "Vankawala2021",
        "effect": "mean_arterial_pressure",
        "entry": "Langsjo2005-pressure",
        "metric": "value",
        "time_h": 0.5,
        "dose": "0.5 mg/kg iv over 40 min",
        "low": 5.0,
        "high": 7.0,
        "unit": "mmHg",
        "predicted": 9.0,
        "inside": False,
        "difference": 2.0,
        "fold": 1.3,
        "fitted": False,
        "certainty": "low",
        "misfit": "means of maxima",
        "reason": None,
        "note": None,
    }
    return standing | changes


def test_a_measured_effect_stands_with_its_prediction_its_size_and_why(strict: Strict) -> None:
    silent = measured(id="Silent2020-1", predicted=None, reason="the source does not say the dose")
    read = strict(validation_report(ROWS, SUMMARY, [measured(), measured(inside=True), measured(fitted=True), silent]))
    line = "Vankawala2021-map: 0.5 mg/kg iv over 40 min 5 to 7 mmHg 9 mmHg Langsjo2005-pressure"
    text = read.text.replace("\u00a0", " ")
    assert "Mean arterial pressure, value at 30 min" in text
    for verdict in ("2 mmHg outside, 1.3-fold Means of maxima", "inside", "own data"):
        assert f"{line} {verdict}" in text
    assert "Silent2020-1: the source does not say the dose" in text
    assert "2 predictions of measured effects that no entry was derived from: 1 inside the stated range, 1" in text
    assert "effects" not in read.ids  # that is the table of a report, whose rows are kept on one line


def test_hostile_text_stays_text(hostile: str, strict: Strict) -> None:
    texts = ("id", "model", "route", "analyte", "explanation", "sampling", "group", "certainty")
    page = validation_report([row(1, fold=3.0, **{name: f"{name}{hostile}" for name in texts})], {})
    read = strict(page)
    assert not read.all("script", "img")
    assert not any(name.startswith("on") for _, attributes in read.elements for name in attributes)


def test_no_rows_is_a_page_too(tmp_path: Path, strict: Strict) -> None:
    target = write_validation_page([], {}, tmp_path / "validation.html")
    assert "None." in strict(target.read_text()).text
    assert [path.name for path in tmp_path.iterdir()] == ["validation.html"]
