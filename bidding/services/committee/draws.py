"""The draw of experts: three parties commit and reveal; the clock turns, completes or voids a round.

One act, one transaction, one entry. The platform's own nonce comes from its key outside the database, so it
is fixed before anybody else has committed. Source: rulebook 1.5; BLR 46, BTB 26.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from piccolo.columns import Column

from bidding.domain import tender as tenders
from bidding.domain.act import Act
from bidding.domain.committee import draw as draws
from bidding.domain.committee.draw import Draw, Party, Reason, Stage
from bidding.domain.permission import PERMISSIONS
from bidding.domain.tender import Tender
from bidding.queries import draws as queries
from bidding.queries import tenders as tender_queries
from bidding.services.committee import places, rounds
from bidding.tables.committee import DrawActRow, DrawRow
from market.kernel.actor import Actor, Role
from market.runtime import audit, database, keys

Rows = list[audit.Changed]
Changes = dict[Column | str, Any]


def party_of(tender: Tender | queries.Going, by: Actor) -> Party:
    """Return for which of the three parties somebody acts.

    Raises:
        DrawNotOpenError: For none of this tender's.
    """
    if by.role is Role.PLATFORM:
        return Party.PLATFORM
    if by.role in tender.procedure.tenderers and by.organisation == tender.organisation:
        return Party.TENDERER
    if by.role in tender.procedure.filing and by.covers(tender.path):
        return Party.AUTHORITY
    raise draws.DrawNotOpenError(f"{by.role} is no party of this draw", problem="party")


async def commit(*, number: str, round: int, commitment: str, by: Actor, now: datetime) -> Draw:  # noqa: A002
    """Commit to a nonce that only the party knows.

    Raises:
        DrawNotOpenError: Not a party of this round, too late, or committed already.
    """
    async with database.transaction():
        tender, found = await _turn(Act.DRAW_COMMIT, number, round, by)
        draws.LIFECYCLE.after(found.stage, Act.DRAW_COMMIT)
        party = party_of(tender, by)
        if party not in found.parties or found.of(party) is not None:
            raise draws.DrawNotOpenError("not yours, or done", problem="party")
        if now >= found.commit_until:
            raise draws.DrawNotOpenError("the time to commit is over", problem="late")
        row = DrawActRow(
            draw=found.id, party=party.value, commitment=commitment, committed_at=now, committed_by=by.name
        )
        await row.save()
        changed = [audit.row(DrawActRow, row.id)]
        return await _record(Act.DRAW_COMMIT, tender, found, changed, by=by, now=now)


async def reveal(*, number: str, round: int, nonce: str, by: Actor, now: datetime) -> Draw:  # noqa: A002
    """Reveal the nonce one committed to.

    Raises:
        RevealError: It is another.
        DrawNotOpenError: Nothing was committed, it is revealed already, or the time is over.
    """
    async with database.transaction():
        tender, found = await _turn(Act.DRAW_REVEAL, number, round, by)
        draws.LIFECYCLE.after(found.stage, Act.DRAW_REVEAL)
        act = found.of(party_of(tender, by))
        if act is None or act.nonce is not None:
            raise draws.DrawNotOpenError("nothing to reveal", problem="party")
        if found.reveal_until is None or now >= found.reveal_until:
            raise draws.DrawNotOpenError("the time to reveal is over", problem="late")
        draws.check_reveal(nonce, act=act, tender=number, round=found.round)
        changed = await _store_reveal(found, act.party, nonce, by=by, now=now)
        return await _record(Act.DRAW_REVEAL, tender, found, changed, by=by, now=now)


async def _turn(act: Act, number: str, round_number: int, by: Actor) -> tuple[Tender, Draw]:
    tender = await tender_queries.locked(number)
    PERMISSIONS[act].check(by, organisations=(tender.organisation,), path=tender.path)
    found = await queries.open_round(tender)
    if found.round != round_number:
        raise draws.DrawNotOpenError(f"round {found.round} is going on", problem="round")
    return tender, found


async def _store_reveal(found: Draw, party: Party, nonce: str, *, by: Actor, now: datetime) -> Rows:
    stored = (
        await DrawActRow.update(
            {DrawActRow.nonce: nonce, DrawActRow.revealed_at: now, DrawActRow.revealed_by: by.name}
        )
        .where((DrawActRow.draw == found.id) & (DrawActRow.party == party.value))
        .returning(DrawActRow.id)
    )
    return [audit.row(DrawActRow, row["id"]) for row in stored]


async def _record(act: Act, tender: Tender, found: Draw, rows: Rows, *, by: Actor, now: datetime) -> Draw:
    await rounds.schedule(found.id)
    await audit.record(
        act=act,
        by=by,
        subject=f"draw:{tender.number}:{found.round}",
        now=now,
        changed=[audit.row(DrawRow, found.id), *rows],
    )
    return await queries.by_id(found.id)


async def _move(
    act: Act,
    found: Draw,
    tender: Tender,
    changes: Changes,
    *,
    rows: Sequence[audit.Changed] = (),
    by: Actor,
    now: datetime,
) -> Draw:
    PERMISSIONS[act].check(by)
    target = draws.LIFECYCLE.after(found.stage, act)
    moved = (
        await DrawRow.update({DrawRow.stage: target.value, **changes})
        .where((DrawRow.id == found.id) & (DrawRow.stage == found.stage.value))
        .returning(DrawRow.id)
    )
    if not moved:
        raise database.StageMovedError(f"round {found.round} of {tender.number} has moved")
    return await _record(act, tender, found, list(rows), by=by, now=now)


async def turn(*, draw_id: int, by: Actor, now: datetime) -> Draw:
    """End the commitments and let those who committed reveal."""
    async with database.transaction():
        tender, found = await _locked(draw_id)
        until = draws.reveal_until(now, tender_queries.rules_of(tender))
        changes: Changes = {DrawRow.reveal_until: until}
        return await _move(Act.DRAW_TURN, found, tender, changes, by=by, now=now)


async def void(*, draw_id: int, reason: Reason, by: Actor, now: datetime) -> Draw:
    """End a round that drew nobody; who withheld a nonce is named, and the draw repeated without them."""
    async with database.transaction():
        tender, found = await _locked(draw_id)
        withheld = draws.withholding(found) if reason is Reason.NOT_REVEALED else ()
        changes: Changes = {
            DrawRow.reason: reason.value,
            DrawRow.withheld: rounds.as_json(withheld),
            DrawRow.ended_at: now,
        }
        ended = await _move(Act.DRAW_VOID, found, tender, changes, by=by, now=now)
        if reason is Reason.NOT_REVEALED:
            await rounds.begin(number=tender.number, by=by, now=now)
        return ended


async def complete(*, draw_id: int, by: Actor, now: datetime) -> Draw:
    """Reveal the platform's nonce, compute seed and order, and give out seats and reserves."""
    async with database.transaction():
        tender, found = await _locked(draw_id)
        rows = await _store_reveal(found, Party.PLATFORM, _own_nonce(tender, found), by=by, now=now)
        found = await queries.by_id(found.id)
        nonces = {act.party: act.nonce for act in found.acts if act.nonce is not None}
        seed = draws.seed(
            tender=tender.number,
            version=found.version_digest,
            round=found.round,
            roster=found.roster_digest,
            filters=found.filters,
            nonces=nonces,
        )
        drawn = draws.choose(draws.order(found.roster, seed), found.seats + found.reserves)
        rows += await places.give(tender, found, drawn)
        changes: Changes = {DrawRow.seed: seed, DrawRow.ended_at: now}
        done = await _move(Act.DRAW_COMPLETE, found, tender, changes, rows=rows, by=by, now=now)
        await places.note_vacancy(tender, now)
        if tender.opened_at is not None:
            await places.screen(number=tender.number, by=by, now=now)
        return done


