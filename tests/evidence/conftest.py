"""A small source that uses every part of the format (Sample2020.yaml), whole or with one piece changed."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from ketsim.evidence.reader import check_text


@dataclass(frozen=True)
class Sample:
    text: str

    def changed(self, old: str, new: str) -> str:
        """The text with one piece replaced; the piece must be there once."""
        assert self.text.count(old) == 1, f"{old!r} stands {self.text.count(old)} times in the sample"
        return self.text.replace(old, new)

    def line_of(self, piece: str) -> int:
        return self.text[: self.text.index(piece)].count("\n") + 1

    def slips(self, old: str, new: str) -> list[str]:
        """What the reader says after the change, each as ``Sample2020.yaml:LINE: sentence``."""
        return [str(e) for e in check_text(self.changed(old, new), name="Sample2020.yaml")[1]]

    def only_slip(self, old: str, new: str) -> str:
        slips = self.slips(old, new)
        assert len(slips) == 1, slips
        return slips[0]


@pytest.fixture(scope="session")
def sample() -> Sample:
    return Sample((Path(__file__).parent / "Sample2020.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def sample_source(sample):
    source, errors = check_text(sample.text, name="Sample2020.yaml")
    assert errors == ()
    return source
