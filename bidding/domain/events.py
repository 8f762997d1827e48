"""Facts other wings may hear of; each refers to the audit entry it was published with."""

from datetime import date, datetime
from typing import Any

import msgspec

from bidding.domain.tender import Tender


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fact of a tender that has left the sealed stage or was never in it."""

    tender_id: int
    tender: str
    organisation_id: int
    path: tuple[str, ...]


def about(tender: Tender) -> dict[str, Any]:
    """Return what every event of a tender says."""
    return {
        "tender_id": tender.id,
        "tender": tender.number,
        "organisation_id": tender.organisation,
        "path": tender.path,
    }


class TenderPublished(Event, frozen=True, kw_only=True, tag=True):
    """A tender was announced."""

    deadline: datetime


class TenderAmended(Event, frozen=True, kw_only=True, tag=True):
    """All holders of the documents were sent something: a clarification, a new version, or both.

    Attributes:
        version: The version in force from now on.
        clarification: Number of the clarification; 0 where there is none.
        deadline: In force from now on, moved where the law wants more days.
        keyholders: Institutions that hold a key of the tender.
        rekeyed: Other keyholders open the bids: whatever was sealed before must be sealed anew.
    """

    version: int
    clarification: int
    deadline: datetime
    keyholders: tuple[int, ...]
    rekeyed: bool = False


class TenderFailed(Event, frozen=True, kw_only=True, tag=True):
    """A tender ended without an award; who bid is not part of it."""

    reason: str


class BidsOpened(Event, frozen=True, kw_only=True, tag=True):
    """All envelopes of a tender were opened; the read-outs are public from now on.

    Of two envelopes this is said twice: of the technical parts, and with ``prices`` of the prices.
    """

    bidders: tuple[int, ...]
    prices: bool = False


class CandidatesPublished(Event, frozen=True, kw_only=True, tag=True):
    """The committee's candidates are public; until the last day bidders may object (BLR 54).

    Attributes:
        bidders: Of every opened bid, recommended or not.
        report: Digest of the signed report.
        last_day: Of the publicity.
    """

    bidders: tuple[int, ...]
    report: str
    last_day: date


class PriceAsked(Event, frozen=True, kw_only=True, tag=True):
    """A bidder was asked to justify its price until an instant (BTB 32)."""

    question: int
    bidder: int
    until: datetime


class SecurityRecorded(Event, frozen=True, kw_only=True, tag=True):
    """A security was entered in the ledger of an opened tender; who paid it can be compared."""

    security_id: int


class DecisionRevoked(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The street revoked an owners' decision (BPR 8, 51); what rests on it may not go on.

    Attributes:
        affected: Organisations of the community, and those whose opened bids, award or contract rest on it.
        tenders: Numbers of the tenders that rest on it.
    """

    decision_id: int
    decision: str
    community_id: int
    affected: tuple[int, ...]
    tenders: tuple[str, ...]
    path: tuple[str, ...]


class AwardPublished(Event, frozen=True, kw_only=True, tag=True):
    """The winner was named and every bidder told (BL 45)."""

    winner_id: int
    bidders: tuple[int, ...]
    award_id: int


class ContractSigned(Event, frozen=True, kw_only=True, tag=True):
    """Both sides signed the property service contract (BL 46)."""

    contract_id: int
    provider_id: int


class AwardRefused(Event, frozen=True, kw_only=True, tag=True):
    """An award was cancelled: its winner does not become the provider (BLR 55, 74).

    Attributes:
        bidders: Every bidder of the lot, the former winner included; all are told.
        at_fault: The winner refused without good reason; the district may record it.
        by_agreement: The enterprise was chosen by agreement: there is no next in rank.
    """

    award_id: int
    award: str
    winner_id: int
    bidders: tuple[int, ...]
    community_id: int
    ground: str
    at_fault: bool
    on: date
    by_agreement: bool = False


class ContractFilingOverdue(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A signed contract was not filed with street and district in time (BPR 63, 91)."""

    contract_id: int
    contract: str
    organisation_id: int
    provider_id: int
    community_id: int
    file_by: date
    path: tuple[str, ...]


class HandoverConfirmed(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The old provider handed over and the new one took over (BPR 76).

    Attributes:
        organisation_id: The provider that left.
        incoming_id: The provider that serves the community from now on.
        in_time: Whether the old provider was out when its term ended.
    """

    handover_id: int
    organisation_id: int
    incoming_id: int
    community_id: int
    in_time: bool
    path: tuple[str, ...]


class HandoverOverdue(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The old provider had not handed over when the term ended (BPR 76, 97).

    Attributes:
        organisation_id: The provider that should have left.
    """

    handover_id: int
    organisation_id: int
    community_id: int
    due_at: datetime
    path: tuple[str, ...]


class HandoverOrderMissed(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The limit of the district's order passed and the old provider had not complied (BPR 97).

    Attributes:
        handover: Number of the handover.
        order: Number of the order.
        evidence: Digest of the file the order rests on.
        left: Whether the site was left by then, so that only documents or property were held back.
    """

    handover_id: int
    handover: str
    organisation_id: int
    community_id: int
    order: str
    evidence: str
    left: bool
    due_at: datetime
    path: tuple[str, ...]


class HandoverPressed(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """An authority reminded, ordered, gave notice of a fine, fined, or dropped it.

    Attributes:
        what: ``reminded``, ``ordered``, ``notified``, ``fined`` or ``dropped``.
    """

    handover_id: int
    handover: str
    organisation_id: int
    community_id: int
    what: str
    path: tuple[str, ...]


class TenderObjectionLodged(Event, frozen=True, kw_only=True, tag=True):
    """Somebody objects to a tender; who, is not part of it."""

    objection: str
    answer_by: datetime


class Remedied(Event, frozen=True, kw_only=True):
    """A fact of a remedy that whoever sought it hears of.

    Attributes:
        opened: Whether the bids were opened; before, nobody else may learn who deals with the tender (BL 22).
    """

    opened: bool = False


class TenderObjectionAnswered(Remedied, frozen=True, kw_only=True, tag=True):
    """An objection was answered.

    Attributes:
        objector_id: Who is told; never shown.
        bidders: Whom a new evaluation or another candidate concerns; empty before the opening.
    """

    objection: str
    objector_id: int
    remedy: str
    bidders: tuple[int, ...]


class TenderObjectionOverdue(Event, frozen=True, kw_only=True, tag=True):
    """The tenderer let the time to answer pass (BLR 77)."""

    objection: str


class ComplaintLodged(Event, frozen=True, kw_only=True, tag=True):
    """An authority received a complaint."""

    complaint: str
    authority_id: int


class ComplaintAnswered(Remedied, frozen=True, kw_only=True, tag=True):
    """An authority accepted, refused or decided a complaint.

    Attributes:
        bidders: Whom a remedy concerns; empty before the opening or without remedy.
    """

    complaint: str
    complainant_id: int
    state: str
    remedy: str
    bidders: tuple[int, ...]


class ComplaintOverdue(Remedied, frozen=True, kw_only=True, tag=True):
    """An authority let its time to accept or decide pass (BLR 61)."""

    complaint: str
    authority_id: int
    complainant_id: int
