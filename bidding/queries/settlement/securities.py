"""Securities and how they ended, as values; there are none before the opening."""

from datetime import datetime
from typing import Any, Final

import msgspec

from bidding.domain.procedure import SEALED_STAGES, STOPPED
from bidding.domain.settlement import relief, security
from bidding.domain.tender import Tender
from bidding.queries import openings
from market.kernel.errors import NotFoundError
from market.runtime import database


class SecurityUnknownError(NotFoundError):
    """There is no such security."""

    code = "security-unknown"


class Security(msgspec.Struct, frozen=True, kw_only=True):
    """A security of one bidder.

    Attributes:
        award: The award a performance security belongs to; ``None`` for a bid security.
    """

    id: int
    tender: int
    organisation: int
    name: str
    code: str
    award: int | None
    recorded_at: datetime
    entry: security.Entry


class Bidder(msgspec.Struct, frozen=True, kw_only=True):
    """A bidder whose envelope was opened, or could not be through its own fault."""

    organisation: int
    revoked: bool


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """A tender of which bid securities are still held although a contract was signed."""

    tender: str
    title: str
    signed_at: datetime
    profile_version: str


_SECURITY: Final = """
    SELECT s.id, s.tender, s.organisation, o.name, o.code, s.award, s.recorded_at, s.kind, s.instrument,
           s.amount_fen, s.holder, s.basic_account, s.reference, s.paid_on, e.outcome, e.ground,
           e.principal_fen, e.interest_fen, e.rate, e.days, e.settled_on
    FROM bidding_security s JOIN parties_organisation o ON o.id = s.organisation
    LEFT JOIN bidding_security_settlement e ON e.security = s.id
"""
_OWED: Final = """
    SELECT t.number AS tender, t.title, t.profile_version, max(c.signed_at) AS signed_at
    FROM bidding_tender t JOIN bidding_contract c ON c.tender = t.id
    WHERE t.organisation = $1 AND c.signed_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM bidding_security s LEFT JOIN bidding_security_settlement e ON e.security = s.id
        WHERE s.tender = t.id AND s.kind = 'bid' AND e.id IS NULL)
    GROUP BY t.number, t.title, t.profile_version ORDER BY max(c.signed_at)
"""
_LEFT: Final = """
    SELECT t.number AS tender, t.title FROM bidding_tender t
    WHERE t.organisation = $1 AND t.stage = ANY($2) AND EXISTS (
        SELECT 1 FROM bidding_security s LEFT JOIN bidding_security_settlement e ON e.security = s.id
        WHERE s.tender = t.id AND s.kind = 'bid' AND e.id IS NULL)
    ORDER BY t.failed_at
"""


async def of_tender(tender_id: int) -> list[Security]:
    """Return the securities of a tender, by kind and in the order they were recorded."""
    rows = await database.fetch(f"{_SECURITY} WHERE s.tender = $1 ORDER BY s.kind, s.id", tender_id)
    return [_security(row) for row in rows]


async def faults(tender: Tender, *, basic_account: bool) -> dict[int, tuple[security.Remark, ...]]:
    """Return what is wrong with the bid security of each bidder: none there, short, from another's account.

    The committee reads it as a ground it may have to reject on (BLR 51); it decides nothing.

    Args:
        basic_account: Whether rule T16 binds this tender.
    """
    if tender.content.bid_security_fen == 0:
        return {}
    required = await owed_by(tender)
    paid = {one.organisation: one for one in await of_tender(tender.id) if one.award is None}
    found: dict[int, tuple[security.Remark, ...]] = {}
    for organisation in await bidders(tender):
        one = paid.get(organisation)
        noted: tuple[security.Remark, ...] = (security.MISSING,) if required.get(organisation) else ()
        if one is not None:
            noted = tuple(
                security.remarks(
                    one.entry.payment,
                    bidder=one.code,
                    required_fen=required.get(organisation, 0),
                    basic_account=basic_account,
                )
            )
        found[organisation] = noted
    return {organisation: noted for organisation, noted in found.items() if noted}


async def owed_by(tender: Tender) -> dict[int, int]:
    """Return what each opened bidder's security must come to, by the grade bound at the deadline."""
    content = tender.content
    return {
        one.organisation: relief.required(content.bid_security_fen, content.security_for_a, one.standing)
        for one in await openings.opened_bids(tender)
    }


async def of_award(award_id: int) -> Security | None:
    """Return the performance security of an award, if one is recorded."""
    rows = await database.fetch(f"{_SECURITY} WHERE s.award = $1", award_id)
    return _security(rows[0]) if rows else None


async def by_id(security_id: int) -> Security:
    """Return a security.

    Raises:
        SecurityUnknownError: There is none.
    """
    rows = await database.fetch(f"{_SECURITY} WHERE s.id = $1", security_id)
    if not rows:
        raise SecurityUnknownError(f"no security {security_id}", value=security_id)
    return _security(rows[0])


async def owed(tenderer: int) -> list[Owed]:
    """Return the tenders of which bid securities are to go back, the longest signed first."""
    return msgspec.convert(await database.fetch(_OWED, tenderer), list[Owed])


async def left(tenderer: int) -> list[tuple[str, str]]:
    """Return number and title of the tenders that ended after their opening and hold bid securities still."""
    rows = await database.fetch(_LEFT, tenderer, [stage.value for stage in STOPPED])
    return [(row["tender"], row["title"]) for row in rows]


def _security(row: dict[str, Any]) -> Security:
    payment = security.Payment(
        **{
            name: row[name]
            for name in security.Payment.__struct_fields__
            if name not in {"kind", "instrument"}
        },
        kind=security.Kind(row["kind"]),
        instrument=security.Instrument(row["instrument"]),
    )
    ended = None
    if row["outcome"] is not None:
        fields = {name: row[name] for name in security.Settlement.__struct_fields__ if name != "outcome"}
        ended = security.Settlement(outcome=security.Outcome(row["outcome"]), **fields)
    names = [name for name in Security.__struct_fields__ if name != "entry"]
    entry = security.Entry(payment=payment, settlement=ended)
    return Security(**{name: row[name] for name in names}, entry=entry)


async def bidders(tender: Tender) -> dict[int, Bidder]:
    """Return the bidders on the frozen list by organisation; empty before the opening.

    A bid that could not be opened through its bidder's fault counts as revoked (BLR 35; EBID 31).
    """
    if tender.opened_at is None or tender.stage in SEALED_STAGES:
        return {}
    faulty = {each.commitment for each in await openings.findings(tender) if each.fault == "bidder"}
    found: dict[int, Bidder] = {}
    for act in await openings.part_of(tender, "bid"):
        before = found.get(act.record.organisation)
        revoked = act.commitment in faulty and (before is None or before.revoked)
        found[act.record.organisation] = Bidder(organisation=act.record.organisation, revoked=revoked)
    return found
