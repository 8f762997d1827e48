"""Administrative divisions: a tree, and what lies inside what."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

from market.kernel.errors import InvalidInputError


class DivisionLevel(StrEnum):
    """The four levels of supervision (BPR 6 to 10)."""

    MUNICIPALITY = "municipality"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"


class Division(msgspec.Struct, frozen=True, kw_only=True):
    """One administrative division.

    Attributes:
        path: Codes from the city down to this division; scope is decided on it, never on the code's digits,
            because a district-level unit may carry a street-level code.
    """

    code: str
    name: str
    level: DivisionLevel
    parent: str | None
    path: tuple[str, ...]


class DivisionTreeError(InvalidInputError):
    """The list of divisions is not a tree."""

    code = "division-tree-broken"


class Line(msgspec.Struct, frozen=True):
    """One line of the published list."""

    code: str
    name: str
    parent: str | None
    level: DivisionLevel


class Raised(msgspec.Struct, frozen=True, kw_only=True):
    """A unit that acts on a higher level than its code says."""

    code: str
    parent: str
    level: DivisionLevel
    source: str


class Alias(msgspec.Struct, frozen=True, kw_only=True):
    """A code no longer in use, and the division that took its place."""

    code: str
    name: str
    division: str
    ended: str
    source: str


# The Development Area has no code of its own at district level (GB/T 2260); the published list carries it as
# a street of Daxing. The city's action plan names it beside the districts, so it supervises as a district.
RAISED = (
    Raised(
        code="110115403",
        parent="110000",
        level=DivisionLevel.DISTRICT,
        source="GB/T 2260; Beijing three-year action plan 2020-2022",
    ),
)

ALIASES = (
    Alias(code="110103", name="崇文区", division="110101", ended="2010-07-01", source="GB/T 2260"),
    Alias(code="110104", name="宣武区", division="110102", ended="2010-07-01", source="GB/T 2260"),
    Alias(code="110228", name="密云县", division="110118", ended="2015-11-17", source="GB/T 2260"),
    Alias(code="110229", name="延庆县", division="110119", ended="2015-11-17", source="GB/T 2260"),
)


def raise_units(lines: Iterable[Line], raised: Iterable[Raised] = RAISED) -> list[Line]:
    """Return the lines with every raised unit hung where it really acts."""
    by_code = {unit.code: unit for unit in raised}
    return [
        msgspec.structs.replace(line, parent=unit.parent, level=unit.level)
        if (unit := by_code.get(line.code))
        else line
        for line in lines
    ]


def grow(lines: Iterable[Line]) -> list[Division]:
    """Return the divisions of a list with their paths, parents before children.

    Raises:
        DivisionTreeError: A code stands twice, a parent is missing, or a ring has no root.
    """
    by_code: dict[str, Line] = {}
    for line in lines:
        if line.code in by_code:
            raise DivisionTreeError("a code stands twice", field="code", value=line.code)
        by_code[line.code] = line
    paths: dict[str, tuple[str, ...]] = {}
    for line in by_code.values():
        _climb(line, by_code, paths)
    grown = [
        Division(code=line.code, name=line.name, level=line.level, parent=line.parent, path=paths[line.code])
        for line in by_code.values()
    ]
    return sorted(grown, key=lambda division: (len(division.path), division.code))


def _climb(line: Line, by_code: Mapping[str, Line], paths: dict[str, tuple[str, ...]]) -> None:
    trail: list[str] = []
    here: Line | None = line
    while here is not None and here.code not in paths:
        if here.code in trail:
            raise DivisionTreeError("the parents go round in a ring", field="parent", value=here.code)
        trail.append(here.code)
        if here.parent is not None and here.parent not in by_code:
            raise DivisionTreeError("the parent is not on the list", field="parent", value=here.code)
        here = by_code[here.parent] if here.parent is not None else None
    above = paths[here.code] if here is not None else ()
    for code in reversed(trail):
        above = (*above, code)
        paths[code] = above
