"""Seats: given by the draw, named by the tenderer, passed on when somebody may not or does not sit."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from piccolo.columns import Column

from bidding.domain.act import Act
from bidding.domain.committee import recusal
from bidding.domain.committee import seat as seats
from bidding.domain.committee.draw import Draw
from bidding.domain.committee.recusal import Ground, OwnGround
from bidding.domain.committee.seat import Kind, Seat, State
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import Stage
from bidding.domain.tender import SEATS_CHANGE, Tender
from bidding.queries import draws as draw_queries
from bidding.queries import seats as queries
from bidding.queries import tenders as tender_queries
from bidding.services import stages
from bidding.services.filings import NotThisAuthorityError
from bidding.tables.committee import SeatRow
from bidding.tables.evaluations import EvaluationRow
from bidding.tables.tenders import TenderRow
from market.kernel.actor import Actor
from market.kernel.errors import NotPermittedError, RuleError
from market.runtime import audit, database

Rows = list[audit.Changed]


class NotAMemberError(NotPermittedError):
    """This person does not sit on the tender's committee."""

    code: ClassVar[str] = "not-a-committee-member"
    source = "BL 37"


class SeatsClosedError(RuleError):
    """Seats change from the announcement until the candidates are published."""

    code: ClassVar[str] = "seats-closed"
    source = "BLR 46"


CHANGING = SEATS_CHANGE | {Stage.PUBLISHED}


def member(held: Sequence[Seat], by: Actor, number: str) -> Seat:
    """Return the seat somebody holds now.

    Raises:
        NotAMemberError: None.
    """
    for one in seats.sitting(held):
        if one.mandate == by.mandate:
            return one
    raise NotAMemberError(f"{by.name} has no seat for {number}")


async def check_whole(tender: Tender, now: datetime) -> None:
    """Refuse a committee with an empty seat or an open ground to recuse; asked before and after the marks.

    Raises:
        CommitteeIncompleteError: A seat is empty.
        RecusalOpenError: A member has a ground to recuse.
    """
    seats.check_complete(tender.content.committee, await queries.of_tender(tender.id))
    if found := await queries.open_grounds(tender, now):
        raise recusal.RecusalOpenError(
            f"{len(found)} members have a ground", grounds=sorted({each.value for each in found.values()})
        )


async def give(tender: Tender, found: Draw, drawn: Sequence[str]) -> Rows:
    """Store the seats and reserves a round has drawn, for the entry of the act; no act by itself."""
    entries = {one.pseudonym: one for one in found.roster}
    rows = []
    for place, name in enumerate(drawn, start=1):
        state = State.MEMBER if place <= found.seats else State.RESERVE
        row = SeatRow(
            tender=tender.id,
            round=found.round,
            place=place,
            kind=Kind.EXPERT.value,
            state=state.value,
            drawn_as=state.value,
            mandate=entries[name].expert,
            pseudonym=name,
            salt=entries[name].salt,
        )
        await row.save()
        rows.append(audit.row(SeatRow, row.id))
    return rows


async def changing(tender: Tender) -> list[Seat]:
    """Return the seats of a tender in which they may change.

    Raises:
        SeatsClosedError: Not yet announced, or the candidates are published.
    """
    if tender.stage not in CHANGING:
        raise SeatsClosedError(f"{tender.number} is {tender.stage}", stage=tender.stage.value)
    return await queries.of_tender(tender.id)


async def screen(*, number: str, by: Actor, now: datetime) -> Tender:
    """Compare members and reserves with the bidders, who are known now, and pass seats on (BTB 28).

    Reserves with a ground leave first, so that no seat passes to one of them.
    """
    async with database.transaction():
        tender = await tender_queries.locked(number)
        PERMISSIONS[Act.COMMITTEE_SCREEN].check(by)
        held = await queries.of_tender(tender.id)
        present = [one for one in held if one.state is not State.LEFT]
        found = await queries.grounds(tender, present, now)
        reserves = [one for one in present if one.state is State.RESERVE and one.id in found]
        members = [one for one in present if one.state is State.MEMBER and one.id in found]
        rows: Rows = []
        for one in (*reserves, *members):
            rows += await _vacate(tender, one, found[one.id], reasons="", by=by, now=now)
        return (
            await stages.keep(
                tender=tender,
                act=Act.COMMITTEE_SCREEN,
                by=by,
                now=now,
                changes={TenderRow.screened_at: now},
                rows=rows,
            )
        ).tender


async def leave(*, number: str, ground: OwnGround, reasons: str, by: Actor, now: datetime) -> None:
    """Give up one's own seat: a conflict, illness, a post left, or declined (BTB 28, BLR 48).

    Raises:
        NotAMemberError: One has no seat.
        SeatsClosedError: The candidates are published.
    """
    async with database.transaction():
        tender = await tender_queries.locked(number)
        PERMISSIONS[Act.SEAT_LEAVE].check(by)
        held = await changing(tender)
        own = next((one for one in held if one.mandate == by.mandate and one.state is not State.LEFT), None)
        if own is None:
            raise NotAMemberError(f"{by.name} has no seat for {number}")
        rows = await _passed_on(tender, own, Ground(ground.value), reasons, by=by, now=now)
        await audit.record(
            act=Act.SEAT_LEAVE,
            by=by,
            actor=own.public_name,
            subject=f"tender:{number}",
            now=now,
            changed=rows,
        )


