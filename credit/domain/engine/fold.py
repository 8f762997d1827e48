"""The fold of ``points`` over all subjects at once.

How it equals the exact one:

- **Repeats.** Within subject and code rows are in order of time. No fact stands twice there (those subjects
  are hard), and the day on which a fact stops making repeats never comes earlier for a later fact; so one
  earlier fact is within the window exactly when the row before is, and two when the row two before is.
- **Caps** of an item and of its half-years lie inside each other. Taking as much as fits, one after another,
  ends at min(cap, sum over half-years of min(cap of the half-year, sum)), in whatever order.
- **One count a fact.** Where no cap could be reached even if every record counted, the highest sum takes the
  highest record of each fact, the first among equals in the order of ``points.ordered``. Where one could,
  the subject is hard.

Bounds: an amount is at most points x largest factor in units; the sum over all rows is checked against 2^62
before anything is added.
"""

from typing import ClassVar

import msgspec
import numpy as np

from credit.domain.engine.columns import Flags, Ints, Prepared
from credit.domain.engine.weights import UNCAPPED, Weights, halves, repeat_until
from market.kernel.errors import InvalidInputError

LARGEST = 2**62


class ColumnRangeError(InvalidInputError):
    """Amounts are so large that their sums might not fit 64 bits."""

    code: ClassVar[str] = "credit-column-range"


class Folds(msgspec.Struct, frozen=True, kw_only=True):
    """Sums of every subject, in units, and of every group of one subject and one code.

    Attributes:
        active: Rows in force.
        hard: Subjects whose sums here mean nothing; the exact engine folds them.
    """

    good: Ints
    bad: Ints
    groups: Ints
    active: Flags
    hard: Flags


def fold(prepared: Prepared, weights: Weights) -> Folds:
    """Return what the records of every subject add and take.

    Raises:
        ColumnRangeError: Sums might leave 64 bits.
    """
    rows, subjects = len(prepared.code), len(prepared.owner)
    if not rows:
        nothing = np.zeros(subjects, np.int64)
        return Folds(
            good=nothing,
            bad=nothing,
            groups=np.zeros(0, np.int64),
            active=np.zeros(0, bool),
            hard=prepared.hard,
        )
    if int(weights.points.max()) * max(weights.factors) * rows >= LARGEST:
        raise ColumnRangeError("sums of points might leave 64 bits", rows=rows)
    day = prepared.columns.day
    active = (prepared.begins <= day) & (day < prepared.ends)
    full = np.where(active, _full(prepared, weights), 0)
    chosen, hard = _chosen(prepared, weights, full, active)
    groups = _capped(prepared, weights, np.where(chosen, full, 0))
    subject, bad = prepared.subject[prepared.starts], weights.bad[prepared.code[prepared.starts]]
    return Folds(
        good=_sums(subject, np.where(bad, 0, groups), subjects),
        bad=_sums(subject, np.where(bad, groups, 0), subjects),
        groups=groups,
        active=active,
        hard=hard,
    )


def _full(prepared: Prepared, weights: Weights) -> Ints:
    """Return points times factor of every row, in units."""
    until = repeat_until(prepared.fact_on, weights.window)
    times = np.zeros(len(until), np.int64)
    for lag, near in enumerate(prepared.near, start=1):
        before = np.r_[np.zeros(lag, np.int64), until[:-lag]][: len(until)]
        times += near & (before > prepared.fact_on)
    times[~weights.bad[prepared.code]] = 0
    factors = np.array(weights.factors, np.int64)[times]
    factors[~weights.bad[prepared.code]] = weights.scale
    full: Ints = weights.points[prepared.code] * factors
    return full


def _chosen(prepared: Prepared, weights: Weights, full: Ints, active: Flags) -> tuple[Flags, Flags]:
    """Return which rows count for their fact, and the subjects that are hard."""
    chosen, hard = np.ones(len(full), bool), prepared.hard.copy()
    rows = np.flatnonzero((prepared.twin >= 0) & active)
    if not len(rows):
        return chosen, hard
    keys = [prepared.record[rows], -full[rows], prepared.twin[rows]]
    if prepared.layout.by_content:
        keys[1:1] = [prepared.code[rows], prepared.begins[rows], prepared.fact_on[rows]]
    order = rows[np.lexsort(keys)]
    later = np.r_[False, prepared.twin[order][1:] == prepared.twin[order][:-1]]
    chosen[order[later]] = False
    several = np.isin(prepared.twin[rows], prepared.twin[order[later]])
    tight = _tight(prepared, weights, full)
    group = np.searchsorted(prepared.starts, rows[several], side="right") - 1
    hard[prepared.subject[rows[several][tight[group]]]] = True
    return chosen, hard


def _tight(prepared: Prepared, weights: Weights, full: Ints) -> Flags:
    """Return the groups in which a cap would be reached if every record counted."""
    code = prepared.code[prepared.starts]
    found: Flags = _by_group(prepared, full) > weights.caps[code]
    group, _, sums = _by_half(prepared, weights, full)
    found[group[sums > weights.cycle_caps[code[group]]]] = True
    return found


def _by_group(prepared: Prepared, amounts: Ints) -> Ints:
    sums: Ints = np.add.reduceat(amounts, prepared.starts)
    return sums


def _by_half(prepared: Prepared, weights: Weights, amounts: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the sums of each half-year in groups whose code has a cap for it: group, rows, sums."""
    rows = np.flatnonzero(weights.cycle_caps[prepared.code] != UNCAPPED)
    if not len(rows):
        return rows, rows, rows
    half = halves(prepared.begins[rows])
    group = np.searchsorted(prepared.starts, rows, side="right") - 1
    keys, place = np.unique(group * (int(half.max()) + 1) + half, return_inverse=True)
    sums = np.zeros(len(keys), np.int64)
    np.add.at(sums, place, amounts[rows])
    return keys // (int(half.max()) + 1), rows, sums


def _capped(prepared: Prepared, weights: Weights, amounts: Ints) -> Ints:
    """Return what is left of every group after the caps of its code."""
    code = prepared.code[prepared.starts]
    sums = _by_group(prepared, amounts)
    group, _, parts = _by_half(prepared, weights, amounts)
    if len(group):
        sums[np.unique(group)] = 0
        np.add.at(sums, group, np.minimum(parts, weights.cycle_caps[code[group]]))
    left: Ints = np.minimum(sums, weights.caps[code])
    return left


def _sums(subject: Ints, amounts: Ints, subjects: int) -> Ints:
    """Return the sum of every subject; groups come in the order of subjects."""
    first = np.flatnonzero(np.r_[True, subject[1:] != subject[:-1]])
    found = np.zeros(subjects, np.int64)
    found[subject[first]] = np.add.reduceat(amounts, first)
    return found
