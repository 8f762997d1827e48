"""Orders to correct: proposed, issued or declined by a second person, served, made longer, withdrawn."""

import secrets
from datetime import datetime
from typing import Any

import msgspec
from piccolo.columns import Column

from contracts_templates import form, stamp
from contracts_templates import oversight as papers
from credit.domain import hearing
from credit.domain.act import Act
from credit.domain.oversight import order
from credit.domain.oversight.order import LIFECYCLE, Issue, Proposal, Stage, Verb
from credit.domain.permission import PERMISSIONS
from credit.oversight_tables import OrderRow
from credit.queries import rule_sets
from credit.queries.oversight import breaches
from credit.queries.oversight import orders as questions
from credit.services.records import need_reasons
from market.kernel.actor import Actor, Role
from market.kernel.digest import digest
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import audit, database, inbox, marks, workdays

Values = dict[Column | str, object]

_ADDRESSEES = (parties.OrganisationKind.ENTERPRISE, parties.OrganisationKind.DEVELOPER)


async def propose(*, proposal: Proposal, by: Actor, now: datetime) -> int:
    """Propose an order to correct; its addressee learns of it when a second person issues it.

    Raises:
        OrderAddresseeError: Neither enterprise nor developer, or a breach of the other kind.
    """
    async with database.transaction():
        number = await insert(proposal=proposal, origin=None, by=by, now=now)
        await _record(number, act=Act.ORDER_PROPOSE, by=by, now=now)
        return number


async def insert(*, proposal: Proposal, origin: str | None, by: Actor, now: datetime) -> int:
    """Judge and store a proposal in the caller's transaction, which records it."""
    community = await parties.community(proposal.community)
    PERMISSIONS[Act.ORDER_PROPOSE].check(by, path=community.path)
    addressee = await parties.organisation(proposal.addressee)
    breach = breaches.named(proposal.breach)
    developer = addressee.kind is parties.OrganisationKind.DEVELOPER
    if addressee.kind not in _ADDRESSEES or developer is bool(breach.missed_item):
        raise order.OrderAddresseeError("whom it is to", field="addressee", breach=breach.key)
    order.check_found(proposal.found_on, now=now)
    salt = secrets.token_hex(32)
    words = {"salt": salt, "facts": proposal.facts.strip(), "action": proposal.action.strip()}
    with database.translated():
        rows = await OrderRow.insert(
            OrderRow(
                stage=Stage.PROPOSED.value,
                origin=origin,
                addressee=addressee.id,
                community=community.id,
                division=community.division,
                path=list(community.path),
                breach=breach.key,
                found_on=proposal.found_on,
                salt=salt,
                facts=need_reasons(words["facts"], field="facts"),
                action=need_reasons(words["action"], field="action"),
                facts_digest=digest("credit-order-facts", words),
                evidence_digest=proposal.evidence_digest,
                proposed_at=now,
                proposed_by=by.name,
                proposed_person=by.person,
                proposer=by.organisation,
            )
        )
    return int(rows[0]["id"])


async def decline(*, order_id: int, reasons: str, by: Actor, now: datetime) -> None:
    """Decline a proposal, with reasons.

    Raises:
        OwnOrderError: The same person proposed it.
    """
    async with database.transaction():
        found = await opened(order_id, act=Act.ORDER_DECLINE, by=by)
        target = LIFECYCLE.after(found.stage, Verb.DECLINE)
        order.check_issuer(found.proposed_person, by=by)
        values: Values = {
            OrderRow.declined_at: now,
            OrderRow.declined_by: by.name,
            OrderRow.end_reason: need_reasons(reasons),
        }
        await finish(found, target, values, act=Act.ORDER_DECLINE, by=by, now=now)


