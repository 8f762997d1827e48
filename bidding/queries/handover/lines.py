"""Lines, signatures, disputes and files of a handover as values."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec

from bidding.domain.handover import dispute, inventory
from bidding.domain.handover.checklist import Party, Section
from market.runtime import database


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    """A contested line.

    Attributes:
        assessor: Name of the assessment body it was referred to; empty without one.
    """

    id: int
    place: inventory.Place
    party: Party
    stage: dispute.Stage
    reasons: str
    outcome: str
    assessor: str
    contested_at: datetime
    answered_at: datetime | None


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """Everything under the list of a handover."""

    entries: tuple[inventory.Entry, ...]
    signatures: tuple[inventory.Signature, ...]
    disputes: tuple[Dispute, ...]
    files: tuple[str, ...]

    def missing(self, sections: frozenset[Section], *, closing: bool = False) -> tuple[str, ...]:
        """Return the signatures these sections lack.

        A contested line never holds anybody on the site (H06); at the end an open dispute does.
        """
        excused = {
            each.place for each in self.disputes if not closing or each.stage is not dispute.Stage.OPEN
        }
        return inventory.missing(sections, self.entries, self.signatures, excused)


async def sheet(handover_id: int) -> Sheet:
    """Return what stands under the list of a handover."""
    return (await sheets([handover_id]))[handover_id]


async def sheets(handover_ids: Collection[int]) -> dict[int, Sheet]:
    """Return what stands under the lists of some handovers."""
    entries = await _under(
        "SELECT handover, id, line, copy, version, party, content, digest, entered_at"
        " FROM bidding_handover_entry WHERE handover = ANY($1) ORDER BY id",
        handover_ids,
    )
    signatures = await _under(
        "SELECT handover, digest, party, signed_at FROM bidding_handover_signature"
        " WHERE handover = ANY($1) ORDER BY id",
        handover_ids,
    )
    disputes = await _under(
        "SELECT s.handover, s.id, s.line, s.copy, s.party, s.stage, s.reasons, s.outcome,"
        " coalesce(o.name, '') AS assessor, s.contested_at, s.answered_at FROM bidding_handover_dispute s"
        " LEFT JOIN parties_organisation o ON o.id = s.assessor WHERE s.handover = ANY($1) ORDER BY s.id",
        handover_ids,
    )
    files = await _under(
        "SELECT handover, digest FROM bidding_handover_file WHERE handover = ANY($1) ORDER BY id",
        handover_ids,
    )
    return {
        each: Sheet(
            entries=tuple(_entry(row) for row in entries[each]),
            signatures=msgspec.convert(signatures[each], tuple[inventory.Signature, ...]),
            disputes=tuple(_dispute(row) for row in disputes[each]),
            files=tuple(row["digest"] for row in files[each]),
        )
        for each in handover_ids
    }


async def _under(sql: str, handover_ids: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {each: [] for each in handover_ids}
    for row in await database.fetch(sql, list(handover_ids)) if found else []:
        found[row.pop("handover")].append(row)
    return found


def _entry(row: dict[str, Any]) -> inventory.Entry:
    return inventory.Entry(
        id=row["id"],
        place=inventory.Place(row["line"], row["copy"]),
        version=row["version"],
        party=Party(row["party"]),
        content=msgspec.json.decode(row["content"], type=inventory.Content),
        digest=row["digest"],
        entered_at=row["entered_at"],
    )


def _dispute(row: dict[str, Any]) -> Dispute:
    return Dispute(
        place=inventory.Place(row.pop("line"), row.pop("copy")),
        party=Party(row.pop("party")),
        stage=dispute.Stage(row.pop("stage")),
        **row,
    )
