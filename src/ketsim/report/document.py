"""How does a report become one file that opens anywhere? A page with its styles, drawings and scripts inside.

Nothing is loaded from anywhere: a content security policy in the page forbids it, and lets no script run but the ones
that were put there, named by their hash. What the page says is the business of `page` and `validation_page`.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from ketsim.report.image import javascript, svg
from ketsim.report.markup import Child, Markup, join, raw, tag
from ketsim.report.notice import public_lines, standing_notice
from ketsim.report.theme import css
from ketsim.version import __version__
from ketsim.wording import unbroken

Spec = dict[str, Any]


def compose(
    *, title: str, lead: str, sections: Sequence[tuple[str, str, Sequence[Child]]], footer: Sequence[Child], live: bool
) -> str:
    """A whole HTML page.

    title, lead: heading and the sentence below it. sections: (id, heading, content). live: with the scripts that make
    the figures answer; the page says the same without them.
    """
    chapters = [
        tag("section", tag("h2", heading, id=f"{key}-heading"), *content, id=key, aria_labelledby=f"{key}-heading")
        for key, heading, content in sections
    ]
    contents = tag(
        "nav",
        tag("ul", *(tag("li", tag("a", heading, href=f"#{key}")) for key, heading, _ in sections)),
        class_="contents",
        aria_label="Contents",
    )
    head = tag(
        "header",
        tag(
            "p",
            tag("strong", "ketsim"),
            f" {__version__} · published models, every number with its source",
            class_="brand",
        ),
        tag("h1", title),
        tag("p", lead, class_="lead"),
        standing_notice(),
    )
    # Help stands after the answer and before everything that is detail.
    first, rest = chapters[:1], chapters[1:]
    body = join(
        [
            tag("a", "Skip to the answer", href="#content", class_="skip"),
            head,
            contents,
            tag("main", *first, public_lines(), *rest, id="content", tabindex="-1"),
            tag("footer", *footer),
        ]
    )
    scripts = [javascript(), _file("report.js")] if live else []
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in scripts) or "'none'"
    return Template(_file("page.html")).substitute(
        policy=escape(
            f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src {hashes}; base-uri 'none'; "
            "form-action 'none'"
        ),
        generator=f"ketsim {__version__}",
        title=escape(title),
        style=css() + _file("report.css"),
        body=body,
        scripts="\n".join(f"<script>{script}</script>" for script in scripts),
    )


def plot(
    key: str,
    *,
    heading: str,
    said: Sequence[str],
    stills: Mapping[str, Spec],
    living: Mapping[str, Spec] | None = None,
) -> Markup:
    """A figure of a page: heading, what it says, still pictures, and where wanted the means to bring it to life.

    stills: drawings by their classes: "wide linear", "wide log", "narrow linear", "narrow log", or "wide only" and
    "narrow only" for a figure with one scale. living: "linear" and "log" with the same data.
    """
    toggles = any("log" in classes for classes in stills)
    drawings = [
        tag("div", raw(svg(spec, title=heading, prefix=f"{key}-{classes.replace(' ', '-')}")), class_=classes)
        for classes, spec in stills.items()
    ]
    caption = tag(
        "figcaption", tag("h3", heading, id=f"{key}-heading"), *(tag("p", unbroken(line)) for line in said if line)
    )
    controls = tag("div", _scale(key) if toggles else None, _zoom(heading) if living else None, class_="controls")
    parts: list[Child] = [caption, controls if toggles or living else None, tag("div", *drawings, class_="static")]
    if living is None:
        return tag("figure", *parts, class_="plot", id=key)
    body = {"data": living["linear"]["data"]["values"]} | {
        scale: {name: part for name, part in spec.items() if name != "data"} for scale, spec in living.items()
    }
    parts.append(tag("div", class_="live", hidden=True))
    parts.append(tag("script", raw(_safe_json(body)), type="application/json", id=f"{key}-data"))
    return tag("figure", *parts, class_="plot", id=key, data_spec=f"{key}-data")


def _scale(key: str) -> Markup:
    choices = [
        tag(
            "label",
            tag("input", type="radio", name=f"{key}-scale", value=value, checked=value == "linear", autocomplete="off"),
            words,
        )
        for value, words in (("linear", "linear"), ("log", "logarithmic"))
    ]
    return tag("fieldset", tag("legend", "Vertical axis"), *choices, class_="scale")


def _zoom(heading: str) -> Markup:
    buttons = [
        tag("button", words, type="button", data_move=move)
        for move, words in (
            ("in", "Zoom in"),
            ("out", "Zoom out"),
            ("earlier", "Earlier"),
            ("later", "Later"),
            ("whole", "Whole course"),
        )
    ]
    return tag("div", *buttons, class_="zoom", role="group", aria_label=f"Time axis: {heading}", hidden=True)


def _safe_json(body: object) -> str:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


@cache
def _file(name: str) -> str:
    return files("ketsim.report").joinpath("templates", name).read_text(encoding="utf-8")
