"""One call from its number to its end, and the commands that show it; the public lines stand in every answer."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ketsim.care import disclosure as disclosure_room
from ketsim.care.call import Answering, Reply, answering, call_general, call_listing, call_unknown
from ketsim.care.choice import read_area
from ketsim.care.dialled import answering_listing
from ketsim.care.disclosure import Told, consent, disclosure, version, windows
from ketsim.care.log import Log, verify
from ketsim.care.refusal import Refusal
from ketsim.care.registry import read_providers
from ketsim.care.routing import State
from ketsim.care.store import Store
from ketsim.care.telephony import read_script
from ketsim.cli.app import run
from ketsim.errors import InputError
from ketsim.rule_file import read_rules

FILE = """
providers:
  - id: ash
    name: Ash House
    phone: (415) 867-5309
    listing: 8d0e6c52-98e1-5b6e-9a5e-1a2b3c4d5e6f
    serves: [US]
    hours: {time_zone: America/Los_Angeles, always: true}
    recorded: true
    valid_from: 2020-01-01
    funding: [{payer: Ash House, kind: listing, amount_basis: flat_subscription, from: 2020-01-01, text: 50 a month}]
  - id: birch
    name: Birch Line
    phone: (800) 662-4357
    serves: [CA]
    codes: [DT]
    hours: {time_zone: America/Los_Angeles, always: true}
    recorded: false
    valid_from: 2020-01-01
    funding: [{payer: the county, kind: service, amount_basis: public, from: 2020-01-01, text: public money}]
