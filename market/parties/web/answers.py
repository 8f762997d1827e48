"""Bodies of answers, and the views that pages read."""

from enum import StrEnum

import msgspec
from markupsafe import Markup

from market.kernel.actor import Actor, Role
from market.parties.domain.community import Community
from market.parties.domain.division import Division
from market.parties.domain.key import KeyholderKey, SigningKey
from market.parties.domain.mandate import MandateView
from market.parties.domain.organisation import Organisation, Stage
from market.parties.queries.factors import State
from market.parties.queries.pages import (
    CommunityLine,
    DivisionLine,
    MandateChoice,
    OrganisationLine,
)
from market.parties.queries.units import UnitList
from market.runtime.web.paging import Page


class Created(msgspec.Struct, frozen=True):
    """The number a new record bears."""

    id: int


class Done(msgspec.Struct, frozen=True):
    """An act that leaves nothing to say."""

    done: bool = True


class NextStep(StrEnum):
    """What signing in still asks for."""

    NOTHING = "nothing"
    CODE = "code"
    ENROL = "enrol"


class WhoAmI(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in, as whom, and as whom else they could act.

    Attributes:
        account: ``None`` also while a second factor is owed: until then nobody is signed in.
        strong: The second factor was given.
        owed: ``code``: post it to ``/api/sign-in/code``; ``enrol``: ``/api/second-factor/begin``.
    """

    account: int | None
    actor: Actor
    mandates: tuple[MandateChoice, ...]
    strong: bool = False
    owed: NextStep = NextStep.NOTHING


class CodeView(msgspec.Struct, frozen=True, kw_only=True):
    """The second step of signing in.

    Attributes:
        hint: A code that would be taken now; only for fictional accounts of a demonstration.
    """

    login: str
    next: str
    hint: str | None


class FactorView(msgspec.Struct, frozen=True, kw_only=True):
    """One's second factor.

    Attributes:
        half: The password was given, and nobody is signed in until an enrolment is confirmed.
    """

    state: State
    half: bool
    next: str


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """What an authenticator takes in, typed or as an ``otpauth:`` address; shown once."""

    secret: str
    otpauth: str

    def __repr__(self) -> str:
        return "Enrolment(***)"


class EnrolmentView(msgspec.Struct, frozen=True, kw_only=True):
    """The page with the picture an authenticator reads."""

    groups: tuple[str, ...]
    picture: Markup
    login: str
    next: str

    def __repr__(self) -> str:
        return "EnrolmentView(***)"


class RecoveryCodes(msgspec.Struct, frozen=True, kw_only=True):
    """Fresh recovery codes; nobody can show them again."""

    recovery_codes: tuple[str, ...]
    next: str = ""

    def __repr__(self) -> str:
        return "RecoveryCodes(***)"


class ResetView(msgspec.Struct, frozen=True, kw_only=True):
    """The page on which a lost second factor is reset.

    Attributes:
        done: Log-in name of the account whose second factor is gone.
    """

    done: str = ""


class SignInView(msgspec.Struct, frozen=True, kw_only=True):
    """The sign-in page."""

    next: str


class MandateChoiceView(msgspec.Struct, frozen=True, kw_only=True):
    """The page on which a mandate is chosen."""

    choices: tuple[MandateChoice, ...]
    present: int | None
    next: str


class DivisionView(msgspec.Struct, frozen=True, kw_only=True):
    """A division with its place in the tree and what lies in it."""

    division: Division
    line: DivisionLine
    lineage: tuple[Division, ...]
    below: tuple[DivisionLine, ...]
    communities: tuple[CommunityLine, ...]


class CommunitiesView(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the list of residential areas, narrowed by a text."""

    page: Page[CommunityLine]
    text: str
    csv: str
    xlsx: str


class CommunityView(msgspec.Struct, frozen=True, kw_only=True):
    """A residential area with its committees, its unit list in totals, and what the reader may do."""

    community: Community
    lineage: tuple[Division, ...]
    committees: tuple[OrganisationLine, ...]
    developer: Organisation | None
    unit_list: UnitList | None
    may_import: bool
    may_confirm: bool


class NewCommunityView(msgspec.Struct, frozen=True, kw_only=True):
    """The form that registers a residential area."""

    division: str


class OrganisationView(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation with its public keys."""

    organisation: Organisation
    stage: Stage
    lineage: tuple[Division, ...]
    community: Community | None
    signing_keys: tuple[SigningKey, ...]
    keyholder_keys: tuple[KeyholderKey, ...]
    representative: str


class OrganisationPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a search among organisations."""

    items: tuple[OrganisationLine, ...]
    more: str | None


class OrganisationsView(msgspec.Struct, frozen=True, kw_only=True):
    """The search page."""

    page: Page[OrganisationLine]
    text: str
    kind: str


class RegisterView(msgspec.Struct, frozen=True, kw_only=True):
    """The page on which a body registers itself."""

    kinds: tuple[str, ...]
    districts: tuple[Division, ...]


class AdminView(msgspec.Struct, frozen=True, kw_only=True):
    """One's own organisation: its mandates and who may be given one."""

    organisation: Organisation
    mandates: tuple[MandateView, ...]
    roles: tuple[Role, ...]


class AdmissionsView(msgspec.Struct, frozen=True, kw_only=True):
    """Applications that wait in one's own division."""

    division: Division
    waiting: tuple[OrganisationLine, ...]


class Keys(msgspec.Struct, frozen=True, kw_only=True):
    """Public keys of an organisation."""

    signing: tuple[SigningKey, ...]
    keyholder: tuple[KeyholderKey, ...]
