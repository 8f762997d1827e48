"""Orders to correct, for acts and pages."""

from datetime import date, datetime
from typing import ClassVar

import msgspec

from contracts_templates import oversight as papers
from credit.domain.act import Act
from credit.domain.oversight import order
from credit.domain.oversight.breach import Breach
from credit.domain.oversight.order import Kind, Stage, Verb
from credit.domain.permission import PERMISSIONS
from credit.queries.oversight import breaches
from market.kernel.actor import Actor, Role
from market.kernel.errors import NotFoundError, NotPermittedError
from market.runtime import database


class OrderUnknownError(NotFoundError):
    """There is no such order, or it may not be seen."""

    code: ClassVar[str] = "credit-order-unknown"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """An order as acts see it."""

    id: int
    stage: Stage
    addressee: int
    addressee_name: str
    addressee_code: str
    addressee_kind: str
    community: int
    community_name: str
    path: tuple[str, ...]
    breach: str
    found_on: date
    salt: str
    facts: str
    action: str
    evidence_digest: str
    proposed_at: datetime
    proposed_by: str
    proposed_person: int | None
    proposer: int | None
    issuer: int | None
    issuer_role: str
    issuer_name: str | None
    number: str
    days: int | None
    contact: str
    letter: str
    content: str
    paper_digest: str
    checkpoint: str
    posted_at: datetime | None
    served_at: datetime | None
    due_on: date | None
    extended_at: datetime | None
    extension_days: int | None
    extension_reason: str
    overdue_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    end_reason: str
    next_due_at: datetime | None

    @property
    def due_at(self) -> datetime | None:
        """The instant the limit has passed; ``None`` before service."""
        return None if self.due_on is None else order.due_at(self.due_on)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A statement, a reply or a recheck."""

    id: int
    kind: Kind
    outcome: str
    text: str
    text_digest: str
    file_digest: str
    inspectors: tuple[order.Inspector, ...]
    filed_at: datetime


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """An order as those concerned see it: no account, no salt."""

    id: int
    stage: Stage
    addressee: int
    addressee_name: str
    addressee_code: str
    community: int
    community_name: str
    breach: str
    found_on: date
    facts: str
    action: str
    evidence_digest: str
    proposed_at: datetime
    issuer: int | None
    issuer_role: str
    issuer_name: str | None
    number: str
    days: int | None
    contact: str
    letter: str
    paper_digest: str
    posted_at: datetime | None
    served_at: datetime | None
    due_on: date | None
    extended_at: datetime | None
    extension_days: int | None
    extension_reason: str
    overdue_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    next_due_at: datetime | None


def shown(found: Case) -> Shown:
    """Return what those concerned see of an order."""
    return msgspec.convert(found, Shown, from_attributes=True)


class OrderView(msgspec.Struct, frozen=True, kw_only=True):
    """An order with what was added, its breach, and what its reader may do now."""

    order: Shown
    breach: Breach
    entries: tuple[Entry, ...]
    offered: tuple[Act, ...]


_CASE = (
    "SELECT r.*, o.name AS addressee_name, o.code AS addressee_code, o.kind AS addressee_kind,"
    " c.name AS community_name, i.name AS issuer_name FROM credit_order r"
    " JOIN parties_organisation o ON o.id = r.addressee JOIN parties_community c ON c.id = r.community"
    " LEFT JOIN parties_organisation i ON i.id = r.issuer"
)
_OPEN = [stage.value for stage in order.OPEN]
_TOLD = [stage.value for stage in order.TOLD]

_ACTS = {
    Verb.ISSUE: Act.ORDER_ISSUE,
    Verb.DECLINE: Act.ORDER_DECLINE,
    Verb.SERVE: Act.ORDER_SERVE,
    Verb.REPLY: Act.ORDER_REPLY,
    Verb.CLOSE: Act.ORDER_RECHECK,
    Verb.WITHDRAW: Act.ORDER_WITHDRAW,
}
"""Move -> the act that makes it; the clock's moves are not offered."""


async def case(number: int, *, lock: bool = False) -> Case:
    """Return an order, locked for an act if asked.

    Raises:
        OrderUnknownError: There is none.
    """
    rows = await database.fetch(f"{_CASE} WHERE r.id = $1{' FOR UPDATE OF r' if lock else ''}", number)
    if not rows:
        raise OrderUnknownError(f"no order {number}", order=number)
    return msgspec.convert(rows[0], Case)


