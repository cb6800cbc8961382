"""What a person takes: doses, regimens and the sentences that say them."""

from ketsim.dosing.dose import Basis, Dose, DoseEvent, Drug, Route
from ketsim.dosing.instruction import Instruction, Repeat
from ketsim.dosing.regimen import Regimen
from ketsim.dosing.sentence import format_sentence, parse_sentence
from ketsim.dosing.table import DoseRow
from ketsim.dosing.taper import TaperDose, taper_doses

__all__ = [
    "Basis",
    "Dose",
    "DoseEvent",
    "DoseRow",
    "Drug",
    "Instruction",
    "Regimen",
    "Repeat",
    "Route",
    "TaperDose",
    "format_sentence",
    "parse_sentence",
    "taper_doses",
]
