"""What is merged into the papers of supervision on the ground: order to correct, inspection record."""

from datetime import date

import msgspec


class Officer(msgspec.Struct, frozen=True, kw_only=True):
    """An inspector with the number of the enforcement certificate."""

    name: str
    certificate: str


class CorrectionOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order to correct within a limit that runs from service.

    Attributes:
        law: The article breached or ordered by.
        sanction: What the law provides for who does not correct; a decision of its own.
        evidence: Digest of the file the facts rest on.
    """

    number: str
    issuer: str
    addressee: str
    addressee_code: str
    community: str
    found_on: date
    breach: str
    law: str
    facts: str
    action: str
    days: int
    sanction: str
    evidence: str
    inspectors: tuple[Officer, Officer]
    contact: str
    ordered_on: date


class Flaw(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the checklist that was found wrong.

    Attributes:
        photos: Digests of the photographs of it.
    """

    line: str
    check: str
    note: str
    photos: tuple[str, ...]


class InspectionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What two inspectors saw on a visit.

    Attributes:
        visited_at: Minute of Beijing.
        good: Lines in order; ``unseen``: lines not looked at, of ``all_lines``.
    """

    number: str
    authority: str
    enterprise: str
    enterprise_code: str
    community: str
    visited_at: str
    unannounced: bool
    inspectors: tuple[Officer, Officer]
    all_lines: int
    good: int
    unseen: int
    flaws: tuple[Flaw, ...]
    summary: str
    made_on: date
