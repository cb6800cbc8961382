"""``ketsim convert`` of a data file without a dose: a sentence, and no file that could not be read back."""

from pathlib import Path

import pytest

from ketsim.cli.app import run


def test_a_file_without_a_dose_is_not_converted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "data.csv", tmp_path / "doses.csv"
    source.write_text("ID,TIME,AMT,EVID,DV\n1,0,.,0,12\n1,2,.,0,5\n", encoding="utf-8")
    assert run(["convert", str(source), str(target), "--drug", "ketamine"]) == 2
    said = capsys.readouterr().err
    assert "data.csv: it holds no dose" in said
    assert said.count("\n") == 1
    assert not target.exists()
