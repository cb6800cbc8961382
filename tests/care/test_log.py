"""One chain whoever writes, nothing of a person in it, and no altered byte that is not found."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from ketsim.care.call import call_general
from ketsim.care.choice import read_area
from ketsim.care.entry import COLUMNS, Head, digest, is_id, new_case
from ketsim.care.event import (
    Answered,
    Closed,
    Consented,
    Disclosed,
    EmergencyHeard,
    Event,
    Expired,
    GeneralCalled,
    ListingCalled,
    NoneLeft,
    Offered,
    Returned,
    TimedOut,
    Withdrawn,
)
from ketsim.care.log import Log, broken_case, verify
from ketsim.care.registry import read_providers
from ketsim.care.routing import Case, Refused, State, fold, step
from ketsim.care.telephony import read_script
from ketsim.errors import InputError

HEARD = datetime(2026, 11, 22, 3, 47, 31, tzinfo=UTC)
TOLD = Disclosed(version="1-test", language="en")


def written(path: Path, calls: int = 2) -> Path:
    """A closed log with some finished calls."""
    with Log(path, clock=lambda: HEARD, durable=False) as log:
        for _ in range(calls):
            case = new_case()
            for event in (
                GeneralCalled(candidates=("hope", "valley")),
                TOLD,
                Offered(provider="hope"),
                TimedOut(provider="hope", seconds=29),
                Offered(provider="valley"),
                Answered(provider="valley", seconds=11),
                Closed(),
            ):
                assert isinstance(log.record(case, event), Case)
    return path


def test_a_line_holds_coarse_numbers_and_ids(tmp_path: Path) -> None:
    with Log(written(tmp_path / "log.sqlite", 1)) as log:
        entries = log.entries()
        assert [entry.seq for entry in entries] == list(range(1, 8))
        assert {entry.at for entry in entries} == {"2026-11-22T03Z"}
        assert [json.loads(entry.detail).get("seconds") for entry in entries[3:6]] == [30, None, 15]
        assert fold(entry.said for entry in entries) == log.case(entries[0].case_id)
    assert verify(tmp_path / "log.sqlite") is None


def test_the_file_itself_refuses_to_change_a_line(tmp_path: Path) -> None:
    path = written(tmp_path / "log.sqlite")
    db = sqlite3.connect(path)
    row = db.execute("SELECT * FROM entry WHERE seq = 3").fetchone()
    marks = ",".join("?" * len(row))
    for statement, given in (
        ("UPDATE entry SET provider = 'valley' WHERE seq = 3", ()),
        ("DELETE FROM entry WHERE seq = 14", ()),
        (f"INSERT OR REPLACE INTO entry VALUES ({marks})", row),
        (f"INSERT INTO entry VALUES ({marks})", (15, *row[1:])),
    ):
        with pytest.raises(sqlite3.IntegrityError):
            db.execute(statement, given)
    db.close()
    assert verify(path) is None


def test_a_writer_that_did_not_see_the_last_line_is_refused(tmp_path: Path) -> None:
    """The planted fault: two writers that read the head first and write later, without holding the lock between."""
    path = written(tmp_path / "log.sqlite")
    first, second = sqlite3.connect(path, isolation_level=None), sqlite3.connect(path, isolation_level=None)
    seq, head = first.execute("SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
    line = (seq + 1, "2026-11-22T03Z", new_case(), "unknown_called", "", '{"mode":"live"}', "routing-1", head)
    first.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*line, digest(line)))
    for late in (line, (seq + 2, *line[1:])):
        with pytest.raises(sqlite3.IntegrityError):
            second.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*late, digest(late)))
    first.close()
    second.close()
    assert verify(path) is None


def unlocked(path: Path) -> sqlite3.Connection:
    """A tamperer's connection: the triggers are gone."""
    db = sqlite3.connect(path, isolation_level=None)
    for trigger in ("entry_stays", "entry_remains", "entry_follows"):
        db.execute(f"DROP TRIGGER {trigger}")
    return db


