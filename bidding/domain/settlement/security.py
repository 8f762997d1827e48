"""Bid and performance securities as a ledger: at most so much, recorded once, settled exactly once.

Before the opening nothing of it stands here, so nobody sees who paid (BL 22; see ``custody``).
Interest is exact; it is rounded once, half-even, to the fen.
Source: BLR 26, 35, 57, 58, 66, 74; BL 46; BTB 38 (T15 to T20, T56, T67).
"""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar, Final

import msgspec

from bidding.domain.settlement import cancellation
from market.kernel.errors import ConflictError, InvalidInputError, RuleError
from market.kernel.money import format_fen
from market.kernel.workday import Workdays

DAYS_OF_A_YEAR: Final = 365
_WHOLE: Final = 10_000


class Kind(StrEnum):
    """What a security is for."""

    BID = "bid"
    PERFORMANCE = "performance"


class Instrument(StrEnum):
    """How it was given; a guarantee letter holds no money and bears no interest."""

    TRANSFER = "transfer"
    CHEQUE = "cheque"
    GUARANTEE = "guarantee"


class Outcome(StrEnum):
    """How a security ends."""

    RETURNED = "returned"
    FORFEITED = "forfeited"


class ForfeitGround(StrEnum):
    """The only grounds on which a bid security may be kept."""

    REVOKED = "bid-revoked"
    AWARD_REFUSED = "award-refused"


class SecurityTooHighError(RuleError):
    """More than the law lets a tenderer ask for."""

    code: ClassVar[str] = "security-too-high"
    source = "BLR 26, 58, 66; BL 46"


class SecurityNotAskedError(RuleError):
    """The tender document asks for no such security."""

    code: ClassVar[str] = "security-not-asked"
    source = "BL 46; BLR 26, 58"


class SecurityRecordedError(ConflictError):
    """This security is in the ledger already."""

    code: ClassVar[str] = "security-recorded"
    source = "BLR 26"


class SecuritySettledError(ConflictError):
    """A security is settled once: returned or kept, never both and never twice."""

    code: ClassVar[str] = "security-settled"
    source = "BLR 57, 66, 74"


class ForfeitureUnfoundedError(RuleError):
    """The law lets nobody keep this security."""

    code: ClassVar[str] = "security-forfeiture-unfounded"
    source = "BLR 35, 74"


class SecurityDayError(InvalidInputError):
    """Money is given back after it came, and neither in the future."""

    code: ClassVar[str] = "security-day"
    source = "BLR 57"


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """What a security may be at most: a share of an amount.

    Attributes:
        asked: Whether the tender document asks for it at all.
        base: Estimated price of the project, or contract amount, fen; exact.
        percent: Highest share (rules T15, T20).
    """

    kind: Kind
    asked: bool
    base: Fraction
    percent: int

    @property
    def cap_fen(self) -> int:
        """The highest whole amount."""
        return int(self.base * self.percent / 100)


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """A security as it came in.

    Attributes:
        holder: Social credit code of the account's holder, or of the guarantee's applicant.
        basic_account: Paid from the bidder's basic account (T16); a guarantee letter needs none.
        reference: Number of the transfer, cheque or guarantee letter.
    """

    kind: Kind
    instrument: Instrument
    amount_fen: int
    holder: str
    basic_account: bool
    reference: str
    paid_on: date


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """Something about a payment that people must look at; it decides nothing by itself."""

    code: str
    source: str


