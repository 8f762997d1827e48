"""What an organisation is: its kinds, its stages and the values that cross the door."""

from enum import StrEnum
from typing import ClassVar

import msgspec

from market.kernel.actor import Role
from market.kernel.errors import ConflictError, InvalidInputError, NotPermittedError, RuleError
from market.kernel.lifecycle import Lifecycle, Move
from market.parties.domain import uscc
from market.parties.domain.community import Community
from market.parties.domain.permission import Act


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


class Stage(StrEnum):
    """Where an organisation stands in the register."""

    APPLIED = "applied"
    ADMITTED = "admitted"
    REFUSED = "refused"
    CLOSED = "closed"


LIFECYCLE: Lifecycle[Stage, Act] = Lifecycle(
    "organisation",
    Stage.APPLIED,
    (
        Move(Stage.APPLIED, Act.ORGANISATION_ADMIT, Stage.ADMITTED),
        Move(Stage.APPLIED, Act.ORGANISATION_REFUSE, Stage.REFUSED),
        Move(Stage.ADMITTED, Act.ORGANISATION_CLOSE, Stage.CLOSED),
    ),
)

APPLYING = frozenset(
    {OrganisationKind.ENTERPRISE, OrganisationKind.DEVELOPER, OrganisationKind.ASSESSMENT_BODY, *COMMITTEES}
)
"""Kinds that register themselves; every other body is established by the authority above it."""

FIRST_ROLE: dict[OrganisationKind, Role] = {
    OrganisationKind.ENTERPRISE: Role.ENTERPRISE,
    OrganisationKind.DEVELOPER: Role.DEVELOPER,
    OrganisationKind.ASSESSMENT_BODY: Role.ASSESSOR,
    OrganisationKind.OWNERS_COMMITTEE: Role.COMMITTEE,
    OrganisationKind.MANAGEMENT_COMMITTEE: Role.COMMITTEE,
}

CODE_PAIRS: dict[OrganisationKind, frozenset[str]] = {
    OrganisationKind.ENTERPRISE: uscc.ENTERPRISE,
    OrganisationKind.DEVELOPER: uscc.ENTERPRISE,
}
"""Department and type that the code of a kind must show; other kinds may bear any."""

CODE_LETTERS: dict[OrganisationKind, str] = {
    OrganisationKind.OWNERS_COMMITTEE: "OC",
    OrganisationKind.MANAGEMENT_COMMITTEE: "MC",
    OrganisationKind.AUTHORITY: "AU",
    OrganisationKind.ASSOCIATION: "AS",
    OrganisationKind.WITNESS: "WI",
    OrganisationKind.OPERATOR: "OP",
}
"""Kinds that may have no social credit code get ``{letters}-{division}-{number}``."""


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """What is to stand in the register.

    Attributes:
        code: Social credit code; ``None`` only for kinds that may have none.
        community: The residential area a committee is of.
    """

    kind: OrganisationKind
    name: str
    division: str
    code: str | None = None
    community: int | None = None


class KindNotApplyingError(RuleError):
    """Bodies of this kind do not register themselves."""

    code: ClassVar[str] = "kind-not-applying"


class CodeMissingError(InvalidInputError):
    """Bodies of this kind have a social credit code."""

    code: ClassVar[str] = "uscc-missing"


class CommitteePlaceError(InvalidInputError):
    """A committee is of a residential area, and lies in its division; no other body is."""

    code: ClassVar[str] = "committee-place"
    source = "BPR 39, 52"


class OrganisationExistsError(ConflictError):
    """The code stands in the register already."""

    code: ClassVar[str] = "organisation-exists"


class CommitteeExistsError(ConflictError):
    """The residential area has a committee in office."""

    code: ClassVar[str] = "committee-exists"
    source = "BPR 52"


class OwnSubmissionError(NotPermittedError):
    """Nobody decides on what they submitted themselves."""

    code: ClassVar[str] = "own-submission"


def checked_code(application: Application) -> str | None:
    """Return the normal social credit code of an application, or nothing when the platform shall number it.

    Raises:
        CodeMissingError: This kind must have one.
        FindingsError, UsccPairError: The code cannot be right.
    """
    if application.code is None:
        if application.kind not in CODE_LETTERS:
            raise CodeMissingError("a social credit code is needed", field="code")
        return None
    return uscc.check(application.code, pairs=CODE_PAIRS.get(application.kind, frozenset())).text


def check_place(application: Application, community: Community | None) -> None:
    """Refuse a committee without its residential area, or any other body with one.

    Raises:
        CommitteePlaceError: It has none, has one too many, or lies elsewhere.
    """
    committee = application.kind in COMMITTEES
    if committee is (community is None):
        raise CommitteePlaceError("a committee, and only a committee, is of a community", field="community")
    if community is not None and community.division != application.division:
        raise CommitteePlaceError("the community lies in another division", field="division")
