"""Tenders for tests, walked there by the real acts with real sealing on the bidders' side.

Needs the fixture ``database``. ``a_tender(at=Stage.OPENED, bids=3)`` drafts, files, names keyholders,
rehearses, publishes, seals, closes, freezes, releases and opens; nothing is written into tables by hand.
"""

import io
import itertools
import tempfile
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from bidding import jobs
from bidding.client import releasing, sealing
from bidding.client.keys import PrivateKeys
from bidding.domain import procedure
from bidding.domain.outcome.decision import Pattern
from bidding.domain.procedure import Stage
from bidding.domain.sealed import package, wire
from bidding.domain.sealed.encoding import write
from bidding.domain.sealed.envelope import Header
from bidding.domain.service.offer import Offer
from bidding.domain.standing import Standing
from bidding.domain.tender import Content, Tender
from bidding.queries import openings as opening_queries
from bidding.queries import tenders as queries
from bidding.services import (
    bids,
    closings,
    drafts,
    filings,
    keyholders,
    openings,
    releases,
    tenders,
    uploads,
)
from bidding.services.entry import invitations
from market.kernel.actor import Actor, Role
from market.runtime import files, keys, log
from tests import factories_documents as documents
from tests import factories_offers as priced
from tests import factories_parties as parties
from tests import factories_votes as votes

NOW = parties.NOW
ISSUE = documents.ISSUE
DEADLINE = documents.DEADLINE

_numbers = itertools.count(1)

PATH = (
    Stage.DRAFT,
    Stage.FILED,
    Stage.ACCEPTED,
    Stage.PUBLISHED,
    Stage.BIDDING,
    Stage.CLOSED,
    Stage.OPENING,
    Stage.OPENED,
)


class Bidder(msgspec.Struct, kw_only=True):
    """An enterprise with its keys and what it has sealed.

    ``offer`` is what to seal as ``offer.json``; without one, equal parts of the price for every item.
    """

    party: parties.Party
    pair: parties.SigningPair
    price_fen: int
    manager: str = ""
    offer: Offer | bytes | None = None
    header: Header | None = None
    ciphertext: bytes = b""
    token: str = ""

    @property
    def private(self) -> PrivateKeys:
        """Its keys as the client holds them; the opening key of a bidder is its recovery key."""
        return PrivateKeys(
            opening=self.pair.recovery.private_bytes_raw().hex(),
            signing=self.pair.signing.private_bytes_raw().hex(),
        )


class World(msgspec.Struct, kw_only=True):
    """A tender with everybody who acts on it."""

    number: str
    tenderer: Actor
    officer: Actor
    holders: list[tuple[Actor, parties.KeyholderPair]]
    bidders: list[Bidder]

    async def tender(self) -> Tender:
        """Return it as it stands."""
        return await queries.by_number(self.number)

    def private_of(self, place: int) -> PrivateKeys:
        """Return a keyholder's keys."""
        pair = self.holders[place][1]
        return PrivateKeys(
            opening=pair.opening.private_bytes_raw().hex(), signing=pair.signing.private_bytes_raw().hex()
        )


async def good_standing(organisation: int, at: datetime) -> Standing:
    """Answer that nothing speaks against anybody."""
    del organisation, at
    return Standing()


def use_files() -> None:
    """Give this process a file store of its own."""
    folder = Path(tempfile.mkdtemp(prefix="market-test-files-")) / "files"
    files.use(folder)


