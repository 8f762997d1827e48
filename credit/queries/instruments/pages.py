"""The register of instruments as pages show it: to those concerned in full, to everybody else in part.

Everybody sees an entry only while a record that rests on it shows: penalties of minor items stay hidden, and
none outlives the publicity of its record (NDRC36); an annulled one is withdrawn (APL 48).
"""

from datetime import date, datetime
from typing import Any

import msgspec

from credit.domain import record, visibility
from credit.domain.act import Act
from credit.domain.instruments import instrument
from credit.domain.instruments.instrument import Cause, Kind, Stage, Verb
from credit.domain.permission import PERMISSIONS
from credit.queries import rule_sets
from credit.queries.choices import Choice
from credit.queries.instruments import cases
from market.kernel.actor import AUTHORITIES, Actor
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import database


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for.

    Attributes:
        words: Part of a number, an issuer, an enterprise's name, or its code.
    """

    kind: Kind | None = None
    stage: Stage | None = None
    words: str = ""


class InstrumentLine(msgspec.Struct, frozen=True, kw_only=True):
    """One entry in a list.

    Attributes:
        records: Records in force that rest on it.
    """

    id: int
    stage: Stage
    kind: Kind
    number: str
    issuer: str
    issued_on: date
    effective_on: date
    enterprise_name: str
    enterprise_code: str
    community_name: str | None
    records: int


class RestingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A record that rests on an entry."""

    id: int
    stage: record.Stage
    item_code: str
    effective_from: date | None
    expires_on: date | None


class RestingCase(msgspec.Struct, frozen=True, kw_only=True):
    """An exit-list case or entry that rests on such a record."""

    id: int
    stage: str


class AnnulmentView(msgspec.Struct, frozen=True, kw_only=True):
    """What was noted against an entry; never an account."""

    cause: Cause
    document_no: str
    issuer: str
    annulled_on: date
    reasons: str
    file_digest: str
    due_at: datetime
    noted_at: datetime
    answered_at: datetime | None
    outcome: str
    answer: str


class Details(msgspec.Struct, frozen=True, kw_only=True):
    """What only those concerned see."""

    facts: str
    file_digest: str
    entered_at: datetime
    entered_by: str
    annulments: tuple[AnnulmentView, ...]
    cases: tuple[RestingCase, ...]


