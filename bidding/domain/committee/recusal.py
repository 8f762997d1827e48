"""Who may not sit: conflicts computed from facts, and the grounds on which a seat is given up."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from bidding.domain.rule_table import RuleVersion
from market.kernel.errors import RuleError

EMPLOYER_RULE: Final = "recusal-employer"


class Ground(StrEnum):
    """Why somebody does not sit any longer."""

    EMPLOYER_BIDS = "employer-bids"
    EMPLOYER_TENDERS = "employer-tenders"
    EMPLOYER_SUPERVISES = "employer-supervises"
    FORMER_EMPLOYER_BIDS = "former-employer-bids"
    OFF_REGISTER = "off-register"
    CONFLICT = "conflict"
    ILLNESS = "illness"
    LEFT_POST = "left-post"
    DECLINED = "declined"
    CAUSE = "cause"
    REDRAWN = "redrawn"


class OwnGround(StrEnum):
    """Grounds a member names for giving up the own seat (BTB 28, BLR 48); each is a ``Ground``."""

    CONFLICT = "conflict"
    ILLNESS = "illness"
    LEFT_POST = "left-post"
    DECLINED = "declined"


class RecusalOpenError(RuleError):
    """A member has a ground to recuse that has not been dealt with."""

    code = "recusal-open"
    source = "BLR 46; BTB 28"


class Former(msgspec.Struct, frozen=True, kw_only=True):
    """A body somebody worked for, and until when."""

    code: str
    until: date


class Ties(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a member works or worked for; codes of bodies.

    Attributes:
        bodies: Employer, and every body the person acts for on this platform.
        registered: Still on the roster and mandated (an expert), or still mandated (a representative).
        represents: Sits for the tenderer, whose people may.
    """

    bodies: tuple[str, ...]
    former: tuple[Former, ...] = ()
    registered: bool = True
    represents: bool = False


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody a member must be free of; codes of bodies."""

    bidders: frozenset[str]
    tenderer: str
    authorities: frozenset[str]


def ground_of(ties: Ties, field: Field, *, on: date, rules: RuleVersion) -> Ground | None:
    """Return the first ground on which somebody must recuse; ``None`` for who is free.

    Args:
        on: The day of the opening, when the bidders became known.
        rules: Say for how many full years after leaving a former employer counts (``recusal-employer``).
    """
    own = frozenset(ties.bodies)
    found = (
        (not ties.registered, Ground.OFF_REGISTER),
        (bool(own & field.bidders), Ground.EMPLOYER_BIDS),
        (not ties.represents and field.tenderer in own, Ground.EMPLOYER_TENDERS),
        (bool(own & field.authorities), Ground.EMPLOYER_SUPERVISES),
        (_formerly(ties.former, field.bidders, on, rules.value(EMPLOYER_RULE)), Ground.FORMER_EMPLOYER_BIDS),
    )
    return next((ground for holds, ground in found if holds), None)


def _formerly(former: Collection[Former], bidders: frozenset[str], on: date, years: int) -> bool:
    """Say whether a bidder was left less than so many years ago; on the day itself the time is over."""
    day = (on.year, on.month, on.day)
    return any(
        one.code in bidders and day < (one.until.year + years, one.until.month, one.until.day)
        for one in former
    )
