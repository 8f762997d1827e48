"""Bids whose words are nearly the same (BLR 40(4)); the tender document's own words do not count."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from bidding.domain.alert import similarity
from bidding.domain.alert.alert import Alert, Evidence, Kind, Thresholds, alert
from bidding.domain.alert.material import Material

EXCERPT: Final = 120
"""Characters of a common passage that the evidence shows."""


def alike(bids: Sequence[Material], limits: Thresholds, issued: str) -> Iterator[Alert]:
    """Yield pairs of bids whose own words agree to the threshold, counted exactly.

    Args:
        issued: Words of the tender document, which every bidder may quote.
    """
    quoted = similarity.shingles(issued, limits.shingle)
    read = {one.commitment: similarity.shingles(one.text, limits.shingle) - quoted for one in bids}
    longer = sorted(name for name, found in read.items() if len(found) >= limits.words)
    signed = {name: similarity.signature(read[name]) for name in longer}
    texts = {one.commitment: one.text for one in bids}
    for first, second in combinations(longer, 2):
        guess = similarity.estimate(signed[first], signed[second])
        if guess < limits.similarity - similarity.MARGIN:
            continue
        shared, of = similarity.jaccard(read[first], read[second])
        if shared >= limits.similarity * of:
            both = read[first] & read[second]
            found = [
                Evidence(commitment=name, what="text", where="text", value=excerpt(texts[name], both, limits))
                for name in (first, second)
            ]
            yield alert(Kind.TEXT, found, shared=shared, of=of)


def excerpt(text: str, common: similarity.Shingles, limits: Thresholds) -> str:
    """Return the first passage of a text that is among the common ones, as its words stand there."""
    found = similarity.words(text)
    size = limits.shingle
    for at in range(len(found) - size + 1):
        if similarity.shingles(" ".join(found[at : at + size]), size) & common:
            return joined(found[at : at + EXCERPT])[:EXCERPT]
    return ""


def joined(words: Sequence[str]) -> str:
    """Return words as people write them: a space only between words of letters."""
    text = ""
    for word in words:
        text += f" {word}" if text and text[-1].isascii() and word[0].isascii() else word
    return text
