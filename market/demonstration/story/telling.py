"""The whole story, first half: a tender from the committee's draft to an opening anybody can verify."""

import json
from datetime import timedelta

import msgspec

from bidding.public import machine
from market.demonstration.scenes import drawing, tendering, verification
from market.demonstration.scenes.documents import Need
from market.demonstration.scenes.tendering import Offer
from market.demonstration.stage import Stage, expect
from market.demonstration.story import cast as casting
from market.demonstration.story import credit, remedies, service
from market.demonstration.story.cast import BANNED, LEAVING, NEWCOMER, RIVAL, WINNER, Cast

PRICES = {WINNER: 280_000_000, RIVAL: 295_000_000, NEWCOMER: 310_000_000}


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What is left to look at when the story is over."""

    first: str
    second: str
    contract: str
    record: int


async def tell(stage: Stage) -> Told:
    """Tell everything, from the first draft to the tender that feels it.

    Raises:
        MismatchError: Something is not as the story says.
        RefusedError: The server refused what the rules allow.
    """
    cast = await casting.gather(stage)
    stage.tell(
        "A committee and five enterprises registered; street and district admitted them.", "/organisations"
    )
    number, wanted = await announce(stage, cast)
    receipts = await bid(stage, cast, wanted, number)
    await open_up(stage, cast, wanted, number, receipts=receipts)
    signed = await service.serve(stage, cast, number)
    await remedies.change(stage, cast, signed["number"])
    record = await credit.consequences(stage, cast, signed["number"])
    await remedies.object_twice(stage, cast, record)
    await remedies.order(stage, cast)
    second = await credit.feel(stage, cast)
    return Told(first=number, second=second, contract=signed["number"], record=record)


async def announce(stage: Stage, cast: Cast) -> tuple[str, Need]:
    """Draft, file, accept, rehearse, publish; then the documents are issued."""
    wanted = tendering.need(
        cast.committee, community=cast.community, place=cast.place, now=await stage.time.now()
    )
    number = await tendering.draft(stage, wanted)
    await tendering.file(stage, wanted, number)
    stage.tell(f"The committee drafted {number} and filed it.", "")
    early = await (await stage.of(cast.committee)).refused(f"/api/tenders/{number}/publish")
    expect(early.status < 500, "publishing before acceptance and rehearsal is refused, not a fault")  # noqa: PLR2004
    await tendering.accept(stage, wanted, number)
    stage.tell("The street accepted the filing.", "")
    await tendering.rehearse(stage, wanted, number)
    stage.tell("Committee, street and witness each opened the test envelope: the keys work.", "")
    await tendering.publish(stage, wanted, number)
    stage.tell("The tender is announced, with the keyholders' fingerprints.", f"/tenders/{number}")
    await stage.time.reach(wanted.issue_at + timedelta(minutes=1))
    await tendering.reached(stage, number, "bidding")
    return number, wanted


async def bid(stage: Stage, cast: Cast, wanted: Need, number: str) -> list[str]:
    """Five seal: three stay, one of them replaced; one withdraws; one comes late and is refused."""
    receipts, page = [], f"/tenders/{number}"
    for part in (WINNER, RIVAL, NEWCOMER):
        price = PRICES[part] + (15_000_000 if part == WINNER else 0)
        sealed, token = await tendering.bid(stage, number, Offer(login=cast.login(part), price_fen=price))
        receipts.append(token)
        if part == WINNER:
            better = Offer(login=cast.login(part), price_fen=PRICES[part])
            _, token = await tendering.bid(stage, number, better, supersedes=sealed)
            receipts.append(token)
    stage.tell("Three enterprises sealed and submitted; one replaced its bid by a better one.", page)
    sealed, token = await tendering.bid(stage, number, Offer(login=cast.login(BANNED), price_fen=300_000_000))
    receipts += [token, await tendering.withdraw(stage, cast.login(BANNED), sealed)]
    stage.tell("A fourth submitted and withdrew: nothing shows that it was ever there.", page)
    notice = (await (await stage.public()).read(f"/api/tenders/{number}")).decode()
    expect(all(code not in notice for code in cast.codes.values()), "no name of a bidder is public")
    record = await drawing.draw(stage, wanted, number)
    stage.tell(
        f"Committee, street and platform drew {record['rounds'][-1]['seats']} experts and two reserves; the"
        " page shows pseudonyms only.",
        f"/tenders/{number}/committee",
    )
    late = await tendering.seal(stage, number, Offer(login=cast.login(LEAVING), price_fen=270_000_000))
    await stage.time.reach(wanted.deadline + timedelta(seconds=1))
    answer = await tendering.submit(stage, cast.login(LEAVING), late)
    expect(answer["outcome"] == "refusal", "a bid after the deadline is refused")
    refusal = machine.read_refusal(str(answer["token"]), keys=await stage.trusted())
    stage.tell(f"A fifth came after the deadline: a signed refusal, received {refusal['received_at']}.", page)
    return receipts


async def open_up(stage: Stage, cast: Cast, wanted: Need, number: str, *, receipts: list[str]) -> None:
    """Freeze, two of three keyholders sign and release, all opens at once, anybody verifies."""
    page = f"/tenders/{number}/opening"
    await tendering.freeze(stage, wanted, number)
    stage.tell("The list is frozen and in the public log; nothing is readable yet.", page)
    first, second = wanted.keyholders[0], wanted.keyholders[2]
    counted = await tendering.release(stage, first, number)
    expect((counted["count"], counted["k"]) == (1, 2), "one of two needed releases is in")
    await stage.time.settle()
    waiting = (await (await stage.public()).get(f"/api/tenders/{number}"))["stage"]
    expect(waiting == "opening", "one release opens nothing")
    stage.tell("The committee signed the list and released its shares: one of two, nothing opens.", page)
    await tendering.release(stage, second, number)
    await tendering.reached(stage, number, "opened")
    stage.tell("The witness released too; all envelopes opened in one moment.", page)
    transcript = json.loads(await tendering.once_logged(stage, f"/api/tenders/{number}/transcript"))
    read = {
        each["opening"]["readout"]["bidder"]["uscc"]: each["opening"]["readout"]["price_fen"]
        for each in transcript["bids"]
        if each["opening"]
    }
    expect(
        read == {cast.codes[part]: price for part, price in PRICES.items()},
        f"what was read out is what was sealed: {read}",
    )
    await compare(stage, cast, number)
    await verification.verify(stage, number, receipts=receipts)
    stage.tell(
        "The transcript was verified offline, by the client and by docs/verify_opening.py; every receipt is"
        " honoured.",
        f"/api/tenders/{number}/transcript",
    )


async def compare(stage: Stage, cast: Cast, number: str) -> None:
    """Lay the opened bids side by side for the committee, item by item."""
    (lot,) = await (await stage.of(cast.committee)).get(f"/api/tenders/{number}/comparison")
    expect(all(not bid["findings"] for bid in lot["bids"]), "every offer answers every item and adds up")
    expect(
        all(sum(bid["areas"].values()) == bid["price_fen"] for bid in lot["bids"]),
        "the items of every bid add up to the price that was read out",
    )
    stage.tell(
        f"The committee reads {len(lot['rows'])} items of every bid side by side.",
        f"/tenders/{number}/comparison",
    )
