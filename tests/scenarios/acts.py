"""The acts scenarios name: one request each, or, with keys and a clock, a scene of the demonstration."""

import base64
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

import msgspec

from bidding.domain.scheme import Part
from bidding.domain.sealed import receipt
from bidding.domain.tender import Content
from bidding.public import machine
from bidding.queries import evaluations, seats
from market.demonstration.scenes import documents, drawing, founding, tendering
from market.demonstration.visitor import Json
from market.kernel import period
from tests import factories_votes as votes
from tests.factories_parties import keyholder_keys
from tests.scenarios.cast import HOLDERS, Scene

Given = dict[str, Any]

PATHS: Final = {
    "draft": "tenders",
    "file": "tenders/{tender}/file",
    "accept": "tenders/{tender}/accept",
    "return": "tenders/{tender}/return",
    "publish": "tenders/{tender}/publish",
    "terminate": "tenders/{tender}/terminate",
    "fail": "tenders/{tender}/fail",
    "retender": "tenders/{tender}/retender",
    "invite": "tenders/{tender}/invitees",
    "approve-selection": "tenders/{tender}/approve-selection",
    "conclude-selection": "tenders/{tender}/conclude-selection",
    "change-keys": "tenders/{tender}/key-change",
    "apply": "tenders/{tender}/application",
    "withdraw-application": "tenders/{tender}/application/withdraw",
    "tell-results": "tenders/{tender}/prequalification/results",
    "invite-qualified": "tenders/{tender}/prequalification/invitations",
    "collect": "tenders/{tender}/holders",
    "ask": "tenders/{tender}/questions",
    "clarify": "tenders/{tender}/clarifications",
    "object": "tenders/{tender}/objections",
    "answer-objection": "objections/{objection}/answer",
    "begin-draw": "tenders/{tender}/draw",
    "leave-seat": "tenders/{tender}/seat/leave",
    "recuse": "tenders/{tender}/seat/recusals",
    "representatives": "tenders/{tender}/representatives",
    "evaluate": "tenders/{tender}/evaluation",
    "lock-marks": "tenders/{tender}/technical-marks",
    "reject": "tenders/{tender}/lots/{lot}/rejections",
    "report": "tenders/{tender}/report",
    "rank": "tenders/{tender}/ranking",
    "post-decision": "decisions/{decision}/posting",
    "revoke-decision": "decisions/{decision}/revocation",
    "award": "tenders/{tender}/lots/{lot}/award",
    "report-award": "awards/{award}/report",
    "decline": "awards/{award}/decline",
    "cancel": "awards/{award}/cancel",
    "draw-up-contract": "awards/{award}/contract",
    "sign-contract": "contracts/{contract}/sign",
    "file-contract": "contracts/{contract}/filings",
    "acknowledge-contract": "contracts/{contract}/acknowledge",
    "give-contract-back": "contracts/{contract}/give-back",
    "record-security": "tenders/{tender}/securities",
    "return-security": "securities/{security}/return",
    "keep-security": "securities/{security}/forfeit",
    "hand-over": "handovers/{contract}/steps",
    "remind": "handovers/{contract}/remind",
    "notify-fine": "handovers/{contract}/notice",
    "state": "handovers/{contract}/statement",
    "fine": "handovers/{contract}/fine",
    "drop-fine": "handovers/{contract}/drop",
    "appoint-emergency": "communities/{community}/emergency",
    "end-emergency": "emergencies/{emergency}/end",
    "ban": "credit/bans",
}
"""One request with a body in JSON, below ``/api``."""

OF_A_LOT: Final = frozenset(name for name, path in PATHS.items() if "{lot}" in path)
FORMS: Final = {
    "complain": "/tenders/{tender}/complaints",
    "accept-complaint": "/complaints/{complaint}/accept",
    "refuse-complaint": "/complaints/{complaint}/refuse",
    "decide-complaint": "/complaints/{complaint}/decide",
    "suspend": "/tenders/{tender}/suspension",
    "lift-suspension": "/tenders/{tender}/suspension/lift",
    "add-document": "/tenders/{tender}/documents",
    "order-leaving": "/handovers/{contract}/order",
}
"""The form of a page; the second kind of request of the application."""
WITH_FILE: Final = frozenset({"complain", "add-document", "order-leaving"})

Act = Callable[[Scene, str, Given], Awaitable[Json]]


async def wait(_scene: Scene, _who: str, _given: Given) -> Json:
    """Let time pass."""
    return None


async def look(scene: Scene, who: str, given: Given) -> Json:
    """Read what anybody may, or this person."""
    return await (await scene.of(who)).get(given["at"])


async def page(scene: Scene, who: str, given: Given) -> Json:
    """Read a page; the answer says whether its text holds each of some words."""
    text = (await (await scene.of(who)).read(given["at"])).decode()
    return {word: word in text for word in given["words"]}


