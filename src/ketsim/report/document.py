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
    *,
    title: str,
    lead: str,
    sections: Sequence[tuple[str, str, Sequence[Child]]],
    live: bool,
    alarm: Markup | None = None,
    version: str = __version__,
) -> str:
    """A whole HTML page.

    title, lead: heading and the sentence below it. sections: (id, heading, content). live: with the scripts that make
    the figures answer; the page says the same without them. alarm: what must be read before anything else.
    version: of ketsim, by which what stands here was computed.
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
            alarm,
            head,
            contents,
            tag("main", *first, public_lines(), *rest, id="content", tabindex="-1"),
            tag("footer", tag("p", f"ketsim {version}. Free software under the Apache License 2.0.")),
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
    described: str | None = None,
    width: Mapping[str, int] | None = None,
    spans: Sequence[tuple[str, str]] = (),
    living: Spec | None = None,
) -> Markup:
    """A figure of a page: heading, what it says, still pictures, and where wanted the means to bring it to life.

    stills: drawings by their classes: wide or narrow, and where there is a choice linear or log and a part of the time
    axis; those that are shown at once stand one below the other. described: all of it in words; by default each
    drawing's own. width: of the wide and the narrow ones [px], so that they are scaled alike. spans: the parts of the
    time axis that can be chosen, as (class, words), the one shown at first in the first place. living: what the script
    of the page needs.
    """
    words = f"{key}-words" if described else None
    drawings = [
        tag("div", raw(_drawn(spec, classes, key, heading, words, width)), class_=classes)
        for classes, spec in stills.items()
    ]
    caption = tag(
        "figcaption", tag("h3", heading, id=f"{key}-heading"), *(tag("p", unbroken(line)) for line in said if line)
    )
    logarithmic = any("log" in classes.split() for classes in stills)
    controls: list[Child] = [
        _choice(key, "scale", "Vertical axis", (("linear", "linear"), ("log", "logarithmic"))) if logarithmic else None,
        _choice(key, "span", "Time", [(span, words.lower()) for span, words in spans]) if spans else None,
        _zoom(heading, spans) if living else None,
    ]
    told = tag("details", tag("summary", "This figure in words"), tag("p", described, id=words)) if described else None
    parts: list[Child] = [
        caption,
        tag("div", *controls, class_="controls") if any(controls) else None,
        tag("div", *drawings, class_="static"),
    ]
    opens = f"plot opens-{spans[0][0]}" if spans else "plot"
    if living is None:
        return tag("figure", *parts, told, class_=opens, id=key)
    parts.append(tag("div", class_="live", hidden=True))
    parts.append(tag("script", raw(_safe_json(living)), type="application/json", id=f"{key}-data"))
    return tag("figure", *parts, told, class_=opens, id=key, data_spec=f"{key}-data")


def _drawn(
    spec: Spec, classes: str, key: str, heading: str, described_by: str | None, width: Mapping[str, int] | None
) -> str:
    size = width[classes.partition(" ")[0]] if width else None
    prefix = f"{key}-{classes.replace(' ', '-')}"
    return svg(spec, title=heading, prefix=prefix, described_by=described_by, width=size)


def _choice(key: str, name: str, legend: str, options: Sequence[tuple[str, str]]) -> Markup:
    choices = [
        tag(
            "label",
            tag("input", type="radio", name=f"{key}-{name}", value=value, checked=not place, autocomplete="off"),
            unbroken(words),
        )
        for place, (value, words) in enumerate(options)
    ]
    return tag("fieldset", tag("legend", legend), *choices, class_=name)


def _zoom(heading: str, spans: Sequence[tuple[str, str]]) -> Markup:
    moves = [("in", "Zoom in"), ("out", "Zoom out"), ("earlier", "Earlier"), ("later", "Later")]
    parts = [(span, words) for span, words in spans if span != "whole"]
    buttons = [
        tag("button", unbroken(words), type="button", data_move=move)
        for move, words in (*moves, *parts, ("whole", "Whole course"))
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
