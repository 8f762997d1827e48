"""The numbers of tendering: every rule as an entry with value, unit, force and source.

A tender freezes the version it is published under (``profile_version``); a later text is a new version,
never an edit. ``HARD`` cannot be relaxed. ``HOUSE`` is kept by the platform although the law binds only
must-tender projects; the owners may relax it by decision down to ``floor``.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import ClassVar, Final

import msgspec

from bidding.domain.procedure import Profile
from market.kernel.errors import NotFoundError


class Force(StrEnum):
    """How strongly a rule binds."""

    HARD = "hard"
    HOUSE = "house"
    SHOULD = "should"


class Unit(StrEnum):
    """What a rule's value counts."""

    COUNT = "count"
    DAYS = "days"
    WORKDAYS = "workdays"
    MINUTES = "minutes"
    PERCENT = "percent"
    YEARS = "years"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule of one profile.

    Attributes:
        id: Stable name, e.g. ``"T08"``; chips and findings carry it.
        floor: The least value an owners' decision may set; ``None`` where nothing can be relaxed.
        per: A share is ``value`` of ``per``, e.g. 2 of 3.
        effective_to: ``None`` while in force.
    """

    id: str
    value: int
    unit: Unit
    force: Force
    source: str
    effective_from: date
    floor: int | None = None
    per: int = 1
    effective_to: date | None = None


class RuleVersion(msgspec.Struct, frozen=True, kw_only=True):
    """All rules of one profile as of one version; ``name`` is what a tender freezes."""

    name: str
    profile: Profile
    rules: Mapping[str, Rule]

    def value(self, rule_id: str) -> int:
        """Return a rule's value.

        Raises:
            UnknownRuleError: The version has no such rule.
        """
        return self.rule(rule_id).value

    def rule(self, rule_id: str) -> Rule:
        """Return a rule.

        Raises:
            UnknownRuleError: The version has no such rule.
        """
        try:
            return self.rules[rule_id]
        except KeyError:
            raise UnknownRuleError(f"{self.name} has no {rule_id}", rule=rule_id) from None

    def required(self, rule_id: str, relaxed: frozenset[str] = frozenset()) -> int:
        """Return the value that binds when an owners' decision relaxes some rules.

        Only house rules yield, and never below their floor: a statutory rule stays on however it is asked.
        """
        rule = self.rule(rule_id)
        if rule.force is Force.HOUSE and rule_id in relaxed and rule.floor is not None:
            return rule.floor
        return rule.value


class UnknownRuleError(NotFoundError):
    """No such rule or rule version."""

    code: ClassVar[str] = "rule-unknown"


_BL = date(2017, 12, 28)
_BLR = date(2019, 3, 2)
_BTB = date(2021, 9, 24)
_HOUSE = date(2026, 1, 1)


def _shared() -> tuple[Rule, ...]:
    """Return the rules that read the same in both profiles."""
    hard, count, days = Force.HARD, Unit.COUNT, Unit.DAYS
    ours = Force.SHOULD
    return (
        Rule(id="T01", value=3, unit=count, force=hard, source="BL 28; BLR 44; BTB 22", effective_from=_BL),
        Rule(id="T06", value=5, unit=days, force=hard, source="BLR 16", effective_from=_BLR),
        Rule(id="T09", value=15, unit=days, force=hard, source="BL 23; BLR 21", effective_from=_BL),
        Rule(id="T11", value=10, unit=days, force=hard, source="BLR 22", effective_from=_BLR),
        Rule(id="T13", value=3, unit=days, force=hard, source="BLR 22, 54", effective_from=_BLR),
        Rule(
            id="T14.minutes",
            value=120,
            unit=Unit.MINUTES,
            force=ours,
            source="BLR 44; [design]",
            effective_from=_HOUSE,
        ),
        Rule(id="T15", value=2, unit=Unit.PERCENT, force=hard, source="BLR 26", effective_from=_BLR),
        Rule(id="T20", value=10, unit=Unit.PERCENT, force=hard, source="BLR 58; BL 46", effective_from=_BLR),
        Rule(id="T21", value=90, unit=days, force=hard, source="BLR 25; [design]", effective_from=_BLR),
        Rule(id="T23", value=0, unit=days, force=hard, source="BL 34, 35; BTB 24", effective_from=_BL),
        Rule(id="T25", value=0, unit=days, force=hard, source="BLR 36; BL 28", effective_from=_BLR),
        Rule(id="T32", value=3, unit=count, force=hard, source="BLR 53; BTB 30", effective_from=_BLR),
        Rule(id="T34", value=3, unit=days, force=hard, source="BLR 54", effective_from=_BLR),
        Rule(id="T35", value=3, unit=days, force=hard, source="BLR 54", effective_from=_BLR),
        Rule(id="T36", value=10, unit=days, force=hard, source="BLR 60", effective_from=_BLR),
        Rule(id="T37", value=3, unit=Unit.WORKDAYS, force=hard, source="BLR 61; BTB 44", effective_from=_BLR),
        Rule(
            id="T38", value=30, unit=Unit.WORKDAYS, force=hard, source="BLR 61; BTB 44", effective_from=_BLR
        ),
        Rule(id="T42", value=30, unit=days, force=hard, source="BL 46", effective_from=_BL),
        Rule(id="T43", value=15, unit=days, force=hard, source="BPR 63", effective_from=date(2020, 5, 1)),
        Rule(
            id="T46", value=1, unit=count, force=hard, source="BL 22; BLR 27, 50; BTB 19", effective_from=_BLR
        ),
        Rule(id="T58", value=5, unit=count, force=hard, source="BL 16, 17; BLR 15", effective_from=_BL),
        Rule(id="T59", value=7, unit=count, force=hard, source="BL 19; BLR 25; BTB 17", effective_from=_BTB),
        Rule(id="T61", value=0, unit=count, force=hard, source="BL 22; BTB 20", effective_from=_BL),
        Rule(id="T62", value=0, unit=count, force=hard, source="BL 36", effective_from=_BL),
        Rule(
            id="filing-decision",
            value=5,
            unit=Unit.WORKDAYS,
            force=ours,
            source="[design]",
            effective_from=_HOUSE,
        ),
        Rule(id="rounds-max", value=3, unit=count, force=ours, source="[design]", effective_from=_HOUSE),
        Rule(
            id="opening-window",
            value=120,
            unit=Unit.MINUTES,
            force=ours,
            source="[design]",
            effective_from=_HOUSE,
        ),
        Rule(
            id="opening-limit",
            value=24 * 60,
            unit=Unit.MINUTES,
            force=ours,
            source="[design]",
            effective_from=_HOUSE,
        ),
        Rule(
            id="T29",
            value=24 * 60,
            unit=Unit.MINUTES,
            force=ours,
            source="BLR 46; BTB 26; [design]",
            effective_from=_HOUSE,
        ),
        Rule(id="T29.reserves", value=2, unit=count, force=ours, source="[design]", effective_from=_HOUSE),
        Rule(
            id="T29.commit",
            value=12 * 60,
            unit=Unit.MINUTES,
            force=ours,
            source="[design]",
            effective_from=_HOUSE,
        ),
        Rule(
            id="T29.reveal",
            value=6 * 60,
            unit=Unit.MINUTES,
            force=ours,
            source="[design]",
            effective_from=_HOUSE,
        ),
        Rule(id="T31", value=0, unit=count, force=hard, source="BL 37; BTB 26", effective_from=_BL),
        Rule(id="T53", value=0, unit=count, force=hard, source="BLR 53", effective_from=_BLR),
        Rule(
            id="T53.signing",
            value=48 * 60,
            unit=Unit.MINUTES,
            force=ours,
            source="[design]",
            effective_from=_HOUSE,
        ),
        Rule(id="T66.former", value=3, unit=Unit.YEARS, force=ours, source="[design]", effective_from=_HOUSE),
        Rule(id="recovery-share", value=1, unit=count, force=ours, source="[design]", effective_from=_HOUSE),
    )


_OWNER = (
    Rule(id="T05", value=0, unit=Unit.DAYS, force=Force.SHOULD, source="BPR 64", effective_from=_HOUSE),
    Rule(id="T08", value=20, unit=Unit.DAYS, force=Force.HOUSE, source="BL 24", effective_from=_BL, floor=15),
    Rule(id="T26", value=5, unit=Unit.COUNT, force=Force.HOUSE, source="BL 37", effective_from=_BL, floor=3),
    Rule(id="T27", value=2, per=3, unit=Unit.COUNT, force=Force.HOUSE, source="BL 37", effective_from=_BL),
    Rule(
        id="T28",
        value=1,
        per=3,
        unit=Unit.COUNT,
        force=Force.HOUSE,
        source="BPR 47; [design]",
        effective_from=_HOUSE,
    ),
    Rule(
        id="T28.decided",
        value=1,
        per=2,
        unit=Unit.COUNT,
        force=Force.HOUSE,
        source="BPR 47; [design]",
        effective_from=_HOUSE,
    ),
    Rule(id="T30", value=8, unit=Unit.YEARS, force=Force.SHOULD, source="BL 37", effective_from=_BL),
    Rule(
        id="T22", value=30, unit=Unit.DAYS, force=Force.SHOULD, source="2003 measures", effective_from=_HOUSE
    ),
)
_PROPHASE = (
    Rule(
        id="T05",
        value=10,
        unit=Unit.DAYS,
        force=Force.HARD,
        source="2003 measures 11",
        effective_from=date(2003, 9, 1),
    ),
    Rule(id="T08", value=20, unit=Unit.DAYS, force=Force.HARD, source="BL 24", effective_from=_BL),
    Rule(id="T26", value=5, unit=Unit.COUNT, force=Force.HARD, source="BL 37; BTB 26", effective_from=_BL),
    Rule(
        id="T27",
        value=2,
        per=3,
        unit=Unit.COUNT,
        force=Force.HARD,
        source="BL 37; BTB 26",
        effective_from=_BL,
    ),
    Rule(id="T30", value=8, unit=Unit.YEARS, force=Force.HARD, source="BL 37", effective_from=_BL),
    Rule(
        id="T22",
        value=30,
        unit=Unit.DAYS,
        force=Force.HARD,
        source="2003 measures",
        effective_from=date(2003, 9, 1),
    ),
)


def _version(name: str, profile: Profile, own: tuple[Rule, ...]) -> RuleVersion:
    return RuleVersion(name=name, profile=profile, rules={r.id: r for r in (*_shared(), *own)})


VERSIONS: Final[Mapping[str, RuleVersion]] = {
    version.name: version
    for version in (
        _version("owner/1", Profile.OWNER, _OWNER),
        _version("prophase/1", Profile.PROPHASE, _PROPHASE),
    )
}
CURRENT: Final[Mapping[Profile, str]] = {Profile.OWNER: "owner/1", Profile.PROPHASE: "prophase/1"}


def version(name: str) -> RuleVersion:
    """Return a rule version by the name a tender froze.

    Raises:
        UnknownRuleError: No such version.
    """
    try:
        return VERSIONS[name]
    except KeyError:
        raise UnknownRuleError(f"no rule version {name}", rule=name) from None


def current(profile: Profile) -> RuleVersion:
    """Return the version new tenders of a profile are published under."""
    return VERSIONS[CURRENT[profile]]
