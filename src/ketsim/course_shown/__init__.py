"""How is what goes on over weeks shown? In groups that a person asks about, rival structures beside each other, and for
each the number that it is known by: how strong, when, how long.

Terminal and page are both made from the rows here; nothing is computed but which numbers are told.
"""

from ketsim.course_shown.group import Group, counting, course_outputs, grouped, short
from ketsim.course_shown.row import Look, Row, look_of, rows
from ketsim.course_shown.sentences import (
    quiet_sentence,
    scale_words,
    structure_sentences,
    whose_numbers,
    width_sentence,
)
from ketsim.course_shown.sheet import Sheet, sheets

__all__ = [
    "Group",
    "Look",
    "Row",
    "Sheet",
    "counting",
    "course_outputs",
    "grouped",
    "look_of",
    "quiet_sentence",
    "rows",
    "scale_words",
    "sheets",
    "short",
    "structure_sentences",
    "whose_numbers",
    "width_sentence",
]
