"""Paths through a stored RFC 6962 tree: which full subtrees a root or a proof is made of.

``market.kernel.merkle`` computes over all leaves; this module names the O(log n) nodes that suffice, so that
a log of any length answers from a handful of rows. Source: RFC 6962 section 2.1.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Self

from market.kernel import merkle

_HEIGHTS = 64


class Node(NamedTuple):
    """A full subtree: ``2**height`` leaves starting at position ``number * 2**height``."""

    height: int
    number: int

    @property
    def key(self) -> int:
        """The node as one integer, for a primary key."""
        return self.number * _HEIGHTS + self.height

    @classmethod
    def of(cls, key: int) -> Self:
        """Return the node a key stands for."""
        number, height = divmod(key, _HEIGHTS)
        return cls(height, number)


Span = tuple[int, int]


def cover(span: Span) -> list[Node]:
    """Return the full subtrees of leaves ``span[0]`` up to but not with ``span[1]``, largest first.

    The span starts where an RFC 6962 subtree starts, so each next subtree is smaller.
    """
    low, high = span
    nodes = []
    while low < high:
        height = (high - low).bit_length() - 1
        nodes.append(Node(height, low >> height))
        low += 1 << height
    return nodes


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root over full subtrees given largest first."""
    if not hashes:
        return merkle.EMPTY_ROOT
    result = hashes[-1]
    for left in reversed(hashes[:-1]):
        result = merkle.node_hash(left, result)
    return result


def inclusion(position: int, size: int) -> list[Span]:
    """Return the spans whose roots are the path from a leaf up to the root of *size* leaves.

    Raises:
        IndexError: The tree has no such position.
    """
    if not 0 <= position < size:
        raise IndexError(position)
    path: list[Span] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + (1 << (high - low - 1).bit_length() - 1)
        if position < middle:
            path.append((middle, high))
            high = middle
        else:
            path.append((low, middle))
            low = middle
    return path[::-1]


def consistency(first: int, second: int) -> list[Span]:
    """Return the spans whose roots prove that *first* leaves are a prefix of *second*.

    Raises:
        IndexError: Not ``0 <= first <= second``.
    """
    if not 0 <= first <= second:
        raise IndexError(first)
    if first in (0, second):
        return []
    path: list[Span] = []
    low, high = 0, second
    while first != high:
        middle = low + (1 << (high - low - 1).bit_length() - 1)
        if first <= middle:
            path.append((middle, high))
            high = middle
        else:
            path.append((low, middle))
            low = middle
    return [*([(low, high)] if low else []), *path[::-1]]


def needed(spans: Sequence[Span]) -> list[Node]:
    """Return every node that the roots of some spans are folded from."""
    return [node for span in spans for node in cover(span)]


def resolve(spans: Sequence[Span], hashes: Mapping[Node, bytes]) -> list[bytes]:
    """Return the root of each span."""
    return [fold([hashes[node] for node in cover(span)]) for span in spans]


def grow(size: int, peaks: Mapping[Node, bytes], leaves: Sequence[bytes]) -> dict[Node, bytes]:
    """Return every node that becomes full when leaves are appended, the leaves' own included.

    Args:
        size: Leaves before.
        peaks: The nodes of ``cover((0, size))``.
        leaves: Leaf hashes, in order.
    """
    known = dict(peaks)
    made: dict[Node, bytes] = {}
    for position, leaf in enumerate(leaves, start=size):
        node, value = Node(0, position), leaf
        made[node] = known[node] = value
        while node.number & 1:
            value = merkle.node_hash(known[Node(node.height, node.number - 1)], value)
            node = Node(node.height + 1, node.number >> 1)
            made[node] = known[node] = value
    return made
