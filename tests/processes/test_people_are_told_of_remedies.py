"""Objections and complaints reach those concerned, once; and nobody else hears of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from bidding import jobs
from bidding.domain.events import ComplaintAnswered, ComplaintOverdue
from bidding.domain.procedure import Stage
from bidding.domain.remedy.objection import Kind
from bidding.services.remedy import handling, objections
from market.kernel import period
from market.kernel.actor import Actor, Role
from market.processes import people_are_told_of_remedies as process
from market.runtime import database, log, outbox, settings, workdays
from market.runtime.mail import office
from tests import factories_awards as factory
from tests import factories_bidding as bidding
from tests import factories_parties as parties
from tests import factories_remedies as remedies

pytestmark = pytest.mark.usefixtures("database")
DAY = timedelta(days=1)


async def told(actor: Actor) -> list[str]:
    """Deliver everything, twice, and return an organisation's messages by name."""
    for _ in range(2):
        await log.sequence_all()
        await outbox.deliver(process.SUBSCRIBERS)
    rows = await database.fetch(
        "SELECT key FROM runtime_inbox WHERE organisation = $1 AND key LIKE 'process.told.%' ORDER BY id",
        actor.organisation,
    )
    return [row["key"].removeprefix("process.told.") for row in rows]


async def test_before_the_opening_only_tenderer_objector_and_a_late_ones_authority_are_told() -> None:
    await workdays.seed(by=Actor.platform(), now=parties.NOW)
    world = await bidding.a_tender(at=Stage.BIDDING)
    district, holder = await parties.an_officer(Role.DISTRICT), (await parties.an_enterprise()).actor
    at = bidding.ISSUE + DAY
    found = await remedies.object_to(world.number, Kind.DOCUMENT, by=holder, now=at)
    assert await told(world.tenderer) == ["tender-objection"]
    assert await told(district) == []
    await jobs.OBJECTIONS.act(id=found.id, now=found.answer_by)
    assert await told(district) == ["tender-objection-overdue"]
    late = found.answer_by + DAY
    await objections.answer(number=found.number, verdict=remedies.CORRECTED, by=world.tenderer, now=late)
    assert await told(holder) == ["tender-objection-answered"]
    assert [await told(each.party.actor) for each in world.bidders] == [[], [], []]


async def test_before_the_opening_no_letter_tells_what_became_of_an_objection_and_after_it_one_does() -> None:
    await workdays.seed(by=Actor.platform(), now=parties.NOW)
    everybody_wants_letters()
    world = await bidding.a_tender(at=Stage.BIDDING)
    holder, at = (await parties.an_enterprise()).actor, bidding.ISSUE + DAY
    found = await remedies.object_to(world.number, Kind.DOCUMENT, by=holder, now=at)
    await objections.answer(number=found.number, verdict=remedies.CORRECTED, by=world.tenderer, now=at)
    assert await told(holder) == ["tender-objection-answered"]
    rows = await database.fetch("SELECT account FROM runtime_mail")
    assert [row["account"] for row in rows] == [world.tenderer.organisation], "it has to answer"


@pytest.mark.parametrize("opened", [False, True])
async def test_whether_bids_were_opened_decides_whether_a_complainant_gets_letters(*, opened: bool) -> None:
    everybody_wants_letters()
    authority, complainant, tenderer = 901, 902, 903
    about: dict[str, Any] = {
        "tender_id": 1,
        "tender": "T-1",
        "path": (),
        "organisation_id": tenderer,
        "complaint": "T-1-C1",
    }
    answered = ComplaintAnswered(
        **about, opened=opened, complainant_id=complainant, state="accepted", remedy="", bidders=()
    )
    late = ComplaintOverdue(**about, opened=opened, complainant_id=complainant, authority_id=authority)
    await process.tell_of_handling(answered, parties.NOW)
    await process.tell_of_late_handling(late, parties.NOW)
    rows = await database.fetch("SELECT account FROM runtime_mail ORDER BY id")
    first, last = [complainant, tenderer], [authority, complainant]
    wanted = [*first, *last] if opened else [tenderer, authority]
    assert [row["account"] for row in rows] == wanted


def everybody_wants_letters() -> None:
    """Let letters be queued; in place of its accounts each organisation's own number is written to."""
    switches = {"MARKET_SMTP_HOST": "mail.example", "MARKET_MAIL_FROM": "post@market.example"}
    office.use(settings.load(switches).mail, origin="https://market.example")

    async def recipients(organisation: int, now: datetime) -> Sequence[int]:
        del now
        return (organisation,)

    office.ask(office.Directory(recipients=recipients))


async def test_complainant_tenderer_and_bidders_are_told_what_came_of_a_complaint() -> None:
    case, district = await factory.ranked(), await parties.an_officer(Role.DISTRICT)
    own, rival = (each.party.actor for each in case.world.bidders[:2])
    made = await remedies.complain(
        case.number, by=own, authority=district, now=case.now, knew_on=period.local_day(case.now)
    )
    assert await told(district) == ["complaint"]
    await handling.accept(number=made.number, by=district, now=case.now)
    await handling.decide(number=made.number, verdict=remedies.ANEW, by=district, now=case.now)
    assert await told(own) == ["complaint-accepted", "complaint-decided", "tender-remedy"]
    assert await told(case.world.tenderer) == ["complaint-accepted", "complaint-decided"]
    assert await told(rival) == ["tender-remedy"]


async def test_a_refused_complaint_is_told_to_the_complainant_alone() -> None:
    case, district = await factory.ranked(), await parties.an_officer(Role.DISTRICT)
    own = case.world.bidders[0].party.actor
    made = await remedies.complain(
        case.number, by=own, authority=district, now=case.now, knew_on=period.local_day(case.now)
    )
    await handling.refuse(number=made.number, reasons="没有明确请求", by=district, now=case.now)
    assert await told(own) == ["complaint-not-accepted"]
    assert await told(case.world.tenderer) == []
