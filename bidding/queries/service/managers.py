"""Project managers offered or bound more than once, by registration number.

Only opened bids and contracts are looked at: before the opening nothing may be compared. Source: BL 22; the
city's rule that a project manager answers for one project ([BJ-CRED10]).
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

import msgspec

from bidding.domain.sealed.transcript import Opening
from bidding.queries.service.offers import manager_of
from market.runtime import database


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """A place that claims a project manager.

    Attributes:
        number: Of the opened bid or the contract.
        tender: Number of the tender it belongs to; empty of a contract that renews another.
        commitment: Of the bid it is, or came from; the digest of a renewed contract.
    """

    number: str
    tender: str
    organisation: int
    commitment: str
    manager: str


_LIVE: Final = """
    SELECT b.number, t.number AS tender, b.organisation, b.commitment,
           coalesce(p.opening, b.opening) AS opening
    FROM bidding_opened_bid b JOIN bidding_tender t ON t.id = b.tender
    LEFT JOIN bidding_opened_price p ON p.bid = b.id
    WHERE t.stage IN ('opened', 'evaluation', 'price-opening', 'ranked', 'decided')
       OR (t.stage = 'awarded' AND EXISTS (
            SELECT 1 FROM bidding_award a WHERE a.commitment = b.commitment AND a.cancelled_at IS NULL))
    ORDER BY b.number
"""
_BOUND: Final = """
    SELECT c.number, coalesce(t.number, '') AS tender, c.provider AS organisation,
           coalesce(a.commitment, c.digest) AS commitment, c.terms ->> 'project_manager' AS manager
    FROM bidding_contract c LEFT JOIN bidding_award a ON a.id = c.award
    LEFT JOIN bidding_tender t ON t.id = c.tender LEFT JOIN bidding_term s ON s.contract = c.id
    WHERE c.end_on >= $1 AND (c.tender IS NOT NULL OR c.start_on <= $1) AND c.signed_at IS NOT NULL
      AND s.closed_at IS NULL ORDER BY c.number
"""


async def holdings(day: date) -> list[Holding]:
    """Return every live bid and standing contract that names a project manager.

    Neither a bid whose award was cancelled, while another stands, nor a contract whose service has ended.
    """
    live = [
        Holding(
            manager=manager_of(msgspec.json.decode(row.pop("opening"), type=Opening).readout.terms), **row
        )
        for row in await database.fetch(_LIVE)
    ]
    bound = [Holding(**row) for row in await database.fetch(_BOUND, day) if row["manager"]]
    return [each for each in (*live, *bound) if each.manager]


def elsewhere(known: Iterable[Holding], *, manager: str, commitment: str) -> tuple[str, ...]:
    """Return where else a manager is offered or bound than in this bid and the contract made of it."""
    return tuple(
        each.number for each in known if manager and each.manager == manager and each.commitment != commitment
    )


async def doubled(organisation: int, day: date) -> list[tuple[Holding, tuple[str, ...]]]:
    """Return an enterprise's own bids whose manager is claimed elsewhere too, each with where."""
    known = await holdings(day)
    found = [
        (each, elsewhere(known, manager=each.manager, commitment=each.commitment))
        for each in known
        if each.organisation == organisation
    ]
    return [(each, where) for each, where in found if where]
