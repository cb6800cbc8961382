"""Which states feed which: the blocks of states that exchange both ways, in the order in which they feed one another.

Knows only where a rate is not zero. Subjects whose zero rates lie elsewhere have another structure, so that what a
subject gets never depends on who else is in the call.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ketsim.engine.system import Array, BoolArray, IntArray


@dataclass(frozen=True, slots=True)
class Structure:
    """The blocks of one pattern of rates.

    `blocks` are index arrays of states, sources before targets; `trees` says for each whether its exchange is a tree of
    two-way links (then a diagonal scaling makes it symmetric); `feeds` (state, state) is True where flow from the
    second can reach the first.
    """

    blocks: tuple[IntArray, ...]
    trees: tuple[bool, ...]
    links: BoolArray
    feeds: BoolArray

    @classmethod
    def of(cls, links: BoolArray) -> Structure:
        """The structure of a (state, state) pattern of non-zero rates.

        >>> [block.tolist() for block in Structure.of(np.array([[1, 1, 0], [1, 1, 0], [0, 1, 1]], dtype=bool)).blocks]
        [[0, 1], [2]]
        """
        states = links.shape[0]
        feeds = links | np.eye(states, dtype=np.bool_)
        for _ in range(states.bit_length()):
            feeds = (feeds.astype(np.int64) @ feeds.astype(np.int64)) > 0
        label = np.argmax(feeds & feeds.T, axis=1)
        depth = feeds.sum(axis=1)
        blocks = []
        for block in sorted(set(label.tolist()), key=lambda first: (int(depth[first]), first)):
            blocks.append(np.flatnonzero(label == block))
        trees = tuple(_is_tree(links[np.ix_(block, block)]) for block in blocks)
        return cls(tuple(blocks), trees, links, feeds)


def _is_tree(links: BoolArray) -> bool:
    """True when every link runs both ways and there are no cycles besides (the block is connected already)."""
    off = links & ~np.eye(links.shape[0], dtype=np.bool_)
    return bool((off == off.T).all()) and int(off.sum()) == 2 * (links.shape[0] - 1)


def patterns(rates: tuple[Array, ...]) -> Iterator[tuple[IntArray, tuple[Structure, ...]]]:
    """Subjects grouped by where their rates are not zero, in all the systems that hold for them one after another.

    Yields the indices of the subjects and one structure for each system.
    """
    links = np.stack([system != 0.0 for system in rates], axis=1)
    if (links == links[:1]).all():
        yield np.arange(len(links)), tuple(Structure.of(pattern) for pattern in links[0])
        return
    packed = np.packbits(links.reshape(len(links), -1), axis=1)
    _, first, member = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    for group, example in enumerate(first):
        yield np.flatnonzero(member.ravel() == group), tuple(Structure.of(pattern) for pattern in links[example])