@pytest.mark.parametrize("column", COLUMNS)
def test_one_altered_byte_in_any_column_of_any_line_is_found(column: str, tmp_path: Path) -> None:
    path = written(tmp_path / "log.sqlite")
    for line in range(1, 15):
        copy = Path(shutil.copy(path, tmp_path / f"{column}-{line}.sqlite"))
        db = unlocked(copy)
        value = db.execute(f"SELECT {column} FROM entry WHERE seq = ?", (line,)).fetchone()[0]
        if column == "seq":
            other: object = 1_000 + line
        else:
            other = chr(ord(value[0]) ^ 1) + value[1:] if value else "x"
        db.execute(f"UPDATE entry SET {column} = ? WHERE seq = ?", (other, line))
        db.close()
        assert verify(copy) == line


def test_a_missing_line_is_found_the_last_one_too(tmp_path: Path) -> None:
    path = written(tmp_path / "log.sqlite")
    for line in range(1, 15):
        copy = Path(shutil.copy(path, tmp_path / f"{line}.sqlite"))
        db = unlocked(copy)
        db.execute("DELETE FROM entry WHERE seq = ?", (line,))
        db.close()
        assert verify(copy) == line


def test_a_shortened_log_whose_counter_was_put_back_is_found_with_a_published_head(tmp_path: Path) -> None:
    path = written(tmp_path / "log.sqlite")
    with Log(path) as log:
        head = log.head()
    db = unlocked(path)
    db.execute("DELETE FROM entry WHERE seq > 12")
    db.execute("UPDATE sqlite_sequence SET seq = 12")
    db.close()
    assert verify(path) is None  # what a chain alone cannot see
    assert verify(path, head) == 13
    assert verify(path, Head(12, "0" * 64)) == 12


def rows(path: Path) -> list[tuple[object, ...]] | None:
    db = sqlite3.connect(path)
    db.text_factory = bytes
    try:
        return db.execute("SELECT * FROM entry NOT INDEXED ORDER BY seq").fetchall()
    except sqlite3.Error:
        return None
    finally:
        db.close()


def test_an_altered_byte_of_the_file_is_found_or_changes_no_line(tmp_path: Path) -> None:
    path = written(tmp_path / "log.sqlite")
    whole, as_it_was = path.read_bytes(), rows(path)
    drawn = random.Random("bytes of the log")
    found = 0
    for turn in range(600):
        copy = tmp_path / f"{turn}.sqlite"
        damaged = bytearray(whole)
        place = drawn.randrange(len(whole))
        damaged[place] ^= 1 << drawn.randrange(8)
        copy.write_bytes(damaged)
        try:
            bad = verify(copy)
        except InputError:  # it is not even a log any more
            bad = 0
        if bad is None:
            assert rows(copy) == as_it_was, f"byte {place}"
        found += bad is not None
        for left in tmp_path.glob(f"{turn}.sqlite*"):
            left.unlink()
    assert found > 50


def test_what_is_not_a_log_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a database, and longer than a header of one " * 20)
    sqlite3.connect(tmp_path / "other").execute("CREATE TABLE entry (seq)").connection.close()
    for name in ("text", "other"):
        with pytest.raises(InputError, match="not a log of calls of ketsim"):
            Log(tmp_path / name)
        with pytest.raises(InputError, match="not a log of calls of ketsim"):
            verify(tmp_path / name)
    with pytest.raises(InputError, match="there is no log"):
        verify(tmp_path / "nothing")


@pytest.mark.parametrize(
    "event",
    [
        ListingCalled(provider="4158675309"),
        ListingCalled(provider="line-415-867-5309"),
        GeneralCalled(candidates=("hope", "Jane Doe")),
        Consented(providers=("hope",), version="call 4158675309", language="en"),
        Consented(providers=("hope",), version="4158675309", language="en"),
        Disclosed(version="1", language="my knee hurts"),  # type: ignore[arg-type]
        ListingCalled(provider="hope", mode="90210"),  # type: ignore[arg-type]
    ],
    ids=repr,
)
def test_nothing_but_ids_versions_and_known_words_can_be_written(event: Event, tmp_path: Path) -> None:
    with Log(tmp_path / "log.sqlite") as log:
        with pytest.raises(InputError):
            log.record(new_case(), event)
        with pytest.raises(InputError):
            log.record("415-867-5309", Closed())
        assert log.entries() == ()


