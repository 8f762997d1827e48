"""People are told of objections and complaints: who must answer, who is late, and what came of it.

Who objects or complains is told of its own case only; before the opening nobody else hears a name, and what
they are told stays in the inbox: a letter would tell the mail servers on its way (BL 22).
"""

from datetime import datetime

from bidding.public import (
    ComplaintAnswered,
    ComplaintLodged,
    ComplaintOverdue,
    TenderObjectionAnswered,
    TenderObjectionLodged,
    TenderObjectionOverdue,
)
from market.parties import public as parties
from market.runtime import inbox
from market.runtime.outbox import Subscriber


async def tell_of_objection(event: TenderObjectionLodged, now: datetime) -> None:
    """Tell the tenderer, who has to answer."""
    await inbox.tell(
        organisation=event.organisation_id,
        key="process.told.tender-objection",
        params={"tender": event.tender},
        url=f"/tenders/{event.tender}/objections",
        origin=f"tender-objection:{event.objection}",
        now=now,
    )


async def tell_of_answer(event: TenderObjectionAnswered, now: datetime) -> None:
    """Tell the objector; and the bidders, where more follows than a correction."""
    await inbox.tell(
        organisation=event.objector_id,
        key="process.told.tender-objection-answered",
        params={"tender": event.tender},
        url=f"/tenders/{event.tender}/objections",
        origin=f"tender-objection-answered:{event.objection}",
        letters=event.opened,
        now=now,
    )
    await _tell_bidders(event.bidders, event.tender, event.objection, now)


async def tell_of_late_answer(event: TenderObjectionOverdue, now: datetime) -> None:
    """Tell the authorities above the project: the tenderer has not answered (BLR 77)."""
    for authority in await parties.authorities_over(event.path):
        await inbox.tell(
            organisation=authority.id,
            key="process.told.tender-objection-overdue",
            params={"tender": event.tender},
            url=f"/tenders/{event.tender}/objections",
            origin=f"tender-objection-overdue:{event.objection}",
            now=now,
        )


async def tell_of_complaint(event: ComplaintLodged, now: datetime) -> None:
    """Tell the authority that received it."""
    await inbox.tell(
        organisation=event.authority_id,
        key="process.told.complaint",
        params={"tender": event.tender},
        url=f"/complaints/{event.complaint}",
        origin=f"complaint:{event.complaint}",
        now=now,
    )


async def tell_of_handling(event: ComplaintAnswered, now: datetime) -> None:
    """Tell complainant and tenderer; and the bidders, where a remedy follows."""
    for organisation in (event.complainant_id, event.organisation_id):
        if organisation == event.complainant_id or event.state != "not-accepted":
            await inbox.tell(
                organisation=organisation,
                key=f"process.told.complaint-{event.state}",
                params={"tender": event.tender},
                url=f"/complaints/{event.complaint}",
                origin=f"complaint-{event.state}:{event.complaint}",
                letters=event.opened or organisation != event.complainant_id,
                now=now,
            )
    await _tell_bidders(event.bidders, event.tender, event.complaint, now)


async def tell_of_late_handling(event: ComplaintOverdue, now: datetime) -> None:
    """Tell the authority that is late, and the complainant, who may now go to law (BLR 61)."""
    for organisation in (event.authority_id, event.complainant_id):
        await inbox.tell(
            organisation=organisation,
            key="process.told.complaint-overdue",
            params={"tender": event.tender},
            url=f"/complaints/{event.complaint}",
            origin=f"complaint-overdue:{event.complaint}:{now.date().isoformat()}",
            letters=event.opened or organisation != event.complainant_id,
            now=now,
        )


async def _tell_bidders(bidders: tuple[int, ...], tender: str, origin: str, now: datetime) -> None:
    for organisation in bidders:
        await inbox.tell(
            organisation=organisation,
            key="process.told.tender-remedy",
            params={"tender": tender},
            url=f"/tenders/{tender}/objections",
            origin=f"tender-remedy:{origin}",
            now=now,
        )


SUBSCRIBERS = (
    Subscriber("told-of-tender-objection", TenderObjectionLodged, tell_of_objection),
    Subscriber("told-of-tender-objection-answer", TenderObjectionAnswered, tell_of_answer),
    Subscriber("told-of-late-objection-answer", TenderObjectionOverdue, tell_of_late_answer),
    Subscriber("told-of-complaint", ComplaintLodged, tell_of_complaint),
    Subscriber("told-of-complaint-handling", ComplaintAnswered, tell_of_handling),
    Subscriber("told-of-late-complaint-handling", ComplaintOverdue, tell_of_late_handling),
)
