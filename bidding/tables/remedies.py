"""Rows of suspensions, objections, complaints, reports, re-checks and excluded candidates.

Who objects, complains or reports stays out of the log: its entries name ``objector``, ``complainant`` or
``reporter``, a digest of the code under a salt that is never published; texts go in as salted digests.
"""

from typing import Any, ClassVar

from piccolo.columns import Date, ForeignKey, Serial, Text, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from bidding.tables.tenders import TenderRow
from market.parties.tables import MandateRow, OrganisationRow
from market.runtime.audited import Audited


class SuspensionRow(Table, tablename="bidding_suspension"):
    """One reason why a tender stands still, from ``since`` until ``lifted_at``; ``origin`` is unique."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "tender", "cause", "origin", "since", "lifted_at")
    )

    id: Serial
    tender = ForeignKey(TenderRow, null=False, index=True)
    cause = Varchar(length=12)
    origin = Varchar(length=48, unique=True)
    reasons = Text(default="")
    since = Timestamptz(default=None, null=False)
    since_by = Varchar(length=40)
    lifted_at = Timestamptz(null=True, default=None)
    lifted_by = Varchar(length=40, null=True, default=None)
    lift_reasons = Text(default="")


class ProposalRow(Table, tablename="bidding_suspension_proposal"):
    """A street's proposal to suspend; ``settled_at`` when the district or the city has answered it."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "tender", "proposed_at", "settled_at", "taken_up")
    )

    id: Serial
    tender = ForeignKey(TenderRow, null=False, index=True)
    reasons = Text()
    proposed_at = Timestamptz(default=None, null=False)
    proposed_by = Varchar(length=40)
    settled_at = Timestamptz(null=True, default=None)
    settled_by = Varchar(length=40, null=True, default=None)
    taken_up = Varchar(length=48, default="")


class ObjectionRow(Table, tablename="bidding_objection"):
    """An objection (异议) before the tenderer; ``organisation`` is shown to the authority and its owner."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=(
            "id",
            "number",
            "tender",
            "kind",
            "lot",
            "objector",
            "text_digest",
            "state",
            "lodged_at",
            "answer_by",
            "overdue_at",
            "ended_at",
            "outcome",
            "answer",
            "remedy",
        ),
    )

    id: Serial
    number = Varchar(length=40, unique=True)
    tender = ForeignKey(TenderRow, null=False, index=True)
    kind = Varchar(length=12)
    lot = Varchar(length=4, default="")
    organisation = ForeignKey(OrganisationRow, null=False, index=True)
    salt = Varchar(length=64)
    objector = Varchar(length=64)
    text = Text()
    text_digest = Varchar(length=64)
    state = Varchar(length=12, index=True)
    lodged_at = Timestamptz(default=None, null=False)
    answer_by = Timestamptz(default=None, null=False)
    overdue_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    ended_by = Varchar(length=40, null=True, default=None)
    outcome = Varchar(length=12, null=True, default=None)
    answer = Text(default="")
    remedy = Varchar(length=20, null=True, default=None)
    next_due_at = Timestamptz(null=True, default=None, index=True)


class ComplaintRow(Table, tablename="bidding_complaint"):
    """A complaint (投诉) to the authority that received it first."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=(
            "id",
            "number",
            "tender",
            "matter",
            "complainant",
            "authority",
            "text_digest",
            "knew_on",
            "state",
            "lodged_at",
            "due_by",
            "overdue_at",
            "accepted_at",
            "ended_at",
            "outcome",
            "reasons",
            "remedy",
            "review",
        ),
    )

    id: Serial
    number = Varchar(length=40, unique=True)
    tender = ForeignKey(TenderRow, null=False, index=True)
    matter = Varchar(length=12)
    organisation: ForeignKey[Any] = ForeignKey(OrganisationRow, null=False, index=True)
    authority: ForeignKey[Any] = ForeignKey(OrganisationRow, null=False, index=True)
    salt = Varchar(length=64)
    complainant = Varchar(length=64)
    text = Text()
    request = Text()
    text_digest = Varchar(length=64)
    knew_on = Date(default=None, null=False)
    evidence = Varchar(length=64)
    state = Varchar(length=16, index=True)
    lodged_at = Timestamptz(default=None, null=False)
    due_by = Date(null=True, default=None)
    overdue_at = Timestamptz(null=True, default=None)
    accepted_at = Timestamptz(null=True, default=None)
    accepted_by = Varchar(length=40, null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    ended_by = Varchar(length=40, null=True, default=None)
    outcome = Varchar(length=12, null=True, default=None)
    reasons = Text(default="")
    remedy = Varchar(length=20, null=True, default=None)
    review = Varchar(length=200, default="")
    next_due_at = Timestamptz(null=True, default=None, index=True)


class ReportRow(Table, tablename="bidding_report"):
    """A report (举报) of a breach by anyone; who made it is shown to nobody else."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "number", "tender", "reporter", "text_digest", "lodged_at", "answered_at")
    )

    id: Serial
    number = Varchar(length=40, unique=True)
    tender = ForeignKey(TenderRow, null=False, index=True)
    mandate: ForeignKey[Any] = ForeignKey(MandateRow, null=False, index=True)
    salt = Varchar(length=64)
    reporter = Varchar(length=64)
    text = Text()
    text_digest = Varchar(length=64)
    lodged_at = Timestamptz(default=None, null=False)
    answered_at = Timestamptz(null=True, default=None)
    answered_by = Varchar(length=40, null=True, default=None)
    result = Text(default="")


class RecheckRow(Table, tablename="bidding_recheck"):
    """A candidate's re-check by the original committee before the award notice (BLR 56)."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=("id", "number", "tender", "lot", "commitment", "reasons", "opened_at", "closed_at", "stands"),
    )

    id: Serial
    number = Varchar(length=40, unique=True)
    tender = ForeignKey(TenderRow, null=False, index=True)
    lot = Varchar(length=4)
    commitment = Varchar(length=64)
    reasons = Text()
    opened_at = Timestamptz(default=None, null=False)
    opened_by = Varchar(length=40)
    closed_at = Timestamptz(null=True, default=None)
    closed_by = Varchar(length=40, null=True, default=None)
    stands = Varchar(length=12, null=True, default=None)
    findings = Text(default="")


class ExclusionRow(Table, tablename="bidding_exclusion"):
    """A candidate that may not win any more, and what said so; never taken back."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "tender", "lot", "commitment", "origin", "excluded_at")
    )

    id: Serial
    tender = ForeignKey(TenderRow, null=False, index=True)
    lot = Varchar(length=4)
    commitment = Varchar(length=64)
    origin = Varchar(length=48)
    excluded_at = Timestamptz(default=None, null=False)
    excluded_by = Varchar(length=40)

    bidding_exclusion_once = Unique([tender, lot, commitment])
