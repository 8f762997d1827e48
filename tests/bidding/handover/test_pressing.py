"""Order and fine on a real database: who may, in which order, what other wings hear, what a fine is."""

from datetime import timedelta

import pytest

from bidding import jobs
from bidding.domain.handover import checklist, dispute, inventory, pressure, track
from bidding.domain.handover.track import Step
from bidding.queries.handover import lines as line_queries
from bidding.queries.handover import pressing as queries
from bidding.queries.handover import records
from bidding.services.handover import fines, lines, pressing, starts, walks
from market.kernel import period
from market.kernel.actor import Actor, OutOfScopeError, Role, RoleNotPermittedError
from market.kernel.errors import FindingsError
from market.kernel.lifecycle import UnknownMoveError
from market.parties import public as registry
from market.runtime import clock, files, schedule, workdays
from tests import factories_awards as factory
from tests import factories_parties as parties
from tests.bidding.services.test_evaluations import entries, events

pytestmark = pytest.mark.usefixtures("database")
PAPER = b"%PDF-1.7 evidence"
STREET_FAR = "110105002"


async def late() -> tuple[factory.Case, parties.Party]:
    """Return a case whose handover is overdue, on the day after the last."""
    case, old = await factory.handing_over()
    last = (await case.handover()).exit_due_on
    assert last is not None
    case.now = period.end_of_day(last)
    await pressing.lapse(handover_id=(await case.handover()).id, by=Actor.platform(), now=case.now)
    return case, old


async def ordered(days: int = 10) -> tuple[factory.Case, parties.Party, Actor]:
    """Return a late case with an order of so many days, and the officer who gave it."""
    case, old = await late()
    officer = await parties.an_officer(Role.DISTRICT)
    await order(case, officer, days=days)
    return case, old, officer


async def order(case: factory.Case, by: Actor, *, days: int = 10, evidence: bytes = PAPER) -> None:
    direction = pressing.Direction(
        number="京示责改〔2026〕1号",
        facts="截至今日仍未移交资料，未撤出项目部。",
        action="移交清单所列资料，撤出物业服务用房。",
        limit_on=period.local_day(case.now) + timedelta(days=days),
        contact="示例电话",
    )
    await pressing.order(
        number=(await case.handover()).number, direction=direction, evidence=evidence, by=by, now=case.now
    )


async def missed() -> tuple[factory.Case, parties.Party, Actor]:
    case, old, officer = await ordered()
    limit = (await case.handover()).limit_on
    assert limit is not None
    case.now = period.end_of_day(limit)
    await pressing.miss(handover_id=(await case.handover()).id, by=Actor.platform(), now=case.now)
    return case, old, officer


async def test_the_street_reminds_the_district_orders_and_the_clock_notes_what_is_missed() -> None:
    case, old = await late()
    number = (await case.handover()).number
    street = await parties.an_officer(Role.STREET)
    far = await parties.an_officer(Role.STREET, STREET_FAR)
    with pytest.raises(OutOfScopeError):
        await pressing.remind(number=number, by=far, now=case.now)
    await pressing.remind(number=number, by=street, now=case.now)
    with pytest.raises(RoleNotPermittedError):
        await order(case, street)
    await order(case, await parties.an_officer(Role.DISTRICT))
    found = await case.handover()
    assert found.pressure is pressure.Stage.ORDERED
    assert await records.suggested_fine(found, case.now + timedelta(days=10)) == 0
    assert await schedule.run_due(jobs.HANDOVERS, clock.wall_now()) == 1
    assert await schedule.run_due(jobs.HANDOVERS, clock.wall_now()) == 0
    found = await case.handover()
    assert found.pressure is pressure.Stage.MISSED
    (event,) = await events("bidding.HandoverOrderMissed")
    assert (event["organisation_id"], event["left"]) == (old.organisation, False)
    told = [str(each["what"]) for each in await events("bidding.HandoverPressed")]
    assert sorted(told) == ["ordered", "reminded"]


async def test_an_order_needs_a_late_handover_a_later_day_and_a_file() -> None:
    case, _ = await factory.handing_over()
    officer = await parties.an_officer(Role.DISTRICT)
    with pytest.raises(UnknownMoveError):
        await order(case, officer)
    case, _ = await late()
    with pytest.raises(pressure.OrderLimitError):
        await order(case, officer, days=0)
    with pytest.raises(pressing.NoEvidenceError):
        await order(case, officer, evidence=b"")
    with pytest.raises(files.FileKindError):
        await order(case, officer, evidence=b"plain words")
    assert await entries("bidding:handover:order") == 0
    await order(case, officer, days=1)


