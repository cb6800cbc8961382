"""What the README shows is true: its commands run, its Python runs, its files exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from ketsim.cli.app import run

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README, flags=re.DOTALL)
COMMANDS = [line for _, block in BLOCKS for line in block.splitlines() if line.startswith("ketsim ")]
#: It runs until it is stopped; tests/care/web/test_web_serve.py starts it and asks it something.
STAYING = "ketsim care serve"


@pytest.mark.parametrize("line", [line for line in COMMANDS if not line.startswith(STAYING)])
def test_a_command_of_the_readme(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert run(shlex.split(line, comments=True)[1:]) == 0, capsys.readouterr().err


def test_there_are_commands() -> None:
    assert {line.split()[1] for line in COMMANDS} >= {"simulate", "compare", "models", "gaps", "validate"}


def test_the_python_of_the_readme(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = [block for language, block in BLOCKS if language == "python"]
    exec(compile(code, "README.md", "exec"), {})
    assert "ng/mL" in capsys.readouterr().out


def test_the_two_commands_and_the_files_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"make (\w[\w-]*)", " ".join(block for _, block in BLOCKS))):
        assert f"\n{target}:" in makefile
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert "docs/picture.svg" in links
    for link in links:
        assert (ROOT / link).is_file()
