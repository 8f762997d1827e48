"""The ledger's part of a credit report, as its reader may see it: what is public, or everything in force."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from contracts_templates import credit_report as said
from credit.domain import visibility
from credit.domain.citation import cite
from credit.domain.record import Stage
from credit.domain.rule_set import RuleSet
from credit.domain.score import Score
from credit.queries import rule_sets, scores, standing
from credit.queries.mirror import national
from credit.queries.objections import OBJECTED
from credit.queries.standing_page import Published
from market.kernel.actor import Actor, Role
from market.kernel.period import SHANGHAI, local_day
from market.kernel.share import half_even
from market.parties import public as parties
from market.runtime import database

_ITEMS = (
    "SELECT r.stage, r.item_code, r.rule_set, r.fact_on, r.effective_from, r.expires_on,"  # noqa: S608 - ours
    " r.document_on,"
    " r.minor_reason, r.light, coalesce(c.name, '') AS community, " + OBJECTED + " AS objected"
    " FROM credit_record r LEFT JOIN parties_community c ON c.id = r.community"
    " WHERE r.enterprise = $1 AND r.stage = 'effective' AND r.effective_from <= $2"
    " AND (r.expires_on IS NULL OR r.expires_on > $2) ORDER BY r.effective_from, r.id"
)
_ENDED = (
    "SELECT count(*) FILTER (WHERE stage = 'expired' OR (stage = 'effective' AND expires_on <= $2))"
    " AS expired,"
    " count(*) FILTER (WHERE stage = 'repaired') AS repaired,"
    " (SELECT count(*) FROM credit_objection b LEFT JOIN credit_objection_review v ON v.objection = b.id"
    " WHERE b.enterprise = $1 AND (b.stage IN ('filed', 'extended') OR v.stage = 'filed')) AS objections"
    " FROM credit_record WHERE enterprise = $1"
)
_EVALUATIONS = (
    "SELECT c.name AS community, e.cycle, e.released_at,"
    " coalesce((SELECT x.quality_centi FROM credit_evaluation_recheck x WHERE x.evaluation = e.id"
    " AND x.stage = 'replaced' ORDER BY x.id DESC LIMIT 1), e.quality_centi) AS quality_centi"
    " FROM credit_evaluation e JOIN parties_community c ON c.id = e.community"
    " WHERE e.enterprise = $1 AND e.stage = 'released' ORDER BY e.released_at DESC, e.id DESC LIMIT 60"
)


async def report(code: str, *, actor: Actor, now: datetime) -> said.Standing:
    """Return what the ledger says of an enterprise at this moment, for this reader.

    Minor items without a reason to be shown, and what passed the class maximum, stand in it for the
    enterprise and its authorities only (NDRC36); of what ended there is a number, for everybody.
    """
    enterprise = await parties.organisation_by_code(code)
    concerned = visibility.to_actor(actor, enterprise=enterprise.id, path=enterprise.path)
    audience = "public" if not concerned else "own" if actor.role is Role.ENTERPRISE else "authority"
    history = msgspec.convert(await scores.history(enterprise.id, at=now), list[Published])
    last = history[-1] if history else None
    today = await rule_sets.in_force(local_day(now))
    rules = today if last is None else await rule_sets.version(last.rule_set)
    score = None if last is None else (await scores.at_moment(enterprise.id, last.moment, rules=rules)).score
    titles = {one.key: one.title_zh for one in today.sources}
    ended = (await database.fetch(_ENDED, enterprise.id, local_day(now)))[0]
    return said.Standing(
        number=f"XYBG-{enterprise.code[-8:]}-{now.astimezone(SHANGHAI):%Y%m%d%H%M%S}",
        enterprise=enterprise.name,
        code=enterprise.code,
        as_of=now,
        rule_set=rules.version,
        audience=audience,
        published=None if last is None else _published(last, titles=titles),
        course=tuple(_course(each) for each in history[-12:]),
        components=None if score is None else _components(score),
        projects=() if score is None else tuple(await _projects(score)),
        items=tuple(await _items(enterprise.id, concerned=concerned, now=now)),
        expired=ended["expired"],
        repaired=ended["repaired"],
        evaluations=tuple(await _evaluations(enterprise.id)),
        lists=tuple(await _lists(enterprise, titles=titles, now=now)),
        objections=ended["objections"],
        method=_method(rules),
    )


def _published(last: Published, *, titles: Mapping[str, str]) -> said.Published:
    return said.Published(
        cycle=last.cycle or "",
        score_centi=last.score_centi,
        tender_centi=last.tender_centi,
        grade=last.grade.value,
        published_on=local_day(last.published_at),
        rule_set=last.rule_set,
        legal_basis=cite(last.legal_basis, titles=titles),
        digest=last.digest,
    )


def _course(each: Published) -> said.Course:
    return said.Course(
        published_on=local_day(each.published_at),
        cycle=each.cycle or "",
        score_centi=each.score_centi,
        grade=each.grade.value,
    )


def _components(score: Score) -> said.Components:
    """Return the parts rounded each; what bounds and rounding change makes the sum exact."""
    part, good, bad = (half_even(value) for value in (score.project_part, score.good, score.fold.bad))
    return said.Components(
        project_centi=part, good_centi=good, bad_centi=bad, rest_centi=score.published - (part + good - bad)
    )


async def _projects(score: Score) -> tuple[said.Project, ...]:
    rows = await database.fetch(
        "SELECT id, name FROM parties_community WHERE id = ANY($1)", [p.community for p in score.projects]
    )
    names = {row["id"]: row["name"] for row in rows}
    return tuple(
        said.Project(
            name=names.get(each.community, ""),
            area_centi=each.area,
            days=each.days,
            record_centi=half_even(each.record),
            quality_centi=each.quality,
            composite_centi=half_even(each.composite),
            assumed=each.assumed,
        )
        for each in score.projects
    )


async def _items(enterprise: int, *, concerned: bool, now: datetime) -> list[said.Item]:
    today = local_day(now)
    made = []
    for row in await database.fetch(_ITEMS, enterprise, today):
        one = _item(row, rules=await rule_sets.version(row["rule_set"]), today=today)
        if concerned or one.shown:
            made.append(one)
    return made


def _item(row: dict[str, Any], *, rules: RuleSet, today: date) -> said.Item:
    item = rules.item(row["item_code"])
    shown = visibility.Shown(
        stage=Stage(row["stage"]),
        document_on=row["document_on"],
        expires_on=row["expires_on"],
        minor_reason=row["minor_reason"],
        light=row["light"],
    )
    return said.Item(
        code=item.code,
        name=item.name_zh,
        severity=shown.severity(item).value,
        community=row["community"],
        fact_on=row["fact_on"],
        effective_from=row["effective_from"],
        expires_on=row["expires_on"],
        shown=visibility.to_public(item, shown, rules=rules, on=today),
        shown_until=visibility.public_until(item, shown, rules=rules),
        points_centi=0 if row["light"] else -item.points if item.bad else item.points,
        objected=row["objected"],
    )


async def _evaluations(enterprise: int) -> list[said.Evaluated]:
    return [
        said.Evaluated(
            community=row["community"],
            cycle=row["cycle"],
            quality_centi=row["quality_centi"],
            released_on=local_day(row["released_at"]),
        )
        for row in await database.fetch(_EVALUATIONS, enterprise)
    ]


async def _lists(
    enterprise: parties.Organisation, *, titles: Mapping[str, str], now: datetime
) -> list[said.Listed]:
    listing = await standing.listing_of(enterprise.id, now)
    found = (
        []
        if listing is None
        else [
            said.Listed(
                kind="exit",
                number=listing.decision_no,
                basis=cite(listing.legal_basis, titles=titles),
                from_on=local_day(listing.listed_at),
                to_on=listing.ends_on,
            )
        ]
    )
    found += [
        said.Listed(kind="national", number=e.document_no, basis=e.authority, from_on=e.listed_on, to_on=None)
        for e in await national.lines(code=enterprise.code)
    ]
    return found + [
        said.Listed(
            kind="ban",
            number=b.decision_no,
            basis=cite(b.legal_basis, titles=titles),
            from_on=b.from_on,
            to_on=b.to_on,
        )
        for b in await standing.bans_of(enterprise.id, now)
    ]


def _method(rules: RuleSet) -> said.Method:
    def centi(name: str) -> int:
        return half_even(rules.exact(name))

    return said.Method(
        base_centi=centi("base"),
        quality_percent=half_even(rules.exact("weight_evaluation") * 100),
        good_project_centi=centi("good_cap_project"),
        good_enterprise_centi=centi("good_cap_enterprise"),
        a_centi=centi("grade_a"),
        b_centi=centi("grade_b"),
        c_centi=centi("grade_c"),
    )
