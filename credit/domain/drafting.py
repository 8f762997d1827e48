"""What may be drafted, and with which document it is submitted, be it typed or imported."""

from datetime import date, datetime

from credit.domain.catalogue import Flag, Item, Recorder, RetiredItemError, Subject
from credit.domain.record import (
    LEVELS,
    BelowRecorderError,
    Evidence,
    EvidenceMissingError,
    RecordDatesError,
    SubjectError,
    SystemItemError,
    Target,
)
from credit.domain.rule_set import LADDER
from market.kernel.actor import Actor, Role
from market.kernel.period import local_day


def check_draft(item: Item, target: Target, *, by: Actor, fact_on: date, now: datetime) -> None:
    """Refuse a draft the rules do not allow.

    Raises:
        RetiredItemError, SystemItemError, BelowRecorderError: Of ``check_level``.
        SubjectError: Of ``check_subject``.
        RecordDatesError: Of ``check_day``.
    """
    check_level(item, by)
    check_subject(item, target)
    check_day(fact_on, now=now)


def check_subject(item: Item, target: Target) -> None:
    """Refuse a project item without a project, a manager item without a manager, or the other way.

    Raises:
        SubjectError: As named.
    """
    needs = {
        Subject.ENTERPRISE: target.manager is None,
        Subject.PROJECT: target.community is not None and target.manager is None,
        Subject.MANAGER: target.manager is not None,
    }
    if not needs[item.subject]:
        raise SubjectError("the item is about another kind of subject", field="item_code", item=item.code)


def check_day(fact_on: date, *, now: datetime) -> None:
    """Refuse a fact that lies in the future.

    Raises:
        RecordDatesError: It does.
    """
    if fact_on > local_day(now):
        raise RecordDatesError("a fact lies in the past", field="fact_on")


def check_level(item: Item, by: Actor) -> None:
    """Refuse a drafter below the item's lowest recorder, and anybody where data make it or it is retired.

    Raises:
        RetiredItemError: A newer version of the rules retired it.
        SystemItemError: Only data or an outside list may bring it.
        BelowRecorderError: The level is too low.
    """
    if Flag.RETIRED in item.flags:
        raise RetiredItemError(f"{item.code} is retired", field="item_code", item=item.code)
    if by.role is Role.PLATFORM:
        return
    if item.min_recorder is Recorder.SYSTEM or Flag.MIRROR in item.flags:
        raise SystemItemError("the item is made from data", field="item_code", item=item.code)
    floor = Recorder.CITY if item.min_recorder is Recorder.ASSOC else item.min_recorder
    level = LEVELS.get(by.role)
    if level is None or LADDER.index(level) < LADDER.index(floor):
        raise BelowRecorderError(
            f"{item.code} is drafted from {floor} up", item=item.code, level=floor.value.lower()
        )


def check_evidence(evidence: Evidence | None, *, fact_on: date, now: datetime) -> Evidence:
    """Return the evidence a record is submitted with.

    Raises:
        EvidenceMissingError: Number, date or file is missing.
        RecordDatesError: The document is older than the fact or not yet written.
    """
    if evidence is None or not evidence.document_no or not evidence.file_digest:
        raise EvidenceMissingError("number, date and file of the document", field="document_no")
    if not fact_on <= evidence.document_on <= local_day(now):
        raise RecordDatesError("the document follows the fact", field="document_on")
    return evidence
