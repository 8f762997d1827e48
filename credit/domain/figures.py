"""12345 figures of projects, as a CSV file brings them: every bad row is named, nothing is taken half.

Source: J12345 32 (response, resolution, satisfaction); the composite's weights are configured.
"""

import csv
import io
from collections.abc import Iterator
from fractions import Fraction
from typing import ClassVar

import msgspec

from credit.domain.evaluation import Cases
from credit.domain.rule_set import RuleSet
from market.kernel.errors import FindingsError, InvalidInputError, MarketError
from market.kernel.share import half_even

COUNTS = ("cases", "responded", "called_back", "resolved", "partly", "satisfied")
COLUMNS = {
    "小区": "community",
    "诉求": "cases",
    "响应": "responded",
    "回访": "called_back",
    "解决": "resolved",
    "部分解决": "partly",
    "满意": "satisfied",
    **{name: name for name in ("community", *COUNTS)},
}
"""Heading in Chinese or English -> column."""

LARGEST_FILE = 4 << 20
MOST_ROWS = 20_000
MOST_CASES = 1_000_000


class FiguresFileError(InvalidInputError):
    """The file as a whole cannot be read as case figures."""

    code: ClassVar[str] = "credit-figures-file"


class FiguresRowError(InvalidInputError):
    """A row of the file cannot be true."""

    code: ClassVar[str] = "credit-figures-row"


class FiguresCountError(FiguresRowError):
    """A count is no whole number, or larger than what it is a part of."""

    code: ClassVar[str] = "credit-figures-count"


class FiguresTwiceError(FiguresRowError):
    """A community stands twice in the file."""

    code: ClassVar[str] = "credit-figures-twice"


class FiguresPlaceError(FiguresRowError):
    """No community of this name in the division, more than one, or nobody managed it in the cycle."""

    code: ClassVar[str] = "credit-figures-place"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line: a community by number or name, and its counts."""

    line: int
    community: str
    cases: int
    responded: int
    called_back: int
    resolved: int
    partly: int
    satisfied: int

    @property
    def figures(self) -> Cases:
        """What the evaluation counts with."""
        return Cases(**{name: getattr(self, name) for name in COUNTS})


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """The three rates and their composite, in hundredths of a percent; ``None`` without a base."""

    response: int | None
    resolution: int | None
    satisfaction: int | None
    composite: int | None


def read(data: bytes) -> tuple[list[Row], list[MarketError]]:
    """Return the rows that can be true and a finding for everything wrong in any row.

    Args:
        data: UTF-8 or GB 18030, with a heading row in Chinese or English.

    Raises:
        FiguresFileError: Too large, not text, without rows, or without a heading.
    """
    lines = _lines(data)
    heading = [COLUMNS.get(name.strip().lower(), "") for name in next(lines, [])]
    missing = [name for name in ("community", *COUNTS) if name not in heading]
    if missing:
        raise FiguresFileError("headings missing", field="file", missing=", ".join(missing))
    rows: list[Row] = []
    findings: list[MarketError] = []
    seen: set[str] = set()
    for number, cells in enumerate(lines, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        values = dict(zip(heading, (cell.strip() for cell in cells), strict=False))
        wrong = _wrong(values, number)
        if not wrong and values["community"] in seen:
            wrong = [finding(FiguresTwiceError, number, "community")]
        seen.add(values.get("community", ""))
        findings += wrong
        if not wrong:
            counts = {name: int(values[name]) for name in COUNTS}
            rows.append(Row(line=number, community=values["community"], **counts))
    if not rows and not findings:
        raise FiguresFileError("no rows", field="file", missing="")
    return rows, findings


def _lines(data: bytes) -> Iterator[list[str]]:
    if len(data) > LARGEST_FILE:
        raise FiguresFileError("too large", field="file", missing="")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _safely(csv.reader(io.StringIO(text, newline="")))
    raise FiguresFileError("neither UTF-8 nor GB 18030", field="file", missing="")


def _safely(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from rows
    except csv.Error as error:
        raise FiguresFileError(str(error), field="file", missing="") from error


def _wrong(values: dict[str, str], line: int) -> list[MarketError]:
    if not values.get("community"):
        return [finding(FiguresPlaceError, line, "community")]
    bad = [name for name in COUNTS if not _count(values.get(name, ""))]
    if bad:
        return [finding(FiguresCountError, line, name) for name in bad]
    n = {name: int(values[name]) for name in COUNTS}
    parts = {
        "responded": n["responded"] <= n["cases"],
        "called_back": n["called_back"] <= n["cases"],
        "resolved": n["resolved"] + n["partly"] <= n["called_back"],
        "satisfied": n["satisfied"] <= n["called_back"],
    }
    return [finding(FiguresCountError, line, name) for name, holds in parts.items() if not holds]


def _count(text: str) -> bool:
    return (
        text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_CASES)) and int(text) <= MOST_CASES
    )


def finding(kind: type[FiguresRowError], line: int, column: str) -> FiguresRowError:
    """Name row and column of what is wrong."""
    return kind(f"line {line}, {column}", field=f"rows.{line}.{column}", line=line)


def refuse(findings: list[MarketError]) -> None:
    """Refuse a file in which anything is wrong, with every finding.

    Raises:
        FindingsError: All of them.
    """
    if findings:
        raise FindingsError(findings)


def rates(cases: Cases, *, rules: RuleSet) -> Rates:
    """Return response, resolution and satisfaction rate, and their weighted composite."""
    resolved = cases.resolved + rules.exact("case_partly_resolved") * cases.partly
    parts = (
        _rate(Fraction(cases.responded), cases.cases),
        _rate(resolved, cases.opinions),
        _rate(Fraction(cases.satisfied), cases.opinions),
    )
    whole = composite(parts, rules=rules)
    response, resolution, satisfaction = (None if p is None else half_even(p * 10_000) for p in parts)
    return Rates(
        response=response,
        resolution=resolution,
        satisfaction=satisfaction,
        composite=None if whole is None else half_even(whole * 10_000),
    )


def _rate(good: Fraction, base: int) -> Fraction | None:
    return good / base if base else None


def composite(parts: tuple[Fraction | None, ...], *, rules: RuleSet) -> Fraction | None:
    """Return the weighted sum of the three rates; ``None`` while one has no base."""
    weights = [rules.exact(f"case_weight_{name}") for name in ("response", "resolution", "satisfaction")]
    pairs = [(part, weight) for part, weight in zip(parts, weights, strict=True) if part is not None]
    return sum((p * w for p, w in pairs), Fraction(0)) if len(pairs) == len(weights) else None
