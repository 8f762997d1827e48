"""Experts: what the register knows of somebody who may be drawn for an evaluation committee.

The city keeps the roster, a district its own part of it; the expert declares whom they work and worked for.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec

from market.kernel import digest
from market.kernel.actor import Role
from market.kernel.errors import ConflictError, InvalidInputError, NotFoundError, RuleError

Code = Annotated[str, msgspec.Meta(min_length=4, max_length=40, pattern="^[0-9A-Z-]+$")]


FORMER_MAX = 20
"""Former employers an entry holds."""


class Speciality(StrEnum):
    """A field an expert knows; value = catalogue key."""

    PROPERTY_MANAGEMENT = "property-management"
    ENGINEERING = "engineering"
    FIRE_SAFETY = "fire-safety"
    GREENING = "greening"
    SANITATION = "sanitation"
    PUBLIC_ORDER = "public-order"
    FINANCE = "finance"
    LAW = "law"
    COST = "cost"


class Former(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A body the expert once worked for: its code and the last day there."""

    code: Code
    until: date


class Ties(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an expert declares, and keeps up to date (BTB 28).

    Attributes:
        employer: Code of the body the expert works for: a social credit code, or an internal one.
    """

    employer: Code
    employer_name: Annotated[str, msgspec.Meta(min_length=1, max_length=160)]
    former: Annotated[tuple[Former, ...], msgspec.Meta(max_length=FORMER_MAX)] = ()


class Profile(Ties, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the register knows of an expert.

    Attributes:
        district: Code of the home district.
        field_since: Since when the expert has worked in the field; BL 37 asks for eight years.
        senior: Has a senior title or an equal professional level (BL 37).
    """

    specialities: Annotated[tuple[Speciality, ...], msgspec.Meta(min_length=1, max_length=9)]
    district: Annotated[str, msgspec.Meta(pattern="^[0-9]{6}$")]
    field_since: date
    senior: bool

    def digest(self, salt: str) -> str:
        """Return what the log keeps of it: personal data stay out."""
        return digest.digest("expert-profile", {"salt": salt, "profile": msgspec.to_builtins(self)})


class Expert(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the register.

    Attributes:
        mandate: What the expert acts under, given by the authority that keeps the entry.
        roster: Division of that authority.
        in_force: The entry has not ended and the mandate holds.
        others: Codes of bodies the person acts for under other mandates in force.
    """

    mandate: int
    person: int
    name: str
    organisation: int
    roster: str
    profile: Profile
    entered_at: datetime
    ended_at: datetime | None
    in_force: bool
    others: tuple[str, ...] = ()


class NotAnExpertMandateError(RuleError):
    """Only who holds an expert's mandate in force of this authority is entered."""

    code: ClassVar[str] = "not-an-expert"
    source = "BL 37"


class ExpertExistsError(ConflictError):
    """This mandate stands in the register already."""

    code: ClassVar[str] = "expert-exists"


class ExpertUnknownError(NotFoundError):
    """No such entry in force in this register."""

    code: ClassVar[str] = "expert-unknown"


class TooManyFormerError(InvalidInputError):
    """An entry holds no more former employers."""

    code: ClassVar[str] = "expert-former-many"


def joined(before: tuple[Former, ...], added: tuple[Former, ...]) -> tuple[Former, ...]:
    """Return former employers declared before and now.

    Raises:
        TooManyFormerError: More than ``FORMER_MAX`` together.
    """
    if len(before) + len(added) > FORMER_MAX:
        raise TooManyFormerError(f"at most {FORMER_MAX}", field="former_code", maximum=FORMER_MAX)
    return (*before, *added)


def check_mandate(role: str, valid_from: datetime, valid_to: datetime | None, now: datetime) -> None:
    """Refuse a mandate of another role, or one that is not in force.

    Raises:
        NotAnExpertMandateError: It is no expert's, or not in force.
    """
    in_force = valid_from <= now and (valid_to is None or now < valid_to)
    if role != Role.EXPERT.value or not in_force:
        raise NotAnExpertMandateError(f"{role} is no expert in office", field="mandate", role=role)


def years(since: date, on: date) -> int:
    """Return the full years from one day to another, never less than none."""
    early = (on.month, on.day) < (since.month, since.day)
    return max(0, on.year - since.year - early)
