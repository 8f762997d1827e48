"""One lot ends alone: the others keep awards and stage, and only this one is tendered again."""

import pytest

from bidding.domain.procedure import Stage
from bidding.domain.settlement import lot_end
from bidding.queries import awards
from bidding.queries import tenders as queries
from bidding.queries.remedy import candidates
from bidding.queries.settlement import lots as ended
from bidding.services import drafts
from bidding.services.settlement import lots
from bidding.tables.awards import AwardRow
from market.kernel.actor import Actor, OutOfScopeError
from market.runtime import verify
from tests import factories_awards as factory
from tests import factories_documents as documents
from tests import factories_parties as parties
from tests.bidding.services.test_cancellations import cancel, decline, exclude
from tests.bidding.services.test_evaluations import entries, events
from tests.bidding.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")


async def two_lots() -> factory.Case:
    """Return a tender of two lots: the first is awarded, of the second nothing was opened."""
    content = documents.a_content(lots=(documents.a_lot("1"), documents.a_lot("2")))
    return await factory.awarded(content=content)


async def end(case: factory.Case, lot: str, by: Actor | None = None) -> lot_end.Ended:
    return await lots.end(
        number=case.number, lot=lot, note="无人可以中标", by=by or case.world.tenderer, now=case.now
    )


async def award_the_second(case: factory.Case) -> None:
    """Let an award of the second lot stand, as a copy of the first one's."""
    row = await AwardRow.objects().get(AwardRow.number == f"{case.number}-A1")
    assert row is not None
    kept = {name: value for name, value in row.to_dict().items() if name != "id"}
    await AwardRow(**{**kept, "number": f"{case.number}-A2", "lot": "2"}).save()


async def test_a_lot_without_bids_ends_alone_and_only_it_is_tendered_again(browser: Browser) -> None:
    case = await two_lots()
    with pytest.raises(drafts.NotFailedError):
        await drafts.retender(number=case.number, by=case.world.tenderer, now=case.now)
    with pytest.raises(lot_end.LotAwardedError):
        await end(case, "1")
    with pytest.raises(lot_end.LotUnknownError):
        await end(case, "3")
    with pytest.raises(OutOfScopeError):
        await end(case, "2", by=(await parties.a_committee(await parties.a_community())).actor)
    browser.actor, html = case.world.tenderer, {"accept": "text/html"}
    page = (await browser.get(f"/tenders/{case.number}", headers=html)).text
    assert f"/tenders/{case.number}/lots/2/end" in page
    assert f"/tenders/{case.number}/lots/1/end" not in page
    made = await browser.post(f"/api/tenders/{case.number}/lots/2/end", json={"reason": "投标不足"})
    assert (made.status_code, made.json()["reason"]) == (200, "lt3-bids")
    browser.actor = Actor.public()
    told = (await browser.get(f"/api/tenders/{case.number}/lots/ended")).json()
    assert [each["lot"] for each in told] == ["2"]
    page = (await browser.get(f"/tenders/{case.number}", headers=html)).text
    assert "第 2 标段已终止" in page
    assert "投标不足" in page
    with pytest.raises(lot_end.LotEndedError):
        await end(case, "2")
    assert [each.lot for each in await awards.of_tender((await case.world.tender()).id)] == ["1"]
    assert (await case.world.tender()).stage is Stage.AWARDED
    again = await drafts.retender(number=case.number, by=case.world.tenderer, now=case.now)
    made_again = await queries.by_number(again)
    assert [lot.id for lot in made_again.content.lots] == ["2"]
    assert (made_again.round, made_again.content.estimate_fen) == (2, 0)


async def test_a_lot_that_lost_its_last_candidate_ends_and_the_tender_goes_on() -> None:
    case = await two_lots()
    await award_the_second(case)
    await decline(case)
    await cancel(case)
    tender = await case.world.tender()
    assert tender.stage is Stage.RANKED
    *some, last = (await candidates.left(tender.id))["1"]
    for commitment in some:
        await exclude(tender, commitment)
    with pytest.raises(lot_end.LotStillWinsError):
        await end(case, "1")
    await exclude(tender, last)
    assert (await end(case, "1")).reason == "no-winner"
    assert (await case.world.tender()).stage is Stage.AWARDED
    assert [(each.lot, each.reason) for each in await ended.ended(tender.id)] == [("1", "no-winner")]
    assert (await candidates.left(tender.id))["1"] == frozenset()
    (event,) = await events("bidding.LotEnded")
    assert event["bidders"] == sorted(each.party.organisation for each in case.world.bidders)
    assert await entries("bidding:lot:end") == 1
    assert not [each for each in (await verify.verify()).findings if "lot_end" in each.place]


async def test_without_another_award_the_whole_tender_fails_and_no_lot_alone() -> None:
    case = await two_lots()
    await decline(case)
    await cancel(case)
    with pytest.raises(lot_end.LotAloneError):
        await end(case, "2")
