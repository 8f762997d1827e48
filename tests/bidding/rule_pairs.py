"""Which test holds each rule: a pair (just inside, just outside, a changed value flips it).

Whoever builds the act of a rule that nothing holds moves it from ``bidding/domain/rule_gaps.py`` to ``PAIRS``
or to ``elsewhere_pairs``; tests see to it that every rule stands in one place, that no code reads a rule
without a test, and that the gaps only get fewer.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from bidding.domain import filing, rounds, rule_gaps, schedule
from bidding.domain import scheme as schemes
from bidding.domain.act import Act
from bidding.domain.amending import amendment
from bidding.domain.entry import selection
from bidding.domain.outcome import report
from bidding.domain.prequal import application
from bidding.domain.procedure import OWNER_OPEN, PROPHASE_OPEN, Profile, Stage
from bidding.domain.rule_table import RuleVersion
from bidding.domain.tender import Tender
from market.kernel.errors import RuleError
from market.kernel.period import local_day
from market.kernel.workday import Workdays
from tests.bidding.domain.test_filing import DECISION, NOW, a_tender, whole
from tests.bidding.prequal.test_rules import prequal_findings, qualifying

Allows = Callable[[RuleVersion, int], bool]


def changed(version: RuleVersion, name: str, value: int) -> RuleVersion:
    """Return a version of the table in which one rule has another value."""
    rule = msgspec.structs.replace(version.rule(name), value=value)
    return msgspec.structs.replace(version, rules={**version.rules, name: rule})


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """A rule tried on both sides of its value.

    Attributes:
        allows: Whether the rules let the number pass.
        changed: A value of the rule under which the verdict on ``flips`` turns round.
    """

    profile: Profile
    allows: Allows
    inside: int
    outside: int
    changed: int


def _filed(rule: str, *, relaxes: tuple[str, ...] = (), **fields: Callable[[int], object]) -> Allows:
    """Return whether a filing with this number in its document has no finding of the rule."""

    def allows(rules: RuleVersion, number: int) -> bool:
        content = whole(**{name: value(number) for name, value in fields.items()})
        procedure = OWNER_OPEN if rules.profile is Profile.OWNER else PROPHASE_OPEN
        decided = msgspec.structs.replace(DECISION, relaxes=relaxes)
        found = filing.filing_findings(a_tender(procedure, content=content, decision=decided), rules)
        return rule not in {one.context.get("rule") for one in found}

    return allows


def _weighed(rules: RuleVersion, credit: int) -> bool:
    table = schemes.Scheme(
        criteria=(
            schemes.Criterion(id="plan", part=schemes.Part.EXPERT, points=7_500 - credit),
            schemes.Criterion(id="price", part=schemes.Part.PRICE, points=2_500),
            schemes.Criterion(id="credit", part=schemes.Part.CREDIT, points=credit),
        )
    )
    found = filing.filing_findings(a_tender(content=whole(scheme=table)), rules)
    return "credit-part-too-large" not in {one.context.get("finding") for one in found}


def _small(rules: RuleVersion, area: int) -> bool:
    asked = selection.Negotiation(ground=selection.Ground.SMALL_SCALE, reason="r")
    return not list(selection.findings(asked, rules, area=area, failed=False))


def _announced(rules: RuleVersion, days: int) -> bool:
    later = NOW + timedelta(days=days)
    content = whole(issue_at=later, deadline=later + timedelta(days=20), decision=None)
    found = filing.publication_findings(a_tender(PROPHASE_OPEN, content=content), rules, later)
    return "T05" not in {one.context.get("rule") for one in found}


def _deleted(rules: RuleVersion, days: int) -> bool:
    """Whether sealed bytes of a failed tender still lie there so many days later."""
    failed: Tender = a_tender(stage=Stage.FAILED, failed_at=NOW)
    ((at, act),) = schedule.due(failed, rules)
    assert act is Act.CIPHERTEXTS_DELETE
    return NOW + timedelta(days=days) < at


def _drawn_before(rules: RuleVersion, hours: int) -> bool:
    """Whether a committee may be drawn so many hours before the deadline."""
    return schedule.draw_from(NOW, rules) <= NOW - timedelta(hours=hours)


def _may_speak(rules: RuleVersion, hours: int) -> bool:
    """Whether a report still waits for a silent member so many hours after it was made."""
    until = report.sign_until(NOW, rules)
    try:
        report.check_publishable((), (1,), sign_until=until, now=NOW + timedelta(hours=hours))
    except report.ReportUnsignedError:
        return True
    return False


def _another_round(rules: RuleVersion, number: int) -> bool:
    try:
        rounds.next_round(a_tender(round=number), rules)
    except RuleError:
        return False
    return True


def _qualified(rules: RuleVersion, number: int) -> bool:
    return not application.too_few(number, rules)


def _prequalified(rule: str, **fields: Callable[[int], object]) -> Allows:
    """Return whether a filing with this number in its pre-qualification has no finding of the rule."""

    def allows(rules: RuleVersion, number: int) -> bool:
        asked = {name: value(number) for name, value in fields.items()}
        return rule not in {one.context.get("rule") for one in prequal_findings(rules, **asked)}

    return allows


def _clarified_before(rules: RuleVersion, days: int) -> bool:
    """Whether a clarification so many days before applications are due leaves that day where it is."""
    content = qualifying()
    until = content.prequalification.deadline if content.prequalification else None
    assert until is not None
    table = Workdays(rest=frozenset(), work=frozenset(), years=frozenset({2026}))
    now = until - timedelta(days=days)
    return until == amendment.deadline_after(content, now=now, rules=rules, workdays=table, qualifying=True)


def _objected_before(rules: RuleVersion, days: int) -> bool:
    """Whether the pre-qualification document may be objected to so many days before applications are due."""
    content = qualifying()
    last = schedule.prequal_objections_until(content, rules)
    until = content.prequalification.deadline if content.prequalification else None
    assert last is not None
    assert until is not None
    return local_day(until - timedelta(days=days)) <= last


def _answer_in_time(rules: RuleVersion, day: int) -> bool:
    workdays = Workdays(rest=frozenset(), work=frozenset(), years=frozenset({2026}))
    due = schedule.answer_due_on(a_tender(filed_at=datetime(2026, 3, 2, 2, tzinfo=UTC)), rules, workdays)
    assert due is not None
    return day <= due.day


def _published_in_time(rules: RuleVersion, day: int) -> bool:
    workdays = Workdays(rest=frozenset(), work=frozenset(), years=frozenset({2026}))
    received = datetime(2026, 3, 2, 2, tzinfo=UTC)  # a Monday
    return day <= report.publish_by(received, rules, workdays).day


def _days(number: int) -> datetime:
    return NOW + timedelta(days=number)


PAIRS: Final[Mapping[str, Pair]] = {
    "T03": Pair(profile=Profile.OWNER, allows=_qualified, inside=3, outside=2, changed=2),
    "T04": Pair(
        profile=Profile.OWNER, allows=_prequalified("T04", limit=int), inside=5, outside=4, changed=4
    ),
    "T07": Pair(
        profile=Profile.PROPHASE,
        allows=_prequalified("T07", deadline=lambda days: _days(5 + days)),
        inside=5,
        outside=4,
        changed=4,
    ),
    "T10": Pair(profile=Profile.OWNER, allows=_clarified_before, inside=3, outside=2, changed=2),
    "T12": Pair(profile=Profile.OWNER, allows=_objected_before, inside=2, outside=1, changed=1),
    "T05": Pair(profile=Profile.PROPHASE, allows=_announced, inside=10, outside=9, changed=9),
    "T06": Pair(profile=Profile.OWNER, allows=_filed("T06", issue_days=int), inside=5, outside=4, changed=4),
    "T08": Pair(
        profile=Profile.PROPHASE, allows=_filed("T08", deadline=_days), inside=20, outside=19, changed=19
    ),
    "T11": Pair(
        profile=Profile.OWNER,
        allows=_filed("T11", relaxes=("T08",), deadline=_days),
        inside=15,
        outside=14,
        changed=9,
    ),
    "T15": Pair(
        profile=Profile.OWNER, allows=_filed("T15", bid_security_fen=int), inside=200, outside=201, changed=3
    ),
    "T22": Pair(
        profile=Profile.OWNER, allows=_filed("T22", validity_days=int), inside=31, outside=30, changed=29
    ),
    "T29": Pair(profile=Profile.PROPHASE, allows=_drawn_before, inside=24, outside=25, changed=25),
    "T33": Pair(profile=Profile.OWNER, allows=_published_in_time, inside=5, outside=6, changed=4),
    "T36": Pair(profile=Profile.OWNER, allows=_deleted, inside=10, outside=11, changed=11),
    "T53.signing": Pair(profile=Profile.OWNER, allows=_may_speak, inside=47, outside=48, changed=49),
    "credit-cap": Pair(profile=Profile.OWNER, allows=_weighed, inside=1_500, outside=1_501, changed=1_501),
    "filing-decision": Pair(profile=Profile.OWNER, allows=_answer_in_time, inside=9, outside=10, changed=6),
    "small-scale": Pair(
        profile=Profile.PROPHASE, allows=_small, inside=2_999_999, outside=3_000_000, changed=3_000_001
    ),
    "rounds-max": Pair(profile=Profile.OWNER, allows=_another_round, inside=2, outside=3, changed=4),
}

WAITING: Final = tuple(name for names in rule_gaps.GAPS.values() for name in names)
"""Rules that nothing holds."""

MOST_WAITING: Final = 27
"""This may only get less."""
