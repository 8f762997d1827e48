"""Pages in which keys work: enrol, rehearse, release. Private keys never come here."""

import json
from datetime import datetime
from typing import Annotated, ClassVar, Literal

import msgspec
from litestar import Controller, get, post
from litestar.params import Parameter
from litestar.response import Redirect, Response
from mnemonic import Mnemonic

from bidding.domain.act import Act
from bidding.queries import rehearsals
from bidding.services import keyholders
from bidding.services.amending import rekeying
from bidding.web import requests, tender_views
from bidding.web.routing import Asked, opt, see
from bidding.web.views import Holder, TenderView, holders
from market.kernel.actor import PUBLIC_READ, Actor, Role
from market.parties import public as parties
from market.runtime.web import forms, render

Language = Annotated[Literal["english", "chinese_simplified"], Parameter()]


class EnrolView(msgspec.Struct, frozen=True, kw_only=True):
    """What the enrolment panel needs, and the keys already registered; ``own`` may be reported lost."""

    holder: str
    label: str
    known: str
    purpose: str
    opening_field: str
    register: str
    next: str
    fingerprints: tuple[str, ...]
    own: tuple[parties.KeyholderKey, ...] = ()


class PanelView(msgspec.Struct, frozen=True, kw_only=True):
    """A panel for one tender.

    Attributes:
        mine: Whether one's institution has something to do with a key here.
        following: Who shall hold the keys next; ``ready`` when each of them has opened the test envelope.
    """

    tender: str
    step: str
    page: TenderView
    mine: bool
    following: tuple[Holder, ...] = ()
    ready: bool = False


class KeyPages(Controller):
    """Keys of bidders and keyholders on one's own machine."""

    include_in_schema = False
    words: ClassVar[dict[str, list[str]]] = {}

    @get("/api/words/{language:str}", opt={"permission": PUBLIC_READ, "act": "bidding:words:read"})
    async def word_list(self, language: Language) -> list[str]:
        """Return the 2,048 words secrets are drawn from."""
        if language not in self.words:
            self.words[language] = list(Mnemonic(language).wordlist)
        return self.words[language]

    @get("/workspace/keys", opt=opt(Act.WORKSPACE_READ))
    async def enrol(self, actor: Actor, now: datetime) -> Response[bytes]:
        """Show the page that makes and registers keys for the role one acts in."""
        mine = await parties.organisation(actor.organisation or 0)
        if actor.role is Role.ENTERPRISE:
            key = await parties.signing_key_of(mine.id, now)
            view = EnrolView(
                holder="bidder",
                label=mine.name,
                known=json.dumps({"organisation": mine.id, "code": mine.code}),
                purpose="signing-key",
                opening_field="recovery_key",
                register="/api/keys/signing",
                next="/workspace",
                fingerprints=(key.id,) if key else (),
            )
        else:
            held = await parties.keyholder_keys(mine.id)
            view = EnrolView(
                holder="keyholder",
                label=mine.name,
                known=json.dumps({"organisation": mine.id, "institution": mine.name}),
                purpose="keyholder-key",
                opening_field="opening_key",
                register="/api/keys/keyholder",
                next="/workspace",
                fingerprints=tuple(one.fingerprint for one in held),
                own=tuple(one for one in held if one.person == actor.person),
            )
        return render.page("bidding/keys.html", view)

    @get("/tenders/{number:str}/keyholders", opt=opt(Act.REHEARSAL_ANSWER))
    async def keyholders(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show naming and rehearsal to the tenderer, and each keyholder its own next step."""
        del now
        tender = await tender_views.seen(number, actor)
        page = await tender_views.of_tender(tender, actor)
        trial = await rehearsals.tried(tender)
        following = () if trial is tender else trial.keyholders
        held = [one for one in (*tender.keyholders, *following) if one.revoked_at is None]
        view = PanelView(
            tender=number,
            step="prices" if tender.marks_locked_at else "release" if tender.frozen_at else "rehearse",
            page=page,
            mine=any(one.organisation == actor.organisation for one in held),
            following=tuple(holders(trial, ())) if following else (),
            ready=all(one.rehearsed and one.revoked_at is None for one in following),
        )
        candidates = await _candidates(view) if page.acts & {"keyholders", "successors"} else ()
        return render.page("bidding/keyholder.html", view, candidates=candidates)

    @post("/tenders/{number:str}/keyholders", opt=opt(Act.KEYHOLDERS_NAME))
    async def name(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Name the keyholders and go on to the rehearsal."""
        asked = await forms.decode(request, requests.NameKeyholders)
        await keyholders.name(
            number=number, key_ids=asked.key_ids, threshold=asked.threshold, by=actor, now=now
        )
        return see(f"/tenders/{number}/keyholders")

    @post("/tenders/{number:str}/successors", opt=opt(Act.SUCCESSORS_NAME))
    async def name_successors(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Name who shall hold the keys next and go on to the rehearsal."""
        asked = await forms.decode(request, requests.NameSuccessors)
        await rekeying.name(number=number, key_ids=asked.key_ids, by=actor, now=now)
        return see(f"/tenders/{number}/keyholders")

    @post("/tenders/{number:str}/key-change", opt=opt(Act.KEYS_CHANGE))
    async def change(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Announce the change of keyholders."""
        asked = await forms.decode(request, requests.AmendWith)
        await rekeying.change(number=number, reason=asked.reason, by=actor, now=now)
        return see(f"/tenders/{number}/changes")


async def _candidates(view: PanelView) -> tuple[tuple[str, str], ...]:
    """Return keys a tenderer may name: its own, its authorities', and those of witnesses nearby."""
    path = view.page.tender.path
    bodies = [view.page.organisation]
    kinds = parties.OrganisationKind
    for kind in (kinds.AUTHORITY, kinds.WITNESS, kinds.ASSOCIATION, *parties.COMMITTEES):
        bodies += await parties.organisations_of(kind, within=path[1] if len(path) > 1 else path[0])
    found: dict[str, str] = {}
    for body in bodies:
        for key in await parties.keyholder_keys(body.id):
            found[key.id] = f"{key.institution} · {key.fingerprint[:16]}"
    return tuple(found.items())
