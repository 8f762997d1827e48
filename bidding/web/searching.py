"""The list of announced tenders, narrowed by its address: how that is read, and what page and file hold."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final, Literal

import msgspec
from litestar.response import Response
from markupsafe import escape

from bidding.domain import procedure as procedures
from bidding.domain.procedure import BEFORE_PUBLICATION, Profile, Stage
from bidding.queries import tender_lists
from bidding.queries.filtering import Filters
from bidding.web.routing import Asked
from market.kernel import area, money
from market.kernel.errors import FindingsError, MarketError
from market.parties import public as parties
from market.runtime.web import export, forms, render
from market.runtime.web.i18n import t

MOST_EXPORTED: Final = 10_000
_NEVER_LISTED: Final = BEFORE_PUBLICATION - {Stage.APPROVED}
"""A selection by agreement is public from its approval on."""
_DISTRICT, _STREET = 6, 9
"""Digits of the codes of a district and of a street in it."""

Place = Annotated[str, msgspec.Meta(pattern="^[0-9]{6,12}$")]
Area = Annotated[int, msgspec.Meta(ge=0, extra={"form": "centi"})]
Price = Annotated[int, msgspec.Meta(ge=0, extra={"form": "fen"})]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the address asks for; areas in m² and prices in yuan, as people write them.

    Attributes:
        street: A street of ``division``; one that lies elsewhere is left from an earlier choice, and ignored.
        offset: How many tenders to pass over.
    """

    text: Annotated[str, msgspec.Meta(max_length=80)] | None = None
    stage: Stage | None = None
    profile: Profile | None = None
    procedure: str | None = None
    division: Place | None = None
    street: Place | None = None
    area_from: Area | None = None
    area_to: Area | None = None
    price_from: Price | None = None
    price_to: Price | None = None
    deadline_from: date | None = None
    deadline_to: date | None = None
    offset: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0

    @property
    def place(self) -> str | None:
        """The narrowest division that is asked for."""
        return self.street if self.street and self.street.startswith(self.division or "") else self.division

    def filters(self) -> Filters:
        """Return it as the query takes it."""
        own = {name: getattr(self, name) for name in Filters.__struct_fields__}
        return Filters(**(own | {"division": self.place}))


_MOST_AREA: Final = area.square_metres("1,000,000,000")
_MOST_PRICE: Final = money.yuan("1,000,000")
_FIRST, _LAST = date(2000, 1, 1), date(2199, 12, 31)
_RANGES: Final = ("area", "price", "deadline")


def read(request: Asked) -> Wanted:
    """Return what an address asks for; blank inputs ask for nothing.

    Raises:
        FindingsError: One finding for each value that cannot be meant, with its limit.
    """
    wanted = forms.query(request, Wanted)
    if found := [*_findings(wanted)]:
        raise FindingsError(found)
    return wanted


def _findings(wanted: Wanted) -> list[MarketError]:
    found: list[MarketError] = []
    if wanted.procedure is not None and wanted.procedure not in procedures.PROCEDURES:
        found.append(_finding("procedure", "choice"))
    for name in _RANGES:
        start, end = getattr(wanted, f"{name}_from"), getattr(wanted, f"{name}_to")
        least, most = _bounds(name)
        for end_name, value in (("from", start), ("to", end)):
            if value is not None and value > most:
                found.append(_finding(f"{name}_{end_name}", "maximum", _written(name, most)))
            elif value is not None and value < least:
                found.append(_finding(f"{name}_{end_name}", "minimum", _written(name, least)))
        if start is not None and end is not None and end < start:
            found.append(_finding(f"{name}_to", "minimum", _written(name, start)))
    return found


def _bounds(name: str) -> tuple[Any, Any]:
    return {"area": (0, _MOST_AREA), "price": (0, _MOST_PRICE), "deadline": (_FIRST, _LAST)}[name]


def _finding(field: str, rule: str, bound: str | None = None) -> MarketError:
    context = {} if bound is None else {"bound": bound}
    return forms.FieldError(f"{rule} {bound}", field=field, rule=rule, **context)


def _written(name: str, value: int | date) -> str:
    """Return a limit in the unit people write it in."""
    if isinstance(value, date):
        return value.isoformat()
    return area.format_area(value) if name == "area" else money.format_fen(value)


class ListView(msgspec.Struct, frozen=True, kw_only=True):
    """Announced tenders with the filters that stand in the address.

    Attributes:
        asked: Every filter as it was written, empty where it is not set.
        narrowed: Something is asked for.
        streets: Of the chosen district.
    """

    tenders: tuple[tender_lists.TenderLine, ...]
    asked: Mapping[str, str]
    narrowed: bool
    stages: tuple[str, ...]
    procedures: tuple[str, ...]
    divisions: tuple[tuple[str, str], ...]
    streets: tuple[tuple[str, str], ...]
    more: str | None
    first: str | None
    csv: str
    xlsx: str


def kept(request: Asked, wanted: Wanted) -> dict[str, str]:
    """Return the filters that are set, as they were written: addresses of pages and files carry them."""
    names = [name for name in Wanted.__struct_fields__ if name not in {"offset", "division", "street"}]
    place = wanted.place or ""
    own = {"division": place[:_DISTRICT], "street": place if len(place) > _DISTRICT else ""}
    return {
        name: text
        for name, text in ({name: request.query_params.get(name, "") for name in names} | own).items()
        if text
    }


async def view(request: Asked) -> ListView:
    """Return the page of the list that an address asks for."""
    wanted = read(request)
    asked = kept(request, wanted)
    found = await tender_lists.published(wanted.filters(), offset=wanted.offset)
    roots = await parties.roots()
    district = asked.get("division")
    more = render.url("/tenders", **asked, offset=wanted.offset + tender_lists.PAGE)
    return ListView(
        tenders=tuple(found[: tender_lists.PAGE]),
        asked={name: asked.get(name, "") for name in Wanted.__struct_fields__},
        narrowed=bool(asked),
        stages=tuple(stage.value for stage in Stage if stage not in _NEVER_LISTED),
        procedures=tuple(procedures.PROCEDURES),
        divisions=await _below(roots[0].code) if roots else (),
        streets=await _below(district) if district and district not in {root.code for root in roots} else (),
        more=more if len(found) > tender_lists.PAGE else None,
        first=render.url("/tenders", **asked) if wanted.offset else None,
        csv=render.url("/tenders/export/csv", **asked),
        xlsx=render.url("/tenders/export/xlsx", **asked),
    )


async def _below(code: str) -> tuple[tuple[str, str], ...]:
    return tuple((place.code, escape(place.name)) for place in await parties.children(code))


async def table(request: Asked, kind: Literal["csv", "xlsx"]) -> Response[bytes]:
    """Return the list, narrowed in the same way, as a file."""
    found = await tender_lists.published(read(request).filters(), limit=MOST_EXPORTED)
    columns = [
        t(f"bidding.column.{name}")
        for name in ("number", "title", "tenderer", "community", "stage", "deadline")
    ]
    rows = [
        (one.number, one.title, one.organisation_name, one.community_name, one.stage, one.deadline)
        for one in found
    ]
    return export.answer(kind, "tenders", columns, rows)
