"""Measures in force and past, and what a published snapshot calls for."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar

import msgspec

from credit.domain import measure, rating
from credit.domain.act import Act
from credit.domain.consequence import following
from credit.domain.consequence.following import Called
from credit.domain.grade import Grade
from credit.domain.permission import PERMISSIONS
from credit.domain.rules.register import Force, Measure, Trigger
from credit.queries import rule_sets, scores, standing
from market.kernel.actor import Actor
from market.kernel.errors import NotFoundError
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import database


class MeasureMissingError(NotFoundError):
    """No issued measure bears this number."""

    code: ClassVar[str] = "credit-measure-missing"


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """A measure an authority issued, as everybody sees it."""

    id: int
    enterprise: int
    key: str
    trigger: str
    force: str
    authority: int
    authority_name: str
    legal_basis: str
    reasons: str
    from_on: date
    to_on: date
    issued_at: datetime
    lifted_at: datetime | None
    lift_reason: str
    path: tuple[str, ...]
    automatic: bool = False
    end_cause: str = ""
    name_zh: str = ""
    name_en: str = ""


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """What a published snapshot calls for, and which it was.

    Attributes:
        cycle: Number of the cycle it closed; ``None`` for one between two.
        last: Nothing was published about the enterprise since.
    """

    snapshot: int
    enterprise: int
    cycle: int | None
    grade: Grade
    published_at: datetime
    last: bool
    called: Called


_ISSUED = (
    "SELECT m.id, m.enterprise, m.key, m.trigger, m.force, m.authority, o.name AS authority_name,"
    " m.legal_basis, m.reasons, m.from_on, m.to_on, m.issued_at, m.lifted_at, m.lift_reason, m.path,"
    " m.automatic, m.end_cause"
    " FROM credit_measure m JOIN parties_organisation o ON o.id = m.authority"
)


async def issued(number: int, *, lock: bool = False) -> Issued:
    """Return an issued measure, locked for an act if asked.

    Raises:
        MeasureMissingError: There is none.
    """
    rows = await database.fetch(f"{_ISSUED} WHERE m.id = $1{' FOR UPDATE OF m' if lock else ''}", number)
    if not rows:
        raise MeasureMissingError(f"no measure {number}", measure=number)
    return msgspec.convert(rows[0], Issued)


async def of_enterprise(enterprise: int, *, now: datetime) -> list[Issued]:
    """Return an enterprise's measures in force; one leaves by its day or by an act."""
    rows = await database.fetch(
        f"{_ISSUED} WHERE m.enterprise = $1 AND m.issued_at <= $2 AND m.to_on > $3"
        " AND (m.lifted_at IS NULL OR m.lifted_at > $2) ORDER BY m.issued_at, m.id",
        enterprise,
        now,
        local_day(now),
    )
    return await _named(rows)


async def rewards_of(enterprise: int, *, now: datetime) -> list[Issued]:
    """Return the rewards of an enterprise in force, for who compares enterprises."""
    return [one for one in await of_enterprise(enterprise, now=now) if one.force == Force.INCENTIVE.value]


async def ended(enterprise: int, *, now: datetime, limit: int = 50) -> list[Issued]:
    """Return an enterprise's measures that ended, by their day or before it, the newest first."""
    rows = await database.fetch(
        f"{_ISSUED} WHERE m.enterprise = $1 AND (m.to_on <= $3 OR m.lifted_at <= $2)"
        " ORDER BY coalesce(m.lifted_at, m.to_on::timestamptz) DESC, m.id DESC LIMIT $4",
        enterprise,
        now,
        local_day(now),
        limit,
    )
    return await _named(rows)


async def named_by_day(days: Iterable[date]) -> dict[date, dict[str, Measure]]:
    """Return the registers of days, each asked for once."""
    return {day: {m.key: m for m in (await rule_sets.in_force(day)).measures} for day in sorted(set(days))}


async def _named(rows: list[dict[str, Any]]) -> list[Issued]:
    """Return issued measures under the names of the register they were issued by."""
    register = await named_by_day(local_day(row["issued_at"]) for row in rows)
    named = []
    for row in rows:
        one = register[local_day(row["issued_at"])][row["key"]]
        named.append(msgspec.convert({**row, "name_zh": one.name_zh, "name_en": one.name_en}, Issued))
    return named


