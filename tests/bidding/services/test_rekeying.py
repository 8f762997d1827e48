"""Other keyholders for an announced tender: a lost key, a change of keys, and what becomes of sealed bids."""

from datetime import datetime, timedelta

import msgspec
import pytest

from bidding.client import releasing, verifying
from bidding.domain import bid
from bidding.domain.amending import amendment, question, rekeying
from bidding.domain.procedure import Stage
from bidding.queries import my_bids, openings, rehearsals, tender_lists, tenders, transcripts
from bidding.services import keyholders
from bidding.services import openings as opening_acts
from bidding.services import tenders as tender_acts
from bidding.services.amending import rekeying as acts
from market.kernel.actor import Actor
from market.kernel.errors import FindingsError, NotPermittedError
from market.kernel.period import local_day
from market.parties import public as registers
from market.processes import a_lost_key_is_told
from market.runtime import database, log, workdays
from tests import factories_bidding as make
from tests import factories_parties as parties
from tests.bidding.scripts import find_with_script, load_script
from tests.bidding.services.test_amendments import stand

pytestmark = pytest.mark.usefixtures("database")
DAY = timedelta(days=1)
EARLY = make.ISSUE + DAY


async def a_world(*, bids: int = 3) -> make.World:
    await workdays.seed(by=Actor.platform(), now=parties.NOW)
    return await make.a_tender(at=Stage.BIDDING, bids=bids)


async def report(world: make.World, *places: int, now: datetime = EARLY) -> None:
    for place in places:
        person, pair = world.holders[place]
        await registers.revoke_keyholder(
            key_id=pair.registered.id, reason=registers.KeyLoss.LOST, by=person, now=now
        )


async def follow(world: make.World, *places: int, now: datetime = EARLY) -> None:
    """Give the keyholders at these places new keys, name all, and let each open the test envelope."""
    for place in places:
        person, _ = world.holders[place]
        world.holders[place] = person, await parties.keyholder_keys(person, now=now)
    ids = [pair.registered.id for _, pair in world.holders]
    await acts.name(number=world.number, key_ids=ids, by=world.tenderer, now=now)
    await rehearse(world, range(len(world.holders)), now=now)


async def rehearse(world: make.World, places: range, *, now: datetime = EARLY) -> None:
    request = releasing.make_rehearsal((await rehearsals.of_tender(world.number)).version)
    await keyholders.begin_rehearsal(request=request, by=world.tenderer, now=now)
    trial = await rehearsals.of_tender(world.number)
    for place in places:
        answer = releasing.answer_rehearsal(trial, world.private_of(place))
        await keyholders.answer_rehearsal(request=answer, by=world.holders[place][0], now=now)


async def change(world: make.World, *, now: datetime = EARLY) -> None:
    await acts.change(number=world.number, reason="密钥丢失", by=world.tenderer, now=now)


async def to_opening(world: make.World) -> None:
    await make._close(world, 0)
    await make._freeze(world, 0)
    await log.sequence_all()


async def test_one_lost_key_leaves_enough_and_its_holder_releases_nothing_any_more() -> None:
    world = await a_world()
    assert (await world.tender()).spare_keys == 1
    await report(world, 2)
    tender = await world.tender()
    assert (tender.spare_keys, tender.keyholders[2].revoked_for) == (0, "lost")
    await to_opening(world)
    with pytest.raises(rekeying.KeyRevokedError):
        await make.release(world, [2])
    await make._open(world, 0)
    assert (await world.tender()).stage is Stage.OPENED


async def test_with_too_many_lost_others_follow_and_who_sealed_anew_is_opened() -> None:
    world = await a_world(bids=4)
    silent, *others = world.bidders
    before = await world.tender()
    await report(world, 1, 2)
    assert [one.number for one in await tender_lists.short_of_keys(before.organisation)] == [world.number]
    await follow(world, 1, 2)
    await change(world)
    tender = await world.tender()
    assert (tender.version, tender.spare_keys, tender.threshold) == (2, 1, 2)
    assert tender.content.terms_digest() == before.content.terms_digest()
    assert await tenders.keyholders(tender.id, succeeding=True) == ()
    (mine,) = await my_bids.envelopes(silent.party.organisation)
    assert mine.state == "unopenable"
    with pytest.raises(bid.ResealNeededError):
        await stand(silent, tenders.version_of(tender))
    for bidder in others:
        await make.submit(world, bidder, now=EARLY + DAY)
    await to_opening(world)
    frozen = (await openings.freeze_of(tender)).frozen
    assert silent.header is not None
    assert [one.commitment for one in frozen.not_opened if one.why == "version"] == [silent.header.commitment]


async def test_both_verifiers_hold_with_two_lists_of_keys_and_refuse_a_former_keyholder() -> None:
    world = await a_world()
    await report(world, 1, 2)
    await follow(world, 1, 2)
    await change(world)
    for bidder in world.bidders:
        await make.submit(world, bidder, now=EARLY + DAY)
    await to_opening(world)
    await make._open(world, 0)
    await log.sequence_all()
    assert len(await openings.opened_bids(await world.tender())) == 3
    transcript = await transcripts.of_tender(await world.tender())
    first, second = (one.version for one in transcript.publications)
    assert (first.keyholders[0], first.k) == (second.keyholders[0], second.k)
    assert not set(first.key_ids[1:]) & set(second.key_ids)
    assert verifying.verify_opening(transcript, make.trusted()) == []
    (public,) = make.trusted().values()
    whole = msgspec.json.decode(msgspec.json.encode(transcript))
    assert find_with_script(load_script(), whole, public) == []
    whole["releases"][0]["message"]["key_id"] = first.key_ids[1]
    assert find_with_script(load_script(), whole, public) != []


