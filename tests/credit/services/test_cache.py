"""The cached score after any acts is what a full computation says, byte for byte, and misses no act."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from random import Random  # noqa: TID251 - the seed is given

import pytest

from credit.domain import snapshot
from credit.queries import cache, cases, rule_sets, scores
from credit.services import decisions
from market.kernel.actor import Actor
from market.parties import public
from market.runtime import database
from tests import factories_credit as credit
from tests import factories_parties as parties

pytestmark = pytest.mark.usefixtures("database")

NOW, DAY = credit.NOW, credit.DAY
CODES = ("N-GE-01", "N-SE-11", "N-MI-04", "G-EN-03", "G-PR-02")
OVER = "SELECT id FROM credit_record WHERE stage = 'effective' AND next_due_at <= $1"
COLUMNS = "enterprise, as_of, rule_set, inputs_digest, score_centi, tender_centi, grade, bad_items"


async def cached() -> list[dict[str, object]]:
    return await database.fetch(f"SELECT {COLUMNS} FROM credit_score ORDER BY enterprise")  # noqa: S608


async def check_against_full() -> None:
    """Compare every cached row with the score computed anew for its instant."""
    for row in await cached():
        at = row["as_of"]
        assert isinstance(at, datetime)
        rules = await rule_sets.in_force(at.date())
        found = await scores.compute(int(str(row["enterprise"])), at=at, rules=rules)
        assert row == {
            "enterprise": found.inputs.enterprise,
            "as_of": at,
            "rule_set": rules.version,
            "inputs_digest": snapshot.inputs_digest(found.inputs, rules=found.rules),
            "score_centi": found.score.published,
            "tender_centi": found.score.tender,
            "grade": found.score.grade.value,
            "bad_items": len(found.score.active_bad),
        }


async def _act(world: credit.World, draw: Random, records: list[int], now: datetime) -> None:
    match draw.choice(("record", "record", "draft", "revoke", "repair", "expire", "project", "evaluation")):
        case "revoke" if records:
            number = records.pop(draw.randrange(len(records)))
            await decisions.revoke(record_id=number, reasons="x", by=world.district_second, now=now)
        case "repair" if records:
            case = await cases.record(records.pop(draw.randrange(len(records))))
            async with database.transaction():
                await decisions.mend(case=case, reasons="x", by=world.district_second, now=now)
        case "expire":
            for row in await database.fetch(OVER, now):
                records.remove(row["id"])
                await decisions.expire(record_id=row["id"], by=Actor.platform(), now=now)
        case "draft":
            await credit.a_submitted(world, credit.a_draft(world), now=now)
        case "project":
            community = await parties.a_community(name=f"{draw.randrange(10**9)}号小区")
            await credit.managed_by(world.enterprise, community, area=draw.randrange(100, 10**7))
        case "evaluation" if not await database.fetch("SELECT 1 FROM credit_evaluation"):
            await credit.an_evaluation(world, lost=draw.randrange(0, 300, 50), now=now)
        case _:
            by = world.city if (code := draw.choice(CODES)).startswith("G") else None
            fact_on = date(2026, draw.randrange(1, 4), draw.randrange(1, 10))
            records.append(await credit.a_record(world, code, by=by, now=now, fact_on=fact_on))


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
async def test_after_any_acts_the_cache_says_what_a_full_computation_says(seed: int) -> None:
    world, draw, records, now = await credit.a_world(), Random(seed), list[int](), NOW  # noqa: S311
    for _ in range(9):
        now += draw.randrange(9, 20) * DAY
        await _act(world, draw, records, now)
    await check_against_full()
    later = now + 30 * DAY
    await cache.refresh_all(now=later)
    at_once = await cached()
    await database.execute("DELETE FROM credit_score")
    for row in at_once:
        await cache.refresh(enterprise=int(str(row["enterprise"])), now=later)
    assert await cached() == at_once, "all at once is one by one"


async def test_a_kept_score_serves_until_a_date_changes_it_and_not_a_day_longer() -> None:
    world = await credit.a_world()
    await credit.a_record(world, "N-MI-04", fact_on=NOW.date())
    organisation = await public.organisation(world.enterprise.organisation)
    (row,) = await database.fetch("SELECT as_of, changes_on, score_centi FROM credit_score")
    assert row["changes_on"] == date(2026, 6, 16), "three months after the document"
    last = datetime(2026, 6, 15, 15, 59, tzinfo=UTC)
    kept = (await cache.current([organisation], now=last))[organisation.id]
    assert (kept.as_of, kept.score_centi) == (row["as_of"], row["score_centi"])
    fresh = (await cache.current([organisation], now=last + timedelta(minutes=1)))[organisation.id]
    assert (fresh.as_of, fresh.score_centi) == (last + timedelta(minutes=1), row["score_centi"] + 50)
    await check_against_full()


async def test_two_decisions_at_the_same_time_are_both_in_the_cache() -> None:
    world = await credit.a_world()
    one, other = [
        await credit.a_served(world, credit.a_draft(world, code)) for code in ("N-GE-01", "N-SE-11")
    ]
    until = (await cases.record(other)).statement_until
    assert until is not None
    await asyncio.gather(
        *[
            decisions.decide(record_id=number, reasons="事实清楚", by=world.district_second, now=until)
            for number in (one, other)
        ]
    )
    (row,) = await cached()
    assert row["bad_items"] == 2
    await check_against_full()
