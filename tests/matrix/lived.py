"""A market that has been lived in, by the real acts: what the tests of this folder look at."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import msgspec
import pytest

from bidding.domain.procedure import Stage
from bidding.domain.remedy.objection import Kind
from bidding.domain.settlement import security
from bidding.services.remedy import objections, rechecks, reports
from bidding.services.settlement import award_reports, contract_filings, securities
from credit.queries.assessment import reports as commissions
from credit.services import evaluations, listings
from credit.services.appraisal import rechecks as rechecks_of
from credit.services.assessment import removals
from credit.services.assessment import reports as reports_of_bodies
from credit.services.remedy import managers, successors
from credit.services.rules import drafts
from credit.services.survey import surveys
from market.kernel import period
from market.kernel.actor import Actor, Role
from market.parties.domain.control import Capacity, Statement
from market.parties.services import controls
from market.runtime import log
from market.runtime.database import fetch
from tests import factories_assessment as assessment
from tests import factories_awards as awards
from tests import factories_bidding as bidding
from tests import factories_credit as credit
from tests import factories_oversight as oversight
from tests import factories_parties as parties
from tests import factories_remedies as remedies
from tests.factories_instruments import an_instrument

TODAY = datetime(2026, 7, 20, 2, 0, tzinfo=UTC)
"""After everything that happens below."""

ROLES = tuple(role for role in Role if role is not Role.PLATFORM)


class World(msgspec.Struct, frozen=True, kw_only=True):
    """Who lives there, and what there is to look at.

    Attributes:
        people: Somebody in each role.
        visitor: Somebody signed in under no mandate.
        tenders: Stage or state reached -> the tender with its parties.
        credit: The enterprise with records, and those who watch over it.
        numbers: Kind of record -> its numbers.
    """

    people: Mapping[Role, Actor]
    visitor: Actor
    tenders: Mapping[str, bidding.World]
    credit: credit.World
    numbers: Mapping[str, tuple[int, ...]]


async def build(patch: pytest.MonkeyPatch) -> World:
    """Walk a market through its acts; one file store for all of it."""
    patch.setattr(bidding, "use_files", lambda: None)
    await parties.a_world()
    tenders = await _tenders()
    watched = await credit.a_world()
    numbers = await _numbers(watched, tenders["opened"].bidders[0].party)
    people: dict[Role, Actor] = {role: await parties.an_actor(role) for role in ROLES}
    mandated = people[Role.OWNER]
    visitor = Actor(person=mandated.person)
    await log.sequence_all()
    return World(people=people, visitor=visitor, tenders=tenders, credit=watched, numbers=numbers)


async def _tenders() -> dict[str, bidding.World]:
    stages = (Stage.DRAFT, Stage.FILED, Stage.ACCEPTED, Stage.PUBLISHED, Stage.BIDDING, Stage.OPENING)
    made = {stage.value: await bidding.a_tender(at=stage, bids=3) for stage in stages}
    made["prophase"] = await bidding.a_tender(at=Stage.PUBLISHED, prophase=True)
    made["opened"] = await bidding.a_tender(at=Stage.OPENED)
    made["evaluation"] = (await awards.evaluated()).world
    made["ranked"] = (await awards.ranked()).world
    made["awarded"] = (await awards.awarded()).world
    made["objected"] = await _objected()
    case, old = await awards.handing_over()
    await awards.enter(case, old.actor, "boundary", "prepaid-fees")
    made["handover"] = case.world
    later, leaving = await awards.handing_over()
    await awards.confirm_everything(later, leaving)
    await _filed(later)
    made["done"] = later.world
    return made


async def _filed(case: awards.Case) -> None:
    """Report the award, record its securities, file the contract and let the street return it."""
    award, contract = await case.award(), await case.contract()
    by, now = case.world.tenderer, case.now
    await award_reports.report(award_number=award.number, by=by, now=now)
    paid = security.Payment(
        kind=security.Kind.BID,
        instrument=security.Instrument.TRANSFER,
        amount_fen=1_000_000,
        holder=award.uscc,
        basic_account=False,
        reference="HK-1",
        paid_on=award.awarded_at.date(),
    )
    held = [
        await securities.record(
            number=case.number, organisation=bidder.party.organisation, payment=paid, by=by, now=now
        )
        for bidder in case.world.bidders[:2]
    ]
    await securities.give_back(security_id=held[0].id, on=paid.paid_on, by=by, now=now)
    await contract_filings.file(number=contract.number, by=by, now=now)
    street = await parties.an_officer(Role.STREET)
    await contract_filings.give_back(number=contract.number, reasons="缺少附件", by=street, now=now)


async def _objected() -> bidding.World:
    """Return a tender with an answered and an open objection, a decided and an open complaint, a report."""
    case, district = await awards.ranked(), await parties.an_officer(Role.DISTRICT)
    first, second, third = (each.party.actor for each in case.world.bidders)
    answered = await remedies.object_to(case.number, Kind.RESULT, by=first, now=case.now)
    await objections.answer(
        number=answered.number, verdict=remedies.REJECTED, by=case.world.tenderer, now=case.now
    )
    await remedies.object_to(case.number, Kind.RESULT, by=second, now=case.now)
    day = period.local_day(case.now)
    await remedies.complain(case.number, by=first, authority=district, now=case.now, knew_on=day)
    made = await remedies.complain(case.number, by=second, authority=district, now=case.now, knew_on=day)
    await remedies.decided(made, remedies.CORRECTED, by=district, now=case.now)
    await reports.lodge(number=case.number, text="举报内容", by=third, now=case.now)
    commitment = await awards.first(case)
    await rechecks.open_(
        number=case.number, lot="1", commitment=commitment, reasons="变化", by=district, now=case.now
    )
    return case.world


async def _about_a_manager(watched: credit.World) -> int:
    """Decide a record about a manager; the platform opens a case, the district gives notice."""
    record = await credit.a_record(watched, "N-SE-13", manager=watched.enterprise.actor.person)
    opened = await managers.open_on_record(record_id=record, by=Actor.platform(), now=TODAY)
    notice = managers.Notice(certificate="BJXM2026001234", facts="履职失职")
    await managers.post_notice(case_id=opened[0], notice=notice, by=watched.district, now=TODAY)
    return opened[0]


async def _tied(listed: parties.Party, other: parties.Party) -> int:
    """Let two enterprises state one controller; the platform raises an alert about the one not listed."""
    same = Statement(
        capacity=Capacity.CONTROLLER, name="虚构甲", document="H1234567", from_on=date(2026, 1, 5)
    )
    await controls.state(statement=same, by=listed.actor, now=TODAY)
    number = await controls.state(statement=same, by=other.actor, now=TODAY)
    await successors.look(organisation=other.organisation, by=Actor.platform(), now=TODAY)
    return number


async def a_report(watched: credit.World) -> int:
    """Return a delivered report; the body that made it faces removal."""
    chosen = evaluations.Opening(
        enterprise=watched.enterprise.organisation, community=watched.community, cycle="2026H1", visit=2
    )
    visit = await evaluations.open_evaluation(opening=chosen, by=watched.street, now=credit.NOW)
    drawn, assessor = await assessment.a_commission(watched, visit)
    delivery = assessment.a_delivery()
    await reports_of_bodies.deliver(assessment_id=drawn, delivery=delivery, by=assessor, now=credit.NOW)
    case = await commissions.case(drawn)
    accusation = removals.Accusation(assessment=drawn, facts="未到现场", file_digest=credit.FILE)
    await removals.accuse(
        assessor_id=case.assessor, accusation=accusation, by=watched.district, now=credit.NOW
    )
    return drawn


async def _numbers(watched: credit.World, other: parties.Party) -> dict[str, tuple[int, ...]]:
    opening = listings.Opening(enterprise=other.organisation, facts="拒不退出")
    chosen = evaluations.Opening(
        enterprise=watched.enterprise.organisation, community=watched.community, cycle="2025H2"
    )
    records = (
        await credit.a_submitted(watched, credit.a_draft(watched)),
        await credit.a_served(watched, credit.a_draft(watched)),
        await credit.a_record(watched),
    )
    released = await credit.an_evaluation(watched)
    reported = await a_report(watched)
    again = await rechecks_of.order(
        evaluation_id=released, reasons="抽中", by=watched.district, now=credit.NOW
    )
    begun = await evaluations.open_evaluation(opening=chosen, by=watched.street, now=credit.NOW)
    homes = "\n".join(("building,floor,unit", *(f"1,{1 + n // 4},{n}" for n in range(40)))).encode()
    survey = await surveys.draw(evaluation_id=begun, households=homes, by=watched.street, now=credit.NOW)
    entered = await an_instrument(watched)
    await credit.followed(watched, now=credit.NOW + 40 * credit.DAY)
    listed = await credit.a_listing(watched)
    second = await listings.open_case(opening=opening, by=watched.district, now=TODAY)
    await drafts.draft(drafting=drafts.Drafting(purpose="提高分值"), by=watched.city, now=TODAY)
    snapshots = await fetch("SELECT id FROM credit_snapshot ORDER BY id")
    return {
        "record": records,
        "evaluation": (released, begun),
        "listing": (listed, second),
        "visit": (
            await oversight.a_held_visit(watched),
            await oversight.a_silent_visit(watched),
        ),
        "order": (await oversight.a_proposal(watched), await oversight.a_served_order(watched)),
        "survey": (survey,),
        "instrument": (entered,),
        "assessment": (reported,),
        "recheck": (again,),
        "manager": (await _about_a_manager(watched),),
        "control": (await _tied(watched.enterprise, other),),
        "snapshot": tuple(row["id"] for row in snapshots),
    }
