"""A report on another rule set, prepared for the page: rounded for reading, exact beside it.

A page imports ``credit/what_if.html`` and gives its macro the sheet of a report.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction

import msgspec

from credit.domain.fairness.effects import GRADES, Effect
from credit.domain.fairness.kinds import Dimension
from credit.domain.snapshot import fraction
from credit.domain.what_if import COMPARED, NOT_COMPARED, Comparison, Group, Report
from credit.queries import rule_sets
from market.kernel.errors import NotFoundError
from market.kernel.period import local_day
from market.kernel.share import decimal, half_even
from market.parties import public as parties
from market.runtime.web import formats, i18n
from market.runtime.web.i18n import t

SHOWN = 12
"""Items in the chart; the table has all of them."""

Bar = tuple[str, int, str]


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A report as the page shows it.

    Attributes:
        grades: Bars: enterprises in each grade before and after.
        items: Bars: points the items that change most take or add, before and after.
        groups: Rows: dimension, group, enterprises, grades before and after, mean before and after.
        fairness: Rows: the two groups, how many of each, differences before and after.
        item_rows: Rows: item, records before and after, points before and after.
    """

    report: Report
    digest: str
    grades: tuple[Bar, ...]
    items: tuple[Bar, ...]
    groups: tuple[tuple[object, ...], ...]
    fairness: tuple[tuple[object, ...], ...]
    item_rows: tuple[tuple[object, ...], ...]
    compared: tuple[str, ...] = COMPARED
    not_compared: tuple[str, ...] = NOT_COMPARED


async def sheet(report: Report) -> Sheet:
    """Return a report ready to be shown, with the names of districts and items."""
    names = await _districts(report)
    known = (await rule_sets.in_force(local_day(report.at))).by_code
    chinese = i18n.locale() == i18n.CHINESE
    items = {code: item.name_zh if chinese else item.name_en for code, item in known.items()}
    return Sheet(
        report=report,
        digest=report.digest,
        grades=tuple(_grades(report)),
        items=tuple(_items(report)),
        groups=tuple(_group(one, names) for one in report.groups),
        fairness=tuple(_comparison(one) for one in report.fairness),
        item_rows=tuple(
            (
                f"{one.code} {items.get(one.code, '')}",
                formats.number(one.before.records),
                formats.number(one.after.records),
                _exact(one.before.points),
                _exact(one.after.points),
            )
            for one in report.items
        ),
    )


async def _districts(report: Report) -> dict[str, str]:
    names = {}
    for one in report.groups:
        if one.dimension is Dimension.DISTRICT and one.group.isdecimal():
            try:
                names[one.group] = (await parties.division(one.group)).name
            except NotFoundError:
                names[one.group] = one.group
    return names


def _grades(report: Report) -> Iterator[Bar]:
    for place, letter in enumerate(GRADES):
        before, after = sum(report.matrix[place]), sum(row[place] for row in report.matrix)
        name = t("credit.grade.unrated") if letter not in "ABCD" else letter.value
        yield t("credit.whatif.bar.before", name=name), before, f"{before:,}"
        yield t("credit.whatif.bar.after", name=name), after, f"{after:,}"


def _items(report: Report) -> Iterator[Bar]:
    for one in report.items[:SHOWN]:
        for key, side in (("before", one.before), ("after", one.after)):
            centi = half_even(side.points)
            yield t(f"credit.whatif.bar.{key}", name=one.code), centi, decimal(centi)


def _group(one: Group, names: Mapping[str, str]) -> tuple[object, ...]:
    named = formats.data(names[one.group]) if one.group in names else _kind(one.group)
    return (
        t(f"credit.whatif.dimension.{one.dimension.value}"),
        named,
        formats.number(one.enterprises),
        _counts(one.before),
        _counts(one.after),
        _exact(one.mean_before),
        _exact(one.mean_after),
    )


def _kind(group: str) -> object:
    return formats.data(group) if group.isdecimal() else t(f"credit.whatif.among.{group}")


def _counts(counts: tuple[int, ...] | None) -> object:
    if counts is None:
        return t("credit.whatif.withheld")
    return formats.data(" · ".join(f"{g.value} {n}" for g, n in zip(GRADES, counts, strict=True) if n))


def _comparison(one: Comparison) -> tuple[object, ...]:
    return (
        t(
            "credit.whatif.against",
            first=t(f"credit.whatif.among.{one.first}"),
            second=t(f"credit.whatif.among.{one.second}"),
        ),
        formats.data(f"{one.first_enterprises} / {one.second_enterprises}"),
        _effect(one.before),
        _effect(one.after),
    )


def _effect(found: Effect | None) -> object:
    if found is None:
        return t("credit.whatif.too_few")
    shares = zip(GRADES, found.shares, strict=True)
    return t(
        "credit.whatif.effect",
        mean=_signed(found.mean),
        delta=f"{_signed(found.delta * 100)} ({fraction(found.delta)})",
        shares=" · ".join(f"{letter.value} {_signed(share * 10_000)} %" for letter, share in shares if share)
        or "0",
    )


def _signed(centi: Fraction) -> str:
    whole = half_even(centi)
    return f"{'+' if whole > 0 else ''}{decimal(whole)}"


def _exact(centi: Fraction | None) -> object:
    """Write exact centi-points rounded, and the fraction beside it where they differ."""
    if centi is None:
        return None
    rounded = formats.points(half_even(centi))
    if centi.denominator == 1:
        return rounded
    return rounded + formats.data(f" = {fraction(centi)}/100")
