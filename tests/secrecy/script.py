"""The script every world plays: the same acts, people and instants; only the bids differ."""

from datetime import timedelta

import msgspec

from bidding.client import sealing
from bidding.domain.procedure import Stage as TenderStage
from bidding.domain.sealed import wire
from market import app
from market.kernel.actor import Actor, Role
from market.runtime import database as db
from market.runtime import log, outbox, workdays
from tests import factories_bidding as make
from tests import factories_parties as parties
from tests.secrecy.staging import Stage, Visitor

ROLES = tuple(role for role in Role if role not in {Role.PLATFORM, Role.PUBLIC})
FAR = 90_000
"""Where the last enterprise's number jumps to: a number longer than its rivals' must not show."""


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """What differs between worlds: which enterprises bid, by their place in the cast."""

    name: str
    bidders: tuple[int, ...]


class Cast(msgspec.Struct, kw_only=True):
    """Who is there, the same in every world.

    Attributes:
        tender: The tender that is bid for; ``others`` stand beside it in other stages.
        people: Viewers by what they are; none of them bids in any world.
        enterprises: Who may bid; everybody has keys and signs in in every world.
        visits: Their sessions.
    """

    tender: make.World
    others: list[make.World]
    people: dict[str, Actor]
    enterprises: list[make.Bidder]
    views: dict[str, Visitor]
    visits: list[Visitor]
    latecomer: make.Bidder | None = None


async def gather(stage: Stage) -> Cast:
    """Bring everybody in, and three tenders to their places."""
    stage.at = parties.NOW
    await parties.a_world()
    await workdays.seed(by=Actor.platform(), now=stage.at)
    enterprises = [await make.a_bidder() for _ in range(8)]
    await db.fetch("SELECT setval('parties_organisation_id_seq', $1)", FAR)
    enterprises.append(await make.a_bidder())
    tender = await make.a_tender(at=TenderStage.BIDDING, bids=0)
    others = [
        await make.a_tender(at=TenderStage.BIDDING, bids=0),
        await make.a_tender(at=TenderStage.ACCEPTED),
        await make.a_tender(at=TenderStage.PUBLISHED, prophase=True),
    ]
    people = {role.value: await parties.an_actor(role) for role in ROLES}
    people |= {"tenderer": tender.tenderer, "keyholder": tender.holders[2][0]}
    stage.at = make.ISSUE + timedelta(days=1)
    views = {"public": await stage.visitor()}
    views |= {name: await stage.signed_in(actor) for name, actor in people.items()}
    visits = [await stage.signed_in(one.party.actor) for one in enterprises]
    await settle()
    return Cast(
        tender=tender, others=others, people=people, enterprises=enterprises, views=views, visits=visits
    )


async def settle() -> None:
    """Let the log and the outbox run dry, as the schedule does every second."""
    await log.sequence_all()
    await outbox.deliver(app.gather("SUBSCRIBERS"))


async def bid(cast: Cast, place: int) -> wire.SubmitEnvelope:
    """Let one enterprise seal here and send its bid over HTTP."""
    bidder, visit = cast.enterprises[place], cast.visits[place]
    supersedes = bidder.header.commitment if bidder.header is not None else None
    header = make.seal(bidder, await cast.tender.tender(), supersedes=supersedes)
    begun = await visit.ask("POST", "/api/uploads")
    upload = begun.json()["upload"]
    sent = await visit.ask("PUT", f"/api/uploads/{upload}?offset=0", content=bidder.ciphertext)
    assert sent.status_code == 200, sent.text
    act, signature = sealing.sign_bid(header, bidder.pair.signing)
    finish = wire.SubmitEnvelope(
        upload=upload, header=header, act=act, signature=signature, key_id=bidder.pair.registered.id
    )
    answer = await visit.ask("POST", "/api/envelopes", json=msgspec.to_builtins(finish))
    assert answer.status_code == 200, answer.text
    bidder.token = answer.json()["token"]
    return finish


async def pay(cast: Cast, place: int) -> None:
    """Let the custodian confirm one enterprise's bid security over HTTP."""
    party = cast.enterprises[place].party
    body = {
        "tender": cast.tender.number,
        "bidder": party.code,
        "instrument": "transfer",
        "amount_fen": 2_000_000,
        "holder": party.code,
        "basic_account": True,
        "reference": "HK-2027-1",
        "paid_on": make.ISSUE.date().isoformat(),
    }
    answer = await cast.views[Role.OPERATOR.value].ask("POST", "/api/custody/payments", json=body)
    assert answer.status_code == 200, answer.text


async def withdraw(cast: Cast, place: int) -> None:
    """Let one enterprise withdraw its bid over HTTP."""
    bidder = cast.enterprises[place]
    assert bidder.header is not None
    act, signature = sealing.sign_withdrawal(bidder.header, bidder.pair.signing)
    body = wire.WithdrawEnvelope(act=act, signature=signature, key_id=bidder.pair.registered.id)
    answer = await cast.visits[place].ask(
        "POST", "/api/envelopes/withdrawals", json=msgspec.to_builtins(body)
    )
    assert answer.status_code == 200, answer.text


async def bids(stage: Stage, recipe: Recipe, cast: Cast) -> None:
    """Play the bids of a world: the last bidder thinks again and replaces its bid."""
    for place in recipe.bidders:
        stage.at += timedelta(minutes=1)
        await pay(cast, place)
        await bid(cast, place)
    stage.at = make.ISSUE + timedelta(days=2)
    if recipe.bidders:
        await bid(cast, recipe.bidders[-1])
    await settle()


async def go_on(stage: Stage, cast: Cast) -> None:
    """Let the market go on after the bids: what is made now would carry numbers that count them."""
    stage.at = make.ISSUE + timedelta(days=3)
    cast.others.append(await make.a_tender(at=TenderStage.PUBLISHED))
    cast.latecomer = await make.a_bidder()
    cast.people["latecomer"] = cast.latecomer.party.actor
    cast.views["latecomer"] = await stage.signed_in(cast.latecomer.party.actor)
    await settle()


async def too_late(cast: Cast) -> dict[str, object]:
    """Return the finish of a sound bid that is about to be sent after the deadline."""
    assert cast.latecomer is not None
    make.seal(cast.latecomer, await cast.tender.tender())
    made: dict[str, object] = msgspec.to_builtins(await make.submission(cast.latecomer))
    return made
