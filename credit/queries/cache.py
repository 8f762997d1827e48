"""The score cache: the last computed score of each enterprise, for lists; never truth.

Every act that changes what a score rests on refreshes the enterprises it touches, in its own transaction. A
lock by enterprise lets the second of two such acts see what the first wrote, so that no change is missed.
"""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from credit.domain import cycle, snapshot
from credit.domain.grade import Grade
from credit.domain.rating import Moment
from credit.queries import rule_sets, scores
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import database

LOCK = 0x5C0
"""First word of the advisory lock; the second is the enterprise."""


async def _store(found: Sequence[scores.Computed]) -> None:
    """Put scores into the cache; an older one never replaces a newer."""
    rows = [
        (
            one.inputs.enterprise,
            one.inputs.at,
            one.rules.version,
            snapshot.inputs_digest(one.inputs, rules=one.rules),
            one.score.published,
            one.score.tender,
            one.score.grade.value,
            len(one.score.active_bad),
            one.changes_on,
        )
        for one in found
    ]
    await database.execute(
        "INSERT INTO credit_score (enterprise, as_of, rule_set, inputs_digest, score_centi, tender_centi,"
        " grade, bad_items, changes_on) SELECT * FROM unnest($1::int[], $2::timestamptz[], $3::int[],"
        " $4::text[], $5::int[], $6::int[], $7::text[], $8::int[], $9::date[]) ON CONFLICT (enterprise)"
        " DO UPDATE SET"
        " as_of = excluded.as_of, rule_set = excluded.rule_set, inputs_digest = excluded.inputs_digest,"
        " score_centi = excluded.score_centi, tender_centi = excluded.tender_centi,"
        " grade = excluded.grade, bad_items = excluded.bad_items, changes_on = excluded.changes_on"
        " WHERE credit_score.as_of <= excluded.as_of",
        *([row[place] for row in rows] for place in range(9)),
    )


async def refresh(*, enterprise: int, now: datetime) -> scores.Computed:
    """Compute an enterprise's score and keep it; no act, for the cache is no truth.

    Inside an act's transaction it waits for other acts on the enterprise, and sees what they committed.
    """
    await database.execute("SELECT pg_advisory_xact_lock($1, $2)", LOCK, enterprise)
    found = await scores.compute(enterprise, at=now, rules=await rule_sets.in_force(local_day(now)))
    await _store([found])
    return found


async def refresh_all(*, now: datetime) -> int:
    """Fill the cache for every enterprise at once; how a dropped cache comes back."""
    day = local_day(now)
    rules, moment = await rule_sets.in_force(day), Moment.live(now, cycle.of(day))
    done = 0
    async for some in scores.blocks(await parties.enterprises(), moment, rules=rules):
        await _store(some)
        done += len(some)
    return done


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A score of the cache; it is that of every day from ``as_of`` up to ``changes_on``, which is not one."""

    enterprise: int
    as_of: datetime
    score_centi: int
    tender_centi: int
    grade: Grade
    bad_items: int
    changes_on: date


_KEPT = (
    "SELECT enterprise, as_of, score_centi, tender_centi, grade, bad_items, changes_on FROM credit_score"
    " WHERE enterprise = ANY($1) AND as_of <= $2 AND changes_on > $3"
)


async def current(enterprises: Sequence[parties.Organisation], *, now: datetime) -> dict[int, Kept]:
    """Return the scores of enterprises today: kept while no date changed them, else computed anew."""
    day = local_day(now)
    ids = [one.id for one in enterprises]
    found = await database.fetch(_KEPT, ids, now, day)
    kept = {row["enterprise"]: msgspec.convert(row, Kept) for row in found}
    dirty = [one for one in enterprises if one.id not in kept]
    if not dirty:
        return kept
    rules, moment = await rule_sets.in_force(day), Moment.live(now, cycle.of(day))
    async for some in scores.blocks(dirty, moment, rules=rules):
        await _store(some)
    fresh = await database.fetch(_KEPT, [one.id for one in dirty], now, day)
    return kept | {row["enterprise"]: msgspec.convert(row, Kept) for row in fresh}
