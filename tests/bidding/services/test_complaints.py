"""Complaints, reports and re-checks on a real database: who handles them, until when, and what follows."""

from datetime import timedelta

import msgspec
import pytest

from bidding import jobs
from bidding.domain import suspension
from bidding.domain.outcome import award, contract
from bidding.domain.procedure import Stage
from bidding.domain.remedy import complaint, measure
from bidding.domain.remedy.complaint import Matter, State
from bidding.domain.remedy.objection import Kind
from bidding.domain.settlement import cancellation
from bidding.queries.remedy import complaints as queries
from bidding.services import awards, closings, contracts, drafts
from bidding.services.amending import amendments
from bidding.services.committee.places import NotAMemberError
from bidding.services.remedy import complaints, handling, measures, objections, rechecks, reports, suspensions
from market.kernel import period
from market.kernel.actor import Actor, OutOfScopeError, Role, RoleNotPermittedError
from market.kernel.lifecycle import UnknownMoveError
from market.runtime import database, workdays
from tests import factories_awards as factory
from tests import factories_bidding as bidding
from tests import factories_parties as parties
from tests import factories_remedies as remedies

pytestmark = pytest.mark.usefixtures("database")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
UPHELD = measure.Outcome.UPHELD


def verdict(remedy: measure.Remedy, **more: str) -> measure.Verdict:
    return measure.Verdict(outcome=UPHELD, reasons="查证属实。", remedy=remedy, **more)


async def complained(case: factory.Case, authority: Actor, **more: Matter) -> complaint.Complaint:
    return await remedies.complain(
        case.number,
        by=case.world.bidders[0].party.actor,
        authority=authority,
        now=case.now,
        knew_on=period.local_day(case.now),
        **more,
    )


async def test_a_complaint_on_the_result_needs_an_objection_and_then_reaches_the_authority() -> None:
    case, district = await factory.ranked(), await parties.an_officer(Role.DISTRICT)
    with pytest.raises(complaint.ObjectionFirstError):
        await complained(case, district, matter=Matter.RESULT)
    by = case.world.bidders[0].party.actor
    found = await remedies.object_to(case.number, Kind.RESULT, by=by, now=case.now)
    await objections.answer(
        number=found.number, verdict=remedies.REJECTED, by=case.world.tenderer, now=case.now
    )
    made = await complained(case, district, matter=Matter.RESULT)
    assert (made.state, made.authority) == (State.LODGED, district.organisation)
    table = await workdays.table()
    assert made.due_by == table.add_workdays(period.local_day(case.now), 3)
    assert not (await case.world.tender()).suspended
    (entry,) = await database.fetch(
        "SELECT body FROM runtime_audit_entry WHERE act = 'bidding:complaint:lodge'"
    )
    assert by.name not in entry["body"]


async def test_the_first_receiver_handles_and_no_other_authority() -> None:
    case, district = await factory.ranked(), await parties.an_officer(Role.DISTRICT)
    city = await parties.an_officer(Role.CITY)
    made = await complained(case, district)
    with pytest.raises(complaint.OtherAuthorityError):
        await handling.accept(number=made.number, by=city, now=case.now)
    with pytest.raises(RoleNotPermittedError):
        await handling.accept(number=made.number, by=await parties.an_officer(Role.STREET), now=case.now)
    with pytest.raises(complaints.NoSuchAuthorityError):
        await complained(case, await parties.an_officer(Role.STREET))
    accepted = await handling.accept(number=made.number, by=district, now=case.now)
    table = await workdays.table()
    assert accepted.due_by == table.add_workdays(period.local_day(case.now), 30)


async def test_without_evidence_or_too_late_there_is_no_complaint() -> None:
    case, district = await factory.ranked(), await parties.an_officer(Role.DISTRICT)
    by = case.world.bidders[0].party.actor
    plea = complaint.Plea(
        matter=Matter.OTHER,
        authority=district.organisation or 0,
        text="x",
        request="y",
        knew_on=period.local_day(case.now),
        evidence="",
    )
    with pytest.raises(complaint.EvidenceMissingError):
        await complaints.lodge(number=case.number, plea=plea, by=by, now=case.now)
    old = period.local_day(case.now) - timedelta(days=30)
    with pytest.raises(complaint.ComplaintTooLateError):
        await remedies.complain(case.number, by=by, authority=district, now=case.now, knew_on=old)


