"""Files are written whole and together, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ketsim.cli.delivery import Delivery
from ketsim.errors import InputError


def test_files_appear_together_and_leave_nothing_beside_them(tmp_path: Path) -> None:
    first, second = tmp_path / "deep" / "er" / "a.csv", tmp_path / "b.txt"
    second.write_text("old")
    with Delivery() as delivery:
        delivery.text(first, "1")
        delivery.text(second, "new")
        assert not first.exists()
        assert second.read_text() == "old"
    assert (first.read_text(), second.read_text()) == ("1", "new")
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a.csv", "b.txt", "deep", "er"]


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()])
def test_a_fault_leaves_everything_as_it_was(error: BaseException, tmp_path: Path) -> None:
    old = tmp_path / "b.txt"
    old.write_text("old")

    def fail_after_writing() -> None:
        with Delivery() as delivery:
            delivery.text(tmp_path / "deep" / "a.csv", "1")
            delivery.text(old, "new")
            raise error

    with pytest.raises(type(error)):
        fail_after_writing()
    assert old.read_text() == "old"
    assert os.listdir(tmp_path) == ["b.txt"]  # noqa: PTH208  (hidden names count)


def test_the_staged_name_keeps_its_ending(tmp_path: Path) -> None:
    with Delivery() as delivery:
        place = delivery.stage(tmp_path / "curves.parquet")
        assert place.name == "curves.parquet"
        place.write_bytes(b"x")
    assert (tmp_path / "curves.parquet").read_bytes() == b"x"


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for target, words in [
        (tmp_path, "is a folder"),
        (tmp_path / "file" / "a.csv", "cannot be written"),
        (Path("/proc/none/a.csv"), "cannot be written"),
        (tmp_path / ("x" * 300), "cannot be written"),
    ]:
        with pytest.raises(InputError, match=words), Delivery() as delivery:
            delivery.text(target, "1")
    assert os.listdir(tmp_path) == ["file"]  # noqa: PTH208
