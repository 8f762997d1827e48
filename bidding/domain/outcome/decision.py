"""A recorded owners' decision: what it is on, its figures, and which winner it allows."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

import msgspec

from bidding.domain.rule_table import RuleVersion
from bidding.domain.vote import matter as matters
from bidding.domain.vote.matter import Figures, Key
from bidding.domain.vote.renewal import Renewal
from market.kernel.errors import RuleError


class Pattern(StrEnum):
    """When the owners decide on the provider [interp of CC 278, BPR 34, 64].

    ``VOTE_LAST`` is the safest: they vote on ranked candidates. ``VOTE_FIRST`` approves beforehand the
    contract with whoever comes first under the published rules; the award then needs no second vote.
    """

    VOTE_LAST = "vote-last"
    VOTE_FIRST = "vote-first"


class DecisionRevokedError(RuleError):
    """The decision this act rests on was revoked by the street."""

    code: ClassVar[str] = "decision-revoked"
    source = "BPR 8, 51"


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded owners' decision.

    Attributes:
        tender: Number of the tender whose winner it is on; ``None`` for every other matter.
        covers: Organisation it allows a contract with; ``None`` where it names no provider.
        relaxes: Ids of house rules the owners relaxed with it, e.g. ``("T08",)``.
        renewal: Terms a decision to renew names; ``None`` where it names none.
        unit_list: The list it was counted on; a record without one was not counted here and carries nothing.
        file_digest: The record of the vote (protocol), by its bytes.
        revoked_at: Set when the street revokes it (BPR 8, 51); a revoked decision carries nothing.
        revocation: Why.
    """

    id: int
    number: str
    matter: Key
    community: int
    tender: str | None = None
    lot: str = ""
    covers: int | None = None
    pattern: Pattern = Pattern.VOTE_LAST
    relaxes: tuple[str, ...] = ()
    renewal: Renewal | None = None
    decided_on: date
    figures: Figures
    unit_list: int | None
    file_digest: str
    revoked_at: datetime | None = None
    revocation: str = ""


def carried(decision: Decision, rules: RuleVersion) -> bool:
    """Say whether the owners carried it: counted on a unit list, and all four tests of its matter pass.

    Args:
        rules: A version of the owners' profile: the tender's whose act rests on it, else the current one.
    """
    return decision.unit_list is not None and matters.carried(
        decision.figures, matters.MATTERS[decision.matter], rules
    )


def stands(decision: Decision, rules: RuleVersion) -> bool:
    """Say whether it is carried and not revoked."""
    return decision.revoked_at is None and carried(decision, rules)


def allows(decision: Decision | None, rules: RuleVersion, *, winner: int, rank: int) -> bool:
    """Say whether a decision allows an award to, and a contract with, this winner.

    A vote on the winner covers the one it names; a vote first covers the first in rank and nobody after it.
    """
    if decision is None or not stands(decision, rules):
        return False
    if decision.matter is Key.WINNER:
        return decision.covers == winner
    return decision.matter is Key.TENDER and decision.pattern is Pattern.VOTE_FIRST and rank == 1


def refuse_revoked(decisions: Iterable[Decision]) -> None:
    """Refuse an act that rests on a revoked decision; who is refused reads why.

    Raises:
        DecisionRevokedError: One of them was revoked.
    """
    for decision in decisions:
        if decision.revoked_at is not None:
            raise DecisionRevokedError(
                f"{decision.number} was revoked", number=decision.number, reasons=decision.revocation
            )
