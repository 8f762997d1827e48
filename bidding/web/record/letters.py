"""Letters to one enterprise: the invitation to bid, the result of a pre-qualification; others get neither."""

import msgspec
from litestar import Controller, get
from litestar.response import Response

from bidding.domain.act import Act
from bidding.domain.tender import Tender
from bidding.queries import versions
from bidding.queries.entry import invitations
from bidding.web import tender_views
from bidding.web.entry.invitations import is_out
from bidding.web.prequal import views
from bidding.web.record import notice, paper
from bidding.web.routing import opt
from contracts_templates import content, form, letters
from market.kernel.actor import Actor, Role
from market.parties import public as parties


class RecordedInvitation(paper.Recorded, frozen=True, kw_only=True):
    """An invitation over JSON."""

    content: letters.InvitationLetter


class RecordedResult(paper.Recorded, frozen=True, kw_only=True):
    """The result of a pre-qualification over JSON."""

    content: letters.PrequalResult


def reads(tender: Tender, actor: Actor, addressee: int) -> bool:
    """Say whether an actor reads the letter to an enterprise: it, the tenderer; once opened the supervisor.

    Who is invited is nobody else's to know before the opening (BL 22).
    """
    if actor.organisation == tender.organisation and actor.role in tender.procedure.tenderers:
        return True
    if actor.role is Role.ENTERPRISE:
        return actor.organisation == addressee
    supervises = actor.role in tender.procedure.filing and actor.covers(tender.path)
    return supervises and tender.opened_at is not None


async def _invitation(number: str, code: str, actor: Actor) -> letters.InvitationLetter:
    """Return a letter of invitation; the same refusal whether there is none or it is another's.

    Raises:
        RecordMissingError: No letter to this code that the asker may read.
    """
    tender = await tender_views.seen(number, actor)
    named = await invitations.invited(tender)
    found = await parties.organisations_by_ids(named) if named and is_out(tender) else ()
    to = next((one for one in found if one.code == code and reads(tender, actor, one.id)), None)
    if to is None:
        raise paper.RecordMissingError(f"no letter to {code}", value=code)
    last = (await versions.published(tender))[-1]
    announced = msgspec.structs.replace(tender, content=last.content)
    about = await paper.about(announced, last.digest)
    said = msgspec.structs.replace(notice.facts(announced, about, last), prequalification=None)
    return letters.InvitationLetter(
        number=f"{number}-YQ{last.number}",
        about=about,
        addressee=content.Party(name=to.name, code=to.code, address=""),
        qualified=tender.procedure.prequalified,
        said=said,
        sent_at=max(last.published_at, tender.invited_at or last.published_at),
    )


async def _result(number: str, actor: Actor) -> letters.PrequalResult:
    """Return the result of one's own application.

    Raises:
        RecordMissingError: The asker has not applied, or the results are not told.
    """
    tender = await tender_views.seen(number, actor)
    own = await views.own(tender, actor) if tender.procedure.prequalified else None
    told, organisation = tender.examined_at, actor.organisation
    if own is None or own.outcome is None or told is None or organisation is None:
        raise paper.RecordMissingError(f"no result in {number}", value=number)
    stood = [one for one in await versions.published(tender) if one.published_at <= told][-1]
    document = stood.content.prequalification
    conditions = {one.id: one.text for one in document.conditions} if document else {}
    applicant = await parties.organisation(organisation)
    return letters.PrequalResult(
        number=f"{number}-ZG",
        about=await paper.about(msgspec.structs.replace(tender, content=stood.content), stood.digest),
        applicant=content.Party(name=applicant.name, code=applicant.code, address=""),
        applied_at=own.applied_at,
        outcome=own.outcome,
        points=own.points if document and document.limit else None,
        examined=tuple(
            letters.Examined(
                text=conditions.get(one.condition, one.condition),
                met=one.met,
                reason=one.reason,
                points=one.points,
            )
            for one in own.verdicts
        ),
        told_at=told,
        objections_end_at=tender.objections_end_at,
    )


class LetterPages(Controller):
    """The letters for people."""

    include_in_schema = False
    path = "/tenders/{number:str}"

    @get("/invitation/{code:str}/pdf", opt=opt(Act.INVITATION_READ))
    async def invitation(self, number: str, code: str, actor: Actor) -> Response[bytes]:
        """Return the invitation of one enterprise as PDF."""
        made = await _invitation(number, code, actor)
        page = paper.verify(made.about.version_digest)
        return await paper.pdf(form.INVITATION_LETTER, made, number=made.number, page=page)

    @get("/application/result/pdf", opt=opt(Act.TENDER_READ))
    async def result(self, number: str, actor: Actor) -> Response[bytes]:
        """Return the result of one's own application as PDF."""
        made = await _result(number, actor)
        page = paper.verify(made.about.version_digest)
        return await paper.pdf(form.PREQUAL_RESULT, made, number=made.number, page=page)


class LetterApi(Controller):
    """The letters for programs."""

    path = "/api/tenders/{number:str}"

    @get("/invitations/{code:str}", opt=opt(Act.INVITATION_READ), tags=["tenders"])
    async def invitation(self, number: str, code: str, actor: Actor) -> RecordedInvitation:
        """Return an enterprise's invitation: before the opening to it and the tenderer alone."""
        made = await _invitation(number, code, actor)
        page = paper.verify(made.about.version_digest)
        said = paper.said(form.INVITATION_LETTER, made, number=made.number, page=page)
        return RecordedInvitation(**said, content=made)

    @get("/application/result", opt=opt(Act.TENDER_READ), tags=["prequalification"])
    async def result(self, number: str, actor: Actor) -> RecordedResult:
        """Return the result of one's own application with its reasons, once the results are told."""
        made = await _result(number, actor)
        page = paper.verify(made.about.version_digest)
        said = paper.said(form.PREQUAL_RESULT, made, number=made.number, page=page)
        return RecordedResult(**said, content=made)
