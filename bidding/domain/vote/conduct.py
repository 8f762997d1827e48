"""How a vote was held: the facts of its procedure, and each that makes it unlawful (BPR 35, 37)."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import ClassVar

import msgspec

from bidding.domain.rule_table import Force, RuleVersion
from bidding.domain.vote.counting import NonVoters
from bidding.domain.vote.matter import Matter
from market.kernel.errors import RuleError
from market.kernel.period import add_months
from market.kernel.workday import Workdays

NOTICE_RULE = "vote-notice"
POSTING_RULE = "vote-posting"
CHALLENGE_RULE = "vote-challenge"


class Conduct(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of one vote.

    Attributes:
        decided_on: Last day of the vote; its result is the decision.
        notice_on: Day the notice with the agenda was posted.
        reported_on: Day the agenda was reported to the residents' committee.
        evote_reference: Number the municipal system gave the vote; needed when one ballot came from there.
        clause: Clause of the rules of procedure that lets silent owners go with the majority.
    """

    decided_on: date
    notice_on: date
    reported_on: date
    evote_reference: str = ""
    non_voters: NonVoters = NonVoters.NOT_PARTICIPATING
    clause: str = ""


class ConductError(RuleError):
    """A fact that makes the vote unlawful; several are raised together."""

    code: ClassVar[str] = "vote-conduct"
    source = "BPR 35, 37"


class DecisionDateError(ConductError):
    """A decision lies in the future."""

    code: ClassVar[str] = "decision-date"
    source = "BPR 35"


class NoticeShortError(ConductError):
    """The notice was posted less than fifteen days before the vote ended."""

    code: ClassVar[str] = "vote-notice-short"
    rules: ClassVar[tuple[str, ...]] = ("vote-notice",)
    source = "BPR 35"


class NoticeTooEarlyError(ConductError):
    """The notice was posted before the candidates were public: it cannot have named what was voted on."""

    code: ClassVar[str] = "vote-notice-too-early"
    source = "BPR 35; BLR 54"


class NotReportedError(ConductError):
    """The agenda was not reported to the residents' committee before the vote ended."""

    code: ClassVar[str] = "vote-not-reported"
    source = "BPR 35"


class ReferenceMissingError(ConductError):
    """Ballots came through the municipal system, and its number of the vote is missing."""

    code: ClassVar[str] = "vote-reference-missing"
    source = "BPR 37"


class SilenceError(ConductError):
    """Silent owners may not be counted: no clause is named, or the matter never allows it."""

    code: ClassVar[str] = "vote-silence"
    source = "CC 278; [design]"


class RelaxationError(ConductError):
    """A statutory rule is not the owners' to relax."""

    code: ClassVar[str] = "decision-relaxes"
    source = "BL 2"


def findings(
    held: Conduct, matter: Matter, rules: RuleVersion, *, today: date, earliest: date | None, evotes: int
) -> Iterator[ConductError]:
    """Yield everything that makes a vote unlawful.

    Args:
        earliest: First day a notice could name what is voted on; ``None`` where any day can.
        evotes: Ballots given through the municipal system.
    """
    least, days = rules.value(NOTICE_RULE), (held.decided_on - held.notice_on).days
    if held.decided_on > today:
        yield DecisionDateError(field="decided_on", decided_on=held.decided_on.isoformat())
    if days < least:
        yield NoticeShortError(field="notice_on", rule="vote-notice", value=least, got=days)
    if earliest is not None and held.notice_on < earliest:
        yield NoticeTooEarlyError(field="notice_on", first=earliest.isoformat())
    if held.reported_on > held.decided_on:
        yield NotReportedError(field="reported_on", decided_on=held.decided_on.isoformat())
    if evotes and not held.evote_reference.strip():
        yield ReferenceMissingError(field="evote_reference", evotes=evotes)
    yield from _silence(held, matter)


def _silence(held: Conduct, matter: Matter) -> Iterator[ConductError]:
    if held.non_voters is NonVoters.NOT_PARTICIPATING:
        return
    if not matter.silence_counts:
        yield SilenceError(field="non_voters", problem="matter")
    if not held.clause.strip():
        yield SilenceError(field="clause", problem="clause")


def relaxation_findings(relaxes: Sequence[str], rules: RuleVersion) -> Iterator[ConductError]:
    """Yield the rules owners cannot relax: only house rules with a floor yield (BL 2)."""
    for name in relaxes:
        rule = rules.rules.get(name)
        if rule is None or rule.force is not Force.HOUSE or rule.floor is None:
            yield RelaxationError(field="relaxes", rule=name)


def post_by(decided_on: date, rules: RuleVersion, workdays: Workdays) -> date:
    """Return the last day to post a decision (rule vote-posting, BPR 37); a rest day moves on (CC 203)."""
    return workdays.add_days(decided_on, rules.value(POSTING_RULE))


def challenge_until(posted_on: date, rules: RuleVersion) -> date:
    """Return the day until which a court may be asked at the latest known start (CC 280).

    The time runs from when an owner knew or should have known; posting is when everybody should.
    """
    return add_months(posted_on, 12 * rules.value(CHALLENGE_RULE))
