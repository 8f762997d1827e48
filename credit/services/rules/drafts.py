"""Writing a version of the rule set: a copy is drafted, rows are edited, all tables replaced, or it ends.

A draft may be wrong while it is written; every finding stands on its page, and a trial needs none. An edit
takes back trial and approvals, for they spoke of other tables.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta
from piccolo.columns import Column

from credit.domain.act import Act
from credit.domain.cells import cell
from credit.domain.permission import PERMISSIONS
from credit.domain.rules import sheet
from credit.domain.rules.sheet import Sheets, Table
from credit.domain.versions import life
from credit.domain.versions.life import LIFECYCLE, Stage, Verb
from credit.queries import rule_sets
from credit.queries.rules import drafts as questions
from credit.queries.rules.drafts import Case
from credit.rule_tables import RuleSetRow
from credit.services.records import need_reasons
from market.kernel.actor import Actor
from market.kernel.errors import MarketError
from market.runtime import audit, database

Values = dict[Column | str, object]

TRIAL: Values = {
    RuleSetRow.report: "",
    RuleSetRow.report_digest: "",
    RuleSetRow.simulated_at: None,
    RuleSetRow.simulated_by: None,
    RuleSetRow.approved_at: None,
    RuleSetRow.approved_by: None,
    RuleSetRow.approved_person: None,
    RuleSetRow.confirmed_at: None,
    RuleSetRow.confirmed_by: None,
    RuleSetRow.confirmed_person: None,
}
"""What an edit or a return takes back."""


class Drafting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a new version is for, and which version it starts as a copy of (by default the newest)."""

    purpose: Annotated[str, Meta(min_length=1, max_length=200)]
    base: Annotated[int, Meta(ge=1, lt=2**15)] | None = None


class RowEdit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row as it shall stand.

    Attributes:
        row: Name of the row it takes the place of; empty for a new row.
        cells: Column -> text; a column that is not named is empty.
    """

    table: Table
    row: Annotated[str, Meta(max_length=40)] = ""
    cells: dict[Annotated[str, Meta(max_length=40)], Annotated[str, Meta(max_length=400)]]


class RowRemoval(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row that goes."""

    table: Table
    row: Annotated[str, Meta(max_length=40)]


async def draft(*, drafting: Drafting, by: Actor, now: datetime) -> int:
    """Draft a version: a copy of a published one.

    Raises:
        RuleSetUnknownError: No published version has the number of the base.
    """
    PERMISSIONS[Act.RULES_DRAFT].check(by)
    async with database.transaction():
        number = drafting.base
        base = await questions.latest() if number is None else await rule_sets.version(number)
        row = RuleSetRow(
            stage=Stage.DRAFT.value,
            base=base.version,
            purpose=need_reasons(drafting.purpose, field="purpose"),
            body=base.sheets.canonical.decode(),
            digest=base.digest,
            hands=[] if by.person is None else [by.person],
            drafted_at=now,
            drafted_by=by.name,
        )
        await row.save()
        await record(row.id, act=Act.RULES_DRAFT, by=by, now=now)
        return row.id


async def put_row(*, draft_id: int, edit: RowEdit, by: Actor, now: datetime) -> None:
    """Put a row in a table: in the place of another, or as a new one at the end.

    Raises:
        CatalogueError: A cell cannot be read, or the row contradicts itself; with every finding.
        RowUnknownError: The table has no row of the name it shall replace.
        RowTwiceError: Another row bears the name already.
    """
    names = sheet.names(edit.table)
    row = tuple(edit.cells.get(name, "") for name in names)
    cell.refuse(row_findings(edit))
    async with database.transaction():
        case = await opened(draft_id, act=Act.RULES_EDIT, verb=Verb.EDIT, by=by)
        sheets = case.sheets
        if edit.row and sheets.row(edit.table, edit.row) is None:
            raise life.RowUnknownError(f"no row {edit.row}", table=edit.table.value, key=edit.row)
        if row[0] != edit.row and sheets.row(edit.table, row[0]) is not None:
            raise life.RowTwiceError(
                f"{row[0]} is there", field=f"cells.{names[0]}", table=edit.table.value, key=row[0]
            )
        await _write(case, sheets.put(edit.table, edit.row or row[0], row), by=by, now=now)


