"""The operator's page: what needs a hand, and the few acts an operator has.

It never shows sealed data, names of bidders, or a count that would tell how many bids there are: of a failure
only its code or kind, of the log's backlog only entries that are not held.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import Parameter
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER
from msgspec import Meta

from market.kernel.actor import Actor, Permission, Role
from market.runtime import alarms, clock, key_rotation, keys, log, outbox, schedule, timekeeping
from market.runtime.mail import office, queue
from market.runtime.web import forms, render

READ = {"permission": Permission(frozenset({Role.OPERATOR})), "act": "platform:operation:read"}
PARK: Mapping[str, Any] = {"permission": outbox.PERMISSION, "act": outbox.PARK}
CLOCK: Mapping[str, Any] = {
    "permission": Permission(timekeeping.PERMISSION.roles - {Role.PLATFORM}),
    "act": timekeeping.ADVANCE,
}
KEYS: Mapping[str, Any] = {"permission": key_rotation.PERMISSION, "act": key_rotation.ROTATE}

Asked = Request[Any, Any, Any]
Subscriber = Annotated[str, Meta(min_length=1, max_length=80)]
EventNumber = Annotated[int, Meta(ge=1, le=2_147_483_647)]


class Park(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which subscriber skips which event, and why."""

    subscriber: Subscriber
    outbox_id: EventNumber
    reason: Annotated[str, Meta(min_length=4, max_length=1000)]


class Advance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The instant the legal clock shall show."""

    to: Annotated[datetime, Meta(tz=True)]


class Rotate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The id of the signing key that retires, as the page showed it."""

    retire: Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """Something the operator must look at."""

    kind: str
    subject: str
    raised_at: datetime


class Stopped(msgspec.Struct, frozen=True, kw_only=True):
    """A subscriber that a failing event stops; ``reason`` is a refusal's code or the kind of failure."""

    subscriber: str
    outbox_id: int
    event_type: str
    failures: int
    retry_at: datetime | None
    reason: str


class Failing(msgspec.Struct, frozen=True, kw_only=True):
    """A row whose due act fails."""

    due: str
    row_id: str
    due_at: datetime
    failures: int
    retry_at: datetime
    reason: str


class Parked(msgspec.Struct, frozen=True, kw_only=True):
    """An event that a subscriber was told to skip."""

    subscriber: str
    outbox_id: int
    event_type: str
    reason: str
    parked_at: datetime


class Clocks(msgspec.Struct, frozen=True, kw_only=True):
    """The two clocks and the last sign of life."""

    legal: datetime
    wall: datetime
    offset_seconds: int
    demonstration: bool
    heartbeat_at: datetime | None


class Log(msgspec.Struct, frozen=True, kw_only=True):
    """The newest checkpoint, and how many entries may enter the log but have no position."""

    checkpoint: dict[str, Any] | None
    backlog: int


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """The public part of a signing key, and when it was in use."""

    key_id: str
    fingerprint: str
    public_key: str
    since: datetime
    until: datetime | None


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """All that an operator sees; ``mailing`` says whether letters are sent at all."""

    alarms: tuple[Alarm, ...]
    stopped: tuple[Stopped, ...]
    failing: tuple[Failing, ...]
    parked: tuple[Parked, ...]
    mailing: bool
    letters: tuple[queue.Trouble, ...]
    clocks: Clocks
    log: Log
    keys: tuple[Key, ...]