"""
BOTH = read_providers(FILE)
SCRIPT = "outcomes: {ash: [{busy: 3}], birch: [{answered: 12}]}"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    with Log(tmp_path / "log.sqlite", durable=False) as opened:
        yield opened


def events(log: Log, reply: Reply) -> list[str]:
    return [entry.event for entry in log.entries(reply.case_id)]


def lines_first(reply: Reply) -> bool:
    return [line.number for line in reply.lines[:2]] == ["911", "988"] and len(reply.to_dict()["public_lines"]) == 4


def test_without_a_line_the_order_is_shown_and_nothing_rings(log: Log) -> None:
    reply = call_general(log, BOTH, area=read_area("CA"))
    assert events(log, reply) == ["general_called", "disclosed", "shown"]
    assert reply.order is not None
    assert tuple(name for name, _ in reply.dial) == tuple(
        {"ash": "Ash House", "birch": "Birch Line"}[one] for one in reply.order.ids
    )
    assert lines_first(reply)


def test_a_script_rings_in_order_until_somebody_answers(log: Log) -> None:
    line = read_script(SCRIPT)
    reply = call_general(log, BOTH, area=read_area("CA"), line=line)
    assert reply.case.reached == "birch"
    assert reply.attempts[-1].provider == "birch"
    assert line.written[-1] == "Would ring birch at +18006624357: answered after 12 s."
    assert reply.sentence.startswith("Birch Line answered after ")
    assert lines_first(reply)


def test_nobody_answers(log: Log) -> None:
    reply = call_general(log, BOTH, area=read_area("CA"), line=read_script("outcomes: {}"))
    assert reply.case.state is State.UNANSWERED
    assert len(reply.attempts) == len(reply.dial) == 2
    assert events(log, reply)[-2:] == ["none_left", "closed"]


def test_nobody_is_eligible(log: Log) -> None:
    reply = call_general(log, BOTH, area=read_area("NV"), code="DT")
    assert reply.case.candidates == ()
    assert reply.told is not None
    assert "Nobody who answers it serves this place" in reply.told.text
    assert lines_first(reply)


def test_a_listing_reaches_that_listing_and_nobody_else(log: Log) -> None:
    listing = Answering(id="elm", phone="+14155550000", told=Told(name="Elm"))
    line = read_script("outcomes: {elm: [{timed_out: 30}]}\notherwise: {answered: 1}")
    reply = call_listing(log, listing, line=line)
    assert [one.provider for one in reply.attempts] == ["elm"]
    assert reply.case.state is State.UNANSWERED


@pytest.mark.parametrize("ended", ["withdrawn", "emergency"])
def test_the_person_hangs_up_or_is_in_danger_while_it_rings(log: Log, ended: str) -> None:
    line = read_script(f"outcomes: {{}}\notherwise: {{{ended}: 4}}")
    reply = call_general(log, BOTH, area=read_area("CA"), line=line)
    assert len(reply.attempts) == 1
    assert reply.case.state is (State.DIVERTED if ended == "emergency" else State.WITHDRAWN)
    assert lines_first(reply)
    if ended == "emergency":
        assert reply.sentence.startswith("Call 911 now")
        assert reply.dial == ()


@pytest.mark.parametrize(("said", "first"), [("she took too much", "911"), ("I want to die", "988")])
def test_an_emergency_comes_before_everything(log: Log, said: str, first: str) -> None:
    for reply in (
        call_general(log, BOTH, area=read_area("CA"), line=read_script(SCRIPT), said=said),
        call_listing(log, Answering(id="elm", phone="+14155550000", told=Told(name="Elm")), said=said),
        call_unknown(log, said=said),
    ):
        assert events(log, reply) == ["emergency_heard"]
        assert reply.lines[0].number == first
        assert reply.sentence.startswith(f"Call {first} now.")
        assert reply.told is reply.order is None


def test_an_unknown_number_reaches_nobody(log: Log) -> None:
    reply = call_unknown(log)
    assert reply.case.state is State.REFUSED
    assert lines_first(reply)


def test_the_disclosure_names_who_answers_and_who_pays() -> None:
    told = [one.told(date(2026, 6, 1)) for one in BOTH]
    text = disclosure("general", told).text
    for words in (
        "It is answered by one of these, asked in this order: Ash House then Birch Line.",
        "Ash House pays for this listing: Ash House, 50 a month.",
        "Birch Line does not pay for this listing.",
        "the county pays for the work of Birch Line: public money.",
        "Ash House records calls.",
        "Birch Line does not record calls.",
        "nobody can pay for a place",
        "This is not 911.",
    ):
        assert words in text
    spanish = disclosure("listing", told[:1], language="es").text
    assert spanish.startswith("Está llamando a Ash House.")
    assert "Esto no es el 911." in spanish
    with pytest.raises(InputError, match="answered by that listing and by nobody else"):
        disclosure("listing", told)


def test_every_text_is_there_in_spanish_too(log: Log) -> None:
    data = read_rules(Path(disclosure_room.__file__).with_name("disclosure.yaml"))
    for part in ("disclosure", "replies"):
        assert set(data[part]["en"]) == set(data[part]["es"])
    reply = call_general(log, BOTH, area=read_area("CA"), line=read_script("outcomes: {}"), language="es")
    assert reply.sentence.startswith("Nadie contestó.")
    urgent = call_general(
        log, BOTH, area=read_area("CA"), line=read_script("outcomes: {}\notherwise: {emergency: 1}"), language="es"
    )
    assert urgent.sentence.startswith("Llame al 911 ahora")


def test_consent_names_who_may_call_and_until_when() -> None:
    text = consent(["Ash House"], window="morning").text
    assert "I allow Ash House to call me" in text
    assert "in the morning, within 24 hours" in text
    assert consent(["A"], language="es").text.startswith("Permito que A me llame")
    for wrong in ({"names": []}, {"names": ["A"], "window": "night"}, {"names": ["A"], "language": "fr"}):
        with pytest.raises(InputError):
            consent(**wrong)  # type: ignore[arg-type]
    assert windows() == ("anytime", "morning", "afternoon", "evening")
    assert version().startswith("1-")


@pytest.mark.parametrize(
    "script",
    [
        "outcomes: [1]",
        "outcome: {}",
        "outcomes: {ash: {busy: 3}}",
        "outcomes: {ash: [busy]}",
        "outcomes: {ash: [{ansered: 3}]}",
        "outcomes: {ash: [{busy: -1}]}",
        "outcomes: {ash: [{busy: soon}]}",
    ],
)
def test_a_script_with_a_slip_is_refused_with_its_line(script: str) -> None:
    with pytest.raises(InputError, match=r"^script\.yaml:1: "):
        read_script(script, name="script.yaml")


def test_a_number_that_several_share_asks_which() -> None:
    told = [one.told(date(2026, 6, 1)) for one in BOTH]
    found = answering_listing("+14158675309", BOTH, told, None)
    assert found == Answering(id="8d0e6c52-98e1-5b6e-9a5e-1a2b3c4d5e6f", phone="+14158675309", told=told[0])
    assert answering_listing("+12025550000", BOTH, told, None) is None
    twins = (BOTH[0], read_providers(FILE.replace("id: ash", "id: oak").replace("8d0e", "9d0e"))[0])
    with pytest.raises(Refusal) as caught:
        answering_listing("+14158675309", twins, told, None)
    assert (caught.value.status, len(caught.value.choices)) == (300, 2)
    chosen = answering_listing("+14158675309", twins, told, None, caught.value.choices[1])
    assert chosen is not None
    assert chosen.id == caught.value.choices[1]


def ketsim(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = run(["care", *map(str, arguments)])
    said = capsys.readouterr()
    return status, said.out, said.err


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    (tmp_path / "p.yaml").write_text(FILE)
    (tmp_path / "s.yaml").write_text(SCRIPT)
    return {"providers": tmp_path / "p.yaml", "script": tmp_path / "s.yaml", "log": tmp_path / "log.sqlite"}


def test_the_commands(capsys: pytest.CaptureFixture[str], files: dict[str, Path]) -> None:
    common = ("--providers", files["providers"], "--log", files["log"])
    status, out, _ = ketsim(
        capsys, "call", "--general", "--place", "CA", *common, "--script", files["script"], "--json"
    )
    body = json.loads(out)
    assert (status, body["schema"], body["state"], body["reached"]) == (0, "ketsim.care/1", "connected", "birch")
    assert body["would_happen"][-1].startswith("Would ring birch")
    status, out, _ = ketsim(capsys, "call", "(415) 867-5309", *common)
    assert status == 0
    assert "You are calling Ash House." in out
    assert "Emergency 911" in out
    status, out, _ = ketsim(capsys, "call", "--general", "--say", "he cannot breathe", *common)
    assert out.startswith("Call 911 now.")
    assert "Ash House" not in out
    status, out, _ = ketsim(capsys, "verify-log", files["log"], "--json")
    body = json.loads(out)
    assert (status, body["intact"], body["first_bad_line"]) == (0, True, None)
    status, out, _ = ketsim(capsys, "stats", "--log", files["log"], "--json")
    body = json.loads(out)
    assert status == 0
    assert body["shown_from_n"] == 20
    assert {one["mode"] for one in body["measures"]} == {"scripted"}
    assert all(one["hidden"] for one in body["measures"])
    assert [line["number"] for line in body["public_lines"][:2]] == ["911", "988"]
    status, out, _ = ketsim(capsys, "stats", "--log", files["log"])
    assert "hidden" in out
    assert "Wilson" in out
    status, out, _ = ketsim(capsys, "call", "--simulate", 40, "--json")
    body = json.loads(out)
    assert (status, body["sound"], body["simulated"]["calls"]) == (0, True, 40)


def test_a_tampered_log_is_told_with_status_1(capsys: pytest.CaptureFixture[str], files: dict[str, Path]) -> None:
    ketsim(capsys, "call", "--general", "--providers", files["providers"], "--log", files["log"])
    status, out, _ = ketsim(capsys, "verify-log", files["log"])
    head = out.split("later: ")[1].split()[0]
    assert ketsim(capsys, "verify-log", files["log"], "--head", head)[0] == 0
    assert ketsim(capsys, "verify-log", files["log"], "--head", f"3:{'0' * 64}")[0] == 1
    db = sqlite3.connect(files["log"], isolation_level=None)
    db.execute("DROP TRIGGER entry_stays")
    db.execute("UPDATE entry SET provider = 'birch' WHERE seq = 2")
    db.close()
    status, out, _ = ketsim(capsys, "verify-log", files["log"])
    assert status == 1
    assert "line 2 is missing or not as it was written" in out
    assert "Emergency 911" in out
    assert verify(files["log"]) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("call",), "say what is called"),
        (("call", "4158675309", "--general"), "say what is called"),
        (("call", "911"), "dial 911 now"),
        (("call", "hello"), "digits or signs"),
        (("call", "--general", "--place", "Mars"), "does not name one state"),
        (("call", "--general", "--providers", "nowhere.yaml"), "cannot be read"),
        (("call", "--simulate", "0"), "cannot be simulated"),
        (("stats", "--log", "nowhere.sqlite"), "there is no log"),
        (("verify-log", "nowhere.sqlite"), "there is no log"),
        (("verify-log", "nowhere.sqlite", "--head", "x"), "a head is"),
    ],
)
def test_a_slip_gets_one_sentence_and_the_public_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: tuple[str, ...],
    said: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KETSIM_CARE_LOG", str(tmp_path / "log.sqlite"))
    status, out, err = ketsim(capsys, *arguments)
    assert (status, out) == (2, "")
    assert said in err
    assert "911" in err
    assert "988" in err
    assert err.count("\n") == 1


def test_a_number_of_nobody_ends_with_status_1(capsys: pytest.CaptureFixture[str], files: dict[str, Path]) -> None:
    Store.open(files["log"].with_name("empty.sqlite")).close()
    status, out, _ = ketsim(
        capsys, "call", "(415) 867-5310", "--db", files["log"].with_name("empty.sqlite"), "--log", files["log"]
    )
    assert status == 1
    assert "belongs to nobody here" in out
    assert "Emergency 911" in out


def test_answering_is_told_with_what_holds_that_day() -> None:
    assert answering(BOTH[0], datetime(2026, 1, 1, tzinfo=UTC)).told.pays == ("Ash House, 50 a month",)
    assert answering(BOTH[0], datetime(2019, 1, 1, tzinfo=UTC)).told.pays == ()
