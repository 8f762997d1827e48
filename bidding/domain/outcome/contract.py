"""When a contract may be signed: core terms equal the bid, in time, and the owners have decided."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec

from bidding.domain.outcome import award, decision
from bidding.domain.rule_table import RuleVersion
from bidding.domain.service.offer import Offer
from bidding.domain.service.table import ServiceTable
from market.kernel import period
from market.kernel.errors import RuleError
from market.kernel.lifecycle import Lifecycle, Move
from market.kernel.workday import Workdays

TERM_RULE: Final = "prophase-term"


class CoreTermsDifferError(RuleError):
    """The contract differs from bid or tender document; ``context["differences"]`` names each term."""

    code = "core-terms-differ"
    source = "BL 46, BLR 57"


class SignedTooLateError(RuleError):
    """More than 30 days have passed since the award notice."""

    code = "contract-too-late"
    source = "BL 46"


class TermTooLongError(RuleError):
    """A prophase contract runs longer than the rules let it (prophase-term)."""

    code = "prophase-term-too-long"
    source = "BPR 19"


class Stage(StrEnum):
    """Where a contract stands."""

    DRAFTED = "drafted"
    SIGNED = "signed"
    FILED = "filed"
    RETURNED = "returned"
    ACKNOWLEDGED = "acknowledged"
    VOIDED = "voided"


class Step(StrEnum):
    """What moves a contract."""

    SIGN = "sign"
    VOID = "void"
    FILE = "file"
    RETURN = "return"
    ACKNOWLEDGE = "acknowledge"
    CHANGE = "change"


LIFECYCLE = Lifecycle(
    "contract",
    Stage.DRAFTED,
    (
        Move(Stage.DRAFTED, Step.SIGN, Stage.SIGNED),
        Move(Stage.DRAFTED, Step.VOID, Stage.VOIDED),  # the award it rests on was cancelled
        Move(Stage.SIGNED, Step.FILE, Stage.FILED),
        Move(Stage.FILED, Step.ACKNOWLEDGE, Stage.ACKNOWLEDGED),
        Move(Stage.FILED, Step.RETURN, Stage.RETURNED),
        Move(Stage.RETURNED, Step.FILE, Stage.FILED),
        *(
            Move(source, Step.CHANGE, Stage.SIGNED)  # a change is filed like the contract (BPR 63)
            for source in (Stage.SIGNED, Stage.FILED, Stage.RETURNED, Stage.ACKNOWLEDGED)
        ),
    ),
)
BINDING = frozenset({Stage.SIGNED, Stage.FILED, Stage.RETURNED, Stage.ACKNOWLEDGED})
"""Both sides are bound: filing is notice to the authorities, it makes nothing valid (BPR 63, BTB 41)."""


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """The core terms of a bid, a tender document or a contract (subject, price, quality, term, manager).

    Attributes:
        subject: The lot as the tender document names it, with its area.
        price_fen: As the bid form asks: fen a year for the whole lot.
        level: Service level 1 to 5, the measure of quality; 0 where neither document nor bid names one.
        project_manager: Registration number of the project manager offered, never a name.
        levels: Item code to promised level: the quality item by item. Prices of items are no core
            term of their own: the contract takes them from the bid, nobody writes them a second time.
    """

    subject: str
    price_fen: int
    level: int
    months: int
    project_manager: str
    levels: dict[str, int] = {}


SINGLE: Final = tuple(name for name in Terms.__struct_fields__ if name != "levels")
"""Core terms with one value; the levels are compared item by item."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One core term that is not the same in bid and contract; an item's is ``levels.E3-01``."""

    term: str
    promised: str
    contract: str
    source: str = "BL 46"


class Award(msgspec.Struct, frozen=True, kw_only=True):
    """What the contract rests on.

    Attributes:
        rank: Place of the winner; a vote first covers the first in rank only.
        needs_decision: Owners' tender: both sides may sign only on a standing decision of the owners.
        sign_by: Last day to sign, by the rules the tender was published under.
    """

    winner: int
    rank: int
    promised: Terms
    sign_by: date
    needs_decision: bool


