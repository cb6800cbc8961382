"""In which unit is this number, and how much is it in ours? The only place that knows pint."""

from ketsim.units.kind import KINDS, Kind, powers
from ketsim.units.quantity import fits, from_canonical, to_canonical
from ketsim.units.unit import registry

__all__ = ["KINDS", "Kind", "fits", "from_canonical", "powers", "registry", "to_canonical"]
