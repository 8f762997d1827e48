"""What is merged into the records of a tender: the opening first.

Every one is computed from what is stored and no longer changes: whoever asks gets the same digest.
"""

from datetime import datetime

import msgspec

from contracts_templates.content import Party


class About(msgspec.Struct, frozen=True, kw_only=True):
    """The tender a record is of.

    Attributes:
        version_digest: Digest of the announced version that stood at that time.
    """

    number: str
    title: str
    community: str
    tenderer: Party
    version_digest: str


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong with an envelope.

    Attributes:
        code: Which of ``wording.FINDINGS``; ``fault`` is one of ``wording.FAULTS``.
        key_id: The keyholder's key it is about; empty where it is about none.
    """

    code: str
    fault: str
    key_id: str = ""


class ReadBid(msgspec.Struct, frozen=True, kw_only=True):
    """One place of the frozen list: what was read out, or why nothing was.

    Attributes:
        number: Of the opened bid; empty, like name and code, where the envelope stayed shut.
        terms: Name and value as read out.
    """

    lot: str
    commitment: str
    number: str = ""
    name: str = ""
    code: str = ""
    price_fen: int | None = None
    terms: tuple[tuple[str, str], ...] = ()
    faults: tuple[Fault, ...] = ()


class ShutBid(msgspec.Struct, frozen=True, kw_only=True):
    """An envelope that is never opened; ``why`` is one of ``wording.SHUT``."""

    commitment: str
    why: str


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """A keyholder; ``signature`` is what it signed the frozen list with, empty where it released nothing."""

    institution: str
    key_id: str
    released_at: datetime | None = None
    signature: str = ""


class Objected(msgspec.Struct, frozen=True, kw_only=True):
    """An objection to the opening and its answer; what it says and who lodged it is not for everybody."""

    number: str
    lodged_at: datetime
    ended_at: datetime | None
    outcome: str
    answer: str


class OpeningRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The record of an opening.

    Attributes:
        bids: In the order of the frozen list.
        threshold: So many keyholders open.
        readouts_digest: Digest of all read-outs: the subject of the opening's entry in the public log.
    """

    number: str
    about: About
    place: str
    deadline: datetime
    frozen_at: datetime
    opened_at: datetime
    refusals: int
    threshold: int
    bids: tuple[ReadBid, ...]
    shut: tuple[ShutBid, ...]
    holders: tuple[Holder, ...]
    objections: tuple[Objected, ...]
    frozen_digest: str
    readouts_digest: str

    def of_lot(self, lot: str) -> tuple[ReadBid, ...]:
        """Return the bids of one lot."""
        return tuple(bid for bid in self.bids if bid.lot == lot)

    @property
    def lots(self) -> tuple[str, ...]:
        """The lots there are bids for."""
        return tuple(dict.fromkeys(sorted((bid.lot for bid in self.bids), key=int)))

    @property
    def faulty(self) -> tuple[ReadBid, ...]:
        """The bids something went wrong with."""
        return tuple(bid for bid in self.bids if bid.faults)
