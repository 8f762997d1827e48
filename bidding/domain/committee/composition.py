"""How a committee is made up: number, experts and representatives; fixed in the tender document."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Final

import msgspec

from bidding.domain.rule_table import Force, Rule, RuleVersion
from market.kernel.share import at_least

EXPERIENCE_RULE: Final = "T30"


class Composition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the tender document says about its committee; the draw uses nothing else.

    Attributes:
        size: All members.
        representatives: Seats for people of the tenderer; the others are experts'.
        specialities: An expert must know one of them; empty: any.
        districts: Home districts an expert may come from; empty: any.
        senior_only: Only experts with the years and the title of BL 37 are drawn. An owners' tender may do
            without; a prophase tender asks for them whatever stands here.
    """

    size: Annotated[int, msgspec.Meta(ge=1, le=31)] = 5
    representatives: Annotated[int, msgspec.Meta(ge=0, le=15)] = 0
    specialities: Annotated[
        tuple[Annotated[str, msgspec.Meta(pattern="^[a-z]+(-[a-z]+)*$", max_length=40)], ...],
        msgspec.Meta(max_length=20),
    ] = ()
    districts: Annotated[
        tuple[Annotated[str, msgspec.Meta(pattern="^[0-9]{6}$")], ...], msgspec.Meta(max_length=20)
    ] = ()
    senior_only: bool = True

    @property
    def experts(self) -> int:
        """Return the seats that are drawn."""
        return self.size - self.representatives


class CompositionFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A number of the composition that the rules do not allow.

    Attributes:
        value: What the rule asks for; a share is ``value`` of ``per``.
    """

    code: str
    field: str
    rule: str
    value: int
    per: int
    got: int
    source: str


def findings(
    composition: Composition, rules: RuleVersion, relaxed: frozenset[str]
) -> Iterator[CompositionFinding]:
    """Yield everything that is wrong with a composition.

    The number is odd in both profiles: with an even one a vote can be tied. The share of experts (``T27``) is
    the rule on the representatives' share too; a prophase tender relaxes nothing.

    Args:
        relaxed: Ids of the house rules the owners relaxed.
    """
    size, least = composition.size, Fraction(rules.required("T26", relaxed))
    number = rules.rule("T26")
    if size < least:
        yield _finding("too-small", "size", number, least, got=size)
    if size % 2 == 0:
        yield _finding("even", "size", number, least, got=size)
    share = rules.required_share("T27", relaxed)
    if not at_least(composition.experts, size, share):
        yield _finding(
            "too-few-experts", "representatives", rules.rule("T27"), share, got=composition.experts
        )


def _finding(code: str, field: str, rule: Rule, bound: Fraction, *, got: int) -> CompositionFinding:
    return CompositionFinding(
        code=code,
        field=field,
        rule=rule.id,
        value=bound.numerator,
        per=bound.denominator,
        got=got,
        source=rule.source,
    )


def asks_senior(composition: Composition, rules: RuleVersion) -> bool:
    """Say whether years and title of BL 37 are asked of experts in this tender."""
    return composition.senior_only or rules.rule(EXPERIENCE_RULE).force is Force.HARD


def years_asked(composition: Composition, rules: RuleVersion) -> int:
    """Return the least full years in the field asked of experts in this tender (rule T30)."""
    return rules.value(EXPERIENCE_RULE) if asks_senior(composition, rules) else 0
