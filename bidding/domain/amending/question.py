"""Questions and clarifications: anonymous on the way in, numbered and for everybody on the way out."""

from datetime import date, datetime
from typing import ClassVar

import msgspec

from bidding.domain.procedure import Stage
from bidding.domain.rule_table import RuleVersion
from bidding.domain.tender import Tender
from market.kernel import digest
from market.kernel.errors import NotFoundError, RuleError, TransitionError
from market.kernel.period import local_day
from market.kernel.workday import latest_before


class NotIssuedError(TransitionError):
    """Questions, clarifications and amendments belong between the announcement and the deadline."""

    code: ClassVar[str] = "documents-not-issued"
    source = "BL 23; BLR 21"


class QuestionTooLateError(RuleError):
    """So late a question could only be answered by moving the deadline."""

    code: ClassVar[str] = "question-too-late"
    source = "BL 23; BLR 21"


class QuestionUnknownError(NotFoundError):
    """The tender has no open question of this number."""

    code: ClassVar[str] = "question-unknown"


ISSUED = frozenset({Stage.PUBLISHED, Stage.PREQUAL_OPEN, Stage.BIDDING})
"""In which a document is issued: that of the pre-qualification first, where there is one."""


def qualifying(tender: Tender) -> bool:
    """Say whether what is issued now is the pre-qualification document: open to everybody (BLR 15)."""
    return tender.procedure.prequalified and tender.stage in {Stage.PUBLISHED, Stage.PREQUAL_OPEN}


def deadline_rule(tender: Tender) -> str:
    """Return the rule that says how long before its deadline the issued document may be changed."""
    return "T10" if qualifying(tender) else "T09"


def deadline(tender: Tender) -> datetime | None:
    """Return the deadline of the document that is issued now: of applying, or of bidding."""
    if not qualifying(tender):
        return tender.content.deadline
    document = tender.content.prequalification
    return None if document is None else document.deadline


class Asker(msgspec.Struct, frozen=True, kw_only=True):
    """Who asked: encrypted in the row, for the supervising authority alone."""

    organisation: int
    uscc: str
    salt: str


def check_issued(tender: Tender) -> None:
    """Refuse what happens outside the time between announcement and deadline.

    Raises:
        NotIssuedError: As named.
    """
    if tender.stage not in ISSUED:
        raise NotIssuedError(f"{tender.number} is {tender.stage}", stage=tender.stage.value)


def last_day(tender: Tender, rules: RuleVersion) -> date | None:
    """Return the last day for questions: one answered the same day moves no deadline (rules T09, T10)."""
    until = deadline(tender)
    return None if until is None else latest_before(local_day(until), rules.value(deadline_rule(tender)))


def in_time(tender: Tender, rules: RuleVersion, *, now: datetime) -> bool:
    """Say whether the last day for questions is still to come, or today."""
    last = last_day(tender, rules)
    return last is None or local_day(now) <= last


def check_asking(tender: Tender, rules: RuleVersion, *, now: datetime) -> None:
    """Refuse a question after the last day for it.

    Raises:
        NotIssuedError: The tender is not announced, or bidding is over.
        QuestionTooLateError: The last day is past.
    """
    check_issued(tender)
    if not in_time(tender, rules, now=now):
        raise QuestionTooLateError(
            last_day=str(last_day(tender, rules)), days=rules.value(deadline_rule(tender))
        )


def clarification_digest(*, tender: str, number: int, text: str) -> str:
    """Return the digest under which a clarification stands in the log."""
    return digest.digest("clarification", {"tender": tender, "number": number, "text": text})
