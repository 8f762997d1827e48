"""Choosing by agreement: two grounds, the district's approval, one enterprise, then a contract as ever."""

from datetime import date, datetime, timedelta

import msgspec
import pytest

from bidding.domain.entry.selection import Ground, Negotiation, Offer
from bidding.domain.lot import Lot
from bidding.domain.outcome import award, contract
from bidding.domain.procedure import PROPHASE_NEGOTIATED, Stage
from bidding.domain.remedy import measure
from bidding.domain.settlement import cancellation
from bidding.domain.standing import Standing
from bidding.domain.tender import Content
from bidding.queries import awards as award_queries
from bidding.queries import contracts as contract_queries
from bidding.queries import tenders as queries
from bidding.queries.entry import selections as selection_queries
from bidding.services import contracts, documents, drafts, filings
from bidding.services.entry import selections
from bidding.services.settlement import cancellations
from contracts_templates import content, form
from market.kernel import period
from market.kernel.actor import Actor, OutOfScopeError, Role, RoleNotPermittedError
from market.kernel.errors import FindingsError, TransitionError
from market.processes.people_are_told import SUBSCRIBERS
from market.runtime import database, log, outbox, workdays
from tests import factories_bidding as make
from tests import factories_documents as papers
from tests import factories_parties as parties
from tests import factories_remedies as remedies
from tests.bidding.services.test_evaluations import events

pytestmark = pytest.mark.usefixtures("database")
PAPER = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SMALL = Negotiation(ground=Ground.SMALL_SCALE, reason="规模较小")


def _content(**changes: object) -> Content:
    base = papers.a_content(
        decision=None,
        issue_at=None,
        deadline=None,
        contract_months=24,
        lots=(Lot(id="1", title="全部", area_centi=2_999_999, maximum_price_fen=300_000_000),),
        negotiation=SMALL,
    )
    return msgspec.structs.replace(base, **changes)


async def _a_selection(document: Content | None = None) -> make.World:
    return await make.a_draft(prophase=True, content=document or _content(), chosen=PROPHASE_NEGOTIATED)


async def _approved() -> tuple[make.World, str]:
    world = await _a_selection()
    await filings.file(number=world.number, by=world.tenderer, now=make.NOW)
    await _approve(world)
    paper = await documents.add(
        number=world.number, name="报价.pdf", data=PAPER, by=world.tenderer, now=make.NOW
    )
    return world, paper.digest


async def _approve(world: make.World, by: Actor | None = None) -> None:
    await selections.approve(
        number=world.number,
        approval_number="京虚建〔2026〕7号",
        reason="属实",
        by=by or world.officer,
        now=make.NOW,
    )


def _offer(code: str, file: str, **changes: object) -> Offer:
    offer = Offer(
        code=code, price_fen=90_000_000, level=3, months=24, project_manager="PM-1", file_digest=file
    )
    return msgspec.structs.replace(offer, **changes)


async def _conclude(world: make.World, offer: Offer, by: Actor | None = None) -> award_queries.Award:
    return await selections.conclude(
        number=world.number,
        offer=offer,
        by=by or world.tenderer,
        now=make.NOW + timedelta(days=1),
        standing_of=make.good_standing,
    )


@pytest.mark.parametrize(
    ("asked", "area", "problem"),
    [
        (SMALL, 2_999_999, None),
        (SMALL, 3_000_000, "too-large"),
        (None, 1, "reason-missing"),
        (Negotiation(ground=Ground.SMALL_SCALE, reason=" "), 1, "reason-missing"),
        (Negotiation(ground=Ground.LT3_BIDDERS, reason="r", possible_bidders=2), 9_000_000, None),
        (Negotiation(ground=Ground.LT3_BIDDERS, reason="r", possible_bidders=3), 1, "bidders-enough"),
        (Negotiation(ground=Ground.LT3_BIDDERS, reason="r"), 1, "bidders-enough"),
    ],
)
async def test_a_selection_is_filed_on_one_of_two_grounds(
    asked: Negotiation | None, area: int, problem: str | None
) -> None:
    lot = Lot(id="1", title="全部", area_centi=area, maximum_price_fen=1)
    world = await _a_selection(_content(negotiation=asked, lots=(lot,)))
    if problem is None:
        filed = await filings.file(number=world.number, by=world.tenderer, now=make.NOW)
        assert filed.stage is Stage.FILED
        return
    with pytest.raises(FindingsError) as refused:
        await filings.file(number=world.number, by=world.tenderer, now=make.NOW)
    assert [one.context["problem"] for one in refused.value.findings] == [problem]


