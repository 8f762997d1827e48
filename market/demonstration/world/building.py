"""The fictional world: built once, on the first start of a demonstration, by acts alone."""

from collections.abc import Mapping
from datetime import timedelta

import click

from market.demonstration import people
from market.demonstration.people import Post
from market.demonstration.scenes import contracting, documents, founding, tendering, voting
from market.demonstration.scenes.founding import Place
from market.demonstration.stage import Stage
from market.demonstration.visitor import PASSWORD
from market.demonstration.world import calendar, companies, further, lately, layout, past, tenders
from market.kernel.actor import Actor, Role
from market.kernel.errors import NotFoundError
from market.parties import public as parties
from market.parties.public import OrganisationKind

DEADLINES = {"opening": 58, "bidding": 260}
"""Stage -> days until the deadline, so that the tender still stands there when everything else is done."""

MIDDLE_DAYS = 41
"""Longer than the thirty days of an exit and a holiday behind them."""

ASSESSOR_SERIAL = 901

NEW_HOMES = Place(
    name="示例云锦新城一期",
    division=f"{people.STREET}037",
    households=1500,
    area_centi=15_000_000,
    year=2026,
    buildings=12,
)

VISITORS = (
    Post(login="committee", person="演示主任", role=Role.COMMITTEE),
    Post(login="committee-bidding", person="演示主任", role=Role.COMMITTEE),
    Post(login="pmc", person="演示主任", role=Role.COMMITTEE),
    Post(login="developer", person="演示负责人", role=Role.DEVELOPER),
    Post(login="bidder", person="演示负责人", role=Role.ENTERPRISE),
    Post(login="enterprise-08", person="演示负责人", role=Role.ENTERPRISE, look="/credit/records/own"),
    Post(login="assessor", person="演示负责人", role=Role.ASSESSOR, look="/enterprises"),
    Post(login="owner", person="演示业主甲", role=Role.OWNER, look="/tenders"),
)
"""Who else can be tried out."""


class HalfBuiltError(click.ClickException):
    """A first start was interrupted; the world cannot be finished."""


def accounts() -> tuple[Post, ...]:
    """Return every account to print: all offices, and one visitor for every other role."""
    return (*people.offices(), *VISITORS)


async def built() -> bool:
    """Say whether the world is there; its last body tells.

    Raises:
        HalfBuiltError: Only a part of it is.
    """
    try:
        last = await parties.organisation_by_code(parties.synthetic(people.DISTRICT, ASSESSOR_SERIAL))
    except NotFoundError:
        last = None
    if last is not None and last.admitted:
        return True
    if await parties.organisations_of(OrganisationKind.OPERATOR):
        raise HalfBuiltError("the demonstration was interrupted while it was built; begin in an empty folder")
    return False


async def build(stage: Stage) -> None:
    """Build the world; every sentence told is a chapter of it."""
    now = await stage.time.now()
    years = await calendar.assume(by=Actor.platform(), now=now)
    stage.tell(f"Working days of {', '.join(map(str, years)) or 'no year'} are assumed.", "")
    stage.begin_keys([plan.login for plan in layout.all_plans()], holder="keyholder")
    stage.begin_keys([company.login for company in layout.COMPANIES], holder="bidder")
    await founding.found_offices(stage, now=now)
    for post in people.offices():
        await stage.of(post.login)  # who must have a second factor enrols it at the first sign-in
    stage.tell("City, district, street and community have officers; experts and a witness are named.", "")
    places = await _found_communities(stage)
    stage.tell(f"{len(places)} residential areas are registered, each with its committee.", "/divisions")
    numbers = await companies.found_companies(stage)
    stage.tell(f"{len(numbers)} enterprises are admitted and hold their keys.", "/enterprises")
    await past.a_year_ago(stage, numbers)
    stage.tell(
        "A year ago an enterprise was listed after a hearing; it may leave early now.", "/credit/repairs"
    )
    records = await companies.give_history(stage, numbers, places)
    await companies.publish(stage, numbers)
    stage.tell("Evaluations and records are decided, ratings published, one enterprise listed.", "/exit-list")
    need, number = await _file_new_homes(stage)
    await _walk_tenders(stage, places)
    await tendering.rehearse(stage, need, number)
    await tendering.publish(stage, need, number)
    stage.tell("A developer announced its tender too.", f"/tenders/{number}")
    await tenders.leave_unannounced(stage, layout.LATE, places)
    stage.tell("Drafts and filings wait on the desks.", "/tenders")
    await lately.happen(stage, lately.Scope(numbers=numbers, places=places, records=records))
    await _last_visitors(stage)