def row_findings(edit: RowEdit) -> list[MarketError]:
    """Return what is wrong with a row as it shall stand; each finding names its column as the field."""
    row = tuple(edit.cells.get(name, "") for name in sheet.names(edit.table))
    _, found = sheet.read_row(edit.table, row)
    for finding in found:
        finding.field = f"cells.{finding.context['column']}"
    return found


async def remove_row(*, draft_id: int, removal: RowRemoval, by: Actor, now: datetime) -> None:
    """Take a row out of a table.

    Raises:
        RowUnknownError: The table has no row of that name.
    """
    async with database.transaction():
        case = await opened(draft_id, act=Act.RULES_EDIT, verb=Verb.EDIT, by=by)
        sheets = case.sheets
        if sheets.row(removal.table, removal.row) is None:
            raise life.RowUnknownError(f"no row {removal.row}", table=removal.table.value, key=removal.row)
        await _write(case, sheets.put(removal.table, removal.row, None), by=by, now=now)


async def replace(*, draft_id: int, sheets: Sheets, by: Actor, now: datetime) -> None:
    """Put other tables in the place of a draft's, all at once; nothing is taken while anything is wrong.

    Raises:
        CatalogueError: With every finding about cells, sums, and what the base does not allow.
    """
    PERMISSIONS[Act.RULES_EDIT].check(by)
    async with database.transaction():
        case = await opened(draft_id, act=Act.RULES_EDIT, verb=Verb.EDIT, by=by)
        cell.refuse(questions.findings(await rule_sets.version(case.base), sheets))
        await _write(case, sheets, by=by, now=now)


async def abandon(*, draft_id: int, reasons: str, by: Actor, now: datetime) -> None:
    """End a draft that will not be published; it stays readable."""
    async with database.transaction():
        case = await opened(draft_id, act=Act.RULES_ABANDON, verb=Verb.ABANDON, by=by)
        values: Values = {
            RuleSetRow.ended_at: now,
            RuleSetRow.ended_by: by.name,
            RuleSetRow.end_reason: need_reasons(reasons),
        }
        await move(case, Verb.ABANDON, values)
        await record(case.id, act=Act.RULES_ABANDON, by=by, now=now)


async def _write(case: Case, sheets: Sheets, *, by: Actor, now: datetime) -> None:
    hands = {*case.hands, *(() if by.person is None else (by.person,))}
    values: Values = {
        **TRIAL,
        RuleSetRow.body: sheets.canonical.decode(),
        RuleSetRow.digest: sheets.digest,
        RuleSetRow.hands: sorted(hands),
        RuleSetRow.edited_at: now,
        RuleSetRow.edited_by: by.name,
    }
    await move(case, Verb.EDIT, values)
    await record(case.id, act=Act.RULES_EDIT, by=by, now=now)


async def opened(draft_id: int, *, act: Act, verb: Verb, by: Actor) -> Case:
    """Return a draft, locked, for an act its stage knows.

    Raises:
        UnknownMoveError: The stage does not know the act.
    """
    PERMISSIONS[act].check(by)
    case = await questions.case(draft_id, lock=True)
    LIFECYCLE.after(case.stage, verb)
    return case


async def move(case: Case, verb: Verb, values: Values) -> None:
    """Store what an act found and the stage it leads to, in one statement: a CHECK sees both."""
    target = LIFECYCLE.after(case.stage, verb)
    with database.translated():
        await RuleSetRow.update({**values, RuleSetRow.stage: target.value}).where(RuleSetRow.id == case.id)


async def record(number: int, *, act: Act, by: Actor, now: datetime) -> audit.Entry:
    """Record an act on a version, last in the caller's transaction."""
    return await audit.record(
        act=act,
        by=by,
        subject=f"credit-rule-set:{number}",
        now=now,
        changed=[audit.row(RuleSetRow, number)],
    )
