"""Changes of signed contracts, and what is agreed now beside the core terms."""

from datetime import date, datetime
from typing import Any, Final

import msgspec

from bidding.domain.tenure import change
from bidding.queries import contracts
from contracts_templates import settlement as papers
from market.runtime import database


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change with the supplement it prints as.

    Attributes:
        decision: Id of the owners' decision; ``None`` of a developer's contract.
    """

    id: int
    contract: str
    turn: int
    number: str
    decision: int | None
    decision_number: str
    stage: change.Stage
    effective_on: date
    after: dict[str, change.Value]
    content: papers.Supplement
    form: str
    digest: str
    checkpoint: str
    drafted_at: datetime
    signed_at: datetime | None


_CHANGE: Final = """
    SELECT x.id, c.number AS contract, x.turn, x.number, x.decision,
           coalesce(w.number, '') AS decision_number, x.stage, x.effective_on, x.after, x.content, x.form,
           x.digest, x.checkpoint, x.drafted_at, x.signed_at
    FROM bidding_contract_change x JOIN bidding_contract c ON c.id = x.contract
    LEFT JOIN bidding_decision w ON w.id = x.decision
"""


async def of_contract(contract_id: int) -> list[Change]:
    """Return the changes of a contract in their order, void ones too."""
    rows = await database.fetch(f"{_CHANGE} WHERE x.contract = $1 ORDER BY x.turn", contract_id)
    return [_change(row) for row in rows]


async def by_number(number: str) -> Change:
    """Return a change.

    Raises:
        ChangeUnknownError: There is none.
    """
    rows = await database.fetch(f"{_CHANGE} WHERE x.number = $1", number)
    if not rows:
        raise change.ChangeUnknownError(f"no change {number}", value=number)
    return _change(rows[0])


async def carried_by(decision: int) -> list[Change]:
    """Return the changes that rest on a decision and are not void."""
    rows = await database.fetch(
        f"{_CHANGE} WHERE x.decision = $1 AND x.stage <> $2", decision, change.Stage.VOIDED.value
    )
    return [_change(row) for row in rows]


async def last_signed(contract_id: int) -> Change | None:
    """Return the change a contract is to be filed with again, if it was ever changed."""
    signed = [one for one in await of_contract(contract_id) if one.stage is change.Stage.SIGNED]
    return signed[-1] if signed else None


async def agreed(found: contracts.Contract) -> dict[str, change.Value]:
    """Return what is agreed now beside the core terms: as signed, and as changed since."""
    values = msgspec.structs.asdict(found.content.particulars) | {
        "project_manager": found.terms.project_manager
    }
    last = await last_signed(found.id)
    return {name: values[name] for name in change.CHANGEABLE} | (last.after if last else {})


def _change(row: dict[str, Any]) -> Change:
    for name in ("after", "content"):
        row[name] = msgspec.json.decode(row[name])
    return msgspec.convert(row, Change)
