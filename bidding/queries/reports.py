"""Reports of committees: what is signed, and who has signed."""

import msgspec

from bidding.domain.outcome import report
from market.runtime import database


async def digest_of(tender_id: int) -> str | None:
    """Return the digest of the report over all lots, ``None`` while there is none."""
    rows = await database.fetch(
        "SELECT lot, turn, snapshot FROM bidding_evaluation"
        " WHERE tender = $1 AND superseded_at IS NULL ORDER BY lot",
        tender_id,
    )
    if not rows or any(row["snapshot"] is None for row in rows):
        return None
    return report.report_digest(
        [report.Part(lot=row["lot"], turn=row["turn"], result=row["snapshot"]) for row in rows]
    )


async def signatures(tender_id: int, digest: str) -> list[report.Signature]:
    """Return the signatures and dissents under one report, in their order."""
    rows = await database.fetch(
        "SELECT seat, pseudonym, digest, dissent, signed_at FROM bidding_signature"
        " WHERE tender = $1 AND digest = $2 ORDER BY id",
        tender_id,
        digest,
    )
    return msgspec.convert(rows, list[report.Signature])
