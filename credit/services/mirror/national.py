"""Importing the national list: the whole batch or nothing; records that mirror it begin and end with it."""

from datetime import datetime

from credit.domain.act import Act
from credit.domain.mirror import national
from credit.domain.mirror.national import ITEM, Batch, BatchChangedError, Entry
from credit.domain.permission import PERMISSIONS
from credit.domain.record import Stage
from credit.queries import cache, rule_sets
from credit.queries.mirror import national as questions
from credit.supervision_tables import NationalBatchRow, NationalEntryRow
from credit.tables import RecordRow
from market.kernel.actor import Actor
from market.kernel.digest import digest
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import audit, database, inbox


async def import_batch(*, batch: Batch, by: Actor, now: datetime) -> int:
    """Import a batch of the national list; told twice, it stands once. Return its number.

    Enterprises of the register on it get a record that counts while they are listed; those no longer on it
    lose theirs. Nothing else makes, changes or ends these records.

    Raises:
        BatchChangedError: The batch was imported before with other rows.
        BatchStaleError: A newer batch is known.
        NationalRefusedError: Rows are wrong; every one is named, and nothing is stored.
    """
    PERMISSIONS[Act.NATIONAL_IMPORT].check(by)
    async with database.transaction():
        await database.lock("credit:national")
        known = await questions.named(batch.batch)
        if known is not None:
            if known.file_digest != batch.digest:
                raise BatchChangedError("imported with other rows", field="batch", batch=batch.batch)
            return known.id
        newest = await questions.newest()
        national.check(batch, newest=None if newest is None else newest.published_on, now=now)
        number = await _store(batch, by=by, now=now)
        changed = await _follow(batch, now=now)
        await audit.record(
            act=Act.NATIONAL_IMPORT,
            by=by,
            subject=f"credit-national-batch:{number}",
            now=now,
            changed=[audit.row(NationalBatchRow, number), *changed],
        )
        return number


async def _store(batch: Batch, *, by: Actor, now: datetime) -> int:
    with database.translated():
        rows = await NationalBatchRow.insert(
            NationalBatchRow(
                batch=batch.batch,
                source=batch.source,
                published_on=batch.published_on,
                file_digest=batch.digest,
                rows=len(batch.entries),
                imported_at=now,
                imported_by=by.name,
            )
        )
    number = int(rows[0]["id"])
    columns = ("code", "name", "list_name", "authority", "document_no", "listed_on")
    records = [(number, *(getattr(entry, name) for name in columns)) for entry in batch.entries]
    async with database.connection() as wire:
        await wire.copy_records_to_table(
            NationalEntryRow._meta.tablename, columns=["batch", *columns], records=records
        )
    return number


async def _follow(batch: Batch, *, now: datetime) -> list[audit.Changed]:
    """Begin and end the records that mirror the list, so that they are what the batch says."""
    enterprises = {one.code: one for one in await parties.enterprises()}
    wanted = {
        (enterprises[entry.code].id, entry.fact): entry
        for entry in batch.entries
        if entry.code in enterprises
    }
    standing = {
        (row["enterprise"], row["fact"]): int(row["id"])
        for row in await database.fetch(
            "SELECT id, enterprise, fact FROM credit_record WHERE item_code = $1 AND stage = $2 FOR UPDATE",
            ITEM,
            Stage.EFFECTIVE.value,
        )
    }
    ended = await _end([n for key, n in standing.items() if key not in wanted], batch, now=now)
    begun = []
    for line, (key, entry) in enumerate(wanted.items(), start=1):
        if key not in standing:
            begun.append(await _begin(enterprises[entry.code], entry, batch, line, now=now))
    for enterprise in sorted({key[0] for key in wanted.keys() ^ standing.keys()}):
        await cache.refresh(enterprise=enterprise, now=now)
        await _tell(enterprise, batch, now=now)
    return [audit.row(RecordRow, number) for number in (*ended, *begun)]


async def _begin(
    enterprise: parties.Organisation, entry: Entry, batch: Batch, line: int, *, now: datetime
) -> int:
    salt = audit.salt()
    facts = f"{entry.list_name} {entry.authority} {entry.document_no} ({batch.source})"
    platform = Actor.platform().name
    rows = await RecordRow.insert(
        RecordRow(
            stage=Stage.EFFECTIVE.value,
            origin=f"national:{batch.batch}:{line}",
            item_code=ITEM,
            rule_set=(await rule_sets.in_force(local_day(now))).version,
            enterprise=enterprise.id,
            division=enterprise.division,
            path=list(enterprise.path),
            fact=entry.fact,
            fact_on=entry.listed_on,
            salt=salt,
            facts=facts,
            facts_digest=digest("credit-facts", {"salt": salt, "facts": facts}),
            document_no=entry.document_no,
            document_on=entry.listed_on,
            file_digest=batch.digest,
            drafted_at=now,
            drafted_by=platform,
            decided_at=now,
            decided_by=platform,
            effective_from=entry.listed_on,
        )
    )
    return int(rows[0]["id"])


async def _end(numbers: list[int], batch: Batch, *, now: datetime) -> list[int]:
    rows = await database.fetch(
        "UPDATE credit_record SET stage = $2, ended_at = $3, ended_by = $4, end_reason = $5"
        " WHERE id = ANY($1) RETURNING id",
        numbers,
        Stage.EXPIRED.value,
        now,
        Actor.platform().name,
        f"{batch.source} {batch.batch}",
    )
    return [int(row["id"]) for row in rows]


async def _tell(enterprise: int, batch: Batch, *, now: datetime) -> None:
    await inbox.tell(
        organisation=enterprise,
        key="credit.inbox.national",
        params={"batch": batch.batch},
        url="/national-list",
        origin=f"national:{batch.batch}",
        now=now,
    )
