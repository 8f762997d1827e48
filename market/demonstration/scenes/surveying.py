"""Scenes of the owners' survey: the draw, letters, a visit that found nobody, answers by token, the end."""

import re
from collections.abc import Sequence
from datetime import timedelta

from market.demonstration.scenes.founding import Place
from market.demonstration.scenes.voting import flats
from market.demonstration.stage import Stage
from market.demonstration.visitor import Json
from market.kernel.period import local_day

QUESTIONS = (
    *("overall", "cleaning", "greening", "order", "lifts"),
    *("repairs", "attitude", "fees", "publicity", "complaints"),
)
TOKEN = re.compile(r'class="token" translate="no">([^<]+)<')


def households(place: Place) -> bytes:
    """Return the list of all households of a residential area."""
    rows = [f"{building},{int(unit[:-2])},{unit}" for building, unit in flats(place)]
    return "\n".join(["楼栋,楼层,房号", *rows]).encode()


async def draw(stage: Stage, evaluation: int, place: Place) -> int:
    """Let the street bring the list and draw whom it asks."""
    street, path = await stage.of("street"), f"/api/credit/evaluations/{evaluation}/survey"
    return int((await street.send(path, households(place), method="POST"))["id"])


async def tokens(stage: Stage, survey: int) -> list[str]:
    """Return what the printed letters say, one token a household."""
    page = await (await stage.of("street")).read(f"/credit/surveys/{survey}/letters")
    return TOKEN.findall(page.decode())


async def visit(stage: Stage, survey: int, *, outcome: str) -> None:
    """Note that nobody was at home, or would not answer, at the first asked household."""
    street, path = await stage.of("street"), f"/api/credit/surveys/{survey}"
    asked = (await street.get(path))["asked"]
    today = local_day(await stage.time.now()).isoformat()
    await street.post(f"{path}/visit", {"slot": asked[0]["id"], "visited_on": today, "outcome": outcome})


async def answer(stage: Stage, given: Sequence[str], *, best: int) -> None:
    """Let households answer; each read the form for a minute first.

    Args:
        best: Mark of the overall question; others vary a little about it.
    """
    public = await stage.public()
    forms = [await public.post("/api/credit/survey-forms", {"token": token}) for token in given]
    await stage.time.reach(await stage.time.now() + timedelta(seconds=90))
    for place, form in enumerate(forms):
        marks = {name: max(1, min(5, best - (place + step) % 3 // 2)) for step, name in enumerate(QUESTIONS)}
        sheet = {name: form[name] for name in ("token", "started", "stamp")}
        await public.post("/api/credit/survey-answers", sheet | {"answer": marks})


async def close(stage: Stage, survey: int) -> Json:
    """Let the street close the survey; its score becomes the owners' part."""
    street, path = await stage.of("street"), f"/api/credit/surveys/{survey}"
    await street.post(f"{path}/close")
    return await street.get(path)
