"""What follows an order: statement, reply, recheck by two inspectors, and the end of its limit."""

import secrets
from datetime import datetime

import msgspec

from credit.domain.act import Act
from credit.domain.events import OrderMissed
from credit.domain.oversight import order
from credit.domain.oversight.order import LIFECYCLE, Kind, Outcome, Recheck, Stage, Verb
from credit.domain.permission import PERMISSIONS
from credit.oversight_tables import OrderEntryRow, OrderRow
from credit.queries import rule_sets
from credit.queries.oversight import breaches
from credit.queries.oversight import orders as questions
from credit.services.oversight import orders
from credit.services.records import need_reasons
from market.kernel.actor import Actor
from market.kernel.digest import digest
from market.kernel.period import end_of_day, local_day
from market.runtime import audit, database, outbox, workdays


async def state(*, order_id: int, text: str, by: Actor, now: datetime) -> int:
    """File a statement on an order that runs; nobody is treated worse for having made one (APL 45).

    Raises:
        OrderNotRunningError: It does not run.
    """
    async with database.transaction():
        found = await orders.opened(order_id, act=Act.ORDER_STATE, by=by)
        if found.stage not in order.RUNNING:
            raise order.OrderNotRunningError("not running", stage=found.stage.value)
        number = await _add(found, Kind.STATEMENT, text=text, by=by, now=now)
        await orders.tell(found, "credit.inbox.order-statement", to=found.issuer, now=now)
        rows = (audit.row(OrderEntryRow, number),)
        await orders.finish(found, found.stage, {}, act=Act.ORDER_STATE, by=by, now=now, rows=rows)
        return number


async def reply(*, order_id: int, text: str, file_digest: str = "", by: Actor, now: datetime) -> int:
    """Reply that the order was obeyed, with evidence; a recheck follows."""
    async with database.transaction():
        found = await orders.opened(order_id, act=Act.ORDER_REPLY, by=by)
        target = LIFECYCLE.after(found.stage, Verb.REPLY)
        number = await _add(found, Kind.REPLY, text=text, file_digest=file_digest, by=by, now=now)
        await orders.tell(found, "credit.inbox.order-reply", to=found.issuer, now=now)
        rows = (audit.row(OrderEntryRow, number),)
        await orders.finish(found, target, {}, act=Act.ORDER_REPLY, by=by, now=now, rows=rows)
        return number


async def recheck(*, order_id: int, recheck: Recheck, by: Actor, now: datetime) -> int:
    """Note what two inspectors found; corrected ends the order, not corrected after the limit is a miss.

    Before the limit an order that is not obeyed yet just runs on. A miss takes no points: others hear of it
    and a draft is opened, which has its own notice and decision.

    Raises:
        OneInspectorError: Both inspectors bear one certificate.
        OrderLevelError: A level below the issuer's.
    """
    async with database.transaction():
        found = await orders.carried(order_id, act=Act.ORDER_RECHECK, by=by)
        target = order.after_recheck(found.stage, recheck.outcome, due=found.due_at, now=now)
        order.check_inspectors(recheck.first, recheck.second)
        number = await _add(
            found,
            Kind.RECHECK,
            text=recheck.text,
            file_digest=recheck.file_digest,
            outcome=recheck.outcome,
            inspectors=(recheck.first, recheck.second),
            by=by,
            now=now,
        )
        over = target in (Stage.CLOSED, Stage.MISSED)
        values = orders.ended(reasons=recheck.text.strip(), by=by, now=now) if over else {}
        if target is Stage.MISSED and found.overdue_at is None:
            values[OrderRow.overdue_at] = now
        await orders.tell(found, "credit.inbox.order-rechecked", to=found.addressee, now=now)
        rows = (audit.row(OrderEntryRow, number),)
        entry = await orders.finish(found, target, values, act=Act.ORDER_RECHECK, by=by, now=now, rows=rows)
        if target is Stage.MISSED:
            await outbox.publish(_missed(found, recheck, now=now), entry=entry)
        return number


def _missed(found: questions.Case, recheck: Recheck, *, now: datetime) -> OrderMissed:
    return OrderMissed(
        order=found.id,
        number=found.number,
        addressee=found.addressee,
        community=found.community,
        item_code=breaches.named(found.breach).missed_item,
        due_on=found.due_on or local_day(now),
        rechecked_on=local_day(now),
        file_digest=recheck.file_digest,
    )


async def _add(
    found: questions.Case,
    kind: Kind,
    *,
    text: str,
    by: Actor,
    now: datetime,
    file_digest: str = "",
    outcome: Outcome | None = None,
    inspectors: tuple[order.Inspector, ...] = (),
) -> int:
    salt, words = secrets.token_hex(32), need_reasons(text, field="text")
    named = msgspec.to_builtins(inspectors)
    sealed = {"salt": salt, "text": words, "inspectors": named}
    with database.translated():
        rows = await OrderEntryRow.insert(
            OrderEntryRow(
                correction=found.id,
                kind=kind.value,
                outcome=outcome.value if outcome else "",
                salt=salt,
                text=words,
                inspectors=msgspec.json.encode(named).decode(),
                text_digest=digest("credit-order-entry", sealed),
                file_digest=file_digest,
                filed_at=now,
                filed_by=by.name,
            )
        )
    return int(rows[0]["id"])


async def lapse(*, order_id: int, by: Actor, now: datetime) -> None:
    """Note that a limit has passed, and remind once when the time for a recheck is over too."""
    PERMISSIONS[Act.ORDER_LAPSE].check(by)
    async with database.transaction():
        found = await questions.case(order_id, lock=True)
        if found.stage is Stage.OVERDUE:
            await orders.tell(found, "credit.inbox.order-recheck-late", to=found.issuer, now=now)
            values: orders.Values = {OrderRow.next_due_at: None}
            await orders.finish(found, found.stage, values, act=Act.ORDER_LAPSE, by=by, now=now)
            return
        target = LIFECYCLE.after(found.stage, Verb.LAPSE)
        rules, table = await rule_sets.in_force(local_day(now)), await workdays.table()
        last = table.add_workdays(local_day(now), rules.whole("order_recheck"))
        for organisation in (found.issuer, found.addressee):
            await orders.tell(found, "credit.inbox.order-overdue", to=organisation, now=now)
        values = {OrderRow.overdue_at: now, OrderRow.next_due_at: end_of_day(last)}
        await orders.finish(found, target, values, act=Act.ORDER_LAPSE, by=by, now=now)


async def act_due(*, id: int, now: datetime) -> None:  # noqa: A002 - the schedule's word
    """Do what is due on an order: deemed service, the end of its limit, or a late recheck."""
    found = await questions.case(id, lock=True)
    if found.stage is Stage.POSTED:
        await orders.serve(order_id=id, by=Actor.platform(), now=now)
    else:
        await lapse(order_id=id, by=Actor.platform(), now=now)
