"""Each wrong sentence gets one sentence back that points at the column and teaches."""

from __future__ import annotations

import pytest

from ketsim.dosing import parse_sentence
from ketsim.errors import InputError

# sentence -> column, and what the error must say
REFUSED = {
    "10 mg": (1, '"10 mg" has no route; add one of iv, im, sc, nasal, oral'),
    "50 mg nasal": (7, "a nasal dose must name its drug"),
    "10 mgg iv": (4, '"mgg" is not a dose unit; expected mg, mg/kg'),
    "10 mg/lb iv": (7, '"lb" cannot stand behind "/"'),
    "10 mg/m2 iv": (7, '"m" cannot stand behind "/"'),
    "10 iv": (1, '"10" has no unit; a dose is a number and its unit'),
    "10": (1, '"10" has no unit'),
    "10-20 mg iv": (1, "is a range; a dose is one number"),
    "10 mg iv over 40": (15, '"40" has no unit of time'),
    "10 mg iv over 40 mns": (18, '"mns" is not a unit of time; expected s, min, h'),
    "10 mg iv over": (14, "ends too early; a time with its unit"),
    "10 mg iv over iv": (15, '"iv" does not fit here; expected a time'),
    "10 mg iv over 1 h 30 min": (19, '"30 min" needs a word in front'),
    "10 mg iv for 6": (15, '"doses" is missing'),
    "10 mg iv for 6 foo": (16, '"foo" is not a word of the dosing sentence; expected "doses"'),
    "0,5 mg/kg iv": (1, '"0,5" is not a number; write a decimal point'),
    "1,000 mg oral": (1, '"1,000" is not a number'),
    "10 mg iv over 1,5 h": (15, '"1,5" is not a number'),
    "1.000 mg iv": (1, "1.000 mg may be 1 or 1000 mg"),
    "2.500 mg oral": (1, "2.500 mg may be 2.5 or 2500 mg"),
    ". 5 mg iv": (1, '"." is not a word'),
    "1e300 mg iv": (10, "more than a kilogram of drug"),
    "10 mg iv over 1e300 h": (10, "a time of 1e300 h is longer than a life"),
    "-5 mg iv": (1, "a dose of -5 mg cannot be given"),
    "0 mg iv": (1, "must be above zero"),
    "1e999 mg iv": (1, "dose is inf; expected a finite amount"),
    "nan mg iv": (1, '"nan" is not a word'),
    "10 mg iv at -2 h": (10, "a time of -2 h is not possible"),
    "10 mg iv over 0 min": (10, "an infusion over no time is a bolus"),
    "10 mg iv infusion": (10, "an infusion needs its length"),
    "0.1 mg/kg/h iv": (1, "a rate needs its length"),
    "0.1 mg/kg/h iv over 3 h": (16, '"over" goes with an amount and "for" with a rate'),
    "0.1 mg/kg/h iv bolus for 3 h": (16, "a bolus has an amount, not a rate"),
    "0.1 mg/kg/h iv for 3 h until 5 h": (24, "the length of this infusion is said twice"),
    "0.1 mg/kg/h iv until 3 h starting at 4 h": (16, "ends before it begins"),
    "0.1 mg/kg/h iv daily x 3": (1, "each infusion at a rate needs its length"),
    "10 mg iv for 3 weeks": (10, "how often?"),
    "10 mg iv x 3": (10, "how often?"),
    "10 mg iv 3 times": (10, "3 times in what time?"),
    "10 mg iv until day 3": (10, "how often?"),
    "10 mg iv monthly": (10, "a month has no fixed length"),
    "10 mg iv every 2 months": (10, "a month has no fixed length"),
    "10 mg iv once a year": (15, "a year has no fixed length"),
    "10 mg iv every day 3 times": (20, 'say "x 3" for 3 doses in all'),
    "10 mg oral x 3 daily": (12, '3 a day, or 3 in all? Write "3 x per day" or "every day x 3"'),
    "10 mg oral x3/day": (12, "3 a day, or 3 in all?"),
    "10 mg oral 3 doses per day": (12, "3 a day, or 3 in all?"),
    "10 mg oral 6 doses weekly": (12, "6 a week, or 6 in all?"),
    "10 mg iv twice every 3 days": (10, "2 in each interval, or 2 in all?"),
    "3 x 28 mg esketamine nasal weekly": (1, "3 at once or 3 one after the other; for 3 at once write their sum"),
    "3 x 28 mg esketamine nasal every 3 days": (1, "3 at once or 3 one after the other"),
    "10 mg iv 3 times biw": (10, "3 times or 2 times?"),
    "10 mg iv four times weekly": (10, "4 times a week on which days?"),
    "10 mg iv twice weekly on days 1, 2, 3": (23, "2 times, but 3 days are named"),
    "10 mg iv on days 1, 9 every week": (10, "day 9 lies outside a cycle of 7 days"),
    "10 mg iv on days 3, 1": (10, "days 3, 1 must rise"),
    "10 mg iv on day 0": (10, "day 0 is not possible"),
    "10 mg iv on day 1.5": (10, "day 1.5 is not possible"),
    "10 mg iv on days 1 to 99999": (10, "too many to list"),
    "10 mg iv on days 1, 3 for 3 weeks": (23, "the named days already say when it ends"),
    "10 mg iv on day 3 at 6 h": (19, 'say either "on day 3" or "at 54 h"'),
    "10 mg iv at 4 h, 2 h": (10, "the times 4, 2 h must rise"),
    "10 mg iv daily at 2 h, 4 h": (16, "a repeated dose starts at one time"),
    "10 mg iv daily x 3 for 3 days": (20, "the end is said twice"),
    "10 mg iv every 8 h, 3 times, x 4": (21, "3 times or 4 doses?"),
    "10 mg iv q12h x 0": (15, "must be a whole number, 1 or more"),
    "10 mg iv q12h x 2.5": (15, "must be a whole number, 1 or more"),
    "10 mg iv q0h": (10, "a dose cannot be given every 0 h"),
    "10 mg iv q1s for 10 years": (10, "expands to 315,576,000 single doses"),
    "10 mg iv daily until day 3 starting at day 9": (16, "this ends before its first dose"),
    "10 mg iv 20 mg": (10, "says an amount twice"),
    "10 mg iv im": (10, "says a route twice"),
    "10 mg iv over 40 min over 20 min": (22, 'says "over" twice'),
    "10 mg iv then": (14, "ends too early"),
    "then 10 mg iv": (1, '"then" does not fit here; expected a dose'),
    "10 mg iv and and 20 mg": (14, '"and" does not fit here'),
    "10 mg iv then weekly": (15, '"weekly" has no amount'),
    "ketamine iv": (1, "has no amount"),
    "10 mg iv daily then 20 mg": (21, '"then" never comes'),
    "10 mg iv daily x 3 then 20 mg at 6 h": (31, '"then" would start at 6 h'),
    "10 mg iv on days 1, 3 then 20 mg": (28, 'after named days "then" must say when it starts'),
    "10 mg iv at 6 h and 20 mg": (21, "this one must say its time too"),
    "10 mg iv at steady state": (10, "a steady state needs one even interval"),
    "10 mg iv twice weekly at steady state": (23, "a steady state needs one even interval"),
    "10 mg iv daily stop at 3 h then 20 mg": (16, '"stop at" ends the whole sentence'),
    "10 mg iv daily stop on day 3": (16, "could mean its beginning or its end"),
    "50 mg/week ketamine oral": (1, "an amount per week does not say how often"),
    "1 g/day oral ketamine weekly": (23, "an amount per day is given at least daily"),
    "10 mg iv in 4 doses": (10, '"in 4 doses" divides an amount per day'),
    "10 mg iv again after 2 h": (10, '"again after" needs a cycle'),
    "10 mg iv twice weekly again after 2 h": (23, '"again after" needs one even interval'),
    "10 mg iv every week on days 1, 2 again after 2 h": (34, '"again after" and named days'),
    "10 mg iv daily again after 30 h": (16, "belongs to the next cycle"),
    "10 mg intravenus": (7, 'Did you mean "intravenous"?'),
    "100 mg ketamine IN": (17, 'by nose is "nasal"'),
    "10 mg iv in 40 min": (10, 'an infusion runs "over" a time'),
    "10 mg iv <script>": (10, '"<" is not a word of the dosing sentence'),
    "10 mg/kg/kg iv": (10, '"kg" does not fit here; expected a unit of time'),
}


