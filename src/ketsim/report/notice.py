"""What stands on every page whatever was computed: what it is not for, and who helps, free of charge.

The lines are those of the United States; a reader elsewhere is told to call the local number.
"""

from __future__ import annotations

from ketsim.report.markup import Markup, tag
from ketsim.result import NOTICE

#: (who, number as said, link, what for)
PUBLIC_LINES = (
    ("Emergency", "911", "tel:911", "someone cannot be woken, has trouble breathing, has a seizure or chest pain"),
    ("Suicide and Crisis Lifeline", "988", "tel:988", "call or text, day and night, for any crisis"),
    ("Poison Help", "1-800-222-1222", "tel:+18002221222", "too much, or a mixture, of anything taken"),
    (
        "SAMHSA National Helpline",
        "1-800-662-4357",
        "tel:+18006624357",
        "free and confidential help to cut down or stop",
    ),
)


def standing_notice() -> Markup:
    """The standing notice, one paragraph."""
    return tag("p", tag("strong", NOTICE.partition(".")[0] + "."), NOTICE.partition(".")[2], class_="notice")


def public_lines() -> Markup:
    """Emergency and free public lines, a short block."""
    rows = [
        tag("li", tag("a", number, href=link), " ", tag("span", tag("strong", who), f": {purpose}"))
        for who, number, link, purpose in PUBLIC_LINES
    ]
    return tag(
        "aside",
        tag("h2", "Help, now and free", id="help"),
        tag("ul", *rows),
        tag("p", "These lines serve the United States. Elsewhere, call your local emergency number.", class_="small"),
        class_="help",
        aria_labelledby="help",
    )
