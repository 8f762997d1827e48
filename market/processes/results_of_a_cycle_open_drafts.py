"""Results of a half-year weigh on credit: what they call for opens drafts when the cycle is closed.

By then feeds and evaluations are in and objections to evaluations were heard. A low evaluation or resolution
rate costs nothing by itself: an officer completes the draft, another decides after notice and statement
(APL 45, 62); good results need the same two people. Told twice, each opens one draft.
"""

from datetime import datetime

from credit.public import Cause, CycleClosed, Draft, Suggested, called_in, record_automatic
from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.runtime.outbox import Subscriber
from market.runtime.web import i18n


async def receive(event: CycleClosed, now: datetime) -> None:
    """Open a draft for everything the results of the cycle call for."""
    for found in await called_in(event.cycle):
        cause = Cause(origin=found.name, draft=_draft(found))
        await record_automatic(cause=cause, by=Actor.platform(), now=now)


def _draft(found: Suggested) -> Draft:
    values = {"community": found.community_name, "cycle": found.cycle, **found.values}
    batch = found.batch
    return Draft(
        item_code=found.item,
        enterprise=found.enterprise,
        community=found.community,
        fact_on=found.fact_on,
        facts=i18n.text(f"process.cycle-result.{found.why}", values, locale=i18n.CHINESE),
        fact=found.name,
        document_no="" if batch is None else f"12345-{batch.number}",
        document_on=None if batch is None else local_day(batch.imported_at),
        file_digest="" if batch is None else batch.file_digest,
    )


SUBSCRIBER = Subscriber("results-of-a-cycle-open-drafts", CycleClosed, receive)
