"""What a tender document promises about marking: a tree of criteria, points, price method, credit part.

Points, not percentages, stand at every node: a part brings the sum of what stands in it, and all together
make 100. Percentages of percentages would leave fractions nobody can mark. Only the leaves are marked, so a
scheme keeps them as one list, and the nodes above them beside it; a scheme without such nodes is a tree of
depth one and is written, and digested, as it was before there were trees.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

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
    """One line of the published weight table that is marked or computed: a leaf of the tree.

    Attributes:
        points: The most it can bring, centi-points; all criteria together make 100 points.
        title: In the words of the document; unset for one of the usual criteria, named by the catalogue.
        within: Id of the ``Group`` it stands in; unset at the top.
        standard: What brings how many points.
        defended: Members mark it by what they heard in the bidder's defence, not from the paper.
    """

    id: str
    part: Part
    points: Annotated[int, msgspec.Meta(ge=0, le=FULL_POINTS)]
    title: Annotated[str, msgspec.Meta(max_length=200)] | UnsetType = UNSET
    within: Annotated[str, msgspec.Meta(max_length=40)] | UnsetType = UNSET
    standard: Annotated[str, msgspec.Meta(max_length=2000)] | UnsetType = UNSET
    defended: bool | UnsetType = UNSET


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A node with criteria or further groups under it; it brings exactly what stands under it.

    Attributes:
        points: As the document states them, centi-points.
        within: Id of the group above; unset at the top.
    """

    id: Annotated[str, msgspec.Meta(max_length=40)]
    title: Annotated[str, msgspec.Meta(max_length=200)]
    points: Annotated[int, msgspec.Meta(ge=0, le=FULL_POINTS)]
    within: Annotated[str, msgspec.Meta(max_length=40)] | UnsetType = UNSET


