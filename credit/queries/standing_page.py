"""An enterprise's credit as a page shows it: grade, why, history; minor items stay hidden from the public."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

import msgspec

from credit.domain import cycle, lifting, measure, rating, visibility
from credit.domain.explanation import Branch, explain
from credit.domain.grade import Grade
from credit.domain.rating import Moment
from credit.domain.rules.register import Measure
from credit.domain.score import Score
from credit.queries import measures as acts
from credit.queries import pages, rule_sets, scores, standing
from credit.queries.mirror import national
from credit.queries.remedy import successors
from credit.queries.remedy.managers import Named
from credit.queries.remedy.managers import named as managers_named
from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.kernel.share import half_even
from market.parties import public as parties
from market.runtime import database


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the explanation, ready to be put into words.

    Attributes:
        amount: Exact centi-points, ``n/d``; ``centi`` is the same rounded for reading.
        item: Code of the item; empty when the reader may not know it.
        record: Record to look at; ``None`` when the reader may not.
    """

    key: str
    amount: str
    centi: int
    values: dict[str, str]
    item: str
    record: int | None
    evaluation: int | None
    community: str
    children: tuple["Reason", ...]


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """A published snapshot in a history.

    Attributes:
        cycle: Name of the cycle it closed; ``None`` for one published between two.
        signer: Role of whoever published it.
    """

    id: int
    as_of: datetime
    score_centi: int
    tender_centi: int
    grade: Grade
    digest: str
    published_at: datetime
    rule_set: int
    known_at: datetime
    cycle: str | None
    legal_basis: str
    signer: str

    @property
    def moment(self) -> Moment:
        """What it was computed of."""
        if self.cycle is None:
            return Moment.live(self.as_of, cycle.of(local_day(self.as_of)))
        return Moment.of_cycle(cycle.named(self.cycle), known=self.known_at, fallen=self.published_at)


class Lift(msgspec.Struct, frozen=True, kw_only=True):
    """A change that would lift the live grade, as it was tried out; all else the same.

    Attributes:
        records: Records that would have to end, with the codes of their items.
        community: Name of the project that would have to be evaluated with ``quality_centi``.
    """

    kind: lifting.Kind
    score_centi: int
    grade: Grade
    records: tuple[tuple[int, str], ...]
    on: date | None
    community: str
    quality_centi: int | None


class Live(msgspec.Struct, frozen=True, kw_only=True):
    """The score of this moment, for those concerned; it binds nobody until it is published.

    Attributes:
        change_centi: Against the score of ninety days ago, as known then.
        warned: It fell by ten points or more.
        ways: What would lift the grade; empty at the best one and where grades go by rank.
    """

    score_centi: int
    tender_centi: int
    grade: Grade
    reasons: Reason
    change_centi: int
    warned: bool
    ways: tuple[Lift, ...] = ()


class ManagerLine(msgspec.Struct, frozen=True, kw_only=True):
    """The score of who is in charge of a project; it moves with the person, whose name stays elsewhere."""

    community: int
    community_name: str
    score_centi: int


class CreditView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the credit page of an enterprise shows its reader.

    Attributes:
        published: The last published snapshot; ``None`` before the first.
        reasons: Why the published score is what it is.
        live: The score of this moment, only for the enterprise and its authorities.
        measures: What the grade calls for and does not run: of an authority's decision, or just published.
        past: Measures that ended, with the reason, for those concerned.
        may_lift: Running measures the reader may lift.
    """

    enterprise: parties.Organisation
    published: Published | None
    reasons: Reason | None
    live: Live | None
    records: tuple[pages.RecordLine, ...]
    history: tuple[Published, ...]
    listing: standing.ListingFacts | None
    national: tuple[national.Line, ...]
    bans: tuple[standing.BanFacts, ...]
    measures: tuple[Measure, ...]
    issued: tuple[acts.Issued, ...]
    past: tuple[acts.Issued, ...]
    may_lift: tuple[int, ...]
    managers: tuple[ManagerLine, ...]
    not_recommended: tuple[Named, ...]
    alerts: tuple[successors.AlertView, ...]


async def credit_view(code: str, *, actor: Actor, now: datetime) -> CreditView:
    """Return an enterprise's credit by its social credit code, as the actor may see it."""
    enterprise = await parties.organisation_by_code(code)
    concerned = visibility.to_actor(actor, enterprise=enterprise.id, path=enterprise.path)
    history = msgspec.convert(await scores.history(enterprise.id, at=now), list[Published])
    last = history[-1] if history else None
    public = await pages.public_records(enterprise.id, now=now)
    shown = None if concerned else frozenset(line.id for line in public)
    listing = await standing.listing_of(enterprise.id, now)
    grade = last.grade if last else Grade.UNRATED
    chooses = concerned or actor.role in successors.SHOWN_TO
    issued = await acts.of_enterprise(enterprise.id, now=now)
    rules = await rule_sets.in_force(local_day(now))
    called = measure.measures_for(grade, listed=listing is not None, rules=rules)
    running = {one.key for one in issued}
    return CreditView(
        enterprise=enterprise,
        published=last,
        reasons=None if last is None else await _reasons(enterprise.id, last, shown=shown),
        live=await _live(enterprise.id, now=now) if concerned else None,
        records=tuple(public),
        history=tuple(history),
        listing=listing,
        national=tuple(await national.lines(code=enterprise.code)),
        bans=await standing.bans_of(enterprise.id, now),
        measures=tuple(one for one in called if one.key not in running),
        issued=tuple(issued),
        past=tuple(await acts.ended(enterprise.id, now=now)) if concerned else (),
        may_lift=tuple(one.id for one in issued if acts.may_lift(one, actor)),
        managers=tuple(await _managers(enterprise.id, now=now)),
        not_recommended=tuple(await managers_named(now, enterprise=enterprise.id)) if chooses else (),
        alerts=tuple(await successors.of_enterprise(enterprise.id, actor=actor, now=now)),
    )


