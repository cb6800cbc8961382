"""How does text become HTML without a single character slipping through unescaped?

Everything that goes into a tag is escaped, unless a tag made it. Links go to places in the page, to the web, or to a
telephone; anything else is a fault and raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

_VOID = {"br", "col", "hr", "input", "meta"}
_LINKS = ("#", "https://", "http://", "tel:", "sms:")

Attribute = str | int | bool | None


class Markup(str):
    """HTML that is complete and escaped."""

    __slots__ = ()


Child = str | Markup | None


def tag(name: str, /, *children: Child, **attributes: Attribute) -> Markup:
    """An element: children escaped unless they are `Markup`, None left out.

    Attributes: `class_` is written class, `aria_label` is written aria-label; True stands alone; None and False are
    left out. Raises `ValueError` for a link that leads nowhere allowed.

    >>> tag("p", "a < b", tag("br"), class_="note")
    '<p class="note">a &lt; b<br></p>'
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{join(children)}</{name}>")


def join(parts: Iterable[Child], between: str = "") -> Markup:
    """Parts one after the other, each escaped unless it is `Markup`."""
    return Markup(escape(between).join(part if isinstance(part, Markup) else escape(part) for part in parts if part))


def with_detail(main: Child, detail: Child) -> Markup:
    """A main thing with smaller words below it, where there are any."""
    return join([main, tag("span", detail, class_="detail") if detail else None], " ")


def raw(text: str) -> Markup:
    """Text that is HTML already, because this package made it: a drawing, a style sheet, a script."""
    return Markup(text)


def anchor(*words: str) -> str:
    """An id for a place in the page, from words that a person may have chosen.

    >>> anchor("model", "Otto 2021 <b>")
    'model-Otto-2021--b-'
    """
    return re.sub(r"[^A-Za-z0-9_.-]", "-", "-".join(words))


def table(
    caption: str, columns: Sequence[str], rows: Iterable[Sequence[Child]], *, numbers: Iterable[int] = ()
) -> Markup:
    """A table inside a box that scrolls sideways by itself, so that the page never does.

    The first column heads its row. numbers: columns [0-based] set flush right.
    """
    right = set(numbers)

    def side(index: int) -> str | None:
        return "number" if index in right else None

    head = tag("tr", *(tag("th", name, scope="col", class_=side(i)) for i, name in enumerate(columns)))
    body = [
        tag(
            "tr",
            *(
                tag("th", cell, scope="row") if i == 0 else tag("td", cell, class_=side(i))
                for i, cell in enumerate(row)
            ),
        )
        for row in rows
    ]
    inner = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *body))
    return tag("div", inner, class_="scroll", role="region", aria_label=caption, tabindex="0")


def _attribute(key: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    text = str(value)
    if name in ("href", "src") and not text.startswith(_LINKS):
        raise ValueError(f"a {name} may not lead to {text!r}")
    return f' {name}="{escape(text)}"'