async def issue(*, order_id: int, issue: Issue, by: Actor, now: datetime) -> None:
    """Issue an order: number, limit and two inspectors; it is posted into the addressee's account.

    Raises:
        OwnOrderError: The same person proposed it.
        OneInspectorError: Both inspectors bear one certificate.
        OrderDaysError: The limit is longer than the rules allow.
    """
    async with database.transaction():
        found = await opened(order_id, act=Act.ORDER_ISSUE, by=by)
        target = LIFECYCLE.after(found.stage, Verb.ISSUE)
        order.check_issuer(found.proposed_person, by=by)
        order.check_inspectors(issue.first, issue.second)
        rules = await rule_sets.in_force(local_day(now))
        order.check_days(issue.days, rules=rules)
        letter = issue.letter.strip()
        due = hearing.deemed_service(now, rules=rules, days=await workdays.table()) if letter else None
        paper = await _paper(found, issue, by=by, now=now)
        values: Values = {
            OrderRow.issuer: by.organisation,
            OrderRow.issuer_role: by.role.value,
            OrderRow.number: issue.number.strip(),
            OrderRow.days: issue.days,
            OrderRow.contact: issue.contact.strip(),
            OrderRow.letter: letter,
            OrderRow.inspectors_digest: inspectors_digest(found.salt, issue.first, issue.second),
            OrderRow.content: msgspec.json.encode(paper).decode(),
            OrderRow.paper_digest: stamp.content_digest(form.CORRECTION, paper),
            OrderRow.checkpoint: await marks.checkpoint(),
            OrderRow.posted_at: now,
            OrderRow.posted_by: by.name,
            OrderRow.next_due_at: due,
        }
        await tell(found, "credit.inbox.order", to=found.addressee, now=now, number=issue.number.strip())
        await finish(found, target, values, act=Act.ORDER_ISSUE, by=by, now=now)


def inspectors_digest(salt: str, *inspectors: order.Inspector) -> str:
    """Return the salted digest the log knows inspectors by."""
    return digest("credit-inspectors", {"salt": salt, "inspectors": msgspec.to_builtins(inspectors)})


async def _paper(found: questions.Case, issue: Issue, *, by: Actor, now: datetime) -> papers.CorrectionOrder:
    issuer = await parties.organisation(by.organisation or 0)
    breach = breaches.named(found.breach)
    first, second = (
        papers.Officer(name=each.name.strip(), certificate=each.certificate.strip())
        for each in (issue.first, issue.second)
    )
    return papers.CorrectionOrder(
        number=issue.number.strip(),
        issuer=issuer.name,
        addressee=found.addressee_name,
        addressee_code=found.addressee_code,
        community=found.community_name,
        found_on=found.found_on,
        breach=breach.title_zh,
        law=clause(breach.law),
        facts=found.facts,
        action=found.action,
        days=issue.days,
        sanction=breach.sanction_zh,
        evidence=found.evidence_digest,
        inspectors=(first, second),
        contact=issue.contact.strip(),
        ordered_on=local_day(now),
    )


_REGULATIONS = {"BPR": "《北京市物业管理条例》", "PMR": "《物业管理条例》"}


def clause(law: str) -> str:
    """Return a citation as official Chinese writes it, such as ``《北京市物业管理条例》第94条``."""
    key, _, article = law.partition(" ")
    return f"{_REGULATIONS[key]}第{article}条"


async def serve(*, order_id: int, by: Actor, now: datetime) -> None:
    """Note that an order is served: its addressee opened it, or the clock says so; the limit runs."""
    async with database.transaction():
        found = await opened(order_id, act=Act.ORDER_SERVE, by=by)
        target = LIFECYCLE.after(found.stage, Verb.SERVE)
        last = order.due_on(now, [found.days or 0], table=await workdays.table())
        values: Values = {
            OrderRow.served_at: now,
            OrderRow.served_by: by.name,
            OrderRow.due_on: last,
            OrderRow.next_due_at: order.due_at(last),
        }
        await finish(found, target, values, act=Act.ORDER_SERVE, by=by, now=now)


