"""The rules the platform keeps: what each demands, its value in each profile, and the clauses it rests on."""

from collections.abc import Callable, Mapping
from typing import Annotated, Final

import msgspec
from litestar import get
from litestar.params import Parameter
from litestar.response import Redirect, Response

from bidding.public import (
    RULE_VERSIONS,
    FineLine,
    Rule,
    RuleVersion,
    UnknownRuleError,
    fines_of_rule,
    is_rule_gap,
)
from market.kernel.actor import PUBLIC_READ
from market.kernel.area import format_area
from market.kernel.money import format_fen
from market.kernel.share import decimal
from market.runtime.web import i18n, render
from market.runtime.web.pages import reference

SOURCES = (
    *("BPR", "BTB", "BL", "BLR", "PMR", "CC", "SPC1", "SPC2", "J12345", "APL", "ARL", "ALL", "BJ-OBE"),
    *("FCR", "ESL", "PIPL", "2003 measures", "ACC10", "BJ-EVAL26", "BJ-HAND10", "NDRC36", "GB49", "EBID"),
)
"""Keys by which laws and rules are cited; the catalogue has the full titles (``rule.source.<key>``)."""


class RuleLine(msgspec.Struct, frozen=True, kw_only=True):
    """One rule of one version, in words.

    Attributes:
        gap: That nothing in the engine holds anybody to it yet; empty for every other rule.
    """

    id: str
    name: str
    version: str
    profile: str
    value: str
    force: str
    gap: str
    mark: str
    reason: str
    floor: str
    source: str
    effective_from: str


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """All rules a tender of a profile is published under."""

    name: str
    profile: str
    rules: tuple[RuleLine, ...]


class RulesPage(msgspec.Struct, frozen=True, kw_only=True):
    """The rule page; ``asked`` is the clause a chip pointed to."""

    asked: str
    asked_title: str
    versions: tuple[Version, ...]
    sources: tuple[tuple[str, str], ...]


class RulePage(msgspec.Struct, frozen=True, kw_only=True):
    """One rule.

    Attributes:
        lines: Its value in every version that states it, the newest first.
        clauses: Clause as cited, and the full title of its law.
        cited: Refusals that rest on one of the clauses or name the rule.
        family: Its further values.
        fines: Ranges of fines it belongs to, of the newest version of each profile.
    """

    id: str
    name: str
    text: str
    lines: tuple[RuleLine, ...]
    clauses: tuple[tuple[str, str], ...]
    cited: tuple[reference.Refusal, ...]
    family: tuple[tuple[str, str], ...]
    fines: tuple[tuple[str, FineLine], ...]


@get("/rules", opt={"permission": PUBLIC_READ, "act": "bidding:rule:read"}, include_in_schema=False)
async def show(
    id: Annotated[str, Parameter(max_length=80)] = "",  # noqa: A002 - the address says id
) -> Response[bytes] | Redirect:
    """Show the rules; ``id`` is a clause such as "BPR 63" that is pointed out, or leads to a rule's page."""
    if any(id in version.rules for version in RULE_VERSIONS.values()):
        return Redirect(f"/rules/{id}")
    versions = tuple(
        Version(name=name, profile=version.profile.value, rules=_lines(version, id))
        for name, version in reversed([*RULE_VERSIONS.items()])
    )
    sources = tuple((key, i18n.t(f"rule.source.{key}")) for key in SOURCES)
    return render.page(
        "site/rules.html",
        RulesPage(asked=id, asked_title=law_of(id), versions=versions, sources=sources),
    )


@get(
    "/rules/{rule_id:str}",
    opt={"permission": PUBLIC_READ, "act": "bidding:rule:read"},
    include_in_schema=False,
)
async def show_one(rule_id: Annotated[str, Parameter(max_length=80)]) -> Response[bytes]:
    """Show one rule: its text, its value in each profile and version, its clauses and who cites it."""
    return render.page("site/rule.html", page_of(rule_id))


