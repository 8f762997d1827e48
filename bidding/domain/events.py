"""Facts other wings may hear of; each refers to the audit entry it was published with."""

from datetime import date, datetime

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


class AwardRefused(Event, frozen=True, kw_only=True, tag=True):
    """An award was cancelled: its winner does not become the provider (BLR 55, 74).

    Attributes:
        bidders: Every bidder of the lot, the former winner included; all are told.
        at_fault: The winner refused without good reason; the district may record it.
    """

    award_id: int
    award: str
    winner_id: int
    bidders: tuple[int, ...]
    community_id: int
    ground: str
    at_fault: bool
    on: date


class ContractFilingOverdue(Event, frozen=True, kw_only=True, tag=True):
    """A signed contract was not filed with street and district in time (BPR 63, 91)."""

    contract_id: int
    contract: str
    provider_id: int
    community_id: int
    file_by: date


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
