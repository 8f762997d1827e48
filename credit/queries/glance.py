"""An enterprise's standing at a glance: what counts, for how many days yet, and what it can do about each."""

from datetime import date, datetime
from fractions import Fraction

import msgspec

from credit.domain.catalogue import Flag, Item
from credit.domain.grade import Grade
from credit.domain.record import Stage
from credit.domain.score import Score
from credit.queries import cases, objections, rule_sets, scores
from credit.queries.remedy import repairs
from market.kernel.actor import Actor
from market.kernel.period import local_day, start_of_day
from market.kernel.share import half_even
from market.runtime import database

MOST = 200


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Something the enterprise can do about a record.

    Attributes:
        name: ``state``, ``object``, ``objected``, ``repair``, ``repairing`` or ``repair-from``.
        url: Where.
        until: When the time for it ends; ``opens`` when it begins.
    """

    name: str
    url: str
    until: datetime | None = None
    opens: date | None = None
    rule: str = ""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A record that counts, or one the enterprise may still answer.

    Attributes:
        centi: What it adds or takes at its own subject; ``None`` while nothing is decided.
        ends: Instant it stops counting; ``None`` while it is not decided or has no end.
    """

    record: int
    stage: Stage
    item: Item
    community_name: str | None
    centi: int | None
    ends: datetime | None
    steps: tuple[Step, ...]


class Glance(msgspec.Struct, frozen=True, kw_only=True):
    """Published and live standing with every active record; the live score binds nobody."""

    published: Grade | None
    published_centi: int | None
    grade: Grade
    score_centi: int
    held: tuple[Held, ...]


async def of(actor: Actor, *, now: datetime) -> Glance:
    """Return the standing of the actor's own enterprise."""
    enterprise = actor.organisation or 0
    rules = await rule_sets.in_force(local_day(now))
    live = (await scores.compute(enterprise, at=now, rules=rules)).score
    last = await scores.last_published(enterprise, at=now)
    rows = await database.fetch(
        "SELECT r.id, c.name FROM credit_record r LEFT JOIN parties_community c ON c.id = r.community"
        " WHERE r.enterprise = $1 AND (r.stage = 'effective' OR r.stage IN ('notice_posted', 'notice_served',"
        " 'statement_received', 're_review')) ORDER BY r.stage = 'effective', r.expires_on NULLS LAST, r.id"
        " LIMIT $2",
        enterprise,
        MOST,
    )
    counted = _counted(live)
    return Glance(
        published=None if last is None else Grade(last["grade"]),
        published_centi=None if last is None else last["score_centi"],
        grade=live.grade,
        score_centi=live.published,
        held=tuple([await _held(row["id"], row["name"], counted, actor, now) for row in rows]),
    )


def _counted(live: Score) -> dict[int, Fraction]:
    lines = [*live.fold.lines, *(line for one in live.projects for line in one.fold.lines)]
    return {line.entry.record: -line.counted if line.bad else line.counted for line in lines}


async def _held(
    number: int, community: str | None, counted: dict[int, Fraction], actor: Actor, now: datetime
) -> Held:
    case = await cases.record(number)
    item = (await rule_sets.version(case.rule_set)).item(case.item_code)
    centi = None if case.decided_at is None else half_even(counted.get(number, Fraction(0)))
    return Held(
        record=number,
        stage=case.stage,
        item=item,
        community_name=community,
        centi=centi,
        ends=None if case.expires_on is None else start_of_day(case.expires_on),
        steps=(*_answer(case, now), *await _remedies(case, item, actor, now)),
    )


def _answer(case: cases.Record, now: datetime) -> list[Step]:
    """Return what can be said to a notice: opening it starts the window, a statement ends with it."""
    page = f"/credit/records/{case.id}"
    if case.stage is Stage.NOTICE_POSTED:
        return [Step(name="open", url=page, until=case.next_due_at, rule="APL 44")]
    until = case.statement_until
    if case.stage is Stage.NOTICE_SERVED and until is not None and now < until:
        return [Step(name="state", url=page, until=until, rule="APL 45")]
    return []


async def _remedies(case: cases.Record, item: Item, actor: Actor, now: datetime) -> list[Step]:
    """Return objection and repair of a record in force: open, running, or from which day on."""
    if case.stage is not Stage.EFFECTIVE or Flag.MIRROR in item.flags:
        return []
    page, found = f"/credit/records/{case.id}", await objections.flag(case.id)
    if found is not None:
        url = f"/credit/objections/{found.id}"
        steps = [Step(name="objected", url=url, until=found.due_at, rule="SH23")]
    else:
        steps = [Step(name="object", url=f"{page}#object", rule="SH23")]
    offer = await repairs.offer(case, item, actor=actor, now=now)
    if offer is not None and offer.repairable:
        steps.append(_repair(offer, page, now))
    return steps


def _repair(offer: repairs.Offer, page: str, now: datetime) -> Step:
    current, rule = offer.current, "NDRC36"
    if current is not None and current.decided_at is None:
        return Step(name="repairing", url=f"/credit/repairs/{current.id}", until=current.due_at, rule=rule)
    if offer.may_file:
        return Step(name="repair", url=f"{page}#repair", rule=rule)
    later = offer.open_from if offer.open_from is not None and offer.open_from > local_day(now) else None
    return Step(name="repair-from" if later else "repair-barred", url=page, opens=later, rule=rule)
