"""What keeps a tender with pre-qualification from being filed or announced."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar

from bidding.domain.entry.prequalification import Prequalification
from bidding.domain.filing import FindingError, PartMissingError, TimeTooShortError
from bidding.domain.procedure import BEFORE_PUBLICATION
from bidding.domain.rule_table import RuleVersion
from bidding.domain.tender import Tender
from market.kernel.errors import RuleError
from market.kernel.period import local_day


class PrequalificationError(FindingError):
    """The pre-qualification document does not fit the procedure, its limit or its conditions."""

    code: ClassVar[str] = "prequalification-finding"
    source = "BLR 15, 18; BTB 16"
    rules: ClassVar[tuple[str, ...]] = ("T04",)


def findings(tender: Tender, rules: RuleVersion) -> Iterator[RuleError]:
    """Yield all that is wrong with the pre-qualification a tender's document describes, or lacks."""
    document = tender.content.prequalification
    if not tender.procedure.prequalified:
        if document is not None:
            yield PrequalificationError(field="prequalification", problem="not-of-procedure")
        return
    if document is None:
        yield PartMissingError(field="prequalification", source="BLR 15", rule="T59", part="prequalification")
        return
    if tender.content.state_controlled:
        yield PrequalificationError(field="state_controlled", problem="committee-needed", source="BLR 18")
    yield from _conditions(document, rules)
    yield from _times(tender, document, rules)


def _conditions(document: Prequalification, rules: RuleVersion) -> Iterator[RuleError]:
    ids = [one.id for one in document.conditions]
    if not ids:
        yield PartMissingError(
            field="prequalification.conditions", source="BLR 18", rule="T59", part="conditions"
        )
    if len(set(ids)) != len(ids):
        yield PrequalificationError(field="prequalification.conditions", problem="twice")
    if not document.how_to_apply.strip():
        yield PartMissingError(
            field="prequalification.how_to_apply", source="BLR 15", rule="T58", part="how_to_apply"
        )
    least = rules.value("T04")
    if document.limit and document.limit < least:
        yield PrequalificationError(
            field="prequalification.limit",
            problem="limit",
            rule="T04",
            value=least,
            got=document.limit,
            source=rules.rule("T04").source,
        )
    if document.limit and not any(one.points for one in document.conditions):
        yield PrequalificationError(field="prequalification.conditions", problem="no-points", source="BTB 16")


def _times(tender: Tender, document: Prequalification, rules: RuleVersion) -> Iterator[RuleError]:
    for name in ("issue_at", "deadline"):
        if getattr(document, name) is None:
            yield PartMissingError(
                field=f"prequalification.{name}", source="BLR 15", rule="T59", part=f"prequal_{name}"
            )
    if document.issue_at is None or document.deadline is None:
        return
    if document.issue_days < (least := rules.value("T06")):
        yield TimeTooShortError(
            field="prequalification.issue_days", source="BLR 16", rule="T06", value=least,
            got=document.issue_days,
        )  # fmt: skip
    ended = local_day(document.issue_at) + timedelta(days=document.issue_days)
    left, least = (local_day(document.deadline) - ended).days, rules.required("T07", tender.relaxed)
    if left < least:
        yield TimeTooShortError(
            field="prequalification.deadline", source="BLR 17", rule="T07", value=least, got=left
        )
    issued = tender.content.issue_at
    if tender.stage in BEFORE_PUBLICATION and issued is not None and issued <= document.deadline:
        yield PrequalificationError(field="issue_at", problem="order", source="BLR 15")


def announcing(tender: Tender, now: datetime) -> Iterator[RuleError]:
    """Yield why a pre-qualification cannot be announced now: its issue would lie in the past."""
    document = tender.content.prequalification
    if document is not None and document.issue_at is not None and document.issue_at < now:
        yield TimeTooShortError(
            field="prequalification.issue_at", source="BLR 16", rule="T06", value=0, got=0
        )
