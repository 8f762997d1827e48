"""The second opening: the prices of the bids that passed, in one transaction, read out at once.

What ``services.openings`` says of shares and blame holds here. Source: docs/sealing.md section 4; BL 36.
"""

from datetime import datetime

import msgspec

from bidding.domain import events
from bidding.domain.act import Act
from bidding.domain.procedure import FailureReason
from bidding.domain.sealed import opening, package, transcript
from bidding.domain.tender import Tender
from bidding.queries import openings as queries
from bidding.queries import tenders as tender_queries
from bidding.queries.prices import locked as locked_marks
from bidding.services import findings, openings, stages
from bidding.services import tenders as tender_acts
from bidding.services.prices import locks
from bidding.tables.evaluations import EvaluationBidRow
from bidding.tables.openings import LockedMarksRow, OpenedBidRow, OpenedPriceRow
from bidding.tables.tenders import TenderRow
from market.kernel.actor import Actor
from market.runtime import audit, database, outbox


async def open_all(*, number: str, by: Actor, now: datetime) -> Tender:
    """Open the prices, or extend the window, or let the opening fail; in one transaction."""
    async with database.transaction():
        tender = await tender_queries.locked(number)
        stages.check(Act.PRICES_OPEN, by, tender)
        tender.procedure.lifecycle.after(tender.stage, Act.PRICES_OPEN)
        given = await queries.releases(tender, prices=True)
        if len(given) >= tender.threshold:
            return await _open(tender, given, by, now)
        begun = tender.marks_locked_at or now
        waiting = await openings.extended(tender, given, begun=begun, by=by, now=now)
        return waiting or await _fail(tender, by, now)


async def _fail(tender: Tender, by: Actor, now: datetime) -> Tender:
    found = await locked_marks.of_tender(tender)
    noted = [opening.finding(one, "too-few-releases") for one in sorted(found.marks.passed)]
    rows = await findings.note(tender, [*noted, *await locks.unpassed(tender, found.marks)])
    return await tender_acts.fail(
        number=tender.number, reason=FailureReason.NOT_OPENED, rows=rows, by=by, now=now
    )


async def _open(tender: Tender, given: list[queries.Release], by: Actor, now: datetime) -> Tender:
    found = await locked_marks.of_tender(tender)
    recovered = await queries.recovered(tender)
    bids = {bid.price: bid for bid in found.marks.bids}
    shown: list[transcript.Opening | None] = []
    rows: list[audit.Changed] = []
    bidders: list[int] = []
    for act in await queries.part_of(tender, "bid"):
        opened = None
        if act.commitment in found.marks.passed:
            result = await openings.open_one(tender, act, given, recovered.get(act.commitment))
            rows += await findings.note(tender, result.findings)
            opened = result.opened
        if opened is not None:
            rows += await _store(tender, bids[act.commitment].commitment, act.commitment, opened)
            bidders.append(act.record.organisation)
        shown.append(opened.opening if opened else None)
    rows += await findings.note(tender, await locks.unpassed(tender, found.marks))
    step = await stages.advance(
        tender=tender,
        act=Act.PRICES_OPEN,
        by=by,
        now=now,
        subject=transcript.readouts_digest(tuple(shown)),
        changes={TenderRow.prices_opened_at: now},
        rows=rows,
    )
    await LockedMarksRow.update({LockedMarksRow.opening_entry: step.entry.id}).where(
        LockedMarksRow.tender == tender.id
    )
    event = events.BidsOpened(**events.about(tender), bidders=tuple(bidders), prices=True)
    await outbox.publish(event, entry=step.entry)
    return step.tender


async def _store(
    tender: Tender, technical: str, commitment: str, opened: opening.Opened
) -> list[audit.Changed]:
    """Keep a price with the bid it belongs to, and give it to the evaluation."""
    manifest = [item for item, _ in package.split_documents(opened.documents)]
    bid = await OpenedBidRow.select(OpenedBidRow.id).where(OpenedBidRow.commitment == technical).first()
    if bid is None:
        raise ValueError(f"no opened bid {technical[:12]}")
    price = opened.opening.readout.price_fen
    row = OpenedPriceRow(
        bid=bid["id"],
        commitment=commitment,
        opening=msgspec.json.encode(opened.opening).decode(),
        manifest=msgspec.json.encode(manifest).decode(),
        plaintext=await openings.keep_documents(opened),
    )
    await row.save()
    await OpenedBidRow.update({OpenedBidRow.price_fen: price}).where(OpenedBidRow.id == bid["id"])
    priced = await database.fetch(
        "UPDATE bidding_evaluation_bid b SET price_fen = $1 FROM bidding_evaluation e"
        " WHERE e.id = b.evaluation AND e.tender = $2 AND e.superseded_at IS NULL AND b.commitment = $3"
        " RETURNING b.id",
        price,
        tender.id,
        technical,
    )
    return [
        audit.row(OpenedPriceRow, row.id),
        audit.row(OpenedBidRow, bid["id"]),
        *(audit.row(EvaluationBidRow, each["id"]) for each in priced),
    ]
