"""What pages and programs see of a handover; who may not read it sees nothing of it here."""

from datetime import date, datetime
from typing import TypeVar

import msgspec

from bidding.domain.act import Act
from bidding.domain.handover import checklist, inventory, track
from bidding.domain.handover import pressure as pressures
from bidding.domain.handover.checklist import Section
from bidding.domain.permission import PERMISSIONS
from bidding.queries.handover import lines as line_queries
from bidding.queries.handover import pressing as pressing_queries
from bidding.queries.handover import records
from market.kernel.actor import Actor

V = TypeVar("V", bound=msgspec.Struct)


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    """One line, or a place for one, with who signed it.

    Attributes:
        digest: What a signature covers; empty while nobody entered the line.
        party: Who entered it; empty before.
        signed: Party -> when it signed this very content.
        versions: How often it was entered or corrected.
        contested: Stage of the newest dispute about it; empty without one.
    """

    line: str
    copy: int
    source: str
    digest: str
    party: str
    content: inventory.Content | None
    signed: dict[str, datetime]
    parties: tuple[str, ...]
    versions: int
    contested: str

    @property
    def name(self) -> str:
        """``lifts`` or ``lifts#2``."""
        return inventory.Place(self.line, self.copy).name


class DisputeView(msgspec.Struct, frozen=True, kw_only=True):
    """A dispute with what was said and decided."""

    id: int
    line: str
    copy: int
    party: str
    stage: str
    reasons: str
    outcome: str
    assessor: str
    contested_at: datetime


class OrderView(msgspec.Struct, frozen=True, kw_only=True):
    """The district's order; ``evidence`` names a file of this handover."""

    number: str
    facts: str
    action: str
    limit_on: date
    evidence: str
    digest: str
    checkpoint: str
    ordered_at: datetime


class FineView(msgspec.Struct, frozen=True, kw_only=True):
    """Proceedings about a fine; ``amount_fen`` only when decided."""

    suggested_fen: int
    facts: str
    notified_at: datetime | None
    statement_until: datetime | None
    statement: str
    waived: bool
    stated_at: datetime | None
    amount_fen: int | None
    document_no: str
    reasons: str
    decided_at: datetime | None


class HandoverView(msgspec.Struct, frozen=True, kw_only=True):
    """A handover as its parties and the authorities of its area see it.

    Attributes:
        notice_until: Sixty days after receipt (CC 946), shown beside the last day to leave.
        fees_stop_from: Day from which the leaving provider has no fee (CC 949); empty while it is in time.
        suggested_fen: Fine a district may consider by now, fen: a suggestion, never a decision.
        open_lines: Signatures still missing, as ``line/party``.
        defects: Section J, derived from the lines.
    """

    number: str
    community: str
    outgoing: str
    incoming: str
    committee: str
    ground: str
    stage: track.Stage
    pressure: pressures.Stage
    contract_end_on: date | None
    received_on: date | None
    notice_until: date | None
    exit_due_on: date | None
    fees_stop_from: date | None
    overdue_at: datetime | None
    exited_at: datetime | None
    closed_at: datetime | None
    open_lines: tuple[str, ...]
    lines: tuple[LineView, ...]
    defects: tuple[inventory.Defect, ...]
    disputes: tuple[DisputeView, ...]
    order: OrderView | None
    fine: FineView | None
    suggested_fen: int


async def readable(number: str, actor: Actor) -> records.Handover:
    """Return a handover its reader may read.

    Raises:
        OutOfScopeError: Neither a party, an authority of the area, nor the assessment body asked.
        HandoverUnknownError: There is none.
    """
    found = await records.by_number(number)
    PERMISSIONS[Act.HANDOVER_READ].check(actor, organisations=found.readers, path=found.path)
    return found


async def view(found: records.Handover, now: datetime) -> HandoverView:
    """Return all of a handover."""
    sheet = await line_queries.sheet(found.id)
    order = await pressing_queries.order_of(found.id)
    fine = await pressing_queries.fine_of(found.id)
    received = found.received_on
    days = (await records.rules_of(found)).value("H13.notice")
    return HandoverView(
        number=found.number,
        community=found.community_name,
        outgoing=found.outgoing_name,
        incoming=found.incoming_name,
        committee=found.committee_name,
        ground=found.ground,
        stage=found.stage,
        pressure=found.pressure,
        contract_end_on=found.contract_end_on,
        received_on=received,
        notice_until=None if received is None else track.notice_until(received, days=days),
        exit_due_on=found.exit_due_on,
        fees_stop_from=pressures.fees_stop_from(pressure=found.pressure, exit_due_on=found.exit_due_on),
        overdue_at=found.overdue_at,
        exited_at=found.exited_at,
        closed_at=found.closed_at,
        open_lines=sheet.missing(frozenset(Section), closing=True),
        lines=lines_of(sheet),
        defects=inventory.defects(sheet.entries),
        disputes=tuple(_dispute(each) for each in sheet.disputes),
        order=None if order is None else _part(order, OrderView),
        fine=None if fine is None else _part(fine, FineView),
        suggested_fen=await records.suggested_fine(found, now),
    )


def _part(whole: msgspec.Struct, kind: type[V]) -> V:
    return kind(**{name: getattr(whole, name) for name in kind.__struct_fields__})


def _dispute(each: line_queries.Dispute) -> DisputeView:
    return DisputeView(
        id=each.id,
        line=each.place.line,
        copy=each.place.copy,
        party=each.party.value,
        stage=each.stage.value,
        reasons=each.reasons,
        outcome=each.outcome,
        assessor=each.assessor,
        contested_at=each.contested_at,
    )


def lines_of(sheet: line_queries.Sheet) -> tuple[LineView, ...]:
    """Return every line of the list in its order; a line nobody entered stands once, empty."""
    newest = inventory.current(sheet.entries)
    contested = {each.place: each.stage.value for each in sheet.disputes}
    found = []
    for each in checklist.LINES:
        places = [place for place in newest if place.line == each.id] or [inventory.Place(each.id)]
        for place in places:
            entry = newest.get(place)
            signed = {} if entry is None else inventory.signers(entry, sheet.signatures)
            found.append(
                LineView(
                    line=each.id,
                    copy=place.copy,
                    source=each.source.split(";")[0],
                    digest="" if entry is None else entry.digest,
                    party="" if entry is None else entry.party.value,
                    content=None if entry is None else entry.content,
                    signed={party.value: one.signed_at for party, one in signed.items()},
                    parties=tuple(party.value for party in each.parties),
                    versions=0 if entry is None else entry.version,
                    contested=contested.get(place, ""),
                )
            )
    return tuple(found)
