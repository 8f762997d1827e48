"""Choosing a provider by agreement, without bids: only on the two grounds of the law and with approval.

Source: PMR 24 (fewer than three bidders, or a small residential area; the district approves), PMR 56.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec

from bidding.domain.rule import RuleVersion
from market.kernel.errors import RuleError

Text = Annotated[str, msgspec.Meta(max_length=4000)]


class Ground(StrEnum):
    """Why no tender is held."""

    LT3_BIDDERS = "lt3-bidders"
    SMALL_SCALE = "small-scale"


class Negotiation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a developer puts forward for choosing by agreement.

    Attributes:
        possible_bidders: How many enterprises would bid, where no failed tender shows it.
    """

    ground: Ground
    reason: Text
    possible_bidders: Annotated[int, msgspec.Meta(ge=0, le=1000)] | None = None


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What the one enterprise offers, as agreed; the contract must repeat it.

    Attributes:
        code: Social credit code.
        price_fen: A year for the whole lot.
        file_digest: Of the written offer, a file of the document.
    """

    code: str
    price_fen: int
    level: int
    months: int
    project_manager: str
    file_digest: str


class NegotiationError(RuleError):
    """The grounds for choosing by agreement are not there; several findings are raised together."""

    code: ClassVar[str] = "negotiation-finding"
    source = "PMR 24"
    rules: ClassVar[tuple[str, ...]] = ("T01", "small-scale")


class OfferError(RuleError):
    """What was agreed passes the document, or is not by an admitted enterprise, or its paper is missing."""

    code: ClassVar[str] = "offer-finding"
    source = "PMR 24"


def findings(
    asked: Negotiation | None, rules: RuleVersion, *, area: int, failed: bool
) -> Iterator[NegotiationError]:
    """Yield what speaks against choosing by agreement.

    Args:
        area: Of the lot, hundredths of a square metre.
        failed: The round before failed for want of bidders.
    """
    if asked is None or not asked.reason.strip():
        yield NegotiationError(field="negotiation", problem="reason-missing")
        return
    limit, least = rules.value("small-scale"), rules.value("T01")
    if asked.ground is Ground.SMALL_SCALE and area >= limit:
        yield NegotiationError(
            field="negotiation", problem="too-large", rule="small-scale", value=limit // 100, got=area // 100
        )
    known = asked.possible_bidders
    if asked.ground is Ground.LT3_BIDDERS and not failed and (known is None or known >= least):
        yield NegotiationError(
            field="negotiation", problem="bidders-enough", rule="T01", value=least, got=known or 0
        )


def offer_findings(
    offer: Offer, *, maximum_fen: int | None, files: frozenset[str], admitted: bool
) -> Iterator[OfferError]:
    """Yield what is wrong with an offer.

    Args:
        maximum_fen: The document's highest price, if it has one.
        files: Digests of the document's files.
        admitted: It comes from an enterprise of the register.
    """
    if not admitted:
        yield OfferError(field="code", problem="no-enterprise")
    if offer.price_fen <= 0 or (maximum_fen is not None and offer.price_fen > maximum_fen):
        yield OfferError(field="price_fen", problem="price", value=maximum_fen or 0, got=offer.price_fen)
    if offer.months <= 0:
        yield OfferError(field="months", problem="months")
    if offer.file_digest not in files:
        yield OfferError(field="file_digest", problem="file")
