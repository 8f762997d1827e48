"""The register of instruments: list with filters and download, form, page and every step; pages and JSON."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response

from credit.domain.act import Act
from credit.domain.instruments.instrument import Annulment, Cause, Entry, Kind, Stage
from credit.domain.permission import PERMISSIONS
from credit.queries import choices
from credit.queries.instruments import pages as questions
from credit.services.instruments import annulments, entries, falling
from credit.services.papers import LIMIT
from credit.web import requests
from credit.web.routes import Asked, Created, Step, decode, open_to_all, opt, see, steps
from market.kernel.actor import Actor
from market.kernel.errors import InvalidInputError
from market.kernel.period import local_day
from market.runtime.web import export, paging, render
from market.runtime.web.i18n import t

PAGE, API = "/credit/instruments", "/api/credit/instruments"
LARGEST = LIMIT + (1 << 20)
_FILE = {"file": "file_digest"}


class InstrumentsView(msgspec.Struct, frozen=True, kw_only=True):
    """The register as far as its reader may see it, and what was looked for."""

    page: paging.Page[questions.InstrumentLine]
    wanted: questions.Filter
    csv: str
    xlsx: str
    may_enter: bool
    kinds: tuple[Kind, ...] = tuple(Kind)
    stages: tuple[Stage, ...] = tuple(Stage)


class InstrumentPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the register."""

    items: tuple[questions.InstrumentLine, ...]
    more: str | None


class InstrumentForm(msgspec.Struct, frozen=True, kw_only=True):
    """What the form of a new entry offers."""

    enterprises: tuple[choices.Choice, ...]
    communities: tuple[choices.Choice, ...]
    enterprise: int | None
    replaces: int | None
    kinds: tuple[Kind, ...] = tuple(Kind)


class InstrumentPageView(msgspec.Struct, frozen=True, kw_only=True):
    """An entry and the moment it is looked at."""

    found: questions.InstrumentView
    now: datetime
    causes: tuple[Cause, ...] = tuple(Cause)


def _annulment(body: Annulment) -> dict[str, Any]:
    return {"annulment": body}


STEPS: tuple[Step, ...] = (
    Step("annul", Act.INSTRUMENT_ANNUL, annulments.note, Annulment, _annulment, _FILE),
    Step("confirm", Act.INSTRUMENT_CONFIRM, annulments.confirm),
    Step("decline", Act.INSTRUMENT_DECLINE, annulments.decline, requests.Reasons),
    Step("fall", Act.INSTRUMENT_FALL, falling.fall),
)
OF_RECORD: tuple[Step, ...] = (Step("rest", Act.RECORD_REST, entries.rest, requests.Rests),)


def _wanted(kind: str, stage: str, words: str) -> questions.Filter:
    try:
        return questions.Filter(
            kind=Kind(kind) if kind else None, stage=Stage(stage) if stage else None, words=words
        )
    except ValueError as problem:
        raise InvalidInputError("no such kind or stage", field="kind") from problem


def _looked_for(wanted: questions.Filter, *, kind: str) -> dict[str, str]:
    """Return what was looked for as an address says it; the kind of entry under the given name."""
    chosen = {kind: wanted.kind or "", "stage": wanted.stage or "", "words": wanted.words}
    return {name: str(value) for name, value in chosen.items() if value}


async def _listed(
    request: Asked, actor: Actor, wanted: questions.Filter, *, path: str
) -> paging.Page[questions.InstrumentLine]:
    asked = paging.asked(request)
    after = int(asked.after[0]) if asked.after else 0
    rows = await questions.listed(actor, wanted, after=after, limit=asked.rows)
    query = _looked_for(wanted, kind="kind")
    return paging.cut(rows, asked, key=lambda row: (row.id,), path=path, query=query)


