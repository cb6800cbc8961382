"""How do the standing notice and the public lines of help look on a page?"""

from __future__ import annotations

from collections.abc import Iterable

from ketsim.notice import NOTICE, PURPOSE, HelpLine, public_help
from ketsim.report.markup import Markup, tag


def standing_notice() -> Markup:
    """The standing notice, one paragraph."""
    return tag("p", tag("strong", PURPOSE), NOTICE.removeprefix(PURPOSE), class_="notice")


def line_list(lines: Iterable[HelpLine]) -> Markup:
    """Lines of help as a list: the number, which dials itself, then who answers and what for."""
    return tag(
        "ul",
        *(
            tag("li", tag("a", one.number, href=one.link), " ", tag("span", tag("strong", one.who), f": {one.purpose}"))
            for one in lines
        ),
    )


def public_lines() -> Markup:
    """Emergency and free public lines, a short block."""
    known = public_help()
    return tag(
        "aside",
        tag("h2", "Help, now and free", id="help"),
        line_list(known.lines),
        tag("p", known.elsewhere, class_="small"),
        class_="help",
        aria_labelledby="help",
    )