async def entries(number: int) -> tuple[Entry, ...]:
    """Return what was added to an order, oldest first."""
    rows = await database.fetch(
        "SELECT id, kind, outcome, text, text_digest, file_digest, inspectors, filed_at"
        " FROM credit_order_entry WHERE correction = $1 ORDER BY id",
        number,
    )
    for row in rows:
        row["inspectors"] = msgspec.json.decode(row["inspectors"])
    return tuple(msgspec.convert(rows, list[Entry]))


def sees(found: Case, actor: Actor) -> bool:
    """Say whether a reader may know of an order: authorities of the place, who proposed it, who was told."""
    told = (found.addressee,) if found.stage in order.TOLD else ()
    mine = () if found.proposer is None else (found.proposer,)
    return PERMISSIONS[Act.ORDER_READ].allows(actor, organisations=(*told, *mine), path=found.path)


async def order_view(number: int, *, actor: Actor) -> OrderView:
    """Return an order to those concerned.

    Raises:
        OrderUnknownError: There is none, or the reader may not know of it.
    """
    found = await case(number)
    if not sees(found, actor):
        raise OrderUnknownError(f"no order {number}", order=number)
    return OrderView(
        order=shown(found),
        breach=breaches.named(found.breach),
        entries=await entries(number),
        offered=offered(found, actor),
    )


def offered(found: Case, actor: Actor) -> tuple[Act, ...]:
    """Return the acts a page offers a reader now."""
    acts = [_ACTS[verb] for verb in order.LIFECYCLE.available(found.stage) if verb in _ACTS]
    if found.stage in order.RUNNING:
        acts = [Act.ORDER_STATE, *acts]
        if found.extended_at is None:
            acts.append(Act.ORDER_EXTEND)
    unique = dict.fromkeys(acts)
    if found.stage is Stage.OVERDUE:
        unique = dict.fromkeys([Act.ORDER_RECHECK, *unique])
    return tuple(act for act in unique if _may(found, act, actor))


def _may(found: Case, act: Act, actor: Actor) -> bool:
    if not PERMISSIONS[act].allows(actor, organisations=(found.addressee,), path=found.path):
        return False
    try:
        if found.stage is Stage.PROPOSED:
            order.check_issuer(found.proposed_person, by=actor)
        elif actor.organisation != found.addressee:
            order.check_level(Role(found.issuer_role), by=actor)
    except NotPermittedError:
        return False
    return True


def paper(found: Case) -> papers.CorrectionOrder:
    """Return what the order's paper was made of.

    Raises:
        OrderUnknownError: It was not issued.
    """
    if not found.content:
        raise OrderUnknownError(f"no paper of order {found.id}", order=found.id)
    return msgspec.json.decode(found.content, type=papers.CorrectionOrder)


async def waiting(*, within: str, after: int = 0, limit: int = 200) -> list[Case]:
    """Return the open orders of a division, the most urgent first.

    Args:
        after: Skip so many.
    """
    rows = await database.fetch(
        f"{_CASE} WHERE r.path @> ARRAY[$1]::varchar[] AND r.stage = ANY($2)"
        " ORDER BY coalesce(r.next_due_at, 'infinity'), r.id OFFSET $3 LIMIT $4",
        within,
        _OPEN,
        after,
        limit,
    )
    return msgspec.convert(rows, list[Case])


async def of_organisation(organisation: int, *, limit: int = 200) -> list[Case]:
    """Return the orders an organisation was told of or proposed, newest first."""
    rows = await database.fetch(
        f"{_CASE} WHERE (r.addressee = $1 AND r.stage = ANY($2)) OR r.proposer = $1"
        " ORDER BY r.id DESC LIMIT $3",
        organisation,
        _TOLD,
        limit,
    )
    return msgspec.convert(rows, list[Case])


async def every(*, within: str) -> list[Case]:
    """Return all orders of a division for a file, oldest first."""
    rows = await database.fetch(
        f"{_CASE} WHERE r.path @> ARRAY[$1]::varchar[] ORDER BY r.id LIMIT 5000", within
    )
    return msgspec.convert(rows, list[Case])
