"""The stored tree equals the kernel's tree, for every size."""

from hypothesis import given
from hypothesis import strategies as st

from market.kernel import merkle
from market.runtime import tree
from market.runtime.tree import Node


def leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(n.to_bytes(4, "big")) for n in range(count)]


def stored(batches: list[int]) -> tuple[int, dict[Node, bytes]]:
    """The nodes after growing by batches, each from the right edge alone."""
    every: dict[Node, bytes] = {}
    size = 0
    for batch in batches:
        peaks = {node: every[node] for node in tree.cover((0, size))}
        every |= tree.grow(size, peaks, leaves(size + batch)[size:])
        size += batch
    return size, every


@given(st.lists(st.integers(0, 9), max_size=8))
def test_growing_in_batches_gives_the_root_of_the_whole(batches: list[int]) -> None:
    size, nodes = stored(batches)
    assert tree.resolve([(0, size)], nodes) == [merkle.root(leaves(size))]


@given(st.integers(1, 70), st.data())
def test_an_inclusion_path_is_the_kernels(size: int, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, size - 1))
    _, nodes = stored([size])
    path = tree.resolve(tree.inclusion(position, size), nodes)
    assert path == merkle.inclusion_path(leaves(size), position)
    root = merkle.root(leaves(size))
    assert merkle.verify_inclusion(leaves(size)[position], position, size, path, root)


@given(st.integers(0, 70), st.data())
def test_a_consistency_path_is_the_kernels(second: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, second))
    _, nodes = stored([second])
    path = tree.resolve(tree.consistency(first, second), nodes)
    assert path == merkle.consistency_path(leaves(second), first)
    assert merkle.verify_consistency(
        first=first,
        second=second,
        first_root=merkle.root(leaves(first)),
        second_root=merkle.root(leaves(second)),
        path=path,
    )


@given(st.integers(0, 10**6))
def test_a_root_of_a_million_leaves_needs_twenty_nodes(size: int) -> None:
    assert len(tree.cover((0, size))) <= 20


@given(st.integers(0, 40), st.integers(0, 2**40))
def test_a_node_is_one_integer(height: int, number: int) -> None:
    assert Node.of(Node(height, number).key) == Node(height, number)
