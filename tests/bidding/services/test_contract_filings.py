"""Filing a contract on a real database: both authorities, returns, lateness, the tender's stage."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
import pytest

from bidding import jobs
from bidding.domain.handover.track import Step
from bidding.domain.outcome.contract import Stage
from bidding.domain.procedure import Stage as TenderStage
from bidding.domain.settlement import contract_filing
from bidding.services.handover import walks
from bidding.services.settlement import contract_filings
from contracts_templates import form, stamp
from market.kernel import period
from market.kernel.actor import Actor, OutOfScopeError, Role, RoleNotPermittedError
from market.kernel.lifecycle import UnknownMoveError
from market.runtime import clock, database, schedule, verify, workdays
from tests import factories_awards as factory
from tests import factories_parties as parties
from tests.bidding.services.test_evaluations import entries, events

pytestmark = pytest.mark.usefixtures("database")
TICK = timedelta(microseconds=1)


async def file(case: factory.Case, by: Actor | None = None) -> str:
    number = (await case.contract()).number
    provider = case.winner((await case.award()).commitment)
    await contract_filings.file(number=number, by=by or provider, now=case.now)
    return number


async def officers() -> Mapping[Role, Actor]:
    return {role: await parties.an_officer(role) for role in contract_filing.RECEIVERS}


async def stages(case: factory.Case) -> tuple[Stage, TenderStage]:
    return (await case.contract()).stage, (await case.world.tender()).stage


async def late(case: factory.Case) -> datetime:
    file_by = (await case.contract()).file_by
    assert file_by is not None
    return period.end_of_day(file_by)


async def tick() -> int:
    """Do what is due; these contracts were signed long before today's legal time."""
    return await schedule.run_due(jobs.CONTRACTS, clock.wall_now())


async def next_due() -> datetime | None:
    (row,) = await database.fetch("SELECT next_due_at FROM bidding_contract")
    found: datetime | None = row["next_due_at"]
    return found


async def test_a_filed_contract_is_acknowledged_by_street_and_district_each_for_its_copy() -> None:
    case = await factory.contracted()
    number = await file(case)
    assert await stages(case) == (Stage.FILED, TenderStage.CONTRACT_FILED)
    people = await officers()
    filing = await contract_filings.acknowledge(number=number, by=people[Role.DISTRICT], now=case.now)
    assert await stages(case) == (Stage.FILED, TenderStage.CONTRACT_FILED)
    with pytest.raises(contract_filing.CopyAnsweredError):
        await contract_filings.acknowledge(number=number, by=people[Role.DISTRICT], now=case.now)
    filing = await contract_filings.acknowledge(number=number, by=people[Role.STREET], now=case.now)
    assert await stages(case) == (Stage.ACKNOWLEDGED, TenderStage.CONTRACT_FILED)
    assert {each.authority for each in filing.answers} == set(contract_filing.RECEIVERS)
    assert filing.digest == stamp.content_digest(form.FILING_RECEIPT, filing.content)
    assert filing.content.contract_digest == (await case.contract()).digest
    assert (filing.content.street, filing.content.district) != ("", "")
    assert filing.content.in_time
    assert await next_due() is None
    assert await tick() == 0
    assert [each for each in (await verify.verify()).findings if each.code != "migration-unsigned"] == []


async def test_either_side_files_and_nobody_else() -> None:
    case = await factory.contracted()
    stranger = (await parties.an_enterprise()).actor
    with pytest.raises(OutOfScopeError):
        await file(case, stranger)
    with pytest.raises(RoleNotPermittedError):
        await file(case, await parties.an_officer(Role.STREET))
    await file(case, case.world.tenderer)
    with pytest.raises(UnknownMoveError):
        await file(case)
    assert await entries("bidding:contract:file") == 1


async def test_a_drafted_contract_is_not_filed_and_an_unfiled_one_not_acknowledged() -> None:
    case = await factory.contracted()
    people = await officers()
    with pytest.raises(contract_filings.NotFiledError):
        await contract_filings.acknowledge(
            number=(await case.contract()).number, by=people[Role.STREET], now=case.now
        )


