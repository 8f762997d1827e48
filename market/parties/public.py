"""The only door of the parties: questions, acts and routes for other rooms."""

from market.parties.domain.community import Community
from market.parties.domain.division import Division, DivisionLevel
from market.parties.domain.key import KeyholderKey, SigningKey
from market.parties.domain.organisation import COMMITTEES, Organisation, OrganisationKind
from market.parties.queries import (
    actor_of,
    actors_of,
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
    organisations_of,
    roots,
    signing_key_of,
    signing_keys_of,
)

__all__ = [
    "COMMITTEES",
    "Community",
    "Division",
    "DivisionLevel",
    "KeyholderKey",
    "Organisation",
    "OrganisationKind",
    "SigningKey",
    "actor_of",
    "actors_of",
    "children",
    "communities_of",
    "community",
    "division",
    "division_path",
    "enterprises",
    "keyholder_key",
    "keyholder_keys",
    "lineage",
    "organisation",
    "organisation_by_code",
    "organisations_of",
    "roots",
    "signing_key_of",
    "signing_keys_of",
]