async def examine(scene: Scene, who: str, given: Given) -> Json:
    """Answer the conditions of a pre-qualification for one application."""
    path = f"/api/tenders/{given['tender']}/applications/{given['application']}/examination"
    return await (await scene.of(who)).post(path, {"verdicts": given["verdicts"]})


async def rehearse(scene: Scene, _who: str, given: Given) -> Json:
    """Name the three keyholders and let each open the test envelope."""
    need = await a_need(scene, given["tender"])
    await tendering.rehearse(scene, need, given["tender"])
    return None


async def a_need(scene: Scene, number: str) -> documents.Need:
    """Return a tender as the scenes of the demonstration know it."""
    tender = await scene.cast.world.tender()
    content = tender.content
    place = founding.Place(name="", division="", households=1, buildings=1, area_centi=1, year=2008)
    return documents.Need(
        login="tenderer",
        community=tender.community,
        place=place,
        title=content.title,
        area_centi=1,
        issue_at=content.issue_at or await scene.clock.now(),
        deadline=content.deadline or await scene.clock.now(),
        keyholders=("tenderer", "officer", "witness"),
        prophase=number[11] == "P",
    )


async def bid(scene: Scene, who: str, given: Given) -> Json:
    """Seal and submit; the answer is the platform's signed receipt or refusal."""
    bidder, lot = await scene.cast.bidder(who), given["lot"]
    price = given.get("price_fen", bidder.price_fen)
    offer = tendering.Offer(login=who, price_fen=price, lot=lot)
    sealed = await tendering.seal(scene, given["tender"], offer, supersedes=given.get("replaces"))
    answer = await tendering.submit(scene, who, sealed)
    scene.cast.prices.append((who, price))
    if answer["outcome"] == "receipt":
        scene.cast.sealed[who, lot] = sealed
        return answer
    said = receipt.read_refusal(answer["token"], await scene.trusted())
    return {**answer, "reason": said.code, "rule": said.rule}


async def replace(scene: Scene, who: str, given: Given) -> Json:
    """Seal another offer in place of the last one."""
    return await bid(scene, who, {**given, "replaces": scene.cast.last(who, given["lot"])})


async def withdraw(scene: Scene, who: str, given: Given) -> Json:
    """Take the bid back."""
    return {"token": await tendering.withdraw(scene, who, scene.cast.last(who, given["lot"]))}


async def release(scene: Scene, who: str, given: Given) -> Json:
    """Check the list, sign it and release the share."""
    return await tendering.release(scene, who, given["tender"])


async def release_prices(scene: Scene, who: str, given: Given) -> Json:
    """Check list and locked marks, sign them and release the shares of the prices."""
    return await tendering.release(scene, who, given["tender"], prices=True)


async def report_key(scene: Scene, who: str, given: Given) -> Json:
    """Report one's own keyholder key: lost, compromised or left."""
    own = await scene.keys_of(who, holder="keyholder")
    path = f"/api/keys/keyholder/{machine.keyholder_id(own)}/revoke"
    return await (await scene.of(who)).post(path, {"reason": given["reason"]})


async def name_successors(scene: Scene, who: str, given: Given) -> Json:
    """Name the same three again, of whom ``new`` have made other keys."""
    holders = scene.cast.world.holders
    for name in given["new"]:
        person, _ = holders[HOLDERS[name]]
        holders[HOLDERS[name]] = person, await keyholder_keys(person, now=await scene.clock.now())
    ids = [pair.registered.id for _, pair in holders]
    return await (await scene.of(who)).post(f"/api/tenders/{given['tender']}/successors", {"key_ids": ids})


async def try_successors(scene: Scene, who: str, given: Given) -> Json:
    """Make the test envelope and let those named open it."""
    tenderer, path = await scene.of(who), f"/api/tenders/{given['tender']}/rehearsal"
    await tenderer.post("/api/rehearsals", machine.make_rehearsal(await tenderer.read(path)))
    for name in given["open"]:
        person, own = await scene.of(name), await scene.keys_of(name, holder="keyholder")
        await person.post("/api/rehearsals", machine.answer_rehearsal(await person.read(path), own))
    return await tenderer.get(path)


async def draw(scene: Scene, _who: str, given: Given) -> Json:
    """Draw the committee in the last day before the deadline."""
    return await drawing.draw(scene, await a_need(scene, given["tender"]), given["tender"])


async def mark(scene: Scene, _who: str, given: Given) -> Json:
    """Let every member mark bids of a lot: a percentage of every criterion's points for each letter.

    ``but`` names a criterion -> letter -> another percentage.
    """
    tender = await scene.cast.world.tender()
    path = f"/api/tenders/{given['tender']}/lots/{given['lot']}/marks"
    for name in await members(scene):
        member = await scene.of(name)
        for letter, percent in given["marks"].items():
            points = {
                each.id: each.points * given.get("but", {}).get(each.id, {}).get(letter, percent) // 100
                for each in tender.content.scheme.of(Part.EXPERT)
            }
            body = {"commitment": scene.cast.commitment(letter, given["lot"]), "points": points}
            await member.post(path, body)
    return None


