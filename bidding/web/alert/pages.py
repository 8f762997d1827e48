"""Alerts over HTTP, for the seated committee and the supervising authority only."""

from datetime import datetime

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from bidding.domain.act import Act
from bidding.domain.alert.alert import Evidence
from bidding.queries.alert import alerts as queries
from bidding.services.alert import disposals
from bidding.web.alert import asked, views
from bidding.web.routing import Asked, opt, see
from market.kernel.actor import Actor
from market.runtime.web import forms, render


class AlertShown(msgspec.Struct, frozen=True, kw_only=True):
    """An alert as JSON; ``strength`` is the exact fraction of compared values that agree."""

    name: str
    lot: str
    kind: str
    form: str
    clause: str
    state: str
    bids: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    strength: tuple[int, int]
    raised_at: datetime
    disposals: tuple[queries.Disposal, ...]


def _json(found: queries.Alert) -> AlertShown:
    seen = found.seen
    return AlertShown(
        name=found.name,
        lot=found.lot,
        kind=seen.kind.value,
        form=seen.form,
        clause=seen.clause,
        state=found.state.value,
        bids=seen.bids,
        evidence=seen.evidence,
        strength=(seen.shared, seen.of),
        raised_at=found.raised_at,
        disposals=found.disposals,
    )


async def _known(number: str, name: str, actor: Actor) -> str:
    """Return the name of an alert under the address of its tender, to whom alerts are for."""
    await views.readable(number, actor)
    return (await views.named(number, name)).name


async def _uphold(order: asked.Uphold, name: str, actor: Actor, now: datetime) -> queries.Alert:
    return await disposals.uphold(name=name, clause=order.held_as, reasons=order.reasons, by=actor, now=now)


async def _dismiss(order: asked.Dismiss, name: str, actor: Actor, now: datetime) -> queries.Alert:
    return await disposals.dismiss(name=name, reasons=order.reasons, by=actor, now=now)


async def _answer(order: asked.AnswerReferral, name: str, actor: Actor, now: datetime) -> queries.Alert:
    return await disposals.answer(name=name, reasons=order.reasons, by=actor, now=now)


class AlertPages(Controller):
    """Alerts for people."""

    path = "/tenders/{number:str}/alerts"
    include_in_schema = False

    @get(opt=opt(Act.ALERT_READ))
    async def show(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show alerts with their evidence side by side, the screens, and the forms to decide."""
        tender = await views.readable(number, actor)
        return render.page("bidding/alerts.html", await views.view(tender, actor, now))

    @post("/{name:str}/uphold", opt=opt(Act.ALERT_UPHOLD))
    async def uphold(self, request: Asked, number: str, name: str, actor: Actor, now: datetime) -> Redirect:
        """Find an alert founded."""
        order = await forms.decode(request, asked.Uphold)
        await _uphold(order, await _known(number, name, actor), actor, now)
        return see(f"/tenders/{number}/alerts")

    @post("/{name:str}/dismiss", opt=opt(Act.ALERT_DISMISS))
    async def dismiss(self, request: Asked, number: str, name: str, actor: Actor, now: datetime) -> Redirect:
        """Find an alert unfounded."""
        order = await forms.decode(request, asked.Dismiss)
        await _dismiss(order, await _known(number, name, actor), actor, now)
        return see(f"/tenders/{number}/alerts")

    @post("/{name:str}/refer", opt=opt(Act.ALERT_REFER))
    async def refer(self, request: Asked, number: str, name: str, actor: Actor, now: datetime) -> Redirect:
        """Refer an alert to another authority."""
        order = await forms.decode(request, asked.ReferForm)
        known = await _known(number, name, actor)
        await disposals.refer(
            name=known,
            addressee=order.addressee,
            evidence=order.lines(),
            reasons=order.reasons,
            by=actor,
            now=now,
        )
        return see(f"/tenders/{number}/alerts")

    @post("/{name:str}/answer", opt=opt(Act.ALERT_ANSWER))
    async def answer(self, request: Asked, number: str, name: str, actor: Actor, now: datetime) -> Redirect:
        """Record the other authority's answer."""
        order = await forms.decode(request, asked.AnswerReferral)
        await _answer(order, await _known(number, name, actor), actor, now)
        return see(f"/tenders/{number}/alerts")


class AlertApi(Controller):
    """The same as JSON."""

    path = "/api/tenders/{number:str}/alerts"
    tags = ["evaluation"]

    @get(opt=opt(Act.ALERT_READ))
    async def listed(self, number: str, actor: Actor) -> tuple[AlertShown, ...]:
        """Return the alerts of a tender with their evidence; for its committee and supervising authority."""
        tender = await views.readable(number, actor)
        return tuple(_json(one) for one in await queries.of_tender(tender.id))

    @post("/{name:str}/uphold", opt=opt(Act.ALERT_UPHOLD), status_code=HTTP_200_OK)
    async def uphold(self, request: Asked, number: str, name: str, actor: Actor, now: datetime) -> AlertShown:
        """Find an alert founded, as one of the facts of BLR 39 to 41; no bid is rejected by it."""
        order = await forms.decode(request, asked.Uphold)
        return _json(await _uphold(order, await _known(number, name, actor), actor, now))

    @post("/{name:str}/dismiss", opt=opt(Act.ALERT_DISMISS), status_code=HTTP_200_OK)
    async def dismiss(
        self, request: Asked, number: str, name: str, actor: Actor, now: datetime
    ) -> AlertShown:
        """Find an alert unfounded, with reasons."""
        order = await forms.decode(request, asked.Dismiss)
        return _json(await _dismiss(order, await _known(number, name, actor), actor, now))

    @post("/{name:str}/refer", opt=opt(Act.ALERT_REFER), status_code=HTTP_200_OK)
    async def refer(self, request: Asked, number: str, name: str, actor: Actor, now: datetime) -> AlertShown:
        """Refer an alert to another authority with a list of evidence."""
        order = await forms.decode(request, asked.Refer)
        known = await _known(number, name, actor)
        found = await disposals.refer(
            name=known,
            addressee=order.addressee,
            evidence=order.exhibits,
            reasons=order.reasons,
            by=actor,
            now=now,
        )
        return _json(found)

    @post("/{name:str}/answer", opt=opt(Act.ALERT_ANSWER), status_code=HTTP_200_OK)
    async def answer(self, request: Asked, number: str, name: str, actor: Actor, now: datetime) -> AlertShown:
        """Record what the other authority answered."""
        order = await forms.decode(request, asked.AnswerReferral)
        return _json(await _answer(order, await _known(number, name, actor), actor, now))
