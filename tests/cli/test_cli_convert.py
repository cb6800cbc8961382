"""Doses and curves from file to file: nothing lost that the other format can hold, nothing written when it fails."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ketsim.cli.app import run
from ketsim.formats.nonmem import read_nonmem

RECORDS = """ID,TIME,AMT,RATE,EVID,CMT,DV,WT
1,0,35,52.5,1,1,.,70
1,1,0,0,0,1,120,70
1,12,20,0,1,2,.,70
2,0.5,40,60,1,1,.,80
"""
CMT = ("--cmt", "1=iv", "--cmt", "2=oral")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def convert(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    status = run(["convert", *arguments])
    out, err = capsys.readouterr()
    assert (status, err) == (0, "")
    assert out.startswith(f"Written: {arguments[1]}")
    return out


def test_event_records_through_dose_tables_and_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "events.csv").write_text(RECORDS)
    routes = {1: "iv", 2: "oral"}
    before = read_nonmem(folder / "events.csv", drug="ketamine", routes=routes)
    out = convert(capsys, "events.csv", "doses.csv", "--drug", "ketamine", *CMT)
    assert "3 doses; 1 observations stay" in out
    rows = (folder / "doses.csv").read_text().splitlines()
    assert rows[0].startswith("subject,time_h,amount_mg,duration_h,drug,route,basis")
    assert len(rows) == 4
    convert(capsys, "doses.csv", "doses.parquet")
    out = convert(capsys, "doses.parquet", "again.csv")
    assert "CMT 1 is iv, 2 is oral" in out
    after = read_nonmem(folder / "again.csv", drug="ketamine", routes=routes)
    assert [(person.id, person.events) for person in after] == [(person.id, person.events) for person in before]


def test_a_scenario_becomes_event_records(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "plan.yaml").write_text('dose: "0.5 mg/kg iv over 30 min, then 10 mg oral q12h x 3"\nweight: 60 kg\n')
    convert(capsys, "plan.yaml", "events.csv")
    (person,) = read_nonmem(folder / "events.csv", drug="ketamine", routes={1: "iv", 2: "oral"})
    assert [(str(e.route), e.amount) for e in person.events] == [("iv", 30.0)] + [("oral", 10.0)] * 3
    assert person.constant("WT") == 60.0
    convert(capsys, "plan.yaml", "doses.parquet")
    convert(capsys, "doses.parquet", "events2.csv")
    (again,) = read_nonmem(folder / "events2.csv", drug="ketamine", routes={1: "iv", 2: "oral"})
    assert again.events == person.events


@pytest.mark.parametrize("who", [("--weight", "70kg"), ("--population", "5")])
def test_curves_to_parquet_and_back(who: tuple[str, str], folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import pandas as pd

    assert run(["simulate", "0.5 mg/kg iv over 40 min", *who, "--out", "out"]) == 0
    capsys.readouterr()
    convert(capsys, "out/curves.csv", "curves.parquet")
    convert(capsys, "curves.parquet", "curves.csv")
    written, again = pd.read_csv("out/curves.csv"), pd.read_csv("curves.csv")
    pd.testing.assert_frame_equal(again, written, check_dtype=False)
    pd.testing.assert_frame_equal(pd.read_parquet("curves.parquet"), written, check_dtype=False)


FILES = {
    "events.csv": RECORDS,
    "wrong.csv": RECORDS.replace("RATE", "RTAE"),
    "text.csv": RECORDS.replace("52.5", "fast"),
    "infinite.csv": RECORDS.replace("52.5", "1e999"),
    "doses.csv": "subject,time_h,amount_mg,drug,route\n1,0,10,ketamine,iv\n",
    "noroute.csv": "subject,time_h,amount_mg,drug,route\n1,0,10,ketamine,\n",
    "spleen.csv": "subject,time_h,amount_mg,drug,route\n1,0,10,ketamine,iv\n1,1,10,ketamine,spleen\n",
    "negative.csv": "subject,time_h,amount_mg,drug,route\n1,-1,10,ketamine,iv\n",
    "nan.csv": "subject,time_h,amount_mg,drug,route\n1,0,nan,ketamine,iv\n",
    "word.csv": "subject,time_h,amount_mg,drug,route\n1,0,ten,ketamine,iv\n",
    "reset.csv": "subject,time_h,amount_mg,drug,route,reset\n1,0,10,ketamine,iv,maybe\n",
    "short.csv": "subject,time_h,amount_mg,drug,route\n1,0,10\n",
    "long.csv": "subject,time_h,amount_mg,drug,route\n1,0,10,ketamine,iv,more\n",
    "extra.csv": "subject,time_h,amount_mg,drug,route,mood\n1,0,10,ketamine,iv,low\n",
    "bare.csv": "subject,time_h,amount_mg,drug,route\n",
    "empty.csv": "",
    "prose.csv": "This is a letter.\n",
    "curves.csv": "output,model,unit,time_h\nketamine,Kamp2020,ng/mL,0\n",
    "crowd.yaml": 'dose: "10 mg iv"\npopulation: 5\n',
    "per_kg.yaml": 'dose: "0.5 mg/kg iv"\n',
    "fake.parquet": RECORDS,
}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("events.csv out.csv", "--drug ketamine"),
        ("events.csv out.csv --drug aspirin", "aspirin"),
        ("events.csv out.csv --drug ketamine", "events.csv:4"),
        ("events.csv out.csv --drug ketamine --cmt one=iv", "--cmt 1=iv"),
        ("events.csv out.csv --drug ketamine --cmt 1=spleen", "spleen"),
        ("wrong.csv out.csv --drug ketamine", "RATE"),
        ("text.csv out.csv --drug ketamine", "text.csv:2"),
        ("infinite.csv out.csv --drug ketamine", "infinite.csv:2"),
        ("noroute.csv out.csv", "noroute.csv:2"),
        ("spleen.csv out.csv", "spleen.csv:3"),
        ("negative.csv out.csv", "negative.csv:2"),
        ("nan.csv out.csv", "nan.csv:2"),
        ("word.csv out.csv", "'ten' is not a number"),
        ("reset.csv out.csv", "'maybe'"),
        ("short.csv out.csv", "short.csv:2"),
        ("long.csv out.csv", "long.csv:2"),
        ("extra.csv out.csv", "mood"),
        ("bare.csv out.csv", "no row"),
        ("empty.csv out.csv", "none of what can be converted"),
        ("prose.csv out.csv", "none of what can be converted"),
        ("curves.csv out.csv", "another ending"),
        ("crowd.yaml out.csv", "population"),
        ("per_kg.yaml out.csv", "weight"),
        ("fake.parquet out.csv", "fake.parquet"),
        ("nothing.csv out.csv", "nothing.csv"),
        (". out.csv", "not a file"),
        ("doses.csv out.xlsx", ".parquet"),
        ("doses.csv doses.csv/out.csv", "cannot be written"),
    ],
)
def test_what_cannot_be_converted(arguments: str, words: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, content in FILES.items():
        (folder / name).write_text(content)
    assert run(["convert", *arguments.split()]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert words in err
    assert sorted(os.listdir(folder)) == sorted(FILES)  # noqa: PTH208  (hidden names count)


@pytest.mark.parametrize("name", ["noise.csv", "noise.parquet", "noise.yaml"])
def test_ten_megabytes_of_noise(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / name).write_bytes(os.urandom(1_000) * 10_000)
    assert run(["convert", name, "out.csv"]) == 2
    assert name in capsys.readouterr().err
    assert os.listdir(folder) == [name]  # noqa: PTH208
