"""What follows a recorded decision: it is posted, its ballots are checked again, or the street revokes it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar

import msgspec

from bidding.domain import events, suspension
from bidding.domain.act import Act
from bidding.domain.outcome import decision
from bidding.domain.permission import PERMISSIONS
from bidding.domain.suspension import Cause
from bidding.domain.tender import Tender
from bidding.domain.vote.matter import Figures, Key
from bidding.queries import decisions as queries
from bidding.queries import tenders as tender_queries
from bidding.services import stages
from bidding.services.remedy import standstill
from bidding.services.vote import counting
from bidding.tables.awards import DecisionRow
from market.kernel import period
from market.kernel.actor import Actor
from market.kernel.errors import ConflictError, InvalidInputError, RuleError
from market.parties import public as parties
from market.runtime import audit, database, outbox


class PostingDayError(RuleError):
    """A decision is posted after it was taken and not in the future."""

    code: ClassVar[str] = "decision-posting-day"
    source = "BPR 37"


class AlreadyPostedError(ConflictError):
    """The day the decision was posted is recorded already."""

    code: ClassVar[str] = "decision-posted"


class AlreadyRevokedError(ConflictError):
    """The decision is revoked already."""

    code: ClassVar[str] = "decision-revoked-already"


class RevocationReasonError(InvalidInputError):
    """A revocation says why."""

    code: ClassVar[str] = "revocation-reason"
    source = "BPR 51"


class NotCountedError(RuleError):
    """The decision was not counted from ballots, so there is nothing to check again."""

    code: ClassVar[str] = "decision-not-counted"


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a ballot file is the one a decision was counted from.

    Attributes:
        same_file: The salted digest agrees.
        same_figures: Counted again, the totals agree.
    """

    same_file: bool
    same_figures: bool
    figures: Figures


async def post(*, number: str, posted_on: date, by: Actor, now: datetime) -> queries.Recorded:
    """Record the day a decision was posted in the community; late is recorded as well and shown.

    Raises:
        PostingDayError: Before the decision, or in the future.
        AlreadyPostedError: It is recorded already.
    """
    async with database.transaction():
        found = await _permitted(number, Act.DECISION_POST, by)
        if not found.decided_on <= posted_on <= period.local_day(now):
            raise PostingDayError(field="posted_on", decided_on=found.decided_on.isoformat())
        done = (
            await DecisionRow.update({DecisionRow.posted_on: posted_on})
            .where((DecisionRow.id == found.id) & DecisionRow.posted_on.is_null())
            .returning(DecisionRow.id)
        )
        if not done:
            raise AlreadyPostedError(number)
        await _record(Act.DECISION_POST, found, by=by, now=now)
        return await queries.by_number(number)


async def check(*, number: str, ballots: bytes, by: Actor, now: datetime) -> Check:
    """Count a ballot file again: is it the file of a decision, are the totals; nothing is kept of it.

    Raises:
        NotCountedError: The decision was not counted from ballots.
        FindingsError: Rows cannot be counted; every one is named.
    """
    async with database.transaction():
        found = await _permitted(number, Act.DECISION_CHECK, by)
        if found.unit_list is None:
            raise NotCountedError(number)
        rank = found.favour if found.favour.isdecimal() else ""
        count, _ = await counting.tally(
            found.unit_list,
            ballots,
            found.non_voters,
            ranks=await _ranks(found) if rank else frozenset(),
            rank=rank,
        )
        await _record(Act.DECISION_CHECK, found, by=by, now=now)
        return Check(
            same_file=counting.ballots_digest(ballots, found.salt) == found.ballots_digest,
            same_figures=count.figures == found.figures,
            figures=count.figures,
        )


async def _ranks(found: queries.Recorded) -> frozenset[str]:
    """Return the ranks a ballot could name: as many as the tender's rules let be recommended (rule T32)."""
    if found.tender is None:
        return frozenset()
    most = tender_queries.rules_of(await tender_queries.by_number(found.tender)).value("T32")
    return frozenset(str(rank) for rank in range(1, most + 1))


async def revoke(*, number: str, reasons: str, by: Actor, now: datetime) -> queries.Recorded:
    """Revoke a decision that breaks law or rules; nothing that rests on it goes on (BPR 8, 51).

    A tender that runs on a decision to tender is suspended; the supervising authority lifts it, or it ends.

    Raises:
        RevocationReasonError: No reasons are given.
        AlreadyRevokedError: It is revoked already.
    """
    if not reasons.strip():
        raise RevocationReasonError(field="reasons")
    async with database.transaction():
        found = await _permitted(number, Act.DECISION_REVOKE, by)
        done = (
            await DecisionRow.update(
                {
                    DecisionRow.revoked_at: now,
                    DecisionRow.revoked_by: by.name,
                    DecisionRow.revocation: reasons,
                }
            )
            .where((DecisionRow.id == found.id) & DecisionRow.revoked_at.is_null())
            .returning(DecisionRow.id)
        )
        if not done:
            raise AlreadyRevokedError(number)
        resting = await queries.resting_on(number)
        entry = await _record(Act.DECISION_REVOKE, found, by=by, now=now)
        if found.matter is Key.TENDER:
            for each in resting:
                await _suspend(each.number, found, reasons, by=by, now=now)
        await outbox.publish(await _revoked(found, resting), entry=entry)
        return await queries.by_number(number)


async def _suspend(number: str, found: queries.Recorded, reasons: str, *, by: Actor, now: datetime) -> None:
    """Let a running tender stand still; what is not announced or is contracted is refused elsewhere."""
    tender = await tender_queries.locked(number)
    if tender.stage in suspension.SUSPENDABLE:
        rows = await standstill.begin(
            tender=tender, cause=Cause.DECISION, origin=found.number, reasons=reasons, by=by, now=now
        )
        await stages.keep(tender=tender, act=Act.DECISION_REVOKE, by=by, now=now, changes={}, rows=rows)


async def _revoked(found: queries.Recorded, resting: Sequence[queries.Resting]) -> events.DecisionRevoked:
    place = await parties.community(found.community)
    affected = set(await parties.organisations_in(found.community))
    if found.covers is not None:
        affected.add(found.covers)
    for each in resting:
        affected |= {each.organisation, *each.bidders}
    return events.DecisionRevoked(
        decision_id=found.id,
        decision=found.number,
        community_id=found.community,
        affected=tuple(sorted(affected)),
        tenders=tuple(each.number for each in resting),
        path=place.path,
    )


async def _permitted(number: str, act: Act, by: Actor) -> queries.Recorded:
    found = await queries.by_number(number)
    place = await parties.community(found.community)
    PERMISSIONS[act].check(by, organisations=await parties.organisations_in(place.id), path=place.path)
    return found


async def _record(act: Act, found: queries.Recorded, *, by: Actor, now: datetime) -> audit.Entry:
    return await audit.record(
        act=act,
        by=by,
        subject=f"decision:{found.number}",
        now=now,
        changed=[audit.row(DecisionRow, found.id)],
    )


def refuse_revoked(tender: Tender, on_winner: decision.Decision | None = None) -> None:
    """Refuse a forward act that rests on a revoked decision.

    Args:
        on_winner: The decision on the winner, where the act rests on one too.

    Raises:
        DecisionRevokedError: With its number and the street's reasons.
    """
    decision.refuse_revoked(each for each in (tender.decision, on_winner) if each is not None)
