"""What pages and the interface show: records, exit list, work lists, the register of enterprises."""

from datetime import date, datetime
from typing import Any

import msgspec

from credit.domain import offer, record, visibility
from credit.domain.act import Act
from credit.domain.catalogue import Flag, Item
from credit.domain.consequence.effect import Effect
from credit.domain.permission import PERMISSIONS
from credit.domain.remedy import limitation
from credit.domain.rule_set import RuleSet
from credit.queries import cases, objections, rule_sets
from credit.queries.choices import Choice
from credit.queries.consequence import effects
from credit.queries.evidence import redactions
from credit.queries.instruments import cases as entries
from credit.queries.instruments import pages as instruments
from credit.queries.paper import papers
from credit.queries.remedy import repairs
from market.kernel.actor import Actor, Role
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import database, workdays


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What an enterprise said."""

    id: int
    text: str
    text_digest: str
    hearing: bool
    filed_at: datetime


class Details(msgspec.Struct, frozen=True, kw_only=True):
    """What only those concerned see: words, papers and stamps; never an account."""

    origin: str | None
    division: str
    fact: str
    fact_until: date | None
    found_on: date | None
    death: bool
    harm: bool
    amount_fen: int | None
    days_late: int | None
    facts: str
    facts_digest: str
    document_no: str
    file_digest: str
    drafted_at: datetime
    drafted_by: str
    submitted_at: datetime | None
    submitted_by: str | None
    taken_up_at: datetime | None
    taken_up_by: str | None
    posted_at: datetime | None
    posted_by: str | None
    letter: str
    notice_digest: str
    served_at: datetime | None
    served_by: str | None
    statement_until: datetime | None
    reconsidered_at: datetime | None
    decided_by: str | None
    reasons: str
    decision_digest: str
    minor_reason: str
    ended_at: datetime | None
    end_reason: str


class RecordView(msgspec.Struct, frozen=True, kw_only=True):
    """A record as its reader may see it; words and papers only for those concerned.

    Attributes:
        concerned: Whether the reader is the enterprise or an authority of the place.
        objection: Set while the record is under objection; it counts all the same.
        repair: Whether and from when it can be repaired, for those concerned.
        light: A warning that takes no points.
        record_by: Last day to record what its document found; ``None`` without document, or workdays unknown.
        late: It was, or would be, recorded after that day.
        effect: What it would do to the score, while it is not decided; for those concerned.
        public_until: First day the public no longer sees it.
        instrument: Entry of the register it rests on; ``entries`` those a draft may still rest on.
    """

    id: int
    item: Item
    stage: record.Stage
    enterprise: parties.Organisation
    community: parties.Community | None
    fact_on: date
    document_on: date | None
    effective_from: date | None
    expires_on: date | None
    decided_at: datetime | None
    decided_by: str
    public_until: date | None
    concerned: bool
    details: Details | None
    statements: tuple[Statement, ...]
    objection: objections.Flag | None
    may_object: bool
    repair: repairs.Offer | None
    light: bool
    corrected_on: date | None
    record_by: date | None
    late: bool
    effect: Effect | None
    offered: tuple[Act, ...]
    papers: tuple[papers.Line, ...]
    evidence: redactions.View
    instrument: int | None
    entries: tuple[Choice, ...]


class RecordLine(msgspec.Struct, frozen=True, kw_only=True):
    """One record in a list."""

    id: int
    stage: record.Stage
    item_code: str
    enterprise: int
    enterprise_name: str
    enterprise_code: str
    community_name: str | None
    fact_on: date
    effective_from: date | None
    expires_on: date | None
    next_due_at: datetime | None
    objected: bool
    light: bool


_RECORD_LINE = (
    "SELECT r.id, r.stage, r.item_code, r.enterprise, o.name AS enterprise_name, o.code AS enterprise_code,"  # noqa: S608 - the flag is ours
    " c.name AS community_name, r.fact_on, r.effective_from, r.expires_on, r.next_due_at, r.document_on,"
    " r.minor_reason, r.rule_set, r.light, " + objections.OBJECTED + " AS objected"
    " FROM credit_record r JOIN parties_organisation o ON o.id = r.enterprise"
    " LEFT JOIN parties_community c ON c.id = r.community"
)


def _shown(row: dict[str, Any]) -> visibility.Shown:
    return visibility.Shown(
        stage=record.Stage(row["stage"]),
        document_on=row["document_on"],
        expires_on=row["expires_on"],
        minor_reason=row["minor_reason"],
        light=row["light"],
    )


async def record_view(number: int, *, actor: Actor, now: datetime) -> RecordView:
    """Return a record as the actor may see it.

    Raises:
        CreditRecordUnknownError: There is none, or the actor may not know of it.
    """
    case = await cases.record(number)
    rules = await rule_sets.version(case.rule_set)
    item = rules.item(case.item_code)
    concerned = visibility.to_actor(actor, enterprise=case.enterprise, path=case.path)
    if concerned and actor.organisation == case.enterprise and case.posted_at is None and item.bad:
        concerned = False
    shown = _shown(msgspec.structs.asdict(case))
    if not concerned and not visibility.to_public(item, shown, rules=rules, on=local_day(now)):
        raise cases.CreditRecordUnknownError(f"no record {number}", record=number)
    flag = await objections.flag(number)
    record_by = await _record_by(case, rules=rules)
    return RecordView(
        id=case.id,
        item=item,
        stage=case.stage,
        enterprise=await parties.organisation(case.enterprise),
        community=await parties.community(case.community) if case.community is not None else None,
        fact_on=case.fact_on,
        document_on=case.document_on,
        effective_from=case.effective_from,
        expires_on=case.expires_on,
        decided_at=case.decided_at,
        decided_by=(case.decided_by or "").partition(":")[0],
        public_until=visibility.public_until(item, shown, rules=rules),
        concerned=concerned,
        details=msgspec.convert(case, Details, from_attributes=True) if concerned else None,
        statements=await statements_of(record_id=number) if concerned else (),
        objection=flag,
        may_object=case.stage is record.Stage.EFFECTIVE
        and flag is None
        and Flag.MIRROR not in item.flags
        and _may_object(case, actor),
        repair=await repairs.offer(case, item, actor=actor, now=now) if concerned else None,
        light=case.light,
        corrected_on=case.corrected_on,
        instrument=case.instrument,
        entries=await instruments.choices(actor, now=now, enterprise=case.enterprise)
        if case.stage is record.Stage.DRAFT
        else (),
        record_by=record_by,
        effect=await effects.effect_of(case, item, now=now) if concerned else None,
        late=record_by is not None and local_day(case.submitted_at or now) > record_by,
        offered=offer.on_record(
            item,
            case.stage,
            actor=actor,
            enterprise=case.enterprise,
            path=case.path,
            hands=(case.drafted_person, case.submitted_person),
        ),
        papers=await papers.of_record(number) if _reads_papers(actor, concerned=concerned) else (),
        evidence=await redactions.view(case, actor=actor, now=now),
    )


def _reads_papers(actor: Actor, *, concerned: bool) -> bool:
    return concerned and actor.role is not Role.COMMITTEE


async def _record_by(case: cases.Record, *, rules: RuleSet) -> date | None:
    """Return the last day to record what a document found; that of an entry counts from its effect."""
    if case.document_on is None:
        return None
    since = case.document_on
    if case.instrument is not None:
        since = (await entries.instrument(case.instrument)).effective_on
    return limitation.record_by(since, rules=rules, days=await workdays.table())


def _may_object(case: cases.Record, actor: Actor) -> bool:
    if actor.role is Role.COMMITTEE:
        return actor.covers(case.path)
    return PERMISSIONS[Act.OBJECTION_FILE].allows(actor, organisations=(case.enterprise,), path=case.path)


async def statements_of(
    *, record_id: int | None = None, entry_id: int | None = None
) -> tuple[Statement, ...]:
    """Return the statements to a record's notice or to an exit-list notice, oldest first."""
    rows = await database.fetch(
        "SELECT id, text, text_digest, hearing, filed_at FROM credit_statement"
        " WHERE record = $1 OR list_entry = $2 ORDER BY id",
        record_id,
        entry_id,
    )
    return tuple(msgspec.convert(rows, list[Statement]))


