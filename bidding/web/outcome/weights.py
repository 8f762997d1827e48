"""The weight table as people write it: one row for each part and criterion, numbered 1, 1.1, 1.2, 2.

Works without scripts: the number says where a row stands, and a row without a number is left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import UNSET, UnsetType

from bidding.domain import scheme as schemes
from bidding.web.requests import Points, Request, centi
from market.kernel.errors import FindingsError, InvalidInputError
from market.runtime.web import forms, render

BLANK = 6
"""Empty rows at the end of the form; saving gives as many again, and a program may send more."""

KINDS = ("group", "expert", "defence", "price", "credit")

Kind = Literal["group", "expert", "defence", "price", "credit"]


class OutlineError(InvalidInputError):
    """A row stands nowhere: its number is another's, or the one above it is no part."""

    code: ClassVar[str] = "weights-outline"
    source = "BL 19"


class Row(Request, frozen=True, kw_only=True):
    """One row of the form; ``id`` is that of a row there was before."""

    id: Annotated[str, msgspec.Meta(max_length=40)] = ""
    number: Annotated[str, msgspec.Meta(pattern=r"^([1-9]\d?(\.[1-9]\d?){0,3})?$")] = ""
    title: Annotated[str, msgspec.Meta(max_length=200)] = ""
    kind: Kind | None = None
    points: Points | None = None
    standard: Annotated[str, msgspec.Meta(max_length=2000)] = ""

    @property
    def place(self) -> tuple[int, ...]:
        """The number as what it sorts by."""
        return tuple(int(step) for step in self.number.split("."))


Rows = Annotated[tuple[Row, ...], msgspec.Meta(max_length=100, extra={"source": "BL 19"})]


def scheme(before: schemes.Scheme, rows: Sequence[Row], minutes: int) -> schemes.Scheme:
    """Return the weight table the rows describe; price method and credit stay as they were.

    Args:
        minutes: For each bidder's defence; 0 where the document provides none.

    Raises:
        FindingsError: A row lacks something or stands nowhere; all of them at once.
    """
    kept = {row.place: row for row in reversed(rows) if row.number}
    found = [*_findings(before, rows, kept)]
    if found:
        raise FindingsError(found)
    ids = _ids(kept)
    groups = [_group(row, ids) for place, row in sorted(kept.items()) if row.kind == "group"]
    return msgspec.structs.replace(
        before,
        criteria=tuple(_criterion(row, ids) for _, row in sorted(kept.items()) if row.kind != "group"),
        groups=tuple(groups) if groups else UNSET,
        defence=schemes.Defence(minutes=minutes) if minutes else UNSET,
    )


def _findings(
    before: schemes.Scheme, rows: Sequence[Row], kept: Mapping[tuple[int, ...], Row]
) -> Iterator[InvalidInputError]:
    usual = {one.id for one in before.criteria if one.title is UNSET}
    for index, row in enumerate(rows):
        if not row.number:
            continue
        field = f"weights.{index}"
        lacking = [name for name in ("kind", "points") if getattr(row, name) is None]
        if not row.title and row.id not in usual:
            lacking.append("title")
        for name in lacking:
            yield forms.FieldError("required", field=f"{field}.{name}", rule="required", source="BL 19")
        above = kept.get(row.place[:-1])
        if kept[row.place] is not row or (len(row.place) > 1 and (above is None or above.kind != "group")):
            yield OutlineError("stands nowhere", field=f"{field}.number", number=row.number)


def _ids(kept: Mapping[tuple[int, ...], Row]) -> dict[tuple[int, ...], str]:
    """Return an id for every row: its own, or the first that is free."""
    taken = {row.id for row in kept.values()}
    free = (name for n in range(1, 1000) if (name := f"c{n}") not in taken)
    return {place: kept[place].id or next(free) for place in sorted(kept)}


def _within(place: tuple[int, ...], ids: Mapping[tuple[int, ...], str]) -> str | UnsetType:
    return ids[place[:-1]] if len(place) > 1 else UNSET


def _group(row: Row, ids: Mapping[tuple[int, ...], str]) -> schemes.Group:
    return schemes.Group(
        id=ids[row.place],
        title=row.title,
        points=centi(row.points or "0"),
        within=_within(row.place, ids),
    )


def _criterion(row: Row, ids: Mapping[tuple[int, ...], str]) -> schemes.Criterion:
    heard = row.kind == "defence"
    return schemes.Criterion(
        id=ids[row.place],
        part=schemes.Part.EXPERT if heard else schemes.Part(str(row.kind)),
        points=centi(row.points or "0"),
        title=row.title or UNSET,
        within=_within(row.place, ids),
        standard=row.standard or UNSET,
        defended=True if heard else UNSET,
    )


def filled(found: schemes.Scheme) -> tuple[schemes.Node | None, ...]:
    """Return the rows of the form: those there are, then empty ones."""
    return (*found.outline, *(None for _ in range(BLANK)))


def name(found: schemes.Scheme, criterion: str) -> str:
    """Return what a criterion is called: as the document says, else as the catalogue does."""
    title = next((one.title for one in found.criteria if one.id == criterion), UNSET)
    return title or render.t_or(f"bidding.criterion.{criterion}", criterion)
