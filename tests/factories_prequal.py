"""Tenders with pre-qualification for tests, walked by the real acts.

The document is issued a day after ``NOW`` and applying ends ten days later; the tender documents are planned
for the eighteenth day. ``walk`` goes up to the invitation of the qualified.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from bidding.domain import procedure
from bidding.domain.entry.prequalification import Condition, Prequalification
from bidding.domain.prequal.application import Verdict
from bidding.domain.procedure import Stage
from bidding.domain.tender import Content
from bidding.queries.entry import applications as queries
from bidding.services import tenders
from bidding.services.prequal import applications, examinations
from market.kernel.actor import Actor
from market.runtime import workdays
from tests import factories_bidding as make
from tests import factories_documents as documents
from tests import factories_parties as parties

NOW = parties.NOW
ISSUE = NOW + timedelta(days=1)
UNTIL = ISSUE + timedelta(days=10)
RESULT = UNTIL + timedelta(days=1)
INVITED = RESULT + timedelta(days=4)
BID_ISSUE = NOW + timedelta(days=18)
BID_DEADLINE = NOW + timedelta(days=50)

CONDITIONS = (
    Condition(id="legal", text="具有独立法人资格", evidence="营业执照"),
    Condition(id="staff", text="有相应的专业人员", evidence="人员名单和证书"),
)
STATEMENTS = {"legal": "营业执照见附件", "staff": "项目负责人一名，持证人员六名"}


def a_document(**changes: object) -> Prequalification:
    """Return a complete pre-qualification document."""
    base = Prequalification(
        issue_at=ISSUE, deadline=UNTIL, how_to_apply="在本平台提交申请", conditions=CONDITIONS
    )
    return msgspec.structs.replace(base, **changes)


def a_content(document: Prequalification | None = None, **changes: object) -> Content:
    """Return a complete tender document with pre-qualification."""
    given = {"issue_at": BID_ISSUE, "deadline": BID_DEADLINE} | changes
    return documents.a_content(prequalification=document or a_document(), **given)


async def a_draft(content: Content | None = None, *, prophase: bool = False) -> make.World:
    """Return a draft."""
    chosen = procedure.PROPHASE_PREQUALIFIED if prophase else procedure.OWNER_PREQUALIFIED
    return await make.a_draft(content=content or a_content(), chosen=chosen, prophase=prophase)


async def opened(content: Content | None = None) -> make.World:
    """Return a tender that takes applications."""
    await workdays.seed(by=Actor.platform(), now=NOW)
    world = await a_draft(content)
    for step in (make._file, make._accept):
        await step(world, 0)
    await make.rehearse(world)
    await tenders.publish(number=world.number, by=world.tenderer, now=NOW)
    await make.tick(world, ISSUE)
    assert (await world.tender()).stage is Stage.PREQUAL_OPEN
    return world


async def apply(world: make.World, bidder: make.Bidder, *, now: datetime = ISSUE) -> UUID:
    """Let an enterprise apply."""
    return await applications.apply(
        number=world.number, statements=STATEMENTS, by=bidder.party.actor, now=now
    )


async def applied(world: make.World, number: int) -> list[UUID]:
    """Let further enterprises apply, and close; the world's bidders are those in order."""
    made = []
    for _ in range(number):
        bidder = await make.a_bidder()
        world.bidders.append(bidder)
        made.append(await apply(world, bidder))
    await make.tick(world, UNTIL + timedelta(seconds=10))
    assert (await world.tender()).stage is Stage.PREQUAL_REVIEW
    return made


def checked(*, met: bool = True, points: int = 0, reason: str = "") -> tuple[Verdict, ...]:
    """Return a checklist that answers every condition alike."""
    return tuple(
        Verdict(condition=one.id, met=met, reason=reason or ("" if met else "材料不足"), points=points)
        for one in CONDITIONS
    )


async def concluded(world: make.World, met: Sequence[bool]) -> None:
    """Let the first enterprises apply, be examined each as said, and be told."""
    made = await applied(world, len(met))
    for each, fits in zip(made, met, strict=True):
        await examinations.examine(
            number=world.number, applicant=each, verdicts=checked(met=fits), by=world.tenderer, now=RESULT
        )
    await examinations.conclude(number=world.number, by=world.tenderer, now=RESULT)


async def bidding(world: make.World, met: Sequence[bool] = (True, True, True, False)) -> None:
    """Walk on to the bidding of the qualified."""
    await concluded(world, met)
    await examinations.invite(number=world.number, by=world.tenderer, now=INVITED)
    await make.tick(world, BID_ISSUE)
    assert (await world.tender()).stage is Stage.BIDDING


async def mine(world: make.World, bidder: make.Bidder) -> queries.Stored:
    """Return an enterprise's application."""
    found = await queries.mine(await world.tender(), bidder.party.organisation)
    assert found is not None
    return found
