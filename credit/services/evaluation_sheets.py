"""A scorer's sheet is kept; once none is missing, the sheets become the part."""

from datetime import datetime
from fractions import Fraction

import msgspec

from credit.appraisal_tables import SheetRow
from credit.domain.act import Act
from credit.domain.appraisal import scorers
from credit.domain.appraisal.scorers import Settled
from credit.domain.evaluation import Cases
from credit.domain.record import OwnRecordError
from credit.domain.rule_set import RuleSet
from credit.domain.snapshot import fraction
from credit.queries.appraisal import sheets as queries
from market.kernel.actor import Actor
from market.runtime import audit, database


class Put(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet that somebody fills.

    Attributes:
        recheck: The re-check whose visit it is of; ``None`` for the first visit.
        reopened: The evaluation was returned.
        former: Persons who may not score this visit, because they scored the one before.
    """

    evaluation: int
    recheck: int | None = None
    marks: dict[str, int]
    cases: Cases | None
    exact: Fraction
    reopened: bool = False
    former: frozenset[int] = frozenset()


async def put(sheet: Put, *, rules: RuleSet, act: Act, by: Actor, now: datetime) -> Settled | None:
    """Keep a sheet, or its correction by the same person; return the part once no sheet is missing.

    Call it with the evaluation locked.

    Raises:
        SamePairError: The person scored the visit before.
        SheetLockedError: All sheets are in.
        SheetsFullError: Enough others have scored.
    """
    if by.person is None:
        raise OwnRecordError("a sheet is a person's")
    before = await queries.of_visit(sheet.evaluation, recheck=sheet.recheck)
    exact = queries.values(before)
    scorers.check_may_put(by.person, exact, reopened=sheet.reopened, former=sheet.former, rules=rules)
    number = await _store(sheet, before=_own(before, by.person), by=by, now=now)
    await audit.record(
        act=act,
        by=by,
        subject=f"credit-evaluation:{sheet.evaluation}",
        now=now,
        changed=[audit.row(SheetRow, number)],
    )
    return scorers.settle({**exact, by.person: sheet.exact}, rules=rules)


def _own(sheets: list[queries.Sheet], person: int) -> int | None:
    return next((one.id for one in sheets if one.marked_person == person), None)


async def _store(sheet: Put, *, before: int | None, by: Actor, now: datetime) -> int:
    values = (
        _json(sheet.marks),
        _json(sheet.cases or {}),
        fraction(sheet.exact),
        now,
        by.name,
    )
    if before is not None:
        await database.execute(
            "UPDATE credit_evaluation_sheet SET marks = $2, cases = $3, exact = $4, marked_at = $5,"
            " marked_by = $6 WHERE id = $1",
            before,
            *values,
        )
        return before
    with database.translated():
        rows = await database.fetch(
            "INSERT INTO credit_evaluation_sheet (evaluation, recheck, marks, cases, exact, marked_at,"
            " marked_by, marked_person) VALUES ($6, $7, $1, $2, $3, $4, $5, $8) RETURNING id",
            *values,
            sheet.evaluation,
            sheet.recheck,
            by.person,
        )
    return int(rows[0]["id"])


def _json(value: object) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()
