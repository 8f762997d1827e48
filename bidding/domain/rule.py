"""What a rule of tendering is: value, unit, force and source, and the versions a tender freezes."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

import msgspec

from bidding.domain.procedure import Profile
from market.kernel.errors import NotFoundError


class Force(StrEnum):
    """How strongly a rule binds.

    ``HARD`` cannot be relaxed. ``HOUSE`` is kept by the platform although the law binds only must-tender
    projects; the owners may relax it by decision down to ``floor``. ``SHOULD`` is a default,
    ``CONFIGURABLE`` a number the operator sets because no text has it.
    """

    HARD = "hard"
    HOUSE = "house"
    SHOULD = "should"
    CONFIGURABLE = "configurable"
    NOT_APPLICABLE = "not-applicable"


class Unit(StrEnum):
    """What a rule's value counts; ``NONE`` is a duty without a number, its value is 1."""

    NONE = "none"
    COUNT = "count"
    PERSONS = "persons"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WORKDAYS = "workdays"
    MONTHS = "months"
    YEARS = "years"
    PERCENT = "percent"
    PERMILLE = "permille"
    SHARE = "share"
    FEN = "fen"
    AREA = "area"
    """Hundredths of a square metre."""
    POINTS = "points"
    """Centi-points."""


class Mark(StrEnum):
    """How a value was come by: read in the text, remembered, a reading of texts, or our own design."""

    FOUND = "found"
    MEMORY = "memory"
    INTERP = "interp"
    DESIGN = "design"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule of one profile.

    Attributes:
        id: Stable name, e.g. ``"T08"``; a second value of a rule has a suffix: ``"T29.reserves"``.
        value: In ``unit``, over ``per``: two thirds are 2 per 3. Zero where the rule does not apply.
        floor: The least value an owners' decision may set; ``None`` where nothing can be relaxed.
        reason: Why the rule does not apply to the profile, a key of the catalogue.
        effective_to: ``None`` while in force.
    """

    id: str
    profile: Profile
    value: int
    unit: Unit
    force: Force
    source: str
    mark: Mark
    effective_from: date
    per: int = 1
    floor: Fraction | None = None
    reason: str = ""
    effective_to: date | None = None

    @property
    def share(self) -> Fraction:
        """The exact value."""
        return Fraction(self.value, self.per)

    @property
    def number(self) -> str:
        """The value as people write it: ``"20"``, ``"2/3"``."""
        return str(self.share)

    @property
    def family(self) -> str:
        """The rule this is a value of: ``"T29"`` for ``"T29.reserves"``."""
        return self.id.partition(".")[0]


class UnknownRuleError(NotFoundError):
    """No such rule or rule version."""

    code: ClassVar[str] = "rule-unknown"


class RuleNotApplicableError(UnknownRuleError):
    """The profile does not know this rule: whoever asks for its value mixes the two bodies of rules."""

    code: ClassVar[str] = "rule-not-applicable"


class RuleVersion(msgspec.Struct, frozen=True, kw_only=True):
    """All rules of one profile as of one version; ``name`` is what a tender freezes.

    Attributes:
        rules: What the version states.
        later: What only later versions state, as the first of them does. Law that an earlier table did not
            write down bound its tenders all the same, so they are asked for it too.
    """

    name: str
    profile: Profile
    rules: Mapping[str, Rule]
    later: Mapping[str, Rule] = {}

    def rule(self, rule_id: str) -> Rule:
        """Return a rule, also one that does not apply.

        Raises:
            UnknownRuleError: No version has such a rule.
        """
        found = self.rules.get(rule_id) or self.later.get(rule_id)
        if found is None:
            raise UnknownRuleError(f"{self.name} has no {rule_id}", rule=rule_id)
        return found

    def applies(self, rule_id: str) -> bool:
        """Say whether the profile knows the rule.

        Raises:
            UnknownRuleError: No version has such a rule.
        """
        return self.rule(rule_id).force is not Force.NOT_APPLICABLE

    def value(self, rule_id: str) -> int:
        """Return a rule's value in its unit; for a share the part of ``per``, see ``share``.

        Raises:
            UnknownRuleError: The version has no such rule, or the profile does not know it.
        """
        return self._binding(rule_id).value

    def share(self, rule_id: str) -> Fraction:
        """Return a rule's exact value, e.g. ``Fraction(2, 3)``.

        Raises:
            UnknownRuleError: The version has no such rule, or the profile does not know it.
        """
        return self._binding(rule_id).share

    def required(self, rule_id: str, relaxed: frozenset[str] = frozenset()) -> int:
        """Return the whole value that binds when an owners' decision relaxes some rules.

        Only house rules yield, and never below their floor: a statutory rule stays on however it is asked.

        Raises:
            UnknownRuleError: As for ``value``; also for a share, which ``required_share`` answers.
        """
        bound = self.required_share(rule_id, relaxed)
        if bound.denominator != 1:
            raise UnknownRuleError(f"{rule_id} is a share", rule=rule_id)
        return bound.numerator

    def required_share(self, rule_id: str, relaxed: frozenset[str] = frozenset()) -> Fraction:
        """Return the exact value that binds when an owners' decision relaxes some rules.

        Raises:
            UnknownRuleError: The version has no such rule, or the profile does not know it.
        """
        rule = self._binding(rule_id)
        if rule.force is Force.HOUSE and rule_id in relaxed and rule.floor is not None:
            return rule.floor
        return rule.share

    def _binding(self, rule_id: str) -> Rule:
        rule = self.rule(rule_id)
        if rule.force is Force.NOT_APPLICABLE:
            raise RuleNotApplicableError(f"{self.name} does not know {rule_id}", rule=rule_id)
        return rule
