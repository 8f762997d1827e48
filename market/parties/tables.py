"""Rows of the parties: divisions, people, organisations, communities and keys.

This is the one table module that wings may import, for their foreign keys; the rows of signing in stand in
``sign_in_tables``. Constraints that Piccolo cannot
say (periods that may not overlap, search indexes, paired stamps) stand in the migrations.
"""

from typing import ClassVar

from piccolo.columns import (
    JSONB,
    Array,
    BigInt,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Serial,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Unique
from piccolo.table import Table

from market.runtime.audited import Audited


class DivisionRow(Table, tablename="parties_division"):
    """A city, district, street or residents' community of the published list."""

    exempt: ClassVar[str] = "published reference data; the import is one act that names the file's digest"

    code = Varchar(length=12, primary_key=True)
    name = Varchar(length=120)
    level = Varchar(length=16)
    parent: ForeignKey["DivisionRow"] = ForeignKey("self", null=True, on_delete=OnDelete.restrict, index=True)
    path = Array(base_column=Varchar(length=12), default=list, index=True, index_method=IndexMethod.gin)
    valid_from = Date(default=None, null=True)
    valid_to = Date(default=None, null=True)


class DivisionAliasRow(Table, tablename="parties_division_alias"):
    """A code that is no longer in use and the division that took its place."""

    exempt: ClassVar[str] = "published reference data; the import is one act that names the file's digest"

    code = Varchar(length=12, primary_key=True)
    name = Varchar(length=120)
    division = ForeignKey(DivisionRow, null=False, on_delete=OnDelete.restrict)
    valid_to = Date(default=None, null=True)
    source = Varchar(length=120)


class PersonRow(Table, tablename="parties_person"):
    """A natural person. The name stays here; the log sees its salted digest only."""

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "salt", "name_digest"))

    id: Serial
    name = Varchar(length=80)
    name_pinyin = Varchar(length=600, index=True)
    salt = Varchar(length=64)
    name_digest = Varchar(length=64)


class AccountRow(Table, tablename="parties_account"):
    """How a person signs in; an account bears its person's number."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "created_at", "created_by", "closed_at", "closed_by")
    )

    id = Integer(primary_key=True)
    login = Varchar(length=64, unique=True)
    password_hash = Varchar(length=200, secret=True)
    created_at = Timestamptz(default=None, null=False)
    created_by = Varchar(length=40)
    closed_at = Timestamptz(default=None, null=True)
    closed_by = Varchar(length=40, default=None, null=True)


class OrganisationRow(Table, tablename="parties_organisation"):
    """A body that people act for, of any kind.

    ``community`` refers to ``CommunityRow``; the migration adds the foreign key, because a residential area
    refers back to its developer.
    """

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=(
            "id",
            "stage",
            "kind",
            "code",
            "name",
            "division",
            "community",
            "registered_at",
            "registered_by",
            "admitted_at",
            "admitted_by",
            "closed_at",
            "closed_by",
        ),
    )

    id: Serial
    stage = Varchar(length=16, index=True)
    kind = Varchar(length=24, index=True)
    code = Varchar(length=32, unique=True)
    name = Varchar(length=160)
    name_pinyin = Varchar(length=1200, index=True)
    name_grams = Array(base_column=Varchar(length=2), default=list, index=True, index_method=IndexMethod.gin)
    name_readings = Text()
    division = ForeignKey(DivisionRow, null=False, on_delete=OnDelete.restrict, index=True)
    community = Integer(default=None, null=True, index=True)
    applicant = ForeignKey(PersonRow, null=True, on_delete=OnDelete.restrict)
    registered_at = Timestamptz(default=None, null=False)
    registered_by = Varchar(length=40)
    admitted_at = Timestamptz(default=None, null=True)
    admitted_by = Varchar(length=40, default=None, null=True)
    closed_at = Timestamptz(default=None, null=True)
    closed_by = Varchar(length=40, default=None, null=True)


class CommunityRow(Table, tablename="parties_community"):
    """A residential area (小区): what a tender and a contract are about."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=(
            "id",
            "code",
            "name",
            "division",
            "address",
            "households",
            "gfa_centi",
            "buildings",
            "completion_year",
            "developer",
            "registered_at",
            "registered_by",
            "confirmed_at",
            "confirmed_by",
        ),
    )

    id: Serial
    code = Varchar(length=24, unique=True)
    name = Varchar(length=120)
    name_pinyin = Varchar(length=900, index=True)
    name_grams = Array(base_column=Varchar(length=2), default=list, index=True, index_method=IndexMethod.gin)
    name_readings = Text()
    division = ForeignKey(DivisionRow, null=False, on_delete=OnDelete.restrict, index=True)
    address = Varchar(length=200, default="")
    households = Integer(default=0)
    gfa_centi = BigInt(default=0)
    buildings = Integer(default=0)
    completion_year = SmallInt(default=None, null=True)
    developer = ForeignKey(OrganisationRow, null=True, on_delete=OnDelete.restrict)
    registered_at = Timestamptz(default=None, null=False)
    registered_by = Varchar(length=40)
    confirmed_at = Timestamptz(default=None, null=True)
    confirmed_by = Varchar(length=40, default=None, null=True)

    parties_community_one_name_a_division = Unique([division, name])


