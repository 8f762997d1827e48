"""What the clock does: service of posted notices, reminders, expiry. It calls the acts everybody calls."""

from datetime import datetime

from credit.appraisal_tables import RecheckRow
from credit.assessment_tables import AssessmentRow, AssessorRemovalRow
from credit.domain import list_entry
from credit.domain.record import Stage
from credit.instrument_tables import InstrumentRow
from credit.measure_tables import ProposalRow
from credit.oversight_tables import InspectionRow, OrderRow, PlanRow
from credit.queries import cases
from credit.services import calendars, decisions, delistings, listings, measures, notices, objections
from credit.services.appraisal import rechecks as appraisal_rechecks
from credit.services.assessment import removals, reports
from credit.services.instruments import falling
from credit.services.oversight import keeping, rechecks, visits
from credit.services.remedy import managers, repairs, reviews
from credit.supervision_tables import ObjectionRow, RepairRow, ReviewRow
from credit.tables import ListEntryRow, RecordRow
from credit.watch_tables import ManagerCaseRow
from market.kernel.actor import Actor
from market.kernel.workday import Workdays
from market.runtime import schedule

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
    """Do what is due on an exit-list case: deemed service, a late decision, or the end of its term."""
    case = await cases.list_case(id, lock=True)
    match case.stage:
        case list_entry.Stage.NOTICE_POSTED:
            await listings.serve(entry_id=id, by=PLATFORM, now=now)
        case list_entry.Stage.LISTED:
            await delistings.expire(entry_id=id, by=PLATFORM, now=now)
        case _:
            await delistings.remind(entry_id=id, by=PLATFORM, now=now)


async def objection_due(*, id: int, now: datetime) -> None:  # noqa: A002 - the schedule's word
    """Tell the authority that an answer is overdue."""
    await objections.remind(objection_id=id, by=PLATFORM, now=now)


async def recheck_due(*, id: int, now: datetime) -> None:  # noqa: A002 - the schedule's word
    """Tell the authorities that a re-check is overdue."""
    await appraisal_rechecks.remind(recheck_id=id, by=PLATFORM, now=now)


async def review_due(*, id: int, now: datetime) -> None:  # noqa: A002 - the schedule's word
    """Tell the next level that its answer is overdue."""
    await reviews.remind(review_id=id, by=PLATFORM, now=now)


async def repair_due(*, id: int, now: datetime) -> None:  # noqa: A002 - the schedule's word
    """Tell the authority that acceptance or decision is overdue."""
    await repairs.remind(repair_id=id, by=PLATFORM, now=now)


async def proposal_due(*, id: int, now: datetime) -> None:  # noqa: A002 - the schedule's word
    """Tell the authorities that a proposed measure is overdue."""
    await measures.remind(proposal_id=id, by=PLATFORM, now=now)


async def plan_due(*, id: int, now: datetime) -> None:  # noqa: A002 - the schedule's word
    """Draw the next half-year's plan when one's own is over."""
    await keeping.turn(plan_id=id, by=PLATFORM, now=now)


async def recompute(table: Workdays, now: datetime) -> None:
    """Follow a change of the workday calendar."""
    await calendars.follow(table=table, by=PLATFORM, now=now)


DUE: tuple[schedule.Due, ...] = (
    schedule.Due("credit:record", RecordRow, record_due),
    schedule.Due("credit:list-entry", ListEntryRow, list_entry_due),
    schedule.Due("credit:objection", ObjectionRow, objection_due),
    schedule.Due("credit:recheck", RecheckRow, recheck_due),
    schedule.Due("credit:objection-review", ReviewRow, review_due),
    schedule.Due("credit:repair", RepairRow, repair_due),
    schedule.Due("credit:manager-case", ManagerCaseRow, managers.act_due),
    schedule.Due("credit:instrument", InstrumentRow, falling.act_due),
    schedule.Due("credit:assessment", AssessmentRow, reports.act_due),
    schedule.Due("credit:assessor-removal", AssessorRemovalRow, removals.act_due),
    schedule.Due("credit:measure-proposal", ProposalRow, proposal_due),
    schedule.Due("credit:order", OrderRow, rechecks.act_due),
    schedule.Due("credit:visit-plan", PlanRow, plan_due),
    schedule.Due("credit:inspection", InspectionRow, visits.act_due),
)
