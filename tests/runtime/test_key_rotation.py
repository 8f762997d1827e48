"""Rotating the platform's key: the old key announces the new one, and every process follows."""

from pathlib import Path

import pytest

from market.kernel.actor import Actor, RoleNotPermittedError
from market.runtime import clock, database, key_rotation, keys
from tests.runtime import worlds

pytestmark = pytest.mark.usefixtures("database")


async def test_only_an_operator_rotates_the_key() -> None:
    before = keys.current().key_id
    with pytest.raises(RoleNotPermittedError):
        await key_rotation.rotate(retire=before, by=Actor.platform(), now=worlds.NOW)
    assert keys.current().key_id == before


async def test_the_old_key_signs_the_entry_that_names_its_successor() -> None:
    old = keys.current().key_id
    done = await key_rotation.rotate(retire=old, by=worlds.OPERATOR, now=worlds.NOW)
    assert (done.retired, done.key_id) == (old, keys.current().key_id)
    rows = await database.fetch(
        "SELECT subject, key_id FROM runtime_audit_entry WHERE act = $1", key_rotation.ROTATE
    )
    assert [(row["subject"], row["key_id"]) for row in rows] == [(f"platform-key:{old}:{done.key_id}", old)]


async def test_an_act_sent_twice_rotates_once() -> None:
    old = keys.current().key_id
    done = await key_rotation.rotate(retire=old, by=worlds.OPERATOR, now=worlds.NOW)
    with pytest.raises(key_rotation.KeyRetiredError):
        await key_rotation.rotate(retire=old, by=worlds.OPERATOR, now=worlds.NOW)
    assert keys.current().key_id == done.key_id


def test_another_process_opens_what_the_new_blob_key_sealed_and_signs_with_the_new_key(
    tmp_path: Path,
) -> None:
    at = clock.wall_now()
    first = keys.PlatformKeys.load(tmp_path / "keys", at=at)
    second = keys.PlatformKeys.load(tmp_path / "keys", at=at)
    first.rotate(at=at)
    assert second.open_blob(first.seal_blob(b"sealed")) == b"sealed"
    second.refresh()
    assert second.key_id == first.key_id


def test_a_successor_prints_no_key(tmp_path: Path) -> None:
    mine = keys.PlatformKeys.load(tmp_path / "keys", at=clock.wall_now())
    successor = mine.successor(at=clock.wall_now())
    assert successor.ring.signing not in repr(successor)
    assert mine.key_id != successor.key_id
