"""What people and programs send between award and filed contract: one struct for each act."""

from datetime import date
from typing import Annotated

import msgspec

from bidding.domain.outcome import contract
from bidding.domain.settlement import cancellation, security
from bidding.domain.tenure import change
from bidding.web.requests import Request

Identity = Annotated[int, msgspec.Meta(ge=1, lt=2**31)]
Reasons = Annotated[str, msgspec.Meta(min_length=1, max_length=2000, extra={"source": "BLR 55"})]


class ReturnCopy(Request, frozen=True, kw_only=True):
    """POST …/return: why a filing is given back."""

    reasons: Annotated[str, msgspec.Meta(min_length=1, max_length=2000, extra={"source": "BPR 63"})]


class Decline(Request, frozen=True, kw_only=True):
    """POST …/decline: the winner's written refusal."""

    reasons: Reasons


class Cancel(Request, frozen=True, kw_only=True):
    """POST …/cancel: on which ground, why, and the document that shows it."""

    ground: cancellation.Ground
    reasons: Reasons
    evidence: Annotated[str, msgspec.Meta(max_length=200, extra={"source": "BLR 55"})] = ""


class RecordSecurity(Request, frozen=True, kw_only=True):
    """POST …/securities: one security that came in."""

    organisation: Identity
    kind: security.Kind = security.Kind.BID
    instrument: security.Instrument
    amount_fen: Annotated[int, msgspec.Meta(ge=1, lt=2**53, extra={"source": "BLR 26", "form": "fen"})]
    holder: Annotated[str, msgspec.Meta(pattern="^[0-9A-Z]{18}$", extra={"source": "BLR 26"})]
    basic_account: bool = False
    reference: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    paid_on: date

    def payment(self) -> security.Payment:
        """Return the payment as the ledger takes it."""
        return security.Payment(**{name: getattr(self, name) for name in security.Payment.__struct_fields__})


class ChangeContract(Request, frozen=True, kw_only=True):
    """POST /api/contracts/{number}/changes: what shall read otherwise; what is left out stays.

    Attributes:
        decision: Number of the owners' decision; empty of a developer's contract.
        clauses: What is agreed besides, in words.
        price_fen: Like ``level`` and ``months`` a core term, which is refused where it differs.
    """

    decision: Annotated[str, msgspec.Meta(max_length=40, extra={"source": "CC 278"})] = ""
    effective_on: date
    project_manager: Annotated[str, msgspec.Meta(max_length=60)] | None = None
    service_room_place: Annotated[str, msgspec.Meta(max_length=100)] | None = None
    boundary: Annotated[str, msgspec.Meta(max_length=300)] | None = None
    payment_day: Annotated[int, msgspec.Meta(ge=1, le=28)] | None = None
    manager_notice_days: Annotated[int, msgspec.Meta(ge=1, le=90)] | None = None
    rectify_days: Annotated[int, msgspec.Meta(ge=1, le=90)] | None = None
    penalty_bp: Annotated[int, msgspec.Meta(ge=0, le=30)] | None = None
    subcontracts: Annotated[str, msgspec.Meta(max_length=300)] | None = None
    clauses: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    price_fen: (
        Annotated[int, msgspec.Meta(ge=1, lt=2**53, extra={"source": "BL 46", "form": "fen"})] | None
    ) = None
    level: Annotated[int, msgspec.Meta(ge=0, le=5, extra={"source": "BL 46"})] | None = None
    months: Annotated[int, msgspec.Meta(ge=1, le=600, extra={"source": "BL 46"})] | None = None

    def values(self) -> dict[str, change.Value]:
        """Return what shall read otherwise."""
        named = {name: getattr(self, name) for name in change.CHANGEABLE}
        return {name: value for name, value in named.items() if value is not None}

    def terms(self, signed: contract.Terms) -> contract.Terms:
        """Return the core terms as this would leave them."""
        named = {name: getattr(self, name) for name in ("price_fen", "level", "months")}
        return msgspec.structs.replace(
            signed, **{name: value for name, value in named.items() if value is not None}
        )


class SignChange(Request, frozen=True, kw_only=True):
    """POST …/sign: the digest of the supplement that was read."""

    digest: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


Number = Annotated[str, msgspec.Meta(pattern="^[0-9A-Z]{1,24}$")]
Code = Annotated[str, msgspec.Meta(pattern="^[0-9A-HJ-NPQRTUWXY]{18}$", extra={"source": "BLR 26"})]


class ConfirmSecurity(Request, frozen=True, kw_only=True):
    """POST /api/custody/payments: a bid security that came in, for which bidder of which tender.

    Attributes:
        holder: Social credit code of the account's holder, or of the guarantee's applicant.
    """

    tender: Number
    bidder: Code
    instrument: security.Instrument
    amount_fen: Annotated[int, msgspec.Meta(ge=1, lt=2**53, extra={"source": "BLR 26", "form": "fen"})]
    holder: Annotated[str, msgspec.Meta(pattern="^[0-9A-Z]{18}$", extra={"source": "BLR 26"})]
    basic_account: bool = False
    reference: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    paid_on: date

    def payment(self) -> security.Payment:
        """Return the payment as custody takes it."""
        names = [name for name in security.Payment.__struct_fields__ if name != "kind"]
        return security.Payment(kind=security.Kind.BID, **{name: getattr(self, name) for name in names})


class GiveBackSecurity(Request, frozen=True, kw_only=True):
    """POST /api/custody/returns: whose security went back when; the receipt of a withdrawal, if it is one."""

    tender: Number
    bidder: Code
    withdrawal: Annotated[str, msgspec.Meta(max_length=4000, extra={"source": "BLR 35"})] = ""
    on: date


class ReturnSecurity(Request, frozen=True, kw_only=True):
    """POST …/return: the day the money went back."""

    on: date


class ForfeitSecurity(Request, frozen=True, kw_only=True):
    """POST …/forfeit: on which of the two grounds."""

    ground: security.ForfeitGround
