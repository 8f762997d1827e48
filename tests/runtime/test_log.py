"""Positions, checkpoints and proofs of the public log."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from market.kernel import digest, merkle
from market.runtime import alarms, audit, keys, log
from market.runtime import database as db
from market.runtime.tables import CalendarDayRow
from tests.runtime import worlds

pytestmark = pytest.mark.usefixtures("database")

VECTOR: dict[str, Any] = json.loads((Path(__file__).parents[1] / "data/sealing_vector.json").read_text())


def test_the_leaf_of_the_vector_has_its_hash_and_its_place() -> None:
    vector = VECTOR["log"]
    leaf = vector["leaf"]
    body = digest.canonical(leaf["entry"]).decode()
    data = log.leaf_bytes(body=body, key_id=leaf["key_id"], signature=leaf["signature"])
    assert merkle.leaf_hash(data).hex() == vector["leaf_hash"]
    checkpoint = log.Checkpoint.of(vector["checkpoint"])
    path = [bytes.fromhex(step) for step in vector["path"]]
    assert merkle.verify_inclusion(
        merkle.leaf_hash(data), vector["position"], checkpoint.size, path, bytes.fromhex(checkpoint.root)
    )


def test_the_checkpoint_and_the_leaf_of_the_vector_are_signed_by_the_platform() -> None:
    vector = VECTOR["log"]
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(VECTOR["keys"]["platform_ed25519_private"]))
    public = digest.public_of(private)
    checkpoint, leaf = log.Checkpoint.of(vector["checkpoint"]), vector["leaf"]
    assert checkpoint.key_id == leaf["key_id"] == digest.key_id(public)
    assert digest.sign("checkpoint", checkpoint.body, private) == checkpoint.signature
    assert digest.verify("entry", leaf["entry"], leaf["signature"], public)
    assert checkpoint.document() == vector["checkpoint"]


async def test_entries_get_positions_in_the_order_of_their_ids() -> None:
    made = await worlds.entries(5)
    assert await log.position_of(made[0].id) is None
    assert await log.sequence() == 5
    assert [await log.position_of(entry.id) for entry in made] == [0, 1, 2, 3, 4]
    assert await log.sequence() == 0


async def test_a_late_commit_of_a_lower_id_still_gets_a_position() -> None:
    began, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with db.transaction():
            await worlds.entries(1, prefix="slow")
            began.set()
            await go_on.wait()

    task = asyncio.create_task(slow())
    await began.wait()
    await worlds.entries(1, prefix="fast")
    assert await log.sequence() == 1
    go_on.set()
    await task
    assert await log.sequence() == 1
    assert await worlds.log_order() == ["fast0", "slow0"]


async def test_held_entries_wait_and_then_stand_in_the_order_of_their_subjects() -> None:
    held = [(await worlds.entries(1, prefix=name, held=True))[0] for name in ("c", "a", "b")]
    await worlds.entries(1, prefix="open")
    assert await log.sequence() == 1
    await log.let_in([entry.id for entry in held])
    await worlds.entries(1, prefix="close")
    assert await log.sequence() == 4
    assert await worlds.log_order() == ["open0", "close0", "a0", "b0", "c0"]


async def test_an_unsigned_entry_gets_no_position_and_raises_one_alarm() -> None:
    body = digest.canonical({"act": "forged", "subject": "x"}).decode()
    await db.execute(
        "INSERT INTO runtime_audit_entry (act, subject, body, digest, key_id, signature)"
        " VALUES ('forged', 'x', $1, 'x', '', '')",
        body,
    )
    assert await log.sequence() == 0
    assert await log.sequence() == 1, "the alarm's own entry"
    assert await worlds.log_order() == ["unsigned-entry:entry:1"]
    assert [alarm["subject"] for alarm in await alarms.raised()] == ["entry:1"]
    assert await log.sequence() == 0


async def test_an_entry_that_is_not_canonical_is_refused() -> None:
    await db.execute(
        "INSERT INTO runtime_audit_entry (act, subject, body, digest, key_id, signature)"
        " VALUES ('forged', 'x', '{\"a\": 1}', 'x', $1, $2)",
        keys.current().key_id,
        keys.current().sign("entry", {"a": 1}),
    )
    assert await log.sequence() == 0


async def test_an_entry_signed_with_another_key_is_refused() -> None:
    stranger = Ed25519PrivateKey.generate()
    body = {"act": "forged", "subject": "x"}
    await db.execute(
        "INSERT INTO runtime_audit_entry (act, subject, body, digest, key_id, signature)"
        " VALUES ('forged', 'x', $1, 'x', $2, $3)",
        digest.canonical(body).decode(),
        keys.current().key_id,
        digest.sign("entry", body, stranger),
    )
    assert await log.sequence() == 0


async def test_every_proof_verifies_against_every_later_checkpoint() -> None:
    made: list[audit.Entry] = []
    checkpoints = []
    for batch in (1, 2, 4, 3):
        made += await worlds.entries(batch, prefix=f"{batch}-")
        await log.sequence()
        checkpoints.append(await log.checkpoint())
    for position, entry in enumerate(made):
        for checkpoint in checkpoints:
            if checkpoint.size > position:
                assert await _verifies(entry.id, checkpoint)
    for first in checkpoints:
        for second in checkpoints:
            if first.size <= second.size:
                path = await log.consistency(first.size, second.size)
                assert merkle.verify_consistency(
                    first=first.size,
                    second=second.size,
                    first_root=bytes.fromhex(first.root),
                    second_root=bytes.fromhex(second.root),
                    path=[bytes.fromhex(step) for step in path],
                )


async def _verifies(entry_id: int, checkpoint: log.Checkpoint) -> bool:
    proof = await log.proof_of(entry_id, checkpoint.size)
    leaf = merkle.leaf_hash(digest.canonical(proof["leaf"]))
    path = [bytes.fromhex(step) for step in proof["path"]]
    return merkle.verify_inclusion(
        leaf, proof["position"], checkpoint.size, path, bytes.fromhex(checkpoint.root)
    )


async def test_a_proof_carries_the_row_images() -> None:
    day = await worlds.a_day(worlds.NOW)
    entry = await audit.record(
        act="a", by=worlds.OPERATOR, subject="x", now=worlds.NOW, changed=[audit.row(CalendarDayRow, day)]
    )
    await log.sequence()
    proof = await log.proof_of(entry.id, 1)
    assert [digest.digest("row", row) for row in proof["rows"]] == [
        row["digest"] for row in proof["leaf"]["entry"]["rows"]
    ]


async def test_what_the_log_does_not_have_is_refused() -> None:
    with pytest.raises(log.NoCheckpointError):
        await log.checkpoint()
    (entry,) = await worlds.entries(1)
    with pytest.raises(audit.EntryMissingError):
        await log.proof_of(entry.id, 0)
    with pytest.raises(log.LogRangeError):
        await log.proof_of(entry.id, 1)
    with pytest.raises(log.LogRangeError):
        await log.consistency(0, 1)


async def test_sequencers_that_race_give_each_entry_one_position() -> None:
    await worlds.entries(40)
    done = await asyncio.gather(*(log.sequence() for _ in range(6)))
    assert sorted(done) == [0, 0, 0, 0, 0, 40]
    assert await log.size_now() == 40
