"""What the clock does: service of posted notices, reminders, expiry. It calls the acts everybody calls."""

from datetime import datetime

from credit.appraisal_tables import RecheckRow
from credit.domain import list_entry
from credit.domain.record import Stage
from credit.queries import cases
from credit.services import calendars, decisions, listings, notices, objections
from credit.services.appraisal import rechecks
from credit.supervision_tables import ObjectionRow
from credit.tables import ListEntryRow, RecordRow
from market.kernel.actor import Actor
from market.kernel.workday import Workdays
from market.runtime import database, schedule

PLATFORM = Actor.platform()


async def record_due(*, id: int, now: datetime) -> None:  # noqa: A002 - the schedule's word
    """Do what is due on a record: deemed service, a reminder, or expiry."""
    case = await cases.record(id, lock=True)
    match case.stage:
        case Stage.NOTICE_POSTED:
            await notices.serve(record_id=id, by=PLATFORM, now=now)
        case Stage.EFFECTIVE:
            await decisions.expire(record_id=id, by=PLATFORM, now=now)
        case _:
            await notices.remind(record_id=id, by=PLATFORM, now=now)


async def list_entry_due(*, id: int, now: datetime) -> None:  # noqa: A002 - the schedule's word
    """Do what is due on an exit-list case: deemed service, or the end of its term."""
    case = await cases.list_case(id, lock=True)
    match case.stage:
        case list_entry.Stage.NOTICE_POSTED:
            await listings.serve(entry_id=id, by=PLATFORM, now=now)
        case list_entry.Stage.LISTED:
            await listings.expire(entry_id=id, by=PLATFORM, now=now)
        case _:
            await database.execute("UPDATE credit_list_entry SET next_due_at = NULL WHERE id = $1", id)


async def objection_due(*, id: int, now: datetime) -> None:  # noqa: A002 - the schedule's word
    """Tell the authority that an answer is overdue."""
    await objections.remind(objection_id=id, by=PLATFORM, now=now)


async def recheck_due(*, id: int, now: datetime) -> None:  # noqa: A002 - the schedule's word
    """Tell the authorities that a re-check is overdue."""
    await rechecks.remind(recheck_id=id, by=PLATFORM, now=now)


async def recompute(table: Workdays, now: datetime) -> None:
    """Follow a change of the workday calendar."""
    await calendars.follow(table=table, by=PLATFORM, now=now)


DUE: tuple[schedule.Due, ...] = (
    schedule.Due("credit:record", RecordRow, record_due),
    schedule.Due("credit:list-entry", ListEntryRow, list_entry_due),
    schedule.Due("credit:objection", ObjectionRow, objection_due),
    schedule.Due("credit:recheck", RecheckRow, recheck_due),
)
