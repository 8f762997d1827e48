"""What is priced is what is signed: annexes from the winner's offer, differences named item by item."""

from datetime import date
from typing import Any

import msgspec
import pytest

from bidding.domain.outcome import contract
from bidding.domain.procedure import Stage
from bidding.domain.service.offer import Offer
from bidding.domain.service.table import ServiceTable
from bidding.queries import openings
from bidding.queries.service import catalogues, managers, offers
from bidding.services import contracts
from contracts_templates import content, form
from market.kernel.period import local_day
from tests import factories_awards as factory
from tests import factories_bidding as make
from tests import factories_documents as documents
from tests import factories_offers as priced

pytestmark = pytest.mark.usefixtures("database")


async def draft(case: factory.Case, terms: contract.Terms, prophase: content.Prophase | None = None) -> None:
    await contracts.draft(
        award_number=(await case.award()).number,
        terms=terms,
        start_on=date(2026, 7, 1),
        particulars=content.Particulars(),
        prophase=prophase,
        by=case.world.tenderer,
        now=case.now,
    )


async def merged(case: factory.Case) -> content.ServiceContract:
    found = (await case.contract()).content
    assert isinstance(found, content.ServiceContract)
    return found


async def test_the_annexes_repeat_the_winners_offer_item_by_item() -> None:
    case = await factory.contracted()
    made, tender = await merged(case), await case.world.tender()
    asked = tender.content.lots[0].services
    read = await offers.of_commitment(tender, (await case.award()).commitment)
    assert asked is not None
    assert read.offer is not None
    assert [each.code for each in made.items] == [line.code for line in asked.lines]
    assert {each.code: each.price_fen for each in made.items} == {
        each.code: each.price_fen for each in read.offer.items
    }
    assert made.offer_fen == made.annual_fen == sum(each.price_fen or 0 for each in made.items)
    assert made.staff == tuple(content.Post(role=each.role, count=each.count) for each in read.offer.staff)
    assert made.catalogue == "beijing/1"
    assert (await case.contract()).form == form.SERVICE_CONTRACT.name


async def test_a_contract_whose_levels_differ_is_refused_with_every_item_named() -> None:
    case = await factory.awarded()
    promised = (await case.award()).terms
    first, second, *rest = sorted(promised.levels)
    levels = {first: promised.levels[first] + 1, **{code: promised.levels[code] for code in rest}}
    changed = msgspec.structs.replace(promised, levels=levels, price_fen=1)
    with pytest.raises(contract.CoreTermsDifferError) as refusal:
        await draft(case, changed)
    named = [each["term"] for each in refusal.value.context["differences"]]  # type: ignore[attr-defined]
    assert named == ["price_fen", f"levels.{first}", f"levels.{second}"]


async def test_a_promise_above_the_document_binds_in_its_level_and_one_below_never(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = priced.an_offer

    def uneven(price_fen: int, asked: ServiceTable, **change: Any) -> Offer:
        made = plain(price_fen, asked, **change)
        levels = {"E1-01": 5, "E3-01": 1}
        items = [msgspec.structs.replace(one, level=levels.get(one.code, one.level)) for one in made.items]
        return msgspec.structs.replace(made, items=tuple(items))

    monkeypatch.setattr(priced, "an_offer", uneven)
    items = {each.code: each for each in (await merged(await factory.contracted())).items}
    raised = catalogues.first().item("E1-01")
    assert raised is not None
    assert (items["E1-01"].level, items["E1-01"].standard) == (5, raised.standard(5))
    assert items["E3-01"].level == 3


async def opened_with(offer: Offer | bytes, *, manager: str = "") -> tuple[make.World, make.Bidder]:
    """Return an opened tender of three bids, one of which holds this as its offer."""
    world = await make.a_tender(at=Stage.BIDDING, bids=2)
    odd = await make.a_bidder()
    odd.offer, odd.manager = offer, manager
    await make.submit(world, odd)
    world.bidders.append(odd)
    for step in (make._close, make._freeze, make._open):
        await step(world, 3)
    return world, odd


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"\x00\xff not json", "malformed"), (b'{"staff": 12}', "malformed"), (b"[" * 9000, "malformed")],
)
async def test_a_malformed_offer_breaks_no_opening_and_is_a_finding(data: bytes, code: str) -> None:
    world, odd = await opened_with(data)
    tender = await world.tender()
    assert tender.stage is Stage.OPENED
    assert len(await openings.opened_bids(tender)) == 3
    assert odd.header is not None
    read = await offers.of_commitment(tender, odd.header.commitment)
    assert read.offer is None
    assert [each.code for each in read.findings] == [code]


async def test_items_that_do_not_add_up_are_a_finding_and_the_read_out_counts() -> None:
    world = await make.a_tender(at=Stage.BIDDING, bids=2)
    asked = (await world.tender()).content.lots[0].services
    assert asked is not None
    odd = await make.a_bidder()
    odd.offer = priced.an_offer(odd.price_fen + 1, asked, manager="")
    await make.submit(world, odd)
    for step in (make._close, make._freeze, make._open):
        await step(world, 3)
    tender = await world.tender()
    assert odd.header is not None
    read = await offers.of_commitment(tender, odd.header.commitment)
    assert [(each.code, each.asked, each.offered) for each in read.findings] == [
        ("sum", str(odd.price_fen), str(odd.price_fen + 1))
    ]


async def test_one_manager_in_two_live_bids_is_found_and_before_the_opening_nothing_is() -> None:
    first = await make.a_tender(at=Stage.BIDDING, bids=2)
    second = await make.a_tender(at=Stage.BIDDING, bids=2)
    bidder = await make.a_bidder()
    bidder.manager = "BJ-PM-7777"
    await make.submit(first, bidder)
    bidder.header = None
    await make.submit(second, bidder)
    day = local_day(make.DEADLINE)
    assert await managers.holdings(day) == []
    for step in (make._close, make._freeze, make._open):
        await step(first, 3)
    assert await managers.doubled(bidder.party.organisation, day) == []
    for step in (make._close, make._freeze, make._open):
        await step(second, 3)
    found = await managers.doubled(bidder.party.organisation, day)
    assert {(held.tender, where[0][:-4]) for held, where in found} == {
        (first.number, second.number),
        (second.number, first.number),
    }


async def test_a_developers_contract_carries_its_own_annex(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = documents.a_content
    monkeypatch.setattr(documents, "a_content", lambda **change: whole(contract_months=24, **change))
    case = await factory.awarded(prophase=True)
    extra = content.Prophase(presale_permit="示例预售证")
    await draft(case, (await case.award()).terms, extra)
    assert (await merged(case)).prophase == extra
    assert (await merged(case)).body == "developer"
