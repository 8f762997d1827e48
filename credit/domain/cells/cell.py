"""Cells of the rule tables: a column knows how its text is read; what cannot be read becomes a finding.

Every cell is text. Numbers are written exactly (``3/20``, ``100.00``), never as a float.
"""

import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from fractions import Fraction
from typing import Any, ClassVar

import msgspec

from market.kernel.errors import FindingsError, InvalidInputError, MarketError

LONGEST = 400
"""Characters of a cell at most."""


class CatalogueRowError(InvalidInputError):
    """One cell of the rule tables cannot be read, or contradicts another cell of its row."""

    code: ClassVar[str] = "credit-catalogue-row"


class CatalogueChoiceError(CatalogueRowError):
    """A cell holds a word that is none of those the column knows."""

    code: ClassVar[str] = "credit-catalogue-choice"


class CatalogueTableError(InvalidInputError):
    """Rows of the rule tables do not fit together: a sum, a missing or repeated key, an unknown reference."""

    code: ClassVar[str] = "credit-catalogue-table"


class CatalogueError(FindingsError):
    """Rule data has errors; nothing of it is taken."""

    code: ClassVar[str] = "credit-catalogue"


class WrongError(ValueError):
    """Why a text cannot be read: a word of the catalogue ``credit.wrong.<why>``."""


class Column(msgspec.Struct, frozen=True):
    """One column: its name, how a cell is read, and the words it knows.

    Attributes:
        choices: Words a cell may hold; empty when it is free.
        several: Several words, parted by ``;``.
    """

    name: str
    read: Callable[[str], object]
    choices: tuple[str, ...] = ()
    several: bool = False


def plain(text: str) -> str:
    """Return a text that reads the same in every file format.

    Raises:
        WrongError: Spaces at an end, control characters, lone surrogates, or too long.
    """
    if text != text.strip():
        raise WrongError("spaces")
    if any(not character.isprintable() for character in text):
        raise WrongError("characters")
    if len(text) > LONGEST:
        raise WrongError("long")
    return text


def free(name: str) -> Column:
    """Return a column of text that may be empty."""
    return Column(name, plain)


def words(name: str) -> Column:
    """Return a column of text that says something."""

    def read(text: str) -> str:
        if not text:
            raise WrongError("empty")
        return plain(text)

    return Column(name, read)


def key(name: str, pattern: str) -> Column:
    """Return a column of names with a fixed form."""
    form = re.compile(pattern)

    def read(text: str) -> str:
        if not form.fullmatch(text):
            raise WrongError("form" if text else "empty")
        return text

    return Column(name, read)


def whole(name: str, *, least: int, most: int, needed: bool = True) -> Column:
    """Return a column of whole numbers within bounds; an optional one reads an empty cell as ``None``."""

    def read(text: str) -> int | None:
        if not text and not needed:
            return None
        if not re.fullmatch(r"0|[1-9][0-9]{0,8}", text):
            raise WrongError("whole")
        if not least <= int(text) <= most:
            raise WrongError("bounds")
        return int(text)

    return Column(name, read)


def number(name: str) -> Column:
    """Return a column of exact numbers, kept as they are written: ``12``, ``100.00`` or ``3/20``."""

    def read(text: str) -> str:
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6}|/[1-9][0-9]{0,8})?", text):
            raise WrongError("number")
        Fraction(text)
        return text

    return Column(name, read)


def choice(name: str, kind: type[StrEnum]) -> Column:
    """Return a column that holds one word of an enumeration."""
    return Column(name, kind, tuple(kind))


def choices(name: str, kind: type[StrEnum], *, needed: bool) -> Column:
    """Return a column that holds words of an enumeration, parted by ``;``, none of them twice."""

    def read(text: str) -> tuple[StrEnum, ...]:
        if not text:
            if needed:
                raise WrongError("empty")
            return ()
        parts = text.split(";")
        if len(set(parts)) != len(parts):
            raise WrongError("twice")
        return tuple(kind(part) for part in parts)

    return Column(name, read, tuple(kind), several=True)


def yes_no(name: str) -> Column:
    """Return a column that says ``yes`` or ``no``."""

    def read(text: str) -> bool:
        return {"yes": True, "no": False}[text]

    return Column(name, read, ("yes", "no"))


def value(column: Column, text: str, *, table: str, row: int, named: str) -> object:
    """Return what a cell says.

    Args:
        row: Line of the cell, the heading being line 1.
        named: Key of the row, for the reader of a finding.

    Raises:
        CatalogueRowError: It cannot be read; the finding names table, row and column.
    """
    where: dict[str, Any] = {"table": table, "row": row, "column": column.name, "key": named}
    where["value"] = text[:80]
    field = f"{table}.{row}.{column.name}"
    try:
        return column.read(text)
    except WrongError as problem:
        raise CatalogueRowError(str(problem), field=field, wrong=str(problem), **where) from None
    except (ValueError, KeyError):
        known = ", ".join(column.choices)
        raise CatalogueChoiceError("unknown word", field=field, choices=known, **where) from None


def refuse(findings: Iterable[MarketError]) -> None:
    """Stop when anything was found.

    Raises:
        CatalogueError: With every finding.
    """
    found = list(findings)
    if found:
        raise CatalogueError(found)
