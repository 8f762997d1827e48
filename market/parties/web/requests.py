"""Bodies of requests: the same struct from JSON and from forms."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from market.kernel.actor import Role
from market.kernel.errors import FindingsError
from market.parties.domain import second_factor
from market.parties.domain.account import Holder
from market.parties.domain.expert import Code, Profile, Speciality, Ties
from market.parties.domain.key import KeyLoss
from market.parties.domain.organisation import Application, OrganisationKind
from market.parties.services.communities import Facts
from market.parties.services.mandates import Grant
from market.runtime.web import forms

Name = Annotated[str, Meta(min_length=1, max_length=80)]
BodyName = Annotated[str, Meta(min_length=2, max_length=160)]
Login = Annotated[str, Meta(min_length=1, max_length=64)]
Password = Annotated[str, Meta(min_length=1, max_length=200)]
Passcode = Annotated[str, Meta(min_length=1, max_length=40)]
DivisionCode = Annotated[str, Meta(pattern=r"^(\d{6}|\d{9}|\d{12})$")]
Uscc = Annotated[str, Meta(min_length=18, max_length=40, extra={"source": "GB 32100-2015"})]
HexKey = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
HexSignature = Annotated[str, Meta(pattern="^[0-9a-f]{128}$")]
Moment = Annotated[datetime, Meta(tz=True)]
Id = Annotated[int, Meta(ge=1, le=2_147_483_647)]


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Name and password; ``next`` is where to go on."""

    login: Login
    password: Password
    mandate: Id | None = None
    next: Annotated[str, Meta(max_length=400)] = ""

    def __repr__(self) -> str:
        return "SignIn(***)"


class Switch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The mandate to use from now on."""

    mandate: Id
    next: Annotated[str, Meta(max_length=400)] = ""


class ChangePassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One's present password and the fresh one."""

    present: Password
    fresh: Password

    def __repr__(self) -> str:
        return "ChangePassword(***)"


class GiveCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A code of the authenticator or a recovery code; ``next`` is where to go on."""

    passcode: Passcode
    next: Annotated[str, Meta(max_length=400)] = ""

    def __repr__(self) -> str:
        return "GiveCode(***)"


class Assure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One's present password again, before a second factor in force is changed; empty without one."""

    present: Annotated[str, Meta(max_length=200)] = ""
    next: Annotated[str, Meta(max_length=400)] = ""

    def __repr__(self) -> str:
        return "Assure(***)"


class ResetFactor(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whose second factor is lost, and how one made sure of it."""

    login: Login
    reason: Annotated[str, Meta(min_length=1, max_length=second_factor.REASON_MAX)]


class Apply(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A body that registers itself, and the first person who shall act for it."""

    kind: OrganisationKind
    name: BodyName
    division: DivisionCode
    person_name: Name
    login: Login
    password: Password
    code: Uscc | None = None
    community: Id | None = None

    def __repr__(self) -> str:
        return "Apply(***)"

    def application(self) -> Application:
        """Return what shall stand in the register."""
        return Application(
            kind=self.kind,
            name=self.name,
            division=self.division,
            code=self.code,
            community=self.community,
        )

    def holder(self) -> Holder:
        """Return the first person."""
        return Holder(name=self.person_name, login=self.login, password=self.password)


class Establish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A body that an authority files."""

    kind: OrganisationKind
    name: BodyName
    division: DivisionCode
    code: Uscc | None = None
    community: Id | None = None

    def application(self) -> Application:
        """Return what shall stand in the register."""
        return msgspec.convert(msgspec.structs.asdict(self), Application)


class GiveMandate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A mandate: for a known account by its log-in name, or for a new person with name and password."""

    organisation: Id
    role: Role
    login: Login
    person_name: Name | None = None
    password: Password | None = None
    division: DivisionCode | None = None
    valid_from: Moment | None = None
    valid_to: Moment | None = None

    def __repr__(self) -> str:
        return "GiveMandate(***)"

    def grant(self) -> Grant:
        """Return the grant; a new person is one with a name or a password."""
        new = self.person_name is not None or self.password is not None
        holder = Holder(name=self.person_name or "", login=self.login, password=self.password or "")
        return Grant(
            organisation=self.organisation,
            role=self.role,
            holder=holder if new else self.login,
            division=self.division,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
        )


class RegisterCommunity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A residential area and its figures."""

    name: Annotated[str, Meta(min_length=2, max_length=120)]
    division: DivisionCode
    households: Annotated[int, Meta(ge=1, le=200_000)]
    gfa_centi: Annotated[int, Meta(ge=1, le=1_000_000_000_00, extra={"form": "centi"})]
    buildings: Annotated[int, Meta(ge=1, le=5_000)]
    completion_year: Annotated[int, Meta(ge=1900, le=2200)] | None = None
    address: Annotated[str, Meta(max_length=200)] = ""
    developer: Id | None = None

    def facts(self) -> Facts:
        """Return what shall stand in the register."""
        return msgspec.convert(msgspec.structs.asdict(self), Facts)


class GiveAddress(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where letters shall go."""

    address: Annotated[str, Meta(min_length=3, max_length=254)]

    def __repr__(self) -> str:
        return "GiveAddress(***)"


class RegisterSigningKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Public parts of an enterprise's keys and the proof of possession."""

    signing_key: HexKey
    recovery_key: HexKey
    proof: HexSignature


class RegisterKeyholderKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Public parts of a keyholder's keys and the proof of possession."""

    opening_key: HexKey
    signing_key: HexKey
    proof: HexSignature


class RevokeKeyholderKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /api/keys/keyholder/{key_id}/revoke: why the key counts for nothing any more."""

    reason: KeyLoss


class EnterExpert(Profile, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /api/experts: the mandate and all that the register keeps."""

    mandate: Id

    def profile(self) -> Profile:
        """Return what shall stand in the register."""
        return Profile(**{name: getattr(self, name) for name in Profile.__struct_fields__})


class EnterExpertForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The same from a page; former employers are declared by the expert."""

    mandate: Id
    specialities: Annotated[tuple[Speciality, ...], Meta(min_length=1, max_length=9)]
    district: Annotated[str, Meta(pattern="^[0-9]{6}$")]
    field_since: date
    senior: bool = False
    employer: Code
    employer_name: BodyName

    def profile(self) -> Profile:
        """Return what shall stand in the register."""
        names = [name for name in self.__struct_fields__ if name != "mandate"]
        return Profile(**{name: getattr(self, name) for name in names})


class DeclareForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /experts/declaration: the employer, and one former employer to add."""

    employer: Code
    employer_name: BodyName
    former_code: Annotated[str, Meta(pattern="^([0-9A-Z-]{4,40})?$")] = ""
    former_until: date | None = None

    def ties(self) -> Ties:
        """Return the declaration, with the former employer to add.

        Raises:
            FindingsError: A former employer without the last day there, or one the register could not read.
        """
        if self.former_code and self.former_until is None:
            raise FindingsError([forms.FieldError("required", field="former_until", rule="required")])
        former = [{"code": self.former_code, "until": self.former_until}] if self.former_code else []
        stated = {"employer": self.employer, "employer_name": self.employer_name, "former": former}
        return forms.convert(stated, Ties)
