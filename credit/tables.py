"""Rows of the credit wing. What people wrote stands beside a salted digest; the log sees the digest only.

Constraints Piccolo cannot say (one enterprise at a time in a community, paired stamps, closed sets) stand
in the migrations. Decided records are never deleted and never lose a value: they end.
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
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Unique
from piccolo.table import Table

from credit.instrument_tables import InstrumentRow
from market.parties.tables import CommunityRow, OrganisationRow, PersonRow
from market.runtime.audited import Audited, names

DIGEST = 64
NAME = 40
PATH = 12


class RecordRow(Table, tablename="credit_record"):
    """A record through its life. ``*_person`` are accounts, kept for four eyes and never in the log."""

    audited: ClassVar[Audited] = Audited(
        version=3,
        fields=names(
            "id stage origin item_code rule_set enterprise community division path fact fact_on fact_until "
            "found_on death harm amount_fen days_late light corrected_on officer letter instrument salt "
            "facts_digest document_on file_digest drafted_at drafted_by submitted_at "
            "submitted_by taken_up_at taken_up_by posted_at posted_by notice_digest served_at "
            "served_by statement_until reconsidered_at reconsidered_by decided_at decided_by "
            "decision_digest effective_from expires_on shown_at shown_by ended_at ended_by"
        ),
        hidden=names(
            "manager facts document_no reasons minor_reason end_reason drafted_person submitted_person"
        ),
    )

    id: Serial
    stage = Varchar(length=20, index=True)
    origin = Varchar(length=80, default=None, null=True, unique=True)
    item_code = Varchar(length=12, index=True)
    rule_set = SmallInt()
    enterprise = ForeignKey(OrganisationRow, null=False, index=True)
    community = ForeignKey(CommunityRow, null=True, index=True)
    manager = ForeignKey(PersonRow, null=True, index=True)
    division = Varchar(length=PATH)
    path = Array(base_column=Varchar(length=PATH), default=list, index=True, index_method=IndexMethod.gin)
    fact = Varchar(length=80, index=True)
    fact_on = Date(default=None, null=False)
    fact_until = Date(default=None, null=True)
    found_on = Date(default=None, null=True)
    death = Boolean(default=False)
    harm = Boolean(default=False)
    amount_fen = BigInt(default=None, null=True)
    days_late = Integer(default=None, null=True)
    instrument = ForeignKey(InstrumentRow, null=True, index=True)
    salt = Varchar(length=DIGEST)
    facts = Text()
    facts_digest = Varchar(length=DIGEST)
    document_no = Varchar(length=80, default="")
    document_on = Date(default=None, null=True)
    file_digest = Varchar(length=DIGEST, default="")
    drafted_at = Timestamptz(default=None, null=False)
    drafted_by = Varchar(length=NAME)
    drafted_person = Integer(default=None, null=True)
    submitted_at = Timestamptz(default=None, null=True)
    submitted_by = Varchar(length=NAME, default=None, null=True)
    submitted_person = Integer(default=None, null=True)
    taken_up_at = Timestamptz(default=None, null=True)
    taken_up_by = Varchar(length=NAME, default=None, null=True)
    officer = ForeignKey(OrganisationRow, null=True)
    posted_at = Timestamptz(default=None, null=True)
    posted_by = Varchar(length=NAME, default=None, null=True)
    letter = Varchar(length=80, default="")
    notice_digest = Varchar(length=DIGEST, default="")
    served_at = Timestamptz(default=None, null=True)
    served_by = Varchar(length=NAME, default=None, null=True)
    statement_until = Timestamptz(default=None, null=True)
    reconsidered_at = Timestamptz(default=None, null=True)
    reconsidered_by = Varchar(length=NAME, default=None, null=True)
    decided_at = Timestamptz(default=None, null=True)
    decided_by = Varchar(length=NAME, default=None, null=True)
    reasons = Text(default="")
    decision_digest = Varchar(length=DIGEST, default="")
    effective_from = Date(default=None, null=True)
    expires_on = Date(default=None, null=True)
    light = Boolean(default=False)
    corrected_on = Date(default=None, null=True)
    shown_at = Timestamptz(default=None, null=True)
    shown_by = Varchar(length=NAME, default=None, null=True)
    minor_reason = Text(default="")
    ended_at = Timestamptz(default=None, null=True)
    ended_by = Varchar(length=NAME, default=None, null=True)
    end_reason = Text(default="")
    next_due_at = Timestamptz(default=None, null=True, index=True)


class ListEntryRow(Table, tablename="credit_list_entry"):
    """An exit-list case and, after the city's decision, the entry."""

    audited: ClassVar[Audited] = Audited(
        version=2,
        fields=names(
            "id stage origin enterprise record division path lasting letter salt facts_digest legal_basis "
            "months opened_at opened_by posted_at posted_by notice_digest served_at served_by "
            "statement_until reviewed_at reviewed_by decided_at decided_by outcome decision_no "
            "decision_digest repair_notice_digest listed_at listed_by ends_on ended_at ended_by"
        ),
        hidden=names("facts reasons review end_reason opened_person reviewed_person"),
    )

    id: Serial
    stage = Varchar(length=20, index=True)
    origin = Varchar(length=80, default=None, null=True, unique=True)
    enterprise = ForeignKey(OrganisationRow, null=False, index=True)
    record = ForeignKey(RecordRow, null=True)
    division = Varchar(length=PATH)
    path = Array(base_column=Varchar(length=PATH), default=list, index=True, index_method=IndexMethod.gin)
    salt = Varchar(length=DIGEST)
    facts = Text()
    reasons = Text(default="")
    facts_digest = Varchar(length=DIGEST)
    legal_basis = Varchar(length=120, default="")
    months = SmallInt(default=None, null=True)
    opened_at = Timestamptz(default=None, null=False)
    opened_by = Varchar(length=NAME)
    opened_person = Integer(default=None, null=True)
    posted_at = Timestamptz(default=None, null=True)
    posted_by = Varchar(length=NAME, default=None, null=True)
    letter = Varchar(length=80, default="")
    notice_digest = Varchar(length=DIGEST, default="")
    served_at = Timestamptz(default=None, null=True)
    served_by = Varchar(length=NAME, default=None, null=True)
    statement_until = Timestamptz(default=None, null=True)
    reviewed_at = Timestamptz(default=None, null=True)
    reviewed_by = Varchar(length=NAME, default=None, null=True)
    reviewed_person = Integer(default=None, null=True)
    review = Text(default="")
    decided_at = Timestamptz(default=None, null=True)
    decided_by = Varchar(length=NAME, default=None, null=True)
    outcome = Varchar(length=16, default="")
    decision_no = Varchar(length=80, default="")
    decision_digest = Varchar(length=DIGEST, default="")
    repair_notice_digest = Varchar(length=DIGEST, default="")
    listed_at = Timestamptz(default=None, null=True)
    listed_by = Varchar(length=NAME, default=None, null=True)
    ends_on = Date(default=None, null=True)
    lasting = Boolean(default=False)
    ended_at = Timestamptz(default=None, null=True)
    ended_by = Varchar(length=NAME, default=None, null=True)
    end_reason = Text(default="")
    next_due_at = Timestamptz(default=None, null=True, index=True)


