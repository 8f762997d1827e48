"""The register of enterprises as JSON, and how pages and JSON are asked for it."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, get
from litestar.di import Provide
from litestar.params import Parameter

from credit.domain.act import Act
from credit.domain.register.history import Lookback, lookback
from credit.queries.register import directory
from credit.queries.register.directory import Counts, DirectoryLine, Sort, Wanted
from credit.web.routes import Asked as Request
from credit.web.routes import opt
from market.runtime.web import paging

Text = Annotated[str, Parameter(max_length=80)]
Place = Annotated[str, Parameter(max_length=12)]
Day = Annotated[str, Parameter(max_length=10)]
Letter = Literal["", "A", "B", "C", "D", "unrated"]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader asks the register for; ``query`` is the same as it stands in an address."""

    wanted: Wanted
    back: Lookback
    query: dict[str, object]


class Directory(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the register with grades.

    Attributes:
        counts: All enterprises under what is asked for, by grade.
    """

    items: tuple[DirectoryLine, ...]
    more: str | None
    counts: Counts


async def asked(
    *,
    now: datetime,
    q: Text = "",
    grade: Letter = "",
    district: Place = "",
    listed: bool = False,
    recommended: bool = False,
    sort: Sort = Sort.NAME,
    on: Day = "",
) -> Asked:
    """Read what is asked for; every filter stands in the address.

    Raises:
        HistoryDayError: ``on`` is no day that has come.
    """
    wanted = Wanted(text=q, grade=grade, district=district, listed=listed, recommended=recommended, sort=sort)
    query: dict[str, object] = {
        "q": q or None,
        "grade": grade or None,
        "district": district or None,
        "listed": "true" if listed else None,
        "recommended": "true" if recommended else None,
        "sort": None if sort is Sort.NAME else sort.value,
        "on": on or None,
    }
    return Asked(wanted=wanted, back=lookback(on, now=now), query=query)


async def page(request: Request, wanted: Asked, *, path: str) -> paging.Page[DirectoryLine]:
    """Return one page of what is asked for.

    Raises:
        PlaceError: The place in the address is none of the register's.
    """
    limits = paging.asked(request)
    rows = await directory.directory(
        wanted.wanted, back=wanted.back, after=_after(limits.after), limit=limits.rows
    )
    return paging.cut(rows, limits, key=_key, path=path, query=wanted.query)


def _key(row: DirectoryLine) -> paging.Key:
    return row.place, row.name_pinyin, row.id


def _after(place: paging.Key | None) -> tuple[int, str, int] | None:
    match place:
        case None:
            return None
        case (int(order), str(name), int(number)):
            return order, name, number
        case _:
            raise paging.PlaceError("unknown place", field="after", most=paging.LIMIT_MOST)


class DirectoryApi(Controller):
    """The register as JSON."""

    path = "/api/credit"
    tags = ["credit"]
    dependencies = {"wanted": Provide(asked)}

    @get("/enterprises", opt=opt(Act.SCORE_READ), operation_id="credit-enterprise-list")
    async def index(self, request: Request, wanted: Asked) -> Directory:
        """Return enterprises with the grade published last, today or by a day in the past (``on``)."""
        found = await page(request, wanted, path="/api/credit/enterprises")
        counts = await directory.counts(wanted.wanted, back=wanted.back)
        return Directory(items=found.items, more=found.more, counts=counts)


ROUTES: list[Any] = [DirectoryApi]
