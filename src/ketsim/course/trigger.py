"""How strongly a session sets off what may lift mood, from nothing to all: u = C / (C + EC50).

C is the concentration of racemate [mg/L]. An effect site with a half-life of minutes would change nothing that a score
read after hours could show, so there is none.
"""

from __future__ import annotations

from typing import Any, ClassVar, final

from ketsim.course.process import CONCENTRATION, Process, See


@final
class Trigger(Process):
    """A signal: it depends on the concentration alone."""

    parameters: ClassVar = {"ec50_mood": "concentration"}
    signals = ("trigger",)

    def signal(self, name: str, see: See) -> Any:
        """The share, 0 to 1."""
        return see[CONCENTRATION] / (see[CONCENTRATION] + see.p["ec50_mood"])
