"""Taking over a file of records and taking it back: all of it in one transaction, or nothing."""

import secrets
from collections.abc import Sequence
from datetime import datetime

import msgspec

from credit.bulk_tables import RecordImportLineRow, RecordImportRow
from credit.domain.act import Act
from credit.domain.bulk import batch
from credit.domain.bulk.cells import at
from credit.domain.bulk.records import Candidate, Known
from credit.domain.permission import PERMISSIONS
from credit.domain.record import Stage as RecordStage
from credit.queries import rule_sets
from credit.queries.bulk import record_imports as questions
from credit.services import drafting, records
from credit.tables import RecordRow
from market.kernel.actor import Actor
from market.kernel.digest import digest, h
from market.kernel.period import local_day
from market.runtime import audit, database

LOCK = "credit:record-imports"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What taking a file over has done.

    Attributes:
        batch: The batch that stands; ``None`` where every row stood already, in other batches.
        taken: Records this act made; none when the file was taken over before.
        known: Rows that stood already.
    """

    batch: int | None
    taken: int
    known: tuple[Known, ...]


async def take_over(
    *, data: bytes, submit: bool = False, checked: str = "", by: Actor, now: datetime
) -> Outcome:
    """Make a draft of every new row of a file; told twice, it changes nothing and says so.

    What follows for a draft is what follows for a typed one: a second person takes it up, notice is served,
    the statement heard.

    Args:
        submit: Hand the drafts to the level that decides, as the drafter may.
        checked: Digest of the file that was checked before; empty when none was.

    Raises:
        ImportRefusedError: Rows are wrong; every one is named, and nothing is stored.
        BatchOtherFileError: Another file was checked.
    """
    PERMISSIONS[Act.RECORD_IMPORT].check(by, path=by.path)
    file_digest = h("file", data)
    batch.check_file(file_digest, checked=checked)
    async with database.transaction():
        await database.lock(LOCK)
        await database.lock(drafting.FACTS)
        before = await questions.standing_file(file_digest)
        if before is not None:
            known = tuple(
                Known(one.line, one.record, before.id, one.stage)
                for one in await questions.lines(before.id, limit=before.rows)
            )
            return Outcome(batch=before.id, taken=0, known=known)
        judged = await questions.judged(data, by=by, now=now)
        judged.refuse()
        if not judged.new:
            return Outcome(batch=None, taken=0, known=judged.known)
        number = await _batch(judged.new, file_digest, len(judged.known), submitted=submit, by=by, now=now)
        made = await _drafts(number, judged.new, submit=submit, by=by, now=now)
        await audit.record(
            act=Act.RECORD_IMPORT,
            by=by,
            subject=f"credit-record-import:{number}",
            now=now,
            changed=[audit.row(RecordImportRow, number), *(audit.row(RecordRow, one) for one in made)],
        )
        return Outcome(batch=number, taken=len(made), known=judged.known)


async def _batch(
    rows: Sequence[Candidate], file_digest: str, known: int, *, submitted: bool, by: Actor, now: datetime
) -> int:
    with database.translated():
        stored = await RecordImportRow.insert(
            RecordImportRow(
                stage=batch.Stage.TAKEN.value,
                organisation=by.organisation,
                division=by.division or "",
                path=list(by.path),
                file_digest=file_digest,
                rows_digest=digest("credit-record-import", [[one.line, one.content] for one in rows]),
                rule_set=(await rule_sets.in_force(local_day(now))).version,
                rows=len(rows),
                known=known,
                submitted=submitted,
                imported_at=now,
                imported_by=by.name,
            )
        )
    return int(stored[0]["id"])


async def _drafts(
    number: int, rows: Sequence[Candidate], *, submit: bool, by: Actor, now: datetime
) -> list[int]:
    rules = await rule_sets.in_force(local_day(now))
    many = [
        drafting.Made(
            draft=one.draft,
            item=rules.item(one.draft.item_code),
            rule_set=rules.version,
            place=drafting.Place(one.division, one.path),
            origin=f"import:{number}:{one.line}",
            fact=one.fact,
            salt=secrets.token_hex(32),
        )
        for one in rows
    ]
    made = await drafting.insert_many(many, submitted=submit, by=by, now=now)
    async with database.connection() as wire:
        await wire.copy_records_to_table(
            RecordImportLineRow._meta.tablename,
            columns=["batch", "line", "record", "identity", "content", "standing"],
            records=[
                (number, one.line, record, one.identity, one.content, True)
                for one, record in zip(rows, made, strict=True)
            ],
        )
    return made


async def undo(*, batch_id: int, reasons: str, by: Actor, now: datetime) -> None:
    """Take a batch back while all its records are drafts or submitted: they end as withdrawn.

    Its rows may come again then, in any file.

    Raises:
        BatchForeignError: Another organisation took it over.
        UndoRefusedError: Records have gone further; every such row is named.
        TransitionError: It was taken back before.
    """
    async with database.transaction():
        await database.lock(LOCK)
        found = await questions.one(batch_id, lock=True)
        PERMISSIONS[Act.RECORD_IMPORT_UNDO].check(by, path=found.path)
        batch.check_own(found.organisation, by=by)
        why = records.need_reasons(reasons)
        to = batch.LIFECYCLE.after(found.stage, batch.Verb.UNDO)
        moved = await questions.moved(batch_id)
        if moved:
            raise batch.UndoRefusedError(
                [
                    at(batch.RowMovedError("moved", record=one.record, stage=one.stage), one.line, "line")
                    for one in moved
                ]
            )
        await RecordImportRow.update(
            {
                RecordImportRow.undone_at: now,
                RecordImportRow.undone_by: by.name,
                RecordImportRow.undo_reason: why,
            }
        ).where(RecordImportRow.id == batch_id)
        await database.move(RecordImportRow, id=batch_id, expected=found.stage, to=to)
        ended = await _withdraw(batch_id, why, by=by, now=now)
        await audit.record(
            act=Act.RECORD_IMPORT_UNDO,
            by=by,
            subject=f"credit-record-import:{batch_id}",
            now=now,
            changed=[audit.row(RecordImportRow, batch_id), *(audit.row(RecordRow, one) for one in ended)],
        )


async def _withdraw(number: int, why: str, *, by: Actor, now: datetime) -> list[int]:
    """End the records of a batch; ``moved`` has locked them and found drafts and submitted ones only."""
    rows = await database.fetch(
        "UPDATE credit_record r SET stage = $2, ended_at = $3, ended_by = $4, end_reason = $5,"
        " next_due_at = NULL FROM credit_record_import_line l WHERE l.batch = $1 AND l.record = r.id"
        " RETURNING r.id",
        number,
        RecordStage.WITHDRAWN.value,
        now,
        by.name,
        why,
    )
    await database.execute("UPDATE credit_record_import_line SET standing = false WHERE batch = $1", number)
    return sorted(int(row["id"]) for row in rows)