async def test_a_fine_is_ten_thousand_a_day_after_the_limit_until_the_provider_left() -> None:
    case, _, _ = await missed()
    found = await case.handover()
    assert found.limit_on is not None
    assert await records.suggested_fine(found, case.now) == 1_000_000
    later = case.now + timedelta(days=4)
    assert await records.suggested_fine(found, later) == 5_000_000
    await walks.note_left(number=found.number, by=case.world.tenderer, now=later)
    assert await records.suggested_fine(await case.handover(), later + timedelta(days=30)) == 5_000_000


async def test_nobody_is_fined_before_notice_and_hearing_and_another_officer_decides() -> None:
    case, old, officer = await missed()
    number = (await case.handover()).number
    second = await parties.a_colleague(officer, Role.DISTRICT)

    async def fine(by: Actor) -> None:
        await fines.fine(
            number=number, amount_fen=2_000_000, document_no="罚1", reasons="事实清楚", by=by, now=case.now
        )

    with pytest.raises(UnknownMoveError):
        await fine(second)
    await fines.notify(number=number, facts="拒不退出", by=officer, now=case.now)
    with pytest.raises(pressure.FineTooEarlyError):
        await fine(second)
    stranger = (await parties.an_enterprise()).actor
    with pytest.raises(OutOfScopeError):
        await fines.state(number=number, text="无", waived=False, by=stranger, now=case.now)
    await fines.state(number=number, text="正在搬迁", waived=False, by=old.actor, now=case.now)
    with pytest.raises(pressure.StatementLateError):
        await fines.state(number=number, text="再说", waived=False, by=old.actor, now=case.now)
    with pytest.raises(pressure.FineOwnNoticeError):
        await fine(officer)
    await fine(second)
    found = await case.handover()
    decided = await queries.fine_of(found.id)
    assert decided is not None
    assert (decided.suggested_fen, decided.amount_fen) == (1_000_000, 2_000_000)
    assert found.pressure is pressure.Stage.FINED
    with pytest.raises(UnknownMoveError):
        await fines.drop(number=number, reasons="-", by=second, now=case.now)


async def test_without_a_statement_the_district_waits_for_the_window() -> None:
    case, _, officer = await missed()
    number = (await case.handover()).number
    await fines.notify(number=number, facts="拒不退出", by=officer, now=case.now)
    second = await parties.a_colleague(officer, Role.DISTRICT)
    case_of = await queries.fine_of((await case.handover()).id)
    assert case_of is not None
    until = case_of.statement_until
    assert until is not None
    assert until == pressure.statement_until(case.now, await workdays.table(), days=5)
    with pytest.raises(pressure.FineTooEarlyError):
        await fines.fine(
            number=number,
            amount_fen=1,
            document_no="1",
            reasons="-",
            by=second,
            now=until - timedelta(seconds=1),
        )
    await fines.fine(number=number, amount_fen=1, document_no="1", reasons="-", by=second, now=until)


async def test_a_district_may_drop_it_with_reasons_and_without_a_notice() -> None:
    case, _, officer = await missed()
    found = await fines.drop(
        number=(await case.handover()).number, reasons="已当场改正", by=officer, now=case.now
    )
    assert found.pressure is pressure.Stage.DROPPED
    kept = await queries.fine_of(found.id)
    assert kept is not None
    assert (kept.reasons, kept.amount_fen, kept.notified_at) == ("已当场改正", None, None)


async def test_whoever_complies_within_the_order_is_not_missed_any_more() -> None:
    case, old, _ = await ordered()
    await factory.confirm_everything(case, old)
    number = (await case.handover()).number
    for step in (Step.AGREE, Step.INSPECT, Step.TRANSFER, Step.SETTLE, Step.LEAVE):
        await walks.advance(number=number, step=step, by=case.world.tenderer, now=case.now)
    assert (await case.handover()).pressure is pressure.Stage.MET
    assert await schedule.run_due(jobs.HANDOVERS, clock.wall_now()) == 0


async def test_leaving_a_day_late_is_late_even_before_the_clock_has_noted_it() -> None:
    case, old = await factory.handing_over()
    await factory.confirm_everything(case, old)
    last = (await case.handover()).exit_due_on
    assert last is not None
    case.now = period.end_of_day(last)
    number = (await case.handover()).number
    for step in (Step.AGREE, Step.INSPECT, Step.TRANSFER, Step.SETTLE, Step.LEAVE):
        await walks.advance(number=number, step=step, by=case.world.tenderer, now=case.now)
    assert await schedule.run_due(jobs.HANDOVERS, clock.wall_now()) == 1
    found = await case.handover()
    assert (found.overdue_at, found.pressure) == (case.now, pressure.Stage.MET)


