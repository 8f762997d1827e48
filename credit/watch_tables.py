"""Rows on what is watched beside scores and lists."""

from typing import ClassVar

from piccolo.columns import Array, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.columns.indexes import IndexMethod
from piccolo.table import Table

from credit.tables import DIGEST, NAME, PATH, ListEntryRow
from market.parties.tables import OrganisationRow
from market.runtime.audited import Audited


class SuccessorAlertRow(Table, tablename="credit_successor_alert"):
    """An enterprise shares a holder with a listed one; kept when it is closed.

    ``entry`` and ``listed_entry`` are statements of the register of parties; the migration adds the foreign
    keys. ``origin`` holds the index of a person and stays out of the log.
    """

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=(
            "id",
            "stage",
            "enterprise",
            "listing",
            "entry",
            "listed_entry",
            "division",
            "raised_at",
            "raised_by",
            "salt",
            "view_digest",
            "viewed_at",
            "viewed_by",
            "reasons_digest",
            "closed_at",
            "closed_by",
        ),
    )

    id: Serial
    stage = Varchar(length=16, index=True)
    origin = Varchar(length=140, unique=True)
    enterprise = ForeignKey(OrganisationRow, null=False, index=True)
    listing = ForeignKey(ListEntryRow, null=False, index=True)
    entry = Integer(default=None, null=True)
    listed_entry = Integer(default=None, null=True)
    division = Varchar(length=PATH)
    path = Array(base_column=Varchar(length=PATH), default=list, index=True, index_method=IndexMethod.gin)
    raised_at = Timestamptz(default=None, null=False)
    raised_by = Varchar(length=NAME)
    salt = Varchar(length=DIGEST)
    view = Text(default="")
    view_digest = Varchar(length=DIGEST, default="")
    viewed_at = Timestamptz(default=None, null=True)
    viewed_by = Varchar(length=NAME, default=None, null=True)
    reasons = Text(default="")
    reasons_digest = Varchar(length=DIGEST, default="")
    closed_at = Timestamptz(default=None, null=True)
    closed_by = Varchar(length=NAME, default=None, null=True)
