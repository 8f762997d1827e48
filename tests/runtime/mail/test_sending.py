"""Letters leave once, whatever fails: against a real mail server on this machine."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from market.runtime import clock, database, inbox, postman
from market.runtime.mail import office, queue
from tests.runtime import worlds
from tests.runtime.mail import post

ORGANISATION, OTHER = 1, 2
READER = 7


class People(msgspec.Struct):
    """Who acts for the organisation and wants letters, as a test says."""

    readers: tuple[int, ...] = (READER,)
    address: str = "reader@example.org"

    async def recipients(self, organisation: int, now: datetime) -> Sequence[int]:
        del now
        return self.readers if organisation == ORGANISATION else ()

    async def destination(self, account: int, confirming: int | None) -> office.Destination | None:
        del account
        return office.Destination(
            address=self.address,
            locale="en",
            stop="/mail/stop/s",
            confirm="/mail/confirm/c" if confirming else "",
        )


@pytest.fixture
def people() -> People:
    found = People()
    office.ask(office.Directory(recipients=found.recipients, destination=found.destination))
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def server(database: None, people: People) -> AsyncIterator[post.Post]:
    del database, people
    made = post.Post()
    async with post.serving(made) as settings:
        office.use(settings, origin="https://market.example")
        yield made


async def tell(origin: str = "o:1", organisation: int = ORGANISATION) -> None:
    await inbox.tell(
        organisation=organisation,
        key="process.told.bids-opened",
        params={"tender": "T-1"},
        url="/tenders/T-1/opening",
        origin=origin,
        now=worlds.NOW,
    )


async def row() -> dict[str, Any]:
    (found,) = await database_rows()
    return found


async def database_rows() -> list[dict[str, Any]]:
    return await database.fetch("SELECT * FROM runtime_mail ORDER BY id")


async def test_a_message_becomes_one_letter_though_told_and_delivered_twice(server: post.Post) -> None:
    await tell()
    await tell()
    wall = clock.wall_now()
    assert await postman.deliver(wall) == 1
    assert await postman.deliver(wall + timedelta(days=1)) == 0
    assert server.recipients == ["reader@example.org"]
    assert (await row())["stage"] == "sent"


async def test_workers_at_the_same_time_send_each_letter_once(server: post.Post) -> None:
    for number in range(6):
        await tell(f"o:{number}")
    wall = clock.wall_now()
    assert sum(await asyncio.gather(*(postman.deliver(wall) for _ in range(3)))) == 6
    assert len({letter["message-id"] for letter in server.letters}) == len(server.letters) == 6


async def test_a_letter_says_what_happened_where_and_how_to_stop(server: post.Post) -> None:
    await tell()
    await postman.deliver(clock.wall_now())
    (letter,) = server.letters
    assert letter["from"] == "Market <post@market.example>"
    assert letter["list-unsubscribe"] == "<https://market.example/mail/stop/s>"
    assert letter.get_content_type() == "text/plain"
    assert letter["auto-submitted"] == "auto-generated"


async def test_each_letter_of_a_run_has_its_own_instants(server: post.Post) -> None:
    for number in range(2):
        await tell(f"o:{number}")
    assert await postman.deliver() == len(server.letters) == 2
    first, second = await database_rows()
    assert first["claimed_at"] < first["settled_at"] < second["claimed_at"] < second["settled_at"]


async def test_only_who_acts_for_the_organisation_is_written_to(server: post.Post) -> None:
    await tell(organisation=OTHER)
    assert await database_rows() == []
    assert await postman.deliver(clock.wall_now()) == 0
    assert server.letters == []


async def test_who_lost_the_mandate_before_the_letter_left_gets_none(
    server: post.Post, people: People
) -> None:
    await tell()
    people.readers = ()
    assert await postman.deliver(clock.wall_now()) == 0
    assert server.letters == []
    assert (await row())["stage"] == "dropped"


@pytest.mark.usefixtures("server")
async def test_an_act_that_is_rolled_back_leaves_no_letter() -> None:
    class UndoneError(Exception):
        pass

    async def undone() -> None:
        async with database.transaction():
            await tell()
            raise UndoneError

    with pytest.raises(UndoneError):
        await undone()
    assert await database_rows() == []


async def test_a_worker_killed_under_way_sends_nothing_twice_and_the_operator_sees_it(
    server: post.Post,
) -> None:
    await tell()
    wall = clock.wall_now()
    assert await queue.claim(wall) is not None, "claimed by a worker that dies here"
    assert await postman.deliver(wall + queue.LOST_AFTER) == 0
    assert await queue.troubles() == []
    assert await postman.deliver(wall + queue.LOST_AFTER + timedelta(seconds=1)) == 0
    assert server.letters == []
    (trouble,) = await queue.troubles()
    assert trouble.stage == "uncertain"


async def test_a_server_that_hangs_up_with_the_letter_in_hand_is_not_asked_again(server: post.Post) -> None:
    server.drop = True
    await tell()
    wall = clock.wall_now()
    assert await postman.deliver(wall) == 0
    server.drop = False
    assert await postman.deliver(wall + timedelta(days=1)) == 0
    assert len(server.letters) == 1
    assert (await row())["stage"] == "uncertain"


async def test_a_recipient_refused_for_good_is_shown_and_not_tried_again(server: post.Post) -> None:
    server.at_recipient = "550 no reader@example.org here"
    await tell()
    wall = clock.wall_now()
    assert await postman.deliver(wall) == 0
    server.at_recipient = ""
    assert await postman.deliver(wall + timedelta(days=1)) == 0
    (trouble,) = await queue.troubles()
    assert (trouble.stage, trouble.error) == ("refused", "SMTPRecipientRefused 550")


@pytest.mark.parametrize("at", ["at_recipient", "at_data"])
async def test_what_is_refused_for_now_leaves_later_and_once(server: post.Post, at: str) -> None:
    setattr(server, at, "451 try again later")
    await tell()
    wall = clock.wall_now()
    assert await postman.deliver(wall) == 0
    (trouble,) = await queue.troubles()
    assert (trouble.stage, trouble.failures) == ("queued", 1)
    setattr(server, at, "")
    assert await postman.deliver(wall + timedelta(seconds=1)) == 0, "two seconds are waited"
    assert await postman.deliver(wall + timedelta(seconds=3)) == 1
    assert len(server.letters) == 1
    assert await queue.troubles() == []


@pytest.mark.usefixtures("people")
async def test_a_server_that_is_down_loses_nothing_and_is_asked_once_for_all(database: None) -> None:
    del database
    made = post.Post()
    async with post.serving(made) as settings:
        pass
    office.use(settings, origin="https://market.example")
    for number in range(3):
        await tell(f"o:{number}")
    wall = clock.wall_now()
    assert await postman.deliver(wall) == 0
    assert [one["failures"] for one in await database_rows()] == [1, 0, 0], "the others wait unasked"
    async with post.serving(made) as again:
        office.use(again, origin="https://market.example")
        assert await postman.deliver(wall + timedelta(minutes=1)) == 3


@pytest.mark.usefixtures("people", "database")
async def test_without_a_server_nothing_is_queued() -> None:
    office.use(None, origin="https://market.example")
    await tell()
    assert await database_rows() == []
    assert await postman.deliver(clock.wall_now()) == 0
    assert len(await inbox.messages(ORGANISATION)) == 1


async def test_settled_letters_are_forgotten_after_a_month(server: post.Post) -> None:
    await tell()
    wall = clock.wall_now()
    await postman.deliver(wall)
    await queue.sweep(wall + queue.KEPT)
    assert len(server.letters) == len(await database_rows()) == 1
    await queue.sweep(wall + queue.KEPT + timedelta(seconds=1))
    assert await database_rows() == []


async def test_line_breaks_in_a_message_make_no_header(server: post.Post) -> None:
    await inbox.tell(
        organisation=ORGANISATION,
        key="a\r\nBcc: other@example.org",
        params={},
        url="/x",
        origin="o",
        now=worlds.NOW,
    )
    assert await postman.deliver(clock.wall_now()) == 1
    assert server.letters[0]["bcc"] is None
    assert server.recipients == ["reader@example.org"]
