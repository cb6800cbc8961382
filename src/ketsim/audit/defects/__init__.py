"""What is wrong with a page besides its claims? Offers for sale, hidden advertising, missing help, repeated text.

Each kind of defect is looked for in a file of its own; every file has one function `find` that yields defects.
"""

from ketsim.audit.defects.defect import SEVERITIES, Defect, Subject
from ketsim.audit.defects.every import defects

__all__ = ["SEVERITIES", "Defect", "Subject", "defects"]
