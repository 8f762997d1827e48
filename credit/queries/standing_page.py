"""An enterprise's credit as a page shows it: grade, why, history; minor items stay hidden from the public."""

from datetime import datetime

import msgspec

from credit.domain import measure, visibility
from credit.domain.explanation import Branch, explain
from credit.domain.grade import Grade
from credit.queries import pages, rule_sets, scores, standing
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
    """A published snapshot in a history."""

    id: int
    as_of: datetime
    score_centi: int
    tender_centi: int
    grade: Grade
    digest: str
    published_at: datetime
    rule_set: int


class Live(msgspec.Struct, frozen=True, kw_only=True):
    """The score of this moment, for those concerned; it binds nobody until it is published."""

    score_centi: int
    tender_centi: int
    grade: Grade
    reasons: Reason


class CreditView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the credit page of an enterprise shows its reader.

    Attributes:
        published: The last published snapshot; ``None`` before the first.
        reasons: Why the published score is what it is.
        live: The score of this moment, only for the enterprise and its authorities.
    """

    enterprise: parties.Organisation
    published: Published | None
    reasons: Reason | None
    live: Live | None
    records: tuple[pages.RecordLine, ...]
    history: tuple[Published, ...]
    listing: standing.ListingFacts | None
    bans: tuple[standing.BanFacts, ...]
    measures: tuple[measure.Measure, ...]


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
    return CreditView(
        enterprise=enterprise,
        published=last,
        reasons=None if last is None else await _reasons(enterprise.id, last, shown=shown),
        live=await _live(enterprise.id, now=now) if concerned else None,
        records=tuple(public),
        history=tuple(history),
        listing=listing,
        bans=await standing.bans_of(enterprise.id, now),
        measures=measure.measures_for(grade, listed=listing is not None),
    )


async def _reasons(enterprise: int, last: Published, *, shown: frozenset[int] | None) -> Reason:
    rules = rule_sets.version(last.rule_set)
    found = await scores.compute(enterprise, at=last.as_of, rules=rules)
    return await _readable(explain(found.score, rules=rules), shown=shown)


async def _live(enterprise: int, *, now: datetime) -> Live:
    rules = rule_sets.in_force(local_day(now))
    found = await scores.compute(enterprise, at=now, rules=rules)
    return Live(
        score_centi=found.score.published,
        tender_centi=found.score.tender,
        grade=found.score.grade,
        reasons=await _readable(explain(found.score, rules=rules), shown=None),
    )


async def _readable(tree: Branch, *, shown: frozenset[int] | None) -> Reason:
    rows = await database.fetch(
        "SELECT id, name FROM parties_community WHERE id = ANY($1)", list(_communities(tree))
    )
    return _reason(tree, {row["id"]: row["name"] for row in rows}, shown=shown)


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
