"""What people and programs send about marks that lie apart and about low prices."""

from typing import Annotated, Literal

import msgspec

from bidding.domain.outcome.defence import Answers
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


class Vote(Request, frozen=True, kw_only=True):
    """POST …/votes: for or against a proposed rejection; who is against says why."""

    proposal: Annotated[int, msgspec.Meta(ge=1, lt=2**31)]
    agrees: bool
    reasons: Annotated[str, msgspec.Meta(max_length=2000, extra={"source": "BLR 53"})] = ""


class VoteForm(Vote, frozen=True, kw_only=True):
    """The same from a page."""

    lot: Lot


class Defence(Request, frozen=True, kw_only=True):
    """POST …/defences: who answered, for how long, what was asked and answered."""

    commitment: Hex32
    appeared: bool
    speakers: Annotated[str, msgspec.Meta(max_length=400)] = ""
    minutes: Annotated[int, msgspec.Meta(ge=0, le=600)] = 0
    record: Annotated[str, msgspec.Meta(max_length=20_000)] = ""

    def answers(self) -> Answers | None:
        """Return what was said, ``None`` where the bidder did not come."""
        if not self.appeared:
            return None
        return Answers(speakers=self.speakers.strip(), minutes=self.minutes, record=self.record.strip())


class DefenceForm(Defence, frozen=True, kw_only=True):
    """The same from a page."""

    lot: Lot
