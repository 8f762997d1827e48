"""Recording what the owners decided: counted from their ballots on a unit list, never from typed totals."""

from datetime import datetime
from typing import Final

import msgspec

from bidding.domain.act import Act
from bidding.domain.outcome import decision
from bidding.domain.tender import Tender
from bidding.domain.vote.matter import Figures
from bidding.queries import awards, evaluations
from bidding.queries import decisions as queries
from bidding.queries import tenders as tender_queries
from bidding.services import documents, stages
from bidding.services.vote import counting
from bidding.services.vote.counting import Counted, Order, Subject
from bidding.tables.awards import DecisionRow
from market.kernel import period
from market.kernel.actor import Actor
from market.kernel.errors import FindingsError
from market.runtime import audit, database, files

PROTOCOL_LIMIT: Final = 20 << 20


async def record(
    *, order: Order, ballots: bytes, protocol: bytes, by: Actor, now: datetime
) -> queries.Recorded:
    """Record a decision of the owners; the verdict is counted from the ballots, which are not kept.

    A decision that is not carried is recorded as well and moves nothing. A tender moves on when every lot
    with candidates has a carried decision on its winner.

    Args:
        ballots: CSV, one row for each unit.
        protocol: The signed record of the vote; kept by its digest.

    Raises:
        FindingsError: Ballots cannot be counted, or the vote broke a rule; every finding is named.
        UnitListMissingError: No unit list was in force on the day.
        DecisionNotNeededError: A developer's tender.
        NotACandidateError: The decision is on somebody the committee did not recommend (BL 40, 57).
        FileKindError: The protocol is no document.
    """
    async with (
        files.receiving(protocol, limit=PROTOCOL_LIMIT, kinds=documents.KINDS) as keep,
        database.transaction(),
    ):
        subject = await counting.subject_of(order=order, act=Act.DECISION_RECORD, by=by, locked=True)
        counted = await counting.counted(subject, order, ballots, now=now)
        if counted.findings:
            raise FindingsError(list(counted.findings))
        stored = await keep()
        row = await _row(subject, order, counted, by=by, now=now)
        salt = audit.salt()
        row.file_digest, row.salt = stored.digest, salt
        row.ballots_digest = counting.ballots_digest(ballots, salt)
        await row.save()
        changed = audit.row(DecisionRow, row.id)
        if subject.tender is not None:
            await _move(subject.tender, changed, carried=counted.carried, by=by, now=now)
        else:
            await audit.record(
                act=Act.DECISION_RECORD, by=by, subject=f"decision:{row.number}", now=now, changed=[changed]
            )
        return await queries.by_number(row.number)


async def _row(subject: Subject, order: Order, counted: Counted, *, by: Actor, now: datetime) -> DecisionRow:
    held, count = order.held, counted.count
    return DecisionRow(
        number=await _next_number(subject, now),
        community=subject.community.id,
        tender=None if subject.tender is None else subject.tender.id,
        lot=order.lot if subject.tender is not None else "",
        matter=order.matter.value,
        covers=subject.covers,
        pattern=order.pattern.value,
        relaxes=msgspec.json.encode(order.relaxes).decode(),
        renewal=None if order.renewal is None else msgspec.json.encode(order.renewal).decode(),
        decided_on=held.decided_on,
        notice_on=held.notice_on,
        reported_on=held.reported_on,
        evote_reference=held.evote_reference,
        non_voters=held.non_voters.value,
        clause=held.clause,
        unit_list=counted.unit_list.id,
        list_digest=counted.unit_list.list_digest,
        ballot_rows=count.rows,
        favour=counted.favour,
        **{name: getattr(count.figures, name) for name in Figures.__struct_fields__},
        silent_area=count.silent_area,
        silent_heads=count.silent_heads,
        carried=counted.carried,
        recorded_at=now,
        recorded_by=by.name,
    )


async def _next_number(subject: Subject, now: datetime) -> str:
    """Return ``D{year}{district}{four digits}``."""
    path = subject.community.path
    district = path[1] if len(path) > 1 else path[0]
    prefix = f"D{period.local_day(now).year}{district[:6]}"
    await database.lock("bidding:decision-number")
    rows = await database.fetch(
        "SELECT count(*) AS n FROM bidding_decision WHERE starts_with(number, $1)", prefix
    )
    return f"{prefix}{rows[0]['n'] + 1:04d}"


async def _move(tender: Tender, changed: audit.Changed, *, carried: bool, by: Actor, now: datetime) -> None:
    """Move the tender on when every lot is decided, else only record the act.

    Votes on candidates of an evaluation done anew, or on a winner whose award was cancelled, decide nothing.
    """
    shown = {
        each.lot: each.published_at
        for each in await evaluations.of_tender(tender.id)
        if each.result and each.result.candidates
    }
    rules = tender_queries.rules_of(tender)
    gone = {
        (each.lot, each.organisation)
        for each in await awards.history(tender.id)
        if each.cancelled_at is not None
    }
    decided = {
        each.lot
        for each in await queries.of_tender(tender.id)
        if decision.stands(each, rules)
        and (each.lot, each.covers) not in gone
        and (since := shown.get(each.lot or "")) is not None
        and each.recorded_at >= since
    }
    end = stages.advance if carried and shown.keys() <= decided else stages.keep
    await end(tender=tender, act=Act.DECISION_RECORD, by=by, now=now, changes={}, rows=[changed])