async def test_a_dispute_lets_the_provider_leave_and_holds_the_end_until_it_is_over() -> None:
    case, old = await factory.handing_over()
    number = (await case.handover()).number
    by, street = case.world.tenderer, await parties.an_officer(Role.STREET)
    await factory.enter(case, old.actor, *(each.id for each in checklist.LINES))
    new = case.winner((await case.award()).commitment)
    place = inventory.Place("boundary")
    await lines.contest(number=number, place=place, reasons="少两册", by=new, now=case.now)
    with pytest.raises(dispute.LineContestedError):
        await lines.contest(number=number, place=place, reasons="少两册", by=by, now=case.now)
    contested = {
        each.digest
        for each in (await line_queries.sheet((await case.handover()).id)).entries
        if each.place == place
    }
    people = ((checklist.Party.NEW, new), (checklist.Party.COMMITTEE, by), (checklist.Party.WITNESS, street))
    for party, person in people:
        waiting = [each for each in await factory.digests(case, party) if each not in contested]
        await lines.sign(number=number, digests=waiting, by=person, now=case.now)
    for step in (Step.AGREE, Step.INSPECT, Step.TRANSFER, Step.SETTLE, Step.LEAVE):
        await walks.advance(number=number, step=step, by=by, now=case.now)
    with pytest.raises(track.LinesOpenError):
        await walks.advance(number=number, step=Step.CLOSE, by=by, now=case.now)
    (case_of,) = (await line_queries.sheet((await case.handover()).id)).disputes
    with pytest.raises(lines.NoAssessorError):
        await lines.mediate(
            number=number,
            dispute_id=case_of.id,
            outcome="-",
            assessor=old.organisation,
            by=street,
            now=case.now,
        )
    with pytest.raises(RoleNotPermittedError):
        await lines.mediate(
            number=number, dispute_id=case_of.id, outcome="-", assessor=None, by=new, now=case.now
        )
    await lines.mediate(
        number=number, dispute_id=case_of.id, outcome="一周内补齐", assessor=None, by=street, now=case.now
    )
    await walks.advance(number=number, step=Step.CLOSE, by=by, now=case.now)


async def test_a_photo_is_bound_by_the_signature_and_no_other_file_can_be_named() -> None:
    case, old = await factory.handing_over()
    number = (await case.handover()).number
    item = lines.Item(line="lifts", content=factory.good("lifts"))
    await lines.enter(number=number, items=[item], photo=PAPER, by=old.actor, now=case.now)
    sheet = await line_queries.sheet((await case.handover()).id)
    assert sheet.entries[0].content.photos == sheet.files
    stolen = lines.Item(
        line="pumps",
        content=inventory.Content(condition=checklist.Condition.OK, photos=("ab" * 32,)),
    )
    with pytest.raises(FindingsError) as refusal:
        await lines.enter(number=number, items=[stolen], by=old.actor, now=case.now)
    assert [each.code for each in refusal.value.findings] == ["handover-photo-unknown"]


async def test_everything_wrong_with_several_lines_is_said_at_once_and_nothing_is_kept() -> None:
    case, old = await factory.handing_over()
    bad = inventory.Content(condition=checklist.Condition.DEFECT)
    items = [lines.Item(line=name, content=bad) for name in ("boundary", "deposits")]
    with pytest.raises(FindingsError) as refusal:
        await lines.enter(number=(await case.handover()).number, items=items, by=old.actor, now=case.now)
    assert len(refusal.value.findings) == 6
    assert (await line_queries.sheet((await case.handover()).id)).entries == ()


async def test_a_handover_may_begin_before_a_new_contract_and_gets_its_provider_later() -> None:
    case = await factory.contracted()
    old = await parties.an_enterprise()
    by = case.world.tenderer
    made = await case.contract()

    async def start(who: Actor) -> str:
        found = await starts.start_early(
            community=made.community,
            outgoing=old.organisation,
            ground=starts.Ground.DISMISSAL,
            contract_end_on=None,
            by=who,
            now=case.now,
        )
        return found.number

    elsewhere = await parties.an_actor(Role.COMMITTEE)
    if (await registry.organisation(elsewhere.organisation or 0)).community != made.community:
        with pytest.raises(starts.NotOursError):
            await start(elsewhere)
    number = await start(by)
    with pytest.raises(walks.HandoverRunsError):
        await start(by)
    await walks.advance(number=number, step=Step.SERVE, by=by, now=case.now)
    found = await starts.name_incoming(number=number, contract_number=made.number, by=by, now=case.now)
    assert (found.number, found.incoming) == (number, made.provider)
    with pytest.raises(walks.HandoverRunsError):
        await starts.name_incoming(number=number, contract_number=made.number, by=by, now=case.now)
