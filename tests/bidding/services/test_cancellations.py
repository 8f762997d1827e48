"""A winner that does not become the provider: refusal, cancelled award, the next in rank, a new tender."""

from datetime import date, timedelta

import pytest

from bidding.domain.outcome import award, contract
from bidding.domain.procedure import Stage
from bidding.domain.settlement import cancellation
from bidding.domain.settlement.cancellation import Ground
from bidding.domain.suspension import Cause
from bidding.domain.tender import Tender
from bidding.queries import awards as queries
from bidding.queries import contracts as contract_queries
from bidding.queries.remedy import candidates
from bidding.queries.service import managers
from bidding.services import awards, contracts, tenders
from bidding.services.remedy import measures, standstill
from bidding.services.settlement import cancellations
from contracts_templates import content
from market.kernel import period
from market.kernel.actor import Actor, OutOfScopeError
from market.kernel.lifecycle import UnknownMoveError
from market.runtime import database, verify
from tests import factories_awards as factory
from tests import factories_bidding as bidding
from tests.bidding.services.test_decisions import revoke
from tests.bidding.services.test_evaluations import entries, events

pytestmark = pytest.mark.usefixtures("database")
TICK = timedelta(microseconds=1)


async def winner(case: factory.Case) -> Actor:
    return case.winner((await case.award()).commitment)


async def decline(case: factory.Case, by: Actor | None = None) -> None:
    await cancellations.decline(
        number=(await case.award()).number, reasons="人员不足", by=by or await winner(case), now=case.now
    )


async def cancel(case: factory.Case, ground: Ground = Ground.REFUSED, evidence: str = "") -> queries.Award:
    return await cancellations.cancel(
        number=(await case.award()).number,
        ground=ground,
        reasons="中标人拒绝订立合同",
        evidence=evidence,
        by=case.world.tenderer,
        now=case.now,
    )


async def draft(case: factory.Case, number: str) -> str:
    given = await queries.by_number(number)
    made = await contracts.draft(
        award_number=number,
        terms=given.terms,
        start_on=date(2026, 7, 1),
        particulars=content.Particulars(),
        by=case.world.tenderer,
        now=case.now,
    )
    return made.number


async def second(case: factory.Case) -> str:
    result = (await case.found()).result
    assert result is not None
    return result.candidates[1].commitment


async def publish(case: factory.Case, commitment: str) -> queries.Award:
    return await awards.publish(
        number=case.number,
        lot="1",
        commitment=commitment,
        by=case.world.tenderer,
        now=case.now,
        standing_of=bidding.good_standing,
    )


async def test_only_the_winner_refuses_once_and_in_writing() -> None:
    case = await factory.awarded()
    with pytest.raises(OutOfScopeError):
        await decline(case, case.winner(await second(case)))
    await decline(case)
    with pytest.raises(cancellations.DeclinedError):
        await decline(case)
    found = await case.award()
    assert (found.declined_at, found.declined_why) == (case.now, "人员不足")
    assert (await case.world.tender()).stage is Stage.AWARDED


async def test_an_award_is_cancelled_after_the_last_day_or_on_a_refusal_and_every_bidder_is_named() -> None:
    case = await factory.awarded()
    sign_by = (await case.award()).sign_by
    case.now = period.end_of_day(sign_by) - TICK
    with pytest.raises(cancellation.TimeToSignRunningError):
        await cancel(case)
    case.now += TICK
    found = await cancel(case)
    assert (found.ground, found.cancelled_at) == (Ground.REFUSED, case.now)
    assert (await case.world.tender()).stage is Stage.RANKED
    (event,) = await events("bidding.AwardRefused")
    assert event["at_fault"] is True
    assert set(event["bidders"]) == {each.organisation for each in (await case.found()).entrants}  # type: ignore[call-overload]
    with pytest.raises(cancellation.AlreadyCancelledError):
        await cancel(case)
    assert await entries("bidding:award:cancel") == 1


async def test_force_majeure_is_nobodys_fault() -> None:
    case = await factory.awarded()
    await cancel(case, Ground.FORCE_MAJEURE, "应急管理部门公告 1 号")
    (event,) = await events("bidding.AwardRefused")
    assert event["at_fault"] is False


async def test_the_next_in_rank_wins_on_an_owners_decision_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = await factory.awarded()
    drawn_up = await draft(case, (await case.award()).number)
    gone = await first_notices(case)
    await decline(case)
    await cancel(case)
    assert (await contract_queries.by_number(drawn_up)).stage is contract.Stage.VOIDED
    with pytest.raises(award.CandidateGaveUpError):
        await publish(case, await factory.first(case))
    with pytest.raises(award.DecisionMissingError):
        await publish(case, await second(case))
    await factory.decide(case, commitment=await second(case))
    made = await publish(case, await second(case))
    assert (made.number, made.rank, made.turn) == (f"{case.number}-A1-2", 2, 2)
    monkeypatch.setattr(managers, "manager_of", lambda _: "BJ-PM-1")
    claimed = [
        each for each in await managers.holdings(period.local_day(case.now)) if each.tender == case.number
    ]
    assert [each.commitment for each in claimed] == [made.commitment]  # not the one who gave up
    assert len(await queries.notices(made.id)) == gone == 3
    assert (await case.world.tender()).stage is Stage.AWARDED
    assert await draft(case, made.number) == f"{case.number}-C1-2"
    with pytest.raises(cancellation.AlreadyCancelledError):
        await draft(case, f"{case.number}-A1")
    history = await queries.history((await case.world.tender()).id)
    assert [each.cancelled_at is None for each in history] == [False, True]
    signed = await contract_queries.by_number(f"{case.number}-C1-2")
    await contracts.sign(
        number=signed.number, digest=signed.digest, by=case.winner(made.commitment), now=case.now
    )
    assert (await case.world.tender()).stage is Stage.CONTRACTED
    assert [each for each in (await verify.verify()).findings if each.code != "migration-unsigned"] == []


