"""What waits for a person of an authority, with the day law or rules set; the desk puts it in words."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from credit.domain import evaluation, offer
from credit.domain.act import Act
from credit.domain.permission import PERMISSIONS
from credit.domain.record import Stage
from credit.domain.remedy import limitation
from credit.domain.rule_set import RuleSet
from credit.queries import rule_sets
from market.kernel.actor import Actor
from market.kernel.period import end_of_day, local_day
from market.kernel.workday import Workdays
from market.runtime import database, workdays

MOST = 2000
"""Rows of a kind a work list looks at, what is due first before the rest."""

NEXT: Mapping[Stage, Act] = {
    Stage.DRAFT: Act.RECORD_COMPLETE,
    Stage.SUBMITTED: Act.RECORD_TAKE_UP,
    Stage.UNDER_REVIEW: Act.RECORD_POST_NOTICE,
    Stage.STATEMENT_RECEIVED: Act.RECORD_RECONSIDER,
    Stage.NOTICE_SERVED: Act.RECORD_DECIDE,
    Stage.RE_REVIEW: Act.RECORD_DECIDE,
}
"""Stage of a record -> the act that comes next; a posted notice is served by itself."""

_DECIDING = (Stage.NOTICE_SERVED, Stage.STATEMENT_RECEIVED, Stage.RE_REVIEW)


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A record somebody has to act on.

    Attributes:
        act: What comes next.
        due_at: End of the day it is due by the rules of the record; ``None`` where they set none.
    """

    id: int
    act: Act
    item_code: str
    enterprise_name: str
    community_name: str | None
    due_at: datetime | None


class Scoring(msgspec.Struct, frozen=True, kw_only=True):
    """An evaluation to score, or to submit once one's part is whole."""

    id: int
    submit: bool
    cycle: str
    enterprise_name: str
    community_name: str


class Ban(msgspec.Struct, frozen=True, kw_only=True):
    """A record in force whose item lets an authority ban from tenders, without a ban recorded since."""

    record: int
    item_code: str
    enterprise_name: str
    enterprise_code: str


async def records(*, actor: Actor) -> list[Work]:
    """Return the records whose next act this very person may do: by level, place and hands."""
    rows = await database.fetch(
        "SELECT r.id, r.stage, r.item_code, r.rule_set, r.enterprise, r.path, r.document_on,"
        " r.statement_until, r.drafted_person, r.submitted_person, o.name AS enterprise_name,"
        " c.name AS community_name FROM credit_record r"
        " JOIN parties_organisation o ON o.id = r.enterprise"
        " LEFT JOIN parties_community c ON c.id = r.community"
        " WHERE r.path @> ARRAY[$1]::varchar[] AND r.stage = ANY($2)"
        " ORDER BY r.statement_until NULLS LAST, r.id LIMIT $3",
        actor.division or "",
        [stage.value for stage in NEXT],
        MOST,
    )
    days = await workdays.table()
    rules = {number: await rule_sets.version(number) for number in {row["rule_set"] for row in rows}}
    return [work for row in rows if (work := _work(row, rules[row["rule_set"]], days, actor)) is not None]


def _work(row: dict[str, Any], rules: RuleSet, days: Workdays, actor: Actor) -> Work | None:
    stage, item = Stage(row["stage"]), rules.item(row["item_code"])
    offered = offer.on_record(
        item,
        stage,
        actor=actor,
        enterprise=row["enterprise"],
        path=row["path"],
        hands=(row["drafted_person"], row["submitted_person"]),
    )
    act = NEXT[stage] if item.bad or stage is not Stage.UNDER_REVIEW else Act.RECORD_DECIDE
    if act not in offered:
        return None
    return Work(
        id=row["id"],
        act=act,
        item_code=item.code,
        enterprise_name=row["enterprise_name"],
        community_name=row["community_name"],
        due_at=_due(stage, row, rules, days),
    )


def _due(stage: Stage, row: dict[str, Any], rules: RuleSet, days: Workdays) -> datetime | None:
    """Return when a decision is due after the window, or a record after its document."""
    if stage in _DECIDING and row["statement_until"] is not None:
        last = days.add_workdays(local_day(row["statement_until"]), rules.whole("decision"))
        return end_of_day(last)
    document_on: date | None = row["document_on"]
    if stage is Stage.DRAFT and document_on is not None:
        by = limitation.record_by(document_on, rules=rules, days=days)
        return None if by is None else end_of_day(by)
    return None


