"""``ketsim safety``: dose context, visits, screening, triage, combinations, detection, law; one file a question."""

from __future__ import annotations

from typing import Final

from cyclopts import App

QUESTIONS: Final = {
    "context": "Where a dose stands among medical uses, and what to do beyond them.",
    "session": "The timeline of a treatment visit: effects, checks, when to go home.",
    "screen": "Contraindications and cautions before a treatment; signs of a use disorder.",
    "level-of-care": "Where treatment of use may begin, from visits to a hospital.",
    "triage": "Symptoms in plain words: how urgent, and whom to call first.",
    "combine": "Ketamine with another substance: what is known, and what to do.",
    "detect": "How long a test can find it.",
    "law": "Law and approval by country, product, use and date.",
}

safety = App(name="safety", result_action="return_value")
for _place, (_name, _summary) in enumerate(QUESTIONS.items()):
    _verb = _name.replace("-", "_")
    safety.command(f"ketsim.cli.safety.{_verb}:{_verb}", name=_name, help=_summary, sort_key=_place)
