"""How are numbers, times, units and keys put into words that a reader of a page or a plot knows at sight?

Three significant digits, because no published parameter of ketamine is known better. Text only: what comes out is
plain, not escaped, and knows nothing of HTML.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

ABSENT = "not available"

_WORDS = {
    "ng/mL": "nanograms per milliliter",
    "ug/L": "micrograms per liter",
    "mg/L": "milligrams per liter",
    "nmol/L": "nanomoles per liter",
    "umol/L": "micromoles per liter",
    "mmHg": "millimeters of mercury",
    "Hz": "hertz",
    "h": "hours",
    "min": "minutes",
}
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
#: Each measure in words, and in the fewest that a narrow table has room for.
_MEASURES = {
    "cmax": ("highest concentration (Cmax)", "highest (Cmax)"),
    "tmax": ("time of the highest concentration (tmax)", "reached after (tmax)"),
    "auc": ("area under the curve, as far as simulated (AUC)", "AUC"),
    "auc_inf": ("area under the curve, extrapolated (AUCinf)", "AUC to infinity"),
    "half_life": ("half-life at the end", "half-life"),
    "baseline": ("value before the drug (baseline)", "baseline"),
    "onset": ("first time at which the change counts (onset)", "onset"),
    "peak": ("value farthest from baseline (peak)", "peak"),
    "change_at_peak": ("change from baseline at the peak", "change at peak"),
    "time_of_peak": ("time of the peak", "time of peak"),
    "duration": ("time for which the change counts (duration)", "duration"),
    "area": ("area between curve and baseline, as far as simulated", "area"),
    "surgical_onset": ("time until deep enough for surgery", "surgical after"),
    "surgical_duration": ("time deep enough for surgery", "surgical for"),
    "waking": ("time at which the concentration falls to the waking one", "waking"),
}


@dataclass(frozen=True, slots=True)
class TimeUnit:
    """A unit for a time axis: its word, its length [h], and the steps [units] that read well on it."""

    word: str
    hours: float
    steps: tuple[float, ...]

    def ticks(self, span: float, *, most: int) -> list[float]:
        """Tick positions [units] over `span` [h], at most `most`, at round steps."""
        length = span / self.hours
        steps = [step for step in self.steps if length / step <= most - 1 + 1e-9]
        step = steps[0] if steps else self.steps[-1] * math.ceil(length / (self.steps[-1] * (most - 1)))
        return [step * index for index in range(math.floor(length / step + 1e-9) + 1)]


MINUTES = TimeUnit("minutes", 1 / 60, (1, 2, 5, 10, 15, 30, 60))
HOURS = TimeUnit("hours", 1.0, (0.5, 1, 2, 3, 4, 6, 12, 24))
DAYS = TimeUnit("days", 24.0, (0.5, 1, 2, 3, 4, 7, 14))
WEEKS = TimeUnit("weeks", 168.0, (1, 2, 4, 8, 13, 26, 52))


def time_unit(span: float) -> TimeUnit:
    """The unit in which a plot over `span` [h] is easiest to read.

    >>> [time_unit(hours).word for hours in (2, 24, 500, 5000)]
    ['minutes', 'hours', 'days', 'weeks']
    """
    for unit, longest in ((MINUTES, 3.0), (HOURS, 96.0), (DAYS, 24.0 * 84)):
        if span <= longest:
            return unit
    return WEEKS


def number(value: float | None, *, digits: int = 3) -> str:
    """A number with `digits` significant digits, never in powers of ten unless it is very small or very large.

    >>> number(1234.567), number(0.04567), number(40.0), number(2e-14), number(None)
    ('1,230', '0.0457', '40', '2 × 10⁻¹⁴', 'not available')
    """
    if value is None or not math.isfinite(value):
        return ABSENT
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    if not -5 <= size <= 7:
        mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        return f"{mantissa} × 10{str(int(power)).translate(_RAISED)}"
    rounded = round(value, digits - 1 - size)
    text = f"{rounded:,.{max(digits - 1 - size, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def hours(value: float | None, *, digits: int = 3) -> str:
    """A length of time [h] in the unit a person would say it in, with `digits` significant digits.

    >>> hours(0.6667), hours(2.5), hours(72.0), hours(0.0), hours(0.005)
    ('40 min', '2.5 h', '3 days', '0 min', '18 s')
    """
    if value is None or not math.isfinite(value):
        return ABSENT
    if 0 < abs(value) < 0.99 / 60:
        return f"{number(value * 3600, digits=digits)} s"
    if abs(value) < 2:
        return f"{number(value * 60, digits=digits)} min"
    if abs(value) < 48:
        return f"{number(value, digits=digits)} h"
    return f"{number(value / 24, digits=digits)} days"


def hours_span(low: float | None, high: float | None, *, digits: int = 3) -> str:
    """A range of lengths of time [h], the unit said once where both ends share it.

    >>> hours_span(0.5, 0.75), hours_span(0.5, 3.0), hours_span(1.0, 1.0)
    ('30 to 45 min', '30 min to 3 h', '60 min')
    """
    one, other = hours(low, digits=digits), hours(high, digits=digits)
    if one == other:
        return one
    amount, _, unit = one.rpartition(" ")
    return f"{amount} to {other}" if other.endswith(f" {unit}") else f"{one} to {other}"


def unit_words(unit: str) -> str:
    """A unit with its words: `ng/mL` becomes `nanograms per milliliter (ng/mL)`; an unknown one stays as it is."""
    words = _WORDS.get(unit)
    return f"{words} ({unit})" if words else unit


def measure_words(name: str, *, short: bool = False) -> str:
    """What a measure is, in words; a name that is not known is shown with its underscores as spaces."""
    full, brief = _MEASURES.get(name, (name.replace("_", " "),) * 2)
    return brief if short else full


def quantities(labels: Iterable[str]) -> str:
    """Several labels of outputs as one, what they share said once.

    >>> quantities(["ketamine in venous plasma", "norketamine in venous plasma"])
    'ketamine and norketamine in venous plasma'
    >>> quantities(["ketamine in venous plasma", "ketamine in arterial plasma"])
    'ketamine in venous plasma and in arterial plasma'
    """
    unlike = list(dict.fromkeys(labels))
    what = list(dict.fromkeys(label.partition(" in ")[0] for label in unlike))
    where = list(dict.fromkeys(place_of(label) for label in unlike))
    if len(where) == 1 and where[0]:
        return f"{listed(what)} in {where[0]}"
    if len(what) == 1 and all(where):
        return f"{what[0]} {listed([f'in {place}' for place in where])}"
    return listed(unlike)


def place_of(label: str) -> str:
    """Where an output is measured, from its label; empty where the label does not say."""
    return label.partition(" in ")[2]


def span(low: float | None, high: float | None) -> str:
    """A range over people.

    >>> span(118.0, 226.0), span(240.0, 240.0)
    ('118 to 226', 'the same for all')
    """
    ends = number(low), number(high)
    return "the same for all" if ends[0] == ends[1] != ABSENT else " to ".join(dict.fromkeys(ends))


def count_words(count: int) -> str:
    """A small count as a word, as a sentence wants it; a larger one in digits.

    >>> count_words(3), count_words(40)
    ('three', '40')
    """
    return _COUNTS[count] if 0 <= count < len(_COUNTS) else f"{count:,}"


def unit_text(unit: str) -> str:
    """A unit as it is set in print: a raised dot for a product."""
    return unit.replace("*", "·")


def people(count: int) -> str:
    """Who was simulated."""
    return "one person" if count == 1 else f"{count:,} simulated people"


def unbroken(text: str) -> str:
    """The text with each number tied to the unit or word behind it, so that no line ends between them."""
    return re.sub(r"(?<=\d) (?=[%A-Za-z])", "\u00a0", text)


def sentence_case(text: str) -> str:
    """The text with its first letter large; the rest as given."""
    return text[:1].upper() + text[1:]


def listed(words: list[str]) -> str:
    """Words as a list in a sentence.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""