@pytest.mark.parametrize(("text", "expected"), REFUSED.items(), ids=REFUSED)
def test_refused_with_column_and_reason(text: str, expected: tuple[int, str]) -> None:
    column, reason = expected
    with pytest.raises(InputError) as caught:
        parse_sentence(text)
    assert caught.value.where == f"column {column}"
    assert reason in caught.value.sentence
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("word", ["qod", "stat", "single", "qhs", "Ketalar"])
def test_no_word_is_offered_for_one_that_means_something_else(word: str) -> None:
    with pytest.raises(InputError, match=f'"{word}" is not a word') as caught:
        parse_sentence(f"10 mg iv {word}")
    assert "Did you mean" not in caught.value.sentence


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_an_empty_sentence_is_shown_an_example(text: str) -> None:
    with pytest.raises(InputError, match=r"empty; write for example \"0\.5 mg/kg iv over 40 min\""):
        parse_sentence(text)


def test_only_text_is_a_sentence() -> None:
    with pytest.raises(InputError, match="got float"):
        parse_sentence(0.5)  # type: ignore[arg-type]


def test_a_stop_before_every_dose_leaves_nothing() -> None:
    with pytest.raises(InputError, match="nothing is given before 3 h"):
        parse_sentence("10 mg iv at 6 h, stop at 3 h")


def test_a_sentence_whose_full_words_are_too_long_is_refused() -> None:
    text = "1ng esket hcl sl" + "+1ng" * 450
    with pytest.raises(InputError, match="holds 451 doses, too many to be written out"):
        parse_sentence(text)
