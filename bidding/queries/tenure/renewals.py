"""What renewed contracts rest on, as values."""

from datetime import date
from typing import Any, Final

import msgspec

from bidding.domain.outcome.contract import Stage, Terms
from bidding.domain.outcome.decision import refuse_revoked
from bidding.domain.tenure import renewal as renewals
from bidding.domain.tenure.renewal import Renewed
from bidding.queries import contracts, decisions
from bidding.queries.tenure import terms
from contracts_templates import content
from market.kernel import area
from market.parties import public as parties
from market.runtime import database


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """What a renewed contract would rest on, if it were drawn up now.

    Attributes:
        old: The contract that is renewed, where it was made here.
        renewed: Core terms as decided, the rest as before, and the last day to sign.
        start_on: First day that is possible; the only one while the old contract runs.
    """

    before: terms.Found
    decided: decisions.Recorded
    old: contracts.Contract | None
    renewed: Renewed
    start_on: date

    @property
    def particulars(self) -> content.Particulars:
        """What the two sides had settled besides."""
        return self.old.content.particulars if self.old else content.Particulars()


async def proposal(before: terms.Found, today: date) -> Proposal:
    """Return what a contract of the register may be renewed with.

    Raises:
        RenewedError: A later contract is signed.
        UnknownMoveError: It is ending, over or closed.
        DecisionRevokedError: The street revoked the decision to renew.
        RenewalNotDecidedError: The owners did not decide to renew.
        RenewalTermsMissingError: Neither decision nor old contract names price and term.
    """
    decided = await decisions.by_number(before.decision) if before.decision else None
    refuse_revoked([decided] if decided else [])
    renewals.check_open(before.term)
    if decided is None:
        raise renewals.RenewalNotDecidedError(field="decision")
    old = await contracts.by_number(before.contract) if before.contract else None
    place = await parties.community(before.community)
    start_on = renewals.first_day(before.term, today)
    return Proposal(
        before=before,
        decided=decided,
        old=old,
        renewed=Renewed(
            promised=renewals.promised(
                decided.renewal,
                old.terms if old else None,
                subject=f"{place.name}（{area.format_area(place.gfa_centi)}）",
            ),
            sign_by=renewals.sign_by(before.term, start_on),
        ),
        start_on=start_on,
    )


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A renewed contract and what it rests on.

    Attributes:
        contract: Its number; ``term`` is the number of the contract it renews in the register.
        decision: Id of the owners' decision; its number beside it.
    """

    contract: str
    stage: Stage
    term: str
    decision: int
    decision_number: str
    promised: Terms
    sign_by: date

    @property
    def renewed(self) -> Renewed:
        """What the rules read of it."""
        return Renewed(promised=self.promised, sign_by=self.sign_by)


_RENEWAL: Final = """
    SELECT c.number AS contract, c.stage, t.number AS term, r.decision, w.number AS decision_number,
           r.promised, r.sign_by
    FROM bidding_renewal r JOIN bidding_contract c ON c.id = r.contract JOIN bidding_term t ON t.id = r.term
    JOIN bidding_decision w ON w.id = r.decision
"""


async def of_contract(contract_id: int) -> Found | None:
    """Return what a contract rests on; nothing of one that follows an award."""
    rows = await database.fetch(f"{_RENEWAL} WHERE r.contract = $1", contract_id)
    return _found(rows[0]) if rows else None


async def of_term(term_id: int) -> list[Found]:
    """Return the contracts drawn up to renew one of the register, the void ones too, the newest last."""
    rows = await database.fetch(f"{_RENEWAL} WHERE r.term = $1 ORDER BY r.id", term_id)
    return [_found(row) for row in rows]


def _found(row: dict[str, Any]) -> Found:
    return msgspec.convert({**row, "promised": msgspec.json.decode(row["promised"])}, Found)
