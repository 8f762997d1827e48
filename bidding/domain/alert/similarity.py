"""How alike two texts are: shares of common word shingles, estimated by MinHash and then counted exactly.

A Chinese character is a word, and so is a run of letters or digits. The estimate only saves counting pairs
that are far apart; an alert rests on the exact Jaccard share. The permutations have fixed seeds, so everybody
who repeats the comparison gets the same figures.
"""

import hashlib
import re
import unicodedata
from collections.abc import Collection
from fractions import Fraction
from typing import Final

Shingles = frozenset[int]

_WORD: Final = re.compile(r"[㐀-鿿]|[^\W_㐀-鿿]+")
_PRIME: Final = (1 << 61) - 1
PLACES: Final = 64
"""Values of a signature; its estimate errs by about one in eight."""
MARGIN: Final = Fraction(1, 4)
"""How far below the threshold an estimate may lie and the pair is still counted: two such errors [design]."""


def _seed(place: int) -> tuple[int, int]:
    found = hashlib.sha256(f"alert-minhash/1:{place}".encode()).digest()
    factor = int.from_bytes(found[:8]) % (_PRIME - 1) + 1
    return factor, int.from_bytes(found[8:16]) % _PRIME


_SEEDS: Final = tuple(_seed(place) for place in range(PLACES))


def words(text: str) -> list[str]:
    """Return the words of a text, width and case folded, punctuation left out."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def shingles(text: str, size: int) -> Shingles:
    """Return the distinct runs of *size* words as numbers below 2^61 - 1."""
    found = words(text)
    runs = {"\x1f".join(found[at : at + size]) for at in range(len(found) - size + 1)}
    return frozenset(
        int.from_bytes(hashlib.blake2b(run.encode(), digest_size=8).digest()) % _PRIME for run in runs
    )


def signature(of: Collection[int]) -> tuple[int, ...]:
    """Return the MinHash of a set of shingles; empty for an empty set."""
    if not of:
        return ()
    return tuple(min((factor * one + shift) % _PRIME for one in of) for factor, shift in _SEEDS)


def estimate(one: tuple[int, ...], other: tuple[int, ...]) -> Fraction:
    """Return the share of places two signatures agree in."""
    if not one or not other:
        return Fraction(0)
    return Fraction(sum(a == b for a, b in zip(one, other, strict=True)), PLACES)


def jaccard(one: Shingles, other: Shingles) -> tuple[int, int]:
    """Return how many shingles are in both and how many in either."""
    return len(one & other), len(one | other)
