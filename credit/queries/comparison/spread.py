"""The spread of a published cycle, in the whole city or one district, beside the published one before."""

from datetime import datetime
from typing import ClassVar

import msgspec

from credit.domain.comparison import spread
from credit.domain.comparison.spread import Moved, Rated, Spread
from credit.queries import cycles
from market.kernel.errors import NotFoundError
from market.runtime import database


class SpreadMissingError(NotFoundError):
    """No cycle of this name is published yet."""

    code: ClassVar[str] = "credit-spread-missing"


class SpreadView(msgspec.Struct, frozen=True, kw_only=True):
    """A publication at a glance.

    Attributes:
        district: Code of the district it is narrowed to; empty for the city.
        before: Name of the published cycle before; empty without one.
        names: District -> name.
        choices: Published cycles, the newest first.
    """

    cycle: str
    number: int
    published_at: datetime
    legal_basis: str
    published_digest: str
    district: str
    spread: Spread
    before: str
    moved: Moved | None
    names: dict[str, str]
    choices: tuple[str, ...]


_RESULTS = (
    "SELECT s.enterprise, coalesce(d.path[2], '') AS district, s.score_centi AS score, s.grade"
    " FROM credit_snapshot s JOIN parties_organisation o ON o.id = s.enterprise"
    " JOIN parties_division d ON d.code = o.division"
    " WHERE s.cycle = $1 AND ($2 = '' OR d.path @> ARRAY[$2]::varchar[]) ORDER BY s.enterprise"
)


async def of_cycle(name: str = "", *, district: str = "") -> SpreadView:
    """Return the spread of a published cycle, the last one without a name.

    Args:
        district: Division the enterprises are registered in; empty for all.

    Raises:
        SpreadMissingError: It is not published, or nothing is yet.
    """
    published = [one for one in await cycles.closed() if one.published_at is not None]
    places = [place for place, one in enumerate(published) if not name or one.name == name]
    chosen, *older = published[places[0] :] if places else (None,)
    if chosen is None or chosen.published_at is None:
        raise SpreadMissingError("not published", cycle=name)
    now = await _results(chosen.id, district)
    names = await database.fetch("SELECT code, name FROM parties_division WHERE level = 'district'")
    return SpreadView(
        cycle=chosen.name,
        number=chosen.id,
        published_at=chosen.published_at,
        legal_basis=chosen.legal_basis,
        published_digest=chosen.published_digest,
        district=district,
        spread=spread.spread(now),
        before=older[0].name if older else "",
        moved=spread.moved(await _results(older[0].id, district), now) if older else None,
        names={row["code"]: row["name"] for row in names},
        choices=tuple(one.name for one in published),
    )


async def _results(number: int, district: str) -> list[Rated]:
    return msgspec.convert(await database.fetch(_RESULTS, number, district), list[Rated])
