"""Rows of scoring: sheets of the street's part, and re-checks of a released evaluation."""

from typing import ClassVar

from piccolo.columns import JSONB, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from credit.supervision_tables import ObjectionRow
from credit.tables import EvaluationRow
from market.runtime.audited import Audited, names

NAME = 40
EXACT = 80


class RecheckRow(Table, tablename="credit_evaluation_recheck"):
    """A new visit to a project by another pair, and what the district made of it."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names(
            "id stage evaluation objection ordered_at ordered_by due_at before_centi exact quality_centi "
            "decided_at decided_by"
        ),
    )

    id: Serial
    stage = Varchar(length=16, index=True)
    evaluation = ForeignKey(EvaluationRow, null=False, index=True)
    objection = ForeignKey(ObjectionRow, null=True, index=True)
    reasons = Text()
    ordered_at = Timestamptz(default=None, null=False)
    ordered_by = Varchar(length=NAME)
    due_at = Timestamptz(default=None, null=False)
    before_centi = Integer()
    exact = Varchar(length=EXACT, default="")
    quality_centi = Integer(default=None, null=True)
    decided_at = Timestamptz(default=None, null=True)
    decided_by = Varchar(length=NAME, default=None, null=True)
    decision = Text(default="")
    next_due_at = Timestamptz(default=None, null=True, index=True)


class SheetRow(Table, tablename="credit_evaluation_sheet"):
    """One scorer's sheet of a visit; of the first visit where it names no re-check."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=names("id evaluation recheck marks cases exact marked_at marked_by")
    )

    id: Serial
    evaluation = ForeignKey(EvaluationRow, null=False, index=True)
    recheck = ForeignKey(RecheckRow, null=True, index=True)
    marks = JSONB(default="{}")
    cases = JSONB(default="{}")
    exact = Varchar(length=EXACT)
    marked_at = Timestamptz(default=None, null=False)
    marked_by = Varchar(length=NAME)
    marked_person = Integer(null=False)