async def test_a_failed_round_is_ground_enough() -> None:
    failed = await make.a_tender(at=Stage.CLOSED, bids=2, prophase=True)
    await make._freeze(failed, 2)
    assert (await failed.tender()).failure == "lt3-bids"
    number = await drafts.retender(
        number=failed.number, procedure="prophase-negotiated", by=failed.tenderer, now=make.DEADLINE
    )
    asked = Negotiation(ground=Ground.LT3_BIDDERS, reason="流标")
    document = (await queries.by_number(number)).content
    await drafts.revise(
        number=number,
        content=msgspec.structs.replace(document, negotiation=asked),
        by=failed.tenderer,
        now=make.DEADLINE,
    )
    filed = await filings.file(number=number, by=failed.tenderer, now=make.DEADLINE)
    assert (filed.stage, filed.round) == (Stage.FILED, 2)
    with pytest.raises(drafts.WrongProcedureError):
        await drafts.retender(
            number=failed.number, procedure="owner-open", by=failed.tenderer, now=make.DEADLINE
        )


async def test_the_district_alone_approves_with_number_and_reason() -> None:
    world = await _a_selection()
    with pytest.raises(TransitionError):
        await _approve(world)
    await filings.file(number=world.number, by=world.tenderer, now=make.NOW)
    with pytest.raises(RoleNotPermittedError):
        await _approve(world, by=world.tenderer)
    with pytest.raises(TransitionError):
        await filings.accept(number=world.number, by=world.officer, now=make.NOW)
    for number, reason, refusal in (
        (" ", "r", selections.ApprovalNumberMissingError),
        ("1", " ", filings.ReasonMissingError),
    ):
        with pytest.raises(refusal):
            await selections.approve(
                number=world.number, approval_number=number, reason=reason, by=world.officer, now=make.NOW
            )
    await _approve(world)
    tender = await world.tender()
    assert tender.stage is Stage.APPROVED
    found = await selection_queries.approval(tender.id)
    assert found is not None
    assert (found.approval_number, found.ground) == ("京虚建〔2026〕7号", "small-scale")


async def test_without_approval_nobody_is_chosen() -> None:
    world = await _a_selection()
    await filings.file(number=world.number, by=world.tenderer, now=make.NOW)
    with pytest.raises(TransitionError):
        await _conclude(world, _offer((await parties.an_enterprise()).code, "0" * 64))
    rows = await database.fetch("SELECT count(*) AS n FROM bidding_award")
    assert rows[0]["n"] == 0


async def test_all_that_is_wrong_with_an_offer_is_said_at_once() -> None:
    world, file = await _approved()
    stranger = (await make.a_draft()).tenderer
    code = (await parties.an_enterprise()).code
    with pytest.raises(FindingsError) as refused:
        await _conclude(world, _offer(code, "0" * 64, price_fen=300_000_001, months=0))
    assert [one.field for one in refused.value.findings] == ["price_fen", "months", "file_digest"]
    with pytest.raises(RoleNotPermittedError):
        await _conclude(world, _offer(code, file), by=stranger)
    other = (await make.a_draft(prophase=True)).tenderer
    with pytest.raises(OutOfScopeError):
        await _conclude(world, _offer(code, file), by=other)


async def test_a_banned_enterprise_is_not_chosen() -> None:
    world, file = await _approved()

    async def banned(organisation: int, at: object) -> Standing:
        del organisation, at
        return Standing(barred=True, reason="ban", source="BLR 67")

    with pytest.raises(award.CandidateBarredError):
        await selections.conclude(
            number=world.number,
            offer=_offer((await parties.an_enterprise()).code, file),
            by=world.tenderer,
            now=make.NOW,
            standing_of=banned,
        )


async def test_what_was_agreed_becomes_a_contract_like_an_award() -> None:
    await workdays.seed(by=Actor.platform(), now=make.NOW)
    world, file = await _approved()
    party = await parties.an_enterprise()
    made = await _conclude(world, _offer(party.code, file, price_fen=300_000_000))
    assert (await world.tender()).stage is Stage.AWARDED
    assert (made.organisation, made.commitment) == (party.organisation, file)
    signing = make.NOW + timedelta(days=2)
    drawn = await _draft(world, made, signing)
    assert drawn.form == form.AGREED_CONTRACT.name
    assert isinstance(drawn.content, content.AgreedContract)
    assert drawn.content.approval.number == "京虚建〔2026〕7号"
    assert drawn.content.tender_digest == (await world.tender()).content.digest()
    await contracts.sign(number=drawn.number, digest=drawn.digest, by=party.actor, now=signing)
    assert (await world.tender()).stage is Stage.CONTRACTED
    await log.sequence_all()