class UnitListRow(Table, tablename="parties_unit_list"):
    """One imported list of a community's units; the newest is in force, older ones stay."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=(
            "id",
            "community",
            "file_digest",
            "list_digest",
            "units",
            "heads",
            "area_centi",
            "imported_at",
            "imported_by",
        ),
    )

    id: Serial
    community = ForeignKey(CommunityRow, null=False, on_delete=OnDelete.restrict, index=True)
    salt = Varchar(length=64)
    file_digest = Varchar(length=64)
    list_digest = Varchar(length=64)
    units = Integer(default=0)
    heads = Integer(default=0)
    area_centi = BigInt(default=0)
    imported_at = Timestamptz(default=None, null=False)
    imported_by = Varchar(length=40)


class OwnerHeadRow(Table, tablename="parties_owner_head"):
    """One owner as the law counts heads: several parts of one buyer are one head (SPC1 9)."""

    exempt: ClassVar[str] = "covered by the digest in its unit list"

    id: Serial
    unit_list = ForeignKey(UnitListRow, null=False, on_delete=OnDelete.restrict, index=True)
    key_digest = Varchar(length=64)
    units = Integer(default=0)
    area_centi = BigInt(default=0)
    developer = Boolean(default=False)

    parties_owner_head_one_head_a_list = Unique([unit_list, key_digest])


class UnitRow(Table, tablename="parties_unit"):
    """One exclusive part of a building with its area and the head that owns it."""

    exempt: ClassVar[str] = "covered by the digest in its unit list"

    id: Serial
    unit_list = ForeignKey(UnitListRow, null=False, on_delete=OnDelete.restrict, index=True)
    building = Varchar(length=40)
    number = Varchar(length=40)
    area_centi = BigInt(default=0)
    head = ForeignKey(OwnerHeadRow, null=False, on_delete=OnDelete.restrict, index=True)

    parties_unit_one_number_a_building = Unique([unit_list, building, number])


class MandateRow(Table, tablename="parties_mandate"):
    """Who may act for which organisation, in which role and division, and when.

    The same mandate may not be held twice at one instant; the exclusion constraint is in the migration.
    """

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=(
            "id",
            "person",
            "organisation",
            "role",
            "division",
            "valid_from",
            "valid_to",
            "granted_at",
            "granted_by",
            "revoked_at",
            "revoked_by",
        ),
    )

    id: Serial
    person = ForeignKey(PersonRow, null=False, on_delete=OnDelete.restrict, index=True)
    organisation = ForeignKey(OrganisationRow, null=False, on_delete=OnDelete.restrict, index=True)
    role = Varchar(length=16)
    division = ForeignKey(DivisionRow, null=False, on_delete=OnDelete.restrict)
    valid_from = Timestamptz(default=None, null=False)
    valid_to = Timestamptz(default=None, null=True)
    granted_at = Timestamptz(default=None, null=False)
    granted_by = Varchar(length=40)
    revoked_at = Timestamptz(default=None, null=True)
    revoked_by = Varchar(length=40, default=None, null=True)


class ExpertRow(Table, tablename="parties_expert"):
    """An expert on a roster: what the profile says is personal, so the log has its salted digest."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=(
            "id",
            "mandate",
            "profile_digest",
            "entered_at",
            "entered_by",
            "ended_at",
            "ended_by",
        ),
    )

    id: Serial
    mandate = ForeignKey(MandateRow, null=False, unique=True, on_delete=OnDelete.restrict)
    profile = JSONB()
    salt = Varchar(length=64)
    profile_digest = Varchar(length=64)
    entered_at = Timestamptz(default=None, null=False)
    entered_by = Varchar(length=40)
    declared_at = Timestamptz(default=None, null=False)
    ended_at = Timestamptz(default=None, null=True)
    ended_by = Varchar(length=40, default=None, null=True)


class SigningKeyRow(Table, tablename="parties_signing_key"):
    """An enterprise's signing key and recovery key; its log row shows code and key to everybody."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=(
            "id",
            "organisation",
            "code",
            "signing_key",
            "recovery_key",
            "registered_at",
            "registered_by",
            "revoked_at",
            "revoked_by",
        ),
    )

    id = Varchar(length=32, primary_key=True)
    organisation = ForeignKey(OrganisationRow, null=False, on_delete=OnDelete.restrict, index=True)
    code = Varchar(length=32)
    signing_key = Varchar(length=64, unique=True)
    recovery_key = Varchar(length=64, unique=True)
    proof = Varchar(length=128)
    entry = Integer(default=None, null=True)
    registered_at = Timestamptz(default=None, null=False)
    registered_by = Varchar(length=40)
    revoked_at = Timestamptz(default=None, null=True)
    revoked_by = Varchar(length=40, default=None, null=True)


class KeyholderKeyRow(Table, tablename="parties_keyholder_key"):
    """A keyholder's two public keys under their institution; the id is that of the opening key."""

    audited: ClassVar[Audited] = Audited(
        version=2,
        fields=(
            "id",
            "organisation",
            "institution",
            "opening_key",
            "signing_key",
            "registered_at",
            "registered_by",
            "revoked_at",
            "revoked_by",
            "revoked_for",
        ),
    )

    id = Varchar(length=32, primary_key=True)
    organisation = ForeignKey(OrganisationRow, null=False, on_delete=OnDelete.restrict, index=True)
    person = ForeignKey(PersonRow, null=False, on_delete=OnDelete.restrict, index=True)
    institution = Varchar(length=160)
    opening_key = Varchar(length=64, unique=True)
    signing_key = Varchar(length=64, unique=True)
    proof = Varchar(length=128)
    entry = Integer(default=None, null=True)
    registered_at = Timestamptz(default=None, null=False)
    registered_by = Varchar(length=40)
    revoked_at = Timestamptz(default=None, null=True)
    revoked_by = Varchar(length=40, default=None, null=True)
    revoked_for = Varchar(length=12, default=None, null=True)
