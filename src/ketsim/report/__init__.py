"""Every figure and every report page, once: what a result looks like on paper, on a screen and on a phone."""

from ketsim.report.compare_figure import compare_figure, measure_figure
from ketsim.report.figure import concentration_figure
from ketsim.report.image import png, save_figure, svg
from ketsim.report.layers import ObservedPoint
from ketsim.report.page import report_page, write_report
from ketsim.report.validation_page import validation_page, write_validation_page

__all__ = [
    "ObservedPoint",
    "compare_figure",
    "concentration_figure",
    "measure_figure",
    "png",
    "report_page",
    "save_figure",
    "svg",
    "validation_page",
    "write_report",
    "write_validation_page",
]
