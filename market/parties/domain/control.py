"""Who represents and who controls an enterprise: its dated statements, confirmed by the district.

A statement is never edited. One that ends or corrects another bears its number; what no other replaces, and
is no mere withdrawal, stands. A person's document number is never kept: an index that only the platform can
compute takes its place, so that one person is found again, in whatever enterprise.
Source: BLR 34 (same person in charge, holding and management); PIPL 28 (identity numbers are sensitive).
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec
from stdnum.iso7064 import mod_11_2

from market.kernel import digest
from market.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from market.parties.domain import uscc
from market.parties.domain.organisation import OrganisationKind

_RESIDENT = re.compile(r"[0-9]{17}[0-9X]")
_OTHER = re.compile(r"[A-Z][A-Z0-9]{5,19}")
"""A passport or a travel permit: a letter first, so that no mistyped resident's number is taken for one."""


class Capacity(StrEnum):
    """What ties somebody to an enterprise; value = catalogue key."""

    REPRESENTATIVE = "representative"
    CONTROLLER = "controller"
    SHAREHOLDER = "shareholder"


class HolderKind(StrEnum):
    """A natural person, or an organisation."""

    PERSON = "person"
    ORGANISATION = "organisation"


class Statement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That somebody represents or controls an enterprise between two days.

    Attributes:
        document: Number of a person's identity card, passport or permit; kept nowhere.
        code: Social credit code of an organisation; empty for a person.
        to_on: First day it no longer holds; ``None`` while it does.
    """

    capacity: Capacity
    name: Annotated[str, msgspec.Meta(min_length=2, max_length=160)]
    document: Annotated[str, msgspec.Meta(max_length=30)] = ""
    code: Annotated[str, msgspec.Meta(max_length=40)] = ""
    from_on: date
    to_on: date | None = None

    def __repr__(self) -> str:
        return f"Statement({self.capacity.value})"


class Control(msgspec.Struct, frozen=True, kw_only=True):
    """A statement as it stands in the register.

    Attributes:
        identity: Whom it names, comparable across enterprises; tells nothing to who has no platform key.
        replaces: Statement this one ends or corrects.
        withdrawn: What it replaces was wrong and nothing takes its place.
        replaced: A later statement took its place.
    """

    id: int
    organisation: int
    organisation_code: str
    capacity: Capacity
    holder: HolderKind
    identity: str
    name: str
    from_on: date
    to_on: date | None
    replaces: int | None
    withdrawn: bool
    replaced: bool
    entered_at: datetime
    entered_by: str
    confirmed_at: datetime | None

    @property
    def stands(self) -> bool:
        """Whether it is what is known today."""
        return not self.replaced and not self.withdrawn

    def holds(self, on: date) -> bool:
        """Say whether somebody is in this place on a day."""
        return self.stands and self.from_on <= on and (self.to_on is None or on < self.to_on)


class ControlChanged(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What is known of who represents or controls an enterprise changed."""

    organisation: int
    entry: int


class HolderError(InvalidInputError):
    """One person is named by a document number, or one organisation by its code; a person represents."""

    code: ClassVar[str] = "control-holder"
    source = "BLR 34"


class DocumentNumberError(InvalidInputError):
    """A document number cannot be right."""

    code: ClassVar[str] = "control-document"


class ControlDaysError(InvalidInputError):
    """A statement begins no later than today, and ends after it began and no later than today."""

    code: ClassVar[str] = "control-days"


class RepresentativesError(ConflictError):
    """An enterprise has one legal representative at a time."""

    code: ClassVar[str] = "control-representatives"


class NotEnterpriseError(InvalidInputError):
    """Statements are kept of enterprises only."""

    code: ClassVar[str] = "control-enterprise"


class ControlUnknownError(NotFoundError):
    """This enterprise has no such statement that stands."""

    code: ClassVar[str] = "control-unknown"


class ConfirmedError(ConflictError):
    """The statement is confirmed already."""

    code: ClassVar[str] = "control-confirmed"


def check_kind(kind: OrganisationKind) -> None:
    """Refuse a body that is no enterprise.

    Raises:
        NotEnterpriseError: It is another kind of body.
    """
    if kind is not OrganisationKind.ENTERPRISE:
        raise NotEnterpriseError(f"{kind} is no enterprise", field="organisation")


def holder_of(statement: Statement) -> tuple[HolderKind, str]:
    """Return whom a statement names: a person with the document number, or an organisation with its code.

    Raises:
        HolderError: Both or none are named, or an organisation shall represent.
        DocumentNumberError: The number cannot be right.
        FindingsError: The code cannot be right.
    """
    person, organisation = statement.document.strip(), statement.code.strip()
    if bool(person) is bool(organisation):
        raise HolderError("either a document number or a code", field="document")
    if organisation:
        if statement.capacity is Capacity.REPRESENTATIVE:
            raise HolderError("a person represents", field="code")
        return HolderKind.ORGANISATION, uscc.check(organisation).text
    return HolderKind.PERSON, _document(person)


def _document(text: str) -> str:
    number = "".join(text.split()).upper()
    resident = _RESIDENT.fullmatch(number) is not None and mod_11_2.is_valid(number)
    if not resident and _OTHER.fullmatch(number) is None:
        raise DocumentNumberError("no identity card, passport or permit has this number", field="document")
    return number


def check_days(from_on: date, to_on: date | None, *, today: date) -> None:
    """Refuse days in the future or out of order: what is stated is what was and is.

    Raises:
        ControlDaysError: Names the field.
    """
    if from_on > today:
        raise ControlDaysError("begins in the future", field="from_on")
    if to_on is not None and not from_on < to_on <= today:
        raise ControlDaysError("ends before it begins, or in the future", field="to_on")


def check_representatives(new: Statement, standing: Sequence[Control]) -> None:
    """Refuse a second legal representative for a day that has one.

    Raises:
        RepresentativesError: The days of two overlap.
    """
    if new.capacity is not Capacity.REPRESENTATIVE:
        return
    for other in standing:
        before = other.to_on is not None and other.to_on <= new.from_on
        after = new.to_on is not None and new.to_on <= other.from_on
        if other.stands and other.capacity is Capacity.REPRESENTATIVE and not before and not after:
            raise RepresentativesError("end the other's term first", field="from_on", name=other.name)


def masked(name: str) -> str:
    """Return a person's name as strangers see it: the first sign, the rest covered."""
    return name[:1] + "*" * max(len(name) - 1, 1)


def holder_digest(salt: str, *, name: str, identity: str) -> str:
    """Return what the log keeps of whom a statement names."""
    return digest.digest("control-holder", {"salt": salt, "name": name, "identity": identity})
