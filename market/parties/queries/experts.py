"""The register of experts: entries with what is known of whom each works for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from market.parties.domain import expert
from market.runtime.database import fetch

_EXPERT: Final = """
    SELECT m.id AS mandate, m.person, p.name, m.organisation, o.division AS roster, e.profile, e.entered_at,
           e.ended_at,
           e.ended_at IS NULL AND m.valid_from <= $1 AND (m.valid_to IS NULL OR $1 < m.valid_to)
               AND o.closed_at IS NULL AND a.closed_at IS NULL AS in_force,
           ARRAY(SELECT DISTINCT b.code FROM parties_mandate n
                 JOIN parties_organisation b ON b.id = n.organisation
                 WHERE n.person = m.person AND n.role <> 'expert' AND n.valid_from <= $1
                   AND (n.valid_to IS NULL OR $1 < n.valid_to) ORDER BY b.code) AS others
    FROM parties_expert e
    JOIN parties_mandate m ON m.id = e.mandate
    JOIN parties_person p ON p.id = m.person
    JOIN parties_account a ON a.id = m.person
    JOIN parties_organisation o ON o.id = m.organisation
"""


async def of_roster(organisation_id: int, now: datetime) -> list[expert.Expert]:
    """Return the entries an authority keeps, ended ones too, the newest first."""
    rows = await fetch(f"{_EXPERT} WHERE m.organisation = $2 ORDER BY e.id DESC", now, organisation_id)
    return [_expert(row) for row in rows]


async def within(divisions: Sequence[str], now: datetime) -> list[expert.Expert]:
    """Return the entries in force on the rosters of divisions."""
    rows = await fetch(f"{_EXPERT} WHERE o.division = ANY($2) ORDER BY m.id", now, list(divisions))
    return [found for row in rows if (found := _expert(row)).in_force]


async def by_mandates(mandates: Sequence[int], now: datetime) -> list[expert.Expert]:
    """Return the entries of mandates, in force or not."""
    rows = await fetch(f"{_EXPERT} WHERE m.id = ANY($2) ORDER BY m.id", now, list(mandates))
    return [_expert(row) for row in rows]


async def by_mandate(mandate: int, now: datetime) -> expert.Expert:
    """Return the entry of one mandate.

    Raises:
        ExpertUnknownError: It stands in no register.
    """
    found = await by_mandates([mandate], now)
    if not found:
        raise expert.ExpertUnknownError(f"mandate {mandate} is in no register", value=mandate)
    return found[0]


def _expert(row: dict[str, Any]) -> expert.Expert:
    profile = msgspec.json.decode(row["profile"], type=expert.Profile)
    return expert.Expert(**{**row, "profile": profile, "others": tuple(row["others"])})
