"""A tender in two envelopes from the bids to the ranking; a bid under the threshold keeps its price."""

import copy
import json
from typing import Any

import pytest

from bidding.client import verifying
from bidding.domain.outcome import evaluation
from bidding.domain.procedure import Stage
from bidding.domain.sealed.encoding import load, shape, write
from bidding.domain.sealed.transcript import Transcript
from bidding.queries import evaluations as evaluation_queries
from bidding.queries import my_bids, openings, transcripts
from bidding.queries.service import offers
from market.kernel.errors import MarketError
from market.runtime import database, keys, log
from tests import factories_awards as awards
from tests import factories_bidding as make
from tests import factories_envelopes as two
from tests.bidding.scripts import find_with_script, load_script

pytestmark = pytest.mark.usefixtures("database")
MODULE = load_script()


def ours(value: Any) -> list[str]:
    """Return what our verifier finds in a bent transcript."""
    try:
        transcript = shape(load(json.dumps(value).encode()), Transcript)
    except MarketError as problem:
        return [problem.code]
    return [f"{one.code} at {one.where}" for one in verifying.verify_opening(transcript, make.trusted())]


def theirs(value: Any) -> list[str]:
    """Return what the independent script finds."""
    return find_with_script(MODULE, value, keys.current().public_hex)


async def whole(case: awards.Case) -> Any:
    """Return the transcript as JSON, after both verifiers found nothing in it."""
    await log.sequence_all()
    value = json.loads(write(await transcripts.of_tender(await case.world.tender())))
    assert ours(copy.deepcopy(value)) == theirs(copy.deepcopy(value)) == []
    return value


def moved(value: Any, path: str, new: Any = None) -> None:
    """Bend one field of a transcript: turn its last character, or set it."""
    holder = value
    *steps, last = (int(step) if step.isdigit() else step for step in path.split("."))
    for step in steps:
        holder = holder[step]
    old = holder[last]
    if new is None and isinstance(old, str):
        new = old[:-1] + ("0" if old[-1] != "0" else "1")
    holder[last] = old + 1 if new is None else new


async def test_a_tender_in_two_envelopes_reads_out_prices_of_those_who_passed_alone() -> None:  # noqa: PLR0915 - one walk
    case, sent = await two.evaluated()
    tender = await case.world.tender()
    found = await case.found()
    assert [each.price_fen for each in found.entrants] == [None, None, None]
    first = await whole(case)
    assert sum(bid["opening"] is not None for bid in first["bids"]) == 3
    await two.mark(case, (90, 80, 50))
    tender = await two.lock(case)
    assert tender.stage is Stage.PRICE_OPENING
    low = found.entrants[2].commitment
    await whole(case)
    await two.release_prices(case)
    await make.tick(case.world, case.now)
    tender = await case.world.tender()
    assert (tender.stage, tender.prices_opened_at) == (Stage.EVALUATION, case.now)
    bids = {one.commitment: one for one in await openings.opened_bids(tender)}
    shut = next(each for each in sent if each.pair.technical.commitment == low)
    assert bids[low].price_fen is None
    assert bids[low].price is None
    for each in sent:
        if each is not shut:
            read = bids[each.pair.technical.commitment]
            assert read.opening.readout.price_fen == each.bidder.price_fen == read.price_fen
            offer = (await offers.of_bid(read, tender)).offer
            assert offer is not None
            assert offer.total_fen == each.bidder.price_fen
    own = {
        one.commitment: one.state
        for one in await my_bids.envelopes(shut.bidder.party.actor.organisation or 0)
    }
    assert own == {low: "opened", shut.pair.price.commitment: "not-passed"}
    rejected = await evaluation_queries.rejections(await case.found())
    assert [(one.commitment, one.ground) for one in rejected] == [(low, evaluation.Ground.BELOW_THRESHOLD)]
    await awards.report(case, going_on="两家仍有竞争")
    result = (await case.found()).result
    assert result is not None
    assert {one.commitment for one in result.candidates} == {each.commitment for each in found.entrants[:2]}
    points = {bid.commitment: bid.technical for bid in result.scored}
    value = await whole(case)
    locked = {bid["commitment"]: bid["technical"] for bid in value["prices"]["marks"]["bids"]}
    assert points == {name: got for name, got in locked.items() if name != low}
    _bent(value)


BENT: dict[str, Any] = {
    "publications.0.version.two_envelopes.threshold_points": None,
    "prices.marks.threshold_points": None,
    "prices.marks.bids.0.technical": None,
    "prices.marks.bids.0.points.0.points": None,
    "prices.marks.bids.2.outcome": "passed",
    "prices.marks.bids.1.price": None,
    "prices.marks_proof.leaf.entry.subject": None,
    "prices.marks_proof.position": None,
    "prices.releases.0.message.marks": None,
    "prices.releases.0.message.freeze": None,
    "prices.releases.1.signature": None,
    "prices.opening_proof.leaf.entry.subject": None,
    "prices.releases": [],
    "prices.opening_proof": False,
}


def _bent(value: Any) -> None:
    """Every change of the second half is named by both verifiers."""
    for path, new in BENT.items():
        bent = copy.deepcopy(value)
        if new is False:
            bent["prices"]["opening_proof"] = None
        else:
            moved(bent, path, new)
        assert ours(copy.deepcopy(bent)), path
        assert theirs(bent), path
    dropped = {name: part for name, part in value.items() if name != "prices"}
    assert ours(copy.deepcopy(dropped))
    assert theirs(dropped)
    price = next(i for i, bid in enumerate(value["bids"]) if bid["header"]["kind"] == "price")
    alone = copy.deepcopy(value)
    del alone["bids"][price], alone["frozen"]["bids"][price]
    assert any("pair" in line for line in ours(copy.deepcopy(alone)))
    assert any("pair" in line for line in theirs(alone))


async def test_where_nobody_passes_the_tender_fails_and_no_price_is_opened() -> None:
    case, _ = await two.evaluated()
    await two.mark(case, (59, 59, 10))
    tender = await two.lock(case)
    assert (tender.stage, tender.failure) == (Stage.FAILED, "all-rejected")
    value = await whole(case)
    assert [one["code"] for one in value["findings"]] == ["technical-not-passed"] * 3
    rows = await database.fetch("SELECT count(*) AS n FROM bidding_opened_price")
    assert rows[0]["n"] == 0
