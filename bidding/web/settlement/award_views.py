"""What the award's page shows after the award: report, refusal, cancelled awards, and who may do what."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

import msgspec

from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS
from bidding.domain.settlement import cancellation
from bidding.domain.tender import Tender
from bidding.queries import awards as queries
from bidding.queries.settlement import award_reports, cancellations
from bidding.services import stages
from market.kernel import period
from market.kernel.actor import AUTHORITIES, Actor
from market.kernel.errors import MarketError


class PublicCancelled(msgspec.Struct, frozen=True, kw_only=True):
    """An award that was refused or cancelled; ``reasons`` only for those concerned."""

    number: str
    winner: str
    commitment: str
    declined_at: datetime | None
    cancelled_at: datetime | None
    ground: str
    reasons: str
    at_fault: bool
    forfeits: bool


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A ground of cancellation as the form offers it: whether it is possible now, and what follows."""

    ground: cancellation.Ground
    possible: bool
    forfeits: bool
    evidence: bool
    source: str


class AfterView(msgspec.Struct, frozen=True, kw_only=True):
    """One lot after its award.

    Attributes:
        report_late: The report is or was made after its last day.
        reads_report: The reader may open the report.
        may_report: The reader owes it, and makes it from here.
        declined_why: For those concerned only.
        choices: Grounds on which the reader may cancel the award now.
    """

    cancelled: tuple[PublicCancelled, ...] = ()
    report_by: date | None = None
    report_number: str = ""
    reported_at: datetime | None = None
    report_late: bool = False
    reads_report: bool = False
    may_report: bool = False
    declined_at: datetime | None = None
    declined_why: str = ""
    may_decline: bool = False
    choices: tuple[Choice, ...] = ()


def cancelled(found: queries.Award, *, whole: bool) -> PublicCancelled:
    """Return a refused or cancelled award."""
    basis = cancellation.GROUNDS[found.ground] if found.ground else None
    return PublicCancelled(
        number=found.number,
        winner=found.winner,
        commitment=found.commitment,
        declined_at=found.declined_at,
        cancelled_at=found.cancelled_at,
        ground=found.ground.value if found.ground else "",
        reasons=(found.reasons or found.declined_why) if whole else "",
        at_fault=basis is not None and basis.at_fault,
        forfeits=basis is not None and basis.forfeits,
    )


async def after(
    tender: Tender,
    given: Sequence[queries.Award],
    actor: Actor,
    now: datetime,
    *,
    bidders: Collection[int],
) -> AfterView:
    """Return what the page shows of a lot after its award.

    Args:
        given: The awards of the lot, the cancelled ones too.
        bidders: Organisations that read reasons and refusals beside tenderer and authorities.
    """
    whole = _concerned(tender, bidders, actor)
    gone = tuple(cancelled(each, whole=whole) for each in given if each.cancelled_at is not None)
    standing = next((each for each in given if each.cancelled_at is None), None)
    if standing is None:
        return AfterView(cancelled=gone)
    report = await award_reports.of_award(standing.id)
    state = await cancellations.standing(tender, standing)
    day = period.local_day(report.filed_at if report else now)
    cancels = not state.signed and stages.may(Act.AWARD_CANCEL, actor, tender)
    return AfterView(
        cancelled=gone,
        report_by=standing.report_by,
        report_number=report.number if report else "",
        reported_at=report.filed_at if report else None,
        report_late=standing.report_by is not None and day > standing.report_by,
        reads_report=stages.may(Act.AWARD_REPORT_READ, actor, tender),
        may_report=report is None
        and standing.report_by is not None
        and stages.may(Act.AWARD_REPORT, actor, tender),
        declined_at=standing.declined_at,
        declined_why=standing.declined_why if whole else "",
        may_decline=not state.signed
        and not state.declined
        and PERMISSIONS[Act.AWARD_DECLINE].allows(actor, organisations=(standing.organisation,)),
        choices=tuple(_choices(state, now)) if cancels else (),
    )


def _concerned(tender: Tender, bidders: Collection[int], actor: Actor) -> bool:
    if actor.role in AUTHORITIES:
        return actor.covers(tender.path)
    return actor.organisation in {tender.organisation, *bidders}


def _choices(state: cancellation.Standing, now: datetime) -> list[Choice]:
    return [
        Choice(
            ground=ground,
            possible=_possible(ground, state, now),
            forfeits=basis.forfeits,
            evidence=basis.evidence,
            source=basis.source,
        )
        for ground, basis in cancellation.GROUNDS.items()
    ]


def _possible(ground: cancellation.Ground, state: cancellation.Standing, now: datetime) -> bool:
    try:
        cancellation.check(ground, state, evidence="-", now=now)
    except MarketError:
        return False
    return True