async def test_what_an_amendment_asks_is_known_from_the_amendment() -> None:
    await workdays.seed(by=Actor.platform(), now=parties.NOW)
    world, district = (
        await bidding.a_tender(at=Stage.BIDDING, bids=0),
        await parties.an_officer(Role.DISTRICT),
    )
    holder, now = (await parties.an_enterprise()).actor, bidding.ISSUE + DAY
    found = await remedies.object_to(world.number, Kind.DOCUMENT, by=holder, now=now)
    await objections.answer(number=found.number, verdict=remedies.REJECTED, by=world.tenderer, now=now)
    now = bidding.ISSUE + 13 * DAY

    async def complain() -> complaint.Complaint:
        return await remedies.complain(
            world.number,
            by=holder,
            authority=district,
            now=now,
            knew_on=period.local_day(now),
            matter=Matter.DOCUMENT,
        )

    with pytest.raises(complaint.ComplaintTooLateError):
        await complain()
    content = msgspec.structs.replace((await world.tender()).content, contract_months=24)
    await amendments.amend(number=world.number, content=content, reason="更正", by=world.tenderer, now=now)
    assert (await complain()).knew_on == period.local_day(now)


async def test_late_acceptance_and_late_decision_are_each_named() -> None:
    case, district = await factory.ranked(), await parties.an_officer(Role.DISTRICT)
    made = await complained(case, district)
    assert made.due_by is not None
    await jobs.COMPLAINTS.act(id=made.id, now=period.end_of_day(made.due_by))
    assert (await queries.by_number(made.number)).overdue_at == period.end_of_day(made.due_by)
    accepted = await handling.accept(number=made.number, by=district, now=case.now + 9 * DAY)
    assert accepted.overdue_at is None
    assert accepted.due_by is not None
    await jobs.COMPLAINTS.act(id=made.id, now=period.end_of_day(accepted.due_by))
    events = await database.fetch(
        "SELECT 1 FROM runtime_outbox WHERE event_type = 'bidding.ComplaintOverdue'"
    )
    assert len(events) == 2


async def test_not_accepted_and_withdrawn_complaints_are_over() -> None:
    case, district = await factory.ranked(), await parties.an_officer(Role.DISTRICT)
    first, second = await complained(case, district), await complained(case, district)
    refused = await handling.refuse(number=first.number, reasons="没有明确请求", by=district, now=case.now)
    assert (refused.state, refused.due_by) == (State.NOT_ACCEPTED, None)
    with pytest.raises(UnknownMoveError):
        await handling.decide(number=first.number, verdict=remedies.REJECTED, by=district, now=case.now)
    stranger = case.world.bidders[1].party.actor
    with pytest.raises(OutOfScopeError):
        await complaints.withdraw(number=second.number, by=stranger, now=case.now)
    own = case.world.bidders[0].party.actor
    assert (await complaints.withdraw(number=second.number, by=own, now=case.now)).state is State.WITHDRAWN
    noted = await handling.note_review(
        number=first.number, reference="（2026）京行复1号", by=district, now=case.now
    )
    assert noted.review
    with pytest.raises(UnknownMoveError):
        await handling.note_review(number=second.number, reference="x", by=district, now=case.now)


async def test_a_decision_annuls_the_tender_and_it_may_be_tendered_again() -> None:
    case, district = await factory.awarded(), await parties.an_officer(Role.DISTRICT)
    won, drawn = await case.award(), await factory.draft(case)
    made = await complained(case, district)
    done = await remedies.decided(made, verdict(measure.Remedy.RETENDER), by=district, now=case.now)
    assert (done.state, done.outcome) == (State.DECIDED, UPHELD)
    tender = await case.world.tender()
    assert (tender.stage, tender.failure) == (Stage.ANNULLED, "retender-ordered")
    gone = await case.award()
    assert (gone.cancelled_at, gone.evidence) == (case.now, made.number)
    assert (await case.contract()).stage is contract.Stage.VOIDED
    with pytest.raises(UnknownMoveError):
        await contracts.sign(
            number=drawn.number, digest=drawn.digest, by=case.winner(won.commitment), now=case.now
        )
    with pytest.raises(cancellation.AlreadyCancelledError):
        await factory.draft(case)
    again = await drafts.retender(number=case.number, by=case.world.tenderer, now=case.now)
    assert again != case.number


async def test_no_contract_is_drawn_up_or_signed_while_the_award_is_suspended() -> None:
    case, district = await factory.awarded(), await parties.an_officer(Role.DISTRICT)
    made = await case.award()
    await suspensions.order(number=case.number, reasons="调查", by=district, now=case.now)
    with pytest.raises(suspension.TenderSuspendedError):
        await factory.draft(case)
    await suspensions.lift(
        number=case.number, origin=f"{case.number}-S1", reasons="无误", by=district, now=case.now
    )
    drawn = await factory.draft(case)
    await suspensions.order(number=case.number, reasons="再查", by=district, now=case.now)
    with pytest.raises(suspension.TenderSuspendedError):
        await contracts.sign(
            number=drawn.number, digest=drawn.digest, by=case.winner(made.commitment), now=case.now
        )


