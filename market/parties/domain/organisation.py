"""What an organisation is: its kinds, its stages and the values that cross the door."""

from enum import StrEnum

import msgspec


class OrganisationKind(StrEnum):
    """Whom the platform knows as a body that can hold mandates."""

    ENTERPRISE = "enterprise"
    OWNERS_COMMITTEE = "owners_committee"
    MANAGEMENT_COMMITTEE = "management_committee"
    DEVELOPER = "developer"
    AUTHORITY = "authority"
    ASSOCIATION = "association"
    ASSESSMENT_BODY = "assessment_body"
    WITNESS = "witness"
    OPERATOR = "operator"


COMMITTEES = frozenset({OrganisationKind.OWNERS_COMMITTEE, OrganisationKind.MANAGEMENT_COMMITTEE})


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """A body that people act for.

    Attributes:
        code: Social credit code; bodies without one carry an internal code of the platform.
        path: Division codes from the city down to the body's own division.
        admitted: Whether a supervising authority has admitted it to the register.
    """

    id: int
    kind: OrganisationKind
    code: str
    name: str
    division: str
    path: tuple[str, ...]
    admitted: bool
    community: int | None = None