async def extend(*, order_id: int, days: int, reasons: str, by: Actor, now: datetime) -> None:
    """Make a limit that runs longer, once, with reasons.

    Raises:
        OrderExtendedError: It was made longer before.
        OrderNotRunningError: It does not run, or has passed.
        OrderDaysError: Longer than the rules allow.
    """
    async with database.transaction():
        found = await carried(order_id, act=Act.ORDER_EXTEND, by=by)
        if found.due_at is None or found.served_at is None:
            raise order.OrderNotRunningError("not served", stage=found.stage.value)
        extended = found.extended_at is not None
        order.check_extension(found.stage, due=found.due_at, extended=extended, now=now)
        rules = await rule_sets.in_force(local_day(now))
        order.check_days(days, rules=rules, most="order_extension_most")
        spans = [found.days or 0, days]
        last = order.due_on(found.served_at, spans, table=await workdays.table())
        values: Values = {
            OrderRow.extended_at: now,
            OrderRow.extended_by: by.name,
            OrderRow.extension_days: days,
            OrderRow.extension_reason: need_reasons(reasons),
            OrderRow.due_on: last,
            OrderRow.next_due_at: order.due_at(last),
        }
        await tell(found, "credit.inbox.order-extended", to=found.addressee, now=now)
        await finish(found, found.stage, values, act=Act.ORDER_EXTEND, by=by, now=now)


async def withdraw(*, order_id: int, reasons: str, by: Actor, now: datetime) -> None:
    """Withdraw an order that was wrong or has become pointless, with reasons; nothing follows from it."""
    async with database.transaction():
        found = await carried(order_id, act=Act.ORDER_WITHDRAW, by=by)
        target = LIFECYCLE.after(found.stage, Verb.WITHDRAW)
        await tell(found, "credit.inbox.order-withdrawn", to=found.addressee, now=now)
        values = ended(reasons=need_reasons(reasons), by=by, now=now)
        await finish(found, target, values, act=Act.ORDER_WITHDRAW, by=by, now=now)


async def opened(order_id: int, *, act: Act, by: Actor) -> questions.Case:
    """Return an order held by this transaction, or refuse whoever may not do this to it."""
    found = await questions.case(order_id, lock=True)
    PERMISSIONS[act].check(by, organisations=(found.addressee,), path=found.path)
    return found


async def carried(order_id: int, *, act: Act, by: Actor) -> questions.Case:
    """Return an issued order for the level that issued it or one above."""
    found = await opened(order_id, act=act, by=by)
    if found.issuer_role:
        order.check_level(Role(found.issuer_role), by=by)
    return found


def ended(*, reasons: str, by: Actor, now: datetime) -> Values:
    """Return what an order's end is stored by."""
    return {
        OrderRow.ended_at: now,
        OrderRow.ended_by: by.name,
        OrderRow.end_reason: reasons,
        OrderRow.next_due_at: None,
    }


async def tell(found: questions.Case, key: str, *, to: int | None, now: datetime, **params: object) -> None:
    """Tell one organisation about an order; what may come again carries its instant."""
    if to is not None:
        await inbox.tell(
            organisation=to,
            key=key,
            params={"number": found.number, "community": found.community_name, **params},
            url=f"/credit/orders/{found.id}",
            origin=f"{key}:{found.id}:{now.isoformat()}",
            now=now,
        )


async def finish(
    found: questions.Case,
    target: Stage,
    values: Values,
    *,
    act: Act,
    by: Actor,
    now: datetime,
    rows: tuple[audit.Changed, ...] = (),
) -> audit.Entry:
    """Move an order held by the caller's transaction, store what the act found and record it, last."""
    with database.translated():
        await OrderRow.update({**values, OrderRow.stage: target.value}).where(OrderRow.id == found.id)
    return await _record(found.id, act=act, by=by, now=now, rows=rows)


async def _record(
    number: int, *, act: Act, by: Actor, now: datetime, rows: tuple[audit.Changed, ...] = ()
) -> audit.Entry:
    changed: list[Any] = [audit.row(OrderRow, number), *rows]
    return await audit.record(act=act, by=by, subject=f"credit-order:{number}", now=now, changed=changed)
