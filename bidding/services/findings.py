"""Findings of an opening: stored, and handed to the entry of the act that made them.

The entry's row images carry them into the signed log, so that nobody can rewrite afterwards who was blamed.
Source: docs/sealing.md sections 4.3 and 4.5.
"""

from collections.abc import Sequence

import msgspec

from bidding.domain.sealed.transcript import Finding
from bidding.domain.tender import Tender
from bidding.tables.openings import FindingRow
from market.runtime import audit


async def note(tender: Tender, findings: Sequence[Finding]) -> list[audit.Changed]:
    """Store findings in their order and return the rows the act's entry must name; no act by itself."""
    rows = [
        FindingRow(tender=tender.id, commitment=one.commitment, finding=msgspec.json.encode(one).decode())
        for one in findings
    ]
    stored = await FindingRow.insert(*rows) if rows else []
    return [audit.row(FindingRow, row["id"]) for row in stored]
