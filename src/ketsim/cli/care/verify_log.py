"""``ketsim care verify-log``: is every line of the log as it was written? Exit status 0: yes, 1: no."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from ketsim.cli import terminal
from ketsim.cli.care.helping import lines_in_errors, show_lines
from ketsim.cli.jsonout import envelope, print_json
from ketsim.errors import InputError


def verify_log(
    path: Path | None = None,
    /,
    *,
    head: str | None = None,
    json: Annotated[bool, Parameter(help="Print one JSON object instead of text.")] = False,
) -> int:
    """Check the chain of the call log, and that every call in it went by the rules; print its head, to be published.

    Parameters
    ----------
    path:
        The log; else KETSIM_CARE_LOG, else the one in your data folder.
    head:
        A head that was printed earlier, such as 41:9f2c...; the log must still hold it.
    """
    with lines_in_errors():
        from ketsim.care.entry import Head
        from ketsim.care.log import Log, broken_case, default_path, verify

        log = path or default_path()
        earlier = None
        if head is not None:
            read = re.fullmatch(r"([0-9]{1,12}):([0-9a-f]{64})", head)
            if read is None:
                raise InputError("a head is the number of a line, a colon and 64 hexadecimal digits, as printed here.")
            earlier = Head(int(read[1]), read[2])
        bad = verify(log, earlier)
        illegal, last = None, None
        if bad is None:
            with Log(log) as open_log:
                illegal, last = broken_case(open_log), open_log.head()
        sentence = _sentence(bad, illegal, None if last is None else last.seq)
        if json:
            from ketsim.care.face import public_lines

            body = {
                "public_lines": public_lines(),
                "log": str(log),
                "intact": bad is None and illegal is None,
                "first_bad_line": bad,
                "broken_case": illegal,
                "head": None if last is None else f"{last.seq}:{last.hash}",
                "sentence": sentence,
            }
            print_json(envelope("care", command="verify-log", **body))
        else:
            terminal.heading(sentence)
            if last is not None:
                terminal.paragraph(f"Head, to be published and given to --head later: {last.seq}:{last.hash}")
            show_lines()
        return 0 if bad is None and illegal is None else 1


def _sentence(bad: int | None, illegal: str | None, lines: int | None) -> str:
    if bad is not None:
        return (
            f"The log is not intact: line {bad} is missing or not as it was written, and what follows proves nothing."
        )
    if illegal is not None:
        return f"The chain is whole, but case {illegal} did not go by the rules of routing."
    return f"The log is intact: {lines:,} lines, each as it was written."
