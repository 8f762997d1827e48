"""What the clock does with running contracts: call six months before the end, and note what it comes to."""

from datetime import datetime

from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS
from bidding.domain.tenure import term as terms
from bidding.queries.tenure import terms as queries
from bidding.services.tenure import concerned
from bidding.services.tenure.entries import record, store
from bidding.tables.tenures import TermRow
from market.kernel.actor import Actor
from market.runtime import database

_TOLD = {terms.Step.CONTINUE: "continued", terms.Step.EXPIRE: "over", terms.Step.CLOSE: "closed"}


async def remind(*, term_id: int, by: Actor, now: datetime) -> None:
    """Call committee and street to organise the owners' decision, six months before the end (rule H01)."""
    async with database.transaction():
        PERMISSIONS[Act.TERM_REMIND].check(by)
        found = await queries.by_id(term_id)
        await store(found.id, {TermRow.reminded_at: now}, now)
        entry = await record(Act.TERM_REMIND, found.id, by=by, now=now)
        await concerned.tell_of_term(found, "calling", entry)


async def end(*, term_id: int, by: Actor, now: datetime) -> None:
    """Note what an end comes to: renewed, over, or continued for want of a decision (rules H03, H22).

    Args:
        now: The due instant, the first of the day after the last.
    """
    async with database.transaction():
        PERMISSIONS[Act.TERM_END].check(by)
        found = await queries.by_id(term_id)
        step = terms.at_end(found.term)
        target = terms.LIFECYCLE.after(found.stage, step)
        await database.move(TermRow, id=found.id, expected=found.stage, to=target)
        await store(found.id, {TermRow.closed_at: now} if step is terms.Step.CLOSE else {}, now)
        entry = await record(Act.TERM_END, found.id, by=by, now=now)
        await concerned.tell_of_term(found, _TOLD[step], entry)


async def act_due(*, id: int, now: datetime) -> None:  # noqa: A002 - the scheduler's word
    """Do what the clock asks of a running contract."""
    found = await queries.by_id(id)
    doers = {terms.Task.REMIND: remind, terms.Task.END: end}
    for at, task in sorted(terms.due(found.term, found.rules)):
        if at <= now:
            await doers[task](term_id=id, by=Actor.platform(), now=now)
            return
