"""Owners' decisions over HTTP: ballots counted first, then recorded; posted, checked again, revoked."""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec
from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.response import Redirect, Response, Stream
from litestar.status_codes import HTTP_200_OK

from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS
from bidding.domain.vote import ballot
from bidding.queries import decisions as queries
from bidding.services import decisions
from bidding.services.vote import counting, following
from bidding.web.routing import Asked, opt, see
from bidding.web.vote import asking, shown
from bidding.web.vote.orders import CheckBallots, CountBallots, PostDecision, RecordDecision, RevokeDecision
from market.kernel.actor import Actor
from market.kernel.area import format_area
from market.parties import public as parties
from market.runtime import files
from market.runtime.web import export, forms, render
from market.runtime.web.i18n import t

LIMIT: Final = (decisions.PROTOCOL_LIMIT + ballot.MOST_BYTES) * 4 // 3 + (1 << 20)
"""Both files in the text form of bytes, and the fields."""

S = TypeVar("S", bound=msgspec.Struct)


async def _sent(request: Asked, struct: type[S]) -> S:
    """Return the body as ``struct``; files of a form become the text form of their bytes."""
    if request.content_type[0] != RequestEncodingType.MULTI_PART:
        return await forms.decode(request, struct)
    items: list[tuple[str, object]] = []
    for name, value in (await request.form()).multi_items():
        kept = base64.b64encode(await value.read()).decode() if isinstance(value, UploadFile) else value
        items.append((name, kept))
    return forms.convert(forms.nest(items), struct, written=True)


def _fields(asked: CountBallots) -> tuple[tuple[str, str], ...]:
    """Return what was sent as the hidden fields of a form."""
    plain: dict[str, Any] = msgspec.to_builtins(asked)
    pairs: list[tuple[str, str]] = []
    if asked.price_fen is not None:
        plain["price_fen"] = f"{asked.price_fen // 100}.{asked.price_fen % 100:02d}"  # a form has yuan
    for name, value in plain.items():
        listed: Sequence[Any] = value if isinstance(value, list | tuple) else (value,)
        pairs += [(name, str(each)) for each in listed if each is not None and str(each)]
    return tuple(pairs)


