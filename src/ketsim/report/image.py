"""How does a figure become a picture file? SVG and PNG, drawn in this process: no browser, no network.

The drawing itself is vl-convert's. Added here: a title and a description inside the SVG for readers who do not see it,
ids that stay unique when several pictures stand in one page, and files that are written whole or not at all.
"""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path
from types import ModuleType
from typing import Any

from ketsim.errors import InputError, MissingExtraError
from ketsim.files import write_whole
from ketsim.report.theme import VEGA_LITE

Spec = dict[str, Any]


def svg(
    spec: Spec,
    *,
    title: str | None = None,
    prefix: str | None = None,
    described_by: str | None = None,
    width: int | None = None,
) -> str:
    """The figure as an SVG document with `<title>` and `<desc>`.

    title: of the picture; by default the specification's own. prefix: begins every id inside, for a picture that goes
    into a page. described_by: id of the element of that page which describes it, instead of a `<desc>`. width: of the
    document [px], so that pictures one below the other are scaled alike.

    Raises `MissingExtraError` without the extra "plot".
    """
    drawn = str(_vl_convert().vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[]))
    drawn = _slim(re.sub(r"\s+(?:role|aria-\w+)=\"[^\"]*\"", "", drawn))
    if width is not None:
        drawn = re.sub(r'(<svg\b[^>]*?) width="[^"]*"', rf'\1 width="{width}"', drawn, count=1)
        drawn = re.sub(r'viewBox="0 0 [\d.]+', f'viewBox="0 0 {width}', drawn, count=1)
    name = title if title is not None else _heading(spec)
    key = prefix or "figure"
    drawn = _renamed_ids(drawn, key)
    said = f'<title id="{key}-title">{escape(name)}</title>'
    if described_by is None:
        said += f'<desc id="{key}-desc">{escape(str(spec.get("description", "")))}</desc>'
    about = f'role="img" aria-labelledby="{key}-title" aria-describedby="{described_by or f"{key}-desc"}"'
    opening = re.compile(r"<svg\b([^>]*)>")
    return opening.sub(
        lambda match: f"<svg{match[1]} {about}>{said}",
        drawn,
        count=1,
    )


def png(spec: Spec, *, scale: float = 2.0) -> bytes:
    """The figure as a PNG picture; `scale` pixels for each pixel of the drawing. Raises `MissingExtraError`."""
    return bytes(_vl_convert().vegalite_to_png(spec, vl_version=VEGA_LITE, scale=scale, allowed_base_urls=[]))


def javascript() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script without imports, for inside a page. Raises `MissingExtraError`."""
    return str(_vl_convert().javascript_bundle(vl_version=VEGA_LITE))


def save_figure(spec: Spec, path: str | Path) -> Path:
    """Write the figure to `path`: .svg or .png, or .json or .vl.json for the specification itself; whole or not at all.

    Raises `InputError` for another ending or a place that cannot be written, `MissingExtraError`.
    """
    target = Path(path)
    if target.suffix == ".svg":
        return write_whole(target, svg(spec))
    if target.suffix == ".png":
        return write_whole(target, png(spec))
    if target.suffix == ".json":
        return write_whole(target, json.dumps(spec, indent=1, ensure_ascii=False) + "\n")
    raise InputError(f"{target.name} has no known picture ending; use .svg, .png or .json.")


def _vl_convert() -> ModuleType:
    try:
        import vl_convert
    except ImportError:
        raise MissingExtraError("drawing a figure", extra="plot") from None
    return vl_convert


def _heading(spec: Spec) -> str:
    title = spec.get("title", {})
    text = title.get("text", "") if isinstance(title, dict) else title
    return " ".join(text) if isinstance(text, list) else str(text)


def _slim(drawn: str) -> str:
    """The same drawing in fewer bytes: places to a hundredth of a pixel, the one font said once, no dead attributes."""
    fonts = set(re.findall(r' font-family="([^"]*)"', drawn))
    drawn = re.sub(r' (?:pointer-events|display)="[^"]*"', "", drawn)
    places = re.compile(r' (?:d|transform)="[^"]*"')
    drawn = places.sub(lambda match: re.sub(r"(\.\d\d)\d+", r"\1", match[0]), drawn)
    if len(fonts) != 1:
        return drawn
    font = fonts.pop()
    drawn = drawn.replace(f' font-family="{font}"', "")
    return drawn.replace("<svg ", f'<svg font-family="{font}" ', 1)


def _renamed_ids(drawn: str, key: str) -> str:
    """Ids and the references to them, counted from one: the drawing program counts on from its last picture."""
    names: dict[str, str] = {}
    for name in re.findall(r'\bid="([^"]+)"', drawn):
        names.setdefault(name, f"{key}-{len(names) + 1}")
    pattern = re.compile(r'(\bid="|url\(#|href="#)([^")]+)')
    return pattern.sub(lambda match: match[1] + names.get(match[2], match[2]), drawn)
