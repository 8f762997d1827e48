"""Proposals of measures, as acts and lists see them."""

from datetime import date, datetime
from typing import Any

import msgspec

from credit.domain.catalogue import Recorder
from credit.domain.consequence.following import Standing
from credit.domain.consequence.proposal import ProposalMissingError, Stage
from credit.domain.grade import Grade
from credit.domain.record import LEVELS
from credit.domain.rules.register import Measure, Trigger
from credit.queries.measures import named_by_day
from market.kernel.actor import Actor
from market.kernel.period import end_of_day, local_day
from market.parties import public as parties
from market.runtime import database


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal as acts see it."""

    id: int
    stage: Stage
    enterprise: int
    snapshot: int
    key: str
    levels: tuple[str, ...]
    path: tuple[str, ...]
    salt: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal that waits for an authority, with the day it is due."""

    id: int
    enterprise: int
    enterprise_name: str
    enterprise_code: str
    grade: Grade
    key: str
    due_on: date | None
    proposed_at: datetime
    measure: Measure

    @property
    def due_at(self) -> datetime | None:
        """The end of the day it is due."""
        return None if self.due_on is None else end_of_day(self.due_on)


_CASE = "SELECT id, stage, enterprise, snapshot, key, levels, path, salt FROM credit_measure_proposal"


async def case(number: int, *, lock: bool = False) -> Case:
    """Return a proposal, locked for an act if asked.

    Raises:
        ProposalMissingError: There is none.
    """
    rows = await database.fetch(f"{_CASE} WHERE id = $1{' FOR UPDATE' if lock else ''}", number)
    if not rows:
        raise ProposalMissingError(f"no proposal {number}", proposal=number)
    return msgspec.convert(rows[0], Case)


async def open_for(enterprise: int, key: str, *, level: str) -> Case | None:
    """Return the open proposal of a measure for a level, locked; ``None`` when nothing calls for it."""
    rows = await database.fetch(
        f"{_CASE} WHERE enterprise = $1 AND key = $2 AND stage = 'open' AND levels @> ARRAY[$3]::varchar[]"
        " ORDER BY id LIMIT 1 FOR UPDATE",
        enterprise,
        key,
        level,
    )
    return msgspec.convert(rows[0], Case) if rows else None


async def standing(enterprise: int) -> list[Standing]:
    """Return the open proposals about an enterprise."""
    rows = await database.fetch(
        "SELECT id, key, trigger FROM credit_measure_proposal WHERE enterprise = $1 AND stage = 'open'"
        " ORDER BY id",
        enterprise,
    )
    return [Standing(id=row["id"], key=row["key"], trigger=Trigger(row["trigger"])) for row in rows]


async def waiting(*, actor: Actor) -> list[Line]:
    """Return what an authority's level has to decide in its area, what is due first at the top."""
    level = LEVELS.get(actor.role)
    rows = await database.fetch(
        "SELECT p.id, p.enterprise, o.name AS enterprise_name, o.code AS enterprise_code, s.grade, p.key,"
        " p.due_on, p.proposed_at FROM credit_measure_proposal p"
        " JOIN parties_organisation o ON o.id = p.enterprise JOIN credit_snapshot s ON s.id = p.snapshot"
        " WHERE p.stage = 'open' AND p.path @> ARRAY[$1]::varchar[] AND p.levels @> ARRAY[$2]::varchar[]"
        " ORDER BY p.due_on NULLS LAST, p.id LIMIT 2000",
        actor.division or "",
        "" if level is None else level.value,
    )
    return await _lines(rows)


async def _lines(rows: list[dict[str, Any]]) -> list[Line]:
    register = await named_by_day(local_day(row["proposed_at"]) for row in rows)
    return [
        msgspec.convert({**row, "measure": register[local_day(row["proposed_at"])][row["key"]]}, Line)
        for row in rows
    ]


_LADDER = (Recorder.CITY, Recorder.DISTRICT, Recorder.STREET)
"""Level of the authority of each place of a path, from the city down."""


async def issuers(found: Case) -> tuple[int, ...]:
    """Return the authorities over a proposal's places whose level the register names."""
    over = await parties.authorities_over(found.path)
    return tuple(
        one.id
        for one in over
        if len(one.path) <= len(_LADDER) and _LADDER[len(one.path) - 1].value in found.levels
    )