async def a_draft(
    *,
    prophase: bool = False,
    content: Content | None = None,
    pattern: Pattern = Pattern.VOTE_LAST,
    invited: Sequence[str] | None = None,
    chosen: procedure.Procedure | None = None,
) -> World:
    """Return a drafted tender with three keyholders who have keys; the owners decided on it if they must.

    Args:
        invited: Codes of enterprises: the tender is by invitation, and they are named if there are any.
        chosen: Another procedure of the same profile.
    """
    await parties.a_world()
    use_files()
    if prophase:
        party = await parties.a_developer()
        area = await parties.a_community(developer=party.organisation)
        officer = await parties.an_officer(Role.DISTRICT)
        usual = procedure.PROPHASE_OPEN if invited is None else procedure.PROPHASE_INVITED
    else:
        area = await parties.a_community()
        party = await parties.a_committee(area)
        officer = await parties.an_officer(Role.STREET)
        usual = procedure.OWNER_OPEN if invited is None else procedure.OWNER_INVITED
        await votes.a_unit_list(area, by=party.actor)
    chosen = chosen or usual
    decision, invite = (None, False) if prophase else (documents.TO_BE_DECIDED, chosen.by_invitation)
    document = content or documents.a_content(decision=decision, owners_invite=invite)
    if document.decision == documents.TO_BE_DECIDED:
        decided = await votes.a_tender_decision(area, by=party.actor, pattern=pattern)
        document = msgspec.structs.replace(document, decision=decided.number)
    number = await drafts.draft(
        procedure=chosen.key,
        community=area,
        content=document,
        by=party.actor,
        now=NOW,
    )
    if invited:
        await invitations.name(number=number, codes=invited, by=party.actor, now=NOW)
    people = [party.actor, officer, await parties.a_witness()]
    holders = [(person, await _keys_of(person)) for person in people]
    return World(number=number, tenderer=party.actor, officer=officer, holders=holders, bidders=[])


async def _keys_of(person: Actor) -> parties.KeyholderPair:
    return await parties.keyholder_keys(person)


async def rehearse(world: World, *, now: datetime = NOW) -> None:
    """Name the keyholders, make the test envelope, and let each of them open it."""
    await keyholders.name(
        number=world.number,
        key_ids=[pair.registered.id for _, pair in world.holders],
        threshold=2,
        by=world.tenderer,
        now=now,
    )
    tender = await world.tender()
    request = releasing.make_rehearsal(queries.version_of(tender))
    await keyholders.begin_rehearsal(request=request, by=world.tenderer, now=now)
    rehearsal = wire.Rehearsal(version=queries.version_of(tender), header=request.header, answered=())
    for place, (person, _) in enumerate(world.holders):
        answer = releasing.answer_rehearsal(rehearsal, world.private_of(place))
        await keyholders.answer_rehearsal(request=answer, by=person, now=now)


async def a_bidder() -> Bidder:
    """Return an enterprise with registered keys that has bid for nothing yet."""
    party = await parties.an_enterprise()
    pair = await parties.signing_keys(party.actor)
    return Bidder(party=party, pair=pair, price_fen=100_000_000 + next(_numbers) * 12_345)


def seal(bidder: Bidder, tender: Tender, *, supersedes: str | None = None, lot: str = "1") -> Header:
    """Seal an offer the way the client does; the ciphertext stays with the bidder."""
    out = io.BytesIO()
    terms: dict[str, str | int | bool | None] = {"term_months": 36}
    if bidder.manager:
        terms["project_manager"] = bidder.manager
    offer = sealing.Offer(
        lot=lot,
        kind="single",
        form="bid/1",
        bidder=package.Bidder(uscc=bidder.party.code, name=bidder.party.name),
        price_fen=bidder.price_fen,
        terms=terms,
        files=[_offer_of(bidder, tender, lot)],
        supersedes=supersedes,
    )
    bidder.header = sealing.seal(
        offer,
        version=queries.version_of(tender),
        recovery_key=bidder.pair.registered.recovery_key_hex,
        out=out,
    )
    bidder.ciphertext = out.getvalue()
    return bidder.header


def _offer_of(bidder: Bidder, tender: Tender, lot: str) -> sealing.File:
    asked = next(each.services for each in tender.content.lots if each.id == lot) or priced.a_table()
    made = bidder.offer or priced.an_offer(bidder.price_fen, asked, lot=lot, manager=bidder.manager)
    data = made if isinstance(made, bytes) else write(made)
    return sealing.bytes_of(data, name=package.OFFER, media_type="application/json")


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def upload(bidder: Bidder, data: bytes | None = None, *, now: datetime = ISSUE) -> str:
    """Upload sealed bytes in parts and return the upload's id."""
    name = await uploads.begin(by=bidder.party.actor, now=now)
    whole = bidder.ciphertext if data is None else data
    for start in range(0, len(whole), wire.PART):
        part = whole[start : start + wire.PART]
        await uploads.add(upload=name, offset=start, data=_once(part), by=bidder.party.actor, now=now)
    return name


async def submission(bidder: Bidder) -> wire.SubmitEnvelope:
    """Return the ``finish`` of what the bidder has sealed, with its bytes uploaded."""
    assert bidder.header is not None
    act, signature = sealing.sign_bid(bidder.header, bidder.pair.signing)
    return wire.SubmitEnvelope(
        upload=await upload(bidder),
        header=bidder.header,
        act=act,
        signature=signature,
        key_id=bidder.pair.registered.id,
    )


