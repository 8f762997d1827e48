"""Explanations in words: the tree of a score as the page's component wants it."""

from collections.abc import Sequence

import msgspec

from credit.domain.rule_set import RuleSet
from credit.queries.standing_page import Published, Reason
from market.kernel.period import local_day
from market.kernel.share import decimal
from market.runtime.web import formats, i18n

WHOLE = "/1"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One branch of the explanation tree."""

    label: str
    points: int
    note: str
    url: str
    children: tuple["Line", ...]


def lines(reason: Reason | None, *, rules: RuleSet) -> tuple[Line, ...]:
    """Return a tree as the component takes it; nothing gives nothing."""
    return () if reason is None else (_line(reason, rules),)


def _line(reason: Reason, rules: RuleSet) -> Line:
    note = "" if reason.amount.endswith(WHOLE) else i18n.t("credit.explain.exact", amount=reason.amount)
    return Line(
        label=formats.data(_label(reason, rules)),
        points=reason.centi,
        note=note,
        url=_url(reason),
        children=tuple(_line(child, rules) for child in reason.children),
    )


def _label(reason: Reason, rules: RuleSet) -> str:
    values = dict(reason.values)
    if "points" in values:
        values["points"] = decimal(int(values["points"]))
    if "area" in values:
        values["area"] = decimal(int(values["area"]))
    if "top" in values:
        values["top"] = decimal(int(values["top"]))
    return i18n.t(
        f"credit.explain.{reason.key}",
        item=item_name(reason.item, rules=rules),
        community=reason.community,
        **values,
    )


def item_name(code: str, *, rules: RuleSet) -> str:
    """Return an item's code and name in the reader's language."""
    if not code:
        return ""
    item = rules.item(code)
    name = item.name_zh if i18n.locale() == i18n.CHINESE else item.name_en
    return f"{code} {name}"


def _url(reason: Reason) -> str:
    if reason.record is not None:
        return f"/credit/records/{reason.record}"
    return f"/credit/evaluations/{reason.evaluation}" if reason.evaluation is not None else ""


def chart(history: Sequence[Published]) -> tuple[tuple[str, int, str], ...]:
    """Return the published scores as points of a line."""
    return tuple(
        (local_day(h.published_at).isoformat(), h.score_centi, f"{decimal(h.score_centi)} {h.grade.value}")
        for h in history
    )
