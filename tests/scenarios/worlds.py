"""Where scenarios begin: worlds of the factories, walked there by the real acts."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import msgspec

from bidding.domain.outcome.decision import Pattern
from bidding.domain.procedure import PROPHASE_NEGOTIATED, Stage
from bidding.domain.tender import Content
from market.kernel.actor import Actor
from tests import factories_awards as awards
from tests import factories_bidding as bidding
from tests import factories_committee as committee
from tests import factories_credit as credit
from tests import factories_documents as documents
from tests import factories_envelopes as envelopes
from tests import factories_parties as parties
from tests import factories_prequal as prequal
from tests.scenarios.story import World

Begun = tuple[bidding.World, datetime, dict[str, Actor]]
"""The world, the instant its last act was done, and further people by name."""

NOW = {
    Stage.CLOSED: bidding.DEADLINE,
    Stage.OPENING: bidding.DEADLINE,
    Stage.OPENED: awards.OPENED,
}


def document(asked: World) -> Content:
    """Return the tender document of a world."""
    changes = dict(asked.content)
    changes["lots"] = tuple(documents.a_lot(str(number)) for number in range(1, asked.lots + 1))
    if asked.prophase:
        changes |= {"decision": None, "contract_months": 24}
    if asked.invited and not asked.prophase:
        changes |= {"owners_invite": True}
    plain = msgspec.to_builtins(documents.a_content(**changes))
    return msgspec.convert(plain, Content)


async def begin(asked: World) -> Begun:
    """Return the world of a scenario."""
    if asked.experts:
        await committee.a_roster(asked.experts)
    begun = await _walked(asked)
    begun[0].bidders.extend([await bidding.a_bidder() for _ in range(asked.enterprises)])
    if asked.rated:
        await _rate(begun[0].bidders[ord(asked.rated) - ord("A")].party)
    return begun


async def _rate(enterprise: parties.Party) -> None:
    """Let an enterprise have a score published before the tender: it manages an area and lost no point."""
    rating = msgspec.structs.replace(await credit.a_world(managed=False), enterprise=enterprise)
    await credit.managed_by(enterprise, rating.community)
    await credit.an_evaluation(rating)
    await credit.published(rating)


async def _walked(asked: World) -> Begun:
    if asked.stage in _FURTHER:
        return await _FURTHER[asked.stage](asked)
    stage, pattern = Stage(asked.stage), Pattern.VOTE_FIRST if asked.vote_first else Pattern.VOTE_LAST
    if stage in (Stage.OPENED, Stage.EVALUATION):
        world, now = await awards.opened(
            prophase=asked.prophase, bids=asked.bids, content=document(asked), pattern=pattern
        )
        return world, now, {}
    invited = [await bidding.a_bidder() for _ in range(3)] if asked.invited else []
    world = await bidding.a_draft(
        prophase=asked.prophase,
        content=document(asked),
        pattern=pattern,
        invited=[each.party.code for each in invited] if asked.invited else None,
    )
    world.bidders.extend(invited)
    await bidding.walk(world, stage, bids=asked.bids)
    content = (await world.tender()).content
    issued = content.issue_at if stage is Stage.BIDDING else None
    return world, issued or NOW.get(stage, bidding.NOW), {}


async def _awarded(asked: World) -> Begun:
    case = await awards.awarded(prophase=asked.prophase)
    return case.world, case.now, {"winner": case.winner((await case.award()).commitment)}


async def _ranked(asked: World) -> Begun:
    pattern = Pattern.VOTE_FIRST if asked.vote_first else Pattern.VOTE_LAST
    case = await awards.ranked(prophase=asked.prophase, pattern=pattern)
    return case.world, case.now, {}


async def _contracted(asked: World) -> Begun:
    case = await awards.contracted(prophase=asked.prophase)
    return case.world, case.now, {"winner": case.winner((await case.award()).commitment)}


async def _technical_opened(asked: World) -> Begun:
    world, _ = await envelopes.opened(bids=asked.bids)
    return world, awards.OPENED, {}


async def _handing_over(_: World) -> Begun:
    case, old = await awards.handing_over()
    return case.world, case.now, {"provider": old.actor}


async def _selection(_: World) -> Begun:
    content = documents.a_content(
        decision=None,
        issue_at=None,
        deadline=None,
        contract_months=24,
        lots=(msgspec.structs.replace(documents.a_lot(), area_centi=2_999_999, services=None),),
    )
    world = await bidding.a_draft(prophase=True, content=content, chosen=PROPHASE_NEGOTIATED)
    return world, bidding.NOW, {}


async def _qualifying(asked: World) -> Begun:
    return await prequal.opened(prequal.a_content(**asked.content)), prequal.ISSUE, {}


_FURTHER: dict[str, Callable[[World], Awaitable[Begun]]] = {
    "technical-opened": _technical_opened,
    "ranked": _ranked,
    "awarded": _awarded,
    "contracted": _contracted,
    "handing-over": _handing_over,
    "selection": _selection,
    "prequal-open": _qualifying,
}