async def _managers(enterprise: int, *, now: datetime) -> list[ManagerLine]:
    rows = await database.fetch(
        "SELECT a.community, a.manager, c.name FROM credit_project_assignment a"
        " JOIN parties_community c ON c.id = a.community WHERE a.enterprise = $1 AND a.end_on IS NULL"
        " AND a.manager IS NOT NULL ORDER BY c.name_pinyin, a.community LIMIT 100",
        enterprise,
    )
    rules = await rule_sets.in_force(local_day(now))
    known: dict[int, int] = {}
    for row in rows:
        if row["manager"] not in known:
            known[row["manager"]] = await scores.manager_score(row["manager"], at=now, rules=rules)
    return [
        ManagerLine(community=row["community"], community_name=row["name"], score_centi=known[row["manager"]])
        for row in rows
    ]


async def _reasons(enterprise: int, last: Published, *, shown: frozenset[int] | None) -> Reason:
    rules = await rule_sets.version(last.rule_set)
    found = await scores.at_moment(enterprise, last.moment, rules=rules)
    settled = msgspec.structs.replace(found.score, grade=last.grade)
    return await _readable(explain(settled, rules=rules), shown=shown)


async def _live(enterprise: int, *, now: datetime) -> Live:
    rules = await rule_sets.in_force(local_day(now))
    found = await scores.compute(enterprise, at=now, rules=rules)
    before = now - timedelta(days=rules.whole("trend_alarm_window"))
    past = await scores.compute(enterprise, at=before, rules=rules)
    change = found.score.published - past.score.published
    fixed = rating.mode(rules) is rating.Mode.ABSOLUTE
    return Live(
        change_centi=change,
        warned=rating.alarm(past.score.published, found.score.published, rules=rules),
        score_centi=found.score.published,
        tender_centi=found.score.tender,
        grade=found.score.grade,
        reasons=await _readable(explain(found.score, rules=rules), shown=None),
        ways=await _lifts(lifting.ways(found.inputs, rules=rules), found.score) if fixed else (),
    )


async def _lifts(ways: Sequence[lifting.Way], score: Score) -> tuple[Lift, ...]:
    codes = {line.entry.record: line.entry.code for line in score.active_bad}
    names = await _names([way.community for way in ways if way.community is not None])
    return tuple(
        Lift(
            kind=way.kind,
            score_centi=way.score,
            grade=way.grade,
            records=tuple((record, codes[record]) for record in way.records),
            on=way.on,
            community="" if way.community is None else names.get(way.community, ""),
            quality_centi=way.quality,
        )
        for way in ways
    )


async def _names(communities: Collection[int]) -> dict[int, str]:
    rows = await database.fetch(
        "SELECT id, name FROM parties_community WHERE id = ANY($1)", list(communities)
    )
    return {row["id"]: row["name"] for row in rows}


async def _readable(tree: Branch, *, shown: frozenset[int] | None) -> Reason:
    return _reason(tree, await _names(_communities(tree)), shown=shown)


def _communities(branch: Branch) -> set[int]:
    own = set() if branch.community is None else {branch.community}
    return own.union(*(_communities(child) for child in branch.children))


def _reason(branch: Branch, names: dict[int, str], *, shown: frozenset[int] | None) -> Reason:
    hidden = branch.record is not None and shown is not None and branch.record not in shown
    return Reason(
        key="undisclosed" if hidden else branch.key,
        amount=f"{branch.amount.numerator}/{branch.amount.denominator}",
        centi=half_even(branch.amount),
        values={} if hidden else dict(branch.values),
        item="" if hidden else branch.item,
        record=None if hidden else branch.record,
        evaluation=branch.evaluation,
        community="" if branch.community is None else names.get(branch.community, ""),
        children=tuple(_reason(child, names, shown=shown) for child in branch.children),
    )
