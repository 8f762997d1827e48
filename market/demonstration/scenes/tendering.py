"""Scenes of a tender, from the draft to the opening: each an act of somebody over HTTP."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from bidding.public import machine
from market.demonstration import people
from market.demonstration.scenes import documents, founding, pricing, voting
from market.demonstration.scenes.documents import Need
from market.demonstration.stage import MismatchError, Stage, expect
from market.demonstration.timing import at_ten
from market.demonstration.visitor import Json, RefusedError

LEAST_DAYS = 21
"""Days between issue and deadline that satisfy the twenty of BL 24 wherever the clock stands."""


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What an enterprise offers for a lot: a price a year, a service level, a project manager.

    Attributes:
        manager: Registration number; one of its own for every tender where it is left out.
    """

    login: str
    price_fen: int
    level: int = 3
    manager: str = ""
    lot: str = "1"


def need(
    login: str,
    *,
    community: int,
    place: founding.Place,
    now: datetime,
    days: int = LEAST_DAYS,
    extra: Json = msgspec.UNSET,
) -> Need:
    """Return an owners' need whose documents are issued tomorrow at nine and whose time is long enough."""
    issue = at_ten(now, days=1) - timedelta(hours=1)
    return Need(
        login=login,
        community=community,
        place=place,
        title=f"{place.name}物业服务选聘",
        area_centi=place.area_centi,
        issue_at=issue,
        deadline=at_ten(issue, days=days),
        keyholders=(login, people.KEYHOLDERS[0], people.KEYHOLDERS[2]),
        extra=extra,
    )


async def draft(stage: Stage, wanted: Need) -> str:
    """Draft the tender and return its number; the owners of a committee decide on it first."""
    tenderer = await stage.of(wanted.login)
    decision = None
    if not wanted.prophase:
        decision = await voting.decide_to_tender(
            stage, wanted.login, community=wanted.community, place=wanted.place
        )
    body = {
        "procedure": wanted.procedure or ("prophase-open" if wanted.prophase else "owner-open"),
        "community": wanted.community,
        "content": documents.content(wanted, await pricing.services(stage), decision=decision),
    }
    return str((await tenderer.post("/api/tenders", body))["number"])


async def file(stage: Stage, wanted: Need, number: str) -> None:
    """File the document with the authority."""
    await (await stage.of(wanted.login)).post(f"/api/tenders/{number}/file")


async def accept(stage: Stage, wanted: Need, number: str) -> None:
    """Let the authority take note of it."""
    officer = await stage.of("district" if wanted.prophase else "street")
    await officer.post(f"/api/tenders/{number}/accept", {"note": "备案材料齐全"})


async def rehearse(stage: Stage, wanted: Need, number: str) -> None:
    """Name the keyholders, make the test envelope, and let each of them open it."""
    tenderer = await stage.of(wanted.login)
    ids = [await founding.enrol_keyholder(stage, login) for login in wanted.keyholders]
    await tenderer.post(f"/api/tenders/{number}/keyholders", {"key_ids": ids, "threshold": 2})
    path = f"/api/tenders/{number}/rehearsal"
    made = machine.make_rehearsal(await tenderer.read(path))
    await tenderer.post("/api/rehearsals", made)
    for login in wanted.keyholders:
        holder, own = await stage.of(login), await stage.keys_of(login, holder="keyholder")
        await holder.post("/api/rehearsals", machine.answer_rehearsal(await holder.read(path), own))


async def publish(stage: Stage, wanted: Need, number: str) -> None:
    """Announce the tender."""
    await (await stage.of(wanted.login)).post(f"/api/tenders/{number}/publish")


async def announce(stage: Stage, wanted: Need) -> str:
    """Walk a tender from nothing to its announcement and return its number."""
    number = await draft(stage, wanted)
    await file(stage, wanted, number)
    await accept(stage, wanted, number)
    await rehearse(stage, wanted, number)
    await publish(stage, wanted, number)
    return number


async def reached(stage: Stage, number: str, *wanted: str) -> Json:
    """Wait until a tender stands in a stage, and return its notice."""

    async def ask() -> Json | None:
        notice = await (await stage.public()).get(f"/api/tenders/{number}")
        return notice if notice["stage"] in wanted else None

    return await stage.time.until(ask, what=f"{number} in {' or '.join(wanted)}")


async def seal(
    stage: Stage, number: str, offer: Offer, *, supersedes: machine.Sealed | None = None
) -> machine.Sealed:
    """Seal an offer on the bidder's machine, once the public log holds the notice."""
    said, seen = await to_seal(stage, number, offer)
    return machine.seal(
        said,
        notice=seen,
        own=await stage.keys_of(offer.login, holder="bidder"),
        keys=await stage.trusted(),
        supersedes=supersedes.commitment if supersedes else None,
    )


