"""Running a draft of a rule set over everybody's data, beside the rule set in force.

Everybody is read once, into columns that both rule sets share, and nothing is written. The report is shown
before a draft is approved, and published with it.
"""

from datetime import datetime
from typing import ClassVar

from credit.domain import cycle, what_if
from credit.domain.catalogue import UnknownItemError
from credit.domain.engine import gather
from credit.domain.fairness.kinds import UNKNOWN, Place, kinds
from credit.domain.rating import Moment
from credit.domain.rule_set import RuleSet
from credit.domain.what_if import Report, Subject
from credit.queries import everybody, rule_sets
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
    moment = Moment.live(now, cycle.of(local_day(now)))
    city = await everybody.read(moment)
    places = await _places(rules.jurisdiction)
    subjects = [
        Subject(
            enterprise=one.id,
            code=one.code,
            name=one.name,
            kinds=kinds(managed, places, district=_district(one.path), rules=rules),
        )
        for one, managed in zip(city.enterprises, gather.managed(city.columns, now), strict=True)
    ]
    return what_if.compare(
        subjects,
        await city.side(rules),
        await city.side(draft),
        at=now,
        inputs=city.columns.digest,
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
