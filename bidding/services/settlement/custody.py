"""What the platform's custodian does with bid securities: confirm, give back; and how they reach the ledger.

Before bidding ends rows and entries name neither tender nor payer, nothing counts them, and no event tells of
them (docs/sealing.md 3). The securities of the bids on the list enter the ledger when these are opened.
"""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import uuid4

import msgspec

from bidding.domain import events
from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS
from bidding.domain.settlement import custody, security
from bidding.domain.tender import Tender
from bidding.queries import bids
from bidding.queries import tenders as tender_queries
from bidding.queries.settlement import custody as queries
from bidding.queries.settlement import securities as ledger
from bidding.services import stages
from bidding.services.settlement import securities
from bidding.tables.settlement import CustodyRow, SecurityRow
from market.kernel import digest, period
from market.kernel.actor import Actor
from market.parties import public as parties
from market.runtime import audit, database, keys, outbox


async def confirm(
    *, number: str, code: str, payment: security.Payment, by: Actor, now: datetime
) -> custody.Held:
    """Confirm that a bidder's security came in; nobody but the bidder can see it before the opening.

    What is short or from another's account is confirmed as it is: the opening says so, nobody before.

    Args:
        code: Social credit code of the bidder it was paid for.

    Raises:
        NotPayableError: Not announced, or at the deadline or later.
        NotBidSecurityError: A performance security.
        SecurityNotAskedError, SecurityTooHighError, SecurityDayError: As for every security.
        PaidAlreadyError: Confirmed before.
    """
    PERMISSIONS[Act.SECURITY_CONFIRM].check(by)
    bidder = await parties.organisation_by_code(code)
    async with database.transaction():
        await database.lock(stages.tender_lock(number), shared=True)
        tender = await tender_queries.by_number(number)
        custody.check_payable(tender, payment, now=now)
        security.record(payment, securities.demand(tender, payment.kind, None), today=period.local_day(now))
        held = custody.Held(tender=number, organisation=bidder.id, payment=payment, at=now, by=by.name)
        if not await _keep(held, Act.SECURITY_CONFIRM, held_back=True, by=by, now=now):
            raise custody.PaidAlreadyError(number)
        return held


async def give_back(
    *, number: str, code: str, withdrawal: str, on: date, by: Actor, now: datetime
) -> custody.Held:
    """Note that a security went back that never came into the ledger, with bank interest.

    Args:
        withdrawal: The platform's receipt of the withdrawal, which the bidder shows; empty where the tender
            has ended, or was opened without this bidder.

    Raises:
        NothingHeldError: Nothing is held of this bidder, or it went back.
        NoWithdrawalError: The receipt is not of this bidder's withdrawal.
        StillHeldError: The bid may stand, or the ledger has the security.
        SecurityDayError: Before it came, or in the future.
    """
    PERMISSIONS[Act.SECURITY_GIVE_BACK].check(by)
    bidder = await parties.organisation_by_code(code)
    async with database.transaction():
        await database.lock(stages.tender_lock(number), shared=True)
        tender = await tender_queries.by_number(number)
        held = await queries.of_bidder(tender, bidder.id)
        if held is None:
            raise custody.NothingHeldError(number)
        withdrawn_at = await _withdrawn(tender, bidder.id, withdrawal) if withdrawal else None
        listed = bidder.id in await ledger.bidders(tender)
        why = custody.basis(tender, withdrawn=withdrawn_at is not None, listed=listed)
        rules = tender_queries.rules_of(tender)
        returned = custody.give_back(
            held,
            why,
            due=custody.due(withdrawn_at, days=rules.value("T18")),
            rate=rules.value("T17.interest"),
            on=on,
            today=period.local_day(now),
        )
        gone = msgspec.structs.replace(held, returned=returned)
        hidden = tender.stage in custody.PAYABLE
        if not await _keep(gone, Act.SECURITY_GIVE_BACK, held_back=hidden, by=by, now=now):
            raise custody.NothingHeldError(number)
        return gone


async def _withdrawn(tender: Tender, bidder: int, token: str) -> datetime:
    """Return when the platform received the withdrawal a receipt is of; the last act on its bids."""
    lots = [lot.id for lot in tender.content.lots]
    acts = await bids.acts(tender=tender.number, lots=lots, organisations=[bidder])
    shown = [each.record.received_at for each in acts if each.token == token and each.record.withdraws]
    if not shown or bids.live_bids(acts):
        raise custody.NoWithdrawalError(field="withdrawal")
    return shown[0]


async def _keep(held: custody.Held, act: Act, *, held_back: bool, by: Actor, now: datetime) -> bool:
    """Store one hidden row with its entry; ``False`` where the index is taken."""
    blob, name = keys.current().seal_blob(bids.even(msgspec.json.encode(held))), uuid4()
    rows = await database.fetch(
        "INSERT INTO bidding_custody (id, blind_index, blob, blob_digest) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (blind_index) DO NOTHING RETURNING id",
        name,
        queries.index(held.tender, held.organisation, returned=held.returned is not None),
        blob,
        digest.h("sealed", blob),
    )
    if not rows:
        return False
    entry = await audit.record(
        act=act,
        by=by,
        subject=digest.h("custody", name.bytes),
        now=now,
        changed=[audit.row(CustodyRow, name)],
        held=held_back,
    )
    await database.execute("UPDATE bidding_custody SET entry = $2 WHERE id = $1", name, entry.id)
    return True


async def enter(tender: Tender, bidders: Iterable[int], *, by: Actor, now: datetime) -> None:
    """Bring the securities of the bids being opened into the ledger; part of the opening's transaction.

    Each has an entry of its own: the opening's is published whole with the transcript, and accounts are not.
    """
    for held in await queries.of_bidders(tender, bidders):
        if held.returned is not None:
            continue
        row = SecurityRow(
            salt=audit.salt(),
            tender=tender.id,
            organisation=held.organisation,
            origin=f"bid:{tender.id}:{held.organisation}",
            recorded_at=now,
            recorded_by=held.by,
            **msgspec.structs.asdict(held.payment),
        )
        await row.save()
        entry = await audit.record(
            act=Act.SECURITY_ENTER,
            by=by,
            subject=f"tender:{tender.number}",
            now=now,
            changed=[audit.row(SecurityRow, row.id)],
        )
        await outbox.publish(events.SecurityRecorded(**events.about(tender), security_id=row.id), entry=entry)
