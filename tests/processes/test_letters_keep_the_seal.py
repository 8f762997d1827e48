"""Letters say no more than inbox messages: before the opening none says who bids (BL 22)."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bidding.domain.procedure import Stage
from market.kernel.actor import Actor
from market.parties.queries.contact import addresses
from market.parties.services.contact import mail_addresses
from market.processes.people_are_told import SUBSCRIBERS
from market.runtime import clock, database, log, outbox, postman
from market.runtime.mail import office
from market.runtime.web import i18n
from tests import factories_bidding as make
from tests import factories_parties as parties
from tests.runtime.mail import post


@pytest_asyncio.fixture(loop_scope="session")
async def server(database: None) -> AsyncIterator[post.Post]:
    del database
    i18n.load(["market.runtime", "market.processes"])
    office.ask(addresses.DIRECTORY)
    made = post.Post()
    async with post.serving(made) as settings:
        office.use(settings, origin="https://market.example")
        yield made


async def wants_letters(actor: Actor, server: post.Post) -> None:
    address = f"account{actor.person}@example.org"
    await mail_addresses.give(address=address, locale="en", by=actor, now=parties.NOW)
    await postman.deliver(clock.wall_now())
    link = server.text().partition("/mail/confirm/")[2][:43]
    await mail_addresses.confirm(link=link, by=Actor.public(), now=parties.NOW)
    server.letters.clear()
    server.recipients.clear()


async def delivered() -> None:
    """Deliver facts and letters, twice."""
    for _ in range(2):
        await log.sequence_all()
        await outbox.deliver(SUBSCRIBERS)
        await postman.deliver(clock.wall_now())


async def test_bidders_get_no_letter_before_the_opening_and_one_each_after_it(server: post.Post) -> None:
    world = await make.a_tender(at=Stage.BIDDING, bids=3)
    for bidder in world.bidders:
        await wants_letters(bidder.party.actor, server)
    await make.walk(world, Stage.CLOSED)
    await delivered()
    await make.walk(world, Stage.OPENING)
    await delivered()
    assert server.letters == []
    assert await database.fetch("SELECT id FROM runtime_mail WHERE message IS NOT NULL") == []
    await make.walk(world, Stage.OPENED)
    await delivered()
    assert sorted(server.recipients) == sorted(
        f"account{one.party.actor.person}@example.org" for one in world.bidders
    )
    assert all(len(letter["to"].addresses) == 1 for letter in server.letters), "nobody reads who else bid"
    told = "".join(server.text(number) for number in range(len(server.letters)))
    assert all(one.party.name not in told for one in world.bidders)