async def submit(world: World, bidder: Bidder, *, now: datetime = ISSUE) -> wire.BidAnswer:
    """Seal and submit."""
    supersedes = bidder.header.commitment if bidder.header is not None else None
    seal(bidder, await world.tender(), supersedes=supersedes)
    answer = await bids.submit(
        request=await submission(bidder), by=bidder.party.actor, now=now, standing_of=good_standing
    )
    bidder.token = answer.token
    return answer


async def release(world: World, places: Sequence[int] = (0, 1)) -> None:
    """Let keyholders sign the list and release their shares."""
    trusted = {keys.current().key_id: keys.current().public_hex}
    for place in places:
        await log.sequence_all()
        tender = await world.tender()
        request = releasing.release(
            await opening_queries.list_answer(tender),
            await opening_queries.headers(tender),
            world.private_of(place),
            keys=trusted,
        )
        await releases.release(
            request=request, by=world.holders[place][0], now=DEADLINE + timedelta(minutes=place + 1)
        )


async def tick(world: World, now: datetime) -> None:
    """Do what is due for this tender at an instant, as the scheduler would."""
    tender = await world.tender()
    await jobs.due_tenders(good_standing).act(id=tender.id, now=now)


async def a_tender(
    *,
    at: Stage,
    bids: int = 3,
    prophase: bool = False,
    content: Content | None = None,
    pattern: Pattern = Pattern.VOTE_LAST,
    invited: Sequence[str] | None = None,
) -> World:
    """Return a tender in a stage of the straight path, walked there by the real acts."""
    world = await a_draft(prophase=prophase, content=content, pattern=pattern, invited=invited)
    await walk(world, at, bids=bids)
    return world


async def walk(world: World, to: Stage, *, bids: int = 0) -> None:
    """Walk a tender on along the straight path."""
    here = PATH.index((await world.tender()).stage)
    for stage in PATH[here + 1 : PATH.index(to) + 1]:
        await _STEPS[stage](world, bids)
    await log.sequence_all()
    assert (await world.tender()).stage is to


async def _file(world: World, bids: int) -> None:
    del bids
    await filings.file(number=world.number, by=world.tenderer, now=NOW)


async def _accept(world: World, bids: int) -> None:
    del bids
    await filings.accept(number=world.number, by=world.officer, now=NOW)


async def _publish(world: World, bids: int) -> None:
    del bids
    await rehearse(world)
    tender = await world.tender()
    wait = queries.rules_of(tender).value("T05")
    late = timedelta(days=wait)
    await tenders.publish(
        number=world.number,
        by=world.tenderer,
        now=NOW + late,
        issue_at=ISSUE + late,
        deadline=DEADLINE + late if wait else None,
    )


async def _bid(world: World, bids: int) -> None:
    tender = await world.tender()
    await tick(world, tender.content.issue_at or ISSUE)
    for _ in range(bids):
        bidder = await a_bidder()
        world.bidders.append(bidder)
        await submit(world, bidder, now=(tender.content.issue_at or ISSUE) + timedelta(days=1))


async def _close(world: World, bids: int) -> None:
    del bids
    deadline = (await world.tender()).content.deadline or DEADLINE
    await closings.close(number=world.number, by=Actor.platform(), now=deadline)


async def _freeze(world: World, bids: int) -> None:
    del bids
    deadline = (await world.tender()).content.deadline or DEADLINE
    await closings.freeze(number=world.number, by=Actor.platform(), now=deadline + timedelta(seconds=10))


async def _open(world: World, bids: int) -> None:
    del bids
    await release(world)
    tender = await world.tender()
    await openings.open_all(
        number=world.number,
        by=Actor.platform(),
        now=tender.ready_at or DEADLINE,
        standing_of=good_standing,
    )


_STEPS = {
    Stage.FILED: _file,
    Stage.ACCEPTED: _accept,
    Stage.PUBLISHED: _publish,
    Stage.BIDDING: _bid,
    Stage.CLOSED: _close,
    Stage.OPENING: _freeze,
    Stage.OPENED: _open,
}


def trusted() -> dict[str, str]:
    """Return the platform's key as a verifier gets it from outside."""
    return {keys.current().key_id: keys.current().public_hex}