async def test_a_returned_filing_is_filed_again_and_both_authorities_answer_anew() -> None:
    case = await factory.contracted()
    number, people = await file(case), await officers()
    await contract_filings.acknowledge(number=number, by=people[Role.STREET], now=case.now)
    case.now = await late(case) - TICK
    before = (await case.contract()).file_by
    await contract_filings.give_back(
        number=number, reasons="缺少业主共同决定", by=people[Role.DISTRICT], now=case.now
    )
    assert await stages(case) == (Stage.RETURNED, TenderStage.CONTRACTED)
    until = (await case.contract()).file_by
    assert until is not None
    assert before is not None
    assert until == contract_filing.again_by(before, before, workdays=5, table=await workdays.table())
    await file(case)
    assert await stages(case) == (Stage.FILED, TenderStage.CONTRACT_FILED)
    await contract_filings.acknowledge(number=number, by=people[Role.STREET], now=case.now)
    filing = await contract_filings.acknowledge(number=number, by=people[Role.DISTRICT], now=case.now)
    assert (filing.turn, filing.number) == (2, f"{number}-F2")
    assert (await case.contract()).stage is Stage.ACKNOWLEDGED


async def test_an_unfiled_contract_is_late_from_the_day_after_the_last_and_told_once() -> None:
    case = await factory.contracted()
    moment, contract_id = await late(case), (await case.contract()).id
    assert await next_due() == moment
    with pytest.raises(contract_filing.NotOverdueError):
        await contract_filings.lapse(contract_id=contract_id, by=Actor.platform(), now=moment - TICK)
    assert await events("bidding.ContractFilingOverdue") == []
    assert await tick() == 1
    assert await tick() == 0
    (event,) = await events("bidding.ContractFilingOverdue")
    assert event["contract"] == (await case.contract()).number
    with pytest.raises(contract_filing.NotOverdueError):
        await contract_filings.lapse(contract_id=contract_id, by=Actor.platform(), now=moment)
    case.now = moment + timedelta(days=1)
    await file(case)
    assert (await case.contract()).overdue_at == moment
    assert (await stages(case))[0] is Stage.FILED
    assert [each for each in (await verify.verify()).findings if each.code != "migration-unsigned"] == []


async def test_a_late_filing_says_so_on_its_receipt() -> None:
    case = await factory.contracted()
    case.now = await late(case)
    filing = await contract_filings.file(
        number=(await case.contract()).number, by=case.world.tenderer, now=case.now
    )
    assert not filing.content.in_time


async def test_only_the_clock_says_that_a_contract_is_late() -> None:
    case = await factory.contracted()
    with pytest.raises(RoleNotPermittedError):
        await contract_filings.lapse(
            contract_id=(await case.contract()).id, by=case.world.tenderer, now=await late(case)
        )


async def test_a_handover_may_begin_and_end_whether_or_not_the_contract_is_filed() -> None:
    case, old = await factory.handing_over()
    await file(case)
    await factory.confirm_everything(case, old)
    number, by = (await case.contract()).number, case.world.tenderer
    for step in (Step.AGREE, Step.INSPECT, Step.TRANSFER, Step.SETTLE, Step.LEAVE, Step.CLOSE):
        await walks.advance(number=number, step=step, by=by, now=case.now)
    assert (await case.world.tender()).stage is TenderStage.COMPLETED


async def test_a_moved_holiday_moves_the_last_day() -> None:
    case = await factory.contracted()
    before = (await case.contract()).file_by
    assert before is not None
    table = await workdays.table()
    moved = msgspec.structs.replace(table, rest=frozenset(table.rest) | {before})
    await jobs.recompute(moved, case.now)
    after = (await case.contract()).file_by
    assert after is not None
    assert after > before
    assert await next_due() == period.end_of_day(after)
