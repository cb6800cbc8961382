from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from ketsim.errors import InputError, MissingExtraError
from ketsim.files import write_whole
from ketsim.report import concentration_figure, png, save_figure, svg
from ketsim.result import Result

Make = Callable[..., Result]
SVG = "{http://www.w3.org/2000/svg}"


def test_an_svg_says_what_it_shows(result: Make) -> None:
    root = ET.fromstring(svg(concentration_figure(result())))
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("aria-describedby") == desc.get("id")
    assert "Ketamine and norketamine in venous plasma after" in title.text.replace("\u00a0", " ")
    assert "highest value 300 ng/mL" in desc.text


def test_an_svg_is_the_same_every_time_and_its_ids_are_its_own(result: Make) -> None:
    spec = concentration_figure(result(subjects=500))
    first = svg(spec, prefix="a")
    assert first == svg(spec, prefix="a")
    ids = {element.get("id") for element in ET.fromstring(first).iter() if element.get("id")}
    other = {element.get("id") for element in ET.fromstring(svg(spec, prefix="b")).iter() if element.get("id")}
    assert ids
    assert not ids & other
    references = {part.partition(")")[0] for part in first.split("url(#")[1:]}
    assert references <= ids


def test_hostile_text_stays_text(result: Make, hostile: str) -> None:
    root = ET.fromstring(svg(concentration_figure(result(spice=hostile))))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        *("svg", "title", "desc", "rect", "g", "path", "line", "text", "tspan", "defs", "clipPath")
    }
    assert not any(key.startswith("on") for element in root.iter() for key in element.attrib)


def test_each_ending_writes_its_kind(result: Make, tmp_path: Path) -> None:
    spec = concentration_figure(result())
    assert save_figure(spec, tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert save_figure(spec, tmp_path / "a.svg").read_text().startswith("<svg")
    assert json.loads(save_figure(spec, tmp_path / "a.vl.json").read_text()) == spec
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "a.svg", "a.vl.json"]


def test_more_pixels_on_request(result: Make) -> None:
    spec = concentration_figure(result())
    widths = [int.from_bytes(png(spec, scale=scale)[16:20]) for scale in (1.0, 2.0)]
    assert widths[1] == pytest.approx(2 * widths[0], abs=2)


def test_an_unknown_ending_gets_a_sentence(result: Make, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.gif has no known picture ending; use \.svg, \.png or \.json"):
        save_figure(concentration_figure(result()), tmp_path / "a.gif")
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_gets_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_whole(tmp_path / "missing" / "a.svg", b"x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="cannot be written"):
        write_whole(tmp_path / "folder", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_without_the_extra_the_sentence_says_what_to_install(result: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(MissingExtraError, match=r'pip install "ketsim\[plot\]"'):
        svg(concentration_figure(result()))
