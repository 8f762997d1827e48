"""The term of a tender document that bids come in two envelopes, opened one after the other.

Marking what is promised before anybody knows a price keeps the price out of it; the threshold says how much a
bid must promise for its price to matter. Source: BL 19, 20; BTB 17, 29; BLR 49.
"""

from typing import Annotated, Final

import msgspec

from bidding.domain import rule_table
from bidding.domain import scheme as schemes
from bidding.domain.procedure import Profile
from bidding.domain.sealed import envelope, technical

PROPOSED_THRESHOLD: Final = rule_table.current(Profile.OWNER).value("technical-threshold")
"""Percent of the technical points proposed as the threshold; the same in both profiles."""


class TwoEnvelopes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That technical part and price are sealed and opened apart.

    Attributes:
        threshold_percent: Of the technical points; a bid that gets less stays sealed in its price.
    """

    threshold_percent: Annotated[int, msgspec.Meta(ge=1, le=100)] = PROPOSED_THRESHOLD


def of_version(two: TwoEnvelopes | None, scheme: schemes.Scheme) -> envelope.TwoEnvelopes | msgspec.UnsetType:
    """Return what stands in the version, in centi-points of the weights; nothing for one envelope."""
    if two is None:
        return msgspec.UNSET
    points = scheme.weight(schemes.Part.EXPERT)
    least = technical.threshold_points(technical_points=points, percent=two.threshold_percent)
    return envelope.TwoEnvelopes(technical_points=points, threshold_points=least)
