"""Who may see what of a bid, and when: one exhaustive answer for pages, API and exports.

Source: BL 22, 36; BLR 44 (T61): before the opening nobody is told names or number; after it the read-out is
public, and the full text is for those who evaluate and supervise.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import assert_never

from bidding.domain.procedure import AFTER_AWARD, Stage
from bidding.domain.tender import Tender
from market.kernel.actor import Actor, Role


class Sight(StrEnum):
    """How much of a bid somebody sees."""

    NOTHING = "nothing"
    OWN_ENVELOPE = "own-envelope"
    READOUT = "readout"
    FULL = "full"


def of_bid(*, tender: Tender, bidder: int, actor: Actor, committee: Collection[int]) -> Sight:
    """Return what an actor sees of one organisation's bid at the tender's stage.

    Args:
        committee: Mandates of the members who sit on this tender's committee.
    """
    own = actor.organisation == bidder and actor.role is Role.ENTERPRISE
    match tender.stage:
        case Stage.DRAFT | Stage.FILED | Stage.RETURNED | Stage.ACCEPTED | Stage.APPROVED | Stage.PUBLISHED:
            return Sight.NOTHING
        case Stage.PREQUAL_OPEN | Stage.PREQUAL_REVIEW | Stage.PREQUAL_DONE:
            return Sight.NOTHING
        case Stage.BIDDING | Stage.CLOSED | Stage.OPENING | Stage.TERMINATED:
            return Sight.OWN_ENVELOPE if own else Sight.NOTHING
        case Stage.FAILED | Stage.ANNULLED if tender.opened_at is None:
            return Sight.OWN_ENVELOPE if own else Sight.NOTHING
        case (
            Stage.OPENED
            | Stage.EVALUATION
            | Stage.PRICE_OPENING
            | Stage.RANKED
            | Stage.DECIDED
            | Stage.AWARDED
            | Stage.CONTRACTED
            | Stage.CONTRACT_FILED
            | Stage.COMPLETED
            | Stage.FAILED
            | Stage.ANNULLED
        ):
            return Sight.FULL if own or reads_full(tender, actor, committee) else Sight.READOUT
        case _:
            assert_never(tender.stage)


def reads_full(tender: Tender, actor: Actor, committee: Collection[int]) -> bool:
    """Say whether somebody else than the bidder reads an opened bid's full text.

    The supervising authority reads within its division; experts who sit on this tender's committee read, and
    no others; the tenderer reads through its seat on the committee.
    """
    if actor.role in tender.procedure.filing:
        return actor.covers(tender.path)
    if actor.role in tender.procedure.tenderers:
        return actor.organisation == tender.organisation
    return actor.role is Role.EXPERT and actor.mandate in committee


def reads_apart(tender: Tender, actor: Actor, committee: Collection[int]) -> bool:
    """Say who reads which marks lie apart: committee and supervisor; everybody after the award (BL 37)."""
    if tender.stage in AFTER_AWARD or (actor.mandate is not None and actor.mandate in committee):
        return True
    return actor.role in tender.procedure.filing and actor.covers(tender.path)


def sees_tender(*, tender: Tender, actor: Actor) -> bool:
    """Say whether an actor may know of a tender: announced ones everybody, others those who act on them."""
    if tender.published_at is not None:
        return True
    if actor.organisation is not None and actor.organisation in {
        tender.organisation,
        *(holder.organisation for holder in tender.keyholders),
    }:
        return True
    filed = tender.stage is not Stage.DRAFT
    return filed and actor.role in tender.procedure.filing and actor.covers(tender.path)
