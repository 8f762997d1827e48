"""A published rating weighs in the evaluation, and what it may not weigh is left out here.

Only what was published counts, as published: a record of today changes no tender of today. Good items stay
out, because a bonus for local awards shuts others out; a newcomer has no points of its own, so that bidding
takes the neutral value for it.
Source: BLR 32; BJ-OBE 25; docs/credit.md.
"""

import msgspec

from credit.public import StandingFacts


class Weight(msgspec.Struct, frozen=True, kw_only=True):
    """What of a rating goes into an evaluation; ``points`` in centi-points, ``None`` of a newcomer."""

    grade: str
    points: int | None
    snapshot: str


def weight_of(facts: StandingFacts) -> Weight:
    """Return what weighs: the score without good items, and the published figures it was read from."""
    return Weight(
        grade=facts.grade.value,
        points=None if facts.snapshot is None else facts.tender_score_centi,
        snapshot=facts.snapshot_digest,
    )
