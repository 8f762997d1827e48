"""Scores from rows: what was known at an instant goes in, the fold of the domain comes out."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, ClassVar

import msgspec

from credit.domain import cycle, horizon, points, score, snapshot
from credit.domain.catalogue import Flag, Subject
from credit.domain.horizon import Spell
from credit.domain.points import Entry
from credit.domain.rating import Mode, Moment
from credit.domain.rule_set import RuleSet
from credit.domain.score import Inputs, Project, Quality, Score
from market.kernel.errors import NotFoundError
from market.kernel.period import local_day
from market.kernel.share import half_even
from market.parties import public as parties
from market.runtime import database


class Computed(msgspec.Struct, frozen=True, kw_only=True):
    """A score with all it was made of.

    Attributes:
        changes_on: First day on which it may be another by date alone.
    """

    inputs: Inputs
    score: Score
    rules: RuleSet
    mode: Mode = Mode.ABSOLUTE
    changes_on: date = date.min

    @property
    def body(self) -> bytes:
        """Its canonical bytes."""
        return snapshot.body(self.inputs, self.score, rules=self.rules, mode=self.mode.value)


Rows = Sequence[dict[str, Any]]
Grouped = dict[int, Rows]

BLOCK = 250
"""Enterprises that are read and folded at once where there are many."""

_RECORDS = (
    "SELECT id, enterprise, item_code, community, manager, fact, fact_on, effective_from, expires_on,"
    " decided_at, CASE WHEN stage IN ('repaired', 'revoked')"
    " OR (stage = 'expired' AND expires_on IS NULL) THEN ended_at END AS struck_at"
    " FROM credit_record WHERE enterprise = ANY($1) AND decided_at <= $2 AND NOT light"
    " ORDER BY enterprise, id"
)
_ASSIGNMENTS = (
    "SELECT id, enterprise, community, manager, area_centi, start_on,"
    " CASE WHEN ended_at <= $2 THEN end_on END AS end_on"
    " FROM credit_project_assignment WHERE enterprise = ANY($1) AND assigned_at <= $2"
    " ORDER BY enterprise, start_on, id"
)
_QUALITIES = (
    "SELECT e.id, e.enterprise, e.community, e.cycle, coalesce(r.quality_centi, e.quality_centi)"
    " AS quality_centi FROM credit_evaluation e LEFT JOIN LATERAL"
    " (SELECT quality_centi FROM credit_evaluation_recheck WHERE evaluation = e.id AND stage = 'replaced'"
    " AND decided_at <= $2 ORDER BY decided_at DESC, id DESC LIMIT 1) r ON true"
    " WHERE e.enterprise = ANY($1) AND e.released_at <= $2 AND e.stage = 'released' AND e.cycle <= $3"
    " ORDER BY e.enterprise, e.cycle, e.visit, e.id"
)


async def compute(enterprise: int, *, at: datetime, rules: RuleSet) -> Computed:
    """Return an enterprise's score as known at an instant; asking later gives the same."""
    return await at_moment(enterprise, Moment.live(at, cycle.of(local_day(at))), rules=rules)


async def at_moment(enterprise: int, moment: Moment, *, rules: RuleSet) -> Computed:
    """Return an enterprise's score at a moment, such as a cycle's end."""
    organisation = await parties.organisation(enterprise)
    (found,) = await compute_all([organisation], moment, rules=rules)
    return found


async def compute_all(
    enterprises: Sequence[parties.Organisation], moment: Moment, *, rules: RuleSet
) -> list[Computed]:
    """Return the scores of enterprises at one moment, in their order: three questions for all of them."""
    rows = await _rows([enterprise.id for enterprise in enterprises], moment)
    return _computed(enterprises, moment, rows, rules)


async def blocks(
    enterprises: Sequence[parties.Organisation], moment: Moment, *, rules: RuleSet, size: int = BLOCK
) -> AsyncIterator[list[Computed]]:
    """Yield the scores of many enterprises, block by block, folded in a thread so that others are served."""
    for start in range(0, len(enterprises), size):
        some = enterprises[start : start + size]
        rows = await _rows([enterprise.id for enterprise in some], moment)
        yield await asyncio.to_thread(_computed, some, moment, rows, rules)


