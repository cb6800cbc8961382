from __future__ import annotations

import subprocess
import sys

import ketsim.report


def test_every_public_name_is_there_and_is_no_module() -> None:
    for name in ketsim.report.__all__:
        assert callable(getattr(ketsim.report, name)), name


def test_words_alone_load_no_figure() -> None:
    script = "import sys, ketsim.wording; print(sorted(m for m in sys.modules if m.startswith(('numpy', 'vl_')))[:1])"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_drawing_is_loaded_only_to_draw() -> None:
    script = "import sys, ketsim.report.page; print('vl_convert' in sys.modules, 'pydantic' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said == "False False\n"
