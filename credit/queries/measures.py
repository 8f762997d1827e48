"""Measures in force and measures proposed: what a published grade calls for and nobody has issued yet."""

from datetime import date, datetime
from typing import Any, ClassVar

import msgspec

from credit.domain import measure, rating
from credit.domain.grade import Grade
from credit.domain.permission import PERMISSIONS, Act
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
    name_zh: str = ""
    name_en: str = ""


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """What calls for measures: the last published snapshot, a fall since the one before, a listing."""

    snapshot: int | None
    called: tuple[Measure, ...]
    warned: bool


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A measure an authority has to think about."""

    enterprise: int
    enterprise_name: str
    enterprise_code: str
    grade: Grade
    measure: Measure


_ISSUED = (
    "SELECT m.id, m.enterprise, m.key, m.trigger, m.force, m.authority, o.name AS authority_name,"
    " m.legal_basis, m.reasons, m.from_on, m.to_on, m.issued_at, m.lifted_at, m.lift_reason, m.path"
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


async def _named(rows: list[dict[str, Any]]) -> list[Issued]:
    """Return issued measures under the names of the register they were issued by."""
    named = []
    for row in rows:
        rules = await rule_sets.in_force(local_day(row["issued_at"]))
        one = measure.named(row["key"], rules=rules)
        named.append(msgspec.convert({**row, "name_zh": one.name_zh, "name_en": one.name_en}, Issued))
    return named


async def due(enterprise: int, *, now: datetime) -> Due:
    """Return what an enterprise's published grade, trend and listing call for."""
    history = await scores.history(enterprise, at=now)
    if not history:
        return Due(snapshot=None, called=(), warned=False)
    last, rules = history[-1], await rule_sets.in_force(local_day(now))
    fell = history[-2]["score_centi"] if len(history) > 1 else last["score_centi"]
    warned = rating.alarm(fell, last["score_centi"], rules=rules)
    listed = await standing.listing_of(enterprise, now) is not None
    called = measure.measures_for(Grade(last["grade"]), listed=listed, warned=warned, rules=rules)
    return Due(snapshot=last["id"], called=called, warned=warned)


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


async def proposals(*, actor: Actor, now: datetime) -> list[Proposal]:
    """Return what an authority's level has to think about: graded enterprises of its area, not issued yet."""
    rows = await database.fetch(
        "SELECT DISTINCT s.enterprise FROM credit_snapshot s JOIN parties_organisation o ON o.id ="
        " s.enterprise LEFT JOIN credit_project_assignment a ON a.enterprise = o.id AND a.end_on IS NULL"
        " LEFT JOIN parties_community c ON c.id = a.community"
        " LEFT JOIN parties_division d ON d.code = c.division"
        " JOIN parties_division h ON h.code = o.division"
        " WHERE h.path @> ARRAY[$1]::varchar[] OR d.path @> ARRAY[$1]::varchar[]"
        " ORDER BY s.enterprise LIMIT 500",
        actor.division or "",
    )
    found = []
    for row in rows:
        found += await _proposed(row["enterprise"], actor=actor, now=now)
    return found


async def _proposed(enterprise: int, *, actor: Actor, now: datetime) -> list[Proposal]:
    called = await due(enterprise, now=now)
    listed = await standing.listing_of(enterprise, now) is not None
    mine = [m for m in called.called if measure.may_issue(m, actor.role) and _by_hand(m, listed=listed)]
    if not mine:
        return []
    done = await database.fetch(
        "SELECT key FROM credit_measure WHERE snapshot = $1 AND authority = $2",
        called.snapshot,
        actor.organisation,
    )
    gone = {row["key"] for row in done}
    organisation = await parties.organisation(enterprise)
    last = await scores.last_published(enterprise, at=now)
    grade = Grade(last["grade"]) if last else Grade.UNRATED
    return [
        Proposal(
            enterprise=enterprise,
            enterprise_name=organisation.name,
            enterprise_code=organisation.code,
            grade=grade,
            measure=one,
        )
        for one in mine
        if one.key not in gone
    ]


def _by_hand(one: Measure, *, listed: bool) -> bool:
    """Leave out what a listing brings by itself, and rewards while it stands."""
    return one.trigger is not Trigger.LISTED and not (listed and one.force is Force.INCENTIVE)


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
    """Return what an authority issued and is in force."""
    rows = await database.fetch(
        f"{_ISSUED} WHERE m.authority = $1 AND m.to_on > $2 AND m.lifted_at IS NULL ORDER BY m.to_on, m.id"
        " LIMIT 500",
        actor.organisation,
        local_day(now),
    )
    return await _named(rows)


def may_lift(found: Issued, actor: Actor) -> bool:
    """Say whether an actor lifts a measure: whoever issued it, or the city."""
    allowed = PERMISSIONS[Act.MEASURE_LIFT].allows(actor, path=found.path)
    return allowed and (actor.organisation == found.authority or actor.role.value == "city")
