"""The RFC 6962 tree: leaves, roots, inclusion and consistency.

Hashes are raw 32-byte strings here; hex is for the wire. Sizes count leaves, positions start at 0.
Source: RFC 6962 section 2.1, verification after RFC 9162 sections 2.1.3.2 and 2.1.4.2.
"""

import hashlib
from collections.abc import Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf's bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes; the empty tree has the hash of nothing."""
    frontier = Frontier()
    for leaf in leaves:
        frontier = frontier.append(leaf)
    return frontier.root()


def inclusion_path(leaves: Sequence[bytes], position: int) -> list[bytes]:
    """Return the sister hashes from a leaf up to the root.

    Raises:
        IndexError: The tree has no such position.
    """
    if not 0 <= position < len(leaves):
        raise IndexError(position)
    if len(leaves) == 1:
        return []
    k = _split(len(leaves))
    if position < k:
        return [*inclusion_path(leaves[:k], position), root(leaves[k:])]
    return [*inclusion_path(leaves[k:], position - k), root(leaves[:k])]


def _past_left_edges(fn: int, sn: int) -> tuple[int, int]:
    """Climb while the node is its parent's only child on this level: no sister stands in the path."""
    while fn and not fn & 1:
        fn, sn = fn >> 1, sn >> 1
    return fn >> 1, sn >> 1


def verify_inclusion(leaf: bytes, position: int, size: int, path: Sequence[bytes], expected: bytes) -> bool:
    """Say whether *leaf* stands at *position* of the tree of *size* leaves with root *expected*."""
    if not 0 <= position < size:
        return False
    fn, sn, node = position, size - 1, leaf
    for step in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            node = node_hash(step, node)
            fn, sn = _past_left_edges(fn, sn)
        else:
            node = node_hash(node, step)
            fn, sn = fn >> 1, sn >> 1
    return sn == 0 and node == expected


def consistency_path(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """Return the proof that the tree of the *first* leaves is a prefix of the tree of all.

    Raises:
        IndexError: *first* is not between 0 and the number of leaves.
    """
    if not 0 <= first <= len(leaves):
        raise IndexError(first)
    if first in (0, len(leaves)):
        return []
    return _subproof(leaves, first, whole=True)


def _subproof(leaves: Sequence[bytes], first: int, *, whole: bool) -> list[bytes]:
    if first == len(leaves):
        return [] if whole else [root(leaves)]
    k = _split(len(leaves))
    if first <= k:
        return [*_subproof(leaves[:k], first, whole=whole), root(leaves[k:])]
    return [*_subproof(leaves[k:], first - k, whole=False), root(leaves[:k])]


def verify_consistency(
    *, first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]
) -> bool:
    """Say whether the tree of *second* leaves extends the tree of *first* leaves unchanged."""
    if not 0 <= first <= second:
        return False
    if first in (0, second):
        expected = EMPTY_ROOT if first == 0 else second_root
        return not path and first_root == expected
    steps = list(path) if first & (first - 1) else [first_root, *path]
    return _extends(first, second, steps) == (first_root, second_root)


def _extends(first: int, second: int, steps: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Fold a consistency path into the two roots it proves; ``None`` if it has the wrong length."""
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    if not steps:
        return None
    old = new = steps[0]
    for step in steps[1:]:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            old, new = node_hash(step, old), node_hash(step, new)
            fn, sn = _past_left_edges(fn, sn)
        else:
            new = node_hash(new, step)
            fn, sn = fn >> 1, sn >> 1
    return (old, new) if sn == 0 else None


class Frontier:
    """A tree of any size as the roots of its full subtrees: appending and the root cost O(log n).

    Attributes:
        size: Number of leaves.
        peaks: Roots of the full subtrees, largest first; one for each bit set in ``size``.
    """

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        if len(peaks) != size.bit_count():
            raise ValueError("a frontier has one peak for each full subtree")
        self.size = size
        self.peaks = tuple(peaks)

    def append(self, leaf: bytes) -> "Frontier":
        """Return the frontier with one more leaf hash."""
        peaks, node, size = list(self.peaks), leaf, self.size
        while size & 1:
            node = node_hash(peaks.pop(), node)
            size >>= 1
        return Frontier(self.size + 1, [*peaks, node])

    def root(self) -> bytes:
        """Return the root of the whole tree."""
        if not self.peaks:
            return EMPTY_ROOT
        result = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            result = node_hash(peak, result)
        return result
