"""Recording what the owners decided on the winner of a lot."""

from datetime import date, datetime
from typing import ClassVar

from bidding.domain.outcome import award, decision
from bidding.domain.permission import Act
from bidding.domain.procedure import LIFECYCLE
from bidding.domain.tender import Tender
from bidding.queries import awards as queries
from bidding.queries import evaluations
from bidding.queries import tenders as tender_queries
from bidding.services import stages
from bidding.tables.awards import DecisionRow
from market.kernel import period
from market.kernel.actor import Actor
from market.kernel.errors import RuleError
from market.runtime import audit, database


class DecisionNotNeededError(RuleError):
    """A developer's tender asks for no owners' decision."""

    code: ClassVar[str] = "decision-not-needed"
    source = "BPR 19; PMR 24"


class DecisionDateError(RuleError):
    """The owners decide between the publication of the candidates and today."""

    code: ClassVar[str] = "decision-date"
    source = "BPR 34, 35"


async def record(
    *,
    number: str,
    lot: str,
    commitment: str,
    decided_on: date,
    figures: decision.Figures,
    file_digest: str,
    by: Actor,
    now: datetime,
) -> queries.Decision:
    """Record the owners' decision on one candidate; the verdict is computed, never given.

    A decision that is not carried is recorded as well and moves nothing. The tender moves on when every lot
    with candidates has a carried decision.

    Raises:
        DecisionNotNeededError: A developer's tender.
        NotACandidateError: The decision is on somebody the committee did not recommend (BL 40, 57).
        DecisionDateError: Decided before the candidates were public, or in the future.
        ImpossibleFiguresError: The totals contradict each other.
    """
    async with database.transaction():
        tender = await tender_queries.locked(number)
        stages.check(Act.DECISION_RECORD, by, tender)
        if not tender.procedure.decision_needed:
            raise DecisionNotNeededError(number)
        LIFECYCLE.after(tender.stage, Act.DECISION_RECORD)
        found = await evaluations.of_lot(tender.id, lot)
        winner = _candidate(found, commitment)
        first = None if found.published_at is None else period.local_day(found.published_at)
        if first is None or not first <= decided_on <= period.local_day(now):
            raise DecisionDateError(field="decided_on", first=str(first), decided_on=str(decided_on))
        earlier = await queries.decisions(tender.id)
        row = DecisionRow(
            number=f"{number}-D{lot}-{len(earlier) + 1}",
            tender=tender.id,
            lot=lot,
            matter=decision.Matter.WINNER.value,
            covers=winner,
            decided_on=decided_on,
            **{name: getattr(figures, name) for name in decision.Figures.__struct_fields__},
            carried=decision.carried(figures),
            file_digest=file_digest,
            recorded_at=now,
            recorded_by=by.name,
        )
        await row.save()
        await _keep(tender, audit.row(DecisionRow, row.id), by=by, now=now)
        return (await queries.decisions(tender.id))[-1]


def _candidate(found: evaluations.Evaluation, commitment: str) -> int:
    candidates = found.result.candidates if found.result else ()
    if commitment not in {each.commitment for each in candidates}:
        raise award.NotACandidateError(field="commitment", candidates=len(candidates))
    return found.entrant(commitment).organisation


async def _keep(tender: Tender, changed: audit.Changed, *, by: Actor, now: datetime) -> None:
    """Move the tender on when every lot is decided, else only record the act."""
    lots = {
        each.lot for each in await evaluations.of_tender(tender.id) if each.result and each.result.candidates
    }
    decided = {each.lot for each in await queries.decisions(tender.id) if each.carried}
    end = stages.advance if lots <= decided else stages.keep
    await end(tender=tender, act=Act.DECISION_RECORD, by=by, now=now, changes={}, rows=[changed])
