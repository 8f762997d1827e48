"""Scores and grades of everybody from columns, in integers; the one rounding is the exact engine's.

Bounds. A composite is at most 110 points x scale x denominator of its weight; a weight is area times days.
An enterprise's sum of composites times weights, with all that is added before the rounding, must stay below
2^62. With hundredths of square metres that is passed at some ten thousand large projects of one enterprise;
whoever passes it is hard, and the exact engine computes it. Bounds are computed in Python's own integers, so
nothing wraps unseen.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from credit.domain import rating
from credit.domain.engine.columns import Columns, Flags, Ints, Prepared, layout, prepare
from credit.domain.engine.fold import LARGEST, Folds, fold
from credit.domain.engine.weights import Weights, weights
from credit.domain.grade import LETTERS, TWO_VERY_SERIOUS, Grade
from credit.domain.rule_set import RuleSet
from credit.domain.score import ENTERPRISE_TOP, PROJECT_TOP

UNRATED = len(LETTERS)
GRADES: tuple[Grade, ...] = (*LETTERS, Grade.UNRATED)
"""Place -> grade, as columns write it."""


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody's score, in the order of the enterprises; nothing here is rounded but published and tender.

    Attributes:
        ceiling: Place of the best letter left open.
        bad_items: Active bad items.
        weight: Sum of area times days.
        hard: Enterprises the exact engine has to compute; their values here mean nothing.
        records: Of each code, records in force.
        points: Of each code, what it adds, below zero takes, in units; without those who are hard.
        scale: Units of one centi-point.
    """

    published: Ints
    tender: Ints
    rated: Flags
    ceiling: Ints
    bad_items: Ints
    weight: Ints
    hard: Flags
    records: Ints
    points: Ints
    scale: int


def prepared_for(columns: Columns, rules: RuleSet, *, known: Prepared | None = None) -> Prepared:
    """Return columns sorted for a rule set; those already sorted serve every set of the same layout."""
    laid = layout(rules, columns.records.codes)
    return known if known is not None and known.layout == laid else prepare(columns, laid)


def score(prepared: Prepared, rules: RuleSet) -> Scored:
    """Return everybody's score under a rule set of the layout the columns are sorted for.

    Raises:
        ColumnRangeError: Sums of points might leave 64 bits.
    """
    numbers = weights(rules, prepared.columns.records.codes)
    folds = fold(prepared, numbers)
    owners = len(prepared.columns.enterprises.id)
    hard = np.zeros(owners, bool)
    hard[prepared.owner[folds.hard]] = True
    ceilings, bad_items = _ceilings(prepared, numbers, folds, owners)
    published, tender, weight, wide = _means(prepared, numbers, folds, rules)
    hard |= wide
    records, points = _by_code(prepared, numbers, folds, ~hard)
    days = prepared.columns.enterprises.days_here
    return Scored(
        published=published,
        tender=tender,
        rated=(weight > 0) & (days >= rules.whole("unrated_below_days")),
        ceiling=ceilings,
        bad_items=bad_items,
        weight=weight,
        hard=hard,
        records=records,
        points=points,
        scale=numbers.scale,
    )


def _count(places: Ints, size: int) -> Ints:
    return np.bincount(places, minlength=size).astype(np.int64)


def _ceilings(prepared: Prepared, numbers: Weights, folds: Folds, owners: int) -> tuple[Ints, Ints]:
    """Return the best letter left open to every enterprise, and how many bad items are active."""
    rows = folds.active & numbers.bad[prepared.code]
    owner, code = prepared.owner[prepared.subject[rows]], prepared.code[rows]
    limit = np.zeros(owners, np.int64)
    for letter in range(1, len(LETTERS)):
        limit[_count(owner[numbers.ceilings[code] == letter], owners) > 0] = letter
    limit[_count(owner[numbers.grave[code]], owners) >= TWO_VERY_SERIOUS] = len(LETTERS) - 1
    return limit, _count(owner, owners)


def _means(
    prepared: Prepared, numbers: Weights, folds: Folds, rules: RuleSet
) -> tuple[Ints, Ints, Ints, Flags]:
    """Return published scores, tender scores, weights, and who passes the bounds."""
    projects, owners = prepared.columns.projects, len(prepared.columns.enterprises.id)
    share = rules.exact("weight_evaluation")
    unit = numbers.scale * share.denominator
    worst = int(folds.bad[:owners].max(initial=0)) * share.denominator
    wide = _wide(prepared, top=2 * ENTERPRISE_TOP * unit + worst)
    kept = ~wide[projects.enterprise]
    area = np.where(kept, projects.area * projects.days, 0)
    whole = _total(projects.enterprise, area, owners)
    quality = np.where(projects.quality < 0, rules.whole("unevaluated_project"), projects.quality)
    good, bad = folds.good[owners:], folds.bad[owners:]
    capped = np.minimum(good, int(rules.exact("good_cap_project") * numbers.scale))
    base = int(rules.exact("base") * numbers.scale)
    fallback = rules.exact("unrated_project_part")
    own = np.minimum(folds.good[:owners], int(rules.exact("good_cap_enterprise") * numbers.scale))
    scores = []
    for more, extra in ((capped, own), (0, 0)):
        record = np.clip(base + more - bad, 0, PROJECT_TOP * numbers.scale)
        part = share.numerator * quality * numbers.scale + (share.denominator - share.numerator) * record
        total = _total(projects.enterprise, part * area, owners)
        top = np.where(whole > 0, total, fallback.numerator * unit)
        down = np.where(whole > 0, whole, fallback.denominator)
        change = share.denominator * (extra - folds.bad[:owners])
        scores.append(_rounded(top + change * down, down * unit))
    return scores[0], scores[1], whole, wide


