"""What keeps a tender from being filed or announced: every finding at once, each with rule and source."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import ClassVar, Final

from bidding.domain.committee import composition
from bidding.domain.entry import invitation, selection
from bidding.domain.outcome import decision as decisions
from bidding.domain.outcome import weights
from bidding.domain.rule_table import Force, RuleVersion
from bidding.domain.tender import NOTICE, PARTS, Content, Tender
from bidding.domain.vote.matter import Key
from market.kernel.errors import RuleError
from market.kernel.period import local_day
from market.kernel.workday import latest_before

LEAST_KEYHOLDERS: Final = 2
MOST_KEYHOLDERS: Final = 7


class FindingError(RuleError):
    """Something that keeps a tender from going on; several are raised together."""

    code: ClassVar[str] = "tender-finding"


class PartMissingError(FindingError):
    """The notice or document lacks something the law asks for."""

    code: ClassVar[str] = "tender-part-missing"
    rules: ClassVar[tuple[str, ...]] = ("T46", "T58", "T59")
    source = "BL 16, 19; BTB 17"


class TimeTooShortError(FindingError):
    """A statutory time is not kept."""

    code: ClassVar[str] = "tender-time-too-short"
    rules: ClassVar[tuple[str, ...]] = ("T05", "T06", "T07", "T08", "T11", "T22")


class AmountError(FindingError):
    """An amount of the tender document passes its cap."""

    code: ClassVar[str] = "tender-amount"
    rules: ClassVar[tuple[str, ...]] = ("T15", "T20", "T59")


class DecisionMissingError(FindingError):
    """The owners have not decided to hire through a tender."""

    code: ClassVar[str] = "owners-decision-missing"
    source = "BPR 34, 64; CC 278"


class DecisionLostError(FindingError):
    """The owners' decision named was not carried."""

    code: ClassVar[str] = "owners-decision-lost"
    source = "CC 278"


class DecisionGoneError(FindingError):
    """The owners' decision named was revoked by the street."""

    code: ClassVar[str] = "owners-decision-gone"
    source = "BPR 8, 51"


class KeyholdersError(FindingError):
    """Keyholders are missing, not independent, or have not rehearsed."""

    code: ClassVar[str] = "keyholders-not-ready"


class CommunityUnconfirmedError(FindingError):
    """The district has not confirmed the residential area: its figures may still change."""

    code: ClassVar[str] = "tender-community-unconfirmed"


class CommitteeError(FindingError):
    """The committee the document describes may not evaluate this tender."""

    code: ClassVar[str] = "tender-committee"


def filing_findings(
    tender: Tender, rules: RuleVersion, *, invited: Collection[int] | None = None
) -> Iterator[RuleError]:
    """Yield all that keeps a draft from being filed: completeness, decision, amounts, scheme, times.

    Args:
        invited: Whom a tender by invitation invites so far.
    """
    content = tender.content
    if tender.procedure.decision_needed:
        yield from _decision(tender, rules)
    if tender.procedure.by_invitation:
        yield from _invitation(tender, rules, len(invited or ()))
    if not tender.community_confirmed:
        yield CommunityUnconfirmedError(field="community")
    yield from _missing(content)
    yield from _amounts(content, rules)
    yield from weights.filing_findings(content.scheme, rules)
    for wrong in composition.findings(content.committee, rules, tender.relaxed):
        yield CommitteeError(
            field=f"committee.{wrong.field}",
            source=wrong.source,
            finding=wrong.code,
            rule=wrong.rule,
            value=wrong.value,
            per=wrong.per,
            got=wrong.got,
        )
    if content.issue_at is not None and content.deadline is not None:
        yield from time_findings(tender, rules)


def _decision(tender: Tender, rules: RuleVersion) -> Iterator[FindingError]:
    """Yield why the decision named is none to tender on: these owners', on this, carried, standing."""
    found = tender.decision
    if found is None or found.matter is not Key.TENDER or found.community != tender.community:
        yield DecisionMissingError(field="decision")
    elif not decisions.carried(found, rules):
        yield DecisionLostError(field="decision", number=found.number)
    elif found.revoked_at is not None:
        yield DecisionGoneError(field="decision", number=found.number, reasons=found.revocation)


SELECTION_NOTICE: Final = ("tenderer_address", "nature", "place")
SELECTION_PARTS: Final = ("project", "service", "contract")


def selection_findings(tender: Tender, rules: RuleVersion, *, failed: bool) -> Iterator[RuleError]:
    """Yield all that keeps a selection by agreement from being filed.

    Args:
        failed: The round before failed for want of bidders.
    """
    content = tender.content
    if not tender.community_confirmed:
        yield CommunityUnconfirmedError(field="community")
    for name in SELECTION_NOTICE:
        if not getattr(content, name).strip():
            yield PartMissingError(field=name, source="PMR 24", rule="T58", part=name)
    for name in SELECTION_PARTS:
        if not content.parts.get(name, "").strip():
            yield PartMissingError(field=f"parts.{name}", source="PMR 24", rule="T59", part=name)
    if len(content.lots) != 1:
        yield PartMissingError(field="lots", source="BPR 61", rule="T59", part="lots")
    area = sum(lot.area_centi for lot in content.lots)
    yield from selection.findings(content.negotiation, rules, area=area, failed=failed)


