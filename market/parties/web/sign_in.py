"""Signing in and out, choosing a mandate, changing a password: pages and JSON."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER

from market.kernel.actor import STRONG, Actor, SecondFactorNeededError
from market.parties.domain import mandate
from market.parties.domain.permission import PERMISSIONS, Act
from market.parties.queries import factors, pages, records
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


async def _choose(account: int, wanted: int | None, now: datetime) -> pages.MandateChoice | None:
    """Return the mandate to begin with: the one asked for, or the only one.

    Raises:
        MandateUnknownError: The one asked for is not in force for this account.
    """
    choices = {choice.id: choice for choice in await pages.choices(account, now)}
    if wanted is None:
        return next(iter(choices.values())) if len(choices) == 1 else None
    if wanted not in choices:
        raise mandate.MandateUnknownError("not a mandate of this account", field="mandate", value=wanted)
    return choices[wanted]


async def _switched(account: int, wanted: int, now: datetime) -> session.Session:
    """Return the session under another mandate of the account, as strong as the present one.

    Raises:
        SecondFactorNeededError: Nobody acts under its role without the second factor.
    """
    chosen = await _choose(account, wanted, now)
    strong = guards.current().strong
    if chosen is not None and chosen.role in STRONG and not strong:
        raise SecondFactorNeededError("enrol the second factor first", where="/second-factor")
    return session.Session(account_id=account, mandate_id=chosen.id if chosen else None, strong=strong)


async def opened(account: int, wanted: int | None, now: datetime, *, strong: bool) -> session.Session:
    """Return the session of somebody who has given everything that is asked for."""
    chosen = await _choose(account, wanted, now)
    return session.Session(account_id=account, mandate_id=chosen.id if chosen else None, strong=strong)


async def _after_password(account: int, wanted: int | None, now: datetime) -> session.Session:
    """Return the session a password opens: whole, or half while the second factor is owed."""
    whole = await opened(account, wanted, now, strong=False)
    state = await factors.state(account, now)
    half = state.enrolled or state.compulsory
    return session.Session(account_id=account, mandate_id=wanted, half=True) if half else whole


def landing(made: session.Session, next: str) -> str:  # noqa: A002 - name in the address
    """Return where a browser goes with a new session."""
    if made.half:
        return render.url("/sign-in/code", next=next or None)
    return onward(next) if made.mandate_id else render.url("/mandate", next=next or None)


def _account() -> int:
    """Return the signed-in account.

    Raises:
        NoAccountError: Nobody is signed in.
    """
    account = guards.current().account
    if account is None:
        raise accounts.NoAccountError("nobody is signed in")
    return account


async def _who(actor: Actor, now: datetime) -> answers.WhoAmI:
    exchange = guards.current()
    if exchange.pending is not None:
        half = session.Session(account_id=exchange.pending, half=True)
        return await who(half, Actor.public(), now)
    if exchange.account is None:
        return answers.WhoAmI(account=None, actor=actor, mandates=())
    return await who(session.Session(account_id=exchange.account, strong=exchange.strong), actor, now)


async def who(made: session.Session, actor: Actor, now: datetime) -> answers.WhoAmI:
    """Return who is signed in with a session, or what it still asks for."""
    if made.half:
        state = await factors.state(made.account_id, now)
        owed = answers.NextStep.CODE if state.enrolled else answers.NextStep.ENROL
        return answers.WhoAmI(account=None, actor=actor, mandates=(), owed=owed)
    choices = await pages.choices(made.account_id, now)
    return answers.WhoAmI(account=made.account_id, actor=actor, mandates=tuple(choices), strong=made.strong)


class SignInPages(Controller):
    """The door."""

    include_in_schema = False

    @get("/sign-in", opt=opt(Act.SIGN_IN))
    async def form(self, next: str = "") -> Response[bytes]:  # noqa: A002 - name in the address
        """Show the sign-in page."""
        return render.page("parties/sign_in.html", answers.SignInView(next=next))

    @post("/sign-in", opt=opt(Act.SIGN_IN))
    async def enter(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Sign in; next come the second factor, if there is or must be one, and the choice of a mandate."""
        asked = await forms.decode(request, requests.SignIn)
        account = await _signed_in(asked, actor)
        made = await _after_password(account, asked.mandate, now)
        answer = see(landing(made, asked.next))
        await session.start(request, answer, made)
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
        choices = tuple(await pages.choices(_account(), now))
        view = answers.MandateChoiceView(choices=choices, present=actor.mandate, next=next)
        return render.page("parties/mandate.html", view)

    @post("/mandate", opt=opt(Act.SWITCH))
    async def switch(self, request: Asked, now: datetime) -> Redirect:
        """Use another mandate from now on, under a new session."""
        account = _account()
        asked = await forms.decode(request, requests.Switch)
        made = await _switched(account, asked.mandate, now)
        answer = see(onward(asked.next))
        await session.start(request, answer, made)
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
    strong = guards.current().strong
    made = session.Session(account_id=account, mandate_id=actor.mandate, strong=strong)
    await session.start(request, answer, made)


class SignInApi(Controller):
    """The same as JSON."""

    path = "/api"
    tags = ["sessions"]

    @get("/me", opt=opt(Act.READ))
    async def me(self, actor: Actor, now: datetime) -> answers.WhoAmI:
        """Return who is signed in and as whom they may act."""
        return await _who(actor, now)

    @post("/sign-in", opt=opt(Act.SIGN_IN), status_code=HTTP_200_OK)
    async def enter(self, request: Asked, actor: Actor, now: datetime) -> Response[answers.WhoAmI]:
        """Sign in and get a session cookie; ``owed`` says whether the second factor comes next."""
        asked = await forms.decode(request, requests.SignIn)
        account = await _signed_in(asked, actor)
        return await started(request, await _after_password(account, asked.mandate, now), now)

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
        return await started(request, await _switched(account, asked.mandate, now), now)

    @post("/password", opt=opt(Act.PASSWORD), status_code=HTTP_200_OK)
    async def password(self, request: Asked, actor: Actor, now: datetime) -> Response[answers.Done]:
        """Change one's password; every other session ends."""
        asked = await forms.decode(request, requests.ChangePassword)
        await accounts.change_password(present=asked.present, fresh=asked.fresh, by=actor, now=now)
        answer = Response(answers.Done())
        await _afresh(request, answer, actor)
        return answer


async def started(request: Asked, made: session.Session, now: datetime) -> Response[answers.WhoAmI]:
    """Begin a session and answer who is signed in with it."""
    actor = None if made.half else await records.actor_of(made.account_id, made.mandate_id, now)
    answer = Response(await who(made, actor or Actor.public(), now))
    await session.start(request, answer, made)
    return answer
