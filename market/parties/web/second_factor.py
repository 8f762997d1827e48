"""The second factor: the code at sign-in, enrolment, recovery codes and resets, as pages and JSON."""

from datetime import datetime
from typing import Any

import msgspec
import segno
from litestar import Controller, Request, get, post
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK
from markupsafe import Markup

from market.kernel.actor import Actor
from market.parties.domain import second_factor
from market.parties.domain.permission import Act
from market.parties.queries import factor_hints, factors
from market.parties.services import accounts, factor_checks, factor_resets, second_factors
from market.parties.services.sign_ins import settle
from market.parties.web import answers, requests
from market.parties.web.sign_in import landing, opened, opt, see, started
from market.runtime import clock
from market.runtime.web import forms, guards, i18n, render, session

Asked = Request[Any, Any, Any]


def _known() -> int:
    """Return the account behind the request, half signed in or whole.

    Raises:
        NoAccountError: Nobody's.
    """
    account = guards.current().known
    if account is None:
        raise accounts.NoAccountError("nobody is signed in")
    return account


async def somebody(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Refuse whoever has given no password: these routes are open to sessions that are only half signed in.

    Raises:
        NoAccountError: Nobody's session.
    """
    del connection, handler
    _known()


def _pending() -> int:
    """Return the account that owes a code.

    Raises:
        NoAccountError: Nobody signs in.
        NotAskedError: Whoever is signed in owes none.
    """
    account = _known()
    if guards.current().pending is None:
        raise second_factor.NotAskedError("no code is asked for")
    return account


def _own(password: str = "") -> second_factors.Own:
    return second_factors.Own(account=_known(), strong=guards.current().strong, password=password)


def _by(actor: Actor) -> Actor:
    """Return who acts; while signed in only half, the public, but for this account."""
    return actor if actor.person is not None else msgspec.structs.replace(actor, person=_known())


async def _given(asked: requests.GiveCode, actor: Actor, now: datetime) -> session.Session:
    """Return the whole session that the right code opens."""
    account = _pending()
    made = await opened(account, guards.current().wanted, now, strong=True)  # refused before a code is spent
    outcome = await factor_checks.give(
        account=account, code=asked.passcode, by=_by(actor), now=now, wall=clock.wall_now()
    )
    settle(outcome)
    return made


async def _begun(asked: requests.Assure, actor: Actor, now: datetime) -> tuple[str, answers.Enrolment]:
    """Return the log-in name and what an authenticator takes in."""
    found = await second_factors.begin(own=_own(asked.present), by=_by(actor), now=now)
    address = second_factor.address(
        found.secret, login=found.login, issuer=i18n.text("shell.name", {}, locale=i18n.locale())
    )
    return found.login, answers.Enrolment(secret=found.secret, otpauth=address)


async def _confirmed(
    asked: requests.GiveCode, actor: Actor, now: datetime
) -> tuple[tuple[str, ...], session.Session]:
    """Return the recovery codes and the strong session; every earlier session of the account is over."""
    own = _own()
    wanted = guards.current().wanted if actor.mandate is None else actor.mandate
    made = await opened(own.account, wanted, now, strong=True)  # refused before recovery codes are drawn
    outcome = await second_factors.confirm(
        own=own, code=asked.passcode, by=_by(actor), now=now, wall=clock.wall_now()
    )
    codes = second_factors.settle(outcome)
    await session.close_all(own.account)
    return tuple(codes), made


async def _removed(request: Asked, actor: Actor, now: datetime, answer: Response[Any]) -> None:
    """Remove the factor and go on under a session that is strong no more."""
    asked = await forms.decode(request, requests.Assure)
    own = _own(asked.present)
    await second_factors.remove(own=own, by=_by(actor), now=now)
    await session.close_all(own.account)
    made = session.Session(account_id=own.account, mandate_id=actor.mandate)
    await session.start(request, answer, made)


def picture(address: str) -> Markup:
    """Return an enrolment's address as inline SVG, sized in the style sheet."""
    code = segno.make(address, error="m", micro=False)
    return Markup(code.svg_inline(border=2, svgclass=None, lineclass=None, omitsize=True))  # noqa: S704 - no text in it


class SecondFactorPages(Controller):
    """The second step at the door, and one's own second factor."""

    include_in_schema = False
    guards = [somebody]

    @get("/sign-in/code", opt=opt(Act.FACTOR_GIVE))
    async def ask(self, now: datetime, next: str = "") -> Response[Any]:  # noqa: A002 - name in the address
        """Ask for the code; who has none yet must enrol."""
        if _known() != guards.current().pending:
            return see("/second-factor")
        account = _pending()
        if not (await factors.state(account, now)).enrolled:
            return see(render.url("/second-factor", next=next or None))
        hint = await factor_hints.present_code(account, wall=clock.wall_now())
        view = answers.CodeView(login=await factors.login(account), next=next, hint=hint)
        return render.page("parties/second_factor_code.html", view)

    @post("/sign-in/code", opt=opt(Act.FACTOR_GIVE))
    async def give(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Finish signing in, under a new session."""
        asked = await forms.decode(request, requests.GiveCode)
        made = await _given(asked, actor, now)
        answer = see(landing(made, asked.next))
        await session.start(request, answer, made)
        return answer

    @get("/second-factor", opt=opt(Act.FACTOR_READ))
    async def show(self, now: datetime, next: str = "") -> Response[Any]:  # noqa: A002 - name in the address
        """Show whether one has a second factor, must have one, and what can be done."""
        state = await factors.state(_known(), now)
        half = guards.current().pending is not None
        if half and state.enrolled:
            return see(render.url("/sign-in/code", next=next or None))
        view = answers.FactorView(state=state, half=half, next=next)
        return render.page("parties/second_factor.html", view)

    @get(["/second-factor/confirm", "/second-factor/recovery-codes"], opt=opt(Act.FACTOR_READ))
    async def once(self) -> Redirect:
        """Send back who reloads a page that is shown once."""
        return see("/second-factor")

    @post("/second-factor", opt=opt(Act.FACTOR_BEGIN), status_code=HTTP_200_OK)
    async def begin(self, request: Asked, actor: Actor, now: datetime) -> Response[bytes]:
        """Show a new secret, once."""
        asked = await forms.decode(request, requests.Assure)
        login, made = await _begun(asked, actor, now)
        view = answers.EnrolmentView(
            groups=tuple(second_factor.in_groups(made.secret)),
            picture=picture(made.otpauth),
            login=login,
            next=asked.next,
        )
        return render.page("parties/second_factor_begin.html", view)

    @post("/second-factor/confirm", opt=opt(Act.FACTOR_CONFIRM), status_code=HTTP_200_OK)
    async def confirm(self, request: Asked, actor: Actor, now: datetime) -> Response[bytes]:
        """Put it in force and show the recovery codes, once."""
        asked = await forms.decode(request, requests.GiveCode)
        codes, made = await _confirmed(asked, actor, now)
        view = answers.RecoveryCodes(recovery_codes=codes, next=landing(made, asked.next))
        answer = render.page("parties/recovery_codes.html", view, headers={"cache-control": "no-store"})
        await session.start(request, answer, made)
        return answer

    @post("/second-factor/recovery-codes", opt=opt(Act.FACTOR_CODES), status_code=HTTP_200_OK)
    async def renew(self, request: Asked, actor: Actor, now: datetime) -> Response[bytes]:
        """Show new recovery codes, once."""
        asked = await forms.decode(request, requests.Assure)
        codes = await second_factors.renew_codes(own=_own(asked.present), by=_by(actor), now=now)
        view = answers.RecoveryCodes(recovery_codes=tuple(codes), next="/second-factor")
        return render.page("parties/recovery_codes.html", view)

    @post("/second-factor/remove", opt=opt(Act.FACTOR_REMOVE))
    async def remove(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Give it up, where it is not compulsory."""
        answer = see("/second-factor")
        await _removed(request, actor, now, answer)
        return answer

    @get("/second-factor/reset", opt=opt(Act.FACTOR_RESET))
    async def reset_form(self, done: str = "") -> Response[bytes]:
        """Show the form on which a lost second factor is reset."""
        return render.page("parties/second_factor_reset.html", answers.ResetView(done=done))

    @post("/second-factor/reset", opt=opt(Act.FACTOR_RESET))
    async def reset(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Reset another's lost second factor; every session of the account ends."""
        asked = await forms.decode(request, requests.ResetFactor)
        await factor_resets.reset(login=asked.login, reason=asked.reason, by=actor, now=now)
        return see(render.url("/second-factor/reset", done=asked.login))


class SecondFactorApi(Controller):
    """The same as JSON."""

    path = "/api"
    tags = ["sessions"]
    guards = [somebody]

    @post("/sign-in/code", opt=opt(Act.FACTOR_GIVE), status_code=HTTP_200_OK)
    async def give(self, request: Asked, actor: Actor, now: datetime) -> Response[answers.WhoAmI]:
        """Finish signing in with a code or a recovery code; a new session cookie."""
        asked = await forms.decode(request, requests.GiveCode)
        return await started(request, await _given(asked, actor, now), now)

    @get("/second-factor", opt=opt(Act.FACTOR_READ))
    async def show(self, now: datetime) -> factors.State:
        """Return how one's account stands to the second factor."""
        return await factors.state(_known(), now)

    @post("/second-factor/begin", opt=opt(Act.FACTOR_BEGIN), status_code=HTTP_200_OK)
    async def begin(self, request: Asked, actor: Actor, now: datetime) -> answers.Enrolment:
        """Return a new secret, once; a first code confirms it."""
        _, made = await _begun(await forms.decode(request, requests.Assure), actor, now)
        return made

    @post("/second-factor/confirm", opt=opt(Act.FACTOR_CONFIRM), status_code=HTTP_200_OK)
    async def confirm(self, request: Asked, actor: Actor, now: datetime) -> Response[answers.RecoveryCodes]:
        """Put it in force and return the recovery codes, once; a new session cookie, strong."""
        asked = await forms.decode(request, requests.GiveCode)
        codes, made = await _confirmed(asked, actor, now)
        answer = Response(answers.RecoveryCodes(recovery_codes=codes))
        await session.start(request, answer, made)
        return answer

    @post("/second-factor/recovery-codes", opt=opt(Act.FACTOR_CODES), status_code=HTTP_200_OK)
    async def renew(self, request: Asked, actor: Actor, now: datetime) -> answers.RecoveryCodes:
        """Return new recovery codes, once."""
        asked = await forms.decode(request, requests.Assure)
        codes = await second_factors.renew_codes(own=_own(asked.present), by=_by(actor), now=now)
        return answers.RecoveryCodes(recovery_codes=tuple(codes))

    @post("/second-factor/remove", opt=opt(Act.FACTOR_REMOVE), status_code=HTTP_200_OK)
    async def remove(self, request: Asked, actor: Actor, now: datetime) -> Response[answers.Done]:
        """Give it up, where it is not compulsory; a new session cookie."""
        answer = Response(answers.Done())
        await _removed(request, actor, now, answer)
        return answer

    @post("/second-factor/reset", opt=opt(Act.FACTOR_RESET), status_code=HTTP_200_OK)
    async def reset(self, request: Asked, actor: Actor, now: datetime) -> answers.Done:
        """Reset another's lost second factor; every session of the account ends."""
        asked = await forms.decode(request, requests.ResetFactor)
        await factor_resets.reset(login=asked.login, reason=asked.reason, by=actor, now=now)
        return answers.Done()
