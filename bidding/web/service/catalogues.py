"""The service catalogue over HTTP: read by area, downloaded, published by the city."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.params import Parameter
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS
from bidding.domain.service import catalogue
from bidding.queries.service import catalogues as queries
from bidding.services.service import catalogues
from bidding.web.requests import Request
from bidding.web.routing import Asked, opt, see
from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.runtime.web import attachments, export, forms, render

Area = Annotated[str | None, Parameter(max_length=4)]
Name = Annotated[str | None, Parameter(max_length=40)]


class PublishCatalogue(Request, frozen=True, kw_only=True):
    """POST /api/catalogue: the whole list as CSV, and the first day it is drawn from."""

    lines: Annotated[str, msgspec.Meta(min_length=1, max_length=400_000)]
    effective_on: date


class VersionLine(msgspec.Struct, frozen=True, kw_only=True):
    """A version in the list of versions; ``changed``: how many cells differ from the one before."""

    name: str
    effective_on: date
    digest: str
    items: int
    changed: int


class PublicCatalogue(msgspec.Struct, frozen=True, kw_only=True):
    """A version with its items."""

    name: str
    effective_on: date
    digest: str
    items: tuple[catalogue.Item, ...]


class CatalogueView(msgspec.Struct, frozen=True, kw_only=True):
    """The page: one version, narrowed to an area, beside all versions and what the shown one changed."""

    shown: catalogue.Catalogue
    current: str
    area: str | None
    items: tuple[catalogue.Item, ...]
    versions: tuple[VersionLine, ...]
    changes: tuple[catalogue.Change, ...]
    csv: str
    xlsx: str
    may_publish: bool


class PreviewView(msgspec.Struct, frozen=True, kw_only=True):
    """What publishing a file would change, before it is done."""

    lines: str
    effective_on: date
    latest: str
    items: int
    changes: tuple[catalogue.Change, ...]


def _changes(versions: Sequence[catalogue.Catalogue], place: int) -> tuple[catalogue.Change, ...]:
    return catalogue.changes(versions[place - 1].items, versions[place].items) if place else ()


async def _chosen(name: str | None, now: datetime) -> catalogue.Catalogue:
    return await queries.by_name(name) if name else await queries.in_force(local_day(now))


def _public(found: catalogue.Catalogue) -> PublicCatalogue:
    return PublicCatalogue(
        name=found.name, effective_on=found.effective_on, digest=found.digest, items=found.items
    )


def _narrowed(found: catalogue.Catalogue, area: str | None) -> tuple[catalogue.Item, ...]:
    return tuple(each for each in found.items if area in (None, "", each.area))


class CataloguePages(Controller):
    """The catalogue for people."""

    include_in_schema = False
    path = "/catalogue"

    @get(opt=opt(Act.CATALOGUE_READ))
    async def show(
        self, *, actor: Actor, now: datetime, area: Area = None, version: Name = None
    ) -> Response[bytes]:
        """Show a version, all areas or one."""
        versions, shown = await queries.versions(), await _chosen(version, now)
        place = [each.name for each in versions].index(shown.name)
        kept = {"area": area, "version": version}
        view = CatalogueView(
            shown=shown,
            current=(await queries.in_force(local_day(now))).name,
            area=area,
            items=_narrowed(shown, area),
            versions=tuple(
                VersionLine(
                    name=each.name,
                    effective_on=each.effective_on,
                    digest=each.digest,
                    items=len(each.items),
                    changed=len(_changes(versions, at)),
                )
                for at, each in enumerate(versions)
            ),
            changes=_changes(versions, place),
            csv=render.url("/catalogue/export/csv", **kept),
            xlsx=render.url("/catalogue/export/xlsx", **kept),
            may_publish=PERMISSIONS[Act.CATALOGUE_PUBLISH].allows_role(actor),
        )
        return render.page("bidding/service/catalogue.html", view)

    @get("/export/{kind:str}", opt=opt(Act.CATALOGUE_READ))
    async def exported(
        self, *, kind: str, now: datetime, area: Area = None, version: Name = None
    ) -> Response[bytes]:
        """Return a version as a file, with the very columns an import reads."""
        found = await _chosen(version, now)
        rows = [catalogue.cells(each) for each in _narrowed(found, area)]
        name = found.name.replace("/", "-")
        return export.answer("xlsx" if kind == "xlsx" else "csv", name, catalogue.COLUMNS, rows)

    @post("/preview", opt=opt(Act.CATALOGUE_PUBLISH), status_code=HTTP_200_OK)
    async def preview(self, request: Asked, actor: Actor, now: datetime) -> Response[bytes]:
        """Read a file and show every difference from the latest version; nothing is kept."""
        PERMISSIONS[Act.CATALOGUE_PUBLISH].check(actor)
        asked = await _with_file(request)
        items = catalogue.parse(asked.lines)
        latest = (await queries.versions())[-1]
        catalogue.check_publication(
            items, latest=latest, effective_on=asked.effective_on, today=local_day(now)
        )
        view = PreviewView(
            lines=asked.lines,
            effective_on=asked.effective_on,
            latest=latest.name,
            items=len(items),
            changes=catalogue.changes(latest.items, items),
        )
        return render.page("bidding/service/catalogue_preview.html", view)

    @post(opt=opt(Act.CATALOGUE_PUBLISH))
    async def publish(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Publish what was previewed."""
        asked = await forms.decode(request, PublishCatalogue)
        made = await catalogues.publish(lines=asked.lines, effective_on=asked.effective_on, by=actor, now=now)
        return see(render.url("/catalogue", version=made.name))


async def _with_file(request: Asked) -> PublishCatalogue:
    """Return the order of the form, the file's text as its lines.

    Raises:
        FieldError: No file, or not UTF-8.
    """
    sent = await attachments.read_needed(request)
    try:
        text = sent.data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise forms.FieldError("not UTF-8", field="file", rule="characters") from problem
    return forms.convert(forms.nest([*sent.beside, ("lines", text)]), PublishCatalogue, written=True)


class CatalogueApi(Controller):
    """The same as JSON."""

    path = "/api/catalogue"
    tags = ["catalogue"]

    @get(opt=opt(Act.CATALOGUE_READ))
    async def show(self, now: datetime, version: Name = None) -> PublicCatalogue:
        """Return the version in force, or the one named."""
        return _public(await _chosen(version, now))

    @post(opt=opt(Act.CATALOGUE_PUBLISH))
    async def publish(self, request: Asked, actor: Actor, now: datetime) -> PublicCatalogue:
        """Publish a new version of the catalogue."""
        asked = await forms.decode(request, PublishCatalogue)
        return _public(
            await catalogues.publish(lines=asked.lines, effective_on=asked.effective_on, by=actor, now=now)
        )
