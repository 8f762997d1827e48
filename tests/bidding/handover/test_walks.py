"""Contract and handover on a real database: guards, digest, lines, clock, events."""

from datetime import date, timedelta

import msgspec
import pytest

from bidding import jobs
from bidding.domain.handover import checklist, inventory, pressure, track
from bidding.domain.handover.track import Stage as HandoverStage
from bidding.domain.handover.track import Step
from bidding.domain.outcome import contract, decision
from bidding.domain.procedure import Stage
from bidding.queries import decisions as decision_queries
from bidding.queries.handover import lines as line_queries
from bidding.services import contracts, signatures
from bidding.services.handover import lines, pressing, starts, walks
from bidding.services.vote import following
from contracts_templates import content, form, stamp
from market.kernel import period
from market.kernel.actor import OutOfScopeError, Role, RoleNotPermittedError
from market.kernel.lifecycle import UnknownMoveError
from market.runtime import clock, database, log, schedule, verify, workdays
from tests import factories_awards as factory
from tests import factories_parties as parties
from tests.bidding.services.test_evaluations import entries, events

pytestmark = pytest.mark.usefixtures("database")
START = date(2026, 7, 1)
PLAIN = content.Particulars()


async def draft(case: factory.Case, **change: object) -> None:
    award_made = await case.award()
    await contracts.draft(
        award_number=award_made.number,
        terms=msgspec.structs.replace(award_made.terms, **change),
        start_on=START,
        particulars=PLAIN,
        by=case.world.tenderer,
        now=case.now,
    )


@pytest.mark.parametrize(
    ("name", "value"), [("price_fen", 1), ("months", 12), ("level", 5), ("project_manager", "PM-2")]
)
async def test_a_contract_that_differs_from_the_bid_is_refused_and_nothing_is_stored(
    name: str, value: object
) -> None:
    case = await factory.awarded()
    with pytest.raises(contract.CoreTermsDifferError) as refusal:
        await draft(case, **{name: value})
    assert refusal.value.context["terms"] == name
    assert await entries("bidding:contract:draft") == 0


async def test_a_contract_is_bound_to_bid_decision_and_digest_and_both_sides_sign() -> None:
    case = await factory.contracted()
    made = await case.contract()
    award_made = await case.award()
    assert made.stage is contract.Stage.SIGNED
    assert made.content.annual_fen == award_made.terms.price_fen
    assert made.content.decision is not None
    assert made.content.decision.heads_yes == factory.FIGURES.heads_yes
    assert made.digest == stamp.content_digest(form.SERVICE_CONTRACT, made.content)
    assert (made.start_on, made.end_on) == (START, date(2029, 6, 30))
    assert made.file_by is not None
    assert (await case.world.tender()).stage is Stage.CONTRACTED
    (event,) = await events("bidding.ContractSigned")
    assert event["provider_id"] == award_made.organisation


async def test_only_the_winner_signs_and_only_what_was_drawn_up() -> None:
    case = await factory.awarded()
    await draft(case)
    made = await case.contract()
    loser = next(each.party.actor for each in case.world.bidders if each.party.organisation != made.provider)
    with pytest.raises(OutOfScopeError):
        await contracts.sign(number=made.number, digest=made.digest, by=loser, now=case.now)
    with pytest.raises(RoleNotPermittedError):
        await contracts.sign(number=made.number, digest=made.digest, by=case.world.tenderer, now=case.now)
    winner = case.winner((await case.award()).commitment)
    with pytest.raises(signatures.DigestDiffersError):
        await contracts.sign(number=made.number, digest="00" * 32, by=winner, now=case.now)
    late = period.end_of_day((await case.award()).sign_by)
    with pytest.raises(contract.SignedTooLateError):
        await contracts.sign(number=made.number, digest=made.digest, by=winner, now=late)
    await contracts.sign(
        number=made.number, digest=made.digest, by=winner, now=late - timedelta(microseconds=1)
    )
    with pytest.raises(UnknownMoveError):
        await contracts.sign(number=made.number, digest=made.digest, by=winner, now=case.now)


async def test_a_revoked_decision_stops_the_signature() -> None:
    case = await factory.awarded()
    await draft(case)
    made = await case.contract()
    award_made = await case.award()
    rested = await decision_queries.by_id(award_made.decision)
    assert rested is not None
    await following.revoke(
        number=rested.number,
        reasons="未公告议题",
        by=await parties.an_officer(Role.STREET),
        now=case.now,
    )
    with pytest.raises(decision.DecisionRevokedError) as refusal:
        await contracts.sign(
            number=made.number,
            digest=made.digest,
            by=case.winner((await case.award()).commitment),
            now=case.now,
        )
    assert refusal.value.context == {"number": rested.number, "reasons": "未公告议题"}


async def test_a_developers_contract_longer_than_two_years_is_refused() -> None:
    case = await factory.awarded(prophase=True)
    with pytest.raises(contract.TermTooLongError):
        await draft(case)


