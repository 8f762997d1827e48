"""Rows on what is watched beside scores and lists."""

from typing import ClassVar

from piccolo.columns import Array, Date, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.columns.indexes import IndexMethod
from piccolo.table import Table

from credit.tables import DIGEST, NAME, PATH, ListEntryRow, RecordRow, SnapshotRow
from market.parties.tables import OrganisationRow, PersonRow
from market.runtime.audited import Audited, names


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


class ManagerCaseRow(Table, tablename="credit_manager_case"):
    """Whether a project manager is not recommended for a time; the log sees salted digests."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names(
            "id stage enterprise record snapshot cause score_centi division salt certificate_digest "
            "facts_digest opened_at opened_by posted_at posted_by served_at served_by statement_until "
            "statement_digest stated_at stated_by decided_at decided_by reasons_digest from_on to_on "
            "ended_at ended_by"
        ),
    )

    id: Serial
    stage = Varchar(length=16, index=True)
    origin = Varchar(length=80, unique=True)
    enterprise = ForeignKey(OrganisationRow, null=False, index=True)
    manager = ForeignKey(PersonRow, null=False, index=True)
    record = ForeignKey(RecordRow, null=True, index=True)
    snapshot = ForeignKey(SnapshotRow, null=True)
    cause = Varchar(length=16)
    score_centi = Integer()
    division = Varchar(length=PATH)
    path = Array(base_column=Varchar(length=PATH), default=list, index=True, index_method=IndexMethod.gin)
    salt = Varchar(length=DIGEST)
    certificate = Varchar(length=60, default="", index=True)
    certificate_digest = Varchar(length=DIGEST, default="")
    facts = Text(default="")
    facts_digest = Varchar(length=DIGEST, default="")
    letter = Varchar(length=80, default="")
    opened_at = Timestamptz(default=None, null=False)
    opened_by = Varchar(length=NAME)
    posted_at = Timestamptz(default=None, null=True)
    posted_by = Varchar(length=NAME, default=None, null=True)
    posted_person = Integer(default=None, null=True)
    served_at = Timestamptz(default=None, null=True)
    served_by = Varchar(length=NAME, default=None, null=True)
    statement_until = Timestamptz(default=None, null=True)
    statement = Text(default="")
    statement_digest = Varchar(length=DIGEST, default="")
    stated_at = Timestamptz(default=None, null=True)
    stated_by = Varchar(length=NAME, default=None, null=True)
    decided_at = Timestamptz(default=None, null=True)
    decided_by = Varchar(length=NAME, default=None, null=True)
    reasons = Text(default="")
    reasons_digest = Varchar(length=DIGEST, default="")
    from_on = Date(default=None, null=True)
    to_on = Date(default=None, null=True)
    ended_at = Timestamptz(default=None, null=True)
    ended_by = Varchar(length=NAME, default=None, null=True)
    end_reason = Text(default="")
    next_due_at = Timestamptz(default=None, null=True, index=True)
