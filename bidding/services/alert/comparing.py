"""Comparing the opened bids of a tender: once after the opening, and again when a security is recorded.

The log is public and alerts are secret: each comparison leaves one entry and one salted row, whether anything
was found or not. Nothing is rejected by it.
"""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from bidding.domain.act import Act
from bidding.domain.alert import alert, detect, disposal, properties, reading, values
from bidding.domain.alert.material import Material
from bidding.domain.permission import PERMISSIONS
from bidding.domain.sealed import package
from bidding.domain.settlement import security
from bidding.domain.tender import Tender
from bidding.queries import openings
from bidding.queries import tenders as tender_queries
from bidding.queries.alert import alerts as queries
from bidding.queries.settlement import securities
from bidding.tables.alerts import AlertRow, ComparisonRow
from market.kernel.actor import Actor
from market.runtime import apart, audit, database, files

NAME_BYTES = 16

Found = Mapping[str, Sequence[alert.Alert]]


async def raise_alerts(*, number: str, by: Actor, now: datetime) -> None:
    """Compare the opened bids of each lot and keep what is seen; done once, however often it is asked.

    Of two envelopes once after each opening: the second time with prices.
    """
    PERMISSIONS[Act.ALERT_COMPARE].check(by)
    tender = await tender_queries.by_number(number)
    second = tender.in_two_envelopes and tender.prices_read
    origin = f"prices:{tender.id}" if second else f"opened:{tender.id}"
    if await queries.compared(origin):
        return
    issued = await _issued(tender)
    limits = alert.thresholds(tender_queries.rules_of(tender))
    found = {
        lot: await asyncio.to_thread(detect.between, bids, limits, issued)
        for lot, bids in (await _materials(tender)).items()
    }
    await _keep(tender, found, origin=origin, by=by, now=now)


async def compare_accounts(*, number: str, security_id: int, by: Actor, now: datetime) -> None:
    """Compare who paid the bid securities recorded so far; done once for each security."""
    PERMISSIONS[Act.ALERT_COMPARE].check(by)
    tender = await tender_queries.by_number(number)
    origin = f"security:{security_id}"
    if await queries.compared(origin):
        return
    paid = {
        one.organisation: one.entry.payment.holder
        for one in await securities.of_tender(tender.id)
        if one.entry.payment.kind is security.Kind.BID
    }
    limits = alert.thresholds(tender_queries.rules_of(tender))
    by_lot: dict[str, dict[str, str]] = {}
    for bid in await openings.opened_bids(tender):
        if bid.organisation in paid:
            by_lot.setdefault(bid.lot, {})[bid.commitment] = paid[bid.organisation]
    found = {lot: tuple(values.accounts(holders, limits)) for lot, holders in by_lot.items()}
    await _keep(tender, found, origin=origin, by=by, now=now)


async def _materials(tender: Tender) -> dict[str, list[Material]]:
    """Read what is compared of every opened bid, one package at a time."""
    found: dict[str, list[Material]] = {}
    for one in await openings.opened_bids(tender):
        documents = [await apart.read(one.plaintext)]
        if one.price is not None:
            documents.append(await apart.read(one.price.plaintext))
        found.setdefault(one.lot, []).append(await asyncio.to_thread(_material, one, documents))
    return found


def _material(one: openings.OpenedBid, documents: Sequence[bytes]) -> Material:
    return reading.read(
        commitment=one.commitment,
        readout=one.opening.readout,
        files=[file for each in documents for file in package.split_documents(each)],
    )


async def _issued(tender: Tender) -> detect.Issued:
    """Return what the tenderer handed to everybody: the document's words and files."""
    words = list(tender.content.parts.values())
    for one in tender.content.documents:
        data = await files.read(one.digest)
        words.append(await asyncio.to_thread(properties.words, one.name, data))
    return detect.Issued(
        words="\n".join(words), files=frozenset(one.digest for one in tender.content.documents)
    )


async def _keep(tender: Tender, found: Found, *, origin: str, by: Actor, now: datetime) -> None:
    async with database.transaction():
        await tender_queries.locked(tender.number)
        if await queries.compared(origin):
            return
        row = ComparisonRow(
            salt=audit.salt(),
            tender=tender.id,
            origin=origin,
            found=msgspec.json.encode(sorted(one.digest for lot in found.values() for one in lot)).decode(),
            compared_at=now,
        )
        await row.save()
        known = {(one.lot, one.seen.digest) for one in await queries.of_tender(tender.id)}
        for lot, seen in sorted(found.items()):
            for one in seen:
                if (lot, one.digest) not in known:
                    await _raise(tender, lot, one, now)
        await audit.record(
            act=Act.ALERT_COMPARE,
            by=by,
            subject=f"tender:{tender.number}",
            now=now,
            changed=[audit.row(ComparisonRow, row.id)],
        )


async def _raise(tender: Tender, lot: str, seen: alert.Alert, now: datetime) -> None:
    row = AlertRow(
        name=secrets.token_hex(NAME_BYTES),
        tender=tender.id,
        lot=lot,
        kind=seen.kind.value,
        digest=seen.digest,
        content=msgspec.json.encode(seen).decode(),
        state=disposal.LIFECYCLE.initial.value,
        raised_at=now,
    )
    await row.save()
