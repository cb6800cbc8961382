"""How bad withdrawal is, from 0 to 10, in four domains and over all.

Z_d = G (w_qd x_q + w_sd x_s) m_d and severity = 10 Z^h / (Z50_d^h + Z^h) (1 - rho E), for a person who shows that
domain at all. The quick overshoot x_q carries the agitated part, the slow one x_s the mood: two clocks. G grows with
the load, m_d is what treatment takes away, and drug in the body (E) covers it up.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final, final

from ketsim.course.process import SIZE_AND_TIME, Process, Reading, See
from ketsim.engine.arithmetic import power

DOMAINS: Final = ("somatic", "anxiety", "mood", "sleep")
_WORDS: Final = {
    "somatic": "body: trembling, sweating, palpitations",
    "anxiety": "anxiety and irritability",
    "mood": "low mood",
    "sleep": "sleep and nightmares",
}


@final
class Withdrawal(Process):
    """Severity in each domain and its mean over the domains."""

    parameters: ClassVar = {
        "steepness": "dimensionless",
        "covered_by_drug": "fraction",
        **{f"{what}_{d}": "dimensionless" for what in ("half_severity", "quick_part", "slow_part") for d in DOMAINS},
        **{f"expresses_{d}": "fraction" for d in DOMAINS},
    }
    readings: ClassVar = {
        **{
            f"withdrawal_{d}": Reading(
                f"withdrawal, {_WORDS[d]}", "of 10", 0.0, 10.0, 1.0, direction=1, known_by=SIZE_AND_TIME
            )
            for d in DOMAINS
        },
        "withdrawal": Reading(
            "withdrawal, mean of four domains", "of 10", 0.0, 10.0, 1.0, direction=1, known_by=SIZE_AND_TIME
        ),
        "withdrawal_drive": Reading("what craving takes from withdrawal", "1", 0.0, 1e3, 0.1, False),
        **{f"drive_{d}": Reading(f"drive of withdrawal, {_WORDS[d]}", "1", 0.0, 1e3, 0.1, False) for d in DOMAINS},
    }

    def read(self, name: str, see: See) -> Any:
        """Severity 0 to 10, or a drive."""
        p = see.p
        what, _, domain = name.partition("_")
        if name == "withdrawal":
            return sum(see[f"withdrawal_{d}"] for d in DOMAINS) / len(DOMAINS)
        if name == "withdrawal_drive":
            return sum(see[f"drive_{d}"] * p[f"expresses_{d}"] for d in DOMAINS) / len(DOMAINS)
        if what == "drive":
            quick, slow = p[f"quick_part_{domain}"], p[f"slow_part_{domain}"]
            both = quick * see["quick_overshoot"] + slow * see["slow_overshoot"]
            return see["gain"] * both * see[f"relief_{domain}"]
        drive = power(see[f"drive_{domain}"], p["steepness"])
        bare = drive / (power(p[f"half_severity_{domain}"], p["steepness"]) + drive)
        return 10.0 * bare * (1.0 - p["covered_by_drug"] * see["effect_now"]) * p[f"expresses_{domain}"]