async def due(snapshot: int, *, now: datetime) -> Due:
    """Return what a published snapshot calls for: its grade, and a fall since the one before it.

    Raises:
        MeasureMissingError: There is no such snapshot.
    """
    rows = await database.fetch(
        "SELECT s.id AS snapshot, s.enterprise, s.cycle, s.grade, s.score_centi, s.published_at,"
        " b.score_centi AS before, NOT EXISTS (SELECT 1 FROM credit_snapshot n"
        " WHERE n.enterprise = s.enterprise AND (n.published_at, n.id) > (s.published_at, s.id)) AS last"
        " FROM credit_snapshot s LEFT JOIN LATERAL (SELECT e.score_centi FROM credit_snapshot e"
        " WHERE e.enterprise = s.enterprise AND (e.published_at, e.id) < (s.published_at, s.id)"
        " ORDER BY e.published_at DESC, e.id DESC LIMIT 1) b ON true WHERE s.id = $1",
        snapshot,
    )
    if not rows:
        raise MeasureMissingError(f"no snapshot {snapshot}", snapshot=snapshot)
    row, rules = rows[0], await rule_sets.in_force(local_day(now))
    fell = row["before"] is not None and rating.alarm(row["before"], row["score_centi"], rules=rules)
    listed = await standing.listing_of(row["enterprise"], now) is not None
    called = following.called(Grade(row["grade"]), listed=listed, warned=fell, rules=rules)
    return Due(
        snapshot=row["snapshot"],
        enterprise=row["enterprise"],
        cycle=row["cycle"],
        grade=Grade(row["grade"]),
        published_at=row["published_at"],
        last=row["last"],
        called=called,
    )


async def begun_by_itself(enterprise: int, *, today: date) -> list[following.Standing]:
    """Return the measures about an enterprise that began by themselves and run."""
    rows = await database.fetch(
        "SELECT id, key, trigger FROM credit_measure WHERE enterprise = $1 AND automatic"
        " AND lifted_at IS NULL AND to_on > $2 ORDER BY id",
        enterprise,
        today,
    )
    return [following.Standing(id=row["id"], key=row["key"], trigger=Trigger(row["trigger"])) for row in rows]


async def running_keys(enterprise: int, *, today: date) -> frozenset[str]:
    """Return the names of the measures about an enterprise that an authority issued and that run."""
    rows = await database.fetch(
        "SELECT DISTINCT key FROM credit_measure WHERE enterprise = $1 AND NOT automatic"
        " AND lifted_at IS NULL AND to_on > $2",
        enterprise,
        today,
    )
    return frozenset(row["key"] for row in rows)


async def called_live(enterprise: int, *, now: datetime) -> frozenset[str]:
    """Return the names of what an enterprise's score of this moment calls for, without listing or fall."""
    rules = await rule_sets.in_force(local_day(now))
    found = await scores.compute(enterprise, at=now, rules=rules)
    called = measure.measures_for(found.score.grade, listed=False, rules=rules)
    return frozenset(each.key for each in called)


async def places_of(enterprise: parties.Organisation) -> tuple[str, ...]:
    """Return the divisions an enterprise is registered in or manages communities in."""
    rows = await database.fetch(
        "SELECT DISTINCT unnest(d.path) AS code FROM credit_project_assignment a"
        " JOIN parties_community c ON c.id = a.community JOIN parties_division d ON d.code = c.division"
        " WHERE a.enterprise = $1 AND a.end_on IS NULL",
        enterprise.id,
    )
    return tuple(dict.fromkeys((*enterprise.path, *sorted(row["code"] for row in rows))))


class Recommended(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise the city recommends to owners, until when and why."""

    enterprise_name: str
    enterprise_code: str
    reasons: str
    legal_basis: str
    from_on: date
    to_on: date


async def recommended(*, now: datetime) -> list[Recommended]:
    """Return who is on the recommendation list today; nobody on the exit list is."""
    rows = await database.fetch(
        "SELECT o.name AS enterprise_name, o.code AS enterprise_code, m.reasons, m.legal_basis, m.from_on,"
        " m.to_on FROM credit_measure m JOIN parties_organisation o ON o.id = m.enterprise"
        " WHERE m.key = 'recommended' AND m.issued_at <= $1 AND m.from_on <= $2 AND m.to_on > $2"
        " AND (m.lifted_at IS NULL OR m.lifted_at > $1) ORDER BY o.name_pinyin, o.id LIMIT 2000",
        now,
        local_day(now),
    )
    return msgspec.convert(rows, list[Recommended])


async def issued_by(actor: Actor, *, now: datetime) -> list[Issued]:
    """Return what an authority issued by its own decision and is in force."""
    rows = await database.fetch(
        f"{_ISSUED} WHERE m.authority = $1 AND NOT m.automatic AND m.to_on > $2"
        " AND m.lifted_at IS NULL ORDER BY m.to_on, m.id LIMIT 500",
        actor.organisation,
        local_day(now),
    )
    return await _named(rows)


def may_lift(found: Issued, actor: Actor) -> bool:
    """Say whether an actor lifts a measure: whoever issued it, or the city."""
    allowed = PERMISSIONS[Act.MEASURE_LIFT].allows(actor, path=found.path)
    return allowed and (actor.organisation == found.authority or actor.role.value == "city")
