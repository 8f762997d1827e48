"""Facts other wings may hear of; each refers to the audit entry it was published with."""

from datetime import datetime

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fact of a tender that has left the sealed stage or was never in it."""

    tender_id: int
    tender: str
    organisation_id: int
    path: tuple[str, ...]


class TenderPublished(Event, frozen=True, kw_only=True, tag=True):
    """A tender was announced."""

    deadline: datetime


class TenderFailed(Event, frozen=True, kw_only=True, tag=True):
    """A tender ended without an award; who bid is not part of it."""

    reason: str


class BidsOpened(Event, frozen=True, kw_only=True, tag=True):
    """All envelopes of a tender were opened; the read-outs are public from now on."""

    bidders: tuple[int, ...]


class AwardPublished(Event, frozen=True, kw_only=True, tag=True):
    """The winner was named and every bidder told (BL 45)."""

    winner_id: int
    bidders: tuple[int, ...]
    award_id: int


class ContractSigned(Event, frozen=True, kw_only=True, tag=True):
    """Both sides signed the property service contract (BL 46)."""

    contract_id: int
    provider_id: int


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
