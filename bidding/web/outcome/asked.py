"""What people and programs send about marks that lie apart and about low prices."""

from typing import Annotated, Literal

import msgspec

from bidding.web.asked import Criterion, Hex32
from bidding.web.requests import Request

Lot = Annotated[str, msgspec.Meta(pattern="^[1-9][0-9]?$")]
Reasons = Annotated[str, msgspec.Meta(min_length=1, max_length=2000, extra={"source": "BLR 49"})]


class Explain(Request, frozen=True, kw_only=True):
    """POST …/outliers: why a mark, or without a criterion the whole sheet, lies apart."""

    commitment: Hex32
    criterion: Criterion = ""
    reasons: Reasons


class ExplainForm(Explain, frozen=True, kw_only=True):
    """The same from a page."""

    lot: Lot


class AskPrice(Request, frozen=True, kw_only=True):
    """POST …/price-questions: what a bidder has to show about its price; also its answer."""

    commitment: Hex32
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=8000, extra={"source": "BTB 32"})]


class AskPriceForm(AskPrice, frozen=True, kw_only=True):
    """The same from a page."""

    lot: Lot


class JudgePrice(Request, frozen=True, kw_only=True):
    """POST …/price-findings: the price is accepted, or the bid rejected, and why."""

    commitment: Hex32
    accepted: bool
    reasons: Annotated[str, msgspec.Meta(min_length=1, max_length=2000, extra={"source": "BTB 32"})]


class JudgePriceForm(Request, frozen=True, kw_only=True):
    """The same from a page."""

    lot: Lot
    commitment: Hex32
    outcome: Literal["accepted", "rejected"]
    reasons: Annotated[str, msgspec.Meta(min_length=1, max_length=2000, extra={"source": "BTB 32"})]
