"""Running a draft of a rule set over everybody's data, beside the rule set in force.

Nothing is written. The report is shown before a draft is approved, and published with it.
"""

from datetime import datetime
from typing import ClassVar

from credit.domain import cycle, what_if
from credit.domain.catalogue import UnknownItemError
from credit.domain.fairness.effects import Outcome
from credit.domain.fairness.kinds import UNKNOWN, Place, kinds
from credit.domain.rating import Moment, graded, mode
from credit.domain.rule_set import RuleSet
from credit.domain.what_if import Report, Side, Subject
from credit.queries import rule_sets, scores
from market.kernel.errors import FindingsError, MarketError
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import database

DISTRICT_LEVEL = 1
"""Place of the district in a path of divisions that begins with the city."""


class DraftUncoveredError(FindingsError):
    """A rule set must know every item that stands in a record, or those could not be computed again."""

    code: ClassVar[str] = "credit-draft-uncovered"


async def simulate(*, draft: RuleSet, now: datetime) -> Report:
    """Return what a draft would do to everybody, with all that is known now.

    Raises:
        DraftUncoveredError: The draft lacks items that decided records carry; with every one of them.
    """
    await _check_covers(draft, now=now)
    rules = await rule_sets.in_force(local_day(now))
    everybody = await parties.enterprises()
    moment = Moment.live(now, cycle.of(local_day(now)))
    before = await scores.compute_all(everybody, moment, rules=rules)
    after = await scores.compute_all(everybody, moment, rules=draft)
    places = await _places(rules.jurisdiction)
    subjects = [
        Subject(
            enterprise=one.id,
            code=one.code,
            name=one.name,
            kinds=kinds(found.inputs, places, district=_district(one.path), rules=rules),
        )
        for one, found in zip(everybody, before, strict=True)
    ]
    return what_if.compare(
        subjects,
        _side(before, rules),
        _side(after, draft),
        at=now,
        inputs=what_if.inputs_of_all(one.inputs for one in before),
        rules=rules,
    )


async def _check_covers(draft: RuleSet, *, now: datetime) -> None:
    rows = await database.fetch(
        "SELECT DISTINCT item_code FROM credit_record WHERE decided_at <= $1 ORDER BY 1", now
    )
    findings: list[MarketError] = [
        UnknownItemError(f"no item {code}", field="item_code", item=code)
        for code in (row["item_code"] for row in rows)
        if code not in draft.by_code
    ]
    if findings:
        raise DraftUncoveredError(findings)


async def _places(root: str) -> dict[int, Place]:
    """Return where every community below a division lies, and when it was finished."""
    return {
        one.id: Place(_district(one.path), one.completion_year) for one in await parties.communities_of(root)
    }


def _district(path: tuple[str, ...]) -> str:
    return path[min(DISTRICT_LEVEL, len(path) - 1)] if path else UNKNOWN


def _side(found: list[scores.Computed], rules: RuleSet) -> Side:
    letters = graded([(one.inputs.code, one.score) for one in found], rules=rules)
    return Side(
        version=rules.version,
        digest=rules.digest,
        mode=mode(rules).value,
        outcomes=[Outcome(one.score.published, letter) for one, letter in zip(found, letters, strict=True)],
        items=what_if.tally(one.score for one in found),
    )
