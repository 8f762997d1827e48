"""When an award is cancelled because its winner does not become the provider, and what follows.

The grounds are values: whose fault it is, what happens to the bid security, what must be on file first.
Source: BLR 55, 74; BL 45, 46 (T55, T56).
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Final

import msgspec

from market.kernel import period
from market.kernel.errors import RuleError, TransitionError


class Ground(StrEnum):
    """Why the winner does not become the provider."""

    REFUSED = "refused-to-sign"
    CONDITIONS = "added-conditions"
    NO_SECURITY = "no-performance-security"
    EXCUSED = "gave-up-with-reason"
    FORCE_MAJEURE = "force-majeure"
    UNLAWFUL = "proven-illegality"


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """What a ground means.

    Attributes:
        at_fault: The winner refused without good reason; the district decides on a credit record.
        forfeits: The tenderer may keep the bid security; otherwise it goes back with interest.
        waits: Possible after the last day to sign, or earlier on the winner's written refusal.
        declined: Needs the winner's written refusal in any case.
        evidence: Needs the document that shows it.
    """

    at_fault: bool
    forfeits: bool
    waits: bool = False
    declined: bool = False
    evidence: bool = False
    source: str


GROUNDS: Final[Mapping[Ground, Basis]] = {
    Ground.REFUSED: Basis(at_fault=True, forfeits=True, waits=True, source="BLR 55, 74; BL 45"),
    Ground.CONDITIONS: Basis(at_fault=True, forfeits=True, waits=True, evidence=True, source="BLR 74; BL 46"),
    Ground.NO_SECURITY: Basis(at_fault=True, forfeits=True, waits=True, source="BLR 55, 58, 74"),
    Ground.EXCUSED: Basis(at_fault=False, forfeits=False, declined=True, evidence=True, source="BLR 55, 74"),
    Ground.FORCE_MAJEURE: Basis(at_fault=False, forfeits=False, evidence=True, source="BLR 55; CC 180"),
    Ground.UNLAWFUL: Basis(at_fault=False, forfeits=False, evidence=True, source="BLR 55"),
}
"""``EXCUSED`` reads "without good reason" of BLR 74 the other way round [interp]. Proven illegality has
consequences of its own (BL 53, 54), decided by the authority, not by a cancelled award."""


class AlreadySignedError(TransitionError):
    """A signed contract cannot be undone by cancelling its award."""

    code: ClassVar[str] = "award-already-signed"
    source = "BL 46"


class AlreadyCancelledError(TransitionError):
    """The award is cancelled already."""

    code: ClassVar[str] = "award-cancelled"
    source = "BLR 55"


class TimeToSignRunningError(RuleError):
    """The winner may still sign, and has not refused in writing."""

    code: ClassVar[str] = "award-time-to-sign-running"
    source = "BL 46"


class RefusalMissingError(RuleError):
    """This ground needs the winner's own written refusal."""

    code: ClassVar[str] = "award-refusal-missing"
    source = "BLR 55"


class EvidenceMissingError(RuleError):
    """This ground needs the document that shows it."""

    code: ClassVar[str] = "award-cancellation-without-evidence"
    source = "BLR 55"


class NoSecurityAskedError(RuleError):
    """A winner need not give a performance security that the tender document does not ask for."""

    code: ClassVar[str] = "performance-security-not-asked"
    source = "BLR 58; BL 46"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """An award as it stands when somebody wants to cancel it.

    Attributes:
        security_due: The document asks for a performance security and none is recorded.
    """

    sign_by: date
    signed: bool
    cancelled: bool
    declined: bool
    security_due: bool


def open_award(standing: Standing) -> None:
    """Refuse to touch an award that is signed or cancelled."""
    if standing.cancelled:
        raise AlreadyCancelledError("the award is cancelled")
    if standing.signed:
        raise AlreadySignedError("the contract is signed")


def check(ground: Ground, standing: Standing, *, evidence: str, now: datetime) -> Basis:
    """Return what a ground means for an award that may be cancelled on it, or refuse.

    Args:
        evidence: The document that shows the ground, named so that it can be found.

    Raises:
        AlreadySignedError: The contract is signed.
        AlreadyCancelledError: Done before.
        NoSecurityAskedError: Nothing was asked for, or it was given.
        RefusalMissingError: The winner has not refused in writing.
        TimeToSignRunningError: The last day to sign is not over and the winner has not refused.
        EvidenceMissingError: No document is named.
    """
    open_award(standing)
    basis = GROUNDS[ground]
    if ground is Ground.NO_SECURITY and not standing.security_due:
        raise NoSecurityAskedError(field="ground")
    if basis.declined and not standing.declined:
        raise RefusalMissingError(field="ground")
    if basis.waits and not standing.declined and now < period.end_of_day(standing.sign_by):
        raise TimeToSignRunningError(field="ground", last_day=standing.sign_by.isoformat())
    if basis.evidence and not evidence.strip():
        raise EvidenceMissingError(field="evidence")
    return basis