class ParkPage(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked before an event is parked."""

    subscriber: str
    outbox_id: int


class ClockPage(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked before the legal clock is moved."""

    legal: datetime
    demonstration: bool


async def state() -> Operation:
    """Return the state of the installation, as far as an operator may know it."""
    wall, legal, offset = clock.wall_now(), await clock.legal_now(), await clock.offset()
    return Operation(
        alarms=msgspec.convert(await alarms.raised(), tuple[Alarm, ...]),
        stopped=msgspec.convert([_told(row) for row in await outbox.stopped()], tuple[Stopped, ...]),
        failing=msgspec.convert([_told(row) for row in await schedule.failures()], tuple[Failing, ...]),
        parked=msgspec.convert(await outbox.parked(), tuple[Parked, ...]),
        mailing=office.is_open(),
        letters=tuple(await queue.troubles()),
        clocks=Clocks(
            legal=legal,
            wall=wall,
            offset_seconds=offset // timedelta(seconds=1),
            demonstration=clock.is_demonstration(),
            heartbeat_at=await clock.heartbeat(),
        ),
        log=Log(
            checkpoint=(await log.checkpoint()).document() if await log.size_now() else None,
            backlog=await log.backlog(),
        ),
        keys=msgspec.convert(keys.current().document()["keys"], tuple[Key, ...]),
    )


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a failure by its code or kind alone: its words may quote what only the parties may read."""
    return {**row, "reason": str(row["error"]).partition(":")[0]}


def _see(path: str) -> Redirect:
    return Redirect(path, status_code=HTTP_303_SEE_OTHER)


class OperationPages(Controller):
    """The operator's page and the pages before its acts."""

    path = "/operation"
    include_in_schema = False

    @get(opt=READ)
    async def show(self, now: datetime) -> Response[bytes]:
        """Show what needs a hand."""
        del now  # read, so that the footer shows it
        return render.page("site/operation.html", await state())

    @get("/park", opt=PARK)
    async def ask_park(
        self,
        subscriber: Annotated[str, Parameter(max_length=80)],
        outbox_id: Annotated[int, Parameter(ge=1, le=2_147_483_647)],
    ) -> Response[bytes]:
        """Name the consequences of parking an event."""
        return render.page("site/operation_park.html", ParkPage(subscriber=subscriber, outbox_id=outbox_id))

    @post("/park", opt=PARK)
    async def park(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Let a stopped subscriber skip its event."""
        asked = await forms.decode(request, Park)
        await outbox.park(**msgspec.structs.asdict(asked), by=actor, now=now)
        return _see("/operation")

    @get("/clock", opt=CLOCK)
    async def ask_clock(self, now: datetime) -> Response[bytes]:
        """Name the consequences of moving the legal clock."""
        page = ClockPage(legal=now, demonstration=clock.is_demonstration())
        return render.page("site/operation_clock.html", page)

    @post("/clock", opt=CLOCK)
    async def advance(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Set a demonstration's legal clock forward."""
        asked = await forms.decode(request, Advance)
        await timekeeping.advance(to=asked.to, by=actor, now=now)
        return _see("/operation")

    @get("/keys", opt=KEYS)
    async def ask_rotation(self) -> Response[bytes]:
        """Name the consequences of rotating the platform's signing key."""
        return render.page("site/operation_keys.html", Rotate(retire=keys.current().key_id))

    @post("/keys", opt=KEYS)
    async def rotate(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Retire the signing key in use."""
        asked = await forms.decode(request, Rotate)
        await key_rotation.rotate(retire=asked.retire, by=actor, now=now)
        return _see("/operation")


class OperationApi(Controller):
    """The same as JSON; the clock is set at ``/api/clock``."""

    path = "/api/operation"
    tags = ["operation"]

    @get(opt=READ)
    async def show(self) -> Operation:
        """Return what needs a hand: alarms, stopped subscribers, failing due rows, clocks, log, keys."""
        return await state()

    @post("/park", opt=PARK, status_code=HTTP_200_OK)
    async def park(self, request: Asked, actor: Actor, now: datetime) -> Operation:
        """Let a stopped subscriber skip the event that stops it, with the reason."""
        asked = await forms.decode(request, Park)
        await outbox.park(**msgspec.structs.asdict(asked), by=actor, now=now)
        return await state()

    @post("/keys", opt=KEYS, status_code=HTTP_200_OK)
    async def rotate(self, request: Asked, actor: Actor, now: datetime) -> key_rotation.Rotation:
        """Retire the signing key in use and draw its successor."""
        asked = await forms.decode(request, Rotate)
        return await key_rotation.rotate(retire=asked.retire, by=actor, now=now)