async def first_notices(case: factory.Case) -> int:
    return len(await queries.notices((await case.award()).id))


async def test_a_void_draft_is_not_signed_and_a_signed_contract_keeps_its_award() -> None:
    case = await factory.awarded()
    drawn_up = await contract_queries.by_number(await draft(case, (await case.award()).number))
    by = await winner(case)
    await contracts.sign(number=drawn_up.number, digest=drawn_up.digest, by=by, now=case.now)
    with pytest.raises(cancellation.AlreadySignedError):
        await decline(case)
    case.now = period.end_of_day((await case.award()).sign_by)
    with pytest.raises(cancellation.AlreadySignedError):
        await cancel(case)
    other = await factory.awarded()
    void = await contract_queries.by_number(await draft(other, (await other.award()).number))
    await decline(other)
    await cancel(other)
    with pytest.raises(UnknownMoveError):
        await contracts.sign(number=void.number, digest=void.digest, by=await winner(other), now=other.now)


async def test_after_a_cancelled_award_the_tender_may_be_repeated_and_not_before() -> None:
    ranked = await factory.ranked()
    with pytest.raises(tenders.NotYoursToFailError):
        await tenders.fail(number=ranked.number, by=ranked.world.tenderer, now=ranked.now)
    case = await factory.awarded()
    await decline(case)
    await cancel(case)
    failed = await tenders.fail(
        number=case.number, note="其余候选人报价过高", by=case.world.tenderer, now=case.now
    )
    assert (failed.stage, failed.failure) == (Stage.FAILED, "no-winner")


async def test_the_database_lets_one_award_of_a_lot_stand() -> None:
    case = await factory.awarded()
    found = await case.award()
    with pytest.raises(Exception, match="bidding_award_stands"):
        await database.execute(
            "INSERT INTO bidding_award (number, tender, lot, turn, commitment, organisation, rank, total,"
            " terms, skipped, awarded_at, awarded_by, sign_by, declined_why, reasons, evidence)"
            " SELECT 'X', tender, lot, 2, commitment, organisation, rank, total, terms, skipped, awarded_at,"
            " awarded_by, sign_by, '', '', '' FROM bidding_award WHERE id = $1",
            found.id,
        )


async def test_no_security_is_a_ground_only_where_the_document_asks_for_one() -> None:
    case = await factory.awarded()
    case.now = period.end_of_day((await case.award()).sign_by)
    with pytest.raises(cancellation.NoSecurityAskedError):
        await cancel(case, Ground.NO_SECURITY)


async def put(case: factory.Case, stage: Stage) -> None:
    """Put a tender in a stage; with an award it stands in ``DECIDED`` while another lot waits for its own."""
    await database.execute("UPDATE bidding_tender SET stage = $2 WHERE number = $1", case.number, stage.value)


async def test_one_lot_is_signed_or_cancelled_while_another_waits_for_its_award() -> None:
    case = await factory.awarded()
    drawn = await contract_queries.by_number(await draft(case, (await case.award()).number))
    await put(case, Stage.ANNULLED)
    with pytest.raises(contracts.NotAwardedError):
        await contracts.sign(number=drawn.number, digest=drawn.digest, by=await winner(case), now=case.now)
    await put(case, Stage.DECIDED)
    await contracts.sign(number=drawn.number, digest=drawn.digest, by=await winner(case), now=case.now)
    assert (await contract_queries.by_number(drawn.number)).stage is contract.Stage.SIGNED
    assert (await case.world.tender()).stage is Stage.DECIDED
    other = await factory.awarded()
    await put(other, Stage.DECIDED)
    await decline(other)
    await cancel(other)
    assert (await other.world.tender()).stage is Stage.DECIDED


async def test_when_every_candidate_is_excluded_the_tender_may_be_repeated() -> None:
    case = await factory.ranked()
    tender, found = await case.world.tender(), await case.found()
    assert found.result is not None
    *some, last = (each.commitment for each in found.result.candidates)
    for commitment in some:
        await exclude(tender, commitment)
    assert await candidates.failing(tender) is None
    assert await candidates.left(tender.id) == {"1": {last}}
    await exclude(tender, last)
    failed = await tenders.fail(number=case.number, by=case.world.tenderer, now=case.now)
    assert failed.failure == "no-winner"


async def exclude(tender: Tender, commitment: str) -> None:
    await measures.exclude(
        tender=tender, lot="1", commitment=commitment, origin="test", by="test", now=factory.OPENED
    )


async def test_a_tender_whose_decision_is_revoked_can_be_ended_though_it_stands_still() -> None:
    case = await factory.ranked()
    tender = await case.world.tender()
    assert tender.decision is not None
    assert await candidates.failing(tender) is None
    await revoke(tender.decision.number)
    if not (await case.world.tender()).suspended:
        await standstill.begin(
            tender=tender,
            cause=Cause.ORDER,
            origin=tender.decision.number,
            reasons="未公告议题",
            by=case.world.officer,
            now=case.now,
        )
    failed = await tenders.fail(number=case.number, by=case.world.tenderer, now=case.now)
    assert (failed.stage, failed.failure) == (Stage.FAILED, "decision-revoked")
