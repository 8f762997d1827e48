"""Whom the story brings along: one community, its committee, five enterprises; new in every run."""

from datetime import date

import msgspec

from market.demonstration import people
from market.demonstration.scenes import founding, supervising, voting
from market.demonstration.scenes.founding import Place
from market.demonstration.stage import Stage
from market.kernel.period import add_months, local_day

WINNER, RIVAL, NEWCOMER, LEAVING, BANNED = "jia", "yi", "bing", "ding", "wu"
NAMES = {WINNER: "甲", RIVAL: "乙", NEWCOMER: "丙", LEAVING: "丁", BANNED: "戊"}
SERIALS = 100_000
ROOM = 800_000


class Cast(msgspec.Struct, kw_only=True):
    """Everybody of one run of the story.

    Attributes:
        run: Tells one run from another; stands in names and log-in names.
        companies: Part in the story -> organisation number.
        codes: Part -> social credit code.
    """

    run: int
    place: Place
    community: int
    companies: dict[str, int]
    codes: dict[str, str]
    committee: str

    def login(self, part: str) -> str:
        """Return the log-in name of an enterprise."""
        return f"{part}-{self.run}"


async def gather(stage: Stage) -> Cast:
    """Let committee and enterprises come, apply, be admitted and make their keys.

    The leaving enterprise has managed the community for a year; the rival manages another one well.
    """
    now = await stage.time.now()
    run = int(now.timestamp()) // 60 * 5 % ROOM
    place = Place(
        name=f"示例安苑{run}号院", division=people.COMMUNITY, households=900, area_centi=9_000_000, year=2006
    )
    community = await founding.settle_community(stage, place)
    cast = Cast(
        run=run, place=place, community=community, companies={}, codes={}, committee=f"committee-{run}"
    )
    await founding.found_committee(stage, login=cast.committee, community=community, place=place)
    await voting.list_units(stage, cast.committee, community=community, place=place)
    for step, (part, sign) in enumerate(NAMES.items()):
        login = cast.login(part)
        cast.companies[part] = await founding.found_company(
            stage, login=login, name=f"示例{sign}物业服务有限公司（{run}）", serial=SERIALS + run + step
        )
        cast.codes[part] = (await stage.organisation(login))["code"]
        await founding.enrol_bidder(stage, login)
    await _manage(stage, cast, since=add_months(local_day(now), -12))
    return cast


async def _manage(stage: Stage, cast: Cast, *, since: date) -> None:
    other = msgspec.structs.replace(cast.place, name=f"示例和苑{cast.run}号院")
    managed = {
        LEAVING: (cast.community, cast.place.area_centi),
        RIVAL: (await founding.settle_community(stage, other), other.area_centi),
    }
    for part, (community, area) in managed.items():
        await supervising.assign(
            stage,
            enterprise=cast.companies[part],
            community=community,
            area_centi=area,
            since=since,
            origin=f"demonstration:{cast.run}:{part}",
        )
    await supervising.evaluate(
        stage, enterprise=cast.companies[RIVAL], community=managed[RIVAL][0], percent=96
    )
