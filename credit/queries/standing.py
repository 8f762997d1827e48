"""What a tender asks about an enterprise at an instant: listed, banned, graded, and with what score."""

from datetime import date, datetime

import msgspec

from credit.domain import score
from credit.domain.grade import Grade, worse
from credit.queries import rule_sets, scores
from market.kernel.period import local_day
from market.runtime import database


class BanFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A ban in force."""

    id: int
    decision_no: str
    legal_basis: str
    from_on: date
    to_on: date


class ListingFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A place on the exit list in force."""

    id: int
    legal_basis: str
    decision_no: str
    listed_at: datetime
    ends_on: date


class StandingFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise's standing as known at an instant.

    Attributes:
        grade: Of the last published snapshot, lowered by vetoes in force now.
        score_centi: ``E`` of that snapshot; ``None`` without one.
        tender_score_centi: ``E_tender``: without good items; neutral (80) without a snapshot.
        tender_points_centi: What it brings of ten points.
        snapshot: Its id; ``None`` for a newcomer.
        veto: Item in force that caps the grade, if any.
    """

    listing: ListingFacts | None
    bans: tuple[BanFacts, ...]
    grade: Grade
    score_centi: int | None
    tender_score_centi: int
    tender_points_centi: int
    snapshot: int | None
    snapshot_digest: str
    published_at: datetime | None
    veto: str

    @property
    def listed(self) -> bool:
        """Whether the exit list holds the enterprise."""
        return self.listing is not None

    @property
    def banned(self) -> bool:
        """Whether an authority bars it from must-tender projects."""
        return bool(self.bans)


async def standing_facts(organisation_id: int, at: datetime) -> StandingFacts:
    """Return an enterprise's standing as known at an instant; asking later gives the same.

    Score and grade come from the last snapshot published by then; listings, bans and vetoes are those in
    force. A newcomer without a snapshot stands neutral: nobody is worse for coming from elsewhere (FCR 9).
    """
    rules = await rule_sets.in_force(local_day(at))
    published = await scores.last_published(organisation_id, at=at)
    live = (await scores.compute(organisation_id, at=at, rules=rules)).score
    grade = Grade.UNRATED if published is None else Grade(published["grade"])
    capped = live.ceiling.grade in (Grade.C, Grade.D)
    if capped:
        grade = live.ceiling.grade if grade is Grade.UNRATED else worse(grade, live.ceiling.grade)
    neutral = rules.whole("unrated_project_part")
    tender = neutral if published is None else int(published["tender_centi"])
    return StandingFacts(
        listing=await listing_of(organisation_id, at),
        bans=await bans_of(organisation_id, at),
        grade=grade,
        score_centi=None if published is None else published["score_centi"],
        tender_score_centi=tender,
        tender_points_centi=score.tender_part(tender, rules=rules),
        snapshot=None if published is None else published["id"],
        snapshot_digest="" if published is None else published["digest"],
        published_at=None if published is None else published["published_at"],
        veto=live.ceiling.code if capped else "",
    )


async def listing_of(organisation_id: int, at: datetime) -> ListingFacts | None:
    """Return the exit-list entry in force at an instant."""
    rows = await database.fetch(
        "SELECT id, legal_basis, decision_no, listed_at, ends_on FROM credit_list_entry"
        " WHERE enterprise = $1 AND listed_at <= $2 AND ends_on > $3"
        " AND (ended_at IS NULL OR ended_at > $2) ORDER BY listed_at DESC LIMIT 1",
        organisation_id,
        at,
        local_day(at),
    )
    return msgspec.convert(rows[0], ListingFacts) if rows else None


async def bans_of(organisation_id: int, at: datetime) -> tuple[BanFacts, ...]:
    """Return the tender bans in force at an instant, as known then."""
    rows = await database.fetch(
        "SELECT id, decision_no, legal_basis, from_on, to_on FROM credit_ban"
        " WHERE enterprise = $1 AND recorded_at <= $2 AND from_on <= $3 AND to_on > $3"
        " AND (lifted_at IS NULL OR lifted_at > $2) ORDER BY to_on DESC, id",
        organisation_id,
        at,
        local_day(at),
    )
    return tuple(msgspec.convert(rows, list[BanFacts]))
