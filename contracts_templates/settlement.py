"""What is merged into the papers for the authorities after an award: filing receipt and award report."""

from datetime import date, datetime

import msgspec

from contracts_templates.content import Party


class FilingReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What shows that a contract was filed with street and district.

    Attributes:
        turn: 1 for the first filing, one more after each return.
        tender_number: Empty of a contract that renews another.
        street: Name of the street, as the register of divisions has it; ``district`` likewise.
        file_by: Last day to file; ``in_time`` compares it with the day of filing.
        contract_digest: Digest of the contract that was filed.
    """

    number: str
    turn: int
    contract_number: str
    tender_number: str
    client: Party
    provider: Party
    community: str
    street: str
    district: str
    price_fen: int
    level: int
    start_on: date
    end_on: date
    signed_on: date
    filed_at: datetime
    filed_by: str
    file_by: date
    in_time: bool
    contract_digest: str


class ChangedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that reads otherwise: which of ``wording.CHANGED``, before and after."""

    name: str
    before: str
    after: str


class Supplement(msgspec.Struct, frozen=True, kw_only=True):
    """A supplement to a signed contract.

    Attributes:
        turn: 1 for the first supplement of a contract.
        decision_number: Owners' decision it rests on; empty of a developer's contract.
        contract_digest: Of the contract as it was signed.
        clauses: What is agreed besides, in words.
    """

    number: str
    turn: int
    contract_number: str
    body: str
    client: Party
    provider: Party
    community: str
    decision_number: str
    decided_on: date | None
    contract_signed_on: date
    contract_digest: str
    effective_on: date
    drawn_up_on: date
    lines: tuple[ChangedLine, ...]
    clauses: str


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """One attachment of a report and its digest.

    Attributes:
        kind: Which of ``wording.ATTACHMENTS``.
        count: The number its line speaks of: version, members, rank.
        digest: Empty where there is nothing to attach.
    """

    kind: str
    count: int = 0
    digest: str = ""


class AwardReport(msgspec.Struct, frozen=True, kw_only=True):
    """The written report on a tender to the supervising authority.

    Attributes:
        attachments: The five of BTB 35, in its order.
    """

    number: str
    award_number: str
    tender_number: str
    title: str
    lot: str
    tenderer: Party
    winner: Party
    authority: str
    price_fen: int
    months: int
    bidders: int
    rejected: int
    rank: int
    total: int
    published_on: date
    opened_on: date
    publicity_until: date
    awarded_on: date
    report_by: date | None
    reported_on: date
    decision_number: str
    skipped: str
    attachments: tuple[Attachment, ...]
