"""Law and approval: the edges of dates, what is not known, and that nothing is guessed."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketsim import InputError
from ketsim.cli.app import run
from ketsim.evidence import fact
from ketsim.safety.law import day_of, law
from ketsim.safety.law_book import EVERYWHERE, Rule, Standing, law_book
from ketsim.safety.names import plain

BOOK = law_book()
DAYS = st.dates(min_value=date(1960, 1, 1), max_value=date(2030, 12, 31))


def statuses(country: str, product: str | None, use: str | None, on: str) -> set[str]:
    answer = law(country, product=product, use=use, on=date.fromisoformat(on))
    return {row["status"] for row in answer.data["rules"]}


@pytest.mark.parametrize(
    ("country", "use", "before", "day", "status_before", "status_after"),
    [
        ("US", "possession", "1999-08-11", "1999-08-12", "not federally scheduled", "controlled, Schedule III"),
        ("US", "supply", "1999-08-11", "1999-08-12", "not federally scheduled", "controlled, Schedule III"),
        ("UK", "classification", "2014-06-09", "2014-06-10", "controlled, Class C", "controlled, Class B"),
        (
            "UK",
            "import",
            "2005-12-31",
            "2006-01-01",
            "not controlled under the Misuse of Drugs Act",
            "controlled, Class C",
        ),
        ("New Zealand", "class", "2010-11-30", "2010-12-01", "not a controlled drug", "controlled, Class C(4)"),
    ],
)
def test_the_day_of_a_change(
    country: str, use: str, before: str, day: str, status_before: str, status_after: str
) -> None:
    earlier, later = statuses(country, "ketamine", use, before), statuses(country, "ketamine", use, day)
    assert status_before in earlier
    assert status_before not in later
    assert any(status.startswith(status_after) for status in later)
    assert not any(status.startswith(status_after) for status in earlier)


def test_possession_in_the_united_kingdom_changed_with_the_class() -> None:
    def longest(on: str) -> set[str]:
        rows = law("England", product="ketamine", use="possession", on=date.fromisoformat(on)).data["rules"]
        return {name for row in rows if row["status"] == "offence" for name in row["facts"]}

    assert longest("2014-06-09") == {"PD198-possession-before"}
    assert longest("2014-06-10") == {"PD198-possession", "LAW-uk-possession-b"}
    assert (fact("PD198-possession-before").number, fact("PD198-possession").number) == (2, 5)
    assert fact("LAW-uk-possession-b").number == fact("PD198-possession").number
    assert fact("LAW-uk-supply-b").number == fact("PD198-supply").number == 14


def test_esketamine_in_the_united_states() -> None:
    def found(on: str) -> set[str]:
        return statuses("US", "esketamine", "depression", on)

    assert found("2018-01-01") == found("2019-03-04") == {"not approved"}
    assert found("2019-03-05") == {"approved for treatment-resistant depression"}
    assert len(found("2020-08-02")) == 1
    assert any("acute suicidal thoughts" in status for status in found("2020-08-03"))
    assert not any("without an oral antidepressant" in status for status in found("2025-01-20"))
    assert any("without an oral antidepressant" in status for status in found("2025-01-21"))


def test_what_the_united_states_never_approved() -> None:
    for day in ("1975-01-01", "2018-01-01", "2026-11-22"):
        assert statuses("USA", "ketamine", "depression", day) == {"not approved"}
        assert statuses("USA", "ketamine", "status epilepticus", day) == {"not approved, off-label"}
        assert statuses("USA", None, "ketamine use disorder", day) == {"no approved medicine"}
        assert statuses("USA", "ketamine", "anesthesia", day) == {"approved"}


def test_a_year_is_not_read_as_a_day() -> None:
    assert statuses("US", "ketamine", "anaesthesia", "1969-12-31") == set()
    assert statuses("US", "ketamine", "anaesthesia", "1970-12-31") == {"approved"}
    answer = law("US", product="ketamine", use="anaesthesia", on=date(1970, 6, 1))
    assert answer.data["rules"] == []
    assert any("1970 only" in unknown.looked_for for unknown in answer.not_known)


def test_parts_of_a_country() -> None:
    assert "offence above the legal limit" in statuses("England", "ketamine", "driving", "2016-01-01")
    assert "offence above the legal limit" not in statuses("Scotland", "ketamine", "driving", "2019-10-20")
    assert "offence above the legal limit" in statuses("Scotland", "ketamine", "driving", "2019-10-21")
    assert statuses("Northern Ireland", "ketamine", "driving", "2020-01-01") == set()
    assert "not recommended for the NHS" not in statuses("Scotland", "esketamine", "depression", "2024-01-01")


def test_a_union_speaks_for_its_members_and_nobody_for_a_neighbour() -> None:
    expected = {"approved for treatment-resistant depression"}
    assert statuses("Germany", "esketamine", "depression", "2020-01-01") == expected
    assert statuses("EU", "ketamine", "possession", "2026-01-01") == set()
    assert statuses("UK", "esketamine", "possession", "2020-01-01") == set()


@pytest.mark.parametrize("name", ["US", "usa", "U.S.A.", "United States", " america "])
def test_other_names_of_the_united_states(name: str) -> None:
    assert law(name).data["country"] == "US"


@pytest.mark.parametrize("name", ["UK", "United Kingdom", "Great Britain", "England", "wales", "England and Wales"])
def test_other_names_of_the_united_kingdom(name: str) -> None:
    assert law(name).data["country"] == "UK"


@pytest.mark.parametrize(
    ("country", "product", "use", "on"),
    [
        ("Atlantis", None, None, None),
        ("US", None, "how to get it without prescription", None),
        ("Denmark", "ketamine", "driving", None),
        ("Germany", "ketamine", "possession", date(2010, 1, 1)),
        ("US", "ketamine", "possession", date(2031, 1, 1)),
    ],
)
def test_what_has_no_rule_is_not_known(country: str, product: str | None, use: str | None, on: date | None) -> None:
    answer = law(country, product=product, use=use, on=on)
    assert answer.data["rules"] == []
    assert "not known" in answer.headline
    assert answer.not_known
    assert all(unknown.looked_for for unknown in answer.not_known)


def test_after_the_check_the_last_known_state_is_shown_as_such() -> None:
    answer = law("US", product="ketamine", use="classification", on=BOOK.checked + timedelta(days=1))
    assert answer.data["rules"] == []
    assert [s.heading for s in answer.sections] == [f"As checked on {BOOK.checked}", "How to read this"]


@given(day=DAYS, place=st.sampled_from([None, *(country.key for country in BOOK.countries)]))
@settings(max_examples=25)
def test_every_answer_says_that_it_is_no_advice_and_when_it_was_checked(day: date, place: str | None) -> None:
    answer = law(place, on=day)
    assert "no legal advice" in answer.headline
    assert str(BOOK.checked) in answer.headline
    assert any("no legal advice" in s.text for section in answer.sections for s in section.statements)
    assert answer.data["rules"] or answer.not_known
    assert all(row["sources"] and row["certainty"] and row["checked"] for row in answer.data["rules"])


@given(day=DAYS)
def test_no_class_of_control_overlaps_another(day: date) -> None:
    for country in BOOK.countries:
        held = {
            rule.status
            for rule in BOOK.rules
            if rule.country == country.key
            and "classification" in rule.use
            and rule.status.startswith(("controlled", "not controlled", "not federally", "not a controlled"))
            and rule.standing(day) is Standing.IN_FORCE
        }
        assert len(held) <= 1, country.name


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_every_rule_is_whole(rule: Rule) -> None:
    assert all(fact(name).text for name in rule.facts)
    assert rule.checked == BOOK.checked
    assert rule.country == EVERYWHERE or rule.country in {country.key for country in BOOK.countries}
    assert set(rule.product) <= set(BOOK.products)
    assert set(rule.use) <= set(BOOK.uses)
    parts = next((country.parts for country in BOOK.countries if country.key == rule.country), {})
    assert set(rule.part) <= set(parts)
    if rule.since is not None and rule.until is not None:
        assert rule.since.last <= rule.until.first
    if rule.attested:
        assert rule.since is not None


def test_ids_and_names_are_unique() -> None:
    ids = [rule.id for rule in BOOK.rules]
    names = [name for country in BOOK.countries for name, _ in country.names()]
    uses = [plain(name) for key, others in BOOK.uses.items() for name in (key, *others)]
    for words in (ids, names, uses):
        assert len(words) == len(set(words))


@pytest.mark.parametrize(
    "text", ["2018-13-01", "2018-02-30", "yesterday", "2018", "01.01.2018", "", "9" * 400, "0000-01-01"]
)
def test_a_bad_date_is_one_teaching_sentence(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InputError, match="such as 1999-08-12") as caught:
        day_of(text)
    assert caught.value.field == "date"
    assert run(("safety", "law", "US", "--date", text)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1


def test_a_product_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("safety", "law", "US", "--product", "esketamin")) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "did you mean 'esketamine'?" in err


def test_the_doors_say_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("safety", "law", "US", "--product", "esketamine", "--use", "depression", "--date", "2018-01-01")
    page = tmp_path / "law.html"
    assert run((*asked, "--report", str(page))) == 0
    text = capsys.readouterr().out
    assert run((*asked, "--json")) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["schema"] == "ketsim.safety/1"
    assert body["question"] == "law"
    (row,) = body["rules"]
    assert {key: row[key] for key in ("country", "product", "use", "status", "from", "until", "checked")} == {
        "country": "US",
        "product": "esketamine",
        "use": "depression",
        "status": "not approved",
        "from": None,
        "until": "2019-03-04",
        "checked": "2026-11-22",
    }
    html = page.read_text(encoding="utf-8")
    for said in (text, html):
        assert "not approved" in said
        assert "no legal advice" in said
