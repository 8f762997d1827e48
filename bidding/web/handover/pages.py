"""Handovers for people: the record, its sections, one line, the minutes."""

from datetime import datetime

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response

from bidding.domain.act import Act
from bidding.domain.handover import checklist, inventory, track
from bidding.queries.handover import lines as line_queries
from bidding.services.handover import walks
from bidding.web import papers
from bidding.web.handover import acts, desk, minutes, views
from bidding.web.routing import Asked, opt, see
from contracts_templates import form as forms_of
from contracts_templates import stamp
from market.kernel.actor import Actor
from market.kernel.errors import NotFoundError
from market.runtime import files, marks
from market.runtime.web import render


class SectionUnknownError(NotFoundError):
    """The list has no such section, or no such line."""

    code = "handover-section-unknown"


class SectionPage(msgspec.Struct, frozen=True, kw_only=True):
    """One section for one reader: a form for what it enters, a form for what it signs.

    Attributes:
        enter: Lines nobody entered yet, which this party may enter.
        sign: Lines that wait for its signature only.
    """

    page: desk.PageView
    section: str
    money: bool
    equipment: bool
    enter: tuple[views.LineView, ...]
    sign: tuple[views.LineView, ...]
    lines: tuple[views.LineView, ...]


class LinePage(msgspec.Struct, frozen=True, kw_only=True):
    """One line: every version, its pictures, its disputes, a form to enter, correct or contest it.

    Attributes:
        next_copy: Number of the next device or building; 0 where the line stands once.
    """

    page: desk.PageView
    section: str
    shown: views.LineView
    money: bool
    equipment: bool
    mine: bool
    versions: tuple[inventory.Entry, ...]
    next_copy: int


class HandoverPages(Controller):
    """Handovers for people."""

    include_in_schema = False

    @get("/handovers/{number:str}", opt=opt(Act.HANDOVER_READ))
    async def show(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show a handover: both clocks, what is mine to do, the list by section, order and fine."""
        return render.page("bidding/handover/show.html", await desk.page(number, actor, now))

    @get("/handovers/{number:str}/sections/{section:str}", opt=opt(Act.HANDOVER_READ))
    async def section(self, number: str, section: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show one section with the forms of this reader."""
        page = await desk.page(number, actor, now)
        found = next((each for each in page.sections if each.id == section), None)
        if found is None:
            raise SectionUnknownError(section)
        open_ = page.handover.stage in track.OPEN and bool(page.party)
        mine = [each for each in found.lines if open_ and page.party in each.parties]
        view = SectionPage(
            page=page,
            section=section,
            money=section == checklist.Section.MONEY.value,
            equipment=section == checklist.Section.EQUIPMENT.value,
            enter=tuple(each for each in mine if not each.digest),
            sign=tuple(each for each in mine if each.digest and page.party not in each.signed),
            lines=found.lines,
        )
        return render.page("bidding/handover/section.html", view)

    @get("/handovers/{number:str}/lines/{line_id:str}", opt=opt(Act.HANDOVER_READ))
    async def line(
        self, number: str, line_id: str, actor: Actor, now: datetime, copy: int = 1
    ) -> Response[bytes]:
        """Show one line, with its pictures and versions."""
        page = await desk.page(number, actor, now)
        known = checklist.BY_ID.get(line_id)
        if known is None:
            raise SectionUnknownError(line_id)
        sheet = await line_queries.sheet((await views.readable(number, actor)).id)
        copies = [each for each in page.handover.lines if each.line == line_id]
        shown = next((each for each in copies if each.copy == copy), None) or msgspec.structs.replace(
            copies[0], copy=copy, digest="", party="", content=None, signed={}, versions=0, contested=""
        )
        open_ = page.handover.stage in track.OPEN and page.party in shown.parties
        view = LinePage(
            page=page,
            section=known.section.value,
            shown=shown,
            money=known.section is checklist.Section.MONEY,
            equipment=known.section is checklist.Section.EQUIPMENT,
            mine=open_,
            versions=tuple(each for each in sheet.entries if each.place == inventory.Place(line_id, copy)),
            next_copy=len(copies) + 1 if known.many and copies[0].digest else 0,
        )
        return render.page("bidding/handover/line.html", view)

    @get("/handovers/{number:str}/files/{name:str}", opt=opt(Act.HANDOVER_READ))
    async def file(self, number: str, name: str, actor: Actor) -> Response[bytes]:
        """Return a picture or paper of this handover, never any other file."""
        found = await views.readable(number, actor)
        if name not in (await line_queries.sheet(found.id)).files:
            raise files.FileMissingError("no such file here")
        kept = await files.stored(name)
        return Response(await files.read(name), media_type=kept.media_type)

    @get("/handovers/{number:str}/pdf", opt=opt(Act.HANDOVER_READ))
    async def pdf(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Return the minutes as PDF: the record as it stands now."""
        found = await views.readable(number, actor)
        content = await minutes.content(found, await views.view(found, now), now)
        return await papers.answer(
            forms_of.HANDOVER_RECORD,
            content,
            number=f"{number}-JJ",
            digest=stamp.content_digest(forms_of.HANDOVER_RECORD, content),
            checkpoint=await marks.checkpoint(),
            page=f"/handovers/{number}",
        )

    @post("/contracts/{number:str}/handover", opt=opt(Act.HANDOVER_START))
    async def start(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Begin a handover."""
        await acts.start(request, number, actor, now)
        return see(f"/handovers/{number}")

    @post("/handovers/{number:str}/incoming", opt=opt(Act.HANDOVER_INCOMING))
    async def incoming(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Name the coming provider."""
        await acts.incoming(request, number, actor, now)
        return see(f"/handovers/{number}")

    @post("/handovers/{number:str}/steps", opt=opt(Act.HANDOVER_ADVANCE))
    async def step(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Take a step."""
        await acts.step(request, number, actor, now)
        return see(f"/handovers/{number}")

    @post("/handovers/{number:str}/left", opt=opt(Act.HANDOVER_LEFT))
    async def left(self, number: str, actor: Actor, now: datetime) -> Redirect:
        """Note that the old provider left the site."""
        await walks.note_left(number=number, by=actor, now=now)
        return see(f"/handovers/{number}")

    @post("/handovers/{number:str}/lines", opt=opt(Act.HANDOVER_ENTER), request_max_body_size=acts.BODY)
    async def lines(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Enter or correct lines."""
        await acts.enter(request, number, actor, now)
        return see(f"/handovers/{number}")

    @post("/handovers/{number:str}/signatures", opt=opt(Act.HANDOVER_CONFIRM))
    async def sign(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Sign lines."""
        await acts.sign(request, number, actor, now)
        return see(f"/handovers/{number}")

    @post("/handovers/{number:str}/disputes", opt=opt(Act.HANDOVER_CONTEST))
    async def contest(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Contest a line."""
        await acts.contest(request, number, actor, now)
        return see(f"/handovers/{number}")

    @post("/handovers/{number:str}/disputes/{case:int}", opt=opt(Act.HANDOVER_MEDIATE))
    async def mediate(self, request: Asked, number: str, case: int, actor: Actor, now: datetime) -> Redirect:
        """Settle or refer a dispute."""
        await acts.mediate(request, number, case, actor, now)
        return see(f"/handovers/{number}")
