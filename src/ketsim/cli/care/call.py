"""``ketsim care call``: what becomes of a call, whom it reaches, what is told before; logged as it would happen."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from ketsim.cli import terminal
from ketsim.cli.care.helping import lines_in_errors, show_lines
from ketsim.cli.jsonout import envelope, print_json
from ketsim.errors import InputError

if TYPE_CHECKING:
    from ketsim.care.call import Reply
    from ketsim.care.log import Log
    from ketsim.care.provider import Provider
    from ketsim.care.simulator import Simulated
    from ketsim.care.telephony import Scripted


def call(
    number: str | None = None,
    /,
    *,
    general: bool = False,
    place: str | None = None,
    code: str | None = None,
    listing: str | None = None,
    say: str = "",
    language: Literal["en", "es"] = "en",
    providers: Path | None = None,
    log: Path | None = None,
    script: Path | None = None,
    simulate: int | None = None,
    seed: int = 1,
    db: Path | None = None,
    json: Annotated[bool, Parameter(help="Print one JSON object instead of text.")] = False,
) -> int:
    """Show what happens to a call. Nothing rings: ketsim has no telephone line, and says what would be rung.

    Parameters
    ----------
    number:
        The number of a listing; it goes to that listing and nowhere else.
    general:
        Call the general line instead: those eligible, in the fair order.
    place:
        Where help is looked for, with --general: a state such as CA, or "CA 90210".
    code:
        What must be offered, with --general, such as DT.
    listing:
        The id of the listing, where several share the number.
    say:
        What the person says; words that mean danger to life lead to 911 and 988 first.
    language:
        Of what is told: en or es.
    providers:
        The file of providers, YAML or JSON.
    log:
        The log of calls; else KETSIM_CARE_LOG, else one in your data folder.
    script:
        How each ringing ends, in YAML: outcomes: {provider-id: [{busy: 3}, {answered: 12}]}.
    simulate:
        Let so many made-up people call at once instead, in a log that is thrown away unless --log is given.
    seed:
        Of the simulation.
    db:
        The directory in which the number is looked up.
    """
    with lines_in_errors(), ExitStack() as stack:
        if (number is not None) + general + (simulate is not None) != 1:
            raise InputError('say what is called: a number such as "(415) 867-5309", --general, or --simulate 100.')
        from ketsim.care.log import Log, default_path
        from ketsim.care.registry import read_providers

        known = read_providers(providers) if providers is not None else ()
        if simulate is not None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ketsim-")))
            with Log(log or folder / "log.sqlite", durable=log is not None) as open_log:
                return _simulate(open_log, known, simulate, seed, json)
        line = None
        if script is not None:
            from ketsim.care.telephony import read_script

            line = read_script(script)
        with Log(log or default_path()) as open_log:
            if general:
                reply = _general(open_log, known, place, code, line, say, language)
            else:
                reply = _number(open_log, known, str(number), listing, db, line, say, language)
            _give(reply, line, open_log.path, json)
        return 1 if reply.case.state == "refused" else 0


def _general(
    log: Log, known: tuple[Provider, ...], place: str | None, code: str | None, line: Scripted | None, say: str,
    language: Literal["en", "es"],
) -> Reply:  # fmt: skip
    from ketsim.care.call import call_general
    from ketsim.care.choice import read_area

    return call_general(log, known, area=read_area(place), code=code, line=line, said=say, language=language)


def _number(
    log: Log, known: tuple[Provider, ...], number: str, listing: str | None, db: Path | None, line: Scripted | None,
    say: str, language: Literal["en", "es"],
) -> Reply:  # fmt: skip
    from ketsim.care.call import call_listing, call_unknown
    from ketsim.care.dialled import answering_listing
    from ketsim.care.emergency import heard
    from ketsim.care.phone import read_listed_phone, read_phone
    from ketsim.care.shipped import default_store
    from ketsim.care.store import Store

    if heard(say):  # nothing comes before that, not even the number
        return call_unknown(log, said=say, line=line, language=language)
    read = read_listed_phone(number)
    e164 = read.e164 if read.valid and read.e164 else read_phone(number)  # the latter says what is wrong
    today = datetime.now(UTC).date()
    told = [one.told(today) for one in known]
    try:
        found = answering_listing(e164, known, told, None, listing)
    except InputError:
        found = None
    if found is None:
        store = default_store() if db is None else Store.open(db, read_only=True)
        found = answering_listing(e164, known, told, store, listing)
    if found is None:
        return call_unknown(log, line=line, language=language)
    return call_listing(log, found, line=line, language=language)


def _give(reply: Reply, line: Scripted | None, log: Path, json: bool) -> None:
    if json:
        written = [] if line is None else line.written
        print_json(envelope("care", command="call", **reply.to_dict(), would_happen=written, log=str(log)))
        return
    terminal.heading(reply.sentence)
    if reply.emergency is not None or reply.case.state == "diverted":
        show_lines(reply.lines)
        return
    if reply.told is not None:
        terminal.points("Told before anything rings", reply.told.sentences)
    if reply.order is not None:
        terminal.points("The order", (reply.order.rule, *(f"{one}: {why}" for one, why in reply.order.left_out)))
    terminal.points("What would happen", line.written if line is not None else ())
    terminal.points("Numbers to dial", (f"{name}: {number}" for name, number in reply.dial))
    show_lines(reply.lines)
    terminal.paragraph()
    terminal.paragraph(f"Logged in {log} as case {reply.case_id} ({reply.case.mode}), without number, place or words.")


def _simulate(log: Log, known: tuple[Provider, ...], calls: int, seed: int, json: bool) -> int:
    from ketsim.care.log import broken_case, verify
    from ketsim.care.simulator import made_up, simulate

    desks = [one.desk for one in known] or made_up()
    done = simulate(log, desks, calls=calls, seed=seed, listings=("made-up-listing-a", "made-up-listing-b"))
    bad, illegal = verify(log.path), broken_case(log)
    sound = not done.violations and bad is None and illegal is None
    if json:
        from ketsim.care.face import public_lines

        chain = {"first_bad_line": bad, "broken_case": illegal}
        body = {"public_lines": public_lines(), "simulated": done.to_dict(), "chain": chain, "sound": sound}
        print_json(envelope("care", command="call", **body))
    else:
        _show_simulated(done, sound)
    return 0 if sound else 1


def _show_simulated(done: Simulated, sound: bool) -> None:
    verdict = "every rule held" if sound else "a rule was broken"
    terminal.heading(f"{done.calls:,} made-up calls, {done.at_once:,} at once: {verdict}")
    terminal.table(("state", "calls that were in it"), [(name, f"{n:,}") for name, n in done.passed], right=(1,))
    terminal.paragraph(
        f"{done.events:,} events; {done.refused:,} wrong events tried, all but {len(done.violations)} refused."
    )
    terminal.points("Broken", done.violations)
    show_lines()
