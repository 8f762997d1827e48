"""What the page of the evaluation shows of two envelopes: the lock, then what was locked."""

from collections.abc import Mapping
from typing import Final

import msgspec

from bidding.domain.act import Act
from bidding.domain.outcome.evaluation import Ground
from bidding.domain.sealed.technical import LockedMarks
from bidding.domain.tender import Tender
from bidding.queries import evaluations
from bidding.queries.prices import locked
from bidding.services import stages
from market.kernel.actor import Actor

GROUNDS: Final = tuple(each for each in Ground if each is not Ground.BELOW_THRESHOLD)
"""What a member may choose; for the threshold the locked marks speak."""


class TwoView(msgspec.Struct, frozen=True, kw_only=True):
    """The technical marks of a tender in two envelopes.

    Attributes:
        may_lock: The asker is a member who may lock them now.
        marks: Once they are locked; ``names`` are the bidders' by commitment.
    """

    may_lock: bool
    marks: LockedMarks | None
    digest: str
    names: Mapping[str, str]


async def of_page(tender: Tender, actor: Actor, *, marking: bool) -> TwoView | None:
    """Return what is shown; nothing of one envelope.

    Args:
        marking: The asker sits on the committee while it marks.
    """
    if not tender.in_two_envelopes:
        return None
    found = await locked.find(tender)
    lots = await evaluations.of_tender(tender.id)
    return TwoView(
        may_lock=marking and tender.marks_locked_at is None and stages.may(Act.MARKS_LOCK, actor, tender),
        marks=found.marks if found else None,
        digest=found.digest if found else "",
        names={each.commitment: each.name for lot in lots for each in lot.entrants},
    )