DOCUMENT_LEVEL = 0


def promised_levels(table: ServiceTable | None, made: Offer | None) -> dict[str, int]:
    """Return the level of every item of the document: the bid's where it promises more, never less.

    What the document asks for binds whoever was awarded under it; a higher promise binds too (BL 46).
    """
    if table is None:
        return {}
    offered = {each.code: each.level for each in made.items} if made else {}
    return {line.code: max(line.level, offered.get(line.code, 0)) for line in table.lines}


def promised(
    *,
    subject: str,
    price_fen: int,
    document_months: int,
    answers: Mapping[str, str | int | bool | None],
    levels: Mapping[str, int] | None = None,
) -> Terms:
    """Return the core terms a bid promises: its price and answers, and the document where it is silent.

    Args:
        subject: The lot's title and area as the tender document has them.
        document_months: Term of the tender document; a bid may not change it, only repeat it.
        answers: The read-out's terms: ``level``, ``project_manager``.
        levels: Of ``promised_levels``.
    """
    level = answers.get("level")
    return Terms(
        subject=subject,
        price_fen=price_fen,
        level=level if isinstance(level, int) and not isinstance(level, bool) else DOCUMENT_LEVEL,
        months=document_months,
        project_manager=str(answers.get("project_manager") or ""),
        levels=dict(levels or {}),
    )


def differences(promised: Terms, contract: Terms) -> Iterator[Difference]:
    """Yield every core term that differs between what was promised and what is to be signed."""
    for name in SINGLE:
        before, after = str(getattr(promised, name)), str(getattr(contract, name))
        if before != after:
            yield Difference(term=name, promised=before, contract=after)
    given, agreed = promised.levels, contract.levels
    for code in sorted(given.keys() | agreed.keys()):
        if given.get(code) != agreed.get(code):
            yield Difference(
                term=f"levels.{code}", promised=_level(given.get(code)), contract=_level(agreed.get(code))
            )


def _level(level: int | None) -> str:
    return "" if level is None else str(level)


def check(
    terms: Terms,
    given: Award,
    *,
    owners_decision: decision.Decision | None,
    rules: RuleVersion,
    now: datetime,
) -> None:
    """Refuse a contract that may not be signed.

    Raises:
        CoreTermsDifferError: A core term differs from the bid (BL 46, BLR 57); all of them are named.
        SignedTooLateError: More than 30 days after the award notice.
        TermTooLongError: Prophase and longer than the rules let it run (prophase-term, BPR 19).
        DecisionMissingError: Owners' tender without a standing decision (BPR 44, 47, 63).
    """
    found = tuple(differences(given.promised, terms))
    if found:
        raise CoreTermsDifferError(
            ", ".join(each.term for each in found),
            differences=[msgspec.to_builtins(each) for each in found],
            terms=", ".join(each.term for each in found),
        )
    if rules.applies(TERM_RULE) and terms.months > rules.value(TERM_RULE):
        raise TermTooLongError(months=terms.months, maximum=rules.value(TERM_RULE))
    if given.needs_decision and not decision.allows(
        owners_decision, rules, winner=given.winner, rank=given.rank
    ):
        raise award.DecisionMissingError("no standing owners' decision covers this provider")
    if now >= period.end_of_day(given.sign_by):
        raise SignedTooLateError(last_day=given.sign_by.isoformat())


def end_on(start_on: date, months: int) -> date:
    """Return the last day of service of a term that begins on ``start_on``."""
    return date.fromordinal(period.add_months(start_on, months).toordinal() - 1)


def file_by(signed_at: datetime, *, days: int, workdays: Workdays) -> date:
    """Return the last day to file with street and district, counted from signing (rule T43, BPR 63)."""
    return workdays.add_days(period.local_day(signed_at), days)
