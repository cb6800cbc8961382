"""``ketsim care stats``: how often and how fast a person answered, from the log, with the formula beside it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from ketsim.cli import terminal
from ketsim.cli.care.helping import lines_in_errors, show_lines
from ketsim.cli.jsonout import envelope, print_json
from ketsim.errors import InputError

if TYPE_CHECKING:
    from ketsim.care.metrics import Measure, Share


def stats(
    *,
    log: Path | None = None,
    days: int = 90,
    json: Annotated[bool, Parameter(help="Print one JSON object instead of text.")] = False,
) -> int:
    """Measure the answers of providers from the log. Below 20 offers nothing but their number is shown.

    Parameters
    ----------
    log:
        The log of calls; else KETSIM_CARE_LOG, else the one in your data folder.
    days:
        The window: the calls that came in on so many last days.
    """
    with lines_in_errors():
        from ketsim.care.log import Log, default_path
        from ketsim.care.metrics import ENOUGH, FORMULA, measure

        path = log or default_path()
        if not path.is_file():
            raise InputError(f"there is no log at {path}; ketsim care call writes one.")
        if days < 1:
            raise InputError(f"{days} days are no window; expected 1 or more.")
        until = datetime.now(UTC).date()
        since = until - timedelta(days=days - 1)
        with Log(path) as open_log:
            measured = measure(open_log.entries(), since=since, until=until)
        if json:
            from ketsim.care.face import public_lines

            body = {
                "public_lines": public_lines(),
                "window": {"since": since.isoformat(), "until": until.isoformat()},
                "formula": FORMULA,
                "shown_from_n": ENOUGH,
                "measures": [one.to_dict() for one in measured],
            }
            print_json(envelope("care", command="stats", **body))
        else:
            terminal.heading(f"Answers to calls that came in from {since} to {until} (UTC)")
            _show(measured)
            terminal.paragraph()
            terminal.paragraph(f"{FORMULA} Nothing but n is shown below {ENOUGH}.")
            show_lines()
        return 0


def _show(measured: tuple[Measure, ...]) -> None:
    if not measured:
        terminal.paragraph("No call was offered to anybody in this window.")
        return
    columns = ("provider", "calls", "n", "answered (95%)", "median", "90th", "diverted", "calls back kept")
    rows = [
        (
            one.provider,
            one.mode,
            f"{one.answered.n:,}",
            _share(one.answered),
            "hidden" if one.is_hidden else _seconds(one.median),
            "hidden" if one.is_hidden else _seconds(one.p90),
            f"{one.diverted:,}",
            f"{_share(one.kept)} of {one.kept.n:,}" if one.kept.n else "none asked",
        )
        for one in measured
    ]
    terminal.table(columns, rows, right=(2,))


def _share(share: Share) -> str:
    if share.share is None or share.low is None or share.high is None:
        return "hidden"
    return f"{share.share:.0%} ({share.low:.0%} to {share.high:.0%})"


def _seconds(seconds: int | None) -> str:
    return "never" if seconds is None else f"{seconds} s"
