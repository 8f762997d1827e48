"""Scenes after the opening: marks, ranking, owners' decision, award, contract, handover."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from market.demonstration.scenes import drawing, founding, voting
from market.demonstration.scenes.pricing import manager_of
from market.demonstration.stage import Stage, expect
from market.demonstration.visitor import Json
from market.kernel.period import end_of_day, local_day


async def start(stage: Stage, tenderer: str, number: str) -> None:
    """Begin the evaluation with the committee that was drawn; prices and credit are frozen."""
    await stage.time.settle()
    await (await stage.of(tenderer)).post(f"/api/tenders/{number}/evaluation")


async def entrants(stage: Stage, tenderer: str, number: str) -> list[Json]:
    """Return the opened bids of the one lot, as read out."""
    found = await (await stage.of(tenderer)).get(f"/api/tenders/{number}/entrants")
    return list(found["1"])


async def mark(stage: Stage, number: str, *, expert: str, marks: Mapping[str, int]) -> None:
    """Let an expert mark bids, a percentage of every criterion's points for each commitment."""
    visitor = await stage.of(expert)
    notice = await visitor.get(f"/api/tenders/{number}")
    criteria = [each for each in notice["content"]["scheme"]["criteria"] if each["part"] == "expert"]
    for commitment, percent in marks.items():
        points = {each["id"]: each["points"] * percent // 100 for each in criteria}
        await visitor.post(
            f"/api/tenders/{number}/lots/1/marks", {"commitment": commitment, "points": points}
        )


async def rank(stage: Stage, tenderer: str, number: str, *, members: Sequence[str]) -> Json:
    """Make the report, let the members sign it, and publish it; return the public result of the lot."""
    committee = await stage.of(tenderer)
    digest = (await committee.post(f"/api/tenders/{number}/report"))["digest"]
    early = await committee.refused(f"/api/tenders/{number}/ranking")
    expect(early.code == "report-unsigned", "no candidate is published before the members have signed")
    for member in members:
        await (await stage.of(member)).post(f"/api/tenders/{number}/signatures", {"digest": digest})
    await committee.post(f"/api/tenders/{number}/ranking")
    return (await (await stage.public()).get(f"/api/tenders/{number}/evaluation"))[0]


async def evaluate(stage: Stage, tenderer: str, number: str, *, percents: Mapping[str, int]) -> Json:
    """Evaluate an opened tender and return the public result.

    Args:
        percents: Social credit code -> percentage of every criterion the members give; each member a little
            less than the one before.
    """
    await start(stage, tenderer, number)
    found = await entrants(stage, tenderer, number)
    sitting = await drawing.members(stage, number)
    for place, member in enumerate(sitting):
        marks = {each["commitment"]: percents[each["uscc"]] - place for each in found}
        await mark(stage, number, expert=member, marks=marks)
    return await rank(stage, tenderer, number, members=sitting)


def first(result: Json) -> Json:
    """Return the bid ranked first."""
    return next(each for each in result["bids"] if each["rank"] == 1)


async def decide(stage: Stage, tenderer: str, number: str, *, result: Json, place: founding.Place) -> Json:
    """Let the owners vote on the first in rank; the verdict is counted from their ballots."""
    return await voting.decide_on_winner(
        stage,
        tenderer,
        number,
        commitment=first(result)["commitment"],
        published_on=local_day(datetime.fromisoformat(result["published_at"])),
        place=place,
    )


async def award(stage: Stage, tenderer: str, number: str, *, result: Json) -> Json:
    """Let the publicity of the candidates end and award to the first in rank."""
    await stage.time.reach(end_of_day(date.fromisoformat(result["last_day"])) + timedelta(minutes=1))
    body = {"commitment": first(result)["commitment"]}
    return await (await stage.of(tenderer)).post(f"/api/tenders/{number}/lots/1/award", body)


async def contract(stage: Stage, tenderer: str, winner: str, given: Json, *, subject: str) -> Json:
    """Draw up the contract with the terms of the bid and let the winner sign; return the contract."""
    start_on = local_day(await stage.time.now()) + timedelta(days=40)
    body = {
        "subject": subject,
        "price_fen": given["price_fen"],
        "level": given["level"],
        "months": given["months"],
        "project_manager": manager_of(winner, given["number"].rpartition("-")[0]),
        "start_on": start_on.isoformat(),
        "service_room_place": "1 号楼首层",
        "boundary": "红线以内共用部位与共用设施",
    }
    made = await (await stage.of(tenderer)).post(f"/api/awards/{given['number']}/contract", body)
    number = made["number"]
    return await (await stage.of(winner)).post(f"/api/contracts/{number}/sign", {"digest": made["digest"]})


async def report(stage: Stage, tenderer: str, award_number: str) -> Json:
    """Report an award to the supervising authority; return the report."""
    return await (await stage.of(tenderer)).post(f"/api/awards/{award_number}/report")


async def file(stage: Stage, winner: str, contract_number: str) -> Json:
    """File a signed contract with street and district; return the filing."""
    return await (await stage.of(winner)).post(f"/api/contracts/{contract_number}/filings")


async def acknowledge(stage: Stage, officer: str, contract_number: str) -> Json:
    """Acknowledge an authority's own copy of a filed contract; return the filing."""
    return await (await stage.of(officer)).post(f"/api/contracts/{contract_number}/acknowledge")


async def hand_over(stage: Stage, tenderer: str, contract_number: str, *, outgoing: int) -> Json:
    """Start a handover and serve the notice on the leaving provider."""
    committee = await stage.of(tenderer)
    await committee.post(f"/api/contracts/{contract_number}/handover", {"outgoing": outgoing})
    return await committee.post(f"/api/handovers/{contract_number}/steps", {"step": "serve"})


MONEY = frozenset(
    {"prepaid-fees", "collected-for-others", "deposits", "public-revenue", "fund-proof", "unpaid-bills"}
)


def item(line: str) -> Json:
    """Return a line of the list as the leaving provider enters it: in order, money with sum and day."""
    content: Json = {"condition": "ok"}
    if line in MONEY:
        content |= {"amount_fen": 1_234_500, "amount_on": "2026-12-31"}
    return {"line": line, "content": content}


async def overdue(stage: Stage, tenderer: str, handover: Json) -> Json:
    """Let the last day to leave pass; return the handover, overdue."""
    last = date.fromisoformat(handover["exit_due_on"])
    await stage.time.reach(end_of_day(last) + timedelta(minutes=1))

    async def ask() -> Json | None:
        found = await (await stage.of(tenderer)).get(f"/api/handovers/{handover['number']}")
        return found if found["pressure"] == "overdue" else None

    return await stage.time.until(ask, what="the handover is overdue")