def test_ids_of_listings_and_providers() -> None:
    assert all(map(is_id, ("hope-line", "a", "8d0e6c52-98e1-5b6e-9a5e-123456789012")))
    assert not any(map(is_id, ("", "Hope", "hope line", "123", "a" * 65, "x4158675309", "hope_line", "é")))


def test_nothing_about_a_person_is_in_the_bytes_of_the_log(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    line = read_script("outcomes: {hope-line: [{timed_out: 30}]}\notherwise: {answered: 9}")
    with Log(path) as log:
        said = "I am Xanthippe Quux of 90210 Beverly Hills, my nose hurts, ring (415) 867-5309"
        call_general(log, read_providers(PROVIDERS), area=read_area("CA 90210"), code="DT", line=line, said=said)
        call_general(log, read_providers(PROVIDERS), area=read_area("CA 90210"), code="DT", said=f"overdose. {said}")
        assert len(log.entries()) > 5
        bodies = b"".join(left.read_bytes() for left in tmp_path.glob("log.sqlite*"))
    for secret in (b"8675309", b"867-5309", b"Xanthippe", b"Quux", b"Beverly", b"nose", b"overdose"):
        assert secret not in bodies
    with Log(path) as log:  # what is short enough to stand in a hash by chance
        held = json.dumps([(entry.at, entry.event, entry.provider, entry.detail) for entry in log.entries()])
    for secret_words in ("415", "902", "DT", "CA"):
        assert secret_words not in held


PROVIDERS = """
providers:
  - id: hope-line
    name: Hope Line
    phone: (800) 662-4357
    serves: [US]
    codes: [DT]
    hours: {time_zone: America/Los_Angeles, always: true}
    valid_from: 2020-01-01
    funding: [{payer: nobody, kind: listing, amount_basis: none, from: 2020-01-01, text: nothing is paid}]
"""

WRITER = """
import sys
from pathlib import Path
from ketsim.care.entry import new_case
from ketsim.care.event import *
from ketsim.care.log import Log
from ketsim.care.routing import Refused
path, shared, me = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
won = 0
with Log(path) as log:
    for _ in range(15):
        case = new_case()
        for event in (ListingCalled(provider="hope"), Disclosed(version="1-t", language="en"), Offered(provider="hope"),
                      Answered(provider="hope", seconds=5), Closed()):
            assert not isinstance(log.record(case, event), Refused)
    won += not isinstance(log.record(shared, Answered(provider="hope", seconds=5)), Refused)
    won += 100 * (not isinstance(log.record(shared, Withdrawn()), Refused))
print(won)
"""


def test_several_processes_keep_one_chain_and_one_of_them_wins(tmp_path: Path) -> None:
    path, shared = tmp_path / "log.sqlite", new_case()
    with Log(path) as log:
        for event in (ListingCalled(provider="hope"), TOLD, Offered(provider="hope")):
            log.record(shared, event)
        children = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, str(path), shared, str(me)], stdout=subprocess.PIPE, text=True
            )
            for me in range(4)
        ]
        told = [int(child.communicate()[0]) for child in children]
        assert all(child.returncode == 0 for child in children)
        ended = [entry.event for entry in log.entries(shared)][3:]
        assert ended in (["answered", "withdrawn"], ["withdrawn"])
        assert sum(told) == ("answered" in ended) + 100
        assert log.head().seq == 4 * 15 * 5 + 3 + len(ended)
        assert broken_case(log) is None
    assert verify(path) is None


