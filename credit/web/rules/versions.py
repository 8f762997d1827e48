"""Published rule sets over HTTP: the one in force, every version, what differs between two, files."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Controller, get
from litestar.params import Parameter
from litestar.response import Response

from credit.domain.act import Act
from credit.domain.permission import PERMISSIONS
from credit.domain.rule_set import RuleSet
from credit.domain.rules import difference
from credit.queries import rule_sets
from credit.queries.rules import drafts as questions
from credit.web.routes import opt
from credit.web.rules import files
from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.runtime.web import render

Version = Annotated[int, Parameter(ge=1, lt=2**15)]


class RulesView(msgspec.Struct, frozen=True, kw_only=True):
    """A published rule set, readable, and whether it is the one in force."""

    rules: RuleSet
    current: int
    line: questions.Line | None


class VersionsView(msgspec.Struct, frozen=True, kw_only=True):
    """Every version, the drafts one may see, and the form that begins one."""

    known: tuple[rule_sets.Known, ...]
    current: int
    lines: tuple[questions.Line, ...]
    may_draft: bool


class DifferenceView(msgspec.Struct, frozen=True, kw_only=True):
    """What differs between two versions."""

    old: int
    new: int
    changes: tuple[difference.RowChange, ...]
    known: tuple[rule_sets.Known, ...]


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """A rule set as data."""

    version: int
    effective_from: str
    digest: str
    items: list[Any]
    areas: list[Any]
    indicators: list[Any]
    parameters: list[Any]
    measures: list[Any]
    sources: list[Any]


def _data(found: RuleSet) -> Rules:
    return Rules(
        version=found.version,
        effective_from=found.effective_from.isoformat(),
        digest=found.digest,
        items=list(found.items),
        areas=list(found.areas),
        indicators=list(found.indicators),
        parameters=list(found.parameters),
        measures=list(found.measures),
        sources=list(found.sources),
    )


class RulePages(Controller):
    """Rule sets for people."""

    include_in_schema = False
    path = "/rules/credit"

    @get("/", opt=opt(Act.RULES_READ))
    async def show(self, actor: Actor, now: datetime) -> Response[bytes]:
        """Show the items, indicators, numbers and measures in force with their sources."""
        return await _page(await rule_sets.in_force(local_day(now)), actor=actor, now=now)

    @get("/versions", opt=opt(Act.RULES_READ))
    async def versions(self, actor: Actor, now: datetime) -> Response[bytes]:
        """Show every version and, to city and districts, every draft."""
        view = VersionsView(
            known=tuple(reversed(await rule_sets.known())),
            current=(await rule_sets.in_force(local_day(now))).version,
            lines=tuple(await questions.lines(actor=actor)),
            may_draft=PERMISSIONS[Act.RULES_DRAFT].allows_role(actor),
        )
        return render.page("credit/rules/versions.html", view)

    @get("/versions/{number:int}", opt=opt(Act.RULES_READ))
    async def version(self, number: int, actor: Actor, now: datetime) -> Response[bytes]:
        """Show a published version."""
        return await _page(await rule_sets.version(number), actor=actor, now=now)

    @get("/versions/{number:int}/file/{kind:str}", opt=opt(Act.RULES_READ))
    async def download(self, number: int, kind: str) -> Response[bytes]:
        """Hand a published version out as a file, in the very form an import reads."""
        found = await rule_sets.version(number)
        return files.answer(found.sheets, kind=kind, name=f"credit-rules-{number}")

    @get("/difference", opt=opt(Act.RULES_READ))
    async def difference(self, old: Version, new: Version) -> Response[bytes]:
        """Show what differs between two published versions, cell by cell."""
        view = DifferenceView(
            old=old,
            new=new,
            changes=await _between(old, new),
            known=tuple(await rule_sets.known()),
        )
        return render.page("credit/rules/difference.html", view)


async def _page(found: RuleSet, *, actor: Actor, now: datetime) -> Response[bytes]:
    lines = await questions.lines(actor=actor)
    view = RulesView(
        rules=found,
        current=(await rule_sets.in_force(local_day(now))).version,
        line=next((line for line in lines if line.version == found.version), None),
    )
    return render.page("credit/rules.html", view)


async def _between(old: int, new: int) -> tuple[difference.RowChange, ...]:
    return difference.between((await rule_sets.version(old)).sheets, (await rule_sets.version(new)).sheets)


class RuleApi(Controller):
    """The same as JSON."""

    path = "/api/credit/rules"
    tags = ["credit"]

    @get("/", opt=opt(Act.RULES_READ), operation_id="credit-rules-show")
    async def show(self, now: datetime) -> Rules:
        """Return the rule set in force: items, indicators, numbers, measures, sources."""
        return _data(await rule_sets.in_force(local_day(now)))

    @get("/versions", opt=opt(Act.RULES_READ), operation_id="credit-rules-versions")
    async def versions(self) -> list[rule_sets.Known]:
        """Return the published versions by the day they take effect."""
        return await rule_sets.known()

    @get("/versions/{number:int}", opt=opt(Act.RULES_READ), operation_id="credit-rules-version")
    async def version(self, number: int) -> Rules:
        """Return a published version."""
        return _data(await rule_sets.version(number))

    @get("/difference", opt=opt(Act.RULES_READ), operation_id="credit-rules-difference")
    async def difference(self, old: Version, new: Version) -> list[difference.RowChange]:
        """Return what differs between two published versions."""
        return list(await _between(old, new))


ROUTES: list[Any] = [RulePages, RuleApi]
