"""A half-year's plan of inspections: made by data, half of it or more unannounced, chosen by a sealed seed.

The seed is drawn before the plan and only its commitment is shown; after the half-year the seed is shown and
anybody can choose again. A plan follows grades: what is no longer owed falls out, what is owed comes in as a
new batch, and what was held counts for the window it lies in.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from math import ceil

import msgspec

from credit.domain.grade import Grade
from credit.domain.oversight.frequency import Risk, Window
from market.kernel.digest import digest


class Slot(msgspec.Struct, frozen=True, order=True, kw_only=True):
    """One visit that is owed."""

    community: int
    window: Window
    enterprise: int
    level: Grade
    risk: Risk

    @property
    def key(self) -> str:
        """Name of the slot in its plan, the same whenever it is planned."""
        return key(self.community, self.window)


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A visit of the plan as it stands.

    Attributes:
        open: Neither held nor cancelled, and nobody was told or sent yet: it may fall out.
        held_on: Day it is or was set for; ``None`` while open.
    """

    id: int
    community: int
    enterprise: int
    window: Window
    level: Grade
    open: bool
    held_on: date | None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan that follows has to add and to drop."""

    add: tuple[Slot, ...]
    drop: tuple[int, ...]


def key(community: int, window: Window) -> str:
    """Return the name of a slot in its plan."""
    return f"{community}:{window.from_on.isoformat()}:{window.due_on.isoformat()}"


def commitment(seed: str) -> str:
    """Return what is shown of a seed before it is published."""
    return digest("credit-plan-seed", {"seed": seed})


def rank(seed: str, batch: int, name: str) -> str:
    """Return what slots are ordered by."""
    return digest("credit-plan-rank", {"seed": seed, "batch": batch, "slot": name})


def unannounced(seed: str, batch: int, names: Iterable[str], *, share: Fraction) -> frozenset[str]:
    """Return the slots of a batch that stay unannounced: the first of the order, a share of them or more."""
    ordered = sorted(names, key=lambda name: rank(seed, batch, name))
    return frozenset(ordered[: ceil(share * len(ordered))])


def topped_up(
    seed: str, open_announced: Iterable[str], *, live: int, silent: int, share: Fraction
) -> frozenset[str]:
    """Return which announced slots that nobody was told of become unannounced, so that the share holds again.

    Args:
        live: Visits of the plan that were not cancelled.
        silent: How many of them are unannounced.
    """
    missing = max(0, ceil(share * live) - silent)
    ordered = sorted(open_announced, key=lambda name: rank(seed, 0, name))
    return frozenset(ordered[:missing])


def follow(standing: Sequence[Standing], wanted: Sequence[Slot], *, today: date) -> Change:
    """Return how a plan gets from what stands to what is owed; windows that have passed are left alone."""
    owed = [slot for slot in wanted if slot.window.due_on >= today]
    names = {slot.key: slot for slot in owed}
    kept, drop = set[str](), []
    for one in standing:
        name = key(one.community, one.window)
        slot = names.get(name)
        if slot is not None and (slot.enterprise == one.enterprise or not one.open):
            kept.add(name)
        elif one.open and one.window.due_on >= today:
            drop.append(one.id)
    held = [one for one in standing if one.held_on is not None]
    add = [slot for slot in owed if slot.key not in kept and not any(_covers(slot, one) for one in held)]
    return Change(add=tuple(sorted(add)), drop=tuple(drop))


def _covers(slot: Slot, one: Standing) -> bool:
    """Say whether a visit that was set or held serves a slot's window."""
    inside = one.held_on is not None and slot.window.from_on <= one.held_on <= slot.window.due_on
    return inside and (one.community, one.enterprise) == (slot.community, slot.enterprise)