class StatementRow(Table, tablename="credit_statement"):
    """What an enterprise said to a notice; it adds, nothing replaces it."""

    audited: ClassVar[Audited] = Audited(
        version=2,
        fields=names("id record list_entry salt text_digest hearing filed_at filed_by"),
        hidden=names("text"),
    )

    id: Serial
    record = ForeignKey(RecordRow, null=True, index=True)
    list_entry = ForeignKey(ListEntryRow, null=True, index=True)
    salt = Varchar(length=DIGEST)
    text = Text()
    text_digest = Varchar(length=DIGEST)
    hearing = Boolean(default=False)
    filed_at = Timestamptz(default=None, null=False)
    filed_by = Varchar(length=NAME)


class AssignmentRow(Table, tablename="credit_project_assignment"):
    """Which enterprise manages which community, when, with what area; one at a time."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names(
            "id origin enterprise community area_centi start_on end_on assigned_at assigned_by "
            "ended_at ended_by"
        ),
    )

    id: Serial
    origin = Varchar(length=80, unique=True)
    enterprise = ForeignKey(OrganisationRow, null=False, index=True)
    community = ForeignKey(CommunityRow, null=False, index=True)
    manager = ForeignKey(PersonRow, null=True, index=True)
    area_centi = BigInt()
    start_on = Date(default=None, null=False)
    end_on = Date(default=None, null=True)
    assigned_at = Timestamptz(default=None, null=False)
    assigned_by = Varchar(length=NAME)
    ended_at = Timestamptz(default=None, null=True)
    ended_by = Varchar(length=NAME, default=None, null=True)


class EvaluationRow(Table, tablename="credit_evaluation"):
    """One evaluation of one project in one cycle. ``exact`` is the fraction before the one rounding."""

    audited: ClassVar[Audited] = Audited(
        version=2,
        fields=names(
            "id stage enterprise community division path cycle visit rule_set opened_at opened_by "
            "submitted_at submitted_by released_at released_by returned_at returned_by return_reason exact "
            "quality_centi"
        ),
    )

    id: Serial
    stage = Varchar(length=16, index=True)
    enterprise = ForeignKey(OrganisationRow, null=False, index=True)
    community = ForeignKey(CommunityRow, null=False, index=True)
    division = Varchar(length=PATH)
    path = Array(base_column=Varchar(length=PATH), default=list, index=True, index_method=IndexMethod.gin)
    cycle = Varchar(length=6)
    visit = SmallInt(default=1)
    rule_set = SmallInt()
    opened_at = Timestamptz(default=None, null=False)
    opened_by = Varchar(length=NAME)
    submitted_at = Timestamptz(default=None, null=True)
    submitted_by = Varchar(length=NAME, default=None, null=True)
    released_at = Timestamptz(default=None, null=True)
    released_by = Varchar(length=NAME, default=None, null=True)
    returned_at = Timestamptz(default=None, null=True)
    returned_by = Varchar(length=NAME, default=None, null=True)
    return_reason = Text(default="")
    exact = Varchar(length=80, default="")
    quality_centi = Integer(default=None, null=True)

    once_a_visit = Unique([enterprise, community, cycle, visit], name="credit_evaluation_once_a_visit")


class EvaluationPartRow(Table, tablename="credit_evaluation_part"):
    """One body's marks in an evaluation."""

    audited: ClassVar[Audited] = Audited(
        version=2,
        fields=names("id evaluation part marks cases survey exact doubtful marked_at marked_by"),
    )

    id: Serial
    evaluation = ForeignKey(EvaluationRow, null=False, index=True)
    part = Varchar(length=12)
    marks = JSONB(default="{}")
    cases = JSONB(default="{}")
    survey = JSONB(default="{}")
    exact = Varchar(length=80)
    doubtful = Boolean(default=False)
    marked_at = Timestamptz(default=None, null=False)
    marked_by = Varchar(length=NAME)
    marked_person = Integer(default=None, null=True)

    one_of_each = Unique([evaluation, part], name="credit_evaluation_part_one_of_each")


