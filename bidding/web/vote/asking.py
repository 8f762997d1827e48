"""What the pages that count and record owners' decisions show."""

import msgspec

from bidding.domain.vote.matter import Key
from bidding.queries import awards, evaluations
from bidding.services.vote import following
from bidding.web import tender_views
from bidding.web.vote import shown
from market.kernel.actor import Actor
from market.parties import public as parties


class FormView(msgspec.Struct, frozen=True, kw_only=True):
    """The form that counts ballots.

    Attributes:
        communities: Those the actor may record for.
        candidates: Commitment and label; empty for every matter but the winner's.
    """

    tender: str
    lot: str
    communities: tuple[tuple[int, str], ...]
    candidates: tuple[tuple[str, str], ...]
    matters: tuple[str, ...]


class CountedView(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict before recording; ``fields`` carry what was sent into the form that records it."""

    matter: str
    verdict: shown.Verdict
    fields: tuple[tuple[str, str], ...]
    back: str


class CheckView(msgspec.Struct, frozen=True, kw_only=True):
    """What counting again came to."""

    number: str
    check: following.Check


class ListView(msgspec.Struct, frozen=True, kw_only=True):
    """The decisions of a community's owners."""

    community: parties.Community
    decisions: tuple[shown.PublicDecision, ...]
    may_record: bool


async def form(actor: Actor, tender: str, lot: str) -> FormView:
    """Return the form, with the candidates of a lot that are public and may still win."""
    candidates: tuple[tuple[str, str], ...] = ()
    if tender:
        record = await tender_views.seen(tender, actor)
        found = await evaluations.of_lot(record.id, lot)
        gone = {each.commitment for each in await awards.history(record.id) if each.cancelled_at is not None}
        candidates = tuple(
            (each.commitment, f"{each.rank} {found.entrant(each.commitment).name}")
            for each in (found.result.candidates if found.result and found.published_at else ())
            if each.commitment not in gone
        )
    return FormView(
        tender=tender,
        lot=lot,
        communities=await _communities(actor),
        candidates=candidates,
        matters=tuple(key.value for key in Key if key is not Key.WINNER),
    )


async def _communities(actor: Actor) -> tuple[tuple[int, str], ...]:
    mine = await parties.organisation(actor.organisation or 0)
    if mine.community is not None:
        area = await parties.community(mine.community)
        return ((area.id, area.name),)
    return tuple((area.id, area.name) for area in await parties.communities_of(actor.division or ""))
