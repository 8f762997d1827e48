"""Redacted copies: another file, made by one, confirmed by another, shown while the record is public."""

import io
from datetime import timedelta
from typing import Final

import pytest
from PIL import Image

from credit.domain.evidence.redaction import NoEvidenceError, NotRedactedError
from credit.domain.record import OwnRecordError
from credit.queries import cases
from credit.queries.evidence import redactions as questions
from credit.services import decisions
from credit.services.evidence import redactions
from credit.services.oversight import exif
from market.kernel.actor import Actor
from market.kernel.errors import ConflictError, NotPermittedError
from market.runtime import database, files
from tests import factories_bidding
from tests import factories_credit as credit

pytestmark = pytest.mark.usefixtures("database")

NOW, DAY = credit.NOW, credit.DAY
HIDDEN: Final = redactions.Proposal(hidden="居民姓名、电话和门牌号")


def a_photograph(colour: str, *, tags: bool = True) -> bytes:
    """Return a JPEG that says where and when it was taken, and by whom."""
    exif_of = Image.Exif()
    if tags:
        exif_of[0x013B] = "Author"
        exif_of.get_ifd(0x8769)[0x9003] = "2026:03:01 10:00:00"
        exif_of.get_ifd(0x8825).update({1: "N", 2: (39.0, 54.0, 0.0), 3: "E", 4: (116.0, 24.0, 0.0)})
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG", exif=exif_of)
    return out.getvalue()


async def a_record(world: credit.World) -> tuple[int, bytes]:
    """Return a record in force that rests on a photograph."""
    factories_bidding.use_files()
    original = a_photograph("white")
    kept = await files.put(original, limit=1 << 20, kinds=frozenset({"image/jpeg"}))
    return await credit.a_record(world, "N-GE-01", file_digest=kept.digest), original


async def test_a_copy_is_shown_once_a_second_person_confirmed_it_and_until_the_public_end() -> None:
    world = await credit.a_world()
    number, original = await a_record(world)
    at = NOW + 10 * DAY
    copy = await redactions.propose(
        record_id=number, proposal=HIDDEN, data=a_photograph("black"), by=world.district, now=at
    )
    with pytest.raises(questions.CopyUnknownError):
        await questions.public_copy(number, now=at)
    with pytest.raises(OwnRecordError):
        await redactions.confirm(copy_id=copy, by=world.district, now=at)
    await redactions.confirm(copy_id=copy, by=world.district_second, now=at)
    shown = await questions.public_copy(number, now=at)
    assert shown.copy != shown.original == (await cases.record(number)).file_digest
    assert await files.read(shown.copy) != original
    expires = (await cases.record(number)).expires_on
    assert expires is not None
    end = NOW + timedelta(days=(expires - NOW.date()).days)
    with pytest.raises(questions.CopyUnknownError):
        await questions.public_copy(number, now=end)
    await decisions.revoke(record_id=number, reasons="撤销", by=world.district_second, now=at + DAY)
    with pytest.raises(questions.CopyUnknownError):
        await questions.public_copy(number, now=at + DAY)


async def test_a_photograph_loses_place_time_and_author_before_it_is_kept() -> None:
    world = await credit.a_world()
    number, _ = await a_record(world)
    sent = a_photograph("black")
    assert exif.read(sent).latitude_micro == 39_900_000
    copy = await redactions.propose(
        record_id=number, proposal=HIDDEN, data=sent, by=world.district, now=NOW + 10 * DAY
    )
    kept = await files.read((await questions.copy(copy)).copy)
    assert exif.read(kept) == exif.Carried()
    assert not Image.open(io.BytesIO(kept)).getexif()
    assert b"Author" not in kept


async def test_the_original_is_no_copy_of_itself_with_or_without_its_tags() -> None:
    world = await credit.a_world()
    number, original = await a_record(world)
    for data in (original, a_photograph("white", tags=False)):
        with pytest.raises(NotRedactedError):
            await redactions.propose(
                record_id=number, proposal=HIDDEN, data=data, by=world.district, now=NOW + 10 * DAY
            )
    case = await cases.record(number)
    with pytest.raises(ConflictError):
        await database.execute(
            "INSERT INTO credit_redaction (stage, record, original, copy, salt, hidden, hidden_digest,"
            " proposed_at, proposed_by, reasons) VALUES ('proposed', $1, $2, $2, '', '', '', now(), 'x', '')",
            number,
            case.file_digest,
        )


async def test_a_new_copy_takes_the_place_of_the_old_and_a_confirmed_one_can_be_taken_back() -> None:
    world = await credit.a_world()
    number, _ = await a_record(world)
    at = NOW + 10 * DAY
    seen = []
    for colour in ("black", "grey"):
        copy = await redactions.propose(
            record_id=number, proposal=HIDDEN, data=a_photograph(colour), by=world.district, now=at
        )
        await redactions.confirm(copy_id=copy, by=world.district_second, now=at)
        seen.append((await questions.public_copy(number, now=at)).id)
    assert len(set(seen)) == 2
    await redactions.refuse(copy_id=seen[-1], reasons="门牌号可辨认", by=world.city, now=at)
    with pytest.raises(questions.CopyUnknownError):
        await questions.public_copy(number, now=at)


async def test_enterprises_and_the_public_redact_nothing_and_ended_records_have_no_copies() -> None:
    world = await credit.a_world()
    number, _ = await a_record(world)
    at = NOW + 10 * DAY
    for other in (world.enterprise.actor, Actor.public()):
        with pytest.raises(NotPermittedError):
            await redactions.propose(
                record_id=number, proposal=HIDDEN, data=a_photograph("black"), by=other, now=at
            )
    await decisions.revoke(record_id=number, reasons="撤销", by=world.district_second, now=at)
    with pytest.raises(NoEvidenceError):
        await redactions.propose(
            record_id=number, proposal=HIDDEN, data=a_photograph("black"), by=world.district, now=at
        )
