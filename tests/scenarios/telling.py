"""The runner: plays the steps of a scenario one by one and names the one that fails.

After every step what it expects is compared; after the story ``holding`` asks what must hold of every story.
"""

from typing import Any

from bidding.domain.tender import Tender
from bidding.queries import evaluations
from bidding.queries.entry import applications
from market.demonstration.visitor import Json, NotRefusedError, RefusedError
from market.kernel.errors import MarketError
from tests.scenarios import acts, holding
from tests.scenarios.cast import Scene
from tests.scenarios.story import Step, Story, filled, instant, looked_up

PAPER = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PLACES = ("first", "second", "third")


class StepError(AssertionError):
    """A step is not as the scenario says."""


class Known(dict[str, Any]):
    """What steps have kept; who is asked for something else is told that it was not kept."""

    def __missing__(self, name: str) -> Any:
        raise LookupError(f"nothing is known as {{{name}}}; known: {', '.join(sorted(self))}")


async def tell(scene: Scene, story: Story) -> Known:
    """Play every step; return what was kept.

    Raises:
        StepError: Naming the step.
    """
    known = Known(tender=scene.cast.world.number)
    known["district body"] = (await scene.cast.actor("district")).organisation
    for number, step in enumerate(story.steps, start=1):
        try:
            await _refresh(scene, known)
            await _play(scene, step, known)
        except (AssertionError, MarketError, LookupError, RefusedError, NotRefusedError) as failure:
            raise StepError(f"step {number}, {step.says}: {failure}") from failure
    return known


async def _refresh(scene: Scene, known: Known) -> None:
    """Know what the tender says now, and who is who."""
    scene.cast.world.number = known["tender"]
    tender = await scene.cast.world.tender()
    known |= {
        "now": scene.clock.at,
        "deadline": tender.content.deadline,
        "issue": tender.content.issue_at,
        "community": tender.community,
        "content": acts.plain(tender.content),
    }
    for name, actor in scene.cast.people().items():
        known |= {f"{name} body": actor.organisation, f"{name} mandate": actor.mandate}
    for place, bidder in enumerate(scene.cast.world.bidders):
        letter = chr(ord("A") + place)
        known[f"{letter} code"] = bidder.party.code
        if bidder.header is not None:
            known[f"{letter} bid"] = scene.cast.commitment(letter)
    for (letter, lot), sealed in scene.cast.sealed.items():
        known[f"{letter} bid" if lot == "1" else f"{letter} bid {lot}"] = sealed.commitment
    known["paper"] = tender.content.documents[-1].digest if tender.content.documents else ""
    known["decision"] = tender.content.decision
    await _know_applications(scene, tender, known)
    await _know_result(scene, tender.id, known)
    _know_numbers(known)


async def _know_applications(scene: Scene, tender: Tender, known: Known) -> None:
    """Know when applications are taken, and each by its letter."""
    if tender.content.prequalification is not None:
        known |= {
            "applying": tender.content.prequalification.issue_at,
            "apply until": tender.content.prequalification.deadline,
        }
    for place, bidder in enumerate(scene.cast.world.bidders):
        found = await applications.mine(tender, bidder.party.organisation)
        if found is not None:
            known[f"{chr(ord('A') + place)} application"] = str(found.id)


def _know_numbers(known: Known) -> None:
    """Know the newest award of the first lot, and its contract."""
    known |= {"award": f"{known['tender']}-A1", "contract": f"{known['tender']}-C1"}


async def _know_result(scene: Scene, tender: int, known: Known) -> None:
    """Know the candidates of the first lot by their place, and the enterprises behind them."""
    for lot in await evaluations.of_tender(tender):
        if lot.lot == "1" and lot.result is not None:
            for name, one in zip(PLACES, lot.result.candidates, strict=False):
                known[f"{name} bid"] = one.commitment
                known[f"{name} code"] = known[f"{scene.cast.letter(one.commitment)} code"]
                scene.cast.others[name] = await scene.cast.actor(scene.cast.letter(one.commitment))
            if lot.last_day is not None:
                known["last day"] = lot.last_day


async def _play(scene: Scene, step: Step, known: Known) -> None:
    if step.when:
        await scene.clock.reach(instant(step.when, known))
    answer: Json = None
    refusal: RefusedError | None = None
    try:
        answer = await _act(scene, step, known)
    except RefusedError as refused:
        if not step.expect.refused:
            raise
        refusal, answer = refused, refused.problem
    await scene.clock.settle()
    assert refusal is not None or not step.expect.refused, f"was not refused but answered {answer}"
    known |= {name: looked_up(answer, path) for name, path in step.keep.items()}
    if step.act not in {"look", "page", "result"} and isinstance(answer, dict) and refusal is None:
        known["number"] = answer.get("number", known.get("number"))
    await _compare(scene, step, known, answer, refusal)


async def _act(scene: Scene, step: Step, known: Known) -> Json:
    given = filled(step.given, known)
    places = Known(known | {"lot": given.get("lot", "1")})
    if step.act in acts.SCENES:
        told = {**given, "lot": places["lot"], "tender": known["tender"]}
        return await acts.SCENES[step.act](scene, step.who, told)
    if step.act in acts.OF_A_LOT:
        given.pop("lot", None)
    person = await scene.of(step.who)
    if step.act in acts.FORMS:
        file = PAPER if step.act in acts.WITH_FILE else None
        return await person.form(filled(acts.FORMS[step.act], places), given, file)
    return await person.post(f"/api/{filled(acts.PATHS[step.act], places)}", given)


async def _compare(
    scene: Scene, step: Step, known: Known, answer: Json, refusal: RefusedError | None
) -> None:
    wanted = step.expect
    if refusal is not None:
        found = [refusal.problem, *refusal.problem.get("errors", ())]
        named = {(each.get("code"), each.get("source")) for each in found}
        assert wanted.refused in {code for code, _ in named}, f"refused with {named}: {refusal}"
        assert not wanted.rule or (wanted.refused, wanted.rule) in named, f"refused with {named}"
    scene.cast.world.number = known["tender"]
    tender = await scene.cast.world.tender()
    if step.act != "bid":  # what is heard is listened to all the same
        await holding.seal(scene)
    for name, value, is_so in (
        ("stage", wanted.stage, tender.stage.value),
        ("failure", wanted.failure, tender.failure),
    ):
        assert not value or value == is_so, f"{name} is {is_so}, not {value}"
    assert wanted.suspended is None or wanted.suspended == tender.suspended, (
        f"suspended is {tender.suspended}"
    )
    for path, value in wanted.answer.items():
        shown, meant = looked_up(answer, path), filled(value, known)
        assert shown == meant, f"{path} is {shown!r}, not {meant!r}"