async def to_seal(stage: Stage, number: str, offer: Offer) -> tuple[machine.Bid, bytes]:
    """Return what an offer says, and the notice it is sealed for, once the public log holds it."""
    bidder, body = await stage.of(offer.login), await stage.organisation(offer.login)
    path = f"/api/tenders/{number}"

    async def logged() -> bytes | None:
        notice = await bidder.read(path)
        return notice if json.loads(notice)["proof"] is not None else None

    seen = await stage.time.until(logged, what=f"{number} in the log")
    lot = next(each for each in json.loads(seen)["content"]["lots"] if each["id"] == offer.lot)
    said = machine.Bid(
        lot=offer.lot,
        code=body["code"],
        name=body["name"],
        price_fen=offer.price_fen,
        terms={"level": offer.level},
        manager=offer.manager or pricing.manager_of(offer.login, number),
        items=pricing.items(lot["services"]["lines"], login=offer.login, price_fen=offer.price_fen),
        staff={"项目负责人": 1, "客服": 3, "秩序维护员": 8, "保洁员": 10, "工程维修": 4},
        plan="进场前完成承接查验；电梯、消防、二次供水每日巡查；每月向业主公示一次服务情况。",
    )
    return said, seen


async def submit(stage: Stage, login: str, sealed: machine.Sealed) -> Json:
    """Upload what was sealed and finish; return the platform's signed answer."""
    bidder, own = await stage.of(login), await stage.keys_of(login, holder="bidder")
    upload = (await bidder.post("/api/uploads"))["upload"]
    await bidder.send(f"/api/uploads/{upload}", sealed.ciphertext, offset=0)
    return await bidder.post("/api/envelopes", machine.finish(sealed, upload=upload, own=own))


async def bid(
    stage: Stage, number: str, offer: Offer, *, supersedes: machine.Sealed | None = None
) -> tuple[machine.Sealed, str]:
    """Seal and submit; return the sealed bid and its receipt.

    Raises:
        MismatchError: The platform refused it.
    """
    sealed = await seal(stage, number, offer, supersedes=supersedes)
    answer = await submit(stage, offer.login, sealed)
    if answer["outcome"] != "receipt":
        raise MismatchError(f"{offer.login} was refused: {answer}")
    return sealed, str(answer["token"])


async def withdraw(stage: Stage, login: str, sealed: machine.Sealed) -> str:
    """Withdraw a bid and return the receipt."""
    bidder, own = await stage.of(login), await stage.keys_of(login, holder="bidder")
    answer = await bidder.post("/api/envelopes/withdrawals", machine.withdrawal(sealed, own=own))
    expect(answer["outcome"] == "receipt", "a withdrawal before the deadline is received")
    return str(answer["token"])


async def once_logged(stage: Stage, path: str) -> bytes:
    """Return what rests on log entries, as soon as these have their place in the public log."""
    public = await stage.public()

    async def ask() -> bytes | None:
        try:
            return await public.read(path)
        except RefusedError as refusal:
            if refusal.code != "entry-missing":
                raise
            return None

    return await stage.time.until(ask, what=f"{path} in the log")


async def release(stage: Stage, login: str, number: str, *, prices: bool = False) -> Json:
    """Let a keyholder check the list, once the log holds it, or the locked marks; sign and release."""
    holder, own = await stage.of(login), await stage.keys_of(login, holder="keyholder")
    listed = "locked-marks" if prices else "frozen-list"
    made = (machine.release_prices if prices else machine.release)(
        await once_logged(stage, f"/api/tenders/{number}/{listed}"),
        headers=await holder.read(f"/api/tenders/{number}/headers"),
        own=own,
        keys=await stage.trusted(),
    )
    return await holder.post("/api/releases", made)


async def freeze(stage: Stage, wanted: Need, number: str) -> None:
    """Let the deadline pass and the list be frozen, and its entry reach the log."""
    await stage.time.reach(wanted.deadline + timedelta(seconds=15))
    await reached(stage, number, "opening")
    await stage.time.settle()


async def open_up(stage: Stage, wanted: Need, number: str, *, holders: Sequence[str] = ()) -> Json:
    """Let the deadline pass, two keyholders release, and everything be opened; return the notice."""
    await freeze(stage, wanted, number)
    for login in holders or wanted.keyholders[:2]:
        await release(stage, login, number)
    return await reached(stage, number, "opened")