async def _rows(ids: list[int], moment: Moment) -> tuple[Grouped, Grouped, Grouped]:
    records = await database.fetch(_RECORDS, ids, moment.known)
    assignments = await database.fetch(_ASSIGNMENTS, ids, moment.known)
    qualities = await database.fetch(_QUALITIES, ids, moment.known, moment.until_cycle)
    return _by_enterprise(records), _by_enterprise(assignments), _by_enterprise(qualities)


def _computed(
    enterprises: Sequence[parties.Organisation],
    moment: Moment,
    rows: tuple[Grouped, Grouped, Grouped],
    rules: RuleSet,
) -> list[Computed]:
    records, assignments, qualities = rows
    found = []
    for one in enterprises:
        own = (records.get(one.id, ()), assignments.get(one.id, ()), qualities.get(one.id, ()))
        inputs = _inputs(one, moment, own, rules=rules)
        spells = [Spell(row["community"], row["start_on"], row["end_on"]) for row in own[1]]
        computed = Computed(
            inputs=inputs,
            score=score.compute(inputs, rules=rules),
            rules=rules,
            changes_on=horizon.first_change(inputs, spells, rules=rules),
        )
        found.append(computed)
    return found


def _by_enterprise(rows: list[dict[str, Any]]) -> Grouped:
    return {enterprise: list(own) for enterprise, own in groupby(rows, key=lambda row: row["enterprise"])}


def _inputs(
    enterprise: parties.Organisation, moment: Moment, rows: tuple[Rows, Rows, Rows], *, rules: RuleSet
) -> Inputs:
    records, assignments, qualities = rows
    at = moment.at
    standing = [row for row in records if row["struck_at"] is None or moment.fallen < row["struck_at"]]
    entries = [(row, _entry(row, rules, at)) for row in standing]
    day = local_day(at)
    started = min((row["start_on"] for row in assignments if row["start_on"] <= day), default=None)
    return Inputs(
        enterprise=enterprise.id,
        code=enterprise.code,
        at=at,
        days_here=None if started is None else (day - started).days + 1,
        entries=tuple(e for row, e in entries if _subject(row, rules) is Subject.ENTERPRISE),
        projects=tuple(_projects(assignments, entries, _qualities(qualities), at=at, rules=rules)),
        known=moment.known,
        fallen=moment.fallen,
    )


def _subject(row: dict[str, Any], rules: RuleSet) -> Subject:
    return rules.item(row["item_code"]).subject


def _entry(row: dict[str, Any], rules: RuleSet, at: datetime) -> Entry:
    """Return a record as the score sees it; what was known when a cycle was closed counts at its end."""
    per_project = Flag.PER_PROJECT in rules.item(row["item_code"]).flags
    return Entry(
        record=row["id"],
        code=row["item_code"],
        fact=row["fact"],
        fact_on=row["fact_on"],
        effective_from=row["effective_from"],
        expires_on=row["expires_on"],
        known_at=min(row["decided_at"], at),
        unit=f"project:{row['community']}" if per_project and row["community"] else "",
    )


def _qualities(rows: Rows) -> dict[int, Quality]:
    """Return each project's newest cycle; several visits of one cycle are averaged (SJS: quarters)."""
    cycles: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        seen = cycles.setdefault(row["community"], [])
        if seen and seen[0]["cycle"] != row["cycle"]:
            seen.clear()
        seen.append(row)
    return {
        community: Quality(
            value=half_even(snapshot.mean([row["quality_centi"] for row in seen])),
            cycle=seen[0]["cycle"],
            evaluation=seen[-1]["id"],
        )
        for community, seen in cycles.items()
    }


