"""Points of one subject at one instant: which records count, how often, and under which caps.

Everything is a pure fold over entries; order of input never matters. Amounts are exact centi-points.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from itertools import groupby

import msgspec

from credit.domain import cycle
from credit.domain.catalogue import COUNT_CAPS, CYCLE_CAPS, Flag, Item
from credit.domain.rule_set import RuleSet
from market.kernel.period import add_months, local_day

Key = tuple[str, str]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What a score needs to know of a decided record: when it was true and when it was known.

    Attributes:
        fact: One event in the world; it counts once per subject.
        unit: Project the item is counted for, where one record per project counts.
        known_at: Instant of the decision.
        ended_at: Instant of repair or revocation; expiry is computed, never stored.
    """
