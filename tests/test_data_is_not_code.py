"""A number with a physical meaning lives in a source file, never in Python under the drug's rooms."""

import ast
from pathlib import Path

import pytest

import ketsim

SRC = Path(ketsim.__file__).parent
DRUG_ROOMS = [SRC / room for room in ("kinetics", "effects", "course") if (SRC / room).is_dir()]
FILES = sorted(path for room in DRUG_ROOMS for path in room.rglob("*.py"))


def is_structural(number: float) -> bool:
    """0, 1, 2 and powers of ten (tolerances, limits of a search) carry no physics."""
    if number in (0.0, 1.0, 2.0):
        return True
    mantissa = f"{abs(number):e}".split("e")[0]
    return float(mantissa) == 1.0


def physical_literals(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        f"{path.name}:{node.lineno} {node.value!r}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, float) and not is_structural(node.value)
    ]


def test_the_rooms_are_looked_at():
    assert SRC / "kinetics" in DRUG_ROOMS
    assert len(FILES) > 5


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_no_physical_number_in_python(path):
    assert physical_literals(path) == []


def test_the_test_itself_catches_a_number(tmp_path):
    sinner = tmp_path / "sinner.py"
    sinner.write_text("CLEARANCE = 84.3\n", encoding="utf-8")
    assert physical_literals(sinner) == ["sinner.py:1 84.3"]
