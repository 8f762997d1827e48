"""The only door of the parties: questions, acts and routes for other rooms."""

from pathlib import Path

from litestar import Controller

from market.parties.domain.account import Holder
from market.parties.domain.community import Community
from market.parties.domain.contact.token import digest_of as contact_digest
from market.parties.domain.contact.token import is_token as is_contact_token
from market.parties.domain.control import Capacity, Control, ControlChanged, HolderKind, Statement
from market.parties.domain.control import masked as masked_name
from market.parties.domain.division import Division, DivisionLevel
from market.parties.domain.expert import Expert, Speciality
from market.parties.domain.expert import years as years_in_field
from market.parties.domain.finding import key as finding_key
from market.parties.domain.finding import sought
from market.parties.domain.key import KeyholderKey, KeyholderKeyRevoked, KeyLoss, SigningKey
from market.parties.domain.organisation import COMMITTEES, Application, Organisation, OrganisationKind
from market.parties.domain.permission import PERMISSIONS, Act
from market.parties.domain.uscc import look_at as look_at_code
from market.parties.domain.uscc import synthetic
from market.parties.queries.askers import actor_in, asker
from market.parties.queries.contact.addresses import DIRECTORY
from market.parties.queries.contact.feeds import by_digest as calendar_feed
from market.parties.queries.controls import by_numbers as controls_by_numbers
from market.parties.queries.controls import of as controls_of
from market.parties.queries.controls import representative
from market.parties.queries.controls import tied_to as controls_tied_to
from market.parties.queries.experts import by_mandates as experts_by_mandates
from market.parties.queries.experts import within as experts_within
from market.parties.queries.factor_hints import use as use_factor_hints
from market.parties.queries.pages import search_communities, search_organisations
from market.parties.queries.records import (
    actor_of,
    actors_of,
    authorities_over,
    children,
    communities_of,
    community,
    division,
    division_path,
    enterprises,
    keyholder_key,
    keyholder_keys,
    lineage,
    organisation,
    organisation_by_code,
    organisations_by_ids,
    organisations_in,
    organisations_of,
    roots,
    signing_key_of,
    signing_keys_of,
)
from market.parties.queries.units import ListedUnit, UnitList, unit_list, unit_list_on, units_of
from market.parties.services.communities import Facts
from market.parties.services.communities import confirm as confirm_community
from market.parties.services.communities import register as register_community
from market.parties.services.controls import state as state_control
from market.parties.services.divisions import import_divisions, published
from market.parties.services.divisions import seed as seed_divisions
from market.parties.services.factor_resets import reset as reset_second_factor
from market.parties.services.keys import register_keyholder, register_signing, revoke_keyholder
from market.parties.services.mandates import Grant
from market.parties.services.mandates import grant as grant_mandate
from market.parties.services.mandates import grant_below as grant_mandate_below
from market.parties.services.organisations import admit as admit_organisation
from market.parties.services.organisations import apply as apply_organisation
from market.parties.services.organisations import establish as establish_organisation
from market.parties.services.units import import_list as import_units
from market.parties.web.contact.calendars import CalendarFeedApi, CalendarFeedPages
from market.parties.web.contact.letters import MailApi, MailPages
from market.parties.web.controls import ControlApi, ControlPages
from market.parties.web.desk import desk
from market.parties.web.experts import ExpertApi, ExpertPages
from market.parties.web.keys import KeyApi, KeyForms
from market.parties.web.mandates import MandateApi, MandatePages
from market.parties.web.organisations import OrganisationApi, OrganisationPages
from market.parties.web.places import PlaceApi, PlacePages
from market.parties.web.second_factor import SecondFactorApi, SecondFactorPages
from market.parties.web.sign_in import SignInApi, SignInPages

ROUTES: list[type[Controller]] = [
    SignInPages,
    SignInApi,
    SecondFactorPages,
    SecondFactorApi,
    PlacePages,
    PlaceApi,
    OrganisationPages,
    OrganisationApi,
    ControlPages,
    ControlApi,
    MandatePages,
    MandateApi,
    ExpertPages,
    ExpertApi,
    KeyApi,
    KeyForms,
    MailPages,
    MailApi,
    CalendarFeedPages,
    CalendarFeedApi,
]
SEEDS = (seed_divisions,)
TEMPLATES = Path(__file__).parent / "web" / "templates"
LOCALE = Path(__file__).parent / "locale"

__all__ = [
    "COMMITTEES",
    "DIRECTORY",
    "LOCALE",
    "PERMISSIONS",
    "ROUTES",
    "SEEDS",
    "TEMPLATES",
    "Act",
    "Application",
    "Capacity",
    "Community",
    "Control",
    "ControlChanged",
    "Division",
    "DivisionLevel",
    "Expert",
    "Facts",
    "Grant",
    "Holder",
    "HolderKind",
    "KeyLoss",
    "KeyholderKey",
    "KeyholderKeyRevoked",
    "ListedUnit",
    "Organisation",
    "OrganisationKind",
    "SigningKey",
    "Speciality",
    "Statement",
    "UnitList",
    "actor_in",
    "actor_of",
    "actors_of",
    "admit_organisation",
    "apply_organisation",
    "asker",
    "authorities_over",
    "calendar_feed",
    "children",
    "communities_of",
    "community",
    "confirm_community",
    "contact_digest",
    "controls_by_numbers",
    "controls_of",
    "controls_tied_to",
    "desk",
    "division",
    "division_path",
    "enterprises",
    "establish_organisation",
    "experts_by_mandates",
    "experts_within",
    "finding_key",
    "grant_mandate",
    "grant_mandate_below",
    "import_divisions",
    "import_units",
    "is_contact_token",
    "keyholder_key",
    "keyholder_keys",
    "lineage",
    "look_at_code",
    "masked_name",
    "organisation",
    "organisation_by_code",
    "organisations_by_ids",
    "organisations_in",
    "organisations_of",
    "published",
    "register_community",
    "register_keyholder",
    "register_signing",
    "representative",
    "reset_second_factor",
    "revoke_keyholder",
    "roots",
    "search_communities",
    "search_organisations",
    "signing_key_of",
    "signing_keys_of",
    "sought",
    "state_control",
    "synthetic",
    "unit_list",
    "unit_list_on",
    "units_of",
    "use_factor_hints",
    "years_in_field",
]