class BanRow(Table, tablename="credit_ban"):
    """A tender ban that an authority decided; it binds between its days (BL 53, 54, 60)."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names(
            "id enterprise division from_on to_on decision_no decided_on legal_basis file_digest "
            "recorded_at recorded_by lifted_at lifted_by"
        ),
    )

    id: Serial
    enterprise = ForeignKey(OrganisationRow, null=False, index=True)
    division = Varchar(length=PATH)
    from_on = Date(default=None, null=False)
    to_on = Date(default=None, null=False)
    decision_no = Varchar(length=80)
    decided_on = Date(default=None, null=False)
    legal_basis = Varchar(length=120)
    file_digest = Varchar(length=DIGEST)
    recorded_at = Timestamptz(default=None, null=False)
    recorded_by = Varchar(length=NAME)
    lifted_at = Timestamptz(default=None, null=True)
    lifted_by = Varchar(length=NAME, default=None, null=True)


class CycleRow(Table, tablename="credit_cycle"):
    """A half-year's ratings: closed for everybody at once, shown, then published by one act."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names(
            "id stage name as_of rule_set mode enterprises results_digest closed_at closed_by "
            "public_until legal_basis published_at published_by published_digest"
        ),
    )

    id: Serial
    stage = Varchar(length=16, index=True)
    name = Varchar(length=6, unique=True)
    as_of = Timestamptz(default=None, null=False)
    rule_set = SmallInt()
    mode = Varchar(length=8)
    enterprises = Integer()
    results_digest = Varchar(length=DIGEST)
    closed_at = Timestamptz(default=None, null=False)
    closed_by = Varchar(length=NAME)
    public_until = Timestamptz(default=None, null=False)
    legal_basis = Varchar(length=120)
    published_at = Timestamptz(default=None, null=True)
    published_by = Varchar(length=NAME, default=None, null=True)
    published_digest = Varchar(length=DIGEST, default="")