async def recuse(*, number: str, pseudonym: str, reasons: str, by: Actor, now: datetime) -> None:
    """Remove a member or reserve for cause; the authority knows the seat, not the name (BLR 46).

    Raises:
        NotThisAuthorityError: Another authority supervises the tender.
        SeatUnknownError: Nobody sits there.
    """
    async with database.transaction():
        tender = await tender_queries.locked(number)
        stages.check(Act.SEAT_RECUSE, by, tender)
        if by.role not in tender.procedure.filing:
            raise NotThisAuthorityError(f"{by.role} does not supervise {number}", role=by.role.value)
        held = await changing(tender)
        found = next(
            (one for one in held if one.pseudonym == pseudonym and one.state is not State.LEFT), None
        )
        if found is None:
            raise seats.SeatUnknownError("nobody sits there", field="pseudonym", value=pseudonym)
        rows = await _passed_on(tender, found, Ground.CAUSE, reasons, by=by, now=now)
        await audit.record(act=Act.SEAT_RECUSE, by=by, subject=f"tender:{number}", now=now, changed=rows)


async def _passed_on(
    tender: Tender, seat: Seat, ground: Ground, reasons: str, *, by: Actor, now: datetime
) -> Rows:
    """Pass a seat on; after the opening only to a reserve without a ground of its own."""
    rows: Rows = []
    if tender.opened_at is not None:
        ready = [one for one in await queries.of_tender(tender.id) if one.state is State.RESERVE]
        for reserve_id, found in (await queries.grounds(tender, ready, now)).items():
            barred = next(one for one in ready if one.id == reserve_id)
            if barred.id != seat.id:
                rows += await _vacate(tender, barred, found, reasons="", by=Actor.platform(), now=now)
    return rows + await _vacate(tender, seat, ground, reasons=reasons, by=by, now=now)


async def _vacate(
    tender: Tender, seat: Seat, ground: Ground, *, reasons: str, by: Actor, now: datetime
) -> Rows:
    """Let somebody leave and the next reserve follow a member; a report made before is taken back."""
    held = await queries.of_tender(tender.id)
    hides = by.role.value if by.mandate is not None and by.mandate == seat.mandate else by.name
    await _store(
        seat.id,
        {
            "state": State.LEFT.value,
            "ground": ground.value,
            "reasons": reasons,
            "left_number": 1 + sum(one.state is State.LEFT for one in held),
            "left_at": now,
            "left_by": hides,
        },
    )
    rows = [audit.row(SeatRow, seat.id)]
    if seat.state is not State.MEMBER:
        return rows
    follows = seats.heir(held) if seat.kind is Kind.EXPERT else None
    if follows is not None:
        await _store(follows.id, {"state": State.MEMBER.value, "succeeds": seat.pseudonym})
        rows.append(audit.row(SeatRow, follows.id))
    await note_vacancy(tender, now)
    return rows + await _take_back(tender)


async def note_vacancy(tender: Tender, now: datetime) -> None:
    """Let the clock begin a supplementary draw when an expert's seat is empty and no round is going on.

    Before the first draw of the present version nothing is noted: every seat is empty, and the clock begins
    that draw in its time.
    """
    if tender.draw_version != tender.version_digest:
        return
    empty = seats.vacant(tender.content.committee, await queries.of_tender(tender.id)) > 0
    if empty and not await draw_queries.is_running(tender):
        due = None if tender.suspended else now
        await TenderRow.update({TenderRow.vacant_at: now, TenderRow.next_due_at: due}).where(
            TenderRow.id == tender.id
        )


async def _store(seat_id: int, changes: Mapping[str, object]) -> None:
    columns: dict[Column | str, Any] = {
        SeatRow._meta.get_column_by_name(name): value for name, value in changes.items()
    }
    await SeatRow.update(columns).where(SeatRow.id == seat_id)


async def _take_back(tender: Tender) -> Rows:
    stored = (
        await EvaluationRow.update(
            {EvaluationRow.result: None, EvaluationRow.snapshot: None, EvaluationRow.sign_until: None}
        )
        .where(
            (EvaluationRow.tender == tender.id)
            & EvaluationRow.superseded_at.is_null()
            & EvaluationRow.published_at.is_null()
            & EvaluationRow.snapshot.is_not_null()
        )
        .returning(EvaluationRow.id)
    )
    return [audit.row(EvaluationRow, row["id"]) for row in stored]


async def clear(tender: Tender, *, by: Actor, now: datetime) -> Rows:
    """Give up the experts' seats drawn for an earlier version of the tender; no act by itself."""
    held = await queries.of_tender(tender.id)
    rows: Rows = []
    gone = sum(one.state is State.LEFT for one in held)
    for one in held:
        if one.kind is Kind.EXPERT and one.state is not State.LEFT:
            gone += 1
            await _store(
                one.id,
                {
                    "state": State.LEFT.value,
                    "ground": Ground.REDRAWN.value,
                    "left_number": gone,
                    "left_at": now,
                    "left_by": by.name,
                },
            )
            rows.append(audit.row(SeatRow, one.id))
    return rows
