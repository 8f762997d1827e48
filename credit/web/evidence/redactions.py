"""Redacted copies: uploading, confirming, refusing, and the file a public page hands out."""

from datetime import datetime
from typing import Any

from litestar import Controller, get, post
from litestar.response import Redirect, Stream

from credit.domain.act import Act
from credit.queries import cases
from credit.queries.evidence import redactions as questions
from credit.services.evidence import redactions
from credit.services.papers import LIMIT
from credit.web import requests
from credit.web.routes import Asked, Created, Step, open_to_all, opt, see, steps
from market.kernel.actor import Actor
from market.runtime import files
from market.runtime.web import attachments, forms

ROOM = LIMIT + (1 << 20)


async def _propose(request: Asked, number: int, actor: Actor, now: datetime) -> int:
    """Read the form, one file and what was hidden in it; the file is cleaned before it is kept."""
    sent = await attachments.read_needed(request)
    proposal = forms.convert(forms.nest(sent.beside), redactions.Proposal, written=True)
    return await redactions.propose(record_id=number, proposal=proposal, data=sent.data, by=actor, now=now)


async def _handed(name: str, *, number: int) -> Stream:
    kept = await files.stored(name)
    suffix = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}.get(kept.media_type, "bin")
    return Stream(
        files.open_stream(kept.digest),
        media_type=kept.media_type,
        headers={"content-disposition": f'attachment; filename="evidence-{number}.{suffix}"'},
    )


class RedactionPages(Controller):
    """Copies for people."""

    include_in_schema = False

    @post("/credit/records/{number:int}/evidence", opt=opt(Act.EVIDENCE_REDACT), request_max_body_size=ROOM)
    async def propose(self, request: Asked, number: int, actor: Actor, now: datetime) -> Redirect:
        """Upload a redacted copy and show the record."""
        await _propose(request, number, actor, now)
        return see(f"/credit/records/{number}")

    @get("/credit/records/{number:int}/evidence", opt=open_to_all(Act.SCORE_READ))
    async def public(self, number: int, now: datetime) -> Stream:
        """Hand out the confirmed copy while the record is public; the original never."""
        return await _handed((await questions.public_copy(number, now=now)).copy, number=number)

    @get("/credit/evidence/{number:int}", opt=opt(Act.EVIDENCE_CONFIRM))
    async def show(self, number: int) -> Redirect:
        """Lead from a copy to its record."""
        return see(f"/credit/records/{(await questions.copy(number)).record}")

    @get("/credit/records/{number:int}/evidence/waiting", opt=opt(Act.EVIDENCE_CONFIRM))
    async def waiting(self, number: int, actor: Actor, now: datetime) -> Stream:
        """Hand out the copy that waits, to whoever may confirm it."""
        found = await questions.view(await cases.record(number), actor=actor, now=now)
        if found.waiting is None:
            raise questions.CopyUnknownError(f"no copy of record {number} waits", record=number)
        return await _handed(found.waiting.copy, number=number)


class RedactionApi(Controller):
    """The same as JSON."""

    tags = ["credit"]

    @post(
        "/api/credit/records/{number:int}/evidence",
        opt=opt(Act.EVIDENCE_REDACT),
        operation_id="credit-evidence-redact",
        request_max_body_size=ROOM,
    )
    async def propose(self, request: Asked, number: int, actor: Actor, now: datetime) -> Created:
        """Upload a redacted copy: multipart form with file and hidden."""
        return Created(await _propose(request, number, actor, now))


STEPS: tuple[Step, ...] = (
    Step("confirm", Act.EVIDENCE_CONFIRM, redactions.confirm),
    Step("refuse", Act.EVIDENCE_REFUSE, redactions.refuse, requests.Reasons),
)


ROUTES: list[Any] = [
    RedactionPages,
    RedactionApi,
    *steps(STEPS, key="copy_id", page="/credit/evidence", api="/api/credit/evidence"),
]