async def test_a_handover_walks_to_its_end_line_by_line_and_tells_of_it() -> None:
    case, old = await factory.handing_over()
    number = (await case.handover()).number
    new = case.winner((await case.award()).commitment)
    by = case.world.tenderer
    await walks.advance(number=number, step=Step.AGREE, by=by, now=case.now)
    await walks.advance(number=number, step=Step.INSPECT, by=by, now=case.now)
    with pytest.raises(track.LinesOpenError):
        await walks.advance(number=number, step=Step.TRANSFER, by=old.actor, now=case.now)
    await factory.confirm_everything(case, old)
    with pytest.raises(track.NotASignatoryError):
        await walks.advance(number=number, step=Step.TRANSFER, by=new, now=case.now)
    await walks.advance(number=number, step=Step.TRANSFER, by=old.actor, now=case.now)
    for step in (Step.SETTLE, Step.LEAVE, Step.CLOSE):
        await walks.advance(number=number, step=step, by=by, now=case.now)
    found = await case.handover()
    assert found.stage is HandoverStage.CLOSED
    assert (await case.world.tender()).stage is Stage.COMPLETED
    (event,) = await events("bidding.HandoverConfirmed")
    assert (event["organisation_id"], event["incoming_id"]) == (old.organisation, new.organisation)
    assert event["in_time"] is True
    assert await events("bidding.HandoverOverdue") == []


async def test_lines_are_entered_and_signed_by_those_whose_they_are() -> None:
    case, old = await factory.handing_over()
    number = (await case.handover()).number
    await factory.enter(case, old.actor, "boundary", "lifts")
    stranger = (await parties.an_enterprise()).actor
    elsewhere = await parties.an_officer(Role.STREET, "110105002")
    for person in (stranger, elsewhere):
        with pytest.raises(OutOfScopeError):
            await factory.enter(case, person, "keys")
    waiting = await factory.digests(case, checklist.Party.WITNESS)
    street = await parties.an_officer(Role.STREET)
    await lines.sign(number=number, digests=waiting, by=street, now=case.now)
    with pytest.raises(inventory.LineConfirmedError):
        await lines.sign(number=number, digests=waiting, by=street, now=case.now)
    sheet = await line_queries.sheet((await case.handover()).id)
    assert [(each.place.line, each.party.value) for each in sheet.entries] == [
        ("boundary", "old"),
        ("lifts", "old"),
    ]
    assert [each.party.value for each in sheet.signatures] == ["old", "old", "witness"]


async def test_a_handover_that_is_late_becomes_overdue_once_at_the_due_instant() -> None:
    case, old = await factory.handing_over()
    found = await case.handover()
    assert found.received_on is not None
    table = await workdays.table()
    last = track.exit_due(found.received_on, None, table, days=30)
    assert found.exit_due_on == last
    rows = await database.fetch("SELECT next_due_at FROM bidding_handover")
    assert rows[0]["next_due_at"] == period.end_of_day(last)
    due = jobs.HANDOVERS
    assert await schedule.run_due(due, clock.wall_now()) == 1
    assert await schedule.run_due(due, clock.wall_now()) == 0
    late = await case.handover()
    assert (late.pressure, late.overdue_at) == (pressure.Stage.OVERDUE, period.end_of_day(last))
    (event,) = await events("bidding.HandoverOverdue")
    assert (event["organisation_id"], event["handover_id"]) == (old.organisation, late.id)
    assert event["due_at"] == msgspec.to_builtins(period.end_of_day(last)).replace("+00:00", "Z")
    case.now = period.end_of_day(last)
    await factory.confirm_everything(case, old)
    for step in (Step.AGREE, Step.INSPECT, Step.TRANSFER, Step.SETTLE, Step.LEAVE, Step.CLOSE):
        await walks.advance(number=late.number, step=step, by=case.world.tenderer, now=case.now)
    assert (await case.handover()).stage is HandoverStage.CLOSED
    (told,) = await events("bidding.HandoverConfirmed")
    assert told["in_time"] is False
    assert (await case.handover()).pressure is pressure.Stage.MET


async def test_before_the_old_contract_ends_nothing_is_overdue() -> None:
    case, _ = await factory.handing_over(contract_end_on=date(2026, 12, 31))
    assert (await case.handover()).exit_due_on == date(2026, 12, 31)


async def test_a_calendar_change_moves_the_last_day_of_a_running_handover() -> None:
    case, _ = await factory.handing_over()
    last = (await case.handover()).exit_due_on
    assert last is not None
    table = await workdays.table()
    rest = msgspec.structs.replace(
        table, rest=frozenset(table.rest) | {last}, work=frozenset(table.work) - {last}
    )
    await jobs.recompute(rest, case.now)
    moved = (await case.handover()).exit_due_on
    assert moved is not None
    assert moved > last


async def test_nobody_but_the_clock_lets_a_handover_lapse() -> None:
    case, _ = await factory.handing_over()
    with pytest.raises(RoleNotPermittedError):
        await pressing.lapse(handover_id=(await case.handover()).id, by=case.world.tenderer, now=case.now)


async def test_a_handover_starts_from_a_signed_contract_and_another_provider() -> None:
    case = await factory.awarded()
    await draft(case)
    made = await case.contract()
    old = await parties.an_enterprise()

    async def start(outgoing: int) -> None:
        await starts.start(
            contract_number=made.number,
            outgoing=outgoing,
            contract_end_on=None,
            by=case.world.tenderer,
            now=case.now,
        )

    with pytest.raises(starts.ContractNotSignedError):
        await start(old.organisation)
    winner = case.winner((await case.award()).commitment)
    await contracts.sign(number=made.number, digest=made.digest, by=winner, now=case.now)
    with pytest.raises(starts.SameProviderError):
        await start(made.provider)
    with pytest.raises(starts.SameProviderError):
        await start(made.organisation)
    await start(old.organisation)


async def test_the_log_of_the_whole_walk_verifies() -> None:
    await factory.handing_over()
    await log.sequence_all()
    found = (await verify.verify()).findings
    # the template's migrations ran before the platform had keys; everything else must be clean
    assert [each for each in found if each.code != "migration-unsigned"] == []
