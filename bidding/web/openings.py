"""The opening over HTTP: frozen list, headers, releases, transcript."""

from datetime import datetime

import msgspec
from litestar import Controller, get, post
from litestar.response import Response
from litestar.status_codes import HTTP_200_OK

from bidding.domain.act import Act
from bidding.domain.sealed import wire
from bidding.queries import openings, transcripts
from bidding.queries.prices import locked
from bidding.services import releases
from bidding.web import tender_views
from bidding.web.routing import Asked, opt
from market.kernel.actor import Actor
from market.runtime.web import forms


class OpeningApi(Controller):
    """What keyholders' clients and verifiers read and send."""

    path = "/api"
    tags = ["openings"]

    @get("/tenders/{number:str}/frozen-list", opt=opt(Act.OPENING_READ))
    async def frozen_list(self, number: str, actor: Actor) -> wire.FrozenListAnswer:
        """Return the frozen list with its proofs."""
        return await openings.list_answer(await tender_views.seen(number, actor))

    @get("/tenders/{number:str}/headers", opt=opt(Act.OPENING_READ))
    async def headers(self, number: str, actor: Actor) -> wire.Headers:
        """Return the headers of the listed bids, in the order of the list."""
        return wire.Headers(headers=await openings.headers(await tender_views.seen(number, actor)))

    @get("/tenders/{number:str}/locked-marks", opt=opt(Act.OPENING_READ))
    async def locked_marks(self, number: str, actor: Actor) -> wire.MarksAnswer:
        """Return the locked technical marks with their proofs, once there are any."""
        return await locked.answer(await tender_views.seen(number, actor))

    @post("/releases", opt=opt(Act.SHARES_RELEASE), status_code=HTTP_200_OK)
    async def release(self, request: Asked, actor: Actor, now: datetime) -> wire.Released:
        """Sign the frozen list and release one's shares, in one act."""
        asked = await forms.decode(request, wire.Release)
        return await releases.release(request=asked, by=actor, now=now)

    @get("/tenders/{number:str}/transcript", opt=opt(Act.OPENING_READ))
    async def transcript(self, number: str, actor: Actor) -> Response[bytes]:
        """Return the transcript: everything to verify the opening without the server."""
        made = await transcripts.of_tender(await tender_views.seen(number, actor))
        return Response(
            msgspec.json.encode(made),
            media_type="application/json",
            headers={"content-disposition": f'attachment; filename="{number}-transcript.json"'},
        )
