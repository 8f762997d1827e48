"""Bid securities before the opening: the custodian's confirmations, as hidden as the bids they go with.

Who paid is who bids (BL 22). So a confirmation is stored as a sealed bid is, and enters the ledger when that
bidder's bid is opened; what comes of it otherwise goes back. Source: BLR 26, 31, 35, 57 (T16, T18, T48).
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar

import msgspec

from bidding.domain.procedure import STOPPED, Stage
from bidding.domain.settlement import security
from bidding.domain.tender import Tender
from market.kernel.errors import ConflictError, NotFoundError, RuleError, TransitionError
from market.kernel.period import local_day

PAYABLE = frozenset({Stage.PUBLISHED, Stage.BIDDING})
"""Stages in which a bid security may still come in: before the deadline."""


class NotPayableError(TransitionError):
    """A bid security counts only if it came in strictly before the deadline."""

    code: ClassVar[str] = "security-not-payable"
    source = "BLR 26"


class PaidAlreadyError(ConflictError):
    """The custodian has confirmed this bidder's security."""

    code: ClassVar[str] = "security-confirmed"
    source = "BLR 26"


class NotBidSecurityError(RuleError):
    """The custodian holds bid securities; a performance security is recorded with its award."""

    code: ClassVar[str] = "security-not-for-bid"
    source = "BLR 26, 58"


class NothingHeldError(NotFoundError):
    """The custodian holds no security of this bidder for this tender, or gave it back."""

    code: ClassVar[str] = "security-not-held"


class StillHeldError(RuleError):
    """The security stays while its bid may stand, and is the ledger's once the bid is opened."""

    code: ClassVar[str] = "security-still-held"
    source = "BLR 26, 35, 57"


class NoWithdrawalError(RuleError):
    """The receipt is not of this bidder's withdrawal from this tender before the deadline."""

    code: ClassVar[str] = "security-no-withdrawal"
    source = "BLR 35"


class Basis(StrEnum):
    """Why a security goes back that never came into the ledger."""

    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    NOT_LISTED = "not-listed"


class Return(msgspec.Struct, frozen=True, kw_only=True):
    """How it went back.

    Attributes:
        due: Last day the law leaves, ``None`` where it says "promptly".
    """

    basis: Basis
    due: date | None
    principal_fen: int
    interest_fen: int
    rate: int
    days: int
    on: date

    @property
    def late(self) -> bool:
        """Whether it went back after its last day (BLR 66; T67)."""
        return self.due is not None and self.on > self.due


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What a hidden row says: a payment for one bidder of one tender, or its return.

    Attributes:
        by: Pseudonym of the custodian who confirmed it.
    """

    tender: str
    organisation: int
    payment: security.Payment
    at: datetime
    by: str
    returned: Return | None = None


def check_payable(tender: Tender, payment: security.Payment, *, now: datetime) -> None:
    """Refuse what is no bid security, or comes at the deadline or later.

    Raises:
        NotPayableError, NotBidSecurityError: As named.
    """
    deadline = tender.content.deadline
    if tender.stage not in PAYABLE or deadline is None or now >= deadline:
        raise NotPayableError(f"{tender.number} is {tender.stage}", stage=tender.stage.value)
    if payment.kind is not security.Kind.BID:
        raise NotBidSecurityError(field="kind")


def basis(tender: Tender, *, withdrawn: bool, listed: bool) -> Basis:
    """Return why a security goes back now.

    Args:
        withdrawn: The bidder showed the receipt of its withdrawal.
        listed: Its bid stands on the frozen list of an opened tender.

    Raises:
        StillHeldError: It does not.
    """
    if withdrawn:
        return Basis.WITHDRAWN
    if tender.opened_at is None and tender.stage in STOPPED:
        return Basis.ENDED
    if tender.opened_at is not None and not listed:
        return Basis.NOT_LISTED
    raise StillHeldError(tender.number, stage=tender.stage.value)


def due(withdrawn_at: datetime | None, *, days: int) -> date | None:
    """Return the last day to give back after a withdrawal, counted from its receipt (T18).

    Calendar days that are not moved onto a working day: the stricter count.
    """
    return None if withdrawn_at is None else local_day(withdrawn_at) + timedelta(days=days)


def give_back(held: Held, why: Basis, *, due: date | None, rate: int, on: date, today: date) -> Return:
    """Return how a security goes back, principal and interest.

    Raises:
        NothingHeldError: It went back before.
        SecurityDayError: Before it came, or in the future.
    """
    if held.returned is not None:
        raise NothingHeldError("it went back before")
    ended = security.give_back(security.Entry(payment=held.payment), rate=rate, on=on, today=today)
    return Return(
        basis=why,
        due=due,
        principal_fen=ended.principal_fen,
        interest_fen=ended.interest_fen,
        rate=ended.rate,
        days=ended.days,
        on=on,
    )
