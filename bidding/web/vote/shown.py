"""What is shown of owners' decisions: totals, tests with their operands, verdict, sources; never a choice."""

from datetime import date, datetime

import msgspec

from bidding.domain import rule_table
from bidding.domain.act import Act
from bidding.domain.outcome import decision
from bidding.domain.outcome.decision import Pattern
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import Profile
from bidding.domain.rule_table import RuleVersion
from bidding.domain.vote import conduct
from bidding.domain.vote import matter as matters
from bidding.domain.vote.counting import NonVoters
from bidding.domain.vote.matter import Figures, Key
from bidding.domain.vote.renewal import Renewal
from bidding.queries import decisions as queries
from bidding.queries import tenders
from bidding.services.vote.counting import Counted
from market.kernel.actor import Actor
from market.kernel.workday import Workdays
from market.parties import public as parties
from market.runtime import workdays
from market.runtime.web import problems


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What ballots came to before anything is recorded.

    Attributes:
        findings: What makes the vote unlawful; nothing is recorded while there are any.
        list_digest: Of the unit list that was in force on the day.
    """

    carried: bool
    figures: Figures
    tests: tuple[matters.Test, ...]
    ballot_rows: int
    silent_area: int
    silent_heads: int
    list_digest: str
    findings: tuple[problems.Problem, ...]


class PublicDecision(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded decision with its verdict test by test.

    Attributes:
        item: Number of the matter within CC 278 ¶1.
        provider: Name of the candidate it covers, if it is on one.
        renewal: Terms a decision to renew names.
        stands: Carried and not revoked.
        post_by: Last day to post it (BPR 37).
        challenge_until: One year from the posting (CC 280); ``None`` until it is posted.
    """

    number: str
    matter: Key
    item: int
    community: int
    community_name: str
    tender: str | None
    lot: str
    provider: str | None
    pattern: Pattern
    relaxes: tuple[str, ...]
    renewal: Renewal | None
    decided_on: date
    carried: bool
    stands: bool
    figures: Figures
    tests: tuple[matters.Test, ...]
    ballot_rows: int
    non_voters: NonVoters
    clause: str
    silent_area: int
    silent_heads: int
    notice_on: date | None
    reported_on: date | None
    evote_reference: str
    posted_on: date | None
    post_by: date
    challenge_until: date | None
    list_digest: str
    ballots_digest: str
    file_digest: str
    recorded_at: datetime
    revoked_at: datetime | None
    revocation: str


_SAME = tuple(name for name in PublicDecision.__struct_fields__ if name in queries.Recorded.__struct_fields__)


class DecisionView(msgspec.Struct, frozen=True, kw_only=True):
    """The page of a decision; the booleans say which forms are worth showing."""

    decision: PublicDecision
    tenders: tuple[str, ...]
    may_post: bool
    may_check: bool
    may_revoke: bool


def verdict(counted: Counted) -> Verdict:
    """Return what is shown before recording."""
    return Verdict(
        carried=counted.carried,
        figures=counted.count.figures,
        tests=counted.tests,
        ballot_rows=counted.count.rows,
        silent_area=counted.count.silent_area,
        silent_heads=counted.count.silent_heads,
        list_digest=counted.unit_list.list_digest,
        findings=tuple(problems.describe(each) for each in counted.findings),
    )


async def public(found: queries.Recorded) -> PublicDecision:
    """Return what everybody may see of a decision."""
    return _public(found, await _rules_of(found), await workdays.table())


async def all_public(found: list[queries.Recorded]) -> tuple[PublicDecision, ...]:
    """Return the same of several."""
    table = await workdays.table()
    return tuple([_public(each, await _rules_of(each), table) for each in found])


async def _rules_of(found: queries.Recorded) -> RuleVersion:
    """Return the rules a decision goes by: its tender's where it is on a winner, else the current ones."""
    if found.tender is None:
        return rule_table.current(Profile.OWNER)
    return tenders.rules_of(await tenders.by_number(found.tender))


def _public(found: queries.Recorded, rules: RuleVersion, table: Workdays) -> PublicDecision:
    matter = matters.MATTERS[found.matter]
    return PublicDecision(
        **{name: getattr(found, name) for name in _SAME},
        item=matter.item,
        stands=decision.stands(found, rules),
        tests=matters.tests(found.figures, matter, rules),
        post_by=conduct.post_by(found.decided_on, rules, table),
        challenge_until=conduct.challenge_until(found.posted_on, rules) if found.posted_on else None,
    )


async def view(number: str, actor: Actor) -> DecisionView:
    """Return the page of a decision for the one who asks."""
    found = await queries.by_number(number)
    place = await parties.community(found.community)
    inside = await parties.organisations_in(place.id)

    def may(act: Act) -> bool:
        return PERMISSIONS[act].allows(actor, organisations=inside, path=place.path)

    return DecisionView(
        decision=await public(found),
        tenders=tuple(each.number for each in await queries.resting_on(number)),
        may_post=found.posted_on is None and may(Act.DECISION_POST),
        may_check=found.unit_list is not None and may(Act.DECISION_CHECK),
        may_revoke=found.revoked_at is None and may(Act.DECISION_REVOKE),
    )
