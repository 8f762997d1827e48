"""The exit list in full: hearing, the thirty days, terms, early removal, and the fall of its ground."""

from datetime import date, datetime, timedelta

import msgspec
import pytest

from credit import jobs
from credit.domain import list_entry
from credit.domain.list_entry import (
    HearingDateError,
    HearingNotAskedError,
    HearingOwedError,
    Outcome,
    Stage,
    usual_term,
)
from credit.domain.objection import Outcome as Answered
from credit.domain.record import OwnRecordError
from credit.domain.remedy import removal
from credit.domain.remedy.refusals import (
    NotRemovableError,
    ProofMissingError,
    RemovalEarlyError,
    RepairRefusedError,
    UncleanError,
)
from credit.domain.remedy.removal import Past
from credit.domain.remedy.repair import Outcome as Ruled
from credit.domain.remedy.repair import Proofs
from credit.domain.remedy.repair import Stage as Asked
from credit.queries import case_page, cases, standing
from credit.queries.remedy import repairs as questions
from credit.services import decisions, delistings, listings, objections
from credit.services.remedy import filings, hearings, repairs
from market.kernel.actor import Actor
from market.kernel.errors import ConflictError, NotPermittedError
from market.kernel.period import add_months, local_day, start_of_day
from market.runtime import database, workdays
from tests import factories_credit as credit
from tests.credit.rules import RULES

NOW, DAY = credit.NOW, credit.DAY
WHOLE = Proofs(correction_digest="a", refund_digest="a", training_digest="a", pledged=True)
CLEAN = Past(items=(), barred_until=None)
LISTED_ON = date(2026, 3, 24)
MINUTES = hearings.Minutes(minutes="双方到场，企业陈述", file_digest=credit.FILE, attended=True)


def standing_against(on: date, past: Past = CLEAN) -> list[type[Exception]]:
    found = removal.standing(listed_on=LISTED_ON, past=past, rules=RULES, now=start_of_day(on))
    return [type(each) for each in found]


def test_a_year_on_the_list_and_half_a_year_without_a_new_item() -> None:
    start = date(2027, 3, 24)
    assert standing_against(start - DAY) == [RemovalEarlyError]
    assert standing_against(start) == []
    minor = msgspec.structs.replace(CLEAN, items=(RULES.item("N-MI-04"),))
    general = msgspec.structs.replace(CLEAN, items=(RULES.item("N-GE-01"),))
    assert standing_against(start, minor) == []
    assert standing_against(start, general) == [UncleanError]
    assert removal.clean_since(date(2027, 9, 24), rules=RULES) == start


def test_refunds_are_proved_where_the_ground_asks_for_them() -> None:
    bare = Proofs(correction_digest="", refund_digest="", training_digest="", pledged=False)
    for ground, lacks in (
        (None, {"correction_digest", "training_digest", "pledged"}),
        (RULES.item("N-VS-05"), {"correction_digest", "refund_digest", "training_digest", "pledged"}),
    ):
        with pytest.raises(RepairRefusedError) as refusal:
            removal.check_request(
                ground,
                listed_on=LISTED_ON,
                proofs=bare,
                past=CLEAN,
                rules=RULES,
                now=start_of_day(date(2027, 3, 24)),
            )
        assert {each.field for each in refusal.value.findings} == lacks
        assert {type(each) for each in refusal.value.findings} == {ProofMissingError}


def test_terms_follow_earlier_listings_deaths_and_misused_funds() -> None:
    assert [usual_term(n, rules=RULES) for n in (0, 1, 2, 3)] == [12, 24, 36, 36]
    assert usual_term(0, rules=RULES, death=True) == 36
    assert usual_term(0, rules=RULES, item="N-VS-04") == 36
    assert usual_term(0, rules=RULES, item="N-VS-05") == 12


pytestmark = pytest.mark.usefixtures("database")


async def a_case(world: credit.World, *, hearing: bool) -> tuple[int, datetime]:
    opening = listings.Opening(enterprise=world.enterprise.organisation, facts="x")
    number = await listings.open_case(opening=opening, by=world.district, now=NOW)
    await listings.post_notice(entry_id=number, notice=credit.A_NOTICE, by=world.city, now=NOW)
    own = world.enterprise.actor
    await listings.serve(entry_id=number, by=own, now=NOW)
    await listings.state(entry_id=number, text="申请听证", with_hearing=hearing, by=own, now=NOW)
    until = (await cases.list_case(number)).statement_until
    assert until is not None
    return number, until


