"""The inbox of one's organisation: what happened that concerns it, in the reader's language."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import Parameter
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER

from market.kernel.actor import SIGNED_IN, Actor, Permission, Role
from market.runtime import inbox
from market.runtime.web import i18n, paging, render

READ: Mapping[str, Any] = {
    "permission": Permission(SIGNED_IN - {Role.PLATFORM}),
    "act": "platform:inbox:read",
}

Number = Annotated[int, Parameter(ge=1, le=2_147_483_647)]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A message; ``text`` is in the language of the request."""

    id: int
    text: str
    url: str
    told_at: datetime
    read_at: datetime | None


class InboxPage(msgspec.Struct, frozen=True, kw_only=True):
    """Messages, newest first, and how many nobody has read."""

    unread: int
    items: tuple[Line, ...]
    more: str | None


async def _page(request: Request[Any, Any, Any], actor: Actor, *, path: str) -> InboxPage:
    if actor.organisation is None:
        return InboxPage(unread=0, items=(), more=None)
    wanted = paging.asked(request)
    before = wanted.after[0] if wanted.after and isinstance(wanted.after[0], int) else None
    found = await inbox.messages(actor.organisation, before=before, most=wanted.rows)
    cut = paging.cut([_line(one) for one in found], wanted, key=lambda line: (line.id,), path=path)
    return InboxPage(unread=await inbox.unread(actor.organisation), items=cut.items, more=cut.more)


def _line(message: inbox.Message) -> Line:
    return Line(
        id=message.id,
        text=inbox.words(message, locale=i18n.locale()),
        url=message.url,
        told_at=message.told_at,
        read_at=message.read_at,
    )


async def _read(actor: Actor, number: int, now: datetime) -> None:
    if actor.organisation is not None:
        await inbox.mark_read(organisation=actor.organisation, message_id=number, now=now)


class InboxPages(Controller):
    """The inbox for people."""

    path = "/inbox"
    opt = READ
    include_in_schema = False

    @get()
    async def show(self, request: Request[Any, Any, Any], actor: Actor) -> Response[bytes]:
        """Show the messages."""
        return render.page("site/inbox.html", await _page(request, actor, path="/inbox"))

    @post("/{number:int}/read")
    async def read(self, number: Number, actor: Actor, now: datetime) -> Redirect:
        """Mark a message read."""
        await _read(actor, number, now)
        return Redirect("/inbox", status_code=HTTP_303_SEE_OTHER)

    @post("/read")
    async def read_all(self, actor: Actor, now: datetime) -> Redirect:
        """Mark every message read."""
        if actor.organisation is not None:
            await inbox.mark_all_read(organisation=actor.organisation, now=now)
        return Redirect("/inbox", status_code=HTTP_303_SEE_OTHER)


class InboxApi(Controller):
    """The same as JSON."""

    path = "/api/inbox"
    opt = READ
    tags = ["inbox"]

    @get()
    async def show(self, request: Request[Any, Any, Any], actor: Actor) -> InboxPage:
        """Return the messages, newest first, in the language asked for."""
        return await _page(request, actor, path="/api/inbox")

    @post("/{number:int}/read", status_code=HTTP_200_OK)
    async def read(
        self, number: Number, request: Request[Any, Any, Any], actor: Actor, now: datetime
    ) -> InboxPage:
        """Mark a message read."""
        await _read(actor, number, now)
        return await _page(request, actor, path="/api/inbox")
