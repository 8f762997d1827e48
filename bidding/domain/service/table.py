"""The item table of a lot: what is to be served, at which level, as a part of the tender document.

Lines carry their words: the document is complete without the catalogue it was drawn from, and a later version
of the catalogue changes no document. Source: BL 19; BTB 17; BPR 62, 63.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, ClassVar, Final

import msgspec

from bidding.domain.service.catalogue import AREAS, LEVELS, Catalogue
from market.kernel.errors import RuleError

MOST_LINES: Final = 200
OWN_LEVEL: Final = 0
"""Level of an item the tenderer describes in its own words."""

Code = Annotated[str, msgspec.Meta(pattern="^(E[1-8]|X)-[0-9]{2}$")]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Level = Annotated[int, msgspec.Meta(ge=OWN_LEVEL, le=5)]


class LineError(RuleError):
    """A line of an item table cannot stand as it is; several are raised together."""

    code: ClassVar[str] = "service-line"
    source = "BL 19; BTB 17"


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One service that is asked for.

    Attributes:
        code: ``E…`` of the catalogue, ``X-…`` for the tenderer's own.
        level: 1 to 5; ``OWN_LEVEL`` for the tenderer's own.
        standard: Frequency and standard in words: the catalogue's at this level, or the tenderer's.
    """

    code: Code
    area: Annotated[str, msgspec.Meta(pattern="^E[1-8]$")]
    name: Text
    unit: Text
    level: Level
    standard: Text


class ServiceTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be served in a lot; it covers the whole life of the tender.

    Attributes:
        catalogue: Version the catalogue's lines are drawn from.
        level: The level asked for in general; lines may be above or below.
    """

    catalogue: Annotated[str, msgspec.Meta(max_length=40)]
    level: Annotated[int, msgspec.Meta(ge=1, le=5)]
    lines: Annotated[tuple[Line, ...], msgspec.Meta(max_length=MOST_LINES)]

    def line(self, code: str) -> Line | None:
        """Return a line by its code."""
        return next((each for each in self.lines if each.code == code), None)


def choose(
    catalogue: Catalogue, *, level: int, levels: Mapping[str, int] | None = None, own: Iterable[Line] = ()
) -> ServiceTable:
    """Return a table from a catalogue: one level for all, some items raised, lowered (or left out by 0)."""
    asked = {each.code: (levels or {}).get(each.code, level) for each in catalogue.items}
    lines = [
        Line(
            code=each.code,
            area=each.area,
            name=each.name_zh,
            unit=each.unit_zh,
            level=asked[each.code],
            standard=each.standard(asked[each.code]),
        )
        for each in catalogue.items
        if asked[each.code] in LEVELS
    ]
    ordered = sorted((*lines, *own), key=lambda line: (AREAS.index(line.area), line.code))
    return ServiceTable(catalogue=catalogue.name, level=level, lines=tuple(ordered))


def findings(table: ServiceTable, catalogue: Catalogue) -> Iterator[LineError]:
    """Yield every line that is not the catalogue's, stands twice, or mixes the two kinds."""
    seen: set[str] = set()
    for place, line in enumerate(table.lines):
        wrong = "twice" if line.code in seen else _fault(line, catalogue)
        seen.add(line.code)
        if wrong:
            yield LineError(field=f"services.{place}", wrong=wrong, item=line.code, catalogue=catalogue.name)


def _fault(line: Line, catalogue: Catalogue) -> str:
    own = line.code.startswith("X-")
    if own != (line.level == OWN_LEVEL):
        return "level"
    if own:
        return ""
    item = catalogue.item(line.code)
    if item is None:
        return "unknown"
    drawn = (item.area, item.name_zh, item.unit_zh, item.standard(line.level))
    return "" if (line.area, line.name, line.unit, line.standard) == drawn else "altered"
