"""Who acts: a person under a mandate, in a role, for an organisation, within a division."""

from collections.abc import Collection
from enum import StrEnum
from typing import ClassVar

import msgspec

from market.kernel.errors import NotPermittedError


class Role(StrEnum):
    """What a mandate makes of a person.

    ``COMMITTEE`` is an owners' committee or a property management committee: same acts, another basis.
    """

    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    COMMITTEE = "committee"
    ENTERPRISE = "enterprise"
    DEVELOPER = "developer"
    EXPERT = "expert"
    ASSESSOR = "assessor"
    ASSOCIATION = "association"
    WITNESS = "witness"
    OWNER = "owner"
    OPERATOR = "operator"
    PLATFORM = "platform"
    PUBLIC = "public"


AUTHORITIES = frozenset({Role.CITY, Role.DISTRICT, Role.STREET, Role.COMMUNITY})
STRONG = AUTHORITIES | {Role.WITNESS, Role.OPERATOR}
"""Roles under which nobody acts without the second factor: who regulates, who witnesses, who operates."""
EVERYONE = frozenset(Role)
SIGNED_IN = EVERYONE - {Role.PUBLIC}


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """The one who acts.

    Attributes:
        person: Account id; ``None`` for the platform and the public.
        mandate: Mandate id; its number stands in the audit log instead of a name.
        organisation: Organisation id the mandate speaks for.
        division: Code of the division the mandate reaches over, with all below it.
        path: Codes from the city down to ``division``.
    """

    person: int | None = None
    mandate: int | None = None
    organisation: int | None = None
    role: Role = Role.PUBLIC
    division: str | None = None
    path: tuple[str, ...] = ()

    @classmethod
    def platform(cls) -> "Actor":
        """Return the actor of clocks and deliveries."""
        return cls(role=Role.PLATFORM)

    @classmethod
    def public(cls) -> "Actor":
        """Return the actor nobody signed in as."""
        return cls()

    @property
    def name(self) -> str:
        """A pseudonymous name for the log: never a person's."""
        return self.role.value if self.mandate is None else f"{self.role.value}:{self.mandate}"

    def covers(self, path: Collection[str]) -> bool:
        """Say whether a record lies in the actor's division or below it: by the tree, never by the code."""
        return self.division is not None and self.division in path


class Scope(StrEnum):
    """How far a permission reaches."""

    ANY = "any"
    DIVISION = "division"
    ORGANISATION = "organisation"
    DIVISION_OR_ORGANISATION = "division-or-organisation"


class Strength(StrEnum):
    """Whether an act needs a session in which the second factor was given."""

    BY_ROLE = "by-role"
    ALWAYS = "always"
    NEVER = "never"


class OutOfScopeError(NotPermittedError):
    """The role may do this, but not to this record."""

    code: ClassVar[str] = "out-of-scope"


class RoleNotPermittedError(NotPermittedError):
    """The role may not do this at all."""

    code: ClassVar[str] = "role-not-permitted"


class SecondFactorNeededError(NotPermittedError):
    """The role or the act asks for the second factor, and this session was opened without it."""

    code: ClassVar[str] = "second-factor-needed"


class Permission(msgspec.Struct, frozen=True):
    """Which roles may do an act, how far, and how surely they must have signed in.

    With ``DIVISION_OR_ORGANISATION`` authorities are held to their division and all others to their
    own organisation's records. ``Strength.NEVER`` is for what leads to the second factor, or out.
    """

    roles: frozenset[Role]
    scope: Scope = Scope.ANY
    strength: Strength = Strength.BY_ROLE

    def needs_strength(self, actor: Actor) -> bool:
        """Say whether the second factor must have been given in the session."""
        if self.strength is Strength.BY_ROLE:
            return actor.role in STRONG
        return self.strength is Strength.ALWAYS

    def allows_role(self, actor: Actor) -> bool:
        """Say whether the role may do this to some record: what a menu asks."""
        return actor.role in self.roles

    def allows(
        self, actor: Actor, *, organisations: Collection[int] = (), path: Collection[str] = ()
    ) -> bool:
        """Say whether the actor may do this to a record of these organisations in this division path."""
        if not self.allows_role(actor):
            return False
        owns = actor.organisation is not None and actor.organisation in organisations
        if actor.role is Role.PLATFORM or self.scope is Scope.ANY:
            return True
        if self.scope is Scope.DIVISION:
            return actor.covers(path)
        if self.scope is Scope.ORGANISATION:
            return owns
        return actor.covers(path) if actor.role in AUTHORITIES else owns

    def check(self, actor: Actor, *, organisations: Collection[int] = (), path: Collection[str] = ()) -> None:
        """Refuse an actor who may not.

        Raises:
            RoleNotPermittedError: The role may not do this.
            OutOfScopeError: The role may, but this record is another's.
        """
        if not self.allows_role(actor):
            raise RoleNotPermittedError(f"{actor.role} may not do this", role=actor.role.value)
        if not self.allows(actor, organisations=organisations, path=path):
            raise OutOfScopeError(f"{actor.name} may not do this here", role=actor.role.value)


PUBLIC_READ = Permission(EVERYONE)
