"""How the provider's signature binds a contract, whatever the contract rests on."""

from datetime import datetime
from typing import ClassVar

from bidding.domain.outcome import contract
from bidding.domain.settlement import contract_filing
from bidding.queries import contracts as queries
from bidding.tables.contracts import ContractRow
from market.kernel.actor import Actor
from market.kernel.errors import ConflictError
from market.runtime import database, workdays


class DigestDiffersError(ConflictError):
    """The document to be signed is not the one that was read."""

    code: ClassVar[str] = "contract-digest-differs"
    source = "ESL 13"


def readable(found: queries.Contract, digest: str) -> contract.Stage:
    """Return the stage a signature leads to, of the document that was read and no other.

    Raises:
        UnknownMoveError: Signed, or void.
        DigestDiffersError: Another document than the one drawn up.
    """
    after = contract.LIFECYCLE.after(found.stage, contract.Step.SIGN)
    if digest != found.digest:
        raise DigestDiffersError(field="digest", expected=found.digest)
    return after


async def bind(found: queries.Contract, after: contract.Stage, *, by: Actor, now: datetime) -> None:
    """Store a signature, and from it the last day to file (rule T43)."""
    await database.move(ContractRow, id=found.id, expected=found.stage, to=after)
    file_by = contract.file_by(now, days=found.rules.value("T43"), workdays=await workdays.table())
    await ContractRow.update(
        {
            ContractRow.signed_at: now,
            ContractRow.signed_by: by.name,
            ContractRow.file_by: file_by,
            ContractRow.next_due_at: contract_filing.overdue_from(after, file_by, overdue_at=None),
        }
    ).where(ContractRow.id == found.id)
