"""The shipped directory, made once for all tests of a run; the clock of the tests stands at 2026-11-21."""

import os
from datetime import date
from pathlib import Path

import pytest

from ketsim.care import shipped
from ketsim.care.store import Store

DATA = Path(__file__).with_name("data")
TODAY = date(2026, 11, 21)


@pytest.fixture(scope="session")
def directory_path(tmp_path_factory):
    """The file of the shipped directory; workers of one run share it."""
    root = tmp_path_factory.getbasetemp()
    shared = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    place = shared / f"care-{shipped.shipped_digest()[:16]}.sqlite"
    if not place.is_file():
        shipped.build(place)
    return place


@pytest.fixture(scope="session")
def directory(directory_path):
    return Store.open(directory_path, read_only=True)


@pytest.fixture(scope="session")
def samples():
    """Folder of the official workbooks and of the reduced reply."""
    return DATA


@pytest.fixture(scope="session")
def today():
    return TODAY
