"""The score cache: the last computed score of each enterprise, for lists; never truth."""

from datetime import datetime

from credit.domain import snapshot
from credit.queries import rule_sets, scores
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import database


async def _store(found: scores.Computed) -> None:
    """Put a score into the cache; an older one never replaces a newer."""
    score = found.score
    await database.execute(
        "INSERT INTO credit_score (enterprise, as_of, rule_set, inputs_digest, score_centi, tender_centi,"
        " grade, bad_items) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (enterprise) DO UPDATE SET"
        " as_of = excluded.as_of, rule_set = excluded.rule_set, inputs_digest = excluded.inputs_digest,"
        " score_centi = excluded.score_centi, tender_centi = excluded.tender_centi,"
        " grade = excluded.grade, bad_items = excluded.bad_items"
        " WHERE credit_score.as_of <= excluded.as_of",
        found.inputs.enterprise,
        found.inputs.at,
        found.rules.version,
        snapshot.inputs_digest(found.inputs),
        score.published,
        score.tender,
        score.grade.value,
        len(score.active_bad),
    )


async def refresh(*, enterprise: int, now: datetime) -> scores.Computed:
    """Compute an enterprise's score and keep it; no act, for the cache is no truth."""
    found = await scores.compute(enterprise, at=now, rules=await rule_sets.in_force(local_day(now)))
    await _store(found)
    return found


async def refresh_all(*, now: datetime) -> int:
    """Fill the cache for every enterprise; how a dropped cache comes back."""
    enterprises = await parties.enterprises()
    for enterprise in enterprises:
        await refresh(enterprise=enterprise.id, now=now)
    return len(enterprises)
