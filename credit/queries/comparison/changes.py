"""What changed for an enterprise between two publications, or since the last one until now."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import ClassVar

import msgspec

from credit.domain import cycle, visibility
from credit.domain.comparison import changes
from credit.domain.comparison.changes import Change, Kind, Side
from credit.domain.grade import Grade
from credit.domain.rating import Moment
from credit.domain.record import Stage
from credit.domain.snapshot import fraction
from credit.queries import pages, rule_sets, scores
from credit.queries.standing_page import Published
from market.kernel.actor import Actor
from market.kernel.errors import InvalidInputError, NotPermittedError
from market.kernel.period import local_day
from market.kernel.share import half_even
from market.parties import public as parties
from market.runtime import database


class ChangesOrderError(InvalidInputError):
    """What is compared are two publications of one enterprise, the earlier one first."""

    code: ClassVar[str] = "credit-changes-order"


class LiveClosedError(NotPermittedError):
    """The score of this moment is for the enterprise and its authorities; it is not published."""

    code: ClassVar[str] = "credit-changes-live-closed"


class End(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two scores.

    Attributes:
        snapshot: ``None`` for the score of this moment.
        at: When it was published; now, for the score of this moment.
    """

    snapshot: int | None
    at: datetime
    cycle: str | None
    score_centi: int
    grade: Grade
    rule_set: int


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One change, ready to be put into words; all points are centi-points.

    Attributes:
        effect_centi: What it did to the score; the effects of all lines add up to the difference.
        effect: The same exactly, ``n/d``.
        ended: How a record ended: ``repaired``, ``revoked``, or ``expired`` when an outside list let it go.
        was: Points, hundredths of a square metre, days or version before; ``now`` after.
        many: How many records or projects it stands for.
    """

    kind: Kind
    effect_centi: int
    effect: str
    record: int | None
    item: str
    ended: Stage | None
    evaluation: int | None
    community: str
    was: int | None
    now: int | None
    factor_was: str
    factor_now: str
    many: int


class ChangesView(msgspec.Struct, frozen=True, kw_only=True):
    """What changed, as the reader may see it.

    Attributes:
        before: ``None`` while there is nothing to compare.
        choices: Publications that may be compared, the newest first.
        live: The reader may compare with the score of this moment.
    """

    enterprise: parties.Organisation
    before: End | None
    after: End | None
    lines: tuple[Line, ...]
    choices: tuple[Published, ...]
    live: bool


async def changes_view(
    code: str, *, actor: Actor, now: datetime, before: int | None = None, after: int | None = None
) -> ChangesView:
    """Return what changed; without a choice, since the last publication, for others since the one before.

    Args:
        before: Snapshot to compare from.
        after: Snapshot to compare with; for those concerned the score of this moment by default.

    Raises:
        ChangesOrderError: They are no two publications of the enterprise, or in the wrong order.
        LiveClosedError: Somebody else asks for what changed since the last publication.
    """
    enterprise = await parties.organisation_by_code(code)
    concerned = visibility.to_actor(actor, enterprise=enterprise.id, path=enterprise.path)
    history = msgspec.convert(await scores.history(enterprise.id, at=now), list[Published])
    if not concerned and after is None and history:
        after = history[-1].id
    first, last = _chosen(history, before, after)
    nothing = ChangesView(
        enterprise=enterprise,
        before=None,
        after=None,
        lines=(),
        choices=tuple(reversed(history)),
        live=concerned,
    )
    if first is None:
        return nothing
    if last is None and not concerned:
        raise LiveClosedError("not published", enterprise=enterprise.code)
    found = await _between(enterprise.id, first, last, now=now)
    if not concerned:
        seen = {line.id for line in await pages.public_records(enterprise.id, now=now)}
        found = msgspec.structs.replace(found, changes=changes.withheld(found.changes, seen=seen))
    return msgspec.structs.replace(
        nothing, before=_end(first), after=found.end, lines=tuple(await _lines(found.changes))
    )


def _chosen(
    history: Sequence[Published], before: int | None, after: int | None
) -> tuple[Published | None, Published | None]:
    """Return the two ends; the first is ``None`` where nothing lies before the second."""
    places = {one.id: place for place, one in enumerate(history)}
    unknown = [name for name, one in (("before", before), ("after", after)) if one not in (None, *places)]
    if unknown:
        raise ChangesOrderError("no publication of this enterprise", field=unknown[0])
    end = len(history) if after is None else places[after]
    start = end - 1 if before is None else places[before]
    if before is not None and start >= end:
        raise ChangesOrderError("the earlier one comes first", field="before")
    return (history[start] if start >= 0 else None), (None if after is None else history[end])


class _Found(msgspec.Struct, frozen=True, kw_only=True):
    """Changes, and the later end."""

    changes: tuple[Change, ...]
    end: End


async def _between(enterprise: int, first: Published, last: Published | None, *, now: datetime) -> _Found:
    then = await rule_sets.version(first.rule_set)
    rules = await (rule_sets.in_force(local_day(now)) if last is None else rule_sets.version(last.rule_set))
    moment = Moment.live(now, cycle.of(local_day(now))) if last is None else last.moment
    before = await scores.at_moment(enterprise, first.moment, rules=then)
    carried = await scores.at_moment(enterprise, first.moment, rules=rules)
    after = await scores.at_moment(enterprise, moment, rules=rules)
    found = changes.between(
        Side(inputs=before.inputs, rules=then),
        Side(inputs=after.inputs, rules=rules),
        carried=carried.inputs,
    )
    live = End(
        snapshot=None,
        at=now,
        cycle=None,
        score_centi=after.score.published,
        grade=after.score.grade,
        rule_set=rules.version,
    )
    return _Found(changes=found, end=live if last is None else _end(last))


def _end(one: Published) -> End:
    return End(
        snapshot=one.id,
        at=one.published_at,
        cycle=one.cycle,
        score_centi=one.score_centi,
        grade=one.grade,
        rule_set=one.rule_set,
    )


async def _lines(found: Sequence[Change]) -> list[Line]:
    communities = [one.community for one in found if one.community is not None]
    records = [one.record for one in found if one.kind is Kind.ENDED]
    names = await database.fetch("SELECT id, name FROM parties_community WHERE id = ANY($1)", communities)
    stages = await database.fetch("SELECT id, stage FROM credit_record WHERE id = ANY($1)", records)
    called = {row["id"]: row["name"] for row in names}
    ended = {row["id"]: Stage(row["stage"]) for row in stages}
    return [
        Line(
            kind=one.kind,
            effect_centi=one.shown,
            effect=fraction(one.effect),
            record=one.record,
            item=one.item,
            ended=ended.get(one.record) if one.record is not None else None,
            evaluation=one.evaluation,
            community="" if one.community is None else called[one.community],
            was=_whole(one.was),
            now=_whole(one.now),
            factor_was=_factor(one.factor_was),
            factor_now=_factor(one.factor_now),
            many=one.many,
        )
        for one in found
    ]


def _whole(value: Fraction | None) -> int | None:
    return None if value is None else half_even(value)


def _factor(value: Fraction | None) -> str:
    return "" if value is None else str(value)