async def _found_communities(stage: Stage) -> dict[str, int]:
    places = {}
    for plan in layout.all_plans():
        community = await founding.settle_community(stage, plan.place)
        await founding.found_committee(
            stage, login=plan.login, community=community, place=plan.place, kind=plan.kind
        )
        await voting.list_units(stage, plan.login, community=community, place=plan.place)
        places[plan.login] = community
    return places


async def _file_new_homes(stage: Stage) -> tuple[documents.Need, str]:
    """Let a developer file early: ten days must pass before it may announce."""
    developer = await founding.found_company(
        stage,
        login="developer",
        name="示例云锦置业有限公司",
        serial=900,
        kind=OrganisationKind.DEVELOPER,
    )
    await founding.enrol_keyholder(stage, "developer")
    community = await founding.settle_community(stage, NEW_HOMES, developer=developer)
    later = await stage.time.now() + timedelta(days=115)
    need = tenders.prophase_need("developer", community=community, place=NEW_HOMES, now=later)
    number = await tendering.draft(stage, need)
    await tendering.file(stage, need, number)
    await tendering.accept(stage, need, number)
    return need, number


async def _walk_tenders(stage: Stage, places: Mapping[str, int]) -> None:
    """Walk tenders to every stage; those with a handover first, since it takes more than a month."""
    leaving = {plan.login: login for login, plan in companies.managed().items()}
    early = await tenders.announce(stage, layout.EARLY, places, days={})
    await tenders.take_bids(stage, early)
    await tenders.open_up(stage, early)
    await tenders.evaluate(stage, early)
    await tenders.award(stage, early)
    stage.tell("Two communities have a new contract; the old providers are told to leave.", "/tenders")
    handovers = [await tenders.hand_over(stage, each, leaving=leaving[each.plan.login]) for each in early]
    await tenders.complete(stage, early[1], leaving=leaving[early[1].plan.login])
    others = await further.announce(stage, places)
    middle = await tenders.announce(
        stage,
        layout.MIDDLE,
        places,
        days={plan.until: MIDDLE_DAYS for plan in layout.MIDDLE} | DEADLINES,
    )
    await tenders.take_bids(stage, middle)
    await tenders.pay_securities(stage, next(each for each in middle if each.plan.until == "opened"))
    await others.go_on(stage)
    stage.tell("Applicants are examined; a lost key was followed by another.", "/tenders")
    await contracting.overdue(stage, early[0].plan.login, handovers[0])
    stage.tell("One handover is complete, one is overdue.", f"/handovers/{handovers[0]['number']}")
    due = [each for each in middle if each.plan.until not in DEADLINES]
    await others.draw(stage, "committee-tree")
    await tenders.open_up(stage, due)
    await others.open_up(stage, "committee-tree")
    await tenders.evaluate(stage, due)
    await tenders.object_to_results(stage, due)
    await tenders.award(stage, due)
    await tenders.change_contract(
        stage,
        next(each for each in due if each.plan.until == "contracted"),
        community=places["committee-contracted"],
    )
    stage.tell("Tenders stand opened, evaluated, ranked, decided, awarded and contracted.", "/tenders")
    await others.draw(stage, "committee-locked")
    await _begin_opening(stage, next(each for each in middle if each.plan.until == "opening"))
    await others.open_up(stage, "committee-locked")


async def _begin_opening(stage: Stage, opening: tenders.Running) -> None:
    """Leave a frozen list waiting for its second keyholder."""
    await tendering.freeze(stage, opening.need, opening.number)
    await tendering.release(stage, opening.plan.login, opening.number)
    stage.tell("One list is frozen and waits for its second keyholder.", f"/tenders/{opening.number}/opening")


async def _last_visitors(stage: Stage) -> None:
    """Name an owner, and admit the assessment body that says, being there, that everything is."""
    committee = await stage.of("committee")
    body = {
        "organisation": committee.organisation,
        "role": Role.OWNER.value,
        "login": "owner",
        "person_name": VISITORS[-1].person,
        "password": PASSWORD,
    }
    await committee.post("/api/mandates", body)
    await founding.found_company(
        stage,
        login="assessor",
        name="示例物业评估有限公司",
        serial=ASSESSOR_SERIAL,
        kind=OrganisationKind.ASSESSMENT_BODY,
    )
