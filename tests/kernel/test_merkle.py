"""The tree: every leaf proves its place, every size proves it grew from every smaller one."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.kernel import merkle

LEAVES = st.lists(st.binary(min_size=1, max_size=3).map(merkle.leaf_hash), min_size=1, max_size=40)


def textbook_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 2.1 word for word: the oracle."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return merkle.node_hash(textbook_root(leaves[:k]), textbook_root(leaves[k:]))


@given(st.lists(st.binary(max_size=3).map(merkle.leaf_hash), max_size=40))
def test_the_root_is_the_textbook_root(leaves: list[bytes]) -> None:
    assert merkle.root(leaves) == textbook_root(leaves)


@given(LEAVES, st.data())
def test_every_leaf_proves_its_place_and_no_other(leaves: list[bytes], data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(leaves) - 1))
    path, root = merkle.inclusion_path(leaves, position), merkle.root(leaves)
    size = len(leaves)
    assert merkle.verify_inclusion(leaves[position], position, size, path, root)
    assert not merkle.verify_inclusion(merkle.leaf_hash(b"other leaf"), position, size, path, root)
    assert not merkle.verify_inclusion(leaves[position], position, size, [*path, root], root)
    assert not merkle.verify_inclusion(leaves[position], size, size, path, root)
    if path:
        assert not merkle.verify_inclusion(leaves[position], position, size, path[:-1], root)


@given(LEAVES, st.data())
def test_every_size_proves_it_grew_from_every_smaller_one(leaves: list[bytes], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(leaves)))
    old, new = merkle.root(leaves[:first]), merkle.root(leaves)
    path = merkle.consistency_path(leaves, first)

    def holds(old_root: bytes, steps: list[bytes]) -> bool:
        return merkle.verify_consistency(
            first=first, second=len(leaves), first_root=old_root, second_root=new, path=steps
        )

    assert holds(old, path)
    assert not holds(b"\0" * 32, path)
    assert not holds(old, [*path, old])
    if len(path) > 1:
        assert not holds(old, path[:-1])


def test_a_tree_cannot_grow_from_a_larger_one() -> None:
    root = merkle.root([merkle.leaf_hash(b"a")])
    assert not merkle.verify_consistency(first=2, second=1, first_root=root, second_root=root, path=[])
    assert not merkle.verify_consistency(
        first=2, second=3, first_root=root, second_root=root, path=[root] * 9
    )
    assert not merkle.verify_consistency(first=3, second=5, first_root=root, second_root=root, path=[])


@pytest.mark.parametrize("position", [-1, 3])
def test_a_proof_for_a_place_outside_the_tree_is_refused(position: int) -> None:
    leaves = [merkle.leaf_hash(bytes([n])) for n in range(3)]
    with pytest.raises(IndexError):
        merkle.inclusion_path(leaves, position)
    with pytest.raises(IndexError):
        merkle.consistency_path(leaves, position if position < 0 else position + 1)


def test_a_frontier_has_one_peak_for_each_full_subtree() -> None:
    with pytest.raises(ValueError, match="one peak"):
        merkle.Frontier(3, [b"\0" * 32])
