"""Every figure and every report page, once: what a result looks like on paper, on a screen and on a phone.

Names are loaded when they are first used, so that a command that only needs words loads no figure.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ketsim.report.figure import concentration_figure as concentration_figure
    from ketsim.report.image import png as png
    from ketsim.report.image import save_figure as save_figure
    from ketsim.report.image import svg as svg
    from ketsim.report.layers import ObservedPoint as ObservedPoint
    from ketsim.report.page import report_page as report_page
    from ketsim.report.page import write_report as write_report
    from ketsim.report.safety_page import answer_page as answer_page
    from ketsim.report.side_by_side import compare_figure as compare_figure
    from ketsim.report.side_by_side import measure_figure as measure_figure
    from ketsim.report.stack import course_figure as course_figure
    from ketsim.report.validation_page import validation_report as validation_report
    from ketsim.report.validation_page import write_validation_page as write_validation_page

_HOMES = {
    "ObservedPoint": "layers",
    "compare_figure": "side_by_side",
    "concentration_figure": "figure",
    "course_figure": "stack",
    "measure_figure": "side_by_side",
    "png": "image",
    "report_page": "page",
    "answer_page": "safety_page",
    "save_figure": "image",
    "svg": "image",
    "validation_report": "validation_page",
    "write_report": "page",
    "write_validation_page": "validation_page",
}

__all__ = sorted(_HOMES)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'ketsim.report' has no attribute {name!r}")
    return getattr(import_module(f"ketsim.report.{_HOMES[name]}"), name)
