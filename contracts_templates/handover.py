"""What is merged into the papers of a handover: the record and the order to correct."""

from datetime import date

import msgspec


class Rectification(msgspec.Struct, frozen=True, kw_only=True):
    """An order to correct within a limit (BPR 97).

    Attributes:
        evidence: Digest of the file the facts rest on.
    """

    number: str
    issuer: str
    provider: str
    provider_code: str
    community: str
    handover: str
    received_on: date
    exit_due_on: date
    facts: str
    action: str
    limit_on: date
    evidence: str
    contact: str
    ordered_on: date


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """One signature under a line, at a minute of Beijing; an organisation signs, never a named person."""

    party: str
    at: str


class RecordLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the record; counts, sums and days are empty where the line has none.

    Attributes:
        dispute: State and words of a dispute about it; empty without one.
    """

    line: str
    copy: int
    section: str
    condition: str
    spec: str
    qty_expected: int | None
    qty_actual: int | None
    maker: str
    warranty_until: date | None
    inspected_on: date | None
    amount_fen: int | None
    amount_on: date | None
    remark: str
    responsible: str
    fix_by: date | None
    photos: int
    digest: str
    signed: tuple[Signed, ...]
    dispute: str


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """A party of the handover."""

    role: str
    name: str
    code: str


class HandoverRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The minutes of a handover as it stands.

    Attributes:
        open_lines: How many signatures are missing.
    """

    number: str
    community: str
    divisions: tuple[str, ...]
    parties: tuple[Party, ...]
    stage: str
    contract_end_on: date | None
    received_on: date | None
    exit_due_on: date | None
    exited_on: date | None
    closed_on: date | None
    fees_stop_from: date | None
    lines: tuple[RecordLine, ...]
    open_lines: int
    made_on: date
