"""The story, second part: marks, ranking, the owners' decision, award, contract, a handover that starts."""

from typing import Final

from market.demonstration.scenes import contracting
from market.demonstration.stage import Stage, expect
from market.demonstration.story.cast import LEAVING, NEWCOMER, RIVAL, WINNER, Cast
from market.demonstration.visitor import Json
from market.kernel.area import format_area

ATTACHMENTS: Final = 5
PERCENTS: Final = {WINNER: 90, RIVAL: 86, NEWCOMER: 75}


async def serve(stage: Stage, cast: Cast, number: str) -> Json:
    """Go from the opened bids to a signed contract and a started handover; return the contract."""
    result = await rank(stage, cast, number)
    given = await award(stage, cast, number, result)
    return await sign(stage, cast, given)


async def rank(stage: Stage, cast: Cast, number: str) -> Json:
    """Five experts mark and sign; totals, price and credit parts are computed and explained."""
    page = f"/tenders/{number}/evaluation"
    result = await contracting.evaluate(
        stage,
        cast.committee,
        number,
        percents={cast.codes[part]: percent for part, percent in PERCENTS.items()},
    )
    check_explained(result)
    best = contracting.first(result)
    expect(best["organisation"] == cast.companies[WINNER], "the best marks at the lowest price come first")
    totals = ", ".join(f"{bid['name']} {bid['total'] / 100:.2f}" for bid in result["bids"])
    stage.tell(f"Marks of five experts, price and credit make the ranking: {totals}.", page)
    return result


def check_explained(result: Json) -> None:
    """Refuse a total that is not the sum of its explained lines."""
    for bid in result["bids"]:
        parts = [line["result"] for line in bid["lines"] if line["formula"] != "total"]
        expect(sum(parts) == bid["total"], f"{bid['name']}: the total is the sum of its lines")


async def award(stage: Stage, cast: Cast, number: str, result: Json) -> Json:
    """Record the owners' decision; after the publicity the winner is named and everybody told."""
    commitment = contracting.first(result)["commitment"]
    early = await (await stage.of(cast.committee)).refused(
        f"/api/tenders/{number}/lots/1/award", {"commitment": commitment}
    )
    expect(early.status < 500, "an award before decision and publicity is refused")  # noqa: PLR2004
    await contracting.decide(stage, cast.committee, number, result=result, place=cast.place)
    stage.tell("The owners decided; all four tests of their vote are computed.", f"/tenders/{number}/award")
    given = await contracting.award(stage, cast.committee, number, result=result)
    stage.tell(
        "The publicity is over: the award is published, every bidder told.", f"/tenders/{number}/award"
    )
    return given


async def sign(stage: Stage, cast: Cast, given: Json) -> Json:
    """Draw up the contract, sign it, print it, and serve the notice of exit."""
    subject = f"住宅物业服务（{format_area(cast.place.area_centi)}）"
    changed = dict(given, price_fen=given["price_fen"] + 100)
    refusal = None
    try:
        await contracting.contract(stage, cast.committee, cast.login(WINNER), changed, subject=subject)
    except Exception as problem:  # noqa: BLE001 - looked at below
        refusal = problem
    expect(getattr(refusal, "code", "") == "core-terms-differ", "a contract must say what the bid said")
    signed = await contracting.contract(stage, cast.committee, cast.login(WINNER), given, subject=subject)
    page = f"/contracts/{signed['number']}"
    paper = await (await stage.of(cast.login(WINNER))).read(f"{page}/pdf")
    expect(paper.startswith(b"%PDF"), "the contract is a PDF")
    stage.tell(
        f"The contract is signed; its terms equal the bid's. PDF: {len(paper):,} bytes.", f"{page}/pdf"
    )
    await file(stage, cast, signed, given)
    handover = await contracting.hand_over(
        stage, cast.committee, signed["number"], outgoing=cast.companies[LEAVING]
    )
    stage.tell(
        f"The old provider was told to leave by {handover['exit_due_on']}.",
        f"/handovers/{signed['number']}",
    )
    late = await contracting.overdue(stage, cast.committee, handover)
    stage.tell(
        f"Nobody confirmed; {len(late['open_lines'])} signatures are missing: the handover is overdue.",
        f"/handovers/{signed['number']}",
    )
    return signed


async def file(stage: Stage, cast: Cast, signed: Json, given: Json) -> None:
    """Report the award, file the contract with street and district, and let both acknowledge their copy."""
    report = await contracting.report(stage, cast.committee, given["number"])
    expect(len(report["attachments"]) == ATTACHMENTS, "a report has the five attachments of the law")
    filing = await contracting.file(stage, cast.login(WINNER), signed["number"])
    expect(filing["in_time"], "the contract is filed within its fifteen days")
    for officer in ("street", "district"):
        filing = await contracting.acknowledge(stage, officer, signed["number"])
    states = {copy["state"] for copy in filing["copies"]}
    expect(states == {"received"}, "street and district have acknowledged their copies")
    stage.tell(
        f"The award is reported, the contract filed under {filing['number']} and acknowledged by both.",
        f"/contracts/{signed['number']}",
    )
