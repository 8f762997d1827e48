"""The rules the platform keeps, each with its value and the clause it rests on."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.params import Parameter
from litestar.response import Response

from bidding.public import RULE_VERSIONS, RuleVersion
from market.kernel.actor import PUBLIC_READ
from market.runtime.web import i18n, render

SOURCES = (
    *("BPR", "BTB", "BL", "BLR", "PMR", "CC", "SPC1", "SPC2", "J12345", "APL", "ARL", "ALL", "BJ-OBE"),
    *("FCR", "ESL", "PIPL", "BJ-EVAL26", "BJ-HAND10", "NDRC36", "GB49", "EBID"),
)
"""Keys by which laws and rules are cited; the catalogue has the full titles (``rule.source.<key>``)."""


class RuleLine(msgspec.Struct, frozen=True, kw_only=True):
    """One rule of one version."""

    id: str
    name: str
    value: int
    unit: str
    force: str
    source: str
    effective_from: str


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """All rules a tender of a profile is published under."""

    name: str
    profile: str
    rules: tuple[RuleLine, ...]


class RulesPage(msgspec.Struct, frozen=True, kw_only=True):
    """The rule page; ``asked`` is the clause or rule a chip pointed to."""

    asked: str
    asked_title: str
    versions: tuple[Version, ...]
    sources: tuple[tuple[str, str], ...]


@get("/rules", opt={"permission": PUBLIC_READ, "act": "bidding:rule:read"}, include_in_schema=False)
async def show(id: Annotated[str, Parameter(max_length=80)] = "") -> Response[bytes]:  # noqa: A002 - the address says id
    """Show the rules; ``id`` (a rule or a clause key such as "BPR 63") is pointed out."""
    versions = tuple(
        Version(name=name, profile=version.profile.value, rules=_lines(version, id))
        for name, version in RULE_VERSIONS.items()
    )
    sources = tuple((key, i18n.t(f"rule.source.{key}")) for key in SOURCES)
    return render.page(
        "site/rules.html",
        RulesPage(asked=id, asked_title=_title(id), versions=versions, sources=sources),
    )


def _title(asked: str) -> str:
    """Return the title of the law a clause key belongs to, or nothing."""
    key = asked.partition(" ")[0]
    return i18n.t(f"rule.source.{key}") if key in SOURCES else ""


def _lines(version: RuleVersion, asked: str) -> tuple[RuleLine, ...]:
    """Return a version's rules; only those a chip asks for, where it asks for some."""
    rules = sorted(version.rules.values(), key=lambda rule: rule.id)
    wanted = [rule for rule in rules if asked and (asked == rule.id or asked in rule.source)]
    return tuple(
        RuleLine(
            id=rule.id,
            name=i18n.t(f"rule.{rule.id}"),
            value=rule.value,
            unit=i18n.t(f"rule.unit.{rule.unit.value}"),
            force=i18n.t(f"rule.force.{rule.force.value}"),
            source=rule.source,
            effective_from=rule.effective_from.isoformat(),
        )
        for rule in wanted or rules
    )
