"""All detectors over the opened bids of one lot; the order of the bids never matters."""

from collections.abc import Sequence
from itertools import chain

import msgspec

from bidding.domain.alert import prices, texts, values
from bidding.domain.alert.alert import Alert, Thresholds
from bidding.domain.alert.material import Material


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """What the tenderer gave to every bidder: words and files that two bids may well share."""

    words: str = ""
    files: frozenset[str] = frozenset()


def between(bids: Sequence[Material], limits: Thresholds, issued: Issued) -> tuple[Alert, ...]:
    """Return every fact of BLR 40(1) to (5) seen between the bids of one lot, in a fixed order."""
    found = chain(
        values.preparers(bids, limits),
        values.agents(bids, limits),
        values.members(bids, limits),
        values.files(bids, limits, issued.files),
        texts.alike(bids, limits, issued.words),
        prices.totals(bids, limits),
        prices.item_progressions(bids, limits),
        prices.proportions(bids, limits),
        values.mixed(bids),
    )
    return tuple(sorted(found, key=lambda one: (one.kind, one.bids, one.digest)))
