"""What changed for an enterprise between two publications: a page, a file, JSON."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Annotated, Any

import msgspec
from litestar import Controller, get
from litestar.params import Parameter
from litestar.response import Response

from credit.domain.act import Act
from credit.domain.comparison.changes import Kind
from credit.domain.rule_set import RuleSet
from credit.queries import rule_sets
from credit.queries.comparison import changes as questions
from credit.queries.comparison.changes import ChangesView, Line
from credit.queries.standing_page import CreditView
from credit.web import explanations
from credit.web.routes import opt
from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.kernel.share import decimal
from market.runtime.web import export, render
from market.runtime.web.i18n import t

Number = Annotated[str, Parameter(pattern=r"^[0-9]{0,9}$")]
"""Number of a publication; a form leaves it empty for the score of this moment."""


TWO = 2


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One change in words."""

    label: str
    url: str
    was: str
    now: str
    effect_centi: int
    exact: str


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What changed, in words."""

    view: ChangesView
    rows: tuple[Row, ...]
    difference_centi: int
    csv: str = ""
    xlsx: str = ""


async def _found(code: str, before: str, after: str, *, actor: Actor, now: datetime) -> ChangesView:
    first, last = (int(one) if one else None for one in (before, after))
    return await questions.changes_view(code, actor=actor, now=now, before=first, after=last)


async def told(found: ChangesView, *, now: datetime) -> Told:
    """Return what changed in the reader's language."""
    rules = await rule_sets.in_force(local_day(now))
    if found.after is not None:
        rules = await rule_sets.version(found.after.rule_set)
    query = {
        "before": found.before.snapshot if found.before else None,
        "after": found.after.snapshot if found.after else None,
    }
    base = f"/enterprises/{found.enterprise.code}/credit/changes/export"
    return Told(
        view=found,
        rows=tuple(_row(line, rules) for line in found.lines),
        difference_centi=sum(line.effect_centi for line in found.lines),
        csv=render.url(f"{base}/csv", **query),
        xlsx=render.url(f"{base}/xlsx", **query),
    )


async def since_last(credit: CreditView, *, actor: Actor, now: datetime) -> Told | None:
    """Return what changed since the last publication, for those concerned."""
    if credit.live is None or credit.published is None:
        return None
    code, last = credit.enterprise.code, credit.published.id
    return await told(await questions.changes_view(code, actor=actor, now=now, before=last), now=now)


async def last_two(credit: CreditView, *, actor: Actor, now: datetime) -> Told | None:
    """Return what changed between the last two publications."""
    if len(credit.history) < TWO:
        return None
    code, last = credit.enterprise.code, credit.history[-1].id
    return await told(await questions.changes_view(code, actor=actor, now=now, after=last), now=now)


def _row(line: Line, rules: RuleSet) -> Row:
    kind = line.kind.value if line.ended is None else f"{line.kind.value}.{line.ended.value}"
    label = t(
        f"credit.changes.kind.{kind}",
        item=explanations.item_name(line.item, rules=rules),
        community=line.community,
        many=line.many,
    )
    return Row(
        label=label,
        url=_url(line),
        was=_value(line, line.was, line.factor_was),
        now=_value(line, line.now, line.factor_now),
        effect_centi=line.effect_centi,
        exact="" if line.effect.endswith("/1") else t("credit.explain.exact", amount=line.effect),
    )


def _url(line: Line) -> str:
    if line.record is not None:
        return f"/credit/records/{line.record}"
    return f"/credit/evaluations/{line.evaluation}" if line.evaluation is not None else ""


def _value(line: Line, value: int | None, factor: str) -> str:
    if value is None:
        return ""
    if line.kind in (Kind.RULES, Kind.DAYS):
        return str(value)
    if line.kind is Kind.AREA:
        return f"{decimal(value)} m²"
    times = f" (× {decimal(int(Fraction(factor) * 100))})" if factor not in ("", "1") else ""
    return f"{decimal(value)}{times}"


class ChangesPages(Controller):
    """What changed, for people."""

    include_in_schema = False

    @get("/enterprises/{code:str}/credit/changes", opt=opt(Act.SCORE_READ))
    async def show(
        self, code: str, actor: Actor, now: datetime, before: Number = "", after: Number = ""
    ) -> Response[bytes]:
        """Show what changed between two publications, or since the last one."""
        found = await _found(code, before, after, actor=actor, now=now)
        return render.page("credit/comparison/changes.html", await told(found, now=now))

    @get("/enterprises/{code:str}/credit/changes/export/{kind:str}", opt=opt(Act.SCORE_READ))
    async def export(
        self,
        *,
        code: str,
        kind: export.Kind,
        actor: Actor,
        now: datetime,
        before: Number = "",
        after: Number = "",
    ) -> Response[bytes]:
        """Return what changed as a table; effects in centi-points and exactly."""
        found = await _found(code, before, after, actor=actor, now=now)
        view = await told(found, now=now)
        names = ("what", "was", "now", "effect_centi", "effect")
        columns = [t(f"credit.changes.{name}") for name in names]
        rows: Sequence[tuple[object, ...]] = [
            (row.label, row.was, row.now, line.effect_centi, line.effect)
            for row, line in zip(view.rows, found.lines, strict=True)
        ]
        return export.answer(kind, f"changes-{code}", columns, rows)


class ChangesApi(Controller):
    """The same as JSON."""

    path = "/api/credit"
    tags = ["credit"]

    @get("/enterprises/{code:str}/changes", opt=opt(Act.SCORE_READ), operation_id="credit-changes-show")
    async def show(
        self, code: str, actor: Actor, now: datetime, before: Number = "", after: Number = ""
    ) -> ChangesView:
        """Return what changed between two publications; records the reader may not see are one sum."""
        return await _found(code, before, after, actor=actor, now=now)


ROUTES: list[Any] = [ChangesPages, ChangesApi]
