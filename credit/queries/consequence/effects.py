"""What an undecided record would do to its enterprise's score of this moment."""

from datetime import datetime

from credit.domain import hearing
from credit.domain.catalogue import Flag, Item
from credit.domain.consequence import effect
from credit.domain.consequence.effect import Effect
from credit.domain.points import Entry
from credit.domain.record import Stage
from credit.queries import rule_sets, scores
from credit.queries.cases import Record
from market.kernel.period import local_day

OPEN = frozenset(
    {
        Stage.DRAFT,
        Stage.SUBMITTED,
        Stage.UNDER_REVIEW,
        Stage.NOTICE_POSTED,
        Stage.NOTICE_SERVED,
        Stage.STATEMENT_RECEIVED,
        Stage.RE_REVIEW,
    }
)
"""Stages in which a record is not decided yet."""


async def effect_of(case: Record, item: Item, *, now: datetime) -> Effect | None:
    """Return what a record would do, were it decided now; ``None`` once it is, or without any effect."""
    if case.stage not in OPEN:
        return None
    rules = await rule_sets.in_force(local_day(now))
    found = await scores.compute(case.enterprise, at=now, rules=rules)
    start = case.document_on or case.fact_on
    per_project = Flag.PER_PROJECT in item.flags and case.community is not None
    entry = Entry(
        record=case.id,
        code=item.code,
        fact=case.fact,
        fact_on=case.fact_on,
        effective_from=start,
        expires_on=hearing.expires_on(item, start),
        known_at=now,
        unit=f"project:{case.community}" if per_project else "",
    )
    more = effect.joined(found.inputs, item, entry, case.community)
    return None if more is None else effect.effect(found.inputs, more, case.id, rules=rules)
