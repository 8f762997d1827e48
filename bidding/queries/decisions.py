"""Owners' decisions as values: one, those of a tender or a community, and what rests on them."""

from datetime import date, datetime
from typing import Final

import msgspec

from bidding.domain.outcome.decision import Decision
from bidding.domain.vote.counting import NonVoters
from market.kernel.errors import NotFoundError
from market.runtime import database


class DecisionUnknownError(NotFoundError):
    """No owners' decision bears this number."""

    code = "decision-unknown"


class Recorded(Decision, frozen=True, kw_only=True):
    """A decision with everything its page says; no single choice is anywhere in it.

    Attributes:
        provider: Name of the organisation it covers.
        ballots_digest: Salted digest of the ballot file; the same file answers to it again.
        silent_area: What a clause added to those taking part (0.01 m²); likewise ``silent_heads``.
        favour: The choice that counted as in favour: yes, or the rank of the candidate.
    """

    provider: str | None
    community_name: str
    carried: bool
    notice_on: date | None
    reported_on: date | None
    posted_on: date | None
    evote_reference: str
    non_voters: NonVoters
    clause: str
    list_digest: str
    ballots_digest: str
    salt: str
    ballot_rows: int
    favour: str
    silent_area: int
    silent_heads: int
    recorded_at: datetime


COLUMNS: Final = """
    SELECT w.id, w.number, w.matter, coalesce(w.community, wt.community) AS community,
           wt.number AS tender, w.lot, w.covers, w.pattern, w.relaxes, w.renewal, w.decided_on,
           w.unit_list,
           w.file_digest, w.revoked_at, w.revocation,
           json_build_object('area', w.area, 'heads', w.heads, 'area_part', w.area_part,
               'heads_part', w.heads_part, 'area_yes', w.area_yes, 'heads_yes', w.heads_yes) AS figures
"""
"""What a ``Decision`` is made of, in the words of its fields."""

SOURCE: Final = "FROM bidding_decision w LEFT JOIN bidding_tender wt ON wt.id = w.tender"
_RECORDED: Final = f"""
    SELECT row_to_json(found) AS body FROM ({COLUMNS},
        o.name AS provider, c.name AS community_name, w.carried, w.notice_on, w.reported_on, w.posted_on,
        w.evote_reference, w.non_voters, w.clause, w.list_digest, w.ballots_digest, w.salt, w.ballot_rows,
        w.favour, w.silent_area, w.silent_heads, w.recorded_at
    {SOURCE} LEFT JOIN parties_organisation o ON o.id = w.covers
    JOIN parties_community c ON c.id = coalesce(w.community, wt.community)
    WHERE {{where}} ORDER BY w.id) found
"""  # noqa: S608 - of constants


async def _recorded(where: str, *values: object) -> list[Recorded]:
    rows = await database.fetch(_RECORDED.format(where=where), *values)
    return [msgspec.json.decode(row["body"], type=Recorded) for row in rows]


async def by_number(number: str) -> Recorded:
    """Return a decision.

    Raises:
        DecisionUnknownError: No decision bears this number.
    """
    found = await _recorded("w.number = $1", number)
    if not found:
        raise DecisionUnknownError(f"no decision {number}", field="decision", value=number)
    return found[0]


async def by_id(decision_id: int | None) -> Recorded | None:
    """Return one decision; nothing where none is named."""
    found = await _recorded("w.id = $1", decision_id)
    return found[0] if found else None


async def of_tender(tender_id: int) -> list[Recorded]:
    """Return the decisions on winners of a tender, the newest last."""
    return await _recorded("w.tender = $1", tender_id)


async def of_community(community: int) -> list[Recorded]:
    """Return every decision of a community's owners, the newest last."""
    return await _recorded("coalesce(w.community, wt.community) = $1", community)


class Resting(msgspec.Struct, frozen=True, kw_only=True):
    """A tender that rests on a decision, and the bidders that may be known of: nobody before the opening."""

    number: str
    organisation: int
    bidders: tuple[int, ...]


async def resting_on(number: str) -> list[Resting]:
    """Return the tenders whose document names a decision, or whose winner it is on."""
    rows = await database.fetch(
        """
        SELECT t.number, t.organisation,
               ARRAY(SELECT DISTINCT b.organisation FROM bidding_opened_bid b WHERE b.tender = t.id)
                   AS bidders
        FROM bidding_tender t WHERE t.content->>'decision' = $1
            OR t.id = (SELECT tender FROM bidding_decision WHERE number = $1) ORDER BY t.number
        """,
        number,
    )
    return msgspec.convert(rows, list[Resting])
