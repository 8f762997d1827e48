"""How a place on the exit list ends: by the clock, early, or because its ground fell."""

from datetime import datetime

from credit.domain import list_entry
from credit.domain.act import Act
from credit.domain.events import EnterpriseDelisted, ListCaseOverdue
from credit.domain.list_entry import Verb
from credit.domain.permission import PERMISSIONS
from credit.queries import cases
from credit.services import falls, listings
from credit.services.consequence import following
from credit.services.paper import of_listing
from credit.services.records import need_reasons
from credit.tables import ListEntryRow
from market.kernel.actor import Actor
from market.parties import public as parties
from market.runtime import audit, database, outbox


async def revoke(*, entry_id: int, reasons: str, by: Actor, now: datetime) -> None:
    """Take an enterprise off because what the listing rests on fell (APL 48)."""
    async with database.transaction():
        case = await listings.opened(entry_id, act=Act.LIST_REVOKE, by=by)
        changed = await leave(case, Verb.REVOKE, reasons=need_reasons(reasons), by=by, now=now)
        entry = await _record(case.id, act=Act.LIST_REVOKE, by=by, now=now, changed=changed)
        await _publish(case, list_entry.Stage.REVOKED, entry=entry)


async def expire(*, entry_id: int, by: Actor, now: datetime) -> None:
    """Note that a term is over; pages and tenders knew by the day already."""
    async with database.transaction():
        case = await listings.opened(entry_id, act=Act.LIST_EXPIRE, by=by)
        changed = await leave(case, Verb.EXPIRE, reasons="", by=by, now=now)
        entry = await _record(case.id, act=Act.LIST_EXPIRE, by=by, now=now, changed=changed)
        await _publish(case, list_entry.Stage.EXPIRED, entry=entry)


async def leave(
    case: cases.ListEntry, verb: Verb, *, reasons: str, by: Actor, now: datetime
) -> list[audit.Changed]:
    """End a case or an entry inside an act, and what hung on the listing with it."""
    values = {
        ListEntryRow.ended_at: now,
        ListEntryRow.ended_by: by.name,
        ListEntryRow.end_reason: reasons,
        ListEntryRow.next_due_at: None,
    }
    await listings.move(case, verb, values)
    told = await _told(case, verb, reasons=reasons, by=by, now=now)
    lifted = await following.lift_listed(case.enterprise, reasons=reasons, by=by, now=now)
    fallen = [] if verb is Verb.REMOVE else await falls.lapse(entry_id=case.id, by=by, now=now)
    return [audit.row(ListEntryRow, case.id), *told, *lifted, *fallen]


async def _told(
    case: cases.ListEntry, verb: Verb, *, reasons: str, by: Actor, now: datetime
) -> list[audit.Changed]:
    """Keep the notice of removal of what was on the list; a case that is dropped was not."""
    if case.stage is not list_entry.Stage.LISTED:
        return []
    way = list_entry.LIFECYCLE.after(case.stage, verb)
    paper = await of_listing.removed(case, way, reasons=reasons, by=by, now=now)
    return [paper.row]


async def annul(*, record_id: int, reasons: str, by: Actor, now: datetime) -> list[audit.Changed]:
    """End the entry or the open case that rests on a record inside the act that annulled it (APL 48)."""
    rows = await database.fetch(
        "SELECT id FROM credit_list_entry WHERE record = $1 AND stage = ANY($2) ORDER BY id",
        record_id,
        [stage.value for stage in (*list_entry.PENDING, list_entry.Stage.LISTED)],
    )
    changed: list[audit.Changed] = []
    for row in rows:
        case = await cases.list_case(row["id"], lock=True)
        verb = Verb.REVOKE if case.stage is list_entry.Stage.LISTED else Verb.DROP
        changed += await leave(case, verb, reasons=reasons, by=by, now=now)
        if case.posted_at is not None:
            await listings.tell(case, "credit.inbox.list-annulled", now=now)
    return changed


async def remind(*, entry_id: int, by: Actor, now: datetime) -> None:
    """Tell the city that its time to decide is over; the decision is still owed."""
    PERMISSIONS[Act.LIST_REMIND].check(by)
    async with database.transaction():
        case = await cases.list_case(entry_id, lock=True)
        await ListEntryRow.update({ListEntryRow.next_due_at: None}).where(ListEntryRow.id == case.id)
        if case.stage not in (list_entry.Stage.NOTICE_SERVED, list_entry.Stage.LEGAL_REVIEW):
            return
        entry = await listings.record(case.id, act=Act.LIST_REMIND, by=by, now=now)
        over = await parties.authorities_over(case.path[:1])
        await outbox.publish(
            ListCaseOverdue(entry=case.id, deciders=tuple(one.id for one in over)), entry=entry
        )


async def _record(
    number: int, *, act: Act, by: Actor, now: datetime, changed: list[audit.Changed]
) -> audit.Entry:
    return await audit.record(act=act, by=by, subject=f"credit-list-entry:{number}", now=now, changed=changed)


async def _publish(case: cases.ListEntry, stage: list_entry.Stage, *, entry: audit.Entry) -> None:
    event = EnterpriseDelisted(entry=case.id, enterprise=case.enterprise, stage=stage.value)
    await outbox.publish(event, entry=entry)
