"""Mandates: which role fits which body, who may give it, and in which period it holds."""

from datetime import datetime
from typing import ClassVar

import msgspec

from market.kernel.actor import Actor, Role
from market.kernel.errors import NotFoundError, NotPermittedError, RuleError
from market.parties.domain.division import Division, DivisionLevel
from market.parties.domain.organisation import Organisation, OrganisationKind

LEVEL_ROLE: dict[DivisionLevel, Role] = {
    DivisionLevel.MUNICIPALITY: Role.CITY,
    DivisionLevel.DISTRICT: Role.DISTRICT,
    DivisionLevel.STREET: Role.STREET,
    DivisionLevel.COMMUNITY: Role.COMMUNITY,
}

KIND_ROLES: dict[OrganisationKind, frozenset[Role]] = {
    OrganisationKind.ENTERPRISE: frozenset({Role.ENTERPRISE}),
    OrganisationKind.OWNERS_COMMITTEE: frozenset({Role.COMMITTEE, Role.OWNER, Role.WITNESS}),
    OrganisationKind.MANAGEMENT_COMMITTEE: frozenset({Role.COMMITTEE, Role.OWNER, Role.WITNESS}),
    OrganisationKind.DEVELOPER: frozenset({Role.DEVELOPER}),
    OrganisationKind.AUTHORITY: frozenset({*LEVEL_ROLE.values(), Role.EXPERT}),
    OrganisationKind.ASSOCIATION: frozenset({Role.ASSOCIATION, Role.WITNESS}),
    OrganisationKind.ASSESSMENT_BODY: frozenset({Role.ASSESSOR, Role.WITNESS}),
    OrganisationKind.WITNESS: frozenset({Role.WITNESS}),
    OrganisationKind.OPERATOR: frozenset({Role.OPERATOR}),
}
"""Roles a body of each kind can give; experts stand on the roster of a city or district authority."""

ROSTER_LEVELS = frozenset({DivisionLevel.MUNICIPALITY, DivisionLevel.DISTRICT})


class MandateView(msgspec.Struct, frozen=True, kw_only=True):
    """A mandate as its holder and its organisation see it."""

    id: int
    person: int
    person_name: str
    login: str
    organisation: int
    organisation_name: str
    role: Role
    division: str
    division_name: str
    valid_from: datetime
    valid_to: datetime | None
    granted_by: str
    revoked_at: datetime | None


class RoleMisfitError(RuleError):
    """The body cannot give this role."""

    code: ClassVar[str] = "role-misfit"


class MandateReachError(RuleError):
    """The mandate would reach beyond the body's own division."""

    code: ClassVar[str] = "mandate-reach"


class MandatePeriodError(RuleError):
    """The mandate would end before it begins."""

    code: ClassVar[str] = "mandate-period"


class GrantTooHighError(NotPermittedError):
    """Only a body above may give this mandate."""

    code: ClassVar[str] = "grant-too-high"
    source = "BPR 6-9"


class MandateUnknownError(NotFoundError):
    """No such mandate, or it is not one of this organisation."""

    code: ClassVar[str] = "mandate-unknown"


class MandateRevokedError(RuleError):
    """The mandate has been revoked already."""

    code: ClassVar[str] = "mandate-revoked"


class BodyNotAdmittedError(RuleError):
    """A body gives mandates from its admission until it is closed."""

    code: ClassVar[str] = "body-not-admitted"


class MandateOwnError(RuleError):
    """Nobody gives a mandate to, or takes it from, themselves."""

    code: ClassVar[str] = "mandate-own"


def roles_of(kind: OrganisationKind, level: DivisionLevel) -> frozenset[Role]:
    """Return the roles a body can give; an authority those of its own level, with a roster also experts."""
    if kind is not OrganisationKind.AUTHORITY:
        return KIND_ROLES[kind]
    roster = frozenset({Role.EXPERT}) if level in ROSTER_LEVELS else frozenset[Role]()
    return roster | {LEVEL_ROLE[level]}


def check_fit(*, organisation: Organisation, level: DivisionLevel, role: Role, division: Division) -> None:
    """Refuse a mandate that the body cannot give at all.

    Args:
        level: Level of the organisation's own division.
        division: What the mandate shall reach over.

    Raises:
        RoleMisfitError: The role is not one of this kind of body, or not one of its level.
        MandateReachError: The division lies outside the organisation's.
    """
    fits = role in roles_of(organisation.kind, level)
    if not fits:
        raise RoleMisfitError(
            f"{organisation.kind} cannot give {role}",
            field="role",
            role=role.value,
            kind=organisation.kind.value,
        )
    if organisation.division not in division.path:
        raise MandateReachError("outside the organisation's division", field="division", value=division.code)


def check_period(valid_from: datetime, valid_to: datetime | None) -> None:
    """Refuse an empty period.

    Raises:
        MandatePeriodError: It ends before or when it begins.
    """
    if valid_to is not None and valid_to <= valid_from:
        raise MandatePeriodError("the mandate ends before it begins", field="valid_to")


STREET_KINDS = frozenset({OrganisationKind.OWNERS_COMMITTEE, OrganisationKind.MANAGEMENT_COMMITTEE})
"""What a street files besides the residents' committees below it (BPR 8, 41)."""


def check_below(by: Actor, *, organisation: Organisation, level: DivisionLevel) -> None:
    """Refuse an authority that is not above the body it would file, admit or give a mandate.

    City and district decide for every body inside their division but not for themselves or their peers; a
    street decides for committees and residents' committees only. The platform makes the first bodies.

    Raises:
        GrantTooHighError: Another authority is responsible.
    """
    if by.role is Role.PLATFORM:
        return
    authority = organisation.kind is OrganisationKind.AUTHORITY
    if organisation.kind is OrganisationKind.OPERATOR or organisation.id == by.organisation:
        raise GrantTooHighError("not for this body", organisation=organisation.name)
    if authority and organisation.division == by.division:
        raise GrantTooHighError("not for a peer", organisation=organisation.name)
    if by.role is Role.STREET and not (
        organisation.kind in STREET_KINDS or (authority and level is DivisionLevel.COMMUNITY)
    ):
        raise GrantTooHighError("a street files committees only", organisation=organisation.name)
