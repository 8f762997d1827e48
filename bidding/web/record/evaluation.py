"""The report of the committee (BL 40, 42; BLR 53): for its members while they sign, then for everybody."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from litestar import Controller, get
from litestar.response import Response

from bidding.domain import scheme as schemes
from bidding.domain.act import Act
from bidding.domain.committee.seat import Seat, sitting
from bidding.domain.outcome import evaluation, marking, rejecting, report
from bidding.domain.procedure import AFTER_AWARD
from bidding.domain.tender import Tender
from bidding.queries import evaluations as queries
from bidding.queries import reports, seats
from bidding.web import tender_views
from bidding.web.record import paper
from bidding.web.routing import opt
from contracts_templates import evaluated, form, records
from market.kernel.actor import Actor

COUNTS = frozenset({"members", "kept"})
"""Inputs of formulas that are numbers of members or marks; the others are fen or centi-points."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored of an evaluation.

    Attributes:
        signatures: Under the report of this digest.
        names: By mandate; none before the award.
        proposals: Of rejections, by evaluation.
    """

    lots: Sequence[queries.Evaluation]
    held: Sequence[Seat]
    digest: str
    signatures: Sequence[report.Signature]
    names: Mapping[int, seats.Name]
    proposals: Mapping[int, Sequence[rejecting.Proposal]]


def is_public(lots: Sequence[queries.Evaluation]) -> bool:
    """Say whether the candidates of every lot are published, and the report with them (BLR 54)."""
    return bool(lots) and all(each.published_at is not None for each in lots)


def content(tender: Tender, about: records.About, facts: Facts) -> evaluated.EvaluationReport:
    """Return the report; who said what to it only once it is public.

    Raises:
        RecordMissingError: A lot has no result.
    """
    until = [each.sign_until for each in facts.lots if each.sign_until is not None]
    if tender.opened_at is None or not until:
        raise paper.RecordMissingError(f"{tender.number} has no report", value=tender.number)
    public = is_public(facts.lots)
    said = {one.seat: one for one in facts.signatures} if public else {}
    return evaluated.EvaluationReport(
        number=f"{tender.number}-PB",
        about=about,
        opened_at=tender.opened_at,
        criteria=tuple(_criterion(node) for node in tender.content.scheme.outline),
        members=tuple(
            _member(seat, facts.names.get(seat.mandate), said.get(seat.id)) for seat in sitting(facts.held)
        ),
        lots=tuple(_lot(each, tender, facts.proposals[each.id]) for each in facts.lots),
        defence_minutes=tender.content.scheme.defence.minutes if tender.content.scheme.defence else 0,
        sign_until=max(until),
        published_at=max(each.published_at for each in facts.lots if each.published_at) if public else None,
        last_day=max(each.last_day for each in facts.lots if each.last_day) if public else None,
        disclosed=tender.stage in AFTER_AWARD,
        digest=facts.digest,
    )


def _criterion(node: schemes.Node) -> evaluated.Criterion:
    entry = node.entry
    return evaluated.Criterion(
        id=entry.id,
        part=node.kind,
        points=entry.points,
        number=node.number,
        title=entry.title or "",
        standard=(entry.standard or "") if isinstance(entry, schemes.Criterion) else "",
    )


def _member(seat: Seat, name: seats.Name | None, said: report.Signature | None) -> evaluated.Member:
    return evaluated.Member(
        ticket=seat.pseudonym,
        kind=seat.kind.value,
        name=name.name if name else "",
        body=name.body if name else "",
        signed_at=said.signed_at if said else None,
        dissent=said.dissent if said else "",
    )


def _lot(
    found: queries.Evaluation, tender: Tender, proposals: Sequence[rejecting.Proposal]
) -> evaluated.LotReport:
    if found.result is None:
        raise paper.RecordMissingError(f"lot {found.lot} has no result", value=tender.number)
    lots = {lot.id: lot.title for lot in tender.content.lots}
    places = {each.commitment: each for each in found.result.candidates}
    return evaluated.LotReport(
        lot=found.lot,
        title=lots.get(found.lot, ""),
        turn=found.turn,
        maximum_fen=found.maximum_fen,
        going_on=found.going_on,
        seed=found.seed,
        snapshot=found.snapshot or "",
        scored=tuple(
            _scored(each, found.entrant(each.commitment), places.get(each.commitment))
            for each in found.result.scored
        ),
        rejected=tuple(
            _rejected(each, found.entrant(each.commitment), proposals) for each in found.result.rejections
        ),
    )


def _scored(
    each: evaluation.Scored, entrant: queries.Entrant, place: evaluation.Candidate | None
) -> evaluated.Scored:
    return evaluated.Scored(
        rank=place.rank if place else None,
        name=entrant.name,
        code=entrant.uscc,
        commitment=each.commitment,
        price_fen=each.price_fen,
        technical=each.technical,
        credit=each.credit,
        total=each.total,
        decided_by=place.decided_by if place else "",
        lines=tuple(_line(line) for line in each.lines if line.formula != "total"),
    )


def _line(line: marking.Line) -> evaluated.Line:
    inputs = dict(line.inputs)
    criterion = str(inputs.pop("criterion"))
    return evaluated.Line(
        criterion=criterion,
        formula=line.formula,
        inputs=tuple((name, _written(name, value)) for name, value in inputs.items()),
        points=line.result,
    )


def _written(name: str, value: int | str) -> str:
    if isinstance(value, str) or name in COUNTS:
        return str(value)
    return f"{value // 100:,}.{value % 100:02d}"


def _rejected(
    each: evaluation.Rejection, entrant: queries.Entrant, proposals: Sequence[rejecting.Proposal]
) -> evaluated.Rejected:
    voted = next((one for one in proposals if one.rejection == each), None)
    return evaluated.Rejected(
        name=entrant.name,
        code=entrant.uscc,
        commitment=each.commitment,
        price_fen=entrant.price_fen,
        ground=each.ground.value,
        reasons=each.reasons,
        agreed=voted.agreed if voted else None,
        against=voted.against if voted else None,
    )


class RecordedReport(paper.Recorded, frozen=True, kw_only=True):
    """The report over JSON."""

    content: evaluated.EvaluationReport


async def readable(tender: Tender, actor: Actor) -> bool:
    """Say whether there is a report an actor reads now: everybody a public one, members one to be signed."""
    if await reports.digest_of(tender.id) is None:
        return False
    public = is_public(await queries.of_tender(tender.id))
    return public or actor.mandate in await seats.members(tender.id)


async def _made(number: str, actor: Actor, now: datetime) -> evaluated.EvaluationReport:
    tender = await tender_views.seen(number, actor)
    digest = await reports.digest_of(tender.id)
    if digest is None or not await readable(tender, actor):
        raise paper.RecordMissingError(f"{number} has no report", value=number)
    held = await seats.of_tender(tender.id)
    lots = await queries.of_tender(tender.id)
    facts = Facts(
        lots=lots,
        proposals={each.id: await queries.proposals(each.id) for each in lots},
        held=held,
        digest=digest,
        signatures=await reports.signatures(tender.id, digest),
        names=await seats.names(held, now) if tender.stage in AFTER_AWARD else {},
    )
    return content(tender, await paper.about(tender, tender.version_digest or ""), facts)


class EvaluationReportPages(Controller):
    """The report for people."""

    include_in_schema = False

    @get("/tenders/{number:str}/evaluation/pdf", opt=opt(Act.AWARD_READ))
    async def pdf(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Return the report as PDF."""
        made = await _made(number, actor, now)
        page = paper.verify(made.digest)
        return await paper.pdf(form.EVALUATION_REPORT, made, number=made.number, page=page)


class EvaluationReportApi(Controller):
    """The report for programs."""

    tags = ["evaluation"]

    @get("/api/tenders/{number:str}/evaluation-report", opt=opt(Act.AWARD_READ))
    async def show(self, number: str, actor: Actor, now: datetime) -> RecordedReport:
        """Return what stands in the printed report, with its digest; before publication to members only."""
        made = await _made(number, actor, now)
        page = paper.verify(made.digest)
        said = paper.said(form.EVALUATION_REPORT, made, number=made.number, page=page)
        return RecordedReport(**said, content=made)