class DecisionPages(Controller):
    """Decisions for people."""

    include_in_schema = False

    @get("/decisions/new", opt=opt(Act.DECISION_COUNT))
    async def new(self, actor: Actor, tender: str = "", lot: str = "1") -> Response[bytes]:
        """Show the form that counts the ballots of a decision."""
        return render.page("bidding/decision_new.html", await asking.form(actor, tender[:40], lot[:4]))

    @post(
        "/decisions/count",
        opt={**opt(Act.DECISION_COUNT), "body": CountBallots},
        status_code=HTTP_200_OK,
        request_max_body_size=LIMIT,
    )
    async def count(self, request: Asked, actor: Actor, now: datetime) -> Response[bytes]:
        """Show the verdict before anything is recorded."""
        asked = await _sent(request, CountBallots)
        counted = await counting.preview(order=asked.order(), ballots=asked.ballots, by=actor, now=now)
        back = f"/decisions/new?tender={asked.tender}&lot={asked.lot}" if asked.tender else "/decisions/new"
        view = asking.CountedView(
            matter=asked.matter.value, verdict=shown.verdict(counted), fields=_fields(asked), back=back
        )
        return render.page("bidding/decision_count.html", view)

    @post(
        "/decisions",
        opt={**opt(Act.DECISION_RECORD), "body": RecordDecision},
        request_max_body_size=LIMIT,
    )
    async def record(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Record a decision."""
        asked = await _sent(request, RecordDecision)
        made = await decisions.record(
            order=asked.order(), ballots=asked.ballots, protocol=asked.protocol, by=actor, now=now
        )
        return see(f"/decisions/{made.number}")

    @get("/decisions/{number:str}", opt=opt(Act.DECISION_READ))
    async def show(self, number: str, actor: Actor) -> Response[bytes]:
        """Show a decision: figures, tests, verdict, how the vote was held, what rests on it."""
        return render.page("bidding/decision.html", await shown.view(number, actor))

    @get("/decisions/{number:str}/protocol", opt=opt(Act.DECISION_CHECK))
    async def protocol(self, number: str, actor: Actor) -> Stream:
        """Return the record of the vote; it may name people, so it is for those who may check."""
        found = await queries.by_number(number)
        place = await parties.community(found.community)
        PERMISSIONS[Act.DECISION_CHECK].check(
            actor, organisations=await parties.organisations_in(place.id), path=place.path
        )
        stored = await files.stored(found.file_digest)
        return Stream(
            files.open_stream(stored.digest),
            media_type=stored.media_type,
            headers={"content-disposition": "attachment"},
        )

    @post("/decisions/{number:str}/posting", opt=opt(Act.DECISION_POST))
    async def posting(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Record the day a decision was posted."""
        asked = await forms.decode(request, PostDecision)
        await following.post(number=number, posted_on=asked.posted_on, by=actor, now=now)
        return see(f"/decisions/{number}")

    @post(
        "/decisions/{number:str}/check",
        opt={**opt(Act.DECISION_CHECK), "body": CheckBallots},
        status_code=HTTP_200_OK,
        request_max_body_size=LIMIT,
    )
    async def check(self, request: Asked, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Count a ballot file again."""
        asked = await _sent(request, CheckBallots)
        found = await following.check(number=number, ballots=asked.ballots, by=actor, now=now)
        return render.page("bidding/decision_check.html", asking.CheckView(number=number, check=found))

    @post("/decisions/{number:str}/revocation", opt=opt(Act.DECISION_REVOKE))
    async def revocation(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Revoke a decision."""
        asked = await forms.decode(request, RevokeDecision)
        await following.revoke(number=number, reasons=asked.reasons, by=actor, now=now)
        return see(f"/decisions/{number}")

    @get("/communities/{community:int}/decisions", opt=opt(Act.DECISION_READ))
    async def listed(self, community: int, actor: Actor) -> Response[bytes]:
        """Show what the owners of a community decided."""
        place = await parties.community(community)
        view = asking.ListView(
            community=place,
            decisions=await shown.all_public(await queries.of_community(community)),
            may_record=PERMISSIONS[Act.DECISION_RECORD].allows(
                actor, organisations=await parties.organisations_in(community), path=place.path
            ),
        )
        return render.page("bidding/decisions.html", view)

    @get("/communities/{community:int}/ballots.csv", opt=opt(Act.DECISION_COUNT))
    async def sheet(self, community: int, actor: Actor) -> Response[bytes]:
        """Return an empty ballot file of the unit list in force: building, number, area; no owner's name."""
        place = await parties.community(community)
        PERMISSIONS[Act.DECISION_COUNT].check(
            actor, organisations=await parties.organisations_in(community), path=place.path
        )
        listed = await parties.unit_list(community)
        units = await parties.units_of(listed.id) if listed else []
        columns = [
            t(f"bidding.ballot.{name}") for name in ("building", "number", "area", "choice", "channel")
        ]
        rows = [(unit.building, unit.number, format_area(unit.area_centi), "", "") for unit in units]
        return export.answer("csv", t("bidding.ballot.sheet"), columns, rows)


class DecisionApi(Controller):
    """The same as JSON."""

    path = "/api"
    tags = ["decision"]

    @get("/decisions/{number:str}", opt=opt(Act.DECISION_READ))
    async def show(self, number: str) -> shown.PublicDecision:
        """Return a decision with its verdict test by test."""
        return await shown.public(await queries.by_number(number))

    @get("/communities/{community:int}/decisions", opt=opt(Act.DECISION_READ))
    async def listed(self, community: int) -> tuple[shown.PublicDecision, ...]:
        """Return what the owners of a community decided, the newest last."""
        place = await parties.community(community)
        return await shown.all_public(await queries.of_community(place.id))

    @post(
        "/decisions/count",
        opt={**opt(Act.DECISION_COUNT), "body": CountBallots},
        status_code=HTTP_200_OK,
        request_max_body_size=LIMIT,
    )
    async def count(self, request: Asked, actor: Actor, now: datetime) -> shown.Verdict:
        """Count ballots; nothing is recorded or kept."""
        asked = await _sent(request, CountBallots)
        return shown.verdict(
            await counting.preview(order=asked.order(), ballots=asked.ballots, by=actor, now=now)
        )

    @post("/decisions", opt={**opt(Act.DECISION_RECORD), "body": RecordDecision}, request_max_body_size=LIMIT)
    async def record(self, request: Asked, actor: Actor, now: datetime) -> shown.PublicDecision:
        """Record what the owners decided; answers the counted verdict test by test."""
        asked = await _sent(request, RecordDecision)
        made = await decisions.record(
            order=asked.order(), ballots=asked.ballots, protocol=asked.protocol, by=actor, now=now
        )
        return await shown.public(made)

    @post("/decisions/{number:str}/posting", opt=opt(Act.DECISION_POST), status_code=HTTP_200_OK)
    async def posting(self, request: Asked, number: str, actor: Actor, now: datetime) -> shown.PublicDecision:
        """Record the day a decision was posted."""
        asked = await forms.decode(request, PostDecision)
        made = await following.post(number=number, posted_on=asked.posted_on, by=actor, now=now)
        return await shown.public(made)

    @post(
        "/decisions/{number:str}/check",
        opt={**opt(Act.DECISION_CHECK), "body": CheckBallots},
        status_code=HTTP_200_OK,
        request_max_body_size=LIMIT,
    )
    async def check(self, request: Asked, number: str, actor: Actor, now: datetime) -> following.Check:
        """Count a ballot file again: is it the file, and are the totals the same."""
        asked = await _sent(request, CheckBallots)
        return await following.check(number=number, ballots=asked.ballots, by=actor, now=now)

    @post("/decisions/{number:str}/revocation", opt=opt(Act.DECISION_REVOKE), status_code=HTTP_200_OK)
    async def revocation(
        self, request: Asked, number: str, actor: Actor, now: datetime
    ) -> shown.PublicDecision:
        """Revoke a decision with reasons; nothing that rests on it goes on."""
        asked = await forms.decode(request, RevokeDecision)
        return await shown.public(
            await following.revoke(number=number, reasons=asked.reasons, by=actor, now=now)
        )
