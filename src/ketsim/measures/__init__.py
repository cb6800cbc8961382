"""What a curve amounts to: non-compartmental measures of one curve, summaries of many."""

from ketsim.measures.area import auc, aumc
from ketsim.measures.nca import Nca, noncompartmental
from ketsim.measures.summary import StreamingMoments, StreamingQuantiles, quantile
from ketsim.measures.terminal import TerminalPhase, terminal_phase

__all__ = [
    "Nca",
    "StreamingMoments",
    "StreamingQuantiles",
    "TerminalPhase",
    "auc",
    "aumc",
    "noncompartmental",
    "quantile",
    "terminal_phase",
]
