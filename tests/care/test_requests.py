"""A number is sealed, kept for a day at most, erased when it is over; consent stays; nobody is called twice."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ketsim.care import disclosure
from ketsim.care.entry import new_case
from ketsim.care.event import Disclosed, EmergencyHeard, Expired, GeneralCalled, NoneLeft, Offered, TimedOut
from ketsim.care.honeypot import FormGuard, FormPass
from ketsim.care.limits import Limits, network_of
from ketsim.care.log import Log, verify
from ketsim.care.refusal import Refusal
from ketsim.care.requests import Receipt, Requests
from ketsim.care.routing import Case, Refused, State
from ketsim.care.vault import KEY, Vault, form_is_on, new_key, open_vault
from ketsim.errors import InputError

VAULT = Vault(b"k" * 32)
PHONE = "(415) 867-5309"


@dataclass
class Clock:
    now: datetime = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Desk:
    folder: Path
    limits: Limits = field(default_factory=Limits)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.log = Log(self.folder / "log.sqlite", clock=self.clock, durable=False)
        self.requests = self.open()

    def open(self) -> Requests:
        return Requests(
            self.folder / "requests.sqlite", vault=VAULT, log=self.log, limits=self.limits, clock=self.clock
        )

    def ask(self, phone: str = PHONE, **other: object) -> Receipt:
        said: dict[str, object] = {
            "providers": ("hope",), "available": {"hope", "valley"}, "consents": True, "version": disclosure.version(),
        }  # fmt: skip
        return self.requests.submit(phone=phone, **{**said, **other})  # type: ignore[arg-type]

    def refused(self, phone: str = PHONE, **other: object) -> tuple[int, str]:
        with pytest.raises(Refusal) as caught:
            self.ask(phone, **other)
        assert caught.value.sentence[0] == caught.value.sentence[0].lower()
        assert caught.value.sentence.endswith(".")
        return caught.value.status, caught.value.code

    def bytes(self) -> bytes:
        return b"".join(path.read_bytes() for path in self.folder.iterdir())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.requests.close()
    made.log.close()
    assert verify(tmp_path / "log.sqlite") is None


def number(n: int) -> str:
    return f"415867{n:04d}"


def test_a_request_reaches_the_provider_that_was_chosen_and_nobody_else(desk: Desk) -> None:
    receipt = desk.ask(window="morning", names=["Hope Line"])
    assert receipt.consent.startswith("I allow Hope Line to call me")
    assert [line.number for line in receipt.lines[:2]] == ["911", "988"]
    (waiting,) = desk.requests.waiting("hope")
    assert (waiting.phone, waiting.window, waiting.case_id) == ("+14158675309", "morning", receipt.case_id)
    assert desk.requests.waiting("valley") == ()
    refused = desk.requests.returned(receipt.case_id, "valley")
    assert isinstance(refused, Refused)
    assert desk.requests.held() == (receipt.case_id,)


def test_erased_when_returned(desk: Desk) -> None:
    receipt = desk.ask()
    after = desk.requests.returned(receipt.case_id, "hope")
    assert isinstance(after, Case)
    assert (after.state, after.reached) == (State.CONNECTED, "hope")
    assert desk.requests.held() == desk.requests.waiting("hope") == ()


def test_erased_when_taken_back(desk: Desk) -> None:
    receipt = desk.ask()
    assert desk.requests.withdraw(f" {receipt.code[:5].lower()}-{receipt.code[5:]} ").state is State.WITHDRAWN
    assert desk.requests.held() == ()
    with pytest.raises(Refusal) as caught:
        desk.requests.withdraw(receipt.code)
    assert caught.value.status == 404


def test_erased_when_the_day_is_over(desk: Desk) -> None:
    receipt = desk.ask()
    desk.clock.forward(hours=23, minutes=59)
    assert desk.requests.sweep() == 0
    desk.clock.forward(minutes=1)
    assert desk.requests.waiting("hope") == ()
    assert desk.requests.held() == ()
    assert desk.log.case(receipt.case_id).state is State.EXPIRED


def test_erased_in_an_emergency(desk: Desk) -> None:
    receipt = desk.ask()
    assert desk.requests.emergency(receipt.case_id).state is State.DIVERTED  # type: ignore[union-attr]
    assert desk.requests.held() == ()


def test_consent_stays_without_the_number(desk: Desk) -> None:
    receipt = desk.ask(language="es", providers=("hope", "valley"))
    desk.requests.withdraw(receipt.code)
    (consent,) = desk.log.consents()
    assert consent.case_id == receipt.case_id
    assert (consent.version, consent.language, consent.at) == (disclosure.version(), "es", "2026-11-22T22Z")
    assert consent.providers == ("hope", "valley")


def test_what_is_erased_is_gone_from_the_bytes(desk: Desk) -> None:
    receipt = desk.ask()
    sealed = desk.requests._db.execute("SELECT sealed FROM request").fetchone()[0]
    assert sealed in desk.bytes()
    assert b"8675309" not in desk.bytes()
    assert receipt.code.encode() not in desk.bytes()
    desk.requests.withdraw(receipt.code)
    assert sealed not in desk.bytes()
    assert sealed[12:40] not in desk.bytes()


def test_nothing_of_the_person_is_on_disk_in_the_clear(desk: Desk) -> None:
    desk.ask(client="203.0.113.77", window="evening")
    held = desk.bytes()
    for secret in (b"4158675309", b"867-5309", b"203.0.113", b"evening"):
        assert secret not in held


def test_a_sealed_number_cannot_be_moved_to_another_case(desk: Desk) -> None:
    one, other = desk.ask(), desk.ask(number(1), providers=("valley",))
    sealed = desk.requests._db.execute("SELECT sealed FROM request WHERE case_id = ?", (one.case_id,)).fetchone()[0]
    desk.requests._db.execute("UPDATE request SET sealed = ? WHERE case_id = ?", (sealed, other.case_id))
    with pytest.raises(InputError, match="was not sealed with the key"):
        desk.requests.waiting("valley")


def test_one_request_per_number_in_a_day_whoever_asks(desk: Desk) -> None:
    receipt = desk.ask(client="198.51.100.1")
    desk.requests.withdraw(receipt.code)
    assert desk.refused("415.867.5309", client="203.0.113.9") == (429, "too_many_number")
    desk.clock.forward(hours=2)  # past midnight, with another key
    assert desk.refused() == (429, "too_many_number")
    desk.clock.forward(hours=21, minutes=59)
    assert desk.refused() == (429, "too_many_number")
    desk.clock.forward(minutes=2)
    desk.ask()


def test_five_requests_an_hour_from_one_network(desk: Desk) -> None:
    desk.clock.forward(hours=1)  # so that midnight lies within the hour
    for n in range(5):
        desk.ask(number(n), client=f"203.0.113.{n}")
    assert desk.refused(number(5), client="203.0.113.200") == (429, "too_many_network")
    desk.clock.forward(minutes=45)
    assert desk.refused(number(6), client="::ffff:203.0.113.9") == (429, "too_many_network")
    desk.ask(number(7), client="203.0.114.1")
    desk.ask(number(8), client="2001:db8::1")
    desk.clock.forward(minutes=16)
    desk.ask(number(5), client="203.0.113.200")


def test_a_limit_for_all_together(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Limits(all=3))
    for n in range(3):
        desk.ask(number(n), client=f"10.{n}.0.1")
    assert desk.refused(number(3), client="10.9.0.1") == (429, "too_many_everybody")
    desk.clock.forward(hours=1, seconds=1)
    desk.ask(number(3))


def test_keys_and_marks_go_when_no_limit_needs_them(desk: Desk) -> None:
    desk.ask(client="203.0.113.1")
    db = desk.requests._db
    assert db.execute("SELECT count(*) FROM mark").fetchone()[0] == 3
    desk.clock.forward(hours=1)
    desk.requests.sweep()
    assert db.execute("SELECT kind FROM mark").fetchall() == [("number",)]
    desk.clock.forward(days=2)
    desk.requests.sweep()
    assert db.execute("SELECT count(*) FROM mark").fetchone()[0] == 0
    assert db.execute("SELECT count(*) FROM day_key").fetchone()[0] == 0


def test_networks() -> None:
    assert network_of("203.0.113.9") == network_of("::ffff:203.0.113.200") == "203.0.113.0/24"
    assert network_of("2001:db8:1:2::9%eth0") == "2001:db8:1::/48"
    assert network_of("not an address") == network_of("") == "unknown"


@pytest.mark.parametrize(
    ("other", "answer"),
    [
        ({"phone": "911"}, (422, "dial_now")),
        ({"phone": "(202) 911-1234"}, (422, "phone_not_callable")),
        ({"phone": "(800) 867-5309"}, (422, "phone_not_callable")),
        ({"phone": "call me"}, (422, "phone_format")),
        ({"consents": False}, (422, "consent_missing")),
        ({"version": "0-old"}, (409, "consent_outdated")),
        ({"window": "at night"}, (422, "window")),
        ({"providers": ()}, (422, "providers")),
        ({"providers": ("hope", "hope")}, (422, "providers")),
        ({"providers": ("hope", "else")}, (409, "provider_not_available")),
    ],
)
def test_what_cannot_be_taken_leaves_nothing(desk: Desk, other: dict[str, object], answer: tuple[int, str]) -> None:
    assert desk.refused(**other) == answer  # type: ignore[arg-type]
    assert desk.requests.held() == ()
    assert desk.log.entries() == ()
    desk.ask()  # and counts for nothing


def test_an_unanswered_call_goes_on_as_a_request(desk: Desk) -> None:
    case = new_case()
    for event in (GeneralCalled(candidates=("hope",)), Disclosed(version="1", language="en"), Offered(provider="hope")):
        desk.log.record(case, event)
    assert desk.refused(case_id=case) == (409, "call_not_possible")  # it still rings
    assert desk.requests.held() == ()
    desk.log.record(case, TimedOut(provider="hope", seconds=30))
    desk.log.record(case, NoneLeft())
    assert desk.refused(case_id=case, providers=("valley",)) == (409, "call_not_possible")
    assert desk.ask(case_id=case).case_id == case
    assert desk.refused(number(1), case_id=case) == (409, "already_waiting")


def test_a_form_is_taken_once(desk: Desk) -> None:
    guard = FormGuard(VAULT.derive("form"), clock=desk.clock)
    token = guard.issue()
    desk.clock.forward(seconds=5)
    granted = guard.check(token.token, token.honeypot).granted
    assert granted is not None
    assert desk.refused("911", form=granted) == (422, "dial_now")  # a slip does not spend it
    desk.ask(form=granted)
    assert desk.refused(number(1), form=granted) == (409, "form_reused")
    assert len(desk.requests.held()) == 1
    old = FormPass(nonce="0" * 32, until=int(desk.clock.now.timestamp()) - 1)
    assert desk.refused(number(2), form=old) == (409, "form_reused")


def test_what_the_log_says_is_over_has_no_number_when_the_file_is_opened_again(desk: Desk) -> None:
    receipts = [desk.ask(number(n)) for n in range(3)]
    desk.log.record(receipts[0].case_id, Expired())  # as if killed before the row went
    desk.log.record(receipts[1].case_id, EmergencyHeard())
    assert [one.case_id for one in desk.requests.waiting("hope")] == [receipts[2].case_id]
    again = desk.open()
    assert again.held() == (receipts[2].case_id,)
    again.close()


def test_a_row_whose_consent_never_reached_the_log_is_never_shown_and_goes(desk: Desk) -> None:
    lost = new_case()
    row = (lost, VAULT.seal("+14158675309 anytime", lost), b"", int(desk.clock.now.timestamp()), 2**40)
    desk.requests._db.execute("INSERT INTO request VALUES (?, ?, ?, ?, ?)", row)
    assert desk.requests.waiting("hope") == ()
    desk.clock.forward(minutes=6)
    desk.requests.sweep()
    assert desk.requests.held() == ()


def test_at_the_same_time_one_number_is_taken_once(desk: Desk) -> None:
    others = [desk.open() for _ in range(4)]

    def ask(n: int) -> str:
        try:
            others[n % 4].submit(
                phone=PHONE, providers=("hope",), available={"hope"}, consents=True, version=disclosure.version()
            )
        except Refusal as refusal:
            return refusal.code
        return "taken"

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(ask, range(16)))
    assert answers == ["taken", *["too_many_number"] * 15]
    assert len(desk.requests.held()) == len(desk.log.consents()) == 1
    for one in others:
        one.close()


class ManyRequests(RuleBasedStateMachine):
    """Whatever happens in whatever order: a number is held exactly while its call waits to be returned."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.desk = Desk(Path(self.folder.name), Limits(network=10**6, all=10**6))
        self.receipts: list[Receipt] = []
        self.numbers = 0

    @rule(who=st.sampled_from([("hope",), ("valley",), ("hope", "valley")]))
    def somebody_asks(self, who: tuple[str, ...]) -> None:
        self.numbers += 1
        self.receipts.append(self.desk.ask(number(self.numbers), providers=who))

    @rule(data=st.data(), what=st.sampled_from(["hope", "valley", "else", "withdraw", "emergency", "expired"]))
    def something_happens(self, data: st.DataObject, what: str) -> None:
        if not self.receipts:
            return
        receipt = data.draw(st.sampled_from(self.receipts))
        match what:
            case "withdraw":
                with contextlib.suppress(Refusal):
                    self.desk.requests.withdraw(receipt.code)
            case "emergency":
                self.desk.requests.emergency(receipt.case_id)
            case "expired":  # the log alone, as after a kill
                self.desk.log.record(receipt.case_id, Expired())
                self.desk.requests.sweep()
            case _:
                self.desk.requests.returned(receipt.case_id, what)

    @rule(hours=st.sampled_from([0.1, 5, 23, 24]))
    def time_passes(self, hours: float) -> None:
        self.desk.clock.forward(hours=hours)
        self.desk.requests.sweep()

    @rule()
    def the_file_is_opened_again(self) -> None:
        self.desk.requests.close()
        self.desk.requests = self.desk.open()

    @invariant()
    def a_number_is_held_exactly_while_its_call_waits(self) -> None:
        if not hasattr(self, "desk"):
            return
        waits = {one.case_id for one in self.receipts if self.desk.log.case(one.case_id).holds_phone}
        assert set(self.desk.requests.held()) == waits
        assert len(self.desk.log.consents()) == len(self.receipts)
        for who in ("hope", "valley"):
            shown = {one.case_id for one in self.desk.requests.waiting(who)}
            assert shown == {case for case in waits if who in self.desk.log.case(case).consented}

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            self.desk.requests.close()
            self.desk.log.close()
            assert verify(self.desk.folder / "log.sqlite") is None
            self.folder.cleanup()


ManyRequests.TestCase.settings = settings(
    max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
test_many_requests = ManyRequests.TestCase


@pytest.mark.parametrize("fault", ["_erase", "sweep"])
def test_a_number_that_is_not_erased_is_caught(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Requests, fault, lambda self, *_: 0)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            ManyRequests,
            settings=settings(
                max_examples=200, stateful_step_count=20, deadline=None, database=None, derandomize=True,
                suppress_health_check=list(HealthCheck), phases=[Phase.generate],
            ),
        )  # fmt: skip


def test_without_a_key_the_form_is_off_and_says_why() -> None:
    off = form_is_on({})
    assert not off
    assert KEY in off.reason
    assert "not base64" in form_is_on({KEY: "?"}).reason
    assert "has 3 bytes" in form_is_on({KEY: "YWJj"}).reason
    assert form_is_on({KEY: new_key()})
    assert open_vault({KEY: new_key()}).derive("a") != open_vault({KEY: new_key()}).derive("a")


def test_the_extra_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.ciphers.aead", None)
    assert 'pip install "ketsim[care]"' in form_is_on({KEY: new_key()}).reason
