"""How a committee is made up: number, experts and representatives; fixed in the tender document."""

from collections.abc import Iterator
from typing import Annotated

import msgspec

from bidding.domain.rule_table import Force, Rule, RuleVersion


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

    The number is odd in both profiles: with an even one a vote can be tied. An owners' decision that relaxes
    ``T27`` raises the representatives' share from ``T28`` to ``T28.max``; a prophase tender relaxes nothing.

    Args:
        relaxed: Ids of the house rules the owners relaxed.
    """
    size, least = composition.size, rules.required("T26", relaxed)
    number = rules.rule("T26")
    if size < least:
        yield _finding("too-small", "size", number, got=size, value=least)
    if size % 2 == 0:
        yield _finding("even", "size", number, got=size, value=least)
    experts = rules.rule("T27")
    raised = experts.force is Force.HOUSE and experts.id in relaxed
    if not raised and composition.experts * experts.per < size * experts.value:
        yield _finding("too-few-experts", "representatives", experts, got=composition.experts)
    if raised:
        share = rules.rule("T28.max")
        if composition.representatives * share.per > size * share.value:
            yield _finding(
                "too-many-representatives", "representatives", share, got=composition.representatives
            )


def _finding(code: str, field: str, rule: Rule, *, got: int, value: int | None = None) -> CompositionFinding:
    return CompositionFinding(
        code=code,
        field=field,
        rule=rule.id.partition(".")[0],
        value=rule.value if value is None else value,
        per=rule.per,
        got=got,
        source=rule.source,
    )


def asks_senior(composition: Composition, rules: RuleVersion) -> bool:
    """Say whether years and title of BL 37 are asked of experts in this tender."""
    return composition.senior_only or rules.rule("T30").force is Force.HARD
