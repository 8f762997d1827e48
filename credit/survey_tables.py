"""Rows of the survey of owners. Which household gave which answer stands nowhere, not even in the log."""

from typing import ClassVar

from piccolo.columns import (
    JSONB,
    Array,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Serial,
    SmallInt,
    Timestamptz,
    Varchar,
)
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Unique
from piccolo.table import Table

from credit.tables import EvaluationRow
from market.parties.tables import CommunityRow, OrganisationRow
from market.runtime.audited import Audited, names

DIGEST = 64
NAME = 40
PATH = 12


class SurveyRow(Table, tablename="credit_survey"):
    """A survey: what was drawn from how many, by which seed, and what came out."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names(
            "id stage evaluation enterprise community division rule_set households list_digest seed "
            "error_percent needed invited reserves until drawn_at drawn_by closed_at closed_by "
            "answers put_aside satisfied exact"
        ),
    )

    id: Serial
    stage = Varchar(length=16, index=True)
    evaluation = ForeignKey(EvaluationRow, null=False, unique=True)
    enterprise = ForeignKey(OrganisationRow, null=False, index=True)
    community = ForeignKey(CommunityRow, null=False, index=True)
    division = Varchar(length=PATH)
    path = Array(base_column=Varchar(length=PATH), default=list, index=True, index_method=IndexMethod.gin)
    rule_set = SmallInt()
    households = Integer()
    salt = Varchar(length=DIGEST)
    list_digest = Varchar(length=DIGEST)
    seed = Varchar(length=DIGEST)
    error_percent = SmallInt()
    needed = Integer()
    invited = Integer()
    reserves = SmallInt()
    until = Timestamptz(default=None, null=False)
    drawn_at = Timestamptz(default=None, null=False)
    drawn_by = Varchar(length=NAME)
    closed_at = Timestamptz(default=None, null=True)
    closed_by = Varchar(length=NAME, default=None, null=True)
    answers = Integer(default=None, null=True)
    put_aside = Integer(default=None, null=True)
    satisfied = Integer(default=None, null=True)
    exact = Varchar(length=80, default="")
    results = JSONB(default="{}")


class SlotRow(Table, tablename="credit_survey_slot"):
    """A drawn household while the survey runs; at its end building and number of the flat are erased."""

    exempt: ClassVar[str] = (
        "an entry when a household answers would tie its answer to it; list and seed are logged"
    )

    id: Serial
    survey = ForeignKey(SurveyRow, null=False, index=True)
    place = Integer()
    reserve = SmallInt()
    stratum = Varchar(length=32)
    building = Varchar(length=20)
    floor = SmallInt()
    unit = Varchar(length=20)
    state = Varchar(length=16)
    token_digest = Varchar(length=DIGEST, unique=True)

    once_a_place = Unique([survey, place, reserve], name="credit_survey_slot_once")


class VisitRow(Table, tablename="credit_survey_visit"):
    """A visit to a drawn household that brought no answer yet."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=names("id slot visited_on outcome noted_at noted_by")
    )

    id: Serial
    slot = ForeignKey(SlotRow, null=False, index=True)
    visited_on = Date(default=None, null=False)
    outcome = Varchar(length=16)
    noted_at = Timestamptz(default=None, null=False)
    noted_by = Varchar(length=NAME)

    once_a_day = Unique([slot, visited_on], name="credit_survey_visit_once_a_day")


class AnswerRow(Table, tablename="credit_survey_answer"):
    """One answer, without its household; the row does not hold when it was given."""

    audited: ClassVar[Audited] = Audited(version=1, fields=names("id survey salt marks_digest seconds"))

    id: Serial
    survey = ForeignKey(SurveyRow, null=False, index=True)
    salt = Varchar(length=DIGEST)
    building = Varchar(length=20)
    marks = JSONB(default="{}")
    marks_digest = Varchar(length=DIGEST)
    seconds = Integer()
    straight = Boolean(default=False)
