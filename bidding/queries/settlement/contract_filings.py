"""Filings of contracts and the authorities' answers as values."""

from datetime import date, datetime
from typing import Any, Final

import msgspec

from bidding.domain.settlement import contract_filing
from contracts_templates import settlement as papers
from market.kernel.actor import Role
from market.kernel.errors import NotFoundError
from market.runtime import database


class FilingUnknownError(NotFoundError):
    """There is no such filing of a contract."""

    code = "contract-filing-unknown"


class Filing(msgspec.Struct, frozen=True, kw_only=True):
    """One filing of a contract with what street and district said; ``content`` is its receipt."""

    id: int
    contract: int
    contract_number: str
    turn: int
    number: str
    form: str
    content: papers.FilingReceipt
    digest: str
    checkpoint: str
    filed_at: datetime
    answers: tuple[contract_filing.Answer, ...]


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A filed contract whose copy waits for an authority."""

    number: str
    client: str
    provider: str
    community: str
    filed_at: datetime


class Unfiled(msgspec.Struct, frozen=True, kw_only=True):
    """A signed contract that is to be filed, or filed again."""

    number: str
    community: str
    stage: str
    file_by: date


_FILING: Final = """
    SELECT f.id, f.contract, c.number AS contract_number, f.turn, f.number, f.form, f.content, f.digest,
           f.checkpoint, f.filed_at
    FROM bidding_contract_filing f JOIN bidding_contract c ON c.id = f.contract
"""
_ANSWERS: Final = """
    SELECT authority, received, reasons, answered_at FROM bidding_contract_answer WHERE filing = $1
    ORDER BY id
"""
_WAITING: Final = """
    SELECT c.number, o.name AS client, p.name AS provider, m.name AS community, f.filed_at
    FROM bidding_contract c JOIN parties_organisation o ON o.id = c.organisation
    JOIN parties_organisation p ON p.id = c.provider JOIN parties_community m ON m.id = c.community
    JOIN parties_division d ON d.code = m.division
    JOIN bidding_contract_filing f ON f.contract = c.id
        AND f.turn = (SELECT max(turn) FROM bidding_contract_filing WHERE contract = c.id)
    WHERE c.stage = 'filed' AND d.path @> ARRAY[$1::varchar] AND NOT EXISTS (
        SELECT 1 FROM bidding_contract_answer a WHERE a.filing = f.id AND a.authority = $2)
    ORDER BY f.filed_at, c.id
"""
_UNFILED: Final = """
    SELECT c.number, m.name AS community, c.stage, c.file_by
    FROM bidding_contract c JOIN parties_community m ON m.id = c.community
    WHERE c.provider = $1 AND c.stage IN ('signed', 'returned') ORDER BY c.file_by, c.id
"""


async def of_contract(contract_id: int) -> list[Filing]:
    """Return the filings of a contract, the newest last."""
    rows = await database.fetch(f"{_FILING} WHERE f.contract = $1 ORDER BY f.turn", contract_id)
    return [await _filing(row) for row in rows]


async def by_number(number: str) -> Filing:
    """Return a filing.

    Raises:
        FilingUnknownError: None bears this number.
    """
    rows = await database.fetch(f"{_FILING} WHERE f.number = $1", number)
    if not rows:
        raise FilingUnknownError(f"no filing {number}", value=number)
    return await _filing(rows[0])


async def _filing(row: dict[str, Any]) -> Filing:
    answers = await database.fetch(_ANSWERS, row["id"])
    return Filing(
        **{
            **row,
            "content": msgspec.json.decode(row["content"], type=papers.FilingReceipt),
            "answers": msgspec.convert(answers, tuple[contract_filing.Answer, ...]),
        }
    )


async def waiting(division: str, authority: Role) -> list[Waiting]:
    """Return the filed contracts of a division whose copy this level has not answered, the oldest first."""
    return msgspec.convert(await database.fetch(_WAITING, division, authority.value), list[Waiting])


async def unfiled(provider: int) -> list[Unfiled]:
    """Return the contracts a provider is to file, the most urgent first."""
    return msgspec.convert(await database.fetch(_UNFILED, provider), list[Unfiled])