def _own_nonce(tender: Tender, found: Draw) -> str:
    """Return the platform's nonce: what its key outside the database makes of all that is fixed before."""
    return keys.current().blind({"draw": tender.number, "round": found.round, "roster": found.roster_digest})


async def _locked(draw_id: int) -> tuple[Tender, Draw]:
    tender_id = (await queries.by_id(draw_id)).tender
    tender = await tender_queries.locked((await tender_queries.by_id(tender_id)).number)
    return tender, await queries.by_id(draw_id)


async def run_due(*, id: int, now: datetime) -> None:  # noqa: A002 - the scheduler's word
    """Do what the clock asks of a round; a round of a tender that ended or changed is void.

    While the tender is suspended nothing is done; the round goes on, or is void, when the tender does.
    """
    tender, found = await _locked(id)
    by, due = Actor.platform(), sorted(draws.due(found))
    if tender.suspended or not due or due[0][0] > now:
        await rounds.schedule(id)
        return
    if tender.stage not in tenders.SEATS_CHANGE or found.version_digest != tender.version_digest:
        ended = tender.stage not in tenders.SEATS_CHANGE
        await void(
            draw_id=id, reason=Reason.TENDER_ENDED if ended else Reason.VERSION_CHANGED, by=by, now=now
        )
        return
    match due[0][1]:
        case Act.DRAW_COMMIT:
            own = _own_nonce(tender, found)
            promised = draws.commitment(
                tender=tender.number, round=found.round, party=Party.PLATFORM, nonce=own
            )
            await commit(number=tender.number, round=found.round, commitment=promised, by=by, now=now)
        case Act.DRAW_TURN:
            await turn(draw_id=id, by=by, now=now)
        case Act.DRAW_COMPLETE:
            await complete(draw_id=id, by=by, now=now)
        case _:
            nobody = found.stage is Stage.COMMITTING
            await void(
                draw_id=id, reason=Reason.NOBODY_CAME if nobody else Reason.NOT_REVEALED, by=by, now=now
            )