def test_several_processes_make_one_new_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "log.sqlite"
    children = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), new_case(), "0"], stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    for child in children:
        child.communicate()
    assert [child.returncode for child in children] == [0, 0, 0]
    assert verify(path) is None


def test_threads_share_one_log(tmp_path: Path) -> None:
    with Log(tmp_path / "log.sqlite", durable=False) as log, ThreadPoolExecutor(8) as pool:
        cases = [new_case() for _ in range(100)]
        list(pool.map(lambda case: log.record(case, ListingCalled(provider="hope")), cases))
        assert {log.case(case).state for case in cases} == {State.RECEIVED}
    assert verify(tmp_path / "log.sqlite") is None


PEOPLE = ("hope", "valley")


class ManyCalls(RuleBasedStateMachine):
    """Calls at the same time, through two openings of one log: each stays what its own events make of it."""

    cases = Bundle("cases")

    @initialize()
    def begin(self) -> None:
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "log.sqlite"
        self.logs = (Log(self.path, durable=False), Log(self.path, durable=False))
        self.expected: dict[str, Case] = {}
        self.lines = 0

    @rule(target=cases)
    def a_call_comes(self) -> str:
        case = new_case()
        self.expected[case] = Case()
        return case

    @rule(
        case=cases,
        which=st.integers(0, 1),
        event=st.one_of(
            st.sampled_from([TOLD, NoneLeft(), Expired(), Withdrawn(), Closed(), EmergencyHeard()]),
            st.builds(ListingCalled, provider=st.sampled_from(PEOPLE)),
            st.builds(GeneralCalled, candidates=st.permutations(PEOPLE).map(tuple)),
            st.builds(Offered, provider=st.sampled_from(PEOPLE)),
            st.builds(Answered, provider=st.sampled_from(PEOPLE), seconds=st.integers(0, 60)),
            st.builds(TimedOut, provider=st.sampled_from(PEOPLE), seconds=st.integers(0, 60)),
            st.builds(Returned, provider=st.sampled_from(PEOPLE)),
            st.builds(
                Consented,
                providers=st.lists(st.sampled_from(PEOPLE), unique=True).map(tuple),
                version=st.just("1-test"),
                language=st.sampled_from(["en", "es"]),
            ),
        ),
    )
    def something_happens(self, case: str, which: int, event: Event) -> None:
        happened = self.logs[which].record(case, event)
        assert happened == step(self.expected[case], event)
        if isinstance(happened, Case):
            self.expected[case] = happened
            self.lines += 1

    @rule(case=cases)
    def it_goes_on(self, case: str) -> None:
        """Take a step that fits, so that calls get far."""
        here = self.expected[case]
        following: dict[State, Event] = {
            State.NEW: GeneralCalled(candidates=PEOPLE),
            State.RECEIVED: TOLD,
            State.READY: Offered(provider=here.untried[0]) if here.untried else NoneLeft(),
            State.OFFERED: TimedOut(provider=here.offered or "", seconds=30),
            State.UNANSWERED: Consented(providers=here.candidates, version="1-test", language="en"),
            State.CALLBACK_PENDING: Returned(provider=here.consented[0]) if here.consented else Expired(),
        }
        if here.state in following:
            self.something_happens(case, 0, following[here.state])

    @invariant()
    def each_is_what_its_events_make_of_it(self) -> None:
        if hasattr(self, "logs"):
            assert all(self.logs[1].case(case) == state for case, state in self.expected.items())
            assert self.logs[1].head().seq == self.lines

    def teardown(self) -> None:
        if hasattr(self, "logs"):
            assert verify(self.path) is None
            for log in self.logs:
                log.close()
            self.folder.cleanup()


ManyCalls.TestCase.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
test_many_calls_at_once = ManyCalls.TestCase


def test_refused_events_leave_no_line(tmp_path: Path) -> None:
    with Log(tmp_path / "log.sqlite") as log:
        case = new_case()
        assert isinstance(log.record(case, Offered(provider="hope")), Refused)
        assert log.case(case) == Case()
        assert log.head().seq == 0
