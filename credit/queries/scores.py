"""Scores from rows: what was known at an instant goes in, the fold of the domain comes out."""

from datetime import date, datetime
from typing import Any, ClassVar

import msgspec

from credit.domain import points, score, snapshot
from credit.domain.catalogue import Flag, Subject
from credit.domain.points import Entry
from credit.domain.rule_set import RuleSet
from credit.domain.score import Inputs, Project, Quality, Score
from market.kernel.errors import NotFoundError
from market.kernel.period import local_day
from market.kernel.share import half_even
from market.parties import public as parties
from market.runtime import database


class Computed(msgspec.Struct, frozen=True, kw_only=True):
    """A score with all it was made of."""

    inputs: Inputs
    score: Score
    rules: RuleSet

    @property
    def body(self) -> bytes:
        """Its canonical bytes."""
        return snapshot.body(self.inputs, self.score, rules=self.rules)


_RECORDS = (
    "SELECT id, item_code, community, manager, fact, fact_on, effective_from, expires_on, decided_at,"
    " CASE WHEN stage IN ('repaired', 'revoked') THEN ended_at END AS struck_at"
    " FROM credit_record WHERE enterprise = $1 AND decided_at IS NOT NULL AND decided_at <= $2 ORDER BY id"
)
_ASSIGNMENTS = (
    "SELECT id, community, manager, area_centi, start_on,"
    " CASE WHEN ended_at <= $2 THEN end_on END AS end_on"
    " FROM credit_project_assignment WHERE enterprise = $1 AND assigned_at <= $2 ORDER BY start_on, id"
)
_QUALITIES = (
    "SELECT id, community, cycle, quality_centi FROM credit_evaluation"
    " WHERE enterprise = $1 AND released_at <= $2 AND stage = 'released' ORDER BY cycle, visit, id"
)


async def compute(enterprise: int, *, at: datetime, rules: RuleSet) -> Computed:
    """Return an enterprise's score as known at an instant; asking later gives the same."""
    found = await inputs_of(enterprise, at=at, rules=rules)
    return Computed(inputs=found, score=score.compute(found, rules=rules), rules=rules)


async def inputs_of(enterprise: int, *, at: datetime, rules: RuleSet) -> Inputs:
    """Return everything an enterprise's score depends on, as known at an instant."""
    organisation = await parties.organisation(enterprise)
    records = await database.fetch(_RECORDS, enterprise, at)
    assignments = await database.fetch(_ASSIGNMENTS, enterprise, at)
    qualities = _qualities(await database.fetch(_QUALITIES, enterprise, at))
    entries = [(row, _entry(row, rules)) for row in records]
    started = min((row["start_on"] for row in assignments), default=None)
    return Inputs(
        enterprise=enterprise,
        code=organisation.code,
        at=at,
        days_here=None if started is None else (local_day(at) - started).days + 1,
        entries=tuple(e for row, e in entries if _subject(row, rules) is Subject.ENTERPRISE),
        projects=tuple(_projects(assignments, entries, qualities, at=at, rules=rules)),
    )


def _subject(row: dict[str, Any], rules: RuleSet) -> Subject:
    return rules.item(row["item_code"]).subject


def _entry(row: dict[str, Any], rules: RuleSet) -> Entry:
    per_project = Flag.PER_PROJECT in rules.item(row["item_code"]).flags
    return Entry(
        record=row["id"],
        code=row["item_code"],
        fact=row["fact"],
        fact_on=row["fact_on"],
        effective_from=row["effective_from"],
        expires_on=row["expires_on"],
        known_at=row["decided_at"],
        ended_at=row["struck_at"],
        unit=f"project:{row['community']}" if per_project and row["community"] else "",
    )


def _qualities(rows: list[dict[str, Any]]) -> dict[int, Quality]:
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
    assignments: list[dict[str, Any]],
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
    rows = await database.fetch(_RECORDS.replace("enterprise = $1", "manager = $1"), person, at)
    own = points.fold([_entry(row, rules) for row in rows], rules=rules, at=at)
    spells = await database.fetch(
        "SELECT enterprise, community, start_on, end_on FROM credit_project_assignment"
        " WHERE manager = $1 AND assigned_at <= $2",
        person,
        at,
    )
    folds = []
    for spell in spells:
        records = await database.fetch(_RECORDS, spell["enterprise"], at)
        charged = [_entry(row, rules) for row in records if _in_charge(row, spell, rules)]
        folds.append(points.fold(charged, rules=rules, at=at))
    return half_even(score.manager(own, folds, rules=rules))


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
        "SELECT id, as_of, score_centi, tender_centi, grade, digest, published_at, rule_set"
        " FROM credit_snapshot WHERE enterprise = $1 AND published_at <= $2 ORDER BY published_at, id",
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
