"""Mail addresses: confirmed by the mailed link, sealed at rest, ended by a link without signing in."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from market.kernel.actor import Actor, RoleNotPermittedError
from market.parties.domain.contact import mail_address
from market.parties.queries.contact import addresses, sealed
from market.parties.services.contact import mail_addresses
from market.runtime import clock, inbox, keys, postman
from market.runtime.database import execute, fetch
from market.runtime.mail import office
from market.runtime.web import i18n
from tests import factories_parties as make
from tests.runtime.mail import post

LINK = re.compile(r"https://market\.example/mail/(confirm|stop)/([\w-]{43})")


@pytest_asyncio.fixture(loop_scope="session")
async def server(database: None) -> AsyncIterator[post.Post]:
    del database
    await make.a_world()
    i18n.load(["market.runtime", "market.parties", "market.processes"])
    office.ask(addresses.DIRECTORY)
    made = post.Post()
    async with post.serving(made) as settings:
        office.use(settings, origin="https://market.example")
        yield made


async def give(actor: Actor, address: str = "reader@Example.ORG", locale: str = i18n.ENGLISH) -> None:
    await mail_addresses.give(address=address, locale=locale, by=actor, now=make.NOW)


def links(server: post.Post) -> dict[str, str]:
    """Return the secrets of the newest letter's links by kind."""
    return dict(LINK.findall(server.text()))


async def confirmed(actor: Actor, server: post.Post, locale: str = i18n.ENGLISH) -> dict[str, str]:
    await give(actor, locale=locale)
    await postman.deliver(clock.wall_now())
    found = links(server)
    await mail_addresses.confirm(link=found["confirm"], by=Actor.public(), now=make.NOW)
    return found


async def tell(party: make.Party, origin: str = "o:1") -> None:
    await inbox.tell(
        organisation=party.organisation,
        key="process.told.bids-opened",
        params={"tender": "T-1"},
        url="/tenders/T-1/opening",
        origin=origin,
        now=make.NOW,
    )


async def rows() -> list[dict[str, Any]]:
    return await fetch("SELECT * FROM parties_mail_address ORDER BY id")


async def test_letters_come_only_after_the_mailed_link_was_followed(server: post.Post) -> None:
    party = await make.an_enterprise()
    await give(party.actor)
    await tell(party)
    assert await postman.deliver(clock.wall_now()) == 1, "the letter that confirms, and no other"
    assert server.recipients == ["reader@example.org"]
    await mail_addresses.confirm(link=links(server)["confirm"], by=Actor.public(), now=make.NOW)
    await tell(party, "o:2")
    assert await postman.deliver(clock.wall_now()) == 1
    assert "https://market.example/tenders/T-1/opening" in server.text()


@pytest.mark.parametrize("locale", i18n.LOCALES)
async def test_a_letter_is_written_in_the_language_its_reader_chose(server: post.Post, locale: str) -> None:
    party = await make.an_enterprise()
    await confirmed(party.actor, server, locale)
    await tell(party)
    await postman.deliver(clock.wall_now())
    said = i18n.text("process.told.bids-opened", {"tender": "T-1"}, locale=locale)
    assert said in server.text()
    assert said in server.letters[-1]["subject"]
    assert server.letters[-1]["content-language"] == i18n.TAGS[locale]


async def test_a_link_confirms_for_two_days_and_once(server: post.Post) -> None:
    party = await make.an_enterprise()
    await give(party.actor)
    await postman.deliver(clock.wall_now())
    link, last = links(server)["confirm"], make.NOW + timedelta(days=2)
    with pytest.raises(mail_address.MailLinkUnknownError):
        await mail_addresses.confirm(link=link, by=Actor.public(), now=last + timedelta(seconds=1))
    await mail_addresses.confirm(link=link, by=Actor.public(), now=last)
    with pytest.raises(mail_address.MailLinkUnknownError):
        await mail_addresses.confirm(link=link, by=Actor.public(), now=last)


@pytest.mark.parametrize("link", ["", "a" * 43, "Ab-_" * 11, "../../etc"])
@pytest.mark.usefixtures("server")
async def test_a_link_nobody_was_sent_does_nothing(link: str) -> None:
    for act in (mail_addresses.confirm, mail_addresses.stop):
        with pytest.raises(mail_address.MailLinkUnknownError):
            await act(link=link, by=Actor.public(), now=make.NOW)


async def test_the_link_that_stops_needs_no_session_and_deletes_the_address(server: post.Post) -> None:
    party = await make.an_enterprise()
    found = await confirmed(party.actor, server)
    await tell(party)
    await mail_addresses.stop(link=found["stop"], by=Actor.public(), now=make.NOW)
    assert await postman.deliver(clock.wall_now()) == 0, "the letter that waited is dropped"
    assert [row["sealed"] for row in await rows()] == [b""]
    assert await addresses.own(party.actor.person or 0) is None


