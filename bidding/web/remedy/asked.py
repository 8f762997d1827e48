"""What people and programs send about objections, suspension, complaints, reports and re-checks."""

from datetime import date
from typing import Annotated, Literal

import msgspec

from bidding.domain.remedy import complaint, measure
from bidding.domain.remedy.objection import Kind
from bidding.web.requests import Request

Hex32 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Lot = Annotated[str, msgspec.Meta(pattern="^[1-9][0-9]?$")]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=4000, extra={"source": "BLR 60, 61"})]
Reasons = Annotated[str, msgspec.Meta(min_length=1, max_length=4000, extra={"source": "BLR 22, 54, 61, 62"})]


class Lodge(Request, frozen=True, kw_only=True):
    """POST …/objections: the lot only for an objection to the result."""

    kind: Kind
    text: Words
    lot: Lot | None = None


class Decide(Request, frozen=True, kw_only=True):
    """POST …/answer and …/decide: outcome, reasons and, where upheld, what is done.

    Attributes:
        bid: ``lot:commitment`` of the candidate that is passed over; the lot alone for a new evaluation.
    """

    outcome: measure.Outcome
    reasons: Reasons
    remedy: measure.Remedy | None = None
    bid: Annotated[str, msgspec.Meta(pattern="^[1-9][0-9]?(:[0-9a-f]{64})?$")] | None = None

    def verdict(self) -> measure.Verdict:
        """Return it as the rules see it."""
        lot, _, commitment = (self.bid or "").partition(":")
        return measure.Verdict(
            outcome=self.outcome,
            reasons=self.reasons,
            remedy=self.remedy,
            lot=lot,
            commitment=commitment,
        )


class Because(Request, frozen=True, kw_only=True):
    """POST …/suspension, …/refuse and the like: reasons."""

    reasons: Reasons


class Lift(Request, frozen=True, kw_only=True):
    """POST …/suspension/lift: which order, and why."""

    origin: Annotated[str, msgspec.Meta(min_length=1, max_length=48)]
    reasons: Reasons


class Complain(Request, frozen=True, kw_only=True):
    """POST …/complaints, with the evidence as a file."""

    matter: complaint.Matter
    authority: Annotated[int, msgspec.Meta(ge=1, lt=2**31)]
    text: Words
    request: Words
    knew_on: date
    evidence: Hex32 | None = None

    def plea(self) -> complaint.Plea:
        """Return it as the rules see it."""
        return complaint.Plea(
            matter=self.matter,
            authority=self.authority,
            text=self.text,
            request=self.request,
            knew_on=self.knew_on,
            evidence=self.evidence or "",
        )


class Review(Request, frozen=True, kw_only=True):
    """POST …/review: number of the reconsideration or the suit."""

    reference: Annotated[str, msgspec.Meta(min_length=1, max_length=200, extra={"source": "BLR 61"})]


class Report(Request, frozen=True, kw_only=True):
    """POST …/reports."""

    text: Words


class Result(Request, frozen=True, kw_only=True):
    """POST …/reports/{number}/answer."""

    result: Words


class Recheck(Request, frozen=True, kw_only=True):
    """POST …/rechecks: which candidate, and what has changed."""

    bid: Annotated[str, msgspec.Meta(pattern="^[1-9][0-9]?:[0-9a-f]{64}$", extra={"source": "BLR 56"})]
    reasons: Reasons


class Found(Request, frozen=True, kw_only=True):
    """POST …/rechecks/{number}/close."""

    stands: Literal["stands", "fails"]
    findings: Reasons