async def test_a_hearing_is_called_seven_working_days_ahead_and_owed_before_the_review() -> None:
    world = await credit.a_world()
    number, until = await a_case(world, hearing=True)
    with pytest.raises(HearingOwedError):
        await listings.review(entry_id=number, text="x", by=world.district, now=until)
    seventh = start_of_day(date(2026, 3, 25)) + timedelta(hours=9)
    early = hearings.Call(held_at=seventh - DAY, place="区住建委")
    with pytest.raises(HearingDateError):
        await hearings.call(entry_id=number, call=early, by=world.district, now=NOW)
    call = hearings.Call(held_at=seventh, place="区住建委")
    await hearings.call(entry_id=number, call=call, by=world.district, now=NOW)
    with pytest.raises(ConflictError):
        await hearings.call(entry_id=number, call=call, by=world.district, now=NOW)
    with pytest.raises(HearingOwedError):
        await listings.review(entry_id=number, text="x", by=world.district, now=until)
    chair = world.district_second
    with pytest.raises(HearingDateError):
        await hearings.hear(entry_id=number, minutes=MINUTES, by=chair, now=seventh - timedelta(seconds=1))
    with pytest.raises(OwnRecordError):
        await hearings.hear(entry_id=number, minutes=MINUTES, by=world.district, now=seventh)
    await hearings.hear(entry_id=number, minutes=MINUTES, by=chair, now=seventh)
    with pytest.raises(HearingNotAskedError):
        await hearings.hear(entry_id=number, minutes=MINUTES, by=chair, now=seventh)
    await listings.review(entry_id=number, text="听证后无新事实", by=world.district, now=seventh)
    assert (await cases.list_case(number)).stage is Stage.LEGAL_REVIEW


async def test_a_hearing_nobody_asked_for_is_not_held() -> None:
    world = await credit.a_world()
    number, until = await a_case(world, hearing=False)
    call = hearings.Call(held_at=until + 30 * DAY, place="区住建委")
    with pytest.raises(HearingNotAskedError):
        await hearings.call(entry_id=number, call=call, by=world.district, now=NOW)
    await listings.review(entry_id=number, text="x", by=world.district, now=until)


async def test_the_city_has_thirty_days_and_is_told_once_when_they_are_over() -> None:
    world = await credit.a_world()
    number, until = await a_case(world, hearing=False)
    due = (await cases.list_case(number)).next_due_at
    assert due == until + 30 * DAY
    view = await case_page.case_view(number, actor=world.city, now=NOW)
    assert view.decide_by == due
    await listings.review(entry_id=number, text="x", by=world.district, now=until)
    assert (await cases.list_case(number)).next_due_at == due
    await jobs.list_entry_due(id=number, now=due)
    assert (await cases.list_case(number)).next_due_at is None
    told = await database.fetch("SELECT 1 FROM runtime_outbox WHERE event_type = 'credit.ListCaseOverdue'")
    assert len(told) == 1


async def a_long_listing(world: credit.World, *, lasting: bool = False) -> int:
    """Return an entry of two years."""
    opening = listings.Opening(enterprise=world.enterprise.organisation, facts="x")
    number = await listings.open_case(opening=opening, by=world.district, now=NOW)
    notice = msgspec.structs.replace(credit.A_NOTICE, months=24)
    await listings.post_notice(entry_id=number, notice=notice, by=world.city, now=NOW)
    await listings.serve(entry_id=number, by=world.enterprise.actor, now=NOW)
    until = (await cases.list_case(number)).statement_until
    assert until is not None
    await listings.review(entry_id=number, text="x", by=world.district, now=until)
    decision = listings.Decision(
        outcome=Outcome.LISTED,
        decision_no="1",
        file_digest=credit.FILE,
        lasting=lasting,
    )
    await listings.decide(entry_id=number, decision=decision, by=world.city, now=until)
    await listings.enlist(entry_id=number, by=world.city, now=until)
    return number


REQUEST = filings.Request(
    grounds="已整改", correction_digest=credit.FILE, training_digest=credit.FILE, pledged=True
)


async def know_2027(world: credit.World) -> None:
    """Let the workday table know the year a removal falls into."""
    rest = {date(2027, 1, 1): "元旦"}
    await workdays.add_year(
        year=2027, rest=rest, work={}, source="notice", by=world.city, now=NOW, recompute=[]
    )


