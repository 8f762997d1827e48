"""Rows of measures: those in force or past, and those proposed to an authority."""

from typing import ClassVar

from piccolo.columns import Array, Boolean, Date, ForeignKey, Serial, Text, Timestamptz, Varchar
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Unique
from piccolo.table import Table

from credit.tables import DIGEST, NAME, PATH, SnapshotRow
from market.parties.tables import OrganisationRow
from market.runtime.audited import Audited, names


class MeasureRow(Table, tablename="credit_measure"):
    """A measure: by itself on a publication or a listing, or by an authority; it ends by day or by act.

    ``origin`` names what it followed from by itself; ``end_cause`` says why it ended before its day.
    """

    audited: ClassVar[Audited] = Audited(
        version=3,
        fields=names(
            "id origin automatic enterprise snapshot key trigger force division path authority legal_basis "
            "reasons from_on to_on issued_at issued_by lifted_at lifted_by lift_reason end_cause"
        ),
    )

    id: Serial
    origin = Varchar(length=80, default=None, null=True, unique=True)
    automatic = Boolean(default=False)
    enterprise = ForeignKey(OrganisationRow, null=False, index=True)
    snapshot = ForeignKey(SnapshotRow, null=True)
    key = Varchar(length=40)
    trigger = Varchar(length=16)
    force = Varchar(length=16)
    division = Varchar(length=PATH)
    path = Array(base_column=Varchar(length=PATH), default=list, index=True, index_method=IndexMethod.gin)
    authority = ForeignKey(OrganisationRow, null=False)
    legal_basis = Varchar(length=120)
    reasons = Text()
    from_on = Date(default=None, null=False)
    to_on = Date(default=None, null=False)
    issued_at = Timestamptz(default=None, null=False)
    issued_by = Varchar(length=NAME)
    lifted_at = Timestamptz(default=None, null=True)
    lifted_by = Varchar(length=NAME, default=None, null=True)
    lift_reason = Text(default="")
    end_cause = Varchar(length=16, default="")

    once_a_level = Unique([snapshot, key, authority], name="credit_measure_once_a_level")


class ProposalRow(Table, tablename="credit_measure_proposal"):
    """A measure that binds, proposed by a publication to the levels the register names, until one decides."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names(
            "id stage origin enterprise snapshot key trigger force due_on salt proposed_at proposed_by "
            "measure ended_at ended_by end_cause reason_digest"
        ),
    )

    id: Serial
    stage = Varchar(length=12, index=True)
    origin = Varchar(length=80, unique=True)
    enterprise = ForeignKey(OrganisationRow, null=False, index=True)
    snapshot = ForeignKey(SnapshotRow, null=False)
    key = Varchar(length=40)
    trigger = Varchar(length=16)
    force = Varchar(length=16)
    levels = Array(base_column=Varchar(length=12), default=list)
    path = Array(base_column=Varchar(length=PATH), default=list, index=True, index_method=IndexMethod.gin)
    salt = Varchar(length=DIGEST)
    due_on = Date(default=None, null=True)
    proposed_at = Timestamptz(default=None, null=False)
    proposed_by = Varchar(length=NAME)
    measure = ForeignKey(MeasureRow, null=True)
    ended_at = Timestamptz(default=None, null=True)
    ended_by = Varchar(length=NAME, default=None, null=True)
    end_cause = Varchar(length=16, default="")
    end_reason = Text(default="")
    reason_digest = Varchar(length=DIGEST, default="")
    next_due_at = Timestamptz(default=None, null=True, index=True)
