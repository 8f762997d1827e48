"""Reports of committees: what is signed, and who has signed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import msgspec

from bidding.domain.outcome import report
from bidding.domain.procedure import Stage
from bidding.domain.tender import Tender
from bidding.queries import evaluations, tenders
from market.runtime import database, workdays

_WAITING: Final = """
    SELECT DISTINCT t.id FROM bidding_tender t
    JOIN bidding_evaluation e ON e.tender = t.id JOIN parties_division d ON d.code = t.division
    WHERE t.stage = 'evaluation' AND e.sign_until IS NOT NULL AND e.superseded_at IS NULL
      AND (t.organisation = $1 OR (d.path @> ARRAY[$2::varchar] AND t.procedure = ANY($3)))
    ORDER BY t.id
"""


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


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A report the tenderer has and has not published.

    Attributes:
        publish_by: Last day for it (rule T33).
    """

    number: str
    title: str
    publish_by: date


async def received(tender: Tender, now: datetime) -> date | None:
    """Return the last day to publish the candidates of a tender; ``None`` where no report waits for it."""
    rows = await database.fetch(
        "SELECT min(sign_until) AS until FROM bidding_evaluation"
        " WHERE tender = $1 AND superseded_at IS NULL AND published_at IS NULL",
        tender.id,
    )
    digest, until = await digest_of(tender.id), rows[0]["until"]
    if tender.stage is not Stage.EVALUATION or digest is None or until is None:
        return None
    said = [one.signed_at for one in await signatures(tender.id, digest)]
    members = len(await evaluations.sitting(tender.id))
    at = report.received_at(said, members, sign_until=until, now=now)
    return None if at is None else report.publish_by(at, tenders.rules_of(tender), await workdays.table())


async def waiting(
    now: datetime, *, organisation: int = 0, division: str = "", procedures: Sequence[str] = ()
) -> list[Received]:
    """Return the reports of a tenderer, or within a division, that wait to be published."""
    rows = await database.fetch(_WAITING, organisation, division, list(procedures))
    found = []
    for row in rows:
        tender = await tenders.by_id(row["id"])
        day = await received(tender, now)
        if day is not None:
            found.append(Received(number=tender.number, title=tender.content.title, publish_by=day))
    return found
