"""An enterprise on a day in the past: published and in force then, known then, and public still today."""

from datetime import datetime

import msgspec

from credit.domain import grade as grades
from credit.domain.grade import Grade, worse
from credit.domain.register.history import Lookback
from credit.queries import pages, rule_sets, scores, standing
from credit.queries.evaluations import ProjectLine
from market.runtime import database


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise on a day.

    Attributes:
        grade: Published last by then, lowered by items of ``records`` that bar it.
        records: In force then, known then, and public still today.
        listing: In force then and today.
        bans: The same.
    """

    grade: Grade
    score_centi: int | None
    published_at: datetime | None
    records: tuple[pages.RecordLine, ...]
    listing: standing.ListingFacts | None
    bans: tuple[standing.BanFacts, ...]
    projects: tuple[ProjectLine, ...]


async def of_enterprise(enterprise: int, *, back: Lookback) -> Past:
    """Return what everybody may see today of an enterprise on a day."""
    published = await scores.last_published(enterprise, at=back.at)
    records = await _records(enterprise, back=back)
    rules = await rule_sets.in_force(back.on)
    limit = grades.ceiling([item for item in (rules.item(r.item_code) for r in records) if item.bad]).grade
    letter = Grade.UNRATED if published is None else Grade(published["grade"])
    if limit in (Grade.C, Grade.D):
        letter = limit if letter is Grade.UNRATED else worse(letter, limit)
    listing = await standing.listing_of(enterprise, back.now)
    return Past(
        grade=letter,
        score_centi=None if published is None else published["score_centi"],
        published_at=None if published is None else published["published_at"],
        records=tuple(records),
        listing=listing if listing and listing.listed_at <= back.at else None,
        bans=await _bans(enterprise, back=back),
        projects=tuple(await _projects(enterprise, back=back)),
    )


async def _records(enterprise: int, *, back: Lookback) -> list[pages.RecordLine]:
    public = await pages.public_records(enterprise, now=back.now)
    rows = await database.fetch(
        "SELECT id FROM credit_record WHERE id = ANY($1) AND decided_at <= $2 AND effective_from <= $3"
        " AND (minor_reason = '' OR shown_at <= $2)",
        [line.id for line in public],
        back.at,
        back.on,
    )
    known = {row["id"] for row in rows}
    return [line for line in public if line.id in known]


async def _bans(enterprise: int, *, back: Lookback) -> tuple[standing.BanFacts, ...]:
    then = {ban.id for ban in await standing.bans_of(enterprise, back.at)}
    return tuple(ban for ban in await standing.bans_of(enterprise, back.now) if ban.id in then)


async def _projects(enterprise: int, *, back: Lookback) -> list[ProjectLine]:
    rows = await database.fetch(
        "SELECT a.community, c.name AS community_name, a.area_centi, a.start_on"
        " FROM credit_project_assignment a JOIN parties_community c ON c.id = a.community"
        " WHERE a.enterprise = $1 AND a.assigned_at <= $2 AND a.start_on <= $3"
        " AND (a.end_on IS NULL OR a.end_on > $3 OR a.ended_at > $2)"
        " ORDER BY c.name_pinyin, a.community LIMIT 500",
        enterprise,
        back.at,
        back.on,
    )
    return msgspec.convert(rows, list[ProjectLine])