def _wide(prepared: Prepared, *, top: int) -> Flags:
    """Return the enterprises whose sums might leave 64 bits, by bounds in Python's own integers."""
    projects, owners = prepared.columns.projects, len(prepared.columns.enterprises.id)
    found = np.zeros(owners, bool)
    if not len(projects.area):
        return found
    most = (
        int(projects.area.max()) * int(projects.days.max()) * int(_count(projects.enterprise, owners).max())
    )
    if top * most < LARGEST:
        return found
    sums: dict[int, int] = {}
    for one, area, days in zip(
        *(c.tolist() for c in (projects.enterprise, projects.area, projects.days)), strict=True
    ):
        sums[one] = sums.get(one, 0) + area * days
    found[[one for one, weight in sums.items() if top * weight >= LARGEST]] = True
    return found


def _total(owner: Ints, amounts: Ints, owners: int) -> Ints:
    """Return the sum of every owner; amounts come in the order of owners."""
    found = np.zeros(owners, np.int64)
    if len(owner):
        first = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
        found[owner[first]] = np.add.reduceat(amounts, first)
    return found


def _rounded(top: Ints, down: Ints) -> Ints:
    """Return clamp(top / down, 0, 115 points) to the nearest integer, a half to the even neighbour."""
    value = np.clip(top, 0, ENTERPRISE_TOP * down)
    whole, rest = np.divmod(value, down)
    up = (2 * rest > down) | ((2 * rest == down) & (whole % 2 == 1))
    found: Ints = whole + up
    return found


def _by_code(prepared: Prepared, numbers: Weights, folds: Folds, told: Flags) -> tuple[Ints, Ints]:
    size = len(numbers.points)
    rows = folds.active & told[prepared.owner[prepared.subject]]
    records = _count(prepared.code[rows], size)
    code = prepared.code[prepared.starts]
    groups = np.where(told[prepared.owner[prepared.subject[prepared.starts]]], folds.groups, 0)
    points = np.zeros(size, np.int64)
    np.add.at(points, code, np.where(numbers.bad[code], -groups, groups))
    return records, points


def grades(scored: Scored, rules: RuleSet, codes: Sequence[str]) -> Ints:
    """Return everybody's grade by the rule set's mode, after ceilings, as places in ``GRADES``.

    Args:
        codes: Social credit codes, in the order of the enterprises.
    """
    edges = [rules.whole(f"grade_{letter.value.lower()}") for letter in LETTERS[:-1]]
    if rating.mode(rules) is rating.Mode.ABSOLUTE:
        letters = sum((scored.published < edge).astype(np.int64) for edge in edges)
    else:
        letters = _by_quota(scored, rules, codes, edges)
    settled = np.where(scored.rated, np.maximum(letters, scored.ceiling), scored.ceiling)
    found: Ints = np.where(~scored.rated & (scored.ceiling < LETTERS.index(Grade.C)), UNRATED, settled)
    return found


def _by_quota(scored: Scored, rules: RuleSet, codes: Sequence[str], edges: Sequence[int]) -> Ints:
    rated = np.flatnonzero(scored.rated)
    names = np.array(codes)[rated]
    columns: tuple[Any, ...] = (
        names,
        -scored.weight[rated],
        scored.bad_items[rated],
        -scored.published[rated],
    )
    order = rated[np.lexsort(columns)]
    letters = np.full(len(scored.published), len(LETTERS) - 1, np.int64)
    share, begun = rules.exact("quota_a") * 0, 0
    for place, letter in enumerate(LETTERS[:-1]):
        share += rules.exact(f"quota_{letter.value.lower()}") / 100
        end = max(begun, round(share * len(order)))
        letters[order[begun:end]] = place
        begun = end
    worst, c = len(LETTERS) - 1, LETTERS.index(Grade.C)
    low = scored.published < edges[2]
    safe = (scored.published >= edges[1]) & (scored.bad_items == 0) & (letters == worst)
    return np.where(low, np.maximum(letters, c), np.where(safe, c, letters))


def patched(scored: Scored, places: Mapping[int, dict[str, int | bool]]) -> Scored:
    """Return scores with those of the exact engine put in their places."""
    columns = {name: getattr(scored, name).copy() for name in PATCHED}
    for place, values in places.items():
        for name in PATCHED:
            columns[name][place] = values[name]
    return msgspec.structs.replace(scored, **columns)


def joined(parts: Sequence[Scored]) -> Scored:
    """Return the scores of blocks of enterprises as one; sums by code stay with the blocks."""
    nothing = np.zeros(0, np.int64)
    columns = {name: np.concatenate([getattr(p, name) for p in parts]) for name in (*PATCHED, "hard")}
    return Scored(**columns, records=nothing, points=nothing, scale=parts[0].scale)


PATCHED = ("published", "tender", "rated", "ceiling", "bad_items", "weight")
"""What an exact score puts in place of a column's."""
