"""What rests on the owners' decisions when one is revoked, lost or taken while a tender stands still."""

from datetime import timedelta

import pytest

from bidding.domain import suspension
from bidding.domain.procedure import Stage
from bidding.domain.settlement import cancellation
from bidding.domain.vote.matter import Key
from bidding.queries import tenders as tender_queries
from bidding.services import drafts, tenders
from bidding.services.remedy import suspensions
from bidding.services.settlement import cancellations
from market.kernel.actor import Role
from market.processes.people_are_told import SUBSCRIBERS
from market.runtime import database, log, outbox
from tests import factories_awards as factory
from tests import factories_bidding as bidding
from tests import factories_parties as parties
from tests import factories_votes as votes
from tests.bidding.services.test_decisions import revoke
from tests.bidding.tenure.test_terms import an_area, decided

pytestmark = pytest.mark.usefixtures("database")


async def test_revoking_the_decision_to_tender_suspends_the_tender_and_the_clock_opens_nothing() -> None:
    """Invariant 26."""
    world = await bidding.a_tender(at=Stage.BIDDING)
    tender = await world.tender()
    assert tender.decision is not None
    await revoke(tender.decision.number)
    (one,) = suspension.open_of((await world.tender()).suspensions)
    assert (one.origin, one.source, one.reasons) == (tender.decision.number, "BPR 8, 51", "未公告议题")
    due = await database.fetch("SELECT next_due_at FROM bidding_tender WHERE number = $1", world.number)
    assert due == [{"next_due_at": None}], "the clock opens nothing"
    by = await parties.an_officer(Role.DISTRICT)
    await suspensions.lift(
        number=world.number,
        origin=one.origin,
        reasons="复议撤销",
        by=by,
        now=bidding.DEADLINE - timedelta(days=5),
    )
    assert not (await world.tender()).suspended


async def test_a_suspended_tender_without_a_decision_can_be_ended() -> None:
    world = await bidding.a_tender(at=Stage.BIDDING)
    tender = await world.tender()
    assert tender.decision is not None
    await revoke(tender.decision.number)
    await tenders.terminate(
        number=world.number, reason="决定被撤销", by=world.tenderer, now=bidding.DEADLINE - timedelta(days=4)
    )
    assert (await world.tender()).stage is Stage.TERMINATED


async def test_while_suspended_no_vote_on_a_winner_is_recorded() -> None:
    case = await factory.ranked()
    by = await parties.an_officer(Role.DISTRICT)
    await suspensions.order(number=case.number, reasons="核查", by=by, now=case.now)
    with pytest.raises(suspension.TenderSuspendedError):
        await factory.decide(case, said=votes.LOST)


async def test_a_vote_that_fails_after_a_cancelled_award_moves_nothing() -> None:
    case = await factory.awarded()
    made = await case.award()
    await cancellations.decline(
        number=made.number, reasons="无法履约", by=case.winner(made.commitment), now=case.now
    )
    await cancellations.cancel(
        number=made.number,
        ground=cancellation.Ground.REFUSED,
        reasons="书面拒绝",
        by=case.world.tenderer,
        now=case.now,
    )
    result = (await case.found()).result
    assert result is not None
    second = result.candidates[1].commitment
    await factory.decide(case, said=votes.LOST, commitment=second)
    assert (await case.world.tender()).stage is Stage.RANKED
    await factory.decide(case, commitment=second)
    assert (await case.world.tender()).stage is Stage.DECIDED


async def test_the_provider_a_revoked_dismissal_names_is_told() -> None:
    area = await an_area()
    made = await decided(area, Key.DISMISSAL)
    assert made.covers is not None
    await revoke(made.number)
    await log.sequence_all()
    await outbox.deliver(SUBSCRIBERS)
    told = await database.fetch("SELECT organisation FROM runtime_inbox WHERE key LIKE '%revoked%'")
    assert made.covers in {row["organisation"] for row in told}


@pytest.mark.parametrize("stage", [Stage.CLOSED, Stage.OPENING, Stage.OPENED])
async def test_between_deadline_and_evaluation_a_tender_without_a_decision_is_let_fail(stage: Stage) -> None:
    world = await bidding.a_tender(at=stage)
    tender, later = await world.tender(), bidding.DEADLINE + timedelta(hours=2)
    assert tender.decision is not None
    with pytest.raises(tenders.NotYoursToFailError):
        await tenders.fail(number=world.number, by=world.tenderer, now=later)
    await revoke(tender.decision.number)
    await tenders.fail(number=world.number, note="决定被撤销", by=world.tenderer, now=later)
    ended = await world.tender()
    assert (ended.stage, ended.failure) == (Stage.FAILED, "decision-revoked")
    assert (ended.opened_at is not None) is (stage is Stage.OPENED), "what was sealed stays sealed"
    made = await drafts.retender(
        number=world.number, procedure="owner-prequalified", by=world.tenderer, now=later
    )
    after = await tender_queries.by_number(made)
    assert (after.procedure.key, after.predecessor) == ("owner-prequalified", ended.id)
