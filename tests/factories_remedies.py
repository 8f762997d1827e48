"""Objections and complaints made by the real acts; goes on where ``factories_awards`` ends."""

from datetime import date, datetime

from bidding.domain.remedy import measure
from bidding.domain.remedy.complaint import Complaint, Matter, Plea
from bidding.domain.remedy.objection import Kind, Objection
from bidding.queries.remedy import complaints as complaint_queries
from bidding.services.remedy import complaints, handling, objections
from market.kernel import digest
from market.kernel.actor import Actor
from market.runtime import files

REJECTED = measure.Verdict(outcome=measure.Outcome.REJECTED, reasons="评标记录显示评分无误。")
CORRECTED = measure.Verdict(outcome=measure.Outcome.UPHELD, reasons="已更正。", remedy=measure.Remedy.CORRECT)
ANEW = measure.Verdict(
    outcome=measure.Outcome.UPHELD, reasons="评分汇总有误。", remedy=measure.Remedy.RE_EVALUATE, lot="1"
)
EVIDENCE = b"%PDF-1.4\n% evidence\n"


async def object_to(
    number: str, kind: Kind, *, by: Actor, now: datetime, text: str = "异议内容"
) -> Objection:
    """Lodge an objection."""
    lot = "1" if kind is Kind.RESULT else ""
    return await objections.lodge(number=number, kind=kind, lot=lot, text=text, by=by, now=now)


async def complain(
    number: str,
    *,
    by: Actor,
    authority: Actor,
    now: datetime,
    knew_on: date,
    matter: Matter = Matter.OTHER,
) -> Complaint:
    """Lodge a complaint with a file as evidence."""
    stored = await files.put(EVIDENCE, limit=1 << 20, kinds=frozenset({"application/pdf"}))
    plea = Plea(
        matter=matter,
        authority=authority.organisation or 0,
        text="评标委员会成员与投标人有利害关系。",
        request="请求责令重新评标。",
        knew_on=knew_on,
        evidence=stored.digest,
    )
    return await complaints.lodge(number=number, plea=plea, by=by, now=now)


async def decided(found: Complaint, verdict: measure.Verdict, *, by: Actor, now: datetime) -> Complaint:
    """Accept and decide a complaint."""
    await handling.accept(number=found.number, by=by, now=now)
    await handling.decide(number=found.number, verdict=verdict, by=by, now=now)
    return await complaint_queries.by_number(found.number)


def digest_of_evidence() -> str:
    """Return the digest the evidence is kept by."""
    return digest.h("file", EVIDENCE)