async def an_agreed_contract() -> tuple[contract_queries.Contract, Actor, Actor, datetime]:
    """Return a developer's signed contract, both sides, and the instant of the signature."""
    await workdays.seed(by=Actor.platform(), now=make.NOW)
    world, file = await _approved()
    party = await parties.an_enterprise()
    made = await _conclude(world, _offer(party.code, file, price_fen=300_000_000))
    now = make.NOW + timedelta(days=2)
    drawn = await _draft(world, made, now)
    signed = await contracts.sign(number=drawn.number, digest=drawn.digest, by=party.actor, now=now)
    return signed, world.tenderer, party.actor, now


async def _draft(world: make.World, made: award_queries.Award, now: datetime) -> contract_queries.Contract:
    return await contracts.draft(
        award_number=made.number,
        terms=made.terms,
        start_on=date(2026, 7, 1),
        particulars=content.Particulars(),
        by=world.tenderer,
        now=now,
    )


async def test_an_enterprise_that_refuses_makes_room_for_another_under_the_same_approval() -> None:
    await workdays.seed(by=Actor.platform(), now=make.NOW)
    world, file = await _approved()
    party, later = await parties.an_enterprise(), make.NOW + timedelta(days=2)
    made = await _conclude(world, _offer(party.code, file))
    drawn = await _draft(world, made, later)
    await cancellations.decline(number=made.number, reasons="人员不足", by=party.actor, now=later)
    gone = await cancellations.cancel(
        number=made.number,
        ground=cancellation.Ground.REFUSED,
        reasons="企业书面拒绝",
        by=world.tenderer,
        now=later,
    )
    assert gone.cancelled_at == later
    assert (await world.tender()).stage is Stage.APPROVED
    assert (await contract_queries.by_number(drawn.number)).stage is contract.Stage.VOIDED
    (refused,) = await events("bidding.AwardRefused")
    assert (refused["at_fault"], refused["bidders"]) == (False, [party.organisation])
    again = await _conclude(world, _offer((await parties.an_enterprise()).code, file))
    assert (again.number, again.turn) == (f"{world.number}-A1-2", 2)
    assert (await _draft(world, again, later)).number == f"{world.number}-C1-2"
    await log.sequence_all()
    await outbox.deliver(SUBSCRIBERS)
    told = await database.fetch("SELECT organisation, url FROM runtime_inbox WHERE key LIKE '%agreement%'")
    assert told == [{"organisation": party.organisation, "url": f"/tenders/{world.number}/selection"}]


async def test_the_authority_annuls_a_selection_and_nothing_of_it_is_signed() -> None:
    await workdays.seed(by=Actor.platform(), now=make.NOW)
    world, file = await _approved()
    party, later = await parties.an_enterprise(), make.NOW + timedelta(days=2)
    drawn = await _draft(world, await _conclude(world, _offer(party.code, file)), later)
    made = await remedies.complain(
        world.number, by=party.actor, authority=world.officer, now=later, knew_on=period.local_day(later)
    )
    annul = measure.Verdict(
        outcome=measure.Outcome.UPHELD, reasons="批准所据不实。", remedy=measure.Remedy.ANNUL
    )
    await remedies.decided(made, annul, by=world.officer, now=later)
    assert (await world.tender()).stage is Stage.ANNULLED
    with pytest.raises(TransitionError):
        await contracts.sign(number=drawn.number, digest=drawn.digest, by=party.actor, now=later)


async def test_after_the_approval_the_offer_is_added_and_nothing_replaced() -> None:
    world, _ = await _approved()
    with pytest.raises(TransitionError):
        await documents.add(number=world.number, name="报价.pdf", data=PAPER, by=world.tenderer, now=make.NOW)


async def test_a_committee_does_not_choose_by_agreement() -> None:
    world = await make.a_draft()
    assert world.tenderer.role is Role.COMMITTEE
    tender = await world.tender()
    with pytest.raises(drafts.WrongProcedureError):
        await drafts.draft(
            procedure="prophase-negotiated",
            community=tender.community,
            content=_content(),
            by=world.tenderer,
            now=make.NOW,
        )