class ResultRow(Table, tablename="credit_cycle_result"):
    """A first result of a cycle, as it is shown before publication; the final one is a snapshot."""

    exempt: ClassVar[str] = "covered by the cycle's results_digest, which verification computes again"

    id: Serial
    cycle = ForeignKey(CycleRow, null=False)
    enterprise = ForeignKey(OrganisationRow, null=False, index=True)
    score_centi = Integer()
    tender_centi = Integer()
    grade = Varchar(length=8)
    digest = Varchar(length=DIGEST)

    once_a_cycle = Unique([cycle, enterprise], name="credit_cycle_result_once")


class SnapshotRow(Table, tablename="credit_snapshot"):
    """A published score: canonical JSON that the same inputs give again, byte for byte."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names(
            "id cycle enterprise as_of known_at rule_set inputs_digest digest score_centi tender_centi grade "
            "legal_basis published_at published_by"
        ),
    )

    id: Serial
    cycle = ForeignKey(CycleRow, null=True, index=True)
    enterprise = ForeignKey(OrganisationRow, null=False, index=True)
    as_of = Timestamptz(default=None, null=False)
    known_at = Timestamptz(default=None, null=True)
    rule_set = SmallInt()
    inputs_digest = Varchar(length=DIGEST)
    digest = Varchar(length=DIGEST, index=True)
    body = Text()
    score_centi = Integer()
    tender_centi = Integer()
    grade = Varchar(length=8)
    legal_basis = Varchar(length=120)
    published_at = Timestamptz(default=None, null=False, index=True)
    published_by = Varchar(length=NAME)


class ScoreRow(Table, tablename="credit_score"):
    """The last computed score of an enterprise: a cache, never truth; it may be emptied at any time.

    ``changes_on`` is the first day on which it may be another by date alone; then it is computed anew.
    """

    exempt: ClassVar[str] = "a cache that is computed again from records"

    id: Serial
    enterprise = ForeignKey(OrganisationRow, null=False, unique=True)
    as_of = Timestamptz(default=None, null=False)
    rule_set = SmallInt()
    inputs_digest = Varchar(length=DIGEST)
    score_centi = Integer(index=True)
    tender_centi = Integer()
    grade = Varchar(length=8, index=True)
    bad_items = Integer(default=0)
    changes_on = Date(default=None, null=True)
