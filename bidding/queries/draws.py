"""Rounds of the draw as values, and the experts that may be drawn."""

from datetime import datetime
from typing import Any, Final

import msgspec

from bidding.domain import procedure as procedures
from bidding.domain.committee import draw as draws
from bidding.domain.committee.draw import Draw, Entry, Party, PartyAct
from bidding.domain.committee.eligibility import Candidate, Filters
from bidding.domain.procedure import Procedure
from bidding.domain.tender import Tender
from market.kernel.errors import NotFoundError
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import database

_COLUMNS: Final = """
    SELECT d.id, d.tender, d.round, d.kind, d.stage, d.version_digest, d.filters, d.roster, d.roster_digest,
           d.employer_salt, d.seats, d.reserves, d.parties, d.begun_at, d.commit_until, d.reveal_until,
           d.seed, d.reason, d.withheld, d.ended_at
"""
_DRAW: Final = f"{_COLUMNS} FROM bidding_draw d"
_TENDER: Final = ("number", "title", "organisation", "path", "procedure")
_GOING: Final = f"""{_COLUMNS}, t.number, t.title, t.organisation, v.path, t.procedure
    FROM bidding_draw d JOIN bidding_tender t ON t.id = d.tender
    JOIN parties_division v ON v.code = t.division
"""
_ACTS: Final = """
    SELECT draw, party, commitment, committed_at, nonce, revealed_at FROM bidding_draw_act
    WHERE draw = ANY($1) ORDER BY id
"""


class DrawUnknownError(NotFoundError):
    """This tender has no such round of the draw."""

    code = "draw-unknown"


class Going(msgspec.Struct, frozen=True, kw_only=True):
    """A round that is going on, and what of its tender says who its parties are."""

    draw: Draw
    number: str
    title: str
    organisation: int
    path: tuple[str, ...]
    procedure: Procedure


async def of_tender(tender_id: int) -> list[Draw]:
    """Return every round of a tender in their order."""
    return await _many(await database.fetch(f"{_DRAW} WHERE d.tender = $1 ORDER BY d.round", tender_id))


async def by_id(draw_id: int) -> Draw:
    """Return one round.

    Raises:
        DrawUnknownError: There is none.
    """
    found = await _many(await database.fetch(f"{_DRAW} WHERE d.id = $1", draw_id))
    if not found:
        raise DrawUnknownError(f"no draw {draw_id}")
    return found[0]


async def open_round(tender: Tender) -> Draw:
    """Return the round that is going on for a tender's present version.

    Raises:
        DrawUnknownError: None is.
    """
    for one in await of_tender(tender.id):
        if one.stage in draws.OPEN and one.version_digest == tender.version_digest:
            return one
    raise DrawUnknownError(f"no draw of {tender.number} is going on", value=tender.number)


async def is_running(tender: Tender) -> bool:
    """Say whether a round is going on for a tender's present version."""
    try:
        await open_round(tender)
    except DrawUnknownError:
        return False
    return True


async def open_within(organisation: int, division: str) -> list[Going]:
    """Return the rounds going on of a tenderer's tenders, or of those in a division; next to end first."""
    rows = await database.fetch(
        f"{_GOING} WHERE d.stage = ANY($1) AND d.version_digest = t.version_digest"
        " AND (t.organisation = $2 OR v.path @> ARRAY[$3::varchar]) ORDER BY d.commit_until, d.id",
        [stage.value for stage in draws.OPEN],
        organisation,
        division,
    )
    about = [{name: row.pop(name) for name in _TENDER} for row in rows]
    return [
        Going(
            draw=found,
            **{**of, "procedure": procedures.named(of["procedure"]), "path": tuple(of["path"])},
        )
        for found, of in zip(await _many(rows), about, strict=True)
    ]


async def _many(rows: list[dict[str, Any]]) -> list[Draw]:
    acts = await database.fetch(_ACTS, [row["id"] for row in rows]) if rows else []
    return [_draw(row, [act for act in acts if act["draw"] == row["id"]]) for row in rows]


def _draw(row: dict[str, Any], acts: list[dict[str, Any]]) -> Draw:
    decode = msgspec.json.decode
    return Draw(
        **{
            **row,
            "stage": draws.Stage(row["stage"]),
            "filters": decode(row["filters"], type=Filters),
            "roster": decode(row["roster"], type=tuple[Entry, ...]),
            "parties": decode(row["parties"], type=tuple[Party, ...]),
            "withheld": decode(row["withheld"], type=tuple[Party, ...]),
            "reason": None if row["reason"] is None else draws.Reason(row["reason"]),
            "acts": tuple(
                PartyAct(**{name: act[name] for name in _ACT}, party=Party(act["party"])) for act in acts
            ),
        }
    )


_ACT: Final = ("commitment", "committed_at", "nonce", "revealed_at")


async def candidates(filters: Filters, now: datetime) -> list[Candidate]:
    """Return the experts in force on the rosters asked, as the filters see them; nobody is left out yet."""
    today = local_day(now)
    return [
        Candidate(
            expert=one.mandate,
            roster=one.roster,
            employer=one.profile.employer,
            others=one.others,
            district=one.profile.district,
            specialities=tuple(each.value for each in one.profile.specialities),
            years=parties.years_in_field(one.profile.field_since, today),
            senior=one.profile.senior,
        )
        for one in await parties.experts_within(filters.rosters, now)
    ]


async def supervisors(tender: Tender) -> tuple[str, ...]:
    """Return the codes of the authorities that answer filings of this tender and so supervise it."""
    rows = await database.fetch(
        "SELECT DISTINCT o.code FROM parties_mandate m JOIN parties_organisation o ON o.id = m.organisation"
        " WHERE m.role = ANY($1) AND o.division = ANY($2) AND o.kind = 'authority' ORDER BY o.code",
        sorted(role.value for role in tender.procedure.filing),
        list(tender.path),
    )
    return tuple(row["code"] for row in rows)
