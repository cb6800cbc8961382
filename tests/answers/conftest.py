import csv
from pathlib import Path

import pytest

from ketsim import answers


@pytest.fixture
def no_simulation(monkeypatch):
    """Questions are understood without a simulation; those who test the simulated values leave this out."""
    monkeypatch.setattr(answers, "beside", lambda one: ())


@pytest.fixture(scope="session")
def asked():
    """The questions of a file beside this one: question -> names that are right."""

    def read(name):
        with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as rows:
            return {row["question"]: row["observables"].split("|") for row in csv.DictReader(rows)}

    return read
