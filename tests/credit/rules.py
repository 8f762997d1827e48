"""The rule set in force, and shorthand for entries and inputs of pure score tests."""

from datetime import UTC, date, datetime
from fractions import Fraction

import msgspec

from credit.domain.points import Entry
from credit.domain.rule_set import RuleSet
from credit.domain.score import Inputs, Project, Quality
from credit.queries import rule_sets

RULES = rule_sets.built_in()
UNITS = {parameter.id: parameter.unit for parameter in RULES.parameters}
AT = datetime(2027, 3, 15, 2, 0, tzinfo=UTC)


def changed(**numbers: str) -> RuleSet:
    """Return the rule set with some parameters at other values."""
    new = {name: Fraction(number) * UNITS[name].times for name, number in numbers.items()}
    return msgspec.structs.replace(RULES, values={**RULES.values, **new})


def entry(
    code: str, record: int, *, fact: str = "", fact_on: date = date(2027, 2, 1), unit: str = ""
) -> Entry:
    item = RULES.item(code)
    months = item.validity_months
    return Entry(
        record=record,
        code=code,
        fact=fact or f"fact-{record}",
        fact_on=fact_on,
        effective_from=fact_on,
        expires_on=None if months is None else date(fact_on.year + 4, 1, 1),
        known_at=datetime(fact_on.year, fact_on.month, fact_on.day, tzinfo=UTC),
        unit=unit,
    )


def project(
    community: int, *, area: int, days: int, quality: int | None, entries: tuple[Entry, ...] = ()
) -> Project:
    known = None if quality is None else Quality(value=quality, cycle="2026H2", evaluation=community)
    return Project(community=community, area=area, days=days, quality=known, entries=entries)


def inputs(
    *, entries: tuple[Entry, ...] = (), projects: tuple[Project, ...] = (), days_here: int | None = 900
) -> Inputs:
    return Inputs(
        enterprise=1,
        code="91110000MA0000000X",
        at=AT,
        days_here=days_here if projects else None,
        entries=entries,
        projects=projects,
    )
