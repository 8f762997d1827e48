"""What the clock does in this wing: one dispatcher for tenders, by the lifecycle's own acts."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from bidding.domain import schedule, suspension
from bidding.domain.act import Act
from bidding.domain.procedure import FailureReason
from bidding.domain.standing import StandingOf
from bidding.domain.tender import Tender
from bidding.queries import tenders as queries
from bidding.services import closings, openings
from bidding.services import tenders as tender_acts
from bidding.services.committee import draws, places, rounds
from bidding.services.handover import pressing, walks
from bidding.services.prequal import examinations
from bidding.services.prices import openings as price_openings
from bidding.services.remedy import calendars, complaints, objections
from bidding.services.settlement import contract_filings
from bidding.services.tenure import emergencies, ends
from bidding.tables.committee import DrawRow
from bidding.tables.contracts import ContractRow
from bidding.tables.handovers import HandoverRow
from bidding.tables.remedies import ComplaintRow, ObjectionRow
from bidding.tables.tenders import TenderRow
from bidding.tables.tenures import EmergencyRow, TermRow
from market.kernel.actor import Actor
from market.kernel.workday import Workdays
from market.runtime.schedule import Due

NAME = "bidding:tender"


def due_tenders(standing_of: StandingOf) -> Due:
    """Return the wing's due acts on tenders; the port is asked when envelopes are opened."""

    async def act(*, id: int, now: datetime) -> None:  # noqa: A002 - the scheduler's word
        tender = await queries.by_id(id)
        found = sorted(schedule.due(tender, queries.rules_of(tender)))
        if found and found[0][0] <= now:
            await _do(found[0][1], tender, now, standing_of)

    return Due(name=NAME, table=TenderRow, act=act)


async def _do(act: Act, tender: Tender, now: datetime, standing_of: StandingOf) -> None:
    by, number = Actor.platform(), tender.number
    resumed = suspension.resumed_at(tender.suspensions)
    deadline = max(one for one in (tender.content.deadline or now, resumed) if one is not None)
    doers: dict[Act, Callable[[], Awaitable[object]]] = {
        Act.PREQUAL_ISSUE: lambda: examinations.issue(number=number, by=by, now=now),
        Act.PREQUAL_CLOSE: lambda: examinations.close(number=number, by=by, now=now),
        Act.TENDER_FAIL: lambda: tender_acts.fail(
            number=number, reason=FailureReason.LT3_QUALIFIED, by=by, now=now
        ),
        Act.TENDER_ISSUE: lambda: tender_acts.issue(number=number, by=by, now=now),
        Act.TENDER_CLOSE: lambda: closings.close(number=number, by=by, now=deadline),
        Act.TENDER_FREEZE: lambda: closings.freeze(number=number, by=by, now=now),
        Act.TENDER_OPEN: lambda: openings.open_all(number=number, by=by, now=now, standing_of=standing_of),
        Act.PRICES_OPEN: lambda: price_openings.open_all(number=number, by=by, now=now),
        Act.DRAW_BEGIN: lambda: rounds.begin(number=number, by=by, now=now),
        Act.COMMITTEE_SCREEN: lambda: places.screen(number=number, by=by, now=now),
        Act.CIPHERTEXTS_DELETE: lambda: closings.purge(number=number, by=by, now=now),
    }
    await doers[act]()


HANDOVERS = Due(name="bidding:handover", table=HandoverRow, act=pressing.act_due)
"""The clock of handovers: overdue the day after the last, and the order missed the day after its limit."""

CONTRACTS = Due(name="bidding:contract", table=ContractRow, act=contract_filings.lapse_due)
"""The clock of signed contracts: late with their filing the day after the last."""

TERMS = Due(name="bidding:term", table=TermRow, act=ends.act_due)
"""The clock of running contracts: the call six months before the end, and the end."""

EMERGENCIES = Due(name="bidding:emergency", table=EmergencyRow, act=emergencies.lapse_due)
"""The clock of emergency services: the last day."""


DRAWS = Due(name="bidding:draw", table=DrawRow, act=draws.run_due)
"""The clock of the draw: the platform's own commitment and reveal, and the ends of both times."""

OBJECTIONS = Due(name="bidding:objection", table=ObjectionRow, act=objections.lapse_due)
"""The clock of objections: late from the instant the time to answer has ended."""

COMPLAINTS = Due(name="bidding:complaint", table=ComplaintRow, act=complaints.lapse_due)
"""The clock of complaints: late to accept, late to decide."""


async def recompute(table: Workdays, now: datetime) -> None:
    """Follow a change of the workday calendar."""
    await walks.reschedule(table=table, by=Actor.platform(), now=now)
    await contract_filings.reschedule(table=table, by=Actor.platform(), now=now)
    await calendars.reschedule(table=table, by=Actor.platform(), now=now)