async def test_a_decision_sends_the_tender_back_to_the_committee() -> None:
    case, district = await factory.ranked(), await parties.an_officer(Role.DISTRICT)
    made = await complained(case, district)
    await remedies.decided(made, verdict(measure.Remedy.RE_EVALUATE), by=district, now=case.now)
    assert (await case.world.tender()).stage is Stage.EVALUATION
    assert (await case.found()).turn == 2


async def test_an_annulled_tender_in_bidding_stays_sealed_and_its_bytes_wait_for_the_complaint() -> None:
    await workdays.seed(by=Actor.platform(), now=parties.NOW)
    world, district = await bidding.a_tender(at=Stage.BIDDING), await parties.an_officer(Role.DISTRICT)
    outsider, at = (await parties.an_enterprise()).actor, bidding.ISSUE + 2 * DAY
    day = period.local_day(at)
    made = [
        await remedies.complain(world.number, by=outsider, authority=district, now=at, knew_on=day)
        for _ in range(2)
    ]
    await remedies.decided(made[0], verdict(measure.Remedy.ANNUL), by=district, now=at)
    tender = await world.tender()
    assert (tender.stage, tender.opened_at) == (Stage.ANNULLED, None)
    late = at + 20 * DAY
    await closings.purge(number=world.number, by=Actor.platform(), now=late)
    assert (await world.tender()).purged_at is None
    await handling.refuse(number=made[1].number, reasons="重复", by=district, now=late)
    await bidding.tick(world, late)
    assert (await world.tender()).purged_at == late


async def test_a_recheck_holds_the_award_until_the_original_committee_has_answered() -> None:
    case = await factory.ranked()
    await factory.decide(case)
    first, last = await factory.first(case), (await case.found()).last_day
    assert last is not None
    case.now = period.end_of_day(last)
    asked = await rechecks.open_(
        number=case.number,
        lot="1",
        commitment=first,
        reasons="被申请破产",
        by=case.world.tenderer,
        now=case.now,
    )
    with pytest.raises(award.RecheckOpenError):
        await _award(case, first)
    with pytest.raises(NotAMemberError):
        await rechecks.close(
            number=asked.number, stands=True, findings="x", by=await parties.an_expert(), now=case.now
        )
    closed = await rechecks.close(
        number=asked.number, stands=False, findings="已丧失履约能力", by=case.experts[0], now=case.now
    )
    assert closed.stands == "fails"
    with pytest.raises(award.CandidateExcludedError):
        await _award(case, first)
    with pytest.raises(rechecks.RecheckClosedError):
        await rechecks.close(number=asked.number, stands=True, findings="x", by=case.experts[0], now=case.now)


async def _award(case: factory.Case, commitment: str) -> None:
    await awards.publish(
        number=case.number,
        lot="1",
        commitment=commitment,
        by=case.world.tenderer,
        now=case.now,
        standing_of=bidding.good_standing,
    )


async def test_a_candidate_that_stands_after_its_recheck_may_win_and_none_is_rechecked_after_the_notice() -> (
    None
):
    case = await factory.ranked()
    await factory.decide(case)
    first, last = await factory.first(case), (await case.found()).last_day
    assert last is not None
    asked = await rechecks.open_(
        number=case.number,
        lot="1",
        commitment=first,
        reasons="更换法定代表人",
        by=case.world.tenderer,
        now=case.now,
    )
    await rechecks.close(
        number=asked.number, stands=True, findings="不影响履约", by=case.experts[0], now=case.now
    )
    case.now = period.end_of_day(last)
    await _award(case, first)
    with pytest.raises(rechecks.RecheckNotNowError):
        await rechecks.open_(
            number=case.number, lot="1", commitment=first, reasons="x", by=case.world.tenderer, now=case.now
        )
    with pytest.raises(measure.LotAwardedError):
        async with database.transaction():
            await measures.exclude(
                tender=await case.world.tender(), lot="1", commitment=first, origin="x", by="x", now=case.now
            )


async def test_a_reporter_is_told_the_result_and_stands_in_no_entry() -> None:
    case, district = await factory.ranked(), await parties.an_officer(Role.DISTRICT)
    reporter = await parties.an_expert()
    made = await reports.lodge(number=case.number, text="评委收受礼品", by=reporter, now=case.now)
    (entry,) = await database.fetch("SELECT body FROM runtime_audit_entry WHERE act = 'bidding:report:lodge'")
    assert reporter.name not in entry["body"]
    told = await reports.answer(number=made.number, result="已移送", by=district, now=case.now)
    assert told.result == "已移送"
    with pytest.raises(reports.ReportAnsweredError):
        await reports.answer(number=made.number, result="x", by=district, now=case.now)
    assert msgspec.structs.asdict(await queries.report(made.number))["answered_at"] == case.now