def page_of(rule_id: str) -> RulePage:
    """Return what is known of a rule.

    Raises:
        UnknownRuleError: No version has such a rule.
    """
    stated = [
        (version, version.rules[rule_id]) for version in RULE_VERSIONS.values() if rule_id in version.rules
    ]
    if not stated:
        raise UnknownRuleError(f"no rule {rule_id}", rule=rule_id)
    family = stated[-1][1].family
    ids = list(dict.fromkeys(name for version in RULE_VERSIONS.values() for name in version.rules))
    sources = dict.fromkeys(part for _, rule in stated for part in render.clauses(rule.source))
    return RulePage(
        id=rule_id,
        name=title(rule_id),
        text=i18n.t(f"bidding.rule.{family}.text"),
        lines=tuple(line(version, rule) for version, rule in reversed(stated)),
        clauses=tuple((part, law_of(part)) for part in sources),
        cited=cited(stated[-1][1]),
        family=tuple(
            (name, title(name)) for name in ids if name.partition(".")[0] == family and name != rule_id
        ),
        fines=fines(rule_id),
    )


def fines(rule_id: str) -> tuple[tuple[str, FineLine], ...]:
    """Return the fines a rule belongs to, with the profile whose newest version says so."""
    newest = {version.profile: version for version in RULE_VERSIONS.values()}
    return tuple(
        (profile.value, line)
        for profile, version in newest.items()
        for line in fines_of_rule(rule_id, version)
    )


def cited(rule: Rule) -> tuple[reference.Refusal, ...]:
    """Return the refusals that name a rule or rest on one of its clauses."""
    own = {part for part in render.clauses(rule.source) if part != "[design]"}
    return tuple(
        one
        for one in reference.refusals()
        if rule.family in one.rules or own & set(render.clauses(one.source))
    )


def title(rule_id: str) -> str:
    """Return a rule's title."""
    return i18n.t(f"bidding.rule.{rule_id.replace('.', '-')}")


def law_of(clause: str) -> str:
    """Return the full title of the law a clause belongs to, or nothing."""
    key = clause if clause in SOURCES else clause.rpartition(" ")[0]
    return i18n.t(f"rule.source.{key}") if key in SOURCES else ""


def amount(rule: Rule) -> str:
    """Return a rule's value with its unit, in words."""
    write = _WRITTEN.get(rule.unit)
    if write is not None:
        return write(rule)
    return f"{rule.value} {i18n.t(f'rule.unit.{rule.unit.value}')}"


_WRITTEN: Final[Mapping[str, Callable[[Rule], str]]] = {
    "fen": lambda rule: format_fen(rule.value),
    "area": lambda rule: format_area(rule.value),
    "share": lambda rule: str(rule.share),
    "none": lambda _: i18n.t("rule.unit.none"),
    "points": lambda rule: f"{decimal(rule.value)} {i18n.t('rule.unit.points')}",
}


def line(version: RuleVersion, rule: Rule) -> RuleLine:
    """Return a rule of a version in words."""
    return RuleLine(
        id=rule.id,
        name=title(rule.id),
        version=version.name,
        profile=version.profile.value,
        value="—" if rule.reason else amount(rule),
        force=i18n.t(f"rule.force.{rule.force.value}"),
        gap=i18n.t("rule.gap") if is_rule_gap(rule.id) and not rule.reason else "",
        mark=i18n.t(f"rule.mark.{rule.mark.value}"),
        reason=i18n.t(f"rule.reason.{rule.reason}") if rule.reason else "",
        floor="" if rule.floor is None else str(rule.floor),
        source=rule.source,
        effective_from=rule.effective_from.isoformat(),
    )


def _lines(version: RuleVersion, asked: str) -> tuple[RuleLine, ...]:
    """Return a version's rules; only those a chip asks for, where it asks for some."""
    rules = tuple(version.rules.values())
    wanted = [rule for rule in rules if asked and asked in render.clauses(rule.source)]
    return tuple(line(version, rule) for rule in wanted or rules)
