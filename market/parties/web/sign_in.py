"""Signing in and out, choosing a mandate, changing a password: pages and JSON."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER

from market.kernel.actor import Actor
from market.parties.domain import mandate
from market.parties.domain.permission import PERMISSIONS, Act
from market.parties.queries import pages, records
from market.parties.services import accounts, sign_ins
from market.parties.web import answers, requests
from market.runtime import clock
from market.runtime.web import forms, guards, render, session

Asked = Request[Any, Any, Any]


def opt(act: Act) -> dict[str, object]:
    """Return what a route says of itself: its act and who may do it."""
    return {"permission": PERMISSIONS[act], "act": act.value}


def see(path: str) -> Redirect:
    """Send a browser on after an act."""
    return Redirect(path, status_code=HTTP_303_SEE_OTHER)


def onward(path: str) -> str:
    """Return where to go on: a path of this site, else the workspace."""
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and "\\" not in path
    return path if safe and path.isprintable() else "/workspace"


async def _signed_in(asked: requests.SignIn, actor: Actor) -> int:
    outcome = await sign_ins.sign_in(
        login=asked.login, password=asked.password, by=actor, now=clock.wall_now()
    )
    return sign_ins.settle(outcome)


async def _choose(account: int, wanted: int | None, now: datetime) -> int | None:
    """Return the mandate to begin with: the one asked for, or the only one.

    Raises:
        MandateUnknownError: The one asked for is not in force for this account.
    """
    numbers = [choice.id for choice in await pages.choices(account, now)]
    if wanted is None:
        return numbers[0] if len(numbers) == 1 else None
    if wanted not in numbers:
        raise mandate.MandateUnknownError("not a mandate of this account", field="mandate", value=wanted)
    return wanted


def _account() -> int:
    """Return the signed-in account.

    Raises:
        NoAccountError: Nobody is signed in.
    """
    account = guards.current().account
    if account is None:
        raise accounts.NoAccountError("nobody is signed in")
    return account


async def _who(account: int | None, actor: Actor, now: datetime) -> answers.WhoAmI:
    choices = await pages.choices(account, now) if account is not None else []
    return answers.WhoAmI(account=account, actor=actor, mandates=tuple(choices))


class SignInPages(Controller):
    """The door."""

    include_in_schema = False

    @get("/sign-in", opt=opt(Act.SIGN_IN))
    async def form(self, next: str = "") -> Response[bytes]:  # noqa: A002 - name in the address
        """Show the sign-in page."""
        return render.page("parties/sign_in.html", answers.SignInView(next=next))

    @post("/sign-in", opt=opt(Act.SIGN_IN))
    async def enter(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Sign in; who has several mandates chooses one next."""
        asked = await forms.decode(request, requests.SignIn)
        account = await _signed_in(asked, actor)
        chosen = await _choose(account, asked.mandate, now)
        path = onward(asked.next) if chosen else render.url("/mandate", next=asked.next or None)
        answer = see(path)
        await session.start(request, answer, session.Session(account_id=account, mandate_id=chosen))
        return answer

    @post("/sign-out", opt=opt(Act.SIGN_OUT))
    async def leave(self, request: Asked) -> Redirect:
        """Sign out."""
        answer = see("/")
        await session.end(request, answer)
        return answer

    @get("/mandate", opt=opt(Act.SWITCH))
    async def choices(self, actor: Actor, now: datetime, next: str = "") -> Response[bytes]:  # noqa: A002
        """Show the mandates one may use now."""
        who = await _who(_account(), actor, now)
        view = answers.MandateChoiceView(choices=who.mandates, present=actor.mandate, next=next)
        return render.page("parties/mandate.html", view)

    @post("/mandate", opt=opt(Act.SWITCH))
    async def switch(self, request: Asked, now: datetime) -> Redirect:
        """Use another mandate from now on, under a new session."""
        account = _account()
        asked = await forms.decode(request, requests.Switch)
        chosen = await _choose(account, asked.mandate, now)
        answer = see(onward(asked.next))
        await session.start(request, answer, session.Session(account_id=account, mandate_id=chosen))
        return answer

    @post("/password", opt=opt(Act.PASSWORD))
    async def password(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Change one's password; every other session ends."""
        asked = await forms.decode(request, requests.ChangePassword)
        await accounts.change_password(present=asked.present, fresh=asked.fresh, by=actor, now=now)
        answer = see("/mandate")
        await _afresh(request, answer, actor)
        return answer


async def _afresh(request: Asked, answer: Response[Any], actor: Actor) -> None:
    account = _account()
    await session.close_all(account)
    await session.start(request, answer, session.Session(account_id=account, mandate_id=actor.mandate))


class SignInApi(Controller):
    """The same as JSON."""

    path = "/api"
    tags = ["sessions"]

    @get("/me", opt=opt(Act.READ))
    async def me(self, actor: Actor, now: datetime) -> answers.WhoAmI:
        """Return who is signed in and as whom they may act."""
        return await _who(guards.current().account, actor, now)

    @post("/sign-in", opt=opt(Act.SIGN_IN), status_code=HTTP_200_OK)
    async def enter(self, request: Asked, actor: Actor, now: datetime) -> Response[answers.WhoAmI]:
        """Sign in and get a session cookie."""
        asked = await forms.decode(request, requests.SignIn)
        account = await _signed_in(asked, actor)
        chosen = await _choose(account, asked.mandate, now)
        return await _started(request, account, chosen, now)

    @post("/sign-out", opt=opt(Act.SIGN_OUT), status_code=HTTP_200_OK)
    async def leave(self, request: Asked) -> Response[answers.Done]:
        """End the session."""
        answer = Response(answers.Done())
        await session.end(request, answer)
        return answer

    @post("/mandate", opt=opt(Act.SWITCH), status_code=HTTP_200_OK)
    async def switch(self, request: Asked, now: datetime) -> Response[answers.WhoAmI]:
        """Use another mandate from now on, under a new session."""
        account = _account()
        asked = await forms.decode(request, requests.Switch)
        return await _started(request, account, await _choose(account, asked.mandate, now), now)

    @post("/password", opt=opt(Act.PASSWORD), status_code=HTTP_200_OK)
    async def password(self, request: Asked, actor: Actor, now: datetime) -> Response[answers.Done]:
        """Change one's password; every other session ends."""
        asked = await forms.decode(request, requests.ChangePassword)
        await accounts.change_password(present=asked.present, fresh=asked.fresh, by=actor, now=now)
        answer = Response(answers.Done())
        await _afresh(request, answer, actor)
        return answer


async def _started(
    request: Asked, account: int, chosen: int | None, now: datetime
) -> Response[answers.WhoAmI]:
    actor = await records.actor_of(account, chosen, now) or Actor.public()
    answer = Response(await _who(account, actor, now))
    await session.start(request, answer, session.Session(account_id=account, mandate_id=chosen))
    return answer
