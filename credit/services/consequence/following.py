"""Measures follow what calls for them: a publication, a listing, a record that fell.

Those the register issues by itself begin and end here, in the name of the authority that published or listed;
what binds is proposed to a person with the day it is due. Every row that begins names its origin, so that an
event told twice changes nothing.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from credit.domain import measure
from credit.domain.act import Act
from credit.domain.consequence import following, proposal
from credit.domain.consequence.following import End
from credit.domain.events import MeasuresFollowed
from credit.domain.permission import PERMISSIONS
from credit.domain.rules.register import Force, Measure, Trigger
from credit.measure_tables import MeasureRow, ProposalRow
from credit.queries import measures as questions
from credit.queries import rule_sets
from credit.queries.consequence import proposals
from credit.queries.measures import Due
from market.kernel.actor import Actor
from market.kernel.period import add_months, end_of_day, local_day
from market.parties import public as parties
from market.runtime import audit, database, outbox, workdays


async def follow(*, snapshot: int, by: Actor, now: datetime) -> int:
    """Let measures and proposals follow a published snapshot; return how many rows changed.

    A snapshot that another one has followed changes nothing, nor does one that was told before.
    """
    PERMISSIONS[Act.MEASURE_FOLLOW].check(by)
    async with database.transaction():
        found = await questions.due(snapshot, now=now)
        await database.lock(f"credit:measures:{found.enterprise}")
        rules = await rule_sets.in_force(local_day(now))
        over = await parties.authorities_over([rules.jurisdiction])
        if not found.last or not over or await _told(snapshot):
            return 0
        publisher = over[0]
        standing = await questions.begun_by_itself(found.enterprise, today=local_day(now))
        change = following.follow(standing, found.called.automatic, anew=found.cycle is not None)
        ended = await end(change.end, by=by, now=now)
        begun = [await _begin(one, found, publisher=publisher, by=by, now=now) for one in change.begin]
        moved = await _propose(found, by=by, now=now)
        changed = [*ended, *begun, *moved]
        if changed:
            await _record(found, changed, began=change.begin, by=by, now=now)
        return len(changed)


async def _told(snapshot: int) -> bool:
    rows = await database.fetch(
        "SELECT 1 FROM credit_measure WHERE snapshot = $1 AND automatic"
        " UNION ALL SELECT 1 FROM credit_measure_proposal WHERE snapshot = $1 LIMIT 1",
        snapshot,
    )
    return bool(rows)


async def _begin(
    one: Measure, found: Due, *, publisher: parties.Organisation, by: Actor, now: datetime
) -> audit.Changed:
    today = local_day(now)
    rows = await MeasureRow.insert(
        MeasureRow(
            origin=f"snapshot:{found.snapshot}:{one.key}",
            automatic=True,
            enterprise=found.enterprise,
            snapshot=found.snapshot,
            key=one.key,
            trigger=one.trigger.value,
            force=one.force.value,
            division=publisher.division,
            path=list(publisher.path),
            authority=publisher.id,
            legal_basis=one.legal_basis,
            reasons="",
            from_on=today,
            to_on=add_months(today, one.term_months),
            issued_at=now,
            issued_by=by.name,
        )
    )
    return audit.row(MeasureRow, int(rows[0]["id"]))


async def _propose(found: Due, *, by: Actor, now: datetime) -> list[audit.Changed]:
    standing = await proposals.standing(found.enterprise)
    in_force = await questions.running_keys(found.enterprise, today=local_day(now))
    change = following.propose(standing, found.called.proposed, in_force=in_force)
    lapsed = await lapse(change.end, by=by, now=now)
    if not change.begin:
        return lapsed
    days = await workdays.table()
    places = await questions.places_of(await parties.organisation(found.enterprise))
    rows = []
    for one in change.begin:
        due_on = proposal.due_on(one, found.published_at, days=days)
        rows.append(
            ProposalRow(
                stage=proposal.Stage.OPEN.value,
                origin=f"snapshot:{found.snapshot}:{one.key}",
                enterprise=found.enterprise,
                snapshot=found.snapshot,
                key=one.key,
                trigger=one.trigger.value,
                force=one.force.value,
                levels=[level.value for level in one.authorities],
                path=list(places),
                salt=audit.salt(),
                due_on=due_on,
                proposed_at=now,
                proposed_by=by.name,
                next_due_at=None if due_on is None else end_of_day(due_on),
            )
        )
    stored = await ProposalRow.insert(*rows)
    return [*lapsed, *(audit.row(ProposalRow, int(row["id"])) for row in stored)]


async def end(
    rows: Sequence[tuple[int, End]], *, reasons: str = "", by: Actor, now: datetime
) -> list[audit.Changed]:
    """End measures before their day inside an act, each with its reason."""
    for cause in dict.fromkeys(cause for _, cause in rows):
        values: dict[Any, Any] = {
            MeasureRow.lifted_at: now,
            MeasureRow.lifted_by: by.name,
            MeasureRow.lift_reason: reasons,
            MeasureRow.end_cause: cause.value,
        }
        chosen = [number for number, why in rows if why is cause]
        await MeasureRow.update(values).where(MeasureRow.id.is_in(chosen))
    return [audit.row(MeasureRow, number) for number, _ in rows]


async def lapse(rows: Sequence[tuple[int, End]], *, by: Actor, now: datetime) -> list[audit.Changed]:
    """Let open proposals lapse inside an act: what called for them is over."""
    for number, cause in rows:
        values: dict[Any, Any] = {
            ProposalRow.stage: proposal.LIFECYCLE.after(proposal.Stage.OPEN, proposal.Verb.LAPSE).value,
            ProposalRow.ended_at: now,
            ProposalRow.ended_by: by.name,
            ProposalRow.end_cause: cause.value,
            ProposalRow.next_due_at: None,
        }
        await ProposalRow.update(values).where(ProposalRow.id == number)
    return [audit.row(ProposalRow, number) for number, _ in rows]


async def follow_listing(
    enterprise: int, *, entry: int, from_on: date, to_on: date, reasons: str, by: Actor, now: datetime
) -> list[audit.Changed]:
    """Issue what a listing brings by itself, and stop every reward, inside the act that lists."""
    rewards = await database.fetch(
        "SELECT id FROM credit_measure WHERE enterprise = $1 AND force = $2 AND lifted_at IS NULL"
        " AND to_on > $3 ORDER BY id",
        enterprise,
        Force.INCENTIVE.value,
        from_on,
    )
    stopped = await end([(row["id"], End.LISTING) for row in rewards], reasons=reasons, by=by, now=now)
    begun = []
    rules = await rule_sets.in_force(local_day(now))
    for one in measure.by_listing(by.role, rules=rules):
        rows = await MeasureRow.insert(
            MeasureRow(
                origin=f"listing:{entry}:{one.key}",
                automatic=True,
                enterprise=enterprise,
                key=one.key,
                trigger=one.trigger.value,
                force=one.force.value,
                division=by.division,
                path=list(by.path),
                authority=by.organisation,
                legal_basis=one.legal_basis,
                reasons=reasons,
                from_on=from_on,
                to_on=to_on,
                issued_at=now,
                issued_by=by.name,
            )
        )
        begun.append(audit.row(MeasureRow, int(rows[0]["id"])))
    return [*stopped, *begun]


async def lift_listed(enterprise: int, *, reasons: str, by: Actor, now: datetime) -> list[audit.Changed]:
    """Lift what hung on a place on the exit list, inside the act that ended it."""
    rows = await database.fetch(
        "SELECT id FROM credit_measure WHERE enterprise = $1 AND trigger = $2 AND lifted_at IS NULL"
        " AND to_on > $3 ORDER BY id",
        enterprise,
        Trigger.LISTED.value,
        local_day(now),
    )
    return await end([(row["id"], End.LISTING) for row in rows], reasons=reasons, by=by, now=now)


async def lift_fallen(
    enterprise: int, *, before: Collection[str], reasons: str, by: Actor, now: datetime
) -> list[audit.Changed]:
    """Lift what only a fallen record called for, inside the act that ended it (NDRC36: at the same time).

    Rewards stay; what a better grade brings waits for its publication.

    Args:
        before: Names of the measures the score called for while the record counted.
    """
    gone = set(before) - await questions.called_live(enterprise, now=now)
    rows = await database.fetch(
        "SELECT id FROM credit_measure WHERE enterprise = $1 AND key = ANY($2) AND lifted_at IS NULL"
        " AND to_on > $3 AND force <> $4 ORDER BY id",
        enterprise,
        sorted(gone),
        local_day(now),
        Force.INCENTIVE.value,
    )
    lifted = await end([(row["id"], End.RECORD) for row in rows], reasons=reasons, by=by, now=now)
    waiting = [(one.id, End.RECORD) for one in await proposals.standing(enterprise) if one.key in gone]
    return [*lifted, *await lapse(waiting, by=by, now=now)]


async def _record(
    found: Due, changed: Sequence[audit.Changed], *, began: Sequence[Measure], by: Actor, now: datetime
) -> None:
    entry = await audit.record(
        act=Act.MEASURE_FOLLOW,
        by=by,
        subject=f"credit-snapshot:{found.snapshot}",
        now=now,
        changed=changed,
    )
    event = MeasuresFollowed(
        snapshot=found.snapshot,
        enterprise=found.enterprise,
        grade=found.grade.value,
        began=tuple(one.key for one in began),
        fell=any(one.trigger is Trigger.EARLY_WARNING for one in began),
    )
    await outbox.publish(event, entry=entry)
