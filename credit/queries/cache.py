"""The score cache: the last computed score of each enterprise, for lists; never truth.

Every act that changes what a score rests on refreshes the enterprises it touches, in its own transaction. A
lock by enterprise lets the second of two such acts see what the first wrote, so that no change is missed.
"""

from collections.abc import Sequence
from datetime import datetime

from credit.domain import cycle, snapshot
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
        )
        for one in found
    ]
    await database.execute(
        "INSERT INTO credit_score (enterprise, as_of, rule_set, inputs_digest, score_centi, tender_centi,"
        " grade, bad_items) SELECT * FROM unnest($1::int[], $2::timestamptz[], $3::int[], $4::text[],"
        " $5::int[], $6::int[], $7::text[], $8::int[]) ON CONFLICT (enterprise) DO UPDATE SET"
        " as_of = excluded.as_of, rule_set = excluded.rule_set, inputs_digest = excluded.inputs_digest,"
        " score_centi = excluded.score_centi, tender_centi = excluded.tender_centi,"
        " grade = excluded.grade, bad_items = excluded.bad_items"
        " WHERE credit_score.as_of <= excluded.as_of",
        *([row[place] for row in rows] for place in range(8)),
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
    found = await scores.compute_all(await parties.enterprises(), moment, rules=rules)
    await _store(found)
    return len(found)