async def test_the_district_removes_early_after_a_year() -> None:
    world = await credit.a_world()
    await know_2027(world)
    number = await a_long_listing(world)
    entry = await cases.list_case(number)
    assert entry.listed_at is not None
    at = start_of_day(add_months(local_day(entry.listed_at), 12))
    own = world.enterprise.actor
    with pytest.raises(RepairRefusedError):
        await filings.file_removal(entry_id=number, request=REQUEST, by=own, now=at - timedelta(seconds=1))
    asked = await filings.file_removal(entry_id=number, request=REQUEST, by=own, now=at)
    with pytest.raises(ConflictError):
        await filings.file_removal(entry_id=number, request=REQUEST, by=own, now=at)
    with pytest.raises(NotPermittedError):
        await repairs.accept(repair_id=asked, by=world.street, now=at)
    await repairs.accept(repair_id=asked, by=world.district, now=at)
    ruling = repairs.Ruling(outcome=Ruled.GRANTED, reasons="整改到位")
    await repairs.decide(repair_id=asked, ruling=ruling, by=world.district, now=at)
    gone = await cases.list_case(number)
    assert (gone.stage, gone.end_reason) == (Stage.REMOVED_EARLY, "整改到位")
    assert (await questions.case(asked)).stage is Asked.GRANTED
    assert not (await standing.standing_facts(world.enterprise.organisation, at)).listed


async def test_some_grounds_stay_to_the_end() -> None:
    world = await credit.a_world()
    number = await a_long_listing(world, lasting=True)
    with pytest.raises(NotRemovableError):
        await filings.file_removal(
            entry_id=number, request=REQUEST, by=world.enterprise.actor, now=NOW + 300 * DAY
        )
    assert (await case_page.case_view(number, actor=world.enterprise.actor, now=NOW + 20 * DAY)).removal


async def a_grounded_listing(world: credit.World) -> tuple[int, int]:
    """Return a record that opened a case, and the entry that follows from it."""
    record = await credit.a_record(world, "N-VS-05")
    (row,) = await database.fetch("SELECT id FROM credit_list_entry WHERE record = $1", record)
    return record, int(row["id"])


async def listed(world: credit.World, number: int) -> datetime:
    at = NOW + 14 * DAY
    await listings.post_notice(entry_id=number, notice=credit.A_NOTICE, by=world.city, now=at)
    await listings.serve(entry_id=number, by=world.enterprise.actor, now=at)
    until = (await cases.list_case(number)).statement_until
    assert until is not None
    await listings.review(entry_id=number, text="x", by=world.district, now=until)
    decision = listings.Decision(
        outcome=Outcome.LISTED,
        decision_no="1",
        file_digest=credit.FILE,
    )
    await listings.decide(entry_id=number, decision=decision, by=world.city, now=until)
    await listings.enlist(entry_id=number, by=world.city, now=until)
    return until


async def test_an_entry_ends_in_the_act_that_revokes_its_record() -> None:
    world = await credit.a_world()
    record, number = await a_grounded_listing(world)
    at = await listed(world, number)
    await decisions.revoke(record_id=record, reasons="处罚决定被撤销", by=world.district_second, now=at + DAY)
    gone = await cases.list_case(number)
    assert (gone.stage, gone.ended_at, gone.end_reason) == (Stage.REVOKED, at + DAY, "处罚决定被撤销")


async def test_an_open_case_is_dropped_when_an_objection_to_its_record_is_upheld() -> None:
    world = await credit.a_world()
    record, number = await a_grounded_listing(world)
    at = NOW + 14 * DAY
    grounds = objections.Grounds(grounds="认定事实错误")
    own = world.enterprise.actor
    objection = await objections.file_to_record(record_id=record, grounds=grounds, by=own, now=at)
    upheld = objections.Answer(outcome=Answered.UPHELD, reasons="证据不足")
    await objections.answer(objection_id=objection, answer=upheld, by=world.district_second, now=at)
    assert (await cases.list_case(number)).stage is Stage.NOT_LISTED


async def test_a_repaired_or_expired_record_leaves_the_entry() -> None:
    world = await credit.a_world()
    record, number = await a_grounded_listing(world)
    at = await listed(world, number)
    await decisions.expire(record_id=record, by=Actor.platform(), now=at + DAY)
    assert (await cases.list_case(number)).stage is Stage.LISTED
    await delistings.revoke(entry_id=number, reasons="x", by=world.city, now=at + 2 * DAY)
    assert (await cases.list_case(number)).stage is Stage.REVOKED


def test_every_stage_before_the_list_can_be_dropped_and_none_after() -> None:
    table = list_entry.LIFECYCLE
    assert set(table.sources_of(list_entry.Verb.DROP)) == set(list_entry.PENDING)
