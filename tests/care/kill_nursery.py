"""Run by test_kill.py in a process of its own: forks children that make calls and kills each at a random point.

Forking from one process without threads keeps 140 kills within seconds: nothing is imported anew.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ketsim.care import disclosure
from ketsim.care.entry import new_case
from ketsim.care.event import (
    Answered,
    Closed,
    Consented,
    Disclosed,
    Event,
    GeneralCalled,
    ListingCalled,
    NoneLeft,
    Offered,
    TimedOut,
    Withdrawn,
)
from ketsim.care.limits import Limits
from ketsim.care.log import Log, broken_case, verify
from ketsim.care.requests import Requests
from ketsim.care.routing import Refused, State
from ketsim.care.vault import Vault

VAULT = Vault(b"k" * 32)
MANY = Limits(network=10**6, all=10**6)
FILES_LAST = 10  # kills; then new files, so that each check stays quick


def opened(folder: Path) -> tuple[Log, Requests]:
    log = Log(folder / "log.sqlite")
    return log, Requests(folder / "requests.sqlite", vault=VAULT, log=log, limits=MANY)


def child(folder: Path, first: int, pipe: int) -> None:
    """Calls without end; what was promised to a person is told to the parent after the promise."""
    log, requests = opened(folder)

    def tell(*words: str) -> None:
        os.write(pipe, f"{' '.join(words)}\n".encode())

    tell("open")
    for n in range(first, 10**7):
        called(log, tell)
        receipt = requests.submit(
            phone=f"415{222 + n // 10**4 % FILES_LAST:03d}{1000 + n % 9000:04d}",
            providers=("hope", "valley"),
            available={"hope", "valley"},
            consents=True,
            version=disclosure.version(),
        )
        tell("consent", receipt.case_id)
        if n % 3 == 0:
            requests.returned(receipt.case_id, "hope")
            tell("over", receipt.case_id)
        elif n % 3 == 1:
            requests.withdraw(receipt.code)
            tell("over", receipt.case_id)


def called(log: Log, tell: Callable[..., None]) -> None:
    general, listing = new_case(), new_case()
    told = Disclosed(version=disclosure.version(), language="en")
    course: tuple[tuple[str, Event], ...] = (
        (general, GeneralCalled(candidates=("hope", "valley"))),
        (listing, ListingCalled(provider="elm")),
        (general, told),
        (listing, told),
        (general, Offered(provider="hope")),
        (listing, Offered(provider="elm")),
        (listing, Answered(provider="elm", seconds=4)),
        (general, TimedOut(provider="hope", seconds=30)),
        (general, Offered(provider="valley")),
        (general, TimedOut(provider="valley", seconds=30)),
        (general, NoneLeft()),
        (general, Consented(providers=("valley",), version=disclosure.version(), language="es")),
        (listing, Closed()),
        (general, Withdrawn()),
    )
    for case, event in course:
        assert not isinstance(log.record(case, event), Refused)
        if isinstance(event, Consented):
            tell("consent", case)


def check(folder: Path, told: list[list[str]]) -> dict[str, int]:
    """What must hold after a kill. Raises `AssertionError`."""
    assert verify(folder / "log.sqlite") is None, "the chain is broken"
    log, requests = opened(folder)
    with log, requests:
        assert broken_case(log) is None, "a call did not go by the rules"
        consents = {consent.case_id for consent in log.consents()}
        lost = [case for what, *rest in told if what == "consent" for case in rest if case not in consents]
        assert not lost, "a consent record is lost"
        held = set(requests.held())
        assert not held & {rest[0] for what, *rest in told if what == "over"}, "a number outlived its request"
        shown = {one.case_id for who in ("hope", "valley") for one in requests.waiting(who)}
        assert all(log.case(case).state is State.CALLBACK_PENDING for case in shown)
        orphans = held - shown  # a row whose consent the kill kept from the log: shown to nobody, gone in minutes
        assert all(log.case(case).state in (State.NEW, State.RECEIVED, State.READY) for case in orphans)
        assert len(orphans) <= FILES_LAST
        forms = {entry.case_id for entry in log.entries() if entry.event == "form_sent"}
        waiting = {case for case in forms if log.case(case).holds_phone}
        assert waiting == shown, "a request waits without its number"
        open_cases = sum(not log.case(case).is_over for case in {entry.case_id for entry in log.entries()} - waiting)
    return {"orphans": len(orphans), "cut_short": int(open_cases > 0)}


def main(folder: Path, kills: int, seed: str) -> None:
    drawn = random.Random(seed)
    sums = {"kills": 0, "orphans": 0, "cut_short": 0, "promises": 0}
    told: list[list[str]] = []
    here = folder
    for kill in range(kills):
        if kill % FILES_LAST == 0:
            here, told = folder / str(kill), []
            here.mkdir()
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            child(here, kill * 10_000, writing)
            os._exit(1)  # it never comes here
        os.close(writing)
        with os.fdopen(reading) as lines:
            # After so many of its promises and a moment more: random points also on a machine that is busy.
            told += [lines.readline().split() for _ in range(1 + drawn.randrange(10))][1:]
            time.sleep(drawn.uniform(0, 0.02))
            os.kill(pid, signal.SIGKILL)
            _, status = os.waitpid(pid, 0)
            told += [line.split() for line in lines.read().splitlines() if line.count(" ")]
        assert os.WIFSIGNALED(status), "the child ended by itself"
        found = check(here, told)
        sums["kills"] += 1
        sums["cut_short"] += found["cut_short"]
        if kill % FILES_LAST == FILES_LAST - 1 or kill == kills - 1:
            sums["orphans"] += found["orphans"]
            sums["promises"] += sum(what == "consent" for what, *_ in told)
    print(json.dumps(sums))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
