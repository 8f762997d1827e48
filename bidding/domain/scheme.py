"""What a tender document promises about marking: criteria, points, price method, credit part."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

import msgspec

FULL_POINTS = 10_000  # 100 points in centi-points
NEUTRAL_CREDIT = 8_000  # E of an enterprise without a published score in the city, [design]


class Part(StrEnum):
    """Who produces the points of a criterion: the experts, the price or the credit score."""

    EXPERT = "expert"
    PRICE = "price"
    CREDIT = "credit"


class PriceMethod(StrEnum):
    """How a price becomes points."""

    LOWEST = "lowest"
    BENCHMARK = "benchmark"


class Criterion(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the published weight table.

    Attributes:
        points: The most it can bring, centi-points; all criteria together make 100 points.
    """

    id: str
    part: Part
    points: Annotated[int, msgspec.Meta(ge=0, le=FULL_POINTS)]


class SchemeFinding(msgspec.Struct, frozen=True, kw_only=True):
    """Something that keeps a weight table from being published."""

    code: str
    criterion: str = ""
    source: str


class Scheme(msgspec.Struct, frozen=True, kw_only=True):
    """Criteria and weights as published; nothing else may be used in the evaluation.

    Source:
        BLR 49; BL 40; weights of the default [design].
    """

    criteria: tuple[Criterion, ...]
    price_method: PriceMethod = PriceMethod.LOWEST
    neutral_credit: Annotated[int, msgspec.Meta(ge=0, le=FULL_POINTS)] = NEUTRAL_CREDIT

    def of(self, part: Part) -> tuple[Criterion, ...]:
        """Return the criteria of one part in their published order."""
        return tuple(criterion for criterion in self.criteria if criterion.part is part)

    def weight(self, part: Part) -> int:
        """Return the points one part can bring, centi-points."""
        return sum(criterion.points for criterion in self.of(part))


def _expert(name: str, points: int) -> Criterion:
    return Criterion(id=name, part=Part.EXPERT, points=points)


DEFAULT = Scheme(
    criteria=(
        _expert("understanding", 500),
        _expert("service-plan", 1_500),
        _expert("staffing", 700),
        _expert("emergency", 400),
        _expert("smart-green", 400),
        _expert("record", 1_500),
        _expert("transparency", 500),
        _expert("defence", 1_000),
        Criterion(id="price", part=Part.PRICE, points=2_500),
        Criterion(id="credit", part=Part.CREDIT, points=1_000),
    )
)


def findings(scheme: Scheme, *, credit_cap: int) -> Iterator[SchemeFinding]:
    """Yield everything that keeps a weight table from being published, not only the first.

    Args:
        credit_cap: Most centi-points for credit (rule credit-cap).
    """
    ids = [criterion.id for criterion in scheme.criteria]
    for criterion in scheme.criteria:
        if ids.count(criterion.id) > 1:
            yield SchemeFinding(code="criterion-twice", criterion=criterion.id, source="BL 19")
        if criterion.points <= 0:
            yield SchemeFinding(code="criterion-empty", criterion=criterion.id, source="BL 19")
    if sum(criterion.points for criterion in scheme.criteria) != FULL_POINTS:
        yield SchemeFinding(code="points-not-100", source="BL 19")
    if len(scheme.of(Part.PRICE)) != 1:
        yield SchemeFinding(code="price-part-missing", source="BL 19")
    if not scheme.of(Part.EXPERT):
        yield SchemeFinding(code="expert-part-missing", source="BL 19")
    if len(scheme.of(Part.CREDIT)) > 1 or scheme.weight(Part.CREDIT) > credit_cap:
        yield SchemeFinding(code="credit-part-too-large", source="BJ-OBE 25")
