"""The report of a committee: signed by its members or dissented from in writing, then published (BLR 53)."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import msgspec

from bidding.domain.rule_table import RuleVersion
from market.kernel import digest
from market.kernel.errors import ConflictError, RuleError


class ReportMissingError(RuleError):
    """No report is made, or another than the one named."""

    code = "report-missing"
    source = "BLR 53"


class ReportUnsignedError(RuleError):
    """Members have neither signed nor dissented, and their time is not over."""

    code = "report-unsigned"
    source = "BLR 53"


class AlreadySignedError(ConflictError):
    """This member has signed this report or dissented from it."""

    code = "report-already-signed"
    source = "BLR 53"


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """What a member said to a report.

    Attributes:
        seat: Number of the seat.
        dissent: Reasons in writing; empty for who agrees.
    """

    seat: int
    pseudonym: str
    digest: str
    dissent: str
    signed_at: datetime


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What a report says of one lot: which evaluation of it, and the digest of the result."""

    lot: str
    turn: int
    result: str


def report_digest(parts: Sequence[Part]) -> str:
    """Return what members sign: the digests of the results of all lots.

    The turn is part of it, so that a signature never stands under the report of a later evaluation.
    """
    return digest.digest("evaluation-report", [msgspec.to_builtins(part) for part in parts])


def dissent_digest(text: str, salt: str) -> str:
    """Return what the log keeps of a dissent."""
    return digest.digest("dissent", {"salt": salt, "text": text})


def sign_until(made_at: datetime, rules: RuleVersion) -> datetime:
    """Return the end of the time to sign a report or to dissent from it (rule T53.signing)."""
    return made_at + timedelta(hours=rules.value("T53.signing"))


def check_publishable(
    signed: Collection[int], members: Collection[int], *, sign_until: datetime, now: datetime
) -> tuple[int, ...]:
    """Return the members who agree by their silence; refuse while one may still speak.

    Who neither signs nor gives reasons in time is taken to agree (BLR 53).

    Raises:
        ReportUnsignedError: ``context`` counts those who are missing.
    """
    silent = tuple(sorted(set(members) - set(signed)))
    if silent and now < sign_until:
        raise ReportUnsignedError(f"{len(silent)} have not signed", missing=len(silent))
    return silent
