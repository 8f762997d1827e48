"""The report of a committee: signed by its members or dissented from in writing, then published (BLR 53)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

import msgspec

from bidding.domain.rule_table import RuleVersion
from market.kernel import digest
from market.kernel.errors import ConflictError, RuleError
from market.kernel.period import local_day
from market.kernel.workday import Workdays


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


def received_at(
    signed_at: Collection[datetime], members: int, *, sign_until: datetime, now: datetime
) -> datetime | None:
    """Return when the tenderer had the report: every member has spoken, or the time to speak is over.

    Args:
        signed_at: When each member signed or dissented.

    Returns:
        ``None`` while a member may still speak.
    """
    if len(signed_at) == members:
        return max(signed_at)
    return sign_until if now >= sign_until else None


def publish_by(received: datetime, rules: RuleVersion, workdays: Workdays) -> date:
    """Return the last day to publish the candidates (rule T33), the day of receipt not counted.

    Late is late and must still be published: nothing is refused, tenderer and authority are told (BLR 54).
    """
    return workdays.add_days(local_day(received), rules.value("T33"))


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
