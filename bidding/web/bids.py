"""Sealed bids over HTTP: uploads, finish, withdrawal, one's own envelopes. No address names a tender.

``received_at`` is read when the last byte of ``finish`` has come, never before.
"""

from datetime import datetime
from typing import Annotated

from litestar import Controller, get, post, put
from litestar.params import Parameter
from litestar.status_codes import HTTP_200_OK

from bidding.domain.act import Act
from bidding.domain.sealed import wire
from bidding.queries import my_bids, ports
from bidding.services import bids, releases, uploads
from bidding.services.prices import pairs
from bidding.web import requests
from bidding.web.routing import Asked, opt
from market.kernel.actor import Actor
from market.runtime import clock
from market.runtime.web import forms

Offset = Annotated[int, Parameter(ge=0, le=uploads.LIMIT)]


class BidApi(Controller):
    """Bids for programs and for the page that seals; bodies are the structs clients share."""

    path = "/api"
    tags = ["bids"]

    @post("/uploads", opt=opt(Act.BID_UPLOAD))
    async def begin(self, actor: Actor, now: datetime) -> wire.Upload:
        """Begin an upload of sealed bytes under a random id."""
        return wire.Upload(upload=await uploads.begin(by=actor, now=now), size=0)

    @put("/uploads/{upload:str}", opt=opt(Act.BID_UPLOAD))
    async def add(
        self, request: Asked, upload: str, offset: Offset, actor: Actor, now: datetime
    ) -> wire.Upload:
        """Add one part of at most 1 MiB at an offset; it is stored as it comes."""
        size = await uploads.add(upload=upload, offset=offset, data=request.stream(), by=actor, now=now)
        return wire.Upload(upload=upload, size=size)

    @get("/uploads/{upload:str}", opt=opt(Act.BID_UPLOAD))
    async def held(self, upload: str, actor: Actor) -> wire.Upload:
        """Say how many bytes of an upload are held, to go on from there."""
        held = await my_bids.held_of(upload=upload, by=actor)
        return wire.Upload(upload=upload, size=held.size)

    @post("/envelopes", opt=opt(Act.BID_SUBMIT), status_code=HTTP_200_OK)
    async def finish(self, request: Asked, actor: Actor) -> wire.BidAnswer:
        """Finish a submission; answered by a receipt or a refusal, both signed."""
        asked = await forms.decode(request, wire.SubmitEnvelope)
        received_at = await clock.legal_now()
        return await bids.submit(request=asked, by=actor, now=received_at, standing_of=ports.standing_of)

    @post("/envelopes/pairs", opt=opt(Act.BID_SUBMIT), status_code=HTTP_200_OK)
    async def finish_pair(self, request: Asked, actor: Actor) -> wire.PairAnswer:
        """Finish a submission in two envelopes: both are kept, or both refused."""
        asked = await forms.decode(request, wire.SubmitPair)
        received_at = await clock.legal_now()
        return await pairs.submit(request=asked, by=actor, now=received_at, standing_of=ports.standing_of)

    @post("/envelopes/pairs/withdrawals", opt=opt(Act.BID_WITHDRAW), status_code=HTTP_200_OK)
    async def withdraw_pair(self, request: Asked, actor: Actor) -> wire.PairAnswer:
        """Withdraw both envelopes of a live bid."""
        asked = await forms.decode(request, wire.PairActs)
        received_at = await clock.legal_now()
        return await pairs.withdraw(request=asked, by=actor, now=received_at)

    @post("/envelopes/pairs/standings", opt=opt(Act.BID_STAND), status_code=HTTP_200_OK)
    async def stand_pair(self, request: Asked, actor: Actor) -> wire.PairAnswer:
        """Let both envelopes of a live bid stand for the amended tender."""
        asked = await forms.decode(request, wire.PairActs)
        received_at = await clock.legal_now()
        return await pairs.stand(request=asked, by=actor, now=received_at)

    @post("/envelopes/withdrawals", opt=opt(Act.BID_WITHDRAW), status_code=HTTP_200_OK)
    async def withdraw(self, request: Asked, actor: Actor) -> wire.BidAnswer:
        """Withdraw a live bid by a signed act."""
        asked = await forms.decode(request, wire.WithdrawEnvelope)
        received_at = await clock.legal_now()
        return await bids.withdraw(request=asked, by=actor, now=received_at)

    @post("/envelopes/standings", opt=opt(Act.BID_STAND), status_code=HTTP_200_OK)
    async def stand(self, request: Asked, actor: Actor) -> wire.BidAnswer:
        """Let a live bid stand for the amended tender by a signed act."""
        asked = await forms.decode(request, wire.StandEnvelope)
        received_at = await clock.legal_now()
        return await bids.stand(request=asked, by=actor, now=received_at)

    @get("/envelopes/mine", opt=opt(Act.BID_READ_OWN))
    async def mine(self, actor: Actor) -> wire.MyEnvelopes:
        """Return one's own enterprise's envelopes: time, size, commitment, receipt; never content."""
        return wire.MyEnvelopes(envelopes=tuple(await my_bids.envelopes(actor.organisation or 0)))

    @post("/recoveries", opt=opt(Act.BID_RECOVER), status_code=HTTP_200_OK)
    async def recover(self, request: Asked, actor: Actor, now: datetime) -> requests.Nothing:
        """Release the content key of one's own listed envelope."""
        asked = await forms.decode(request, wire.Recover)
        await releases.recover(request=asked, by=actor, now=now)
        return requests.Nothing()

    @post("/envelopes/bytes", opt=opt(Act.BID_RESUPPLY), status_code=HTTP_200_OK)
    async def resupply(self, request: Asked, actor: Actor, now: datetime) -> requests.Nothing:
        """Give identical sealed bytes once more, when the platform's are lost or altered."""
        asked = await forms.decode(request, requests.Resupply)
        await releases.resupply(commitment=asked.commitment, upload=asked.upload, by=actor, now=now)
        return requests.Nothing()