class Defence(msgspec.Struct, frozen=True, kw_only=True):
    """That every bidder defends its bid before the committee, and for how long.

    Attributes:
        minutes: For each bidder.
    """

    minutes: Annotated[int, msgspec.Meta(ge=1, le=240)]


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the outline of the table.

    Attributes:
        number: Such as ``2.1``, counted from 1 at every level.
    """

    number: str
    entry: Criterion | Group

    @property
    def depth(self) -> int:
        """Levels above it."""
        return self.number.count(".")

    @property
    def kind(self) -> str:
        """Who brings its points: ``group``, ``defence`` or the value of a ``Part``."""
        if isinstance(self.entry, Group):
            return "group"
        return "defence" if self.entry.defended is True else self.entry.part.value


class SchemeFinding(msgspec.Struct, frozen=True, kw_only=True):
    """Something that keeps a weight table from being published.

    Attributes:
        stated: Centi-points a group states, where they are wrong; ``made`` is what stands under it.
    """

    code: str
    criterion: str = ""
    source: str
    stated: int = 0
    made: int = 0


class Scheme(msgspec.Struct, frozen=True, kw_only=True):
    """Criteria and weights as published; nothing else may be used in the evaluation.

    Source:
        BLR 49; BL 40; weights of the default [design].
    """

    criteria: tuple[Criterion, ...]
    price_method: PriceMethod = PriceMethod.LOWEST
    neutral_credit: Annotated[int, msgspec.Meta(ge=0, le=FULL_POINTS)] = NEUTRAL_CREDIT
    groups: tuple[Group, ...] | UnsetType = UNSET
    defence: Defence | UnsetType = UNSET

    def of(self, part: Part) -> tuple[Criterion, ...]:
        """Return the criteria of one part in their published order."""
        return tuple(criterion for criterion in self.criteria if criterion.part is part)

    def weight(self, part: Part) -> int:
        """Return the points one part can bring, centi-points."""
        return sum(criterion.points for criterion in self.of(part))

    @property
    def nodes(self) -> tuple[Group, ...]:
        """The groups; none in a table of depth one."""
        return () if self.groups is UNSET else self.groups

    @property
    def entries(self) -> tuple[Criterion | Group, ...]:
        """All lines of the table, criteria before groups."""
        return (*self.criteria, *self.nodes)

    @property
    def outline(self) -> tuple[Node, ...]:
        """The tree from the top down; a group stands where the first criterion under it stands."""
        return tuple(_under(self, UNSET, ""))

    @property
    def sheets(self) -> tuple[tuple[Criterion, ...], ...]:
        """What a member marks of one bid at one time: the paper, then what was defended."""
        marked = self.of(Part.EXPERT)
        heard = tuple(one for one in marked if one.defended is True)
        return tuple(filter(None, (tuple(one for one in marked if one not in heard), heard)))


def _under(scheme: Scheme, above: str | UnsetType, number: str) -> Iterator[Node]:
    known = {group.id: group for group in scheme.nodes}
    place, shown = 0, set()
    for criterion in scheme.criteria:
        path = _path(criterion, known)
        if above is not UNSET and above not in path:
            continue
        step = path[path.index(above) + 1 :] if above is not UNSET else path
        key = step[0] if step else criterion.id
        if (bool(step), key) in shown:
            continue
        shown.add((bool(step), key))
        place += 1
        here = f"{number}.{place}" if number else str(place)
        yield Node(number=here, entry=known[key] if step else criterion)
        if step:
            yield from _under(scheme, key, here)


def _path(criterion: Criterion, known: Mapping[str, Group]) -> list[str]:
    """Return the groups above a criterion, the topmost first; a circle or an unknown group ends it."""
    path: list[str] = []
    above = criterion.within
    while above is not UNSET and above in known and above not in path:
        path.insert(0, above)
        above = known[above].within
    return path


def sums(scheme: Scheme, points: Mapping[str, int]) -> dict[str, int]:
    """Return what each group brings, from the points of the criteria under it; exact.

    Args:
        points: Criterion id and centi-points.
    """
    known = {group.id: group for group in scheme.nodes}
    found = dict.fromkeys(known, 0)
    for criterion in scheme.criteria:
        for name in _path(criterion, known):
            found[name] += points.get(criterion.id, 0)
    return found


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
    ids = [entry.id for entry in scheme.entries]
    for criterion in scheme.criteria:
        if ids.count(criterion.id) > 1:
            yield SchemeFinding(code="criterion-twice", criterion=criterion.id, source="BL 19")
        if criterion.points <= 0:
            yield SchemeFinding(code="criterion-empty", criterion=criterion.id, source="BL 19")
    yield from _tree_findings(scheme)
    yield from _defence_findings(scheme)
    if sum(criterion.points for criterion in scheme.criteria) != FULL_POINTS:
        yield SchemeFinding(code="points-not-100", source="BL 19")
    if len(scheme.of(Part.PRICE)) != 1:
        yield SchemeFinding(code="price-part-missing", source="BL 19")
    if not scheme.of(Part.EXPERT):
        yield SchemeFinding(code="expert-part-missing", source="BL 19")
    if len(scheme.of(Part.CREDIT)) > 1 or scheme.weight(Part.CREDIT) > credit_cap:
        yield SchemeFinding(code="credit-part-too-large", source="BJ-OBE 25")


def _tree_findings(scheme: Scheme) -> Iterator[SchemeFinding]:
    known = {group.id: group for group in scheme.nodes}
    for entry in scheme.entries:
        if entry.within is not UNSET and entry.within not in known:
            yield SchemeFinding(code="group-unknown", criterion=entry.id, source="BL 19")
    made = sums(scheme, {one.id: one.points for one in scheme.criteria})
    for group in scheme.nodes:
        if _circular(group, known):
            yield SchemeFinding(code="group-circular", criterion=group.id, source="BL 19")
        elif group.points != made[group.id]:
            yield SchemeFinding(
                code="group-points-differ",
                criterion=group.id,
                source="BL 19",
                stated=group.points,
                made=made[group.id],
            )
        elif not group.points:
            yield SchemeFinding(code="criterion-empty", criterion=group.id, source="BL 19")


def _circular(group: Group, known: Mapping[str, Group]) -> bool:
    seen = {group.id}
    above = group.within
    while above is not UNSET and above in known:
        if above in seen:
            return True
        seen.add(above)
        above = known[above].within
    return False


def _defence_findings(scheme: Scheme) -> Iterator[SchemeFinding]:
    heard = [one for one in scheme.criteria if one.defended is True]
    for one in heard:
        if one.part is not Part.EXPERT:
            yield SchemeFinding(code="defended-not-marked", criterion=one.id, source="BL 40")
    if heard and scheme.defence is UNSET:
        yield SchemeFinding(code="defence-unprovided", criterion=heard[0].id, source="BL 40")
    if scheme.defence is not UNSET and not heard:
        yield SchemeFinding(code="defence-unmarked", source="BL 40")