def _projects(
    assignments: Rows,
    entries: list[tuple[dict[str, Any], Entry]],
    qualities: dict[int, Quality],
    *,
    at: datetime,
    rules: RuleSet,
) -> list[Project]:
    """Return one project for each community managed in the running cycle; returning to one adds its days."""
    weights: dict[int, list[tuple[int, int]]] = {}
    for row in assignments:
        days = score.days_in_cycle(row["start_on"], row["end_on"], at=at)
        weights.setdefault(row["community"], []).append((row["area_centi"], days))
    made = []
    for community, spells in weights.items():
        days = sum(d for _, d in spells)
        if not days:
            continue
        own = tuple(
            e
            for row, e in entries
            if row["community"] == community and _subject(row, rules) is Subject.PROJECT
        )
        made.append(
            Project(
                community=community,
                area=next(area for area, d in reversed(spells) if d),
                days=days,
                quality=qualities.get(community),
                entries=own,
            )
        )
    return made


async def manager_score(person: int, *, at: datetime, rules: RuleSet) -> int:
    """Return a manager's score, centi-points: it moves with the person, not with the enterprise."""
    rows = await database.fetch(_RECORDS.replace("enterprise = ANY($1)", "manager = ANY($1)"), [person], at)
    own = points.fold(_standing(rows, rules, at), rules=rules, at=at)
    spells = await database.fetch(
        "SELECT enterprise, community, start_on, end_on FROM credit_project_assignment"
        " WHERE manager = $1 AND assigned_at <= $2",
        person,
        at,
    )
    folds = []
    for spell in spells:
        records = await database.fetch(_RECORDS, [spell["enterprise"]], at)
        charged = [row for row in records if _in_charge(row, spell, rules)]
        folds.append(points.fold(_standing(charged, rules, at), rules=rules, at=at))
    return half_even(score.manager(own, folds, rules=rules))


def _standing(rows: Rows, rules: RuleSet, at: datetime) -> list[Entry]:
    return [_entry(row, rules, at) for row in rows if row["struck_at"] is None or at < row["struck_at"]]


def _in_charge(row: dict[str, Any], spell: dict[str, Any], rules: RuleSet) -> bool:
    end: date = spell["end_on"] or date.max
    return (
        row["community"] == spell["community"]
        and _subject(row, rules) is Subject.PROJECT
        and spell["start_on"] <= row["fact_on"] < end
    )


async def last_published(enterprise: int, *, at: datetime) -> dict[str, Any] | None:
    """Return the newest snapshot published by an instant."""
    rows = await database.fetch(
        "SELECT * FROM credit_snapshot WHERE enterprise = $1 AND published_at <= $2"
        " ORDER BY published_at DESC, id DESC LIMIT 1",
        enterprise,
        at,
    )
    return rows[0] if rows else None


async def history(enterprise: int, *, at: datetime) -> list[dict[str, Any]]:
    """Return the published snapshots of an enterprise, oldest first."""
    return await database.fetch(
        "SELECT s.id, s.as_of, s.score_centi, s.tender_centi, s.grade, s.digest, s.published_at, s.rule_set,"
        " coalesce(s.known_at, s.as_of) AS known_at, c.name AS cycle, s.legal_basis,"
        " split_part(s.published_by, ':', 1) AS signer FROM credit_snapshot s"
        " LEFT JOIN credit_cycle c ON c.id = s.cycle"
        " WHERE s.enterprise = $1 AND s.published_at <= $2 ORDER BY s.published_at, s.id",
        enterprise,
        at,
    )


class SnapshotUnknownError(NotFoundError):
    """No snapshot bears this number."""

    code: ClassVar[str] = "credit-snapshot-unknown"


async def snapshot_bytes(number: int) -> bytes:
    """Return a published snapshot's bytes.

    Raises:
        SnapshotUnknownError: There is none.
    """
    rows = await database.fetch("SELECT body FROM credit_snapshot WHERE id = $1", number)
    if not rows:
        raise SnapshotUnknownError(f"no snapshot {number}", snapshot=number)
    return str(rows[0]["body"]).encode()
