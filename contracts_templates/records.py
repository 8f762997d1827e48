"""What is merged into the records of a tender: the opening first.

Every one is computed from what is stored and no longer changes: whoever asks gets the same digest.
"""

from datetime import date, datetime

import msgspec

from contracts_templates.content import Party
from contracts_templates.marked import TechnicalMark


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
        envelope: ``technical`` or ``price`` where each of two envelopes has its opening; absent elsewhere.
        marks: What the locked technical marks say, in the record of the prices; ``marks_digest`` is theirs.
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
    envelope: str | msgspec.UnsetType = msgspec.UNSET
    marks: tuple[TechnicalMark, ...] | msgspec.UnsetType = msgspec.UNSET
    marks_digest: str | msgspec.UnsetType = msgspec.UNSET

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


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """What one party of a draw committed to and revealed; ``party`` is one of ``wording.DRAWERS``."""

    party: str
    commitment: str
    committed_at: datetime
    nonce: str
    revealed_at: datetime | None


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """One round of the draw that is over.

    Attributes:
        kind: Which of ``wording.DRAW_KINDS``.
        rosters: Names of the divisions whose experts were asked; ``districts`` likewise, empty for any.
        specialities: Of ``wording.SPECIALITIES``; empty for any.
        eligible: Experts that passed the filters, and of how many employers.
        reason: Why nobody was drawn, of ``wording.DRAW_REASONS``; empty where the draw was completed.
        withheld: Parties that committed and did not reveal.
    """

    round: int
    kind: str
    version_digest: str
    rosters: tuple[str, ...]
    specialities: tuple[str, ...]
    districts: tuple[str, ...]
    years: int
    senior: bool
    eligible: int
    employers: int
    roster_digest: str
    seats: int
    reserves: int
    begun_at: datetime
    ended_at: datetime
    words: tuple[Word, ...]
    seed: str
    reason: str
    withheld: tuple[str, ...]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A place that was drawn, or a representative that was named.

    Attributes:
        round: 0 for representatives.
        kind: Of ``wording.SEAT_KINDS``; ``state`` and ``drawn_as`` of ``wording.SEAT_STATES``.
        succeeds: Ticket whose seat it took over; empty where it took none.
        ground: Why it was given up, of ``wording.RECUSALS``; empty while it is held.
        name: Empty, like ``body``, before the award.
    """

    round: int
    place: int
    kind: str
    drawn_as: str
    state: str
    ticket: str
    succeeds: str
    ground: str
    left_at: datetime | None
    name: str
    body: str


class DrawRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The record of the draw of experts.

    Attributes:
        disclosed: A winner is named, so names stand in it (BL 37).
    """

    number: str
    about: About
    size: int
    experts: int
    representatives: int
    disclosed: bool
    rounds: tuple[Round, ...]
    places: tuple[Place, ...]

    def of_round(self, number: int) -> tuple[Place, ...]:
        """Return the places a round drew; of round 0 the representatives."""
        return tuple(one for one in self.places if one.round == number)

    @property
    def changed(self) -> tuple[Place, ...]:
        """The places that were given up, in the order of leaving."""
        left = (one for one in self.places if one.left_at is not None)
        return tuple(sorted(left, key=lambda one: (one.left_at, one.round, one.place)))

    def heir(self, place: Place) -> str:
        """Return the ticket of who took over a seat; empty where nobody did."""
        return next((one.ticket for one in self.places if one.succeeds == place.ticket), "")


class NoticedLot(msgspec.Struct, frozen=True, kw_only=True):
    """A lot as it is announced; ``maximum_fen`` a year, ``None`` where the document gives a method."""

    id: str
    title: str
    area_centi: int
    maximum_fen: int | None


class NoticedHolder(msgspec.Struct, frozen=True, kw_only=True):
    """A keyholder and the fingerprint of the key bids are sealed with."""

    institution: str
    fingerprint: str


class NoticedPrequalification(msgspec.Struct, frozen=True, kw_only=True):
    """The pre-qualification a notice announces (BLR 15-17).

    Attributes:
        conditions: Each with what shows it.
        limit: How many are invited at most; 0 for no limit.
    """

    issue_at: datetime
    issue_days: int
    deadline: datetime
    how_to_apply: str
    limit: int
    conditions: tuple[tuple[str, str], ...]
    objections_until: date | None


class TenderNotice(msgspec.Struct, frozen=True, kw_only=True):
    """The announcement of an open tender (BL 16, BLR 15).

    Attributes:
        version: Of the announced document; above 1 the notice replaces the earlier ones.
        reason: Why the version replaced the one before; empty for the first.
        bidder: What the document asks of bidders; empty where it says nothing.
        objections_until: Last day to object to the document.
        bid_security_fen: 0 for none; ``performance_percent`` likewise.
        technical_percent: Threshold of a tender in two envelopes; absent elsewhere.
        prequalification: Makes it the notice of a pre-qualification, with what follows for the qualified.
    """

    number: str
    about: About
    version: int
    reason: str
    prophase: bool
    nature: str
    place: str
    lots: tuple[NoticedLot, ...]
    months: int
    estimate_fen: int
    bidder: str
    ban_refuses: bool
    issue_at: datetime | None
    issue_days: int
    how_to_get: str
    site_visit_at: datetime | None
    site_visit_place: str
    objections_until: date | None
    deadline: datetime
    opening_place: str
    validity_days: int
    bid_security_fen: int
    performance_percent: int
    threshold: int
    holders: tuple[NoticedHolder, ...]
    published_at: datetime
    technical_percent: int | msgspec.UnsetType = msgspec.UNSET
    prequalification: NoticedPrequalification | None = None
