"""Owners' votes for tests: a small unit list, ballots on it, and decisions recorded by the real act.

Twenty-four units of 100 m²: 101 and 102 are the developer's (one head), 103 and 104 one buyer's (one head),
the rest one owner's each: 2 400 m² and 22 heads. What ``ballots()`` says is carried: twenty units take part.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from bidding.domain.outcome.decision import Pattern
from bidding.domain.vote.conduct import Conduct
from bidding.domain.vote.matter import Figures, Key
from bidding.queries import decisions as queries
from bidding.services import decisions
from bidding.services.vote.counting import Order
from market.kernel import period
from market.kernel.actor import Actor
from market.parties.services import units
from tests import factories_parties as parties

PROTOCOL = "表决记录：应到、实到、监票人签字。".encode()
NUMBERS = tuple(str(100 + n) for n in range(1, 25))
FIGURES = Figures(area=240_000, heads=22, area_part=200_000, heads_part=18, area_yes=140_000, heads_yes=12)
"""What ``ballots()`` comes to."""


def unit_list() -> bytes:
    """Return the list as a file."""
    rows = [f"1号楼,{n},100.00,{_owner(n)},{'是' if n in {'101', '102'} else '否'}" for n in NUMBERS]
    return "\n".join(["楼栋,房号,面积,业主,未售", *rows]).encode()


def _owner(number: str) -> str:
    return "甲" if number in {"103", "104"} else f"业主{number}"


async def a_unit_list(community: int, *, by: Actor, now: datetime = parties.NOW) -> int:
    """Import the list for a community."""
    return await units.import_list(community_id=community, data=unit_list(), by=by, now=now)


def choices(*, yes: int = 14, no: int = 4, abstain: int = 2, favour: str = "同意") -> dict[str, str]:
    """Return unit number -> choice, from the first unit on; the rest take no part."""
    said = [favour] * yes + ["反对"] * no + ["弃权"] * abstain
    return dict(zip(NUMBERS, said, strict=False))


def ballots(said: Mapping[str, str] | None = None, *, channel: str = "纸质") -> bytes:
    """Return ballots as a file."""
    rows = [f"1号楼,{n},{c},{channel}" for n, c in (choices() if said is None else said).items()]
    return "\n".join(["楼栋,房号,表决意见,表决方式", *rows]).encode()


LOST = choices(yes=10, no=8)
"""Half of those taking part by area and fewer by heads: not carried."""


def held(on: date, **changes: object) -> Conduct:
    """Return a vote that ended on a day, with its notice fifteen days before."""
    facts: dict[str, object] = {
        "decided_on": on,
        "notice_on": on - timedelta(days=15),
        "reported_on": on - timedelta(days=15),
    }
    return Conduct(**{**facts, **changes})  # type: ignore[arg-type]


async def a_tender_decision(
    community: int,
    *,
    by: Actor,
    now: datetime = parties.NOW,
    pattern: Pattern = Pattern.VOTE_LAST,
    relaxes: tuple[str, ...] = (),
    said: Mapping[str, str] | None = None,
) -> queries.Recorded:
    """Record the owners' decision to hire through a tender, on the day of ``now``."""
    return await decisions.record(
        order=Order(
            matter=Key.TENDER,
            community=community,
            pattern=pattern,
            relaxes=relaxes,
            held=held(period.local_day(now)),
        ),
        ballots=ballots(said),
        protocol=PROTOCOL,
        by=by,
        now=now,
    )
