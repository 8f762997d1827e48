"""Enterprises of the world: admitted, in charge of communities, evaluated, charged, rated."""

from collections.abc import Mapping

from market.demonstration.scenes import founding, supervising
from market.demonstration.stage import Stage
from market.demonstration.world import layout
from market.demonstration.world.layout import COMPANIES, Company, Plan
from market.kernel.period import add_months, local_day


async def found_companies(stage: Stage) -> dict[str, int]:
    """Let every enterprise apply, be admitted and make its keys; return their numbers by log-in name."""
    numbers = {}
    for serial, company in enumerate(COMPANIES, start=1):
        numbers[company.login] = await founding.found_company(
            stage, login=company.login, name=company.name, serial=serial
        )
        await founding.enrol_bidder(stage, company.login)
    return numbers


def managed() -> dict[str, Plan]:
    """Return which community each enterprise manages when the world begins; the worst ones leave first."""
    managing = [company.login for company in reversed(COMPANIES) if company.percent is not None]
    return dict(zip(managing, layout.all_plans(), strict=False))


async def give_history(
    stage: Stage, numbers: Mapping[str, int], places: Mapping[str, int]
) -> dict[tuple[str, str], int]:
    """Give each enterprise its project of a year, its evaluation and its records; return the latter.

    Args:
        places: Log-in name of a committee -> its community.
    """
    records: dict[tuple[str, str], int] = {}
    since = add_months(local_day(await stage.time.now()), -12)
    projects = managed()
    for company in COMPANIES:
        if company.percent is None:
            continue
        plan = projects[company.login]
        community, number = places[plan.login], numbers[company.login]
        await supervising.assign(
            stage,
            enterprise=number,
            community=community,
            area_centi=plan.place.area_centi,
            since=since,
            origin=f"demonstration:{company.login}",
        )
        past = supervising.cycle_before(await stage.time.now())
        for cycle in (past, None):
            await supervising.evaluate(
                stage, enterprise=number, community=community, percent=company.percent, cycle=cycle
            )
        records |= await _charge(stage, company, number=number, community=community)
    return records


async def _charge(
    stage: Stage, company: Company, *, number: int, community: int
) -> dict[tuple[str, str], int]:
    return {
        (company.login, item): await supervising.charge(
            stage,
            item=item,
            enterprise=number,
            login=company.login,
            facts=layout.FACTS[item],
            community=community if item in layout.PROJECT_ITEMS else None,
        )
        for item in company.items
    }


async def publish(stage: Stage, numbers: Mapping[str, int]) -> None:
    """Publish the last half-year for everybody; one enterprise goes on the exit list and is barred.

    Records decided since weigh only between two cycles: those who have some are published anew.
    """
    cycle = await supervising.close_cycle(stage)
    for company in COMPANIES:
        if company.listed:
            await supervising.list_out(stage, enterprise=numbers[company.login], login=company.login)
            await supervising.ban(stage, enterprise=numbers[company.login])
    await supervising.publish_cycle(stage, cycle)
    charged = {each.login for each in COMPANIES if each.items or each.listed}
    await supervising.publish(stage, {login: numbers[login] for login in numbers if login in charged})
