"""Changing a signed contract: what may be agreed anew, on whose decision, and what stays as it was promised.

The sides agree nothing contrary to the substance of the contract (BL 46, BLR 57): subject, price, quality and
term stay; other ones are decided and signed as a renewal. For the owners' contract every change rests on a
decision of theirs that stands (BPR 34, 44, 47, 63; T78).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import ClassVar, Final

import msgspec

from bidding.domain.outcome import contract, decision
from bidding.domain.outcome.decision import Decision
from bidding.domain.rule_table import RuleVersion
from bidding.domain.vote.matter import Key
from market.kernel.errors import ConflictError, InvalidInputError, NotFoundError, RuleError, TransitionError
from market.kernel.lifecycle import Lifecycle, Move

Value = str | int
Values = Mapping[str, Value]

CHANGEABLE: Final = (
    "project_manager",
    "service_room_place",
    "boundary",
    "payment_day",
    "manager_notice_days",
    "rectify_days",
    "penalty_bp",
    "subcontracts",
)
"""What a change may set otherwise. The bid promises the manager, yet people leave; the owners decide."""


class Stage(StrEnum):
    """Where a change stands."""

    DRAFTED = "drafted"
    SIGNED = "signed"
    VOIDED = "voided"


class Step(StrEnum):
    """What moves a change."""

    SIGN = "sign"
    VOID = "void"


LIFECYCLE = Lifecycle(
    "contract-change",
    Stage.DRAFTED,
    (
        Move(Stage.DRAFTED, Step.SIGN, Stage.SIGNED),
        Move(Stage.DRAFTED, Step.VOID, Stage.VOIDED),  # another one is drawn up
    ),
)


class ChangeUnknownError(NotFoundError):
    """There is no such change of a contract."""

    code: ClassVar[str] = "contract-change-unknown"


class NotChangeableError(TransitionError):
    """A contract is changed from its signature to its last day."""

    code: ClassVar[str] = "contract-not-changeable"
    source = "BPR 63"


class CoreTermsKeptError(RuleError):
    """A core term would differ from the signed contract; every difference is named."""

    code: ClassVar[str] = "contract-core-terms-kept"
    source = "BL 46; BLR 57"


class NothingChangedError(RuleError):
    """The change says nothing new."""

    code: ClassVar[str] = "contract-nothing-changed"
    source = "BPR 63"


class EffectiveDayError(InvalidInputError):
    """A change takes effect on the day it is drawn up or later, and within the contract's term."""

    code: ClassVar[str] = "contract-change-day"
    source = "BPR 63"


class ChangeNotDecidedError(RuleError):
    """No owners' decision that stands is on changing this provider's contract."""

    code: ClassVar[str] = "contract-change-not-decided"
    source = "CC 278; BPR 34, 44, 47, 63"


class DecisionUsedError(ConflictError):
    """This decision carries a change already; another change needs another decision."""

    code: ClassVar[str] = "contract-change-decision-used"
    source = "BPR 34, 63"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that reads otherwise, exactly as before and after."""

    name: str
    before: str
    after: str


def lines(before: Values, after: Values) -> Iterator[Line]:
    """Yield what differs, in the order of ``CHANGEABLE``."""
    for name in CHANGEABLE:
        if before[name] != after[name]:
            yield Line(name=name, before=str(before[name]), after=str(after[name]))


def check_core(signed: contract.Terms, asked: contract.Terms) -> None:
    """Refuse other core terms than those signed.

    Raises:
        CoreTermsKeptError: As named; the project manager is none of them.
    """
    found = [one for one in contract.differences(signed, asked) if one.term != "project_manager"]
    if found:
        raise CoreTermsKeptError(
            ", ".join(one.term for one in found),
            differences=[msgspec.to_builtins(one) for one in found],
            terms=", ".join(f"{one.term} {one.promised} → {one.contract}" for one in found),
        )


def check_time(stage: contract.Stage, *, end_on: date, effective_on: date, today: date) -> None:
    """Refuse what comes before the signature or after the end, or takes effect outside.

    Raises:
        NotChangeableError: Not signed, or over.
        EffectiveDayError: Before today, or after the last day of the term.
    """
    if stage not in contract.BINDING or today > end_on:
        raise NotChangeableError(stage.value, stage=stage.value)
    if not today <= effective_on <= end_on:
        raise EffectiveDayError(field="effective_on", first=today.isoformat(), last=end_on.isoformat())


def check_decided(found: Decision | None, *, community: int, provider: int, rules: RuleVersion) -> None:
    """Refuse a change the owners have not decided.

    Args:
        rules: A version of the owners' profile.

    Raises:
        DecisionRevokedError: The street revoked it.
        ChangeNotDecidedError: There is none, it did not carry, or it is on something else.
    """
    if found is not None:
        decision.refuse_revoked([found])
    if (
        found is None
        or found.matter is not Key.CHANGE
        or (found.community, found.covers) != (community, provider)
        or not decision.stands(found, rules)
    ):
        raise ChangeNotDecidedError(field="decision")