async def test_a_late_change_of_keys_moves_the_deadline_and_an_early_one_does_not() -> None:
    for days, moves in ((15, False), (14, True)):
        world = await a_world(bids=0)
        now = make.DEADLINE - days * DAY
        await report(world, 2, now=now)
        await follow(world, 2, now=now)
        await change(world, now=now)
        deadline = (await world.tender()).content.deadline
        assert deadline is not None
        assert (deadline > make.DEADLINE) is moves
        assert (local_day(deadline) - local_day(now)).days >= 15


async def test_nobody_is_changed_while_every_key_is_in_force_and_nobody_is_pushed_out() -> None:
    world = await a_world(bids=0)
    ids = [pair.registered.id for _, pair in world.holders]
    with pytest.raises(rekeying.NoKeyLostError):
        await acts.name(number=world.number, key_ids=ids, by=world.tenderer, now=EARLY)
    await report(world, 1)
    new = (await parties.keyholder_keys(world.officer)).registered.id
    other = (await parties.keyholder_keys(await parties.a_witness())).registered.id
    for wrong, refusal in (
        ([ids[0], new, other], rekeying.KeyholderStaysError),
        ([ids[0], ids[2]], keyholders.KeyholderChoiceError),
        (ids, keyholders.KeyholderChoiceError),
    ):
        with pytest.raises(refusal):
            await acts.name(number=world.number, key_ids=wrong, by=world.tenderer, now=EARLY)
    with pytest.raises(NotPermittedError):
        await acts.name(number=world.number, key_ids=[ids[0], new, ids[2]], by=world.officer, now=EARLY)


async def test_nothing_is_announced_before_each_of_them_was_tried() -> None:
    world = await a_world(bids=0)
    await report(world, 1)
    with pytest.raises(rekeying.SuccessorsMissingError):
        await change(world)
    with pytest.raises(keyholders.KeyholdersFixedError):
        await rehearse(world, range(0))
    person, _ = world.holders[1]
    world.holders[1] = person, await parties.keyholder_keys(person)
    ids = [pair.registered.id for _, pair in world.holders]
    await acts.name(number=world.number, key_ids=ids, by=world.tenderer, now=EARLY)
    await rehearse(world, range(2))
    with pytest.raises(rekeying.SuccessorNotReadyError) as refusal:
        await change(world)
    assert refusal.value.context["institution"] == world.holders[2][1].registered.institution
    kept = [line.follows for line in await tender_lists.kept_by(world.holders[2][0].organisation or 0)]
    assert sorted(kept) == [False, True]
    await rehearse(world, range(3))
    await report(world, 1)
    with pytest.raises(rekeying.SuccessorNotReadyError):
        await change(world)
    assert (await world.tender()).version == 1


async def test_after_the_deadline_nobody_follows_and_the_opening_fails_by_the_clock() -> None:
    world = await a_world()
    await report(world, 1, 2)
    await follow(world, 1, 2)
    with pytest.raises(amendment.DeadlinePassedError):
        await change(world, now=make.DEADLINE)
    await to_opening(world)
    with pytest.raises(question.NotIssuedError):
        await change(world, now=make.DEADLINE + DAY)
    for hours in (3, 25):
        await opening_acts.open_all(
            number=world.number,
            by=Actor.platform(),
            now=make.DEADLINE + timedelta(hours=hours),
            standing_of=make.good_standing,
        )
    tender = await world.tender()
    assert (tender.stage, tender.failure) == (Stage.FAILED, "not-opened")
    told = await database.fetch("SELECT organisation FROM runtime_inbox WHERE key LIKE '%release-overdue'")
    assert {row["organisation"] for row in told} == {world.tenderer.organisation}


async def test_a_draft_with_a_lost_key_is_not_announced() -> None:
    world = await make.a_tender(at=Stage.ACCEPTED, bids=0)
    await make.rehearse(world)
    await report(world, 2)
    with pytest.raises(FindingsError) as refusal:
        await tender_acts.publish(number=world.number, by=world.tenderer, now=make.NOW)
    assert "revoked" in {one.context.get("problem") for one in refusal.value.findings}


async def test_tenderer_and_keyholders_are_told_of_a_lost_key_once() -> None:
    world = await a_world(bids=0)
    key = world.holders[2][1].registered
    await report(world, 2)
    event = registers.KeyholderKeyRevoked(
        key_id=key.id,
        organisation=key.organisation,
        institution=key.institution,
        reason=registers.KeyLoss.LOST,
    )
    for _ in range(2):
        await a_lost_key_is_told.receive(event, EARLY)
    rows = await database.fetch("SELECT organisation FROM runtime_inbox WHERE key = 'process.told.key-lost'")
    told = [row["organisation"] for row in rows]
    assert len(told) == len(set(told)) == 3
    assert set(told) == {person.organisation for person, _ in world.holders}