async def test_the_link_that_confirms_does_not_stop_and_the_other_way_round(server: post.Post) -> None:
    party = await make.an_enterprise()
    await give(party.actor)
    await postman.deliver(clock.wall_now())
    found = links(server)
    for act, link in ((mail_addresses.stop, found["confirm"]), (mail_addresses.confirm, found["stop"])):
        with pytest.raises(mail_address.MailLinkUnknownError):
            await act(link=link, by=Actor.public(), now=make.NOW)


async def test_another_address_ends_the_first_and_its_letter_goes_nowhere(server: post.Post) -> None:
    party = await make.an_enterprise()
    await give(party.actor, "first@example.org")
    await give(party.actor, "second@example.org")
    assert await postman.deliver(clock.wall_now()) == 1
    assert server.recipients == ["second@example.org"]
    assert [row["ended_at"] is None for row in await rows()] == [False, True]


async def test_five_addresses_a_day_and_no_sixth(server: post.Post) -> None:
    del server
    party = await make.an_enterprise()
    for number in range(5):
        await give(party.actor, f"reader{number}@example.org")
    with pytest.raises(mail_address.MailAddressesUsedUpError):
        await give(party.actor)
    await mail_addresses.give(
        address="a@example.org", locale="en", by=party.actor, now=make.NOW + timedelta(days=1)
    )


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "a",
        "a@b",
        "a@b.c1",
        "a b@example.org",
        "a@example.org\r\nBcc: b@example.org",
        "a@-x.org",
        "张@x.org",
    ],
)
def test_what_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(mail_address.MailAddressFormError):
        mail_address.normal(wrong)


def test_an_address_is_as_long_as_can_be_mailed_to_and_no_longer() -> None:
    domain = ".".join(["d" * 63] * 2 + ["e" * 57, "orgs"])
    assert len(mail_address.normal(f"{'a' * 63}@{domain}")) == mail_address.LONGEST
    with pytest.raises(mail_address.MailAddressFormError):
        mail_address.normal(f"{'a' * 64}@{domain}")


async def test_neither_database_nor_log_shows_an_address(server: post.Post) -> None:
    party = await make.an_enterprise()
    found = await confirmed(party.actor, server)
    (row,) = await rows()
    images = await fetch(
        "SELECT body AS text FROM runtime_audit_entry UNION ALL SELECT image FROM runtime_audit_image"
    )
    queued = await fetch("SELECT * FROM runtime_mail")
    kept = repr(row) + repr(queued) + "".join(one["text"] for one in images)
    for secret in ("reader@", *found.values()):
        assert secret not in kept
    assert mail_address.address_digest("reader@example.org", row["salt"]) == row["address_digest"]
    assert row["address_digest"] in kept


async def test_an_address_put_into_anothers_row_opens_nothing(server: post.Post) -> None:
    del server
    party = await make.an_enterprise()
    await give(party.actor)
    (row,) = await rows()
    with pytest.raises(keys.BlobInvalidError):
        sealed.opened(row["account"] + 1, row["sealed"])


async def test_giving_and_confirming_stand_in_the_log(server: post.Post) -> None:
    await confirmed((await make.an_enterprise()).actor, server)
    acts = await fetch(
        "SELECT act FROM runtime_audit_entry WHERE act LIKE 'parties:mail-address:%' ORDER BY id"
    )
    assert [one["act"] for one in acts] == ["parties:mail-address:give", "parties:mail-address:confirm"]


async def test_who_lost_the_mandate_is_written_to_no_more(server: post.Post) -> None:
    party = await make.an_enterprise()
    await confirmed(party.actor, server)
    person = party.actor.person or 0
    assert await addresses.recipients(party.organisation, make.NOW) == [person]
    await execute("UPDATE parties_mandate SET valid_to = $2 WHERE person = $1", person, make.NOW)
    assert await addresses.recipients(party.organisation, make.NOW) == []


@pytest.mark.usefixtures("server")
async def test_the_public_gives_no_address() -> None:
    with pytest.raises(RoleNotPermittedError):
        await give(Actor.public())


async def test_where_no_mail_is_sent_no_address_is_taken(server: post.Post) -> None:
    del server
    party = await make.an_enterprise()
    office.use(None, origin="https://market.example")
    with pytest.raises(mail_address.MailClosedError):
        await give(party.actor)


async def test_ones_own_address_is_taken_back_once(server: post.Post) -> None:
    party = await make.an_enterprise()
    await confirmed(party.actor, server)
    await mail_addresses.remove(by=party.actor, now=make.NOW)
    with pytest.raises(mail_address.MailAddressMissingError):
        await mail_addresses.remove(by=party.actor, now=make.NOW)
