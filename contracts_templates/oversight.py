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
