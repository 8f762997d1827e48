"""How alike two texts are: shares of common word shingles, estimated by MinHash and then counted exactly.

A Chinese character is a word, and so is a run of letters or digits. The estimate only saves counting pairs
that are far apart; an alert rests on the exact Jaccard share. The hash has a fixed seed, so everybody who
repeats the comparison gets the same figures.
"""

import hashlib
import heapq
import re
import unicodedata
from collections.abc import Collection
from fractions import Fraction
from typing import Final

Shingles = frozenset[int]

_WORD: Final = re.compile(r"[㐀-鿿]|[^\W_㐀-鿿]+")
PLACES: Final = 128
"""Values of a signature; the estimate's standard error is at most 1/22."""
MARGIN: Final = Fraction(1, 4)
"""How far below the threshold an estimate may lie and the pair is still counted: five errors [design]."""
_SEED: Final = hashlib.sha256(b"alert-minhash/1").digest()


def words(text: str) -> list[str]:
    """Return the words of a text, width and case folded, punctuation left out."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def shingles(text: str, size: int) -> Shingles:
    """Return the distinct runs of *size* words as seeded numbers of 64 bits."""
    found = words(text)
    runs = {"\x1f".join(found[at : at + size]) for at in range(len(found) - size + 1)}
    return frozenset(_number(run) for run in runs)


def _number(run: str) -> int:
    return int.from_bytes(hashlib.blake2b(run.encode(), digest_size=8, key=_SEED).digest())


def signature(of: Collection[int]) -> tuple[int, ...]:
    """Return the MinHash of a set of shingles: its smallest numbers, ascending."""
    return tuple(heapq.nsmallest(PLACES, of))


def estimate(one: tuple[int, ...], other: tuple[int, ...]) -> Fraction:
    """Return the share of the smallest numbers of either set that are in both; exact for small sets."""
    if not one or not other:
        return Fraction(0)
    smallest = heapq.nsmallest(PLACES, set(one) | set(other))
    return Fraction(len(set(smallest) & set(one) & set(other)), len(smallest))


def jaccard(one: Shingles, other: Shingles) -> tuple[int, int]:
    """Return how many shingles are in both and how many in either."""
    return len(one & other), len(one | other)
