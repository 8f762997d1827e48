"""The ledger of securities and the award report on a real database."""

from datetime import date

import msgspec
import pytest

from bidding.domain import rule_table
from bidding.domain.procedure import Stage
from bidding.domain.settlement import cancellation, security
from bidding.domain.settlement.security import ForfeitGround, Instrument, Kind, Outcome
from bidding.queries import awards as award_queries
from bidding.queries.settlement import securities as queries
from bidding.services.settlement import award_reports, cancellations, securities
from contracts_templates import form, stamp
from market.kernel import period
from market.kernel.actor import OutOfScopeError
from market.runtime import database, verify
from tests import factories_awards as factory
from tests import factories_bidding as bidding
from tests import factories_parties as parties
from tests.bidding.services.test_evaluations import entries

pytestmark = pytest.mark.usefixtures("database")
PAID_ON = date(2026, 3, 2)


def payment(**change: object) -> security.Payment:
    whole = security.Payment(
        kind=Kind.BID,
        instrument=Instrument.TRANSFER,
        amount_fen=2_000_000,
        holder="91110108MA01ABCD5T",
        basic_account=True,
        reference="HK-1",
        paid_on=PAID_ON,
    )
    return msgspec.structs.replace(whole, **change)


async def record(case: factory.Case, organisation: int, **change: object) -> queries.Security:
    return await securities.record(
        number=case.number,
        organisation=organisation,
        payment=payment(**change),
        by=case.world.tenderer,
        now=case.now,
    )


async def loser(case: factory.Case) -> int:
    result = (await case.found()).result
    assert result is not None
    return (await case.found()).entrant(result.candidates[-1].commitment).organisation


@pytest.mark.parametrize("stage", [Stage.BIDDING, Stage.CLOSED, Stage.OPENING])
async def test_before_the_opening_nothing_is_recorded_and_nobody_is_known(stage: Stage) -> None:
    world = await bidding.a_tender(at=stage, bids=3)
    assert await queries.bidders(await world.tender()) == {}
    with pytest.raises(securities.BeforeOpeningError):
        await securities.record(
            number=world.number,
            organisation=world.bidders[0].party.organisation,
            payment=payment(),
            by=world.tenderer,
            now=bidding.DEADLINE,
        )
    assert await entries("bidding:security:record") == 0


async def test_only_bidders_are_recorded_once_within_the_cap_and_by_the_tenderer() -> None:
    case = await factory.awarded()
    stranger = await parties.an_enterprise()
    with pytest.raises(securities.NoBidderError):
        await record(case, stranger.organisation)
    bidder = await loser(case)
    with pytest.raises(security.SecurityTooHighError):
        await record(case, bidder, amount_fen=4_000_001)  # 2 % of the estimate is 4,000,000 fen
    await record(case, bidder, amount_fen=4_000_000)
    with pytest.raises(security.SecurityRecordedError):
        await record(case, bidder)
    with pytest.raises(OutOfScopeError):
        await securities.record(
            number=case.number,
            organisation=bidder,
            payment=payment(),
            by=(await bidding.a_tender(at=Stage.DRAFT)).tenderer,
            now=case.now,
        )


async def test_a_security_goes_back_once_with_interest() -> None:
    case = await factory.awarded()
    held = await record(case, await loser(case))
    on = period.local_day(case.now)
    ended = await securities.give_back(security_id=held.id, on=on, by=case.world.tenderer, now=case.now)
    assert ended.entry.settlement is not None
    assert ended.entry.settlement.outcome is Outcome.RETURNED
    assert ended.entry.settlement.days == (on - PAID_ON).days
    assert ended.entry.settlement.interest_fen == security.interest(held.entry.payment, rate=10, until=on) > 0
    for act in (
        securities.give_back(security_id=held.id, on=on, by=case.world.tenderer, now=case.now),
        securities.forfeit(
            security_id=held.id, ground=ForfeitGround.REVOKED, by=case.world.tenderer, now=case.now
        ),
    ):
        with pytest.raises(security.SecuritySettledError):
            await act
    assert [each for each in (await verify.verify()).findings if each.code != "migration-unsigned"] == []


async def test_the_winners_security_stays_until_the_contract_is_signed() -> None:
    case = await factory.awarded()
    held = await record(case, (await case.award()).organisation)
    on = period.local_day(case.now)
    with pytest.raises(securities.WinnerSecurityError):
        await securities.give_back(security_id=held.id, on=on, by=case.world.tenderer, now=case.now)
    done = await factory.contracted()
    back = await record(done, (await done.award()).organisation)
    ended = await securities.give_back(
        security_id=back.id, on=period.local_day(done.now), by=done.world.tenderer, now=done.now
    )
    assert ended.entry.settlement is not None