class InstrumentPages(Controller):
    """The register for people."""

    include_in_schema = False

    @get(PAGE, opt=opt(Act.INSTRUMENT_READ))
    async def index(
        self, request: Asked, actor: Actor, kind: str = "", stage: str = "", words: str = ""
    ) -> Response[bytes]:
        """Show the entries of one's division, or about one's own enterprise."""
        wanted = _wanted(kind, stage, words)
        same = _looked_for(wanted, kind="of")
        view = InstrumentsView(
            page=await _listed(request, actor, wanted, path=PAGE),
            wanted=wanted,
            csv=render.url(f"{PAGE}/table/csv", **same),
            xlsx=render.url(f"{PAGE}/table/xlsx", **same),
            may_enter=PERMISSIONS[Act.INSTRUMENT_ENTER].allows_role(actor),
        )
        return render.page("credit/instruments/index.html", view)

    @get(f"{PAGE}/table/{{kind:str}}", opt=opt(Act.INSTRUMENT_READ))
    async def download(
        self, kind: export.Kind, actor: Actor, of: str = "", stage: str = "", words: str = ""
    ) -> Response[bytes]:
        """Hand out what the list shows as a file; ``of`` is the kind of entry looked for."""
        names = ("kind", "number", "issuer", "issued_on", "effective_on", "enterprise", "code", "community")
        columns = [t(f"credit.instrument.{name}") for name in (*names, "stage", "records")]
        rows = [
            (
                t(f"credit.instrument.kind.{one.kind.value}"),
                one.number,
                one.issuer,
                one.issued_on,
                one.effective_on,
                one.enterprise_name,
                one.enterprise_code,
                one.community_name,
                t(f"credit.instrument.stage.{one.stage.value}"),
                one.records,
            )
            for one in await questions.listed(actor, _wanted(of, stage, words))
        ]
        return export.answer(kind, t("credit.instrument.list"), columns, rows)

    @get(f"{PAGE}/new", opt=opt(Act.INSTRUMENT_ENTER))
    async def form(
        self, actor: Actor, now: datetime, enterprise: int | None = None, replaces: int | None = None
    ) -> Response[bytes]:
        """Show the form of a new entry."""
        offered = await choices.form_of(actor, now=now)
        view = InstrumentForm(
            enterprises=offered.enterprises,
            communities=offered.communities,
            enterprise=enterprise,
            replaces=replaces,
        )
        return render.page("credit/instruments/new.html", view, today=local_day(now))

    @post(PAGE, opt=opt(Act.INSTRUMENT_ENTER), request_max_body_size=LARGEST)
    async def enter(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Enter an instrument."""
        entry = await decode(request, Entry, papers=_FILE)
        return see(f"{PAGE}/{await entries.enter(entry=entry, by=actor, now=now)}")

    @get(f"{PAGE}/{{number:int}}", opt=open_to_all(Act.SCORE_READ))
    async def show(self, number: int, actor: Actor, now: datetime) -> Response[bytes]:
        """Show an entry as the reader may see it, with everything that rests on it."""
        found = await questions.instrument_view(number, actor=actor, now=now)
        return render.page("credit/instruments/show.html", InstrumentPageView(found=found, now=now))


class InstrumentApi(Controller):
    """The same as JSON."""

    path = API
    tags = ["credit"]

    @get("/", opt=opt(Act.INSTRUMENT_READ), operation_id="credit-instrument-list")
    async def index(
        self, request: Asked, actor: Actor, kind: str = "", stage: str = "", words: str = ""
    ) -> InstrumentPage:
        """Return the entries of one's division, or about one's own enterprise."""
        page = await _listed(request, actor, _wanted(kind, stage, words), path=API)
        return InstrumentPage(items=page.items, more=page.more)

    @post("/", opt=opt(Act.INSTRUMENT_ENTER), operation_id="credit-instrument-enter")
    async def enter(self, request: Asked, actor: Actor, now: datetime) -> Created:
        """Enter an instrument."""
        entry = await decode(request, Entry, papers=_FILE)
        return Created(await entries.enter(entry=entry, by=actor, now=now))

    @get("/{number:int}", opt=open_to_all(Act.SCORE_READ), operation_id="credit-instrument-show")
    async def show(self, number: int, actor: Actor, now: datetime) -> questions.InstrumentView:
        """Return an entry as the reader may see it."""
        return await questions.instrument_view(number, actor=actor, now=now)


ROUTES: list[Any] = [
    InstrumentPages,
    InstrumentApi,
    *steps(STEPS, key="instrument_id", page=PAGE, api=API),
    *steps(OF_RECORD, key="record_id", page="/credit/records", api="/api/credit/records"),
]
