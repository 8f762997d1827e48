"""The locked technical marks of a tender in two envelopes, and which envelopes its present opening is of."""

import msgspec

from bidding.domain.procedure import Stage
from bidding.domain.sealed import wire
from bidding.domain.sealed.frozen_list import FrozenList
from bidding.domain.sealed.technical import LockedMarks
from bidding.domain.tender import Tender
from bidding.queries import bids, openings
from market.kernel.errors import NotFoundError
from market.runtime import database


class MarksNotLockedError(NotFoundError):
    """The technical marks of this tender are not locked, or its bids are in one envelope."""

    code = "marks-not-locked"


class Locked(msgspec.Struct, frozen=True, kw_only=True):
    """Locked marks as they are stored, and the entries that logged them and the second opening."""

    marks: LockedMarks
    digest: str
    entry: int
    opening_entry: int | None


class Phase(msgspec.Struct, frozen=True, kw_only=True):
    """An opening under way: of the only or the technical envelopes, or of the prices.

    Attributes:
        marks: Set at the opening of the prices.
        openable: Commitments of the envelopes whose shares are taken now: of those on the list, never a
            price before the marks are locked, and then only of bids that passed.
        small: Lots of which nothing is opened, for too few bids.
    """

    frozen: FrozenList
    freeze_digest: str
    marks: Locked | None
    openable: frozenset[str]
    small: frozenset[str]

    @property
    def prices(self) -> bool:
        """Whether prices are opened that were sealed apart."""
        return self.marks is not None

    @property
    def due(self) -> frozenset[str]:
        """Commitments that are opened when enough keyholders have released."""
        return frozenset(
            one.commitment
            for one in self.frozen.bids
            if one.commitment in self.openable and one.lot not in self.small
        )


async def of_tender(tender: Tender) -> Locked:
    """Return the locked marks.

    Raises:
        MarksNotLockedError: There are none.
    """
    found = await find(tender)
    if found is None:
        raise MarksNotLockedError(f"{tender.number} has no locked marks", tender=tender.number)
    return found


async def find(tender: Tender) -> Locked | None:
    """Return the locked marks, ``None`` where there are none (yet)."""
    if tender.marks_locked_at is None:
        return None
    rows = await database.fetch(
        "SELECT marks, digest, entry, opening_entry FROM bidding_locked_marks WHERE tender = $1", tender.id
    )
    if not rows or rows[0]["entry"] is None:
        return None
    return Locked(**{**rows[0], "marks": msgspec.json.decode(rows[0]["marks"], type=LockedMarks)})


async def phase(tender: Tender) -> Phase:
    """Return which envelopes the present opening is of.

    Raises:
        NotFrozenError: There is no frozen list yet.
    """
    freeze = await openings.freeze_of(tender)
    locked = await find(tender) if tender.stage is Stage.PRICE_OPENING else None
    first = {one.commitment for one in freeze.frozen.bids if one.kind != "price"}
    return Phase(
        frozen=freeze.frozen,
        freeze_digest=freeze.digest,
        marks=locked,
        openable=frozenset(first) if locked is None else locked.marks.passed,
        small=frozenset(bids.small_lots(tender, freeze.frozen)),
    )


async def answer(tender: Tender) -> wire.MarksAnswer:
    """Return list and locked marks with the proofs a keyholder's client checks before it signs.

    Raises:
        MarksNotLockedError: There are none.
    """
    locked, listed = await of_tender(tender), await openings.list_answer(tender)
    return wire.MarksAnswer(
        listed=listed,
        marks=locked.marks,
        proof=await openings.proof(locked.entry, listed.checkpoint.size),
    )
