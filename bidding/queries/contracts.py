"""Contracts as values."""

from datetime import date, datetime
from typing import Any, Final

import msgspec

from bidding.domain import rule_table
from bidding.domain.outcome import contract
from bidding.domain.rule import RuleVersion
from contracts_templates import content, form
from market.kernel.errors import NotFoundError
from market.runtime import database


class ContractUnknownError(NotFoundError):
    """There is no such contract."""

    code = "contract-unknown"


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """A contract with the document it prints as.

    Attributes:
        award: It rests on; ``None``, like ``tender``, of one that renews another.
        renews: Number in the register of the contract it renews; empty of one that follows an award.
        profile_version: Version of the rules it was drawn up under.
        content: Of the form's own type: a contract keeps the version it was drawn up in.
        digest: Digest of the merged document: what both sides sign and the log keeps.
    """

    id: int
    number: str
    award: int | None
    tender: int | None
    renews: str
    profile_version: str
    organisation: int
    client: str
    provider: int
    provider_name: str
    community: int
    community_name: str
    decision: int | None
    stage: contract.Stage
    terms: contract.Terms
    start_on: date
    end_on: date
    form: str
    content: content.ServiceContract1
    digest: str
    checkpoint: str
    drafted_at: datetime
    signed_at: datetime | None
    file_by: date | None
    overdue_at: datetime | None
    path: tuple[str, ...]

    @property
    def rules(self) -> RuleVersion:
        """The rules it goes by."""
        return rule_table.version(self.profile_version)


_CONTRACT: Final = """
    SELECT c.id, c.number, c.award, c.tender, coalesce(s.number, '') AS renews,
           coalesce(n.profile_version, r.profile_version) AS profile_version, c.organisation,
           o.name AS client, c.provider, p.name AS provider_name, c.community, m.name AS community_name,
           c.decision, c.stage, c.terms, c.start_on, c.end_on, c.form, c.content, c.digest, c.checkpoint,
           c.drafted_at, c.signed_at, c.file_by, c.overdue_at, d.path
    FROM bidding_contract c JOIN parties_organisation o ON o.id = c.organisation
    JOIN parties_organisation p ON p.id = c.provider JOIN parties_community m ON m.id = c.community
    JOIN parties_division d ON d.code = m.division LEFT JOIN bidding_tender n ON n.id = c.tender
    LEFT JOIN bidding_renewal r ON r.contract = c.id LEFT JOIN bidding_term s ON s.id = r.term
"""


async def by_number(number: str) -> Contract:
    """Return a contract.

    Raises:
        ContractUnknownError: No contract bears this number.
    """
    rows = await database.fetch(f"{_CONTRACT} WHERE c.number = $1", number)
    if not rows:
        raise ContractUnknownError(f"no contract {number}", value=number)
    return _contract(rows[0])


async def by_id(contract_id: int) -> Contract:
    """Return a contract by its id.

    Raises:
        ContractUnknownError: There is none.
    """
    rows = await database.fetch(f"{_CONTRACT} WHERE c.id = $1", contract_id)
    if not rows:
        raise ContractUnknownError(f"no contract {contract_id}", value=contract_id)
    return _contract(rows[0])


async def of_award(award_id: int) -> Contract | None:
    """Return the contract of an award, if one is drawn up."""
    rows = await database.fetch(f"{_CONTRACT} WHERE c.award = $1", award_id)
    return _contract(rows[0]) if rows else None


async def unfiled_ids() -> list[int]:
    """Return the ids of contracts whose time to file runs."""
    rows = await database.fetch("SELECT id FROM bidding_contract WHERE next_due_at IS NOT NULL ORDER BY id")
    return [row["id"] for row in rows]


async def of_tender(tender_id: int) -> list[Contract]:
    """Return the contracts of a tender."""
    rows = await database.fetch(f"{_CONTRACT} WHERE c.tender = $1 ORDER BY c.id", tender_id)
    return [_contract(row) for row in rows]


async def of_organisation(organisation: int) -> list[Contract]:
    """Return the contracts an organisation is a side of, the newest first."""
    rows = await database.fetch(
        f"{_CONTRACT} WHERE c.organisation = $1 OR c.provider = $1 ORDER BY c.id DESC", organisation
    )
    return [_contract(row) for row in rows]


async def of_community(community: int) -> list[Contract]:
    """Return the signed contracts of a residential area, the newest first."""
    rows = await database.fetch(
        f"{_CONTRACT} WHERE c.community = $1 AND c.signed_at IS NOT NULL ORDER BY c.id DESC", community
    )
    return [_contract(row) for row in rows]


def _contract(row: dict[str, Any]) -> Contract:
    return Contract(
        **{
            **row,
            "path": tuple(row["path"]),
            "stage": contract.Stage(row["stage"]),
            "terms": msgspec.json.decode(row["terms"], type=contract.Terms),
            "content": msgspec.json.decode(row["content"], type=form.FORMS[row["form"]].content),
        }
    )
