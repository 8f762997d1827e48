"""What each side still has to do about the end of a contract: derived from what is on record, not stored."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import ClassVar

import msgspec

from bidding.domain.rule import RuleVersion
from bidding.domain.tenure import renewal
from bidding.domain.tenure import term as terms
from bidding.domain.tenure.term import Stage, Successor, Term


class Side(StrEnum):
    """Who has to do something."""

    COMMITTEE = "committee"
    PROVIDER = "provider"
    STREET = "street"


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a side must do.

    Attributes:
        what: Name of the duty; its words are ``bidding.duty.<what>``.
        since: First day it is asked for.
        until: Last day, if the law names one; after it the duty stays open and is late.
        rule: The rule that says so.
    """

    rules: ClassVar[tuple[str, ...]] = ("H01", "H02", "H12", "H13", "H16", "H22")

    side: Side
    what: str
    since: date
    until: date | None
    rule: str

    def late(self, today: date) -> bool:
        """Say whether the last day has passed."""
        return self.until is not None and today > self.until


def duties(term: Term, rules: RuleVersion) -> Iterator[Duty]:
    """Yield what each side still has to do about the end of a contract, also what is not asked for yet."""
    match term.stage:
        case Stage.RUNNING:
            yield from _before_the_end(term, rules)
        case Stage.CONTINUED:
            yield from _decide(term, term.end_on, "H22", rules)
            if renewal.possible(term):
                yield from _sign_again(term.end_on, None)
        case Stage.ENDING:
            last = term.ends_on
            yield Duty(side=Side.COMMITTEE, what="hand-over", since=term.start_on, until=last, rule="H13")
            yield Duty(side=Side.PROVIDER, what="leave", since=term.start_on, until=last, rule="H13")
        case Stage.OVER:
            yield Duty(side=Side.PROVIDER, what="serve-on", since=term.start_on, until=None, rule="H16")
            yield Duty(side=Side.COMMITTEE, what="take-over", since=term.start_on, until=None, rule="H16")
            yield Duty(side=Side.STREET, what="no-gap", since=term.start_on, until=None, rule="H16")
        case Stage.CLOSED:
            return


def _before_the_end(term: Term, rules: RuleVersion) -> Iterator[Duty]:
    since = terms.organise_from(term.end_on, rules) or term.start_on
    if term.successor is Successor.NONE:
        yield from _decide(term, since, "H01", rules)
    if renewal.possible(term):
        yield from _sign_again(since, term.end_on)
    if term.declined_on is None and term.settled is None and term.successor is Successor.NONE:
        until = terms.decline_by(term.end_on, rules)
        yield Duty(side=Side.PROVIDER, what="say-no", since=min(since, until), until=until, rule="H02")


def _sign_again(since: date, until: date | None) -> Iterator[Duty]:
    for side in (Side.COMMITTEE, Side.PROVIDER):
        yield Duty(side=side, what="sign-again", since=since, until=until, rule="H01")


def _decide(term: Term, since: date, rule: str, rules: RuleVersion) -> Iterator[Duty]:
    if term.settled is None and rules.applies("H01"):
        for side, what in ((Side.COMMITTEE, "decide"), (Side.STREET, "see-to-decision")):
            yield Duty(side=side, what=what, since=since, until=term.end_on, rule=rule)