async def test_the_security_of_a_winner_of_two_lots_stays_until_both_contracts_are_signed() -> None:
    case = await factory.contracted()
    won = await case.award()
    await database.execute(
        "INSERT INTO bidding_award (number, tender, lot, turn, commitment, organisation, rank, total, terms,"
        " skipped, awarded_at, awarded_by, sign_by, declined_why, reasons, evidence)"
        " SELECT number || 'B', tender, '2', 1, commitment, organisation, rank, total, terms, skipped,"
        " awarded_at, awarded_by, sign_by, '', '', '' FROM bidding_award WHERE id = $1",
        won.id,
    )
    held = await record(case, won.organisation)
    with pytest.raises(securities.WinnerSecurityError) as refusal:
        await securities.give_back(
            security_id=held.id, on=period.local_day(case.now), by=case.world.tenderer, now=case.now
        )
    assert refusal.value.context["award"] == f"{won.number}B"


@pytest.mark.parametrize(
    ("ground", "kept"),
    [(cancellation.Ground.REFUSED, True), (cancellation.Ground.FORCE_MAJEURE, False)],
)
async def test_a_security_is_kept_only_when_the_award_was_refused_without_reason(
    ground: cancellation.Ground, *, kept: bool
) -> None:
    case = await factory.awarded()
    won = await case.award()
    held, other = await record(case, won.organisation), await record(case, await loser(case))

    async def forfeit(security_id: int) -> queries.Security:
        return await securities.forfeit(
            security_id=security_id,
            ground=ForfeitGround.AWARD_REFUSED,
            by=case.world.tenderer,
            now=case.now,
        )

    with pytest.raises(security.ForfeitureUnfoundedError):
        await forfeit(held.id)
    case.now = period.end_of_day(won.sign_by)
    await cancellations.cancel(
        number=won.number,
        ground=ground,
        reasons="理由",
        evidence="文号",
        by=case.world.tenderer,
        now=case.now,
    )
    if kept:
        assert (await forfeit(held.id)).entry.settlement is not None
    else:
        with pytest.raises(security.ForfeitureUnfoundedError):
            await forfeit(held.id)
    with pytest.raises(security.ForfeitureUnfoundedError):
        await forfeit(other.id)


async def test_a_performance_security_that_was_not_asked_for_is_not_taken() -> None:
    case = await factory.awarded()
    with pytest.raises(security.SecurityNotAskedError):
        await record(case, (await case.award()).organisation, kind=Kind.PERFORMANCE)
    with pytest.raises(securities.NoBidderError):
        await record(case, await loser(case), kind=Kind.PERFORMANCE)


async def test_an_award_is_reported_once_with_the_five_attachments_by_digest() -> None:
    case = await factory.awarded()
    won = await case.award()
    assert period.local_day(won.awarded_at) == date(2026, 4, 16)
    assert won.report_by == date(2026, 5, 6)  # the fifteenth day and those after it are holidays (CC 203)
    report = await award_reports.report(award_number=won.number, by=case.world.tenderer, now=case.now)
    tender = await case.world.tender()
    assert [each.kind for each in report.content.attachments] == [
        "document",
        "notice",
        "prequalification",
        "committee",
        "winner",
    ]
    assert len(report.content.attachments) == rule_table.version(tender.profile_version).value("T71")
    digests = {each.kind: each.digest for each in report.content.attachments}
    assert digests["document"] == tender.content.digest()
    assert digests["notice"] == tender.version_digest
    assert digests["prequalification"] == ""
    assert digests["winner"] == won.commitment
    assert report.digest == stamp.content_digest(form.AWARD_REPORT, report.content)
    with pytest.raises(award_reports.ReportedError):
        await award_reports.report(award_number=won.number, by=case.world.tenderer, now=case.now)
    with pytest.raises(OutOfScopeError):
        await award_reports.report(
            award_number=(await (other := await factory.awarded()).award()).number,
            by=case.world.tenderer,
            now=other.now,
        )


async def test_a_cancelled_award_is_not_reported() -> None:
    case = await factory.awarded()
    won = await case.award()
    case.now = period.end_of_day(won.sign_by)
    await cancellations.cancel(
        number=won.number,
        ground=cancellation.Ground.REFUSED,
        reasons="理由",
        by=case.world.tenderer,
        now=case.now,
    )
    with pytest.raises(cancellation.AlreadyCancelledError):
        await award_reports.report(award_number=won.number, by=case.world.tenderer, now=case.now)
    assert (await award_queries.by_number(won.number)).cancelled_at == case.now
