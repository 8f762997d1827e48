"""Recorders beside their peers: a page, a file, JSON."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Controller, get
from litestar.params import Parameter
from litestar.response import Response

from credit.domain.act import Act
from credit.domain.comparison.recorders import Base
from credit.domain.rule_set import RuleSet
from credit.queries import rule_sets
from credit.queries.comparison import recorders
from credit.queries.comparison.recorders import LEVELS, ItemLine, Line, Recorders
from credit.web import explanations
from credit.web.routes import opt
from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.kernel.share import decimal
from market.runtime.web import export, render
from market.runtime.web.i18n import t

Name = Annotated[str, Parameter(max_length=6)]
LEAST_DRAWN = 2
MOST_ITEMS = 200
"""Items a page shows, the farthest first; a file has them all."""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Recorders of one level.

    Attributes:
        dots: The reader's own recorders and the peers' median, for a drawing.
    """

    level: str
    lines: tuple[Line, ...]
    dots: tuple[tuple[str, int, str], ...]


class RecordersView(msgspec.Struct, frozen=True, kw_only=True):
    """A half-year's recorders, by level; items under the names of the rule set in force."""

    found: Recorders
    groups: tuple[Group, ...]
    items: tuple[ItemLine, ...]
    names: dict[str, str]
    csv: str
    xlsx: str
    ratio: str
    few: int


async def _found(actor: Actor, now: datetime, name: str, base: Base) -> tuple[Recorders, RuleSet]:
    rules = await rule_sets.in_force(local_day(now))
    asked = recorders.current(now, name)
    return await recorders.of_cycle(asked, base=base, actor=actor, rules=rules), rules


def _groups(found: Recorders) -> Iterable[Group]:
    for level in LEVELS:
        lines = tuple(line for line in found.lines if line.level == level)
        if lines:
            yield Group(level=level, lines=lines, dots=tuple(_dots(lines)))


def _dots(lines: tuple[Line, ...]) -> Iterable[tuple[str, int, str]]:
    own = [line for line in lines if line.name and line.rate_hundredths is not None]
    for line in own if len(lines) >= LEAST_DRAWN else ():
        yield line.name, line.rate_hundredths or 0, decimal(line.rate_hundredths or 0)


class RecordersPages(Controller):
    """The comparison for people."""

    include_in_schema = False

    @get("/credit/recorders", opt=opt(Act.RECORDERS_COMPARE))
    async def show(
        self, actor: Actor, now: datetime, cycle: Name = "", base: Base = Base.HOUSEHOLDS
    ) -> Response[bytes]:
        """Show who records unusually much or little in a half-year."""
        found, rules = await _found(actor, now, cycle, base)
        query = {"cycle": found.cycle, "base": found.base.value}
        view = RecordersView(
            found=found,
            groups=tuple(_groups(found)),
            items=found.items[:MOST_ITEMS],
            names={line.item: explanations.item_name(line.item, rules=rules) for line in found.items},
            csv=render.url("/credit/recorders/export/csv", **query),
            xlsx=render.url("/credit/recorders/export/xlsx", **query),
            ratio=decimal(int(rules.exact("recorder_ratio") * 100)),
            few=rules.whole("recorder_few"),
        )
        return render.page("credit/comparison/recorders.html", view)

    @get("/credit/recorders/export/{kind:str}", opt=opt(Act.RECORDERS_COMPARE))
    async def export(
        self, kind: export.Kind, actor: Actor, now: datetime, cycle: Name = "", base: Base = Base.HOUSEHOLDS
    ) -> Response[bytes]:
        """Return both tables as one file: items stand below the recorders, under their codes."""
        found, _ = await _found(actor, now, cycle, base)
        names = ("level", "recorder", "code", "item", "records", "points_centi", "revoked", "base")
        rates = ("rate", "peers", "ratio", "verdict")
        columns = [t(f"credit.recorders.{name}") for name in (*names, *rates)]
        return export.answer(kind, f"recorders-{found.cycle}", columns, _rows(found))


def _rows(found: Recorders) -> Iterable[tuple[object, ...]]:
    def level(name: str) -> str:
        return t(f"credit.recorders.level.{name}")

    for line in found.lines:
        yield (
            level(line.level),
            line.name or t("credit.recorders.peer"),
            line.code,
            "",
            line.records,
            line.points,
            line.revoked,
            line.base,
            _hundredths(line.rate_hundredths),
            _hundredths(line.peers_hundredths),
            _hundredths(line.ratio_hundredths),
            t(f"credit.recorders.verdict.{line.verdict.value}"),
        )
    for use in found.items:
        yield (
            level(use.level),
            use.name,
            use.code,
            use.item,
            use.records,
            None,
            None,
            None,
            None,
            _hundredths(use.expected_hundredths),
            _hundredths(use.ratio_hundredths),
            t(f"credit.recorders.verdict.{use.verdict.value}"),
        )


def _hundredths(value: int | None) -> str:
    return "" if value is None else decimal(value)


class RecordersApi(Controller):
    """The same as JSON."""

    path = "/api/credit"
    tags = ["credit"]

    @get("/recorders", opt=opt(Act.RECORDERS_COMPARE), operation_id="credit-recorder-compare")
    async def show(
        self, actor: Actor, now: datetime, cycle: Name = "", base: Base = Base.HOUSEHOLDS
    ) -> Recorders:
        """Return recorders of a half-year beside their peers; a district's peers bear no names."""
        return (await _found(actor, now, cycle, base))[0]


ROUTES: list[Any] = [RecordersPages, RecordersApi]
