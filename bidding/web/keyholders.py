"""Keyholders over HTTP: named by the tenderer, tried in the rehearsal."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.status_codes import HTTP_200_OK

from bidding.domain.act import Act
from bidding.domain.sealed import wire
from bidding.queries import rehearsals
from bidding.services import keyholders
from bidding.services.amending import rekeying
from bidding.web import requests
from bidding.web.routing import Asked, opt
from market.kernel.actor import Actor
from market.runtime.web import forms


class RehearsalStepError(forms.FieldError):
    """A rehearsal is made by the tenderer or answered by a keyholder: ``step`` says which."""

    code = "rehearsal-step"


class KeyholderApi(Controller):
    """Keyholders and rehearsals for programs."""

    path = "/api"
    tags = ["keyholders"]

    @post("/tenders/{number:str}/keyholders", opt=opt(Act.KEYHOLDERS_NAME), status_code=HTTP_200_OK)
    async def name(self, request: Asked, number: str, actor: Actor, now: datetime) -> requests.TenderNumber:
        """Name the keyholders of a tender that is not announced yet."""
        asked = await forms.decode(request, requests.NameKeyholders)
        tender = await keyholders.name(
            number=number, key_ids=asked.key_ids, threshold=asked.threshold, by=actor, now=now
        )
        return requests.TenderNumber(number=number, stage=tender.stage.value)

    @post("/tenders/{number:str}/successors", opt=opt(Act.SUCCESSORS_NAME), status_code=HTTP_200_OK)
    async def name_successors(
        self, request: Asked, number: str, actor: Actor, now: datetime
    ) -> requests.Successors:
        """Name who shall hold the keys of an announced tender, because a keyholder reported its key."""
        asked = await forms.decode(request, requests.NameSuccessors)
        named = await rekeying.name(number=number, key_ids=asked.key_ids, by=actor, now=now)
        return requests.Successors(institutions=named)

    @post("/tenders/{number:str}/key-change", opt=opt(Act.KEYS_CHANGE), status_code=HTTP_200_OK)
    async def change(self, request: Asked, number: str, actor: Actor, now: datetime) -> requests.TenderNumber:
        """Announce the keyholders named as a new version; every bid sealed before must be sealed anew."""
        asked = await forms.decode(request, requests.AmendWith)
        tender = await rekeying.change(number=number, reason=asked.reason, by=actor, now=now)
        return requests.TenderNumber(number=number, stage=tender.stage.value)

    @get("/tenders/{number:str}/rehearsal", opt=opt(Act.TENDER_READ))
    async def rehearsal(self, number: str) -> wire.Rehearsal:
        """Return the draft's version, the test envelope and who has opened it."""
        return await rehearsals.of_tender(number)

    @post("/rehearsals", opt=opt(Act.REHEARSAL_ANSWER), status_code=HTTP_200_OK)
    async def rehearse(self, request: Asked, actor: Actor, now: datetime) -> requests.Nothing:
        """Make the test envelope (tenderer, ``step: make``) or open it (keyholder, ``step: answer``)."""
        body = forms.load(await request.body())
        step = body.get("step") if isinstance(body, dict) else None
        rest = body
        if isinstance(body, dict):
            rest = {name: value for name, value in body.items() if name != "step"}
        if step == "make":
            made = forms.convert(rest, wire.MakeRehearsal)
            await keyholders.begin_rehearsal(request=made, by=actor, now=now)
        elif step == "answer":
            answered = forms.convert(rest, wire.AnswerRehearsal)
            await keyholders.answer_rehearsal(request=answered, by=actor, now=now)
        else:
            raise RehearsalStepError(field="step", rule="choice")
        return requests.Nothing()
