"""Messages to organisations: told twice, they stand once."""

import pytest

from market.runtime import inbox
from tests.runtime import worlds

pytestmark = pytest.mark.usefixtures("database")


async def tell(organisation: int, origin: str) -> bool:
    return await inbox.tell(
        organisation=organisation,
        key="bidding.inbox.published",
        params={"tender": 7, "name": "示例"},
        url="/tenders/7",
        origin=origin,
        now=worlds.NOW,
    )


async def test_a_message_told_twice_stands_once() -> None:
    assert await tell(1, "tender:7")
    assert not await tell(1, "tender:7")
    assert await tell(2, "tender:7"), "another organisation is told too"
    (message,) = await inbox.messages(1)
    assert message.params == {"tender": 7, "name": "示例"}


async def test_messages_come_newest_first_and_in_pages() -> None:
    for n in range(5):
        await tell(1, f"o:{n}")
    newest = await inbox.messages(1, most=2)
    assert [one.origin for one in newest] == ["o:4", "o:3"]
    assert [one.origin for one in await inbox.messages(1, before=newest[-1].id)] == ["o:2", "o:1", "o:0"]


async def test_only_its_own_organisation_marks_a_message_read() -> None:
    await tell(1, "o")
    (message,) = await inbox.messages(1)
    await inbox.mark_read(organisation=2, message_id=message.id, now=worlds.NOW)
    assert await inbox.unread(1) == 1
    await inbox.mark_read(organisation=1, message_id=message.id, now=worlds.NOW)
    assert await inbox.unread(1) == 0