MISSING: Final = Remark(code="missing", source="BLR 26, 51")
"""No bid security stands in the ledger although the document asks for one."""


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """The end of a security."""

    outcome: Outcome
    ground: str
    principal_fen: int
    interest_fen: int
    rate: int
    days: int
    settled_on: date


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One security in the ledger."""

    payment: Payment
    settlement: Settlement | None = None


def contract_amount(annual_fen: int, months: int) -> Fraction:
    """Return the amount of a whole contract, fen, exact."""
    return Fraction(annual_fen * months, 12)


def record(payment: Payment, demand: Demand, *, today: date) -> Entry:
    """Return the ledger entry of a payment, or refuse.

    Raises:
        SecurityNotAskedError: The tender document does not ask for it.
        SecurityTooHighError: Above the cap.
        SecurityDayError: Paid in the future.
    """
    if not demand.asked:
        raise SecurityNotAskedError(field="kind", kind=demand.kind.value)
    if payment.amount_fen > demand.cap_fen:
        raise SecurityTooHighError(
            field="amount_fen",
            got=format_fen(payment.amount_fen),
            most=format_fen(demand.cap_fen),
            percent=demand.percent,
        )
    if payment.paid_on > today:
        raise SecurityDayError(field="paid_on", last=today.isoformat())
    return Entry(payment=payment)


def remarks(payment: Payment, *, bidder: str, required_fen: int, basic_account: bool) -> Iterator[Remark]:
    """Yield what people must look at: short, from another's account, not from the basic account.

    Args:
        bidder: Social credit code of the bidder.
        basic_account: Whether rule T16 binds this tender.
    """
    if payment.amount_fen < required_fen:
        yield Remark(code="short", source="BLR 26")
    if payment.holder != bidder:
        yield Remark(code="other-account", source="BLR 26, 40")
    if basic_account and payment.instrument is not Instrument.GUARANTEE and not payment.basic_account:
        yield Remark(code="not-basic-account", source="BLR 26")


def interest(payment: Payment, *, rate: int, until: date) -> int:
    """Return bank interest from the day of payment to the day of return, fen.

    Args:
        rate: Yearly, in basis points; 365 days a year.

    Source:
        BLR 57; the rate is a rule value [design].
    """
    if payment.kind is not Kind.BID or payment.instrument is Instrument.GUARANTEE:
        return 0
    days = (until - payment.paid_on).days
    return round(Fraction(payment.amount_fen * rate * days, _WHOLE * DAYS_OF_A_YEAR))


def give_back(entry: Entry, *, rate: int, on: date, today: date) -> Settlement:
    """Return the end of a security that goes back, principal and interest.

    Raises:
        SecuritySettledError: Settled before.
        SecurityDayError: Before it came, or in the future.
    """
    _unsettled(entry, on, today)
    payment = entry.payment
    return Settlement(
        outcome=Outcome.RETURNED,
        ground="",
        principal_fen=payment.amount_fen,
        interest_fen=interest(payment, rate=rate, until=on),
        rate=rate,
        days=(on - payment.paid_on).days,
        settled_on=on,
    )


def forfeit(
    entry: Entry,
    ground: ForfeitGround,
    *,
    revoked: bool,
    cancelled: cancellation.Ground | None,
    on: date,
) -> Settlement:
    """Return the end of a security that is kept.

    Args:
        revoked: The bid counts as revoked after the deadline through its bidder's fault (T19).
        cancelled: Ground on which this bidder's award was cancelled, if it was (T56).

    Raises:
        SecuritySettledError: Settled before.
        ForfeitureUnfoundedError: A performance security, or the facts do not bear the ground.
    """
    _unsettled(entry, on, on)
    founded = {
        ForfeitGround.REVOKED: revoked,
        ForfeitGround.AWARD_REFUSED: cancelled is not None and cancellation.GROUNDS[cancelled].forfeits,
    }
    if entry.payment.kind is not Kind.BID or not founded[ground]:
        raise ForfeitureUnfoundedError(field="ground", ground=ground.value)
    return Settlement(
        outcome=Outcome.FORFEITED,
        ground=ground.value,
        principal_fen=entry.payment.amount_fen,
        interest_fen=0,
        rate=0,
        days=(on - entry.payment.paid_on).days,
        settled_on=on,
    )


def _unsettled(entry: Entry, on: date, today: date) -> None:
    if entry.settlement is not None:
        raise SecuritySettledError(outcome=entry.settlement.outcome.value)
    if not entry.payment.paid_on <= on <= today:
        raise SecurityDayError(field="on", first=entry.payment.paid_on.isoformat(), last=today.isoformat())


def return_by(signed_on: date, *, days: int, workdays: int, table: Workdays) -> date:
    """Return the last day to give bid securities back after signing: the stricter of two laws.

    Calendar days are not moved onto a working day here; whichever count ends first binds (BLR 57, BTB 38).
    """
    return min(signed_on + timedelta(days=days), table.add_workdays(signed_on, workdays))
