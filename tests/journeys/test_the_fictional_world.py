"""The world visitors find: built by acts alone, tenders in every stage and enterprises of every grade."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from market.demonstration.people import Post
from market.demonstration.stage import Stage
from market.demonstration.world import building, layout
from market.runtime import verify

MakeStage = Callable[[Path], Stage]


@pytest_asyncio.fixture(loop_scope="session")
async def stage(ground: MakeStage, tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage on empty ground."""
    made = ground(tmp_path / "keys")
    yield made
    await made.troupe.leave()


async def test_the_world_is_built_once_and_holds_every_stage_and_grade(stage: Stage, tmp_path: Path) -> None:
    assert not await building.built()
    await building.build(stage)
    assert await building.built()
    public = await stage.public()
    tenders = (await public.get("/api/tenders"))["tenders"]
    wanted = {plan.until for plan in layout.all_plans()} - {"draft", "filed", "returned", "accepted"}
    reached = wanted - {"overdue"} | {"contracted", "contract-filed"}
    assert {tender["stage"] for tender in tenders} >= reached
    firms = (await public.get("/api/credit/enterprises", limit=200))["items"]
    assert {firm["grade"] for firm in firms} >= {"A", "B", "C", "D", "unrated"}
    assert [firm["name"] for firm in firms if firm["listed"]] == ["示例金穗物业服务有限公司"]
    assert (await public.get("/api/credit/national-list"))["lines"]
    assert await public.get("/api/credit/recommended")
    for login, path in (
        ("street", "orders"),
        ("street", "inspections"),
        ("district", "repairs"),
        ("city", "objections"),
    ):
        assert await (await stage.of(login)).get(f"/api/credit/{path}"), path
    found = (await verify.verify()).findings
    assert [finding for finding in found if finding.code != "migration-unsigned"] == []
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}


@pytest.mark.parametrize("post", building.accounts(), ids=lambda post: post.login)
def test_every_account_says_what_to_look_at(post: Post) -> None:
    assert post.look.startswith("/")
    assert post.person.startswith("演示")
