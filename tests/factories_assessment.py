"""Assessment bodies for tests, made by the real acts."""

from collections.abc import Sequence
from datetime import date

from credit.domain.assessment.body import Declaration, Scope
from credit.queries.assessment import bodies as register
from credit.queries.assessment import reports as queries
from credit.services import evaluations
from credit.services.assessment import bodies, reports
from market.kernel.actor import Actor
from market.kernel.period import local_day
from tests import factories_credit as credit
from tests import factories_parties as parties

NOW = credit.NOW


async def declared(
    assessor: Actor, *, owners: str = "", conflicts: str = "", scope: tuple[Scope, ...] = (Scope.SERVICE,)
) -> None:
    """Let a body declare itself."""
    declaration = Declaration(
        scope=scope, staff="甲，物业评估师\n乙", truthful=True, owners=owners, conflicts=conflicts
    )
    await bodies.declare(declaration=declaration, by=assessor, now=NOW)


async def a_listed_body(
    world: credit.World, *, conflicts: str = "", scope: tuple[Scope, ...] = (Scope.SERVICE,)
) -> Actor:
    """Return a person who acts for a body on the district's register."""
    assessor = await parties.an_assessor()
    await declared(assessor, conflicts=conflicts, scope=scope)
    await bodies.enlist(organisation=assessor.organisation or 0, by=world.district, now=NOW)
    return assessor


async def an_open_evaluation(world: credit.World) -> int:
    """Return an evaluation nobody scored yet."""
    opening = evaluations.Opening(
        enterprise=world.enterprise.organisation, community=world.community, cycle="2026H1"
    )
    return await evaluations.open_evaluation(opening=opening, by=world.street, now=NOW)


async def a_commission(world: credit.World, evaluation: int) -> tuple[int, Actor]:
    """Return a commission of an evaluation, drawn of two, and who acts for the body."""
    listed = (await a_listed_body(world), await a_listed_body(world))
    drawn = await reports.draw(evaluation_id=evaluation, by=world.street, now=NOW)
    return drawn, (await drawn_body(drawn, listed))[0]


async def drawn_body(commission: int, listed: Sequence[Actor]) -> tuple[Actor, list[Actor]]:
    """Return who acts for the body that was drawn, and who for the others."""
    found = await register.body((await queries.case(commission)).assessor)
    mine = [one for one in listed if one.organisation == found.organisation]
    return mine[0], [one for one in listed if one.organisation != found.organisation]


def a_delivery(*, lost: int = 0, visited_on: date | None = None) -> reports.Delivery:
    """Return a report with full marks but for some lost at E2-2."""
    return reports.Delivery(
        marks=credit.street_marks(lost=lost),
        visited_on=visited_on or local_day(NOW),
        unbiased=True,
        report_digest=credit.FILE,
    )