def _invitation(tender: Tender, rules: RuleVersion, invited: int) -> Iterator[RuleError]:
    """Yield what a tender by invitation lacks: invitees, the owners' wish, an approval."""
    content, least = tender.content, rules.value("T02")
    if invited < least:
        yield invitation.InvitationError(
            field="invitees", problem="too-few", value=least, got=invited, rule="T02"
        )
    if tender.procedure.decision_needed and not content.owners_invite:
        yield DecisionMissingError(field="owners_invite")
    area = sum(lot.area_centi for lot in content.lots)
    rule = invitation.compulsory(rules, state_controlled=content.state_controlled, area=area)
    if rule is not None and content.invitation_approval is None:
        limit = rules.value(rule) if rule == "open-compulsory" else 0
        yield invitation.OpenTenderCompulsoryError(
            field="invitation_approval", rule=rule, value=limit // 100, got=area // 100
        )


def _missing(content: Content) -> Iterator[FindingError]:
    for name in NOTICE:
        if not getattr(content, name).strip():
            yield PartMissingError(field=name, source="BL 16; BLR 15", rule="T58", part=name)
    for name in PARTS:
        if not content.parts.get(name, "").strip():
            yield PartMissingError(field=f"parts.{name}", source="BL 19; BTB 17", rule="T59", part=name)
    for name in ("issue_at", "deadline", "lots"):
        if not getattr(content, name):
            yield PartMissingError(field=name, source="BL 19", rule="T59", part=name)
    yield from _lots(content)


def _lots(content: Content) -> Iterator[FindingError]:
    for place, lot in enumerate(content.lots):
        if lot.services is None or not lot.services.lines:
            yield PartMissingError(
                field=f"lots.{place}.services", source="BL 19; BTB 17", rule="T59", part="service-items"
            )
    if len({lot.id for lot in content.lots}) != len(content.lots):
        yield AmountError(field="lots", source="BL 19", rule="T59", value=len(content.lots))
    limited = all(lot.maximum_price_fen is not None for lot in content.lots)
    if not limited and not content.price_limit_method.strip():
        yield PartMissingError(field="price_limit_method", source="BLR 27", rule="T46", part="price_limit")


def _amounts(content: Content, rules: RuleVersion) -> Iterator[FindingError]:
    percent = rules.value("T15")
    if content.bid_security_fen * 100 > content.estimate_fen * percent:
        yield AmountError(
            field="bid_security_fen", source="BLR 26", rule="T15", value=percent, got=content.bid_security_fen
        )
    threshold = content.two_envelopes.threshold_percent if content.two_envelopes else 0
    for field, got, rule, source in (
        ("performance_percent", content.performance_percent, "T20", "BLR 58"),
        ("threshold_percent", threshold, "technical-threshold.most", "BL 18, 20"),
    ):
        if got > (most := rules.value(rule)):
            yield AmountError(field=field, source=source, rule=rule, value=most, got=got)
    least = rules.value("T22")
    if content.validity_days <= least:
        yield TimeTooShortError(
            field="validity_days",
            source=rules.rule("T22").source,
            rule="T22",
            value=least,
            got=content.validity_days,
        )


def time_findings(tender: Tender, rules: RuleVersion) -> Iterator[FindingError]:
    """Yield the times of a document that are shorter than the rules allow; both instants must be set."""
    content = tender.content
    if content.issue_at is None or content.deadline is None:
        return
    issued, ends = local_day(content.issue_at), local_day(content.deadline)
    if content.issue_days < (least := rules.value("T06")):
        yield TimeTooShortError(
            field="issue_days", source="BLR 16", rule="T06", value=least, got=content.issue_days
        )
    if (ends - issued).days < (least := rules.required("T08", tender.relaxed)):
        yield TimeTooShortError(
            field="deadline",
            source=rules.rule("T08").source,
            rule="T08",
            value=least,
            got=(ends - issued).days,
        )
    if issued + timedelta(days=content.issue_days) > latest_before(ends, rules.value("T11")):
        yield TimeTooShortError(
            field="deadline",
            source="BLR 22",
            rule="T11",
            value=rules.value("T11"),
            got=(ends - issued).days - content.issue_days,
        )


def publication_findings(
    tender: Tender, rules: RuleVersion, now: datetime, *, invited: Collection[int] | None = None
) -> Iterator[RuleError]:
    """Yield all that keeps an accepted tender from being announced now."""
    content = tender.content
    yield from filing_findings(tender, rules, invited=invited)
    wait = rules.rule("T05")
    today = local_day(now)
    if wait.force is Force.HARD and tender.filed_at is not None:
        earliest = local_day(tender.filed_at) + timedelta(days=wait.value)
        if today < earliest:
            yield TimeTooShortError(
                field="issue_at",
                source=wait.source,
                rule="T05",
                value=wait.value,
                got=(today - local_day(tender.filed_at)).days,
            )
    if content.issue_at is not None and content.issue_at < now:
        yield TimeTooShortError(field="issue_at", source="BL 24", rule="T08", value=0, got=0)
    yield from keyholder_findings(tender)


def keyholder_findings(tender: Tender) -> Iterator[FindingError]:
    """Yield what is wrong with the keyholders: number, threshold, institutions, keys, rehearsal."""
    holders = tender.keyholders
    if not LEAST_KEYHOLDERS <= tender.threshold <= len(holders) <= MOST_KEYHOLDERS:
        yield KeyholdersError(field="keyholders", problem="number", n=len(holders), k=tender.threshold)
    for name in ("organisation", "opening_key", "signing_key"):
        if len({getattr(holder, name) for holder in holders}) != len(holders):
            yield KeyholdersError(field="keyholders", problem=f"same-{name.replace('_', '-')}")
    for number, holder in enumerate(holders):
        wrong = {"revoked": holder.revoked_at is not None, "not-rehearsed": not holder.rehearsed}
        for problem in (name for name, holds in wrong.items() if holds):
            yield KeyholdersError(
                field=f"keyholders.{number}", problem=problem, institution=holder.institution
            )
