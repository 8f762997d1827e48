"""Lines, signatures, disputes and files of a handover as values."""

from datetime import datetime

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
    entries = await database.fetch(
        "SELECT id, line, copy, version, party, content, digest, entered_at FROM bidding_handover_entry"
        " WHERE handover = $1 ORDER BY id",
        handover_id,
    )
    signatures = await database.fetch(
        "SELECT digest, party, signed_at FROM bidding_handover_signature WHERE handover = $1 ORDER BY id",
        handover_id,
    )
    disputes = await database.fetch(
        "SELECT s.id, s.line, s.copy, s.party, s.stage, s.reasons, s.outcome,"
        " coalesce(o.name, '') AS assessor, s.contested_at, s.answered_at FROM bidding_handover_dispute s"
        " LEFT JOIN parties_organisation o ON o.id = s.assessor WHERE s.handover = $1 ORDER BY s.id",
        handover_id,
    )
    files = await database.fetch(
        "SELECT digest FROM bidding_handover_file WHERE handover = $1 ORDER BY id", handover_id
    )
    return Sheet(
        entries=tuple(
            inventory.Entry(
                id=row["id"],
                place=inventory.Place(row["line"], row["copy"]),
                version=row["version"],
                party=Party(row["party"]),
                content=msgspec.json.decode(row["content"], type=inventory.Content),
                digest=row["digest"],
                entered_at=row["entered_at"],
            )
            for row in entries
        ),
        signatures=msgspec.convert(signatures, tuple[inventory.Signature, ...]),
        disputes=tuple(
            Dispute(
                place=inventory.Place(row.pop("line"), row.pop("copy")),
                party=Party(row.pop("party")),
                stage=dispute.Stage(row.pop("stage")),
                **row,
            )
            for row in disputes
        ),
        files=tuple(row["digest"] for row in files),
    )
