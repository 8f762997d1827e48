"""The renewed contract: drawn up on the owners' decision, signed before it begins, following without a gap.

It takes the place of a tender and an award: what the decision names is agreed as decided, the rest stays as
the contract before has it [interp of BPR 34, 47, 75; CC 278, 947]. Rule H01: signed again before the end.
"""

from datetime import date, datetime, timedelta
from typing import ClassVar

import msgspec

from bidding.domain.outcome import contract
from bidding.domain.outcome.contract import Terms
from bidding.domain.tenure import term as terms
from bidding.domain.tenure.term import Stage, Successor, Term, Way
from bidding.domain.vote.renewal import LEFT_OUT, Renewal
from market.kernel import period
from market.kernel.errors import ConflictError, RuleError


class RenewalNotDecidedError(RuleError):
    """No owners' decision to renew that stands is on record for this contract."""

    code: ClassVar[str] = "renewal-not-decided"
    source = "CC 278; BPR 34, 75"


class RenewalTermsMissingError(RuleError):
    """Neither the decision nor a contract made here names a core term, so nothing can be compared."""

    code: ClassVar[str] = "renewal-terms-missing"
    source = "BPR 34, 63"


class RenewalTermsDifferError(RuleError):
    """A core term is not as the owners decided it; ``context["differences"]`` names each."""

    code: ClassVar[str] = "renewal-terms-differ"
    source = "BPR 34; CC 278"


class RenewalGapError(RuleError):
    """The renewed contract does not follow the one before on its day."""

    code: ClassVar[str] = "renewal-gap"
    rules: ClassVar[tuple[str, ...]] = ("H01",)
    source = "BPR 75"


class RenewalLateError(RuleError):
    """The last day to sign again has passed; what continued since is renewed by a contract drawn up anew."""

    code: ClassVar[str] = "renewal-late"
    rules: ClassVar[tuple[str, ...]] = ("H01",)
    source = "BPR 75; CC 948"


class RenewedError(ConflictError):
    """A later contract is signed already."""

    code: ClassVar[str] = "renewal-done"
    source = "BPR 75"


class Renewed(msgspec.Struct, frozen=True, kw_only=True):
    """What a renewed contract rests on.

    Attributes:
        promised: Core terms as decided, the rest as before.
        sign_by: Last day to sign.
    """

    promised: Terms
    sign_by: date


def possible(before: Term) -> bool:
    """Say whether a contract is to be renewed now: so decided, not ended, nothing later signed."""
    serving = before.stage in {Stage.RUNNING, Stage.CONTINUED}
    return serving and before.settled is Way.RENEW and before.successor is Successor.NONE


def first_day(before: Term, today: date) -> date:
    """Return the day a renewed contract begins: the one after the old end, or today where that continued."""
    return before.end_on + timedelta(days=1) if before.stage is Stage.RUNNING else today


def sign_by(before: Term, start_on: date) -> date:
    """Return the last day to sign: of the old contract (rule H01), or the first of the new one."""
    return before.end_on if before.stage is Stage.RUNNING else start_on


def promised(decided: Renewal | None, old: Terms | None, *, subject: str) -> Terms:
    """Return the core terms of the renewed contract.

    Args:
        decided: What the owners' decision names.
        old: Terms of the contract before, where it was made here; one that was stated shows its dates only.
        subject: Of a contract whose old one is not known here.

    Raises:
        RenewalTermsMissingError: Price or term is named nowhere.
    """
    named, before = (
        decided or Renewal(),
        old
        or Terms(subject=subject, price_fen=0, level=contract.DOCUMENT_LEVEL, months=0, project_manager=""),
    )
    found = Terms(
        subject=before.subject,
        price_fen=before.price_fen if named.price_fen is None else named.price_fen,
        level=before.level if named.level is None else named.level,
        months=before.months if named.months is None else named.months,
        project_manager=named.project_manager or before.project_manager,
        levels={
            code: level
            for code, level in (before.levels | named.levels).items()
            if level != LEFT_OUT or code not in named.levels
        },
    )
    for name in ("price_fen", "months"):
        if not getattr(found, name):
            raise RenewalTermsMissingError(field=name)
    return found


def check_open(before: Term) -> None:
    """Refuse to renew what is renewed, has ended or was not so decided.

    Raises:
        UnknownMoveError: It is ending, over or closed.
        RenewedError: A later contract is signed.
        RenewalNotDecidedError: No standing decision to renew.
    """
    if before.successor is not Successor.NONE:
        raise RenewedError(field="number")
    terms.LIFECYCLE.after(before.stage, terms.Step.NOTICE)  # only what has not ended is renewed
    if before.settled is not Way.RENEW:
        raise RenewalNotDecidedError(field="decision")


def check_time(given: Renewed, now: datetime) -> None:
    """Refuse what comes after the last day to sign.

    Raises:
        RenewalLateError: It has passed.
    """
    if now >= period.end_of_day(given.sign_by):
        raise RenewalLateError(last_day=given.sign_by.isoformat())


def check(agreed: Terms, given: Renewed, before: Term, start_on: date, now: datetime) -> None:
    """Refuse a renewed contract that may not be drawn up or signed.

    Raises:
        RenewalTermsDifferError: A core term is not as decided; all of them are named.
        RenewalLateError: The last day to sign has passed.
        RenewalGapError: It begins on another day than it must.
    """
    found = tuple(contract.differences(given.promised, agreed))
    if found:
        raise RenewalTermsDifferError(
            ", ".join(each.term for each in found),
            differences=[msgspec.to_builtins(each) | {"source": "BPR 34"} for each in found],
            terms=", ".join(each.term for each in found),
        )
    check_time(given, now)
    first = first_day(before, period.local_day(now))
    if start_on < first or (before.stage is Stage.RUNNING and start_on != first):
        raise RenewalGapError(field="start_on", first=first.isoformat(), start_on=start_on.isoformat())
