"""A bidder's own envelopes: time, size, commitment and state; never content, and never another's."""

from typing import Literal

import msgspec

from bidding.domain.procedure import STOPPED
from bidding.domain.sealed import wire
from bidding.domain.tender import Tender
from bidding.queries import bids, openings, tenders, versions
from bidding.queries.uploads import held_of
from market.kernel import digest
from market.kernel.errors import NotFoundError

State = Literal[
    "sealed",
    "outdated",
    "unopenable",
    "superseded",
    "withdrawn",
    "opened",
    "found-faulty",
    "not-passed",
    "deleted",
]


async def envelopes(organisation: int) -> list[wire.MyEnvelope]:
    """Return the accepted envelopes of one organisation, newest first."""
    acts = await bids.of_organisation(organisation)
    by_tender: dict[str, list[bids.Stored]] = {}
    for act in acts:
        by_tender.setdefault(act.record.tender, []).append(act)
    found: list[tuple[str, wire.MyEnvelope]] = []
    for number, mine in by_tender.items():
        tender = await tenders.by_number(number)
        found += [(one.received_at, one) for one in await _of_tender(tender, mine)]
    return [one for _, one in sorted(found, key=lambda pair: pair[0], reverse=True)]


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One accepted envelope of one's own, with what an act about it must name.

    Attributes:
        technical: Of a bid in two envelopes the commitment of its technical part, and ``price`` of its price,
            whichever of the two this is; both are empty of one envelope.
    """

    commitment: str
    tender: str
    lot: str
    version_digest: str
    received_at: str
    state: State
    technical: str = ""
    price: str = ""


async def one(organisation: int, commitment: str) -> Held:
    """Return one accepted envelope of one organisation.

    Raises:
        NotFoundError: It has no such envelope.
    """
    shown = {each.commitment: each for each in await envelopes(organisation)}
    acts = (act for act in await bids.of_organisation(organisation) if act.record.header is not None)
    header = next((openings.header_of(act) for act in acts if act.commitment == commitment), None)
    if header is None or commitment not in shown:
        raise NotFoundError("no such envelope", value=commitment)
    found = shown[commitment]
    pair = {
        each.kind: each.commitment
        for each in shown.values()
        if (each.tender, each.lot, each.received_at) == (found.tender, found.lot, found.received_at)
    }
    return Held(
        commitment=commitment,
        tender=found.tender,
        lot=found.lot,
        version_digest=header.version_digest,
        received_at=found.received_at,
        state=found.state,
        technical=pair.get("technical", ""),
        price=pair.get("price", ""),
    )


async def _of_tender(tender: Tender, mine: list[bids.Stored]) -> list[wire.MyEnvelope]:
    live = {one.act.commitment for one in bids.live_bids(mine).values()}
    withdrawn = {one.commitment for one in mine if one.record.withdraws and one.record.refused is None}
    after = await _after_opening(tender)
    if not after:
        after = await _outdated(tender, mine)
    return [
        _envelope(one, _state(one, live, withdrawn, after, tender))
        for one in mine
        if one.record.header is not None and one.record.refused is None
    ]


async def _outdated(tender: Tender, mine: list[bids.Stored]) -> dict[str, State]:
    """Return the envelopes made for other terms than today's, for which nobody said that they stand.

    Those sealed to other keyholders are unopenable: no word helps them.
    """
    present, known = tenders.version_of(tender), await versions.of_tender(tender)
    counting = {one.digest for one in known if one.same_terms(present)}
    opening = {one.digest for one in known if one.same_opening(present)}
    stood = {
        one.commitment for one in mine if one.record.stands and one.record.act.version_digest in counting
    }
    return {
        one.commitment: "outdated" if header.version_digest in opening else "unopenable"
        for one in mine
        if (header := one.record.header) is not None
        and header.version_digest not in counting
        and one.commitment not in stood
    }


async def _after_opening(tender: Tender) -> dict[str, State]:
    if tender.opened_at is None:
        return {}
    states: dict[str, State] = {
        one.commitment: "not-passed" if one.code == "technical-not-passed" else "found-faulty"
        for one in await openings.findings(tender)
        if one.fault != "keyholder"
    }
    opened = [commitment for one in await openings.opened_bids(tender) for commitment in one.openings]
    return states | dict.fromkeys(opened, "opened")


def _state(
    act: bids.Stored, live: set[str], withdrawn: set[str], after: dict[str, State], tender: Tender
) -> State:
    if act.commitment in withdrawn:
        return "withdrawn"
    if act.commitment not in live:
        return "superseded"
    state = after.get(act.commitment, "sealed")
    if tender.purged_at is not None and (tender.stage in STOPPED or state == "not-passed"):
        return "deleted"
    return state


def _envelope(act: bids.Stored, state: State) -> wire.MyEnvelope:
    header = openings.header_of(act)
    return wire.MyEnvelope(
        commitment=act.commitment,
        tender=act.record.tender,
        lot=act.record.lot,
        kind=header.kind,
        received_at=digest.instant(act.record.received_at),
        padded_size=header.padded_size,
        state=state,
        receipt=act.token,
    )


async def live_commitments(organisation: int, tender: Tender) -> dict[str, str]:
    """Return by kind the commitments new envelopes of this organisation would have to supersede."""
    lots = [lot.id for lot in tender.content.lots]
    mine = await bids.acts(tender=tender.number, lots=lots, organisations=[organisation])
    return {kind: one.act.commitment for (_, kind), one in reversed(bids.live_bids(mine).items())}


__all__ = ["envelopes", "held_of", "live_commitments", "one"]
