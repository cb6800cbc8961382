"""The public lines of help are data with their sources, and stand alike in the README and on every page."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

from ketsim.notice import NOTICE, PURPOSE, public_help

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_notice_opens_with_the_purpose() -> None:
    assert NOTICE.startswith(f"{PURPOSE} ")


def test_each_line_says_where_and_when_it_was_read() -> None:
    for line in public_help().lines:
        assert line.read
        assert all(address.startswith(("http://", "https://")) for address in line.read)
        assert datetime.date.fromisoformat(line.on).year >= 2026


def test_the_link_dials_the_number_that_is_said() -> None:
    for line in public_help().lines:
        digits = re.sub(r"\D", "", line.number)
        assert line.link == (f"tel:{digits}" if len(digits) == 3 else f"tel:+{digits}")


def test_the_readme_names_every_line_and_no_other() -> None:
    said = set(re.findall(r"\*\*([\d-]+)\*\*", README))
    assert said == {line.number for line in public_help().lines}
