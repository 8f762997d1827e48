"""One's own mail address, and what the links in letters lead to: pages and JSON.

A link is followed by a button, never by looking at the page: programs that check letters look at every link.
"""

from datetime import datetime

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from market.kernel.actor import Actor
from market.parties.domain.contact import mail_address
from market.parties.domain.permission import Act
from market.parties.queries.contact import addresses, sealed
from market.parties.services.contact import mail_addresses
from market.parties.web import answers, requests
from market.parties.web.sign_in import Asked, opt, see
from market.runtime.mail import office
from market.runtime.web import forms, i18n, render


class MailState(msgspec.Struct, frozen=True, kw_only=True):
    """Whether letters leave this market at all, and where they go for whoever asks.

    Attributes:
        until: Until when the mailed link confirms the address; ``None`` once it is confirmed.
    """

    open: bool
    address: str | None = None
    asked_at: datetime | None = None
    confirmed_at: datetime | None = None
    until: datetime | None = None


class LinkView(msgspec.Struct, frozen=True, kw_only=True):
    """The page behind a link; ``done`` once its button was pressed."""

    action: str
    done: bool = False


def own_language() -> str:
    """Return the language of the request, as far as people read it."""
    spoken = i18n.locale()
    return spoken if spoken in i18n.LOCALES else i18n.CHINESE


async def _state(actor: Actor) -> MailState:
    found = await addresses.own(actor.person) if actor.person is not None else None
    if found is None:
        return MailState(open=office.is_open())
    return MailState(
        open=office.is_open(),
        address=sealed.opened(found.account, found.sealed).address,
        asked_at=found.asked_at,
        confirmed_at=found.confirmed_at,
        until=None if found.confirmed_at else found.asked_at + mail_address.CONFIRM_WITHIN,
    )


class MailPages(Controller):
    """Letters for people."""

    include_in_schema = False

    @get("/account/mail", opt=opt(Act.CONTACT_READ))
    async def show(self, actor: Actor, now: datetime) -> Response[bytes]:
        """Show where letters go, and what they are."""
        del now  # read, so that the footer shows it
        return render.page("parties/mail.html", await _state(actor))

    @post("/account/mail", opt=opt(Act.MAIL_GIVE))
    async def give(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Give an address."""
        asked = await forms.decode(request, requests.GiveAddress)
        await mail_addresses.give(address=asked.address, locale=own_language(), by=actor, now=now)
        return see("/account/mail")

    @post("/account/mail/remove", opt=opt(Act.MAIL_REMOVE))
    async def remove(self, actor: Actor, now: datetime) -> Redirect:
        """Take the address back."""
        await mail_addresses.remove(by=actor, now=now)
        return see("/account/mail")

    @get("/mail/confirm/{link:str}", opt=opt(Act.MAIL_CONFIRM))
    async def ask_confirm(self, link: str) -> Response[bytes]:
        """Ask for the button."""
        return render.page("parties/mail_confirm.html", LinkView(action=f"{addresses.CONFIRM}{link}"))

    @post("/mail/confirm/{link:str}", opt=opt(Act.MAIL_CONFIRM), status_code=HTTP_200_OK)
    async def confirm(self, link: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Confirm the address."""
        await mail_addresses.confirm(link=link, by=actor, now=now)
        return render.page("parties/mail_confirm.html", LinkView(action="", done=True))

    @get("/mail/stop/{link:str}", opt=opt(Act.MAIL_STOP))
    async def ask_stop(self, link: str) -> Response[bytes]:
        """Ask for the button."""
        return render.page("parties/mail_stop.html", LinkView(action=f"{addresses.STOP}{link}"))

    @post("/mail/stop/{link:str}", opt=opt(Act.MAIL_STOP), status_code=HTTP_200_OK)
    async def stop(self, link: str, actor: Actor, now: datetime) -> Response[bytes]:
        """End all letters to the address."""
        await mail_addresses.stop(link=link, by=actor, now=now)
        return render.page("parties/mail_stop.html", LinkView(action="", done=True))


class MailApi(Controller):
    """The same as JSON, but for the links, which people follow."""

    path = "/api/account/mail"
    tags = ["accounts"]

    @get(opt=opt(Act.CONTACT_READ))
    async def show(self, actor: Actor) -> MailState:
        """Return where letters go for whoever asks."""
        return await _state(actor)

    @post(opt=opt(Act.MAIL_GIVE), status_code=HTTP_200_OK)
    async def give(self, request: Asked, actor: Actor, now: datetime) -> MailState:
        """Give an address; letters come once the link mailed to it was followed."""
        asked = await forms.decode(request, requests.GiveAddress)
        await mail_addresses.give(address=asked.address, locale=own_language(), by=actor, now=now)
        return await _state(actor)

    @post("/remove", opt=opt(Act.MAIL_REMOVE), status_code=HTTP_200_OK)
    async def remove(self, actor: Actor, now: datetime) -> answers.Done:
        """Take the address back; it is deleted."""
        await mail_addresses.remove(by=actor, now=now)
        return answers.Done()
