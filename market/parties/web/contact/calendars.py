"""One's own calendar feed: made, shown once, revoked; pages and JSON. Reading it is ``market.site.feeds``."""

from datetime import datetime

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from market.kernel.actor import Actor
from market.parties.domain.permission import Act
from market.parties.queries.contact import feeds
from market.parties.services.contact import calendar_feeds
from market.parties.web import answers
from market.parties.web.contact.letters import own_language
from market.parties.web.sign_in import opt, see
from market.runtime.web import render


class FeedState(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the mandate has a feed.

    Attributes:
        address: Of a feed just made, shown this once; nobody can show it again.
    """

    made_at: datetime | None = None
    address: str | None = None

    def __repr__(self) -> str:
        return "FeedState(***)"


async def _state(actor: Actor) -> FeedState:
    found = await feeds.of_mandate(actor.mandate) if actor.mandate is not None else None
    return FeedState(made_at=found.made_at if found else None)


async def _made(actor: Actor, now: datetime) -> FeedState:
    secret = await calendar_feeds.make(locale=own_language(), by=actor, now=now)
    return FeedState(made_at=now, address=render.absolute(f"/calendar/{secret}.ics"))


class CalendarFeedPages(Controller):
    """The feed for people."""

    path = "/account/calendar"
    include_in_schema = False

    @get(opt=opt(Act.CONTACT_READ))
    async def show(self, actor: Actor, now: datetime) -> Response[bytes]:
        """Show whether there is a feed, and what it is."""
        del now  # read, so that the footer shows it
        return render.page("parties/calendar_feed.html", await _state(actor))

    @post(opt=opt(Act.FEED_MAKE), status_code=HTTP_200_OK)
    async def make(self, actor: Actor, now: datetime) -> Response[bytes]:
        """Make the feed, in place of an earlier one, and show its address once."""
        return render.page("parties/calendar_feed.html", await _made(actor, now))

    @post("/revoke", opt=opt(Act.FEED_REVOKE))
    async def revoke(self, actor: Actor, now: datetime) -> Redirect:
        """Revoke the feed."""
        await calendar_feeds.revoke(by=actor, now=now)
        return see("/account/calendar")


class CalendarFeedApi(Controller):
    """The same as JSON."""

    path = "/api/account/calendar"
    tags = ["accounts"]

    @get(opt=opt(Act.CONTACT_READ))
    async def show(self, actor: Actor) -> FeedState:
        """Return whether the mandate has a feed; its address is not kept."""
        return await _state(actor)

    @post(opt=opt(Act.FEED_MAKE), status_code=HTTP_200_OK)
    async def make(self, actor: Actor, now: datetime) -> FeedState:
        """Make the feed, in place of an earlier one; its address stands in this answer only."""
        return await _made(actor, now)

    @post("/revoke", opt=opt(Act.FEED_REVOKE), status_code=HTTP_200_OK)
    async def revoke(self, actor: Actor, now: datetime) -> answers.Done:
        """Revoke the feed: its address leads nowhere from now on."""
        await calendar_feeds.revoke(by=actor, now=now)
        return answers.Done()