async def vote(scene: Scene, _who: str, given: Given) -> Json:
    """Let members vote on the last proposed rejection; who is ``against`` speaks before who is ``for``."""
    path = f"/api/tenders/{given['tender']}"
    for name, agrees in (("against", False), ("for", True)):
        for place in given.get(name, ()):
            member = await scene.of(f"member {place}")
            found = (await member.get(f"{path}/rejections"))[-1]
            body = {"proposal": found["id"], "agrees": agrees, "reasons": "" if agrees else "事实不足以否决"}
            await member.post(f"{path}/lots/{given['lot']}/votes", body)
    made = (await (await scene.of("member 1")).get(f"{path}/rejections"))[-1]
    return {name: made[name] for name in ("state", "agreed", "against")}


async def members(scene: Scene) -> list[str]:
    """Return the names of the members."""
    found = await seats.members((await scene.cast.world.tender()).id)
    return [f"member {place}" for place in range(1, len(found) + 1)]


async def sign(scene: Scene, _who: str, given: Given) -> Json:
    """Let every member sign the report."""
    for name in await members(scene):
        person = await scene.of(name)
        await person.post(f"/api/tenders/{given['tender']}/signatures", {"digest": given["digest"]})
    return None


async def publish_candidates(scene: Scene, who: str, given: Given) -> Json:
    """Make the report, have it signed by every member, publish the candidates; return the public result."""
    found = await (await scene.of(who)).post(
        f"/api/tenders/{given['tender']}/report", {"going_on": given.get("going_on", "")}
    )
    await sign(scene, who, {**given, "digest": found["digest"]})
    await (await scene.of(who)).post(f"/api/tenders/{given['tender']}/ranking")
    return await result(scene, who, given)


async def result(scene: Scene, _who: str, given: Given) -> Json:
    """Return who stands where: for each lot a letter for every rank, and by what candidates were ranked."""
    shown = await (await scene.public()).get(f"/api/tenders/{given['tender']}/evaluation")
    ranks = [
        "".join(
            scene.cast.letter(bid["commitment"])
            for bid in sorted(lot["bids"], key=lambda one: one["rank"] or 99)
            if bid["rank"]
        )
        for lot in shown
    ]
    found = await evaluations.of_tender((await scene.cast.world.tender()).id)
    decided = [one.decided_by for lot in found if lot.result for one in lot.result.candidates]
    return {"ranks": ranks, "decided": decided, "lots": shown, "last_day": shown[0]["last_day"]}


async def decide(scene: Scene, who: str, given: Given) -> Json:
    """Let the owners vote; fifteen days after the notice, counted from their ballots."""
    day = period.local_day(await scene.clock.now())
    said = votes.LOST if given.get("outcome") == "lost" else votes.choices(favour=given.get("favour", "同意"))
    body = {
        "matter": given.get("matter", "winner"),
        "decided_on": day.isoformat(),
        "notice_on": (day - timedelta(days=given.get("notice", 15))).isoformat(),
        "reported_on": (day - timedelta(days=15)).isoformat(),
        "ballots": base64.b64encode(votes.ballots(said)).decode(),
        "protocol": base64.b64encode(votes.PROTOCOL).decode(),
    }
    asked: Given = {name: given[name] for name in ("community", "pattern", "provider") if name in given}
    if body["matter"] == "winner":
        asked |= {"tender": given["tender"], "lot": given["lot"], "commitment": given["commitment"]}
    return await (await scene.of(who)).post("/api/decisions", body | asked)


async def revise(scene: Scene, who: str, given: Given) -> Json:
    """Change some fields of the draft."""
    content = plain((await scene.cast.world.tender()).content) | given
    content = {
        name: value for name, value in content.items() if name not in {"tender", "lot"} and value is not False
    }
    return await (await scene.of(who)).post(f"/api/tenders/{given['tender']}/revise", {"content": content})


async def amend(scene: Scene, who: str, given: Given) -> Json:
    """Announce a version in which some fields of the document differ."""
    content = plain((await scene.cast.world.tender()).content) | given["changes"]
    body = {"content": content, "reason": given["reason"]}
    return await (await scene.of(who)).post(f"/api/tenders/{given['tender']}/amendments", body)


SCENES: Final[dict[str, Act]] = {
    "wait": wait,
    "look": look,
    "page": page,
    "examine": examine,
    "rehearse": rehearse,
    "bid": bid,
    "replace": replace,
    "withdraw": withdraw,
    "release": release,
    "release-prices": release_prices,
    "report-key": report_key,
    "name-successors": name_successors,
    "try-successors": try_successors,
    "draw": draw,
    "mark": mark,
    "vote": vote,
    "sign": sign,
    "publish-candidates": publish_candidates,
    "result": result,
    "decide": decide,
    "revise": revise,
    "amend": amend,
}


def plain(content: Content) -> Json:
    """Return a tender document as it is sent: what an amendment repeats with a change."""
    return msgspec.to_builtins(content)
