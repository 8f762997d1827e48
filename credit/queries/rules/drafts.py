"""Drafts of rule set versions, as acts and pages see them."""

from datetime import date, datetime

import msgspec

from credit.domain import rule_set
from credit.domain.act import Act
from credit.domain.permission import PERMISSIONS
from credit.domain.rule_set import RuleSet, load
from credit.domain.rules import difference
from credit.domain.rules.sheet import Sheets, Table
from credit.domain.versions import life
from credit.domain.versions.life import DraftUnknownError, Stage
from credit.queries import rule_sets
from market.kernel.actor import Actor
from market.kernel.errors import MarketError
from market.kernel.period import local_day
from market.runtime import database


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A version from its draft on, without its tables.

    Attributes:
        hands: Accounts that wrote in it.
    """

    id: int
    stage: Stage
    base: int
    version: int | None
    purpose: str
    digest: str
    hands: tuple[int, ...]
    drafted_at: datetime
    drafted_by: str
    edited_at: datetime | None
    edited_by: str | None
    report_digest: str
    simulated_at: datetime | None
    simulated_by: str | None
    approved_at: datetime | None
    approved_by: str | None
    approved_person: int | None
    confirmed_at: datetime | None
    confirmed_by: str | None
    return_reason: str
    legal_basis: str
    effective_from: date | None
    published_at: datetime | None
    published_by: str | None
    ended_at: datetime | None
    ended_by: str | None
    end_reason: str


class Case(Line, frozen=True, kw_only=True):
    """A version with its tables and the report of its trial."""

    body: str
    report: str

    @property
    def sheets(self) -> Sheets:
        """Its tables."""
        return rule_sets.sheets_of(self.body)

    def rules(self) -> RuleSet:
        """Return the rule set its tables make; before it is published, the version it would get and no day.

        Raises:
            CatalogueError: The tables are wrong, with every finding.
        """
        return load(
            version=self.version or self.base + 1,
            sheets=self.sheets,
            effective_from=self.effective_from or date.max,
            jurisdiction=rule_sets.BEIJING,
        )


_COLUMNS = ", ".join(Case.__struct_fields__)
_LINE = ", ".join(Line.__struct_fields__)


async def case(number: int, *, lock: bool = False) -> Case:
    """Return a version by the number of its draft, locked for an act if asked.

    Raises:
        DraftUnknownError: There is none.
    """
    rows = await database.fetch(
        f"SELECT {_COLUMNS} FROM credit_rule_set WHERE id = $1{' FOR UPDATE' if lock else ''}",  # noqa: S608
        number,
    )
    if not rows:
        raise DraftUnknownError(f"no draft {number}", draft=number)
    return msgspec.convert(rows[0], Case)


async def seen(number: int, *, actor: Actor) -> Case:
    """Return a version as an actor may read it: published ones everybody, drafts city and districts.

    Raises:
        DraftUnknownError: There is none, or it is not for this actor.
    """
    found = await case(number)
    if found.version is None and not may_see(actor):
        raise DraftUnknownError(f"no draft {number}", draft=number)
    return found


def may_see(actor: Actor) -> bool:
    """Say whether an actor reads drafts."""
    return PERMISSIONS[Act.RULES_READ_DRAFT].allows_role(actor)


async def lines(*, actor: Actor) -> list[Line]:
    """Return all versions an actor may know of, the newest draft first."""
    rows = await database.fetch(
        f"SELECT {_LINE} FROM credit_rule_set"  # noqa: S608
        " WHERE version IS NOT NULL OR $1 ORDER BY id DESC LIMIT 200",
        may_see(actor),
    )
    return msgspec.convert(rows, list[Line])


async def latest() -> RuleSet:
    """Return the newest published version, whether in force or to come: what a draft is a copy of."""
    return await rule_sets.read((await rule_sets.known())[-1])


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be said of a draft: everything that is wrong, and everything it changes."""

    findings: tuple[MarketError, ...]
    changes: tuple[difference.RowChange, ...]


async def review(found: Case) -> Review:
    """Return the findings of a draft and its difference from its base."""
    base, sheets = await rule_sets.version(found.base), found.sheets
    return Review(findings=findings(base, sheets), changes=difference.between(base.sheets, sheets))


def findings(base: RuleSet, sheets: Sheets) -> tuple[MarketError, ...]:
    """Return everything that keeps tables from becoming the version after *base*."""
    return (*rule_set.findings(sheets), *life.breaks(base, sheets))


def table(name: str) -> Table:
    """Return a table by its name.

    Raises:
        TableUnknownError: There is none.
    """
    try:
        return Table(name)
    except ValueError:
        raise life.TableUnknownError(f"no table {name[:20]}") from None


def in_force(found: Line, *, now: datetime) -> bool:
    """Say whether a published version's first day has come."""
    return found.effective_from is not None and local_day(now) >= found.effective_from


async def first_day(now: datetime) -> date:
    """Return the first day a version published now may take effect."""
    today = local_day(now)
    notice = (await rule_sets.in_force(today)).whole("rules_notice")
    return life.first_day(today=today, notice=notice)
