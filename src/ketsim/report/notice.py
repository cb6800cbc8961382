"""How do the standing notice and the public lines of help look on a page?"""

from __future__ import annotations

from ketsim.notice import NOTICE, PURPOSE, public_help
from ketsim.report.markup import Markup, tag


def standing_notice() -> Markup:
    """The standing notice, one paragraph."""
    return tag("p", tag("strong", PURPOSE), NOTICE.removeprefix(PURPOSE), class_="notice")


def public_lines() -> Markup:
    """Emergency and free public lines, a short block."""
    known = public_help()
    rows = [
        tag("li", tag("a", line.number, href=line.link), " ", tag("span", tag("strong", line.who), f": {line.purpose}"))
        for line in known.lines
    ]
    return tag(
        "aside",
        tag("h2", "Help, now and free", id="help"),
        tag("ul", *rows),
        tag("p", known.elsewhere, class_="small"),
        class_="help",
        aria_labelledby="help",
    )