async def open_records(*, within: str, after: int = 0, limit: int = 50) -> list[RecordLine]:
    """Return records of a division that somebody still has to act on, in the order they were drafted."""
    rows = await database.fetch(
        f"{_RECORD_LINE} WHERE r.path @> ARRAY[$1]::varchar[] AND r.id > $2 AND r.stage NOT IN"
        " ('effective', 'expired', 'repaired', 'revoked', 'rejected', 'withdrawn') ORDER BY r.id LIMIT $3",
        within,
        after,
        limit,
    )
    return msgspec.convert(rows, list[RecordLine])


async def own_records(enterprise: int, *, after: int = 0, limit: int = 50) -> list[RecordLine]:
    """Return the records an enterprise was told of, newest last."""
    rows = await database.fetch(
        f"{_RECORD_LINE} WHERE r.enterprise = $1 AND r.id > $2"
        " AND (r.posted_at IS NOT NULL OR r.decided_at IS NOT NULL) ORDER BY r.id LIMIT $3",
        enterprise,
        after,
        limit,
    )
    return msgspec.convert(rows, list[RecordLine])


async def public_records(enterprise: int, *, now: datetime) -> list[RecordLine]:
    """Return the records of an enterprise that everybody may see today."""
    rows = await database.fetch(
        f"{_RECORD_LINE} WHERE r.enterprise = $1 AND r.stage = 'effective' ORDER BY r.effective_from, r.id",
        enterprise,
    )
    today = local_day(now)
    versions = await rule_sets.versions(row["rule_set"] for row in rows)
    kept = []
    for row in rows:
        rules = versions[row["rule_set"]]
        if visibility.to_public(rules.item(row["item_code"]), _shown(row), rules=rules, on=today):
            kept.append(row)
    return msgspec.convert(kept, list[RecordLine])
