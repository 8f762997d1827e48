"""The one way to the database."""

import asyncio

import pytest
from piccolo.apps.migrations.tables import Migration

from market.kernel.errors import ConflictError
from market.runtime import database as db

pytestmark = pytest.mark.usefixtures("database")


async def test_chinese_names_are_found_by_trigrams() -> None:
    rows = await db.fetch(
        "SELECT name, word_similarity('华润物业', name) AS likeness, show_trgm(name) AS trigrams "
        "FROM unnest($1::text[]) AS name ORDER BY likeness DESC",
        ["北京示例物业", "示例华润物业服务有限公司"],
    )
    assert [row["name"] for row in rows] == ["示例华润物业服务有限公司", "北京示例物业"]
    assert all(row["trigrams"] for row in rows)


async def add(name: str) -> None:
    await Migration.insert(Migration(name=name, app_name="test"))


async def count() -> int:
    return int((await db.fetch("SELECT count(*) AS n FROM migration WHERE app_name = 'test'"))[0]["n"])


async def test_an_inner_transaction_joins_and_falls_with_the_outer() -> None:
    async def both() -> None:
        async with db.transaction():
            await add("outer")
            async with db.transaction():
                await add("inner")
            assert await count() == 2
            raise KeyError

    with pytest.raises(KeyError):
        await both()
    assert await count() == 0


async def test_raw_statements_run_on_the_transaction_of_the_orm() -> None:
    async with db.transaction():
        await add("unseen by others")
        assert await count() == 1
        assert await db.execute("UPDATE migration SET name = $1 WHERE app_name = 'test'", "b") == "UPDATE 1"


async def test_what_a_test_committed_is_gone_in_the_next() -> None:
    assert await count() == 0
    await add("left behind")


async def test_eight_movers_have_one_winner() -> None:
    row = await Migration.insert(Migration(name="draft", app_name="test")).returning(
        Migration._meta.primary_key
    )

    async def mover() -> bool:
        try:
            async with db.transaction():
                await db.move(Migration, id=row[0]["id"], stage="name", expected="draft", to="filed")
        except db.StageMovedError:
            return False
        return True

    assert sorted(await asyncio.gather(*(mover() for _ in range(8)))) == [False] * 7 + [True]


async def test_a_broken_constraint_is_a_conflict_that_names_it_and_no_value() -> None:
    await db.execute("CREATE TABLE once (secret text CONSTRAINT once_secret UNIQUE)")
    try:
        await db.execute("INSERT INTO once VALUES ('4711')")
        with pytest.raises(db.RecordExistsError) as refusal:
            await db.execute("INSERT INTO once VALUES ('4711')")
    finally:
        await db.execute("DROP TABLE once")
    assert refusal.value.context == {"constraint": "once_secret"}
    assert "4711" not in str(refusal.value)
    assert isinstance(refusal.value, ConflictError)


async def test_a_lock_excludes_until_commit_and_needs_a_transaction() -> None:
    order: list[str] = []
    held = asyncio.Event()

    async def first() -> None:
        async with db.transaction():
            await db.lock("one")
            held.set()
            await asyncio.sleep(0.05)
            order.append("first")

    async def second() -> None:
        await held.wait()
        async with db.transaction():
            await db.lock("one")
            order.append("second")

    await asyncio.gather(first(), second())
    assert order == ["first", "second"]
    with pytest.raises(RuntimeError, match="outside a transaction"):
        await db.lock("one")


async def test_a_connection_that_dies_is_ours_to_name_and_the_pool_lives_on() -> None:
    async def suicide() -> None:
        async with db.transaction():
            await db.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    for _ in range(db.POOL_SIZE + 2):
        with pytest.raises(db.DatabaseUnavailableError):
            await suicide()
    assert await count() == 0