async def scorings(*, actor: Actor) -> list[Scoring]:
    """Return the open evaluations this very person has to score, and those whose street may submit them."""
    part = evaluation.PART_OF.get(actor.role)
    if part is None or not PERMISSIONS[Act.EVALUATION_MARK].allows_role(actor):
        return []
    rows = await database.fetch(
        "SELECT e.id, e.cycle, o.name AS enterprise_name, c.name AS community_name,"
        " EXISTS (SELECT 1 FROM credit_evaluation_part p WHERE p.evaluation = e.id AND p.part = $2) AS whole,"
        " EXISTS (SELECT 1 FROM credit_evaluation_sheet s WHERE s.evaluation = e.id AND s.recheck IS NULL"
        " AND s.marked_person = $3) AS mine FROM credit_evaluation e"
        " JOIN parties_organisation o ON o.id = e.enterprise JOIN parties_community c ON c.id = e.community"
        " WHERE e.stage = ANY($4) AND e.path @> ARRAY[$1]::varchar[] ORDER BY e.id LIMIT $5",
        actor.division or "",
        part.value,
        actor.person,
        [evaluation.Stage.DRAFT.value, evaluation.Stage.RETURNED.value],
        MOST,
    )
    submits = PERMISSIONS[Act.EVALUATION_SUBMIT].allows_role(actor)
    return [
        Scoring(submit=bool(row["whole"]), **{name: row[name] for name in _SCORING})
        for row in rows
        if (submits if row["whole"] else not row["mine"])
    ]


_SCORING = ("id", "cycle", "enterprise_name", "community_name")


async def hearings(*, actor: Actor) -> list[tuple[int, str, datetime | None]]:
    """Return the exit-list cases whose hearing is owed: case, enterprise, and when it is held if called."""
    if not PERMISSIONS[Act.LIST_CALL_HEARING].allows_role(actor):
        return []
    rows = await database.fetch(
        "SELECT e.id, o.name, h.held_at FROM credit_list_entry e"
        " JOIN parties_organisation o ON o.id = e.enterprise"
        " LEFT JOIN credit_list_hearing h ON h.list_entry = e.id"
        " WHERE e.stage = 'notice_served' AND e.path @> ARRAY[$1]::varchar[] AND h.recorded_at IS NULL"
        " AND EXISTS (SELECT 1 FROM credit_statement s WHERE s.list_entry = e.id AND s.hearing)"
        " AND (h.id IS NULL OR e.opened_person IS DISTINCT FROM $2)"
        " ORDER BY h.held_at NULLS FIRST, e.id LIMIT $3",
        actor.division or "",
        actor.person,
        MOST,
    )
    return [(row["id"], row["name"], row["held_at"]) for row in rows]


async def bans(*, actor: Actor, now: datetime) -> list[Ban]:
    """Return what an authority may ban for and has not: who misbehaved in a tender (BL 53, 54)."""
    if not PERMISSIONS[Act.BAN_RECORD].allows_role(actor):
        return []
    rules = await rule_sets.in_force(local_day(now))
    codes = [item.code for item in rules.items if offer.may_ban(item)]
    rows = await database.fetch(
        "SELECT r.id AS record, r.item_code, o.name AS enterprise_name, o.code AS enterprise_code"
        " FROM credit_record r JOIN parties_organisation o ON o.id = r.enterprise"
        " WHERE r.stage = 'effective' AND r.item_code = ANY($1) AND r.path @> ARRAY[$2]::varchar[]"
        " AND NOT EXISTS (SELECT 1 FROM credit_ban b WHERE b.enterprise = r.enterprise"
        " AND b.recorded_at >= r.decided_at) ORDER BY r.decided_at, r.id LIMIT $3",
        codes,
        actor.division or "",
        MOST,
    )
    return msgspec.convert(rows, list[Ban])


async def surveys(*, actor: Actor) -> list[tuple[int, str, datetime]]:
    """Return the running surveys of a division with the end of their time."""
    if not PERMISSIONS[Act.SURVEY_CLOSE].allows_role(actor):
        return []
    rows = await database.fetch(
        "SELECT s.id, c.name, s.until FROM credit_survey s JOIN parties_community c ON c.id = s.community"
        " JOIN parties_division d ON d.code = c.division WHERE s.closed_at IS NULL"
        " AND d.path @> ARRAY[$1]::varchar[] ORDER BY s.until, s.id LIMIT $2",
        actor.division or "",
        MOST,
    )
    return [(row["id"], row["name"], row["until"]) for row in rows]
