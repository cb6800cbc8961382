"""Who is driven by modes, and who by matrix exponentials? The drives of all subjects, in groups.

What a subject gets does not depend, to the last bit, on who else is in the call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ketsim.engine.decompose import decompose
from ketsim.engine.drive import Drive
from ketsim.engine.matrix_drive import MatrixDrive
from ketsim.engine.modal_drive import ModalDrive
from ketsim.engine.modes import Modes
from ketsim.engine.structure import patterns
from ketsim.engine.system import BoolArray, IntArray, LinearSystem

# Subjects whose modes are found together.
CHUNK = 4096
# Modes that may carry amounts further off than this (relative) are left to matrix exponentials.
FAITHFUL = 1e-9
# A mode slower than this share of the fastest one counts as that slow: it keeps a residual no longer.
SLOWEST = 1e-9


def drives_of(systems: Sequence[LinearSystem], positive: BoolArray) -> Iterator[tuple[IntArray, tuple[Drive, ...]]]:
    """Groups of subjects with their drives, one for each system that holds for them in turn.

    A group shares its structure, so that what a subject gets does not depend on who else is in the call. The few whose
    modes feed one another, or cannot serve, are put together from the whole call.
    """
    coupled: list[IntArray] = []
    unserved: list[IntArray] = []
    everyone = np.arange(systems[0].subjects)
    for members, found in _decomposed(systems, everyone):
        served = np.logical_and.reduce([fits & _faithful(modes) for modes, fits, _ in found])
        tied = np.logical_or.reduce([ties for _, _, ties in found])
        coupled.append(members[served & tied])
        unserved.append(members[~served])
        who = np.flatnonzero(served & ~tied)
        if len(who):
            yield members[who], tuple(ModalDrive.of(modes.rows(who), positive[members[who]]) for modes, _, _ in found)
    for members, found in _decomposed(systems, np.sort(np.concatenate(coupled))):
        yield members, tuple(ModalDrive.of(modes, positive[members]) for modes, _, _ in found)
    rest = np.sort(np.concatenate(unserved))
    if len(rest):
        yield rest, tuple(MatrixDrive(each.rates[rest], each.readout[rest], positive[rest]) for each in systems)


def _decomposed(
    systems: Sequence[LinearSystem], subjects: IntArray
) -> Iterator[tuple[IntArray, list[tuple[Modes, BoolArray, BoolArray]]]]:
    """Subjects by structure, with what `decompose` finds for each system."""
    for first in range(0, len(subjects), CHUNK):
        chunk = subjects[first : first + CHUNK]
        for group, structures in patterns(tuple(system.rates[chunk] for system in systems)):
            members = chunk[group]
            yield (
                members,
                [
                    decompose(system.rates[members], system.readout[members], structure)
                    for system, structure in zip(systems, structures, strict=True)
                ],
            )


def _faithful(modes: Modes) -> BoolArray:
    """Whose modes carry every amount to within `FAITHFUL` of what entered, by their own measured residuals."""
    with np.errstate(all="ignore"):
        lasting = 1.0 / np.maximum(np.abs(modes.rates), np.abs(modes.rates).max(axis=1, keepdims=True) * SLOWEST)
        drift = lasting[:, :, None] * modes.defect + modes.tilt
        off = np.matmul(np.abs(modes.shapes), np.matmul(drift, np.abs(modes.weights)))
        return np.asarray(off.max(axis=(1, 2)) <= FAITHFUL)