class InstrumentView(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as its reader may see it.

    Attributes:
        replaces: The annulled entry this one corrects; ``replaced_by`` the one that corrects it.
        due_at: By when everything that rests on it must have been revoked; set once an annulment is noted.
        records: What rests on it, as far as the reader may see.
        offered: What the reader may do about it now.
    """

    id: int
    stage: Stage
    kind: Kind
    number: str
    issuer: str
    issued_on: date
    effective_on: date
    legal_basis: str
    enterprise: parties.Organisation
    community: parties.Community | None
    annulled_at: datetime | None
    fallen_at: datetime | None
    replaces: int | None
    replaced_by: int | None
    due_at: datetime | None
    records: tuple[RestingRecord, ...]
    details: Details | None
    offered: tuple[Act, ...]


_LINE = (
    "SELECT i.id, i.stage, i.kind, i.number, i.issuer, i.issued_on, i.effective_on,"
    " o.name AS enterprise_name, o.code AS enterprise_code, c.name AS community_name,"
    " (SELECT count(*) FROM credit_record r WHERE r.instrument = i.id AND r.stage = 'effective') AS records"
    " FROM credit_instrument i JOIN parties_organisation o ON o.id = i.enterprise"
    " LEFT JOIN parties_community c ON c.id = i.community"
    " WHERE (i.path @> ARRAY[$1]::varchar[] OR i.enterprise = $2)"
    " AND ($3 = '' OR i.kind = $3) AND ($4 = '' OR i.stage = $4)"
    " AND ($5 = '' OR strpos(i.number, $5) > 0 OR strpos(i.issuer, $5) > 0 OR strpos(o.name, $5) > 0"
    " OR o.code = $5)"
)
MOST = 10_000
"""Rows of a download."""


async def listed(actor: Actor, wanted: Filter, *, after: int = 0, limit: int = MOST) -> list[InstrumentLine]:
    """Return the entries of an authority's division, or about one's own enterprise, the newest first."""
    inside = actor.role in AUTHORITIES
    rows = await database.fetch(
        f"{_LINE} AND ($6 = 0 OR i.id < $6) ORDER BY i.id DESC LIMIT $7",
        (actor.division or "") if inside else "",
        0 if inside else (actor.organisation or 0),
        wanted.kind or "",
        wanted.stage or "",
        wanted.words.strip(),
        after,
        limit,
    )
    return msgspec.convert(rows, list[InstrumentLine])


async def choices(actor: Actor, *, now: datetime, enterprise: int | None = None) -> tuple[Choice, ...]:
    """Return the entries of a division that a record may rest on today, as a form offers them."""
    if not PERMISSIONS[Act.INSTRUMENT_READ].allows_role(actor) or actor.role not in AUTHORITIES:
        return ()
    rows = await database.fetch(
        "SELECT i.id, i.number || ' · ' || i.issuer || ' · ' || o.name AS name FROM credit_instrument i"
        " JOIN parties_organisation o ON o.id = i.enterprise"
        " WHERE i.path @> ARRAY[$1]::varchar[] AND i.stage = 'standing' AND i.effective_on <= $2"
        " AND ($3 = 0 OR i.enterprise = $3) ORDER BY i.id DESC LIMIT 500",
        actor.division or "",
        local_day(now),
        enterprise or 0,
    )
    return tuple(Choice(row["id"], row["name"]) for row in rows)


async def instrument_view(number: int, *, actor: Actor, now: datetime) -> InstrumentView:
    """Return an entry as the actor may see it.

    Raises:
        InstrumentUnknownError: There is none, or the actor may not know of it.
    """
    case = await cases.instrument(number)
    concerned = PERMISSIONS[Act.INSTRUMENT_READ].allows(
        actor, organisations=(case.enterprise,), path=case.path
    )
    records = await _records(case, actor=actor, concerned=concerned, now=now)
    if not concerned and (not records or case.stage is Stage.ANNULLED):
        raise cases.InstrumentUnknownError(f"no instrument {number}", instrument=number)
    noted = await cases.annulments(number)
    pending = bool(noted) and case.stage is not Stage.STANDING
    return InstrumentView(
        id=case.id,
        stage=case.stage if concerned else Stage.STANDING,
        kind=case.kind,
        number=case.number,
        issuer=case.issuer,
        issued_on=case.issued_on,
        effective_on=case.effective_on,
        legal_basis=case.legal_basis,
        enterprise=await parties.organisation(case.enterprise),
        community=await parties.community(case.community) if case.community is not None else None,
        annulled_at=case.annulled_at,
        fallen_at=case.fallen_at,
        replaces=case.replaces if concerned else None,
        replaced_by=await _replaced_by(case.id) if concerned else None,
        due_at=noted[-1].due_at if pending and concerned else None,
        records=records,
        details=await _details(case, noted) if concerned else None,
        offered=_offered(case, noted, actor=actor) if concerned else (),
    )


async def _replaced_by(number: int) -> int | None:
    rows = await database.fetch("SELECT id FROM credit_instrument WHERE replaces = $1", number)
    return int(rows[0]["id"]) if rows else None


async def _records(
    case: cases.Instrument, *, actor: Actor, concerned: bool, now: datetime
) -> tuple[RestingRecord, ...]:
    rows = await database.fetch("SELECT * FROM credit_record WHERE instrument = $1 ORDER BY id", case.id)
    inside = concerned and actor.role in AUTHORITIES
    kept = [row for row in rows if inside or await _shows(row, concerned=concerned, now=now)]
    return tuple(msgspec.convert(kept, list[RestingRecord]))


async def _shows(row: dict[str, Any], *, concerned: bool, now: datetime) -> bool:
    """Say whether the enterprise, or everybody, may see a record."""
    if concerned:
        return row["posted_at"] is not None or row["decided_at"] is not None
    rules = await rule_sets.version(row["rule_set"])
    shown = visibility.Shown(
        stage=record.Stage(row["stage"]),
        document_on=row["document_on"],
        expires_on=row["expires_on"],
        minor_reason=row["minor_reason"],
        light=row["light"],
    )
    return visibility.to_public(rules.item(row["item_code"]), shown, rules=rules, on=local_day(now))


async def _details(case: cases.Instrument, noted: list[cases.Annulment]) -> Details:
    rows = await database.fetch(
        "SELECT e.id, e.stage FROM credit_list_entry e JOIN credit_record r ON r.id = e.record"
        " WHERE r.instrument = $1 ORDER BY e.id",
        case.id,
    )
    return Details(
        facts=case.facts,
        file_digest=case.file_digest,
        entered_at=case.entered_at,
        entered_by=case.entered_by.partition(":")[0],
        annulments=tuple(msgspec.convert(one, AnnulmentView, from_attributes=True) for one in noted),
        cases=tuple(msgspec.convert(rows, list[RestingCase])),
    )


_ACTS = {
    Verb.NOTE: Act.INSTRUMENT_ANNUL,
    Verb.CONFIRM: Act.INSTRUMENT_CONFIRM,
    Verb.DECLINE: Act.INSTRUMENT_DECLINE,
}


def _offered(case: cases.Instrument, noted: list[cases.Annulment], *, actor: Actor) -> tuple[Act, ...]:
    acts = [_ACTS[verb] for verb in instrument.LIFECYCLE.available(case.stage)]
    if case.stage is Stage.NOTED and actor.person == noted[-1].noted_person:
        acts = []
    if case.stage is Stage.STANDING:
        acts.append(Act.RECORD_DRAFT)
    if case.stage is Stage.ANNULLED:
        acts += [Act.INSTRUMENT_ENTER] + ([Act.INSTRUMENT_FALL] if case.fallen_at is None else [])
    return tuple(act for act in acts if PERMISSIONS[act].allows(actor, path=case.path))


async def waiting(*, within: str, stage: Stage) -> list[InstrumentLine]:
    """Return the entries of a division that are noted, or annulled and not fallen, the oldest first."""
    rows = await database.fetch(
        f"{_LINE} AND i.fallen_at IS NULL ORDER BY i.id LIMIT 200", within, 0, "", stage.value, ""
    )
    return msgspec.convert(rows, list[InstrumentLine])
