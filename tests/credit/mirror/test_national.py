"""The national list is a mirror: the feed alone makes, changes and ends what stands here (invariant 19)."""

from datetime import date

import msgspec
import pytest

from credit.domain.act import Act
from credit.domain.grade import Grade
from credit.domain.mirror import national
from credit.domain.mirror.national import (
    ITEM,
    Batch,
    BatchChangedError,
    BatchStaleError,
    Entry,
    MirroredError,
    NationalFileError,
    NationalRefusedError,
)
from credit.domain.permission import PERMISSIONS
from credit.domain.record import Stage as RecordStage
from credit.domain.record import SystemItemError
from credit.domain.remedy.refusals import NotRepairableError
from credit.queries import cases, pages, scores, standing
from credit.queries.mirror import national as questions
from credit.services import decisions, objections, records
from credit.services.mirror import national as mirror
from credit.services.remedy import filings
from market.kernel.actor import Actor, Role, RoleNotPermittedError
from market.kernel.errors import ConflictError
from market.runtime import database
from tests import factories_credit as credit
from tests.credit.rules import RULES

NOW, DAY = credit.NOW, credit.DAY


def an_entry(code: str, **more: object) -> Entry:
    plain = Entry(
        code=code,
        name="虚构物业",
        list_name="虚构严重失信主体名单",
        authority="虚构部门",
        document_no="虚构字〔2026〕1号",
        listed_on=date(2026, 2, 2),
    )
    return msgspec.structs.replace(plain, **more)


def a_batch(name: str, *entries: Entry, on: date = date(2026, 3, 10)) -> Batch:
    return Batch(batch=name, source="虚构信用平台", published_on=on, entries=entries)


def test_csv_and_json_say_the_same() -> None:
    batch = a_batch("B1", an_entry("91110000MA0000000X"), an_entry("91110000MA0000001X"))
    head = (batch.batch, batch.source, batch.published_on.isoformat())
    rows = [",".join((*head, *map(str, msgspec.to_builtins(e).values()))) for e in batch.entries]
    text = "\n".join((",".join(national.COLUMNS), *rows))
    assert national.read(text.encode()) == batch
    assert national.read(msgspec.json.encode(batch)).digest == batch.digest
    for wrong in (b"", b"{}", b"a,b\n1,2\n", text.replace("B1", "B2", 1).encode(), b"\xff\xfe"):
        with pytest.raises(NationalFileError):
            national.read(wrong)


def test_every_wrong_row_is_named_and_only_a_newer_batch_follows() -> None:
    one = an_entry("91110000MA0000000X")
    late = an_entry("91110000MA0000001X", listed_on=date(2026, 3, 11))
    with pytest.raises(NationalRefusedError) as refusal:
        national.check(a_batch("B1", one, one, late), newest=None, now=NOW)
    assert [each.field for each in refusal.value.findings] == ["entries.2.code", "entries.3.listed_on"]
    national.check(a_batch("B1", one), newest=date(2026, 3, 9), now=NOW)
    with pytest.raises(BatchStaleError):
        national.check(a_batch("B1", one), newest=date(2026, 3, 10), now=NOW)
    with pytest.raises(NationalRefusedError):
        national.check(a_batch("B1", one, on=NOW.date() + DAY), newest=None, now=NOW)


def test_only_the_citys_feed_writes() -> None:
    assert PERMISSIONS[Act.NATIONAL_IMPORT].roles == {Role.CITY}


pytestmark = pytest.mark.usefixtures("database")


async def mirrored(world: credit.World) -> list[dict[str, object]]:
    return await database.fetch(
        "SELECT id, stage FROM credit_record WHERE item_code = $1 AND enterprise = $2 ORDER BY id",
        ITEM,
        world.enterprise.organisation,
    )


async def test_a_record_counts_while_the_enterprise_is_listed_and_ends_with_the_batch() -> None:
    world = await credit.a_world()
    own, code = world.enterprise.organisation, world.enterprise.code
    listed = a_batch("B1", an_entry(code), an_entry("91110000MA0000000X"))
    number = await mirror.import_batch(batch=listed, by=world.city, now=NOW)
    assert await mirror.import_batch(batch=listed, by=world.city, now=NOW + DAY) == number, "told twice"
    (record,) = await mirrored(world)
    assert record["stage"] == "effective"
    assert (await standing.standing_facts(own, NOW)).grade is Grade.D
    assert [line.code for line in await questions.lines()] == [code], "strangers are not shown"
    seen = await pages.record_view(int(str(record["id"])), actor=Actor.public(), now=NOW)
    assert (seen.item.code, seen.expires_on, seen.offered) == (ITEM, None, ())
    before = (await scores.compute(own, at=NOW, rules=RULES)).body
    again = a_batch("B2", an_entry(code), on=date(2026, 3, 14))
    await mirror.import_batch(batch=again, by=world.city, now=NOW + DAY)
    assert len(await mirrored(world)) == 1, "the same entry is the same record"
    away = a_batch("B3", on=date(2026, 3, 16))
    await mirror.import_batch(batch=away, by=world.city, now=NOW + 2 * DAY)
    (record,) = await mirrored(world)
    assert record["stage"] == "expired"
    assert (await standing.standing_facts(own, NOW + 2 * DAY)).grade is not Grade.D
    assert (await scores.compute(own, at=NOW, rules=RULES)).body == before, "what was known then stays"
    back = a_batch("B4", an_entry(code), on=date(2026, 3, 17))
    await mirror.import_batch(batch=back, by=world.city, now=NOW + 3 * DAY)
    assert [row["stage"] for row in await mirrored(world)] == ["expired", "effective"]


async def test_a_batch_with_other_rows_is_another_batch() -> None:
    world = await credit.a_world()
    await mirror.import_batch(batch=a_batch("B1"), by=world.city, now=NOW)
    with pytest.raises(BatchChangedError):
        await mirror.import_batch(
            batch=a_batch("B1", an_entry(world.enterprise.code)), by=world.city, now=NOW
        )
    with pytest.raises(RoleNotPermittedError):
        await mirror.import_batch(batch=a_batch("B2"), by=world.district, now=NOW)


async def test_no_local_act_makes_changes_or_ends_a_mirrored_record() -> None:
    world = await credit.a_world()
    with pytest.raises(SystemItemError):
        await records.draft(draft=credit.a_draft(world, ITEM), by=world.city, now=NOW)
    await mirror.import_batch(batch=a_batch("B1", an_entry(world.enterprise.code)), by=world.city, now=NOW)
    number = int(str((await mirrored(world))[0]["id"]))
    own = world.enterprise.actor
    with pytest.raises(MirroredError):
        await decisions.revoke(record_id=number, reasons="x", by=world.city, now=NOW)
    grounds, request = objections.Grounds(grounds="x"), filings.Request(grounds="x", pledged=True)
    with pytest.raises(MirroredError):
        await objections.file_to_record(record_id=number, grounds=grounds, by=own, now=NOW)
    with pytest.raises(NotRepairableError):
        await filings.file(record_id=number, request=request, by=own, now=NOW)
    assert (await cases.record(number)).stage is RecordStage.EFFECTIVE
    for wrong in ("stage = 'revoked'", "origin = NULL", "drafted_by = 'city:1'"):
        with pytest.raises(ConflictError):
            await database.execute(f"UPDATE credit_record SET {wrong} WHERE id = $1", number)  # noqa: S608
