"""What the engine hands out: every name loads, and slow states load only when they are asked for."""

import subprocess
import sys

import pytest

import ketsim.engine as engine


@pytest.mark.parametrize("name", engine.__all__)
def test_every_name_loads(name):
    assert getattr(engine, name) is not None


def test_another_name_is_no_attribute():
    with pytest.raises(AttributeError, match="march_fast"):
        engine.march_fast  # noqa: B018


def test_slow_states_are_not_loaded_with_the_engine():
    code = "import sys, ketsim.engine; print('ketsim.engine.slow_march' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
