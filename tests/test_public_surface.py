"""The public names: explicit, sorted, loading on demand, none named like its module."""

import subprocess
import sys

import pytest

import ketsim


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def test_names_are_sorted_and_few():
    names = [n for n in ketsim.__all__ if n != "__version__"]
    assert names == sorted(names)
    assert 20 <= len(names) <= 35


@pytest.mark.parametrize("name", [n for n in ketsim.__all__ if n != "__version__"])
def test_every_name_loads_and_is_documented(name):
    thing = getattr(ketsim, name)
    assert thing.__doc__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="frobnicate"):
        ketsim.frobnicate  # noqa: B018


def test_dir_lists_the_public_names():
    assert set(ketsim.__all__) <= {*dir(ketsim), "__version__"}


@pytest.mark.parametrize(
    "heavy", ["numpy", "pint", "pydantic", "lark", "scipy", "pandas", "xarray", "ruamel.yaml", "vl_convert"]
)
def test_import_loads_nothing_heavy(heavy):
    assert run(f"import sys, ketsim; print({heavy!r} in sys.modules)") == "False"


@pytest.mark.parametrize("asked", ["", ", effects='none'", ", co_medication='alcohol'"])
def test_one_subject_needs_neither_pint_nor_yaml_nor_scipy(asked):
    code = (
        "import sys, ketsim;"
        f"ketsim.simulate(ketsim.Scenario('0.5 mg/kg iv over 40 min', weight='70 kg'{asked}));"
        "print([m for m in ('pint', 'ruamel.yaml', 'scipy', 'pandas', 'xarray', 'vl_convert') if m in sys.modules])"
    )
    assert run(code) == "[]"
