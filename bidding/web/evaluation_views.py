"""What the pages and the API show of an evaluation: own marks, the report to be signed, the public result."""

from datetime import date, datetime

import msgspec

from bidding.domain import scheme as schemes
from bidding.domain import suspension
from bidding.domain.act import Act
from bidding.domain.alert import disposal
from bidding.domain.committee import seat
from bidding.domain.outcome import evaluation, marking, report
from bidding.domain.outcome.rejecting import State
from bidding.domain.procedure import Stage
from bidding.domain.tender import Tender
from bidding.queries import evaluations as queries
from bidding.queries import reports, seats
from bidding.services import stages
from bidding.web import tender_views
from bidding.web.outcome import (
    defences,
    explaining,
    outliers,
    overtime,
    rejections,
    sheets,
    two_envelopes,
)
from market.kernel.actor import Actor
from market.runtime.web.i18n import t


class PublicBid(msgspec.Struct, frozen=True, kw_only=True):
    """A bid in the public result; ``price_fen`` is ``None`` where the price was never opened."""

    commitment: str
    organisation: int
    name: str
    price_fen: int | None
    rank: int | None
    total: int | None
    points: tuple[tuple[str, int], ...]
    lines: tuple[marking.Line, ...]


class PublicResult(msgspec.Struct, frozen=True, kw_only=True):
    """The published evaluation of one lot.

    Attributes:
        snapshot: Digest of all it was computed from; the log keeps it.
        seed: Decides a last tie; whoever knows it can repeat the order.
    """

    lot: str
    snapshot: str
    seed: str
    published_at: datetime
    last_day: date
    bids: tuple[PublicBid, ...]
    rejections: tuple[evaluation.Rejection, ...]
    candidates: tuple[evaluation.Candidate, ...]


class LotView(msgspec.Struct, frozen=True, kw_only=True):
    """One lot on the page.

    Attributes:
        waiting: What this member has still to mark.
        sheets: The member's own marks so far, bid by bid.
        draft: Totals of the report a member is asked to sign: name, rank, total.
        apart: Marks that lie apart, for who may read of them.
        rejectable: Bids no rejection is open or carried of.
        defences: In the drawn order; none where the document provides no defence.
        proposals: Proposed rejections with votes, for who may read of them.
    """

    lot: str
    entrants: tuple[queries.Entrant, ...]
    waiting: tuple[sheets.Waiting, ...]
    sheets: tuple[sheets.Sheet, ...]
    draft: tuple[tuple[str, int | None, int], ...]
    apart: tuple[outliers.ApartLine, ...]
    rejectable: tuple[queries.Entrant, ...]
    defences: tuple[defences.DefenceLine, ...]
    proposals: tuple[rejections.ProposalLine, ...]
    result: PublicResult | None
    branches: tuple[tuple[PublicBid, tuple[explaining.Branch, ...]], ...]


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """How far the signatures under the report are.

    Attributes:
        digest: Of the report; what a member signs.
        mine: The asker is a member and has not spoken yet.
        publish_by: Last day to publish the candidates once the tenderer has the report (rule T33).
        signatures: Public after publication: seat and dissent, if there is one.
    """

    digest: str
    until: datetime
    given: int
    members: int
    mine: bool
    publish_by: date | None
    signatures: tuple[report.Signature, ...] = ()


class EvaluationView(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows; the booleans say which forms are worth showing."""

    number: str
    title: str
    stage: str
    suspended: tuple[suspension.Suspension, ...]
    scheme: schemes.Scheme
    marked: tuple[schemes.Criterion, ...]
    lots: tuple[LotView, ...]
    reads_alerts: bool
    seated: bool
    marking: bool
    may_start: bool
    may_report: bool
    may_rank: bool
    signed: Signed | None
    time: overtime.TimeView | None
    reads_report: bool
    grounds: tuple[tuple[str, str], ...]
    two: two_envelopes.TwoView | None = None


def public(found: queries.Evaluation) -> PublicResult | None:
    """Return what everybody may see of a lot: nothing before the report."""
    result = found.result
    if result is None or found.published_at is None or found.last_day is None:
        return None
    ranks = {each.commitment: each.rank for each in result.candidates}
    scored = {each.commitment: each for each in result.scored}
    return PublicResult(
        lot=found.lot,
        snapshot=found.snapshot or "",
        seed=found.seed,
        published_at=found.published_at,
        last_day=found.last_day,
        bids=tuple(
            _bid(found.entrant(commitment), ranks.get(commitment), scored.get(commitment))
            for commitment in [*scored, *(each.commitment for each in result.rejections)]
        ),
        rejections=result.rejections,
        candidates=result.candidates,
    )


def _bid(entrant: queries.Entrant, place: int | None, scored: evaluation.Scored | None) -> PublicBid:
    return PublicBid(
        commitment=entrant.commitment,
        organisation=entrant.organisation,
        name=entrant.name,
        price_fen=entrant.price_fen,
        rank=place,
        total=scored.total if scored else None,
        points=scored.points if scored else (),
        lines=scored.lines if scored else (),
    )


async def of_page(number: str, actor: Actor, now: datetime) -> EvaluationView:
    """Return the page as somebody sees it."""
    tender = await tender_views.seen(number, actor)
    committee = await seats.members(tender.id)
    seated = actor.mandate is not None and actor.mandate in committee
    running = tender.stage is Stage.EVALUATION
    signed = await signed_so_far(tender, actor, now)
    marks = seated and running and signed is None
    lots = [await _lot(each, tender, actor, seated=seated) for each in await queries.of_tender(tender.id)]
    return EvaluationView(
        number=number,
        title=tender.content.title,
        stage=tender.stage.value,
        suspended=tender.standing_still,
        scheme=tender.content.scheme,
        marked=tender.content.scheme.of(schemes.Part.EXPERT),
        lots=tuple(lots),
        reads_alerts=disposal.reads(tender, actor, committee),
        seated=seated,
        marking=marks,
        may_start=tender.stage is Stage.OPENED and stages.may(Act.EVALUATION_START, actor, tender),
        may_report=running and tender.prices_read and stages.may(Act.EVALUATION_REPORT, actor, tender),
        may_rank=running
        and signed is not None
        and stages.may(Act.EVALUATION_RANK, actor, tender)
        and (signed.given == signed.members or now >= signed.until),
        signed=signed,
        time=await overtime.view(tender, actor),
        reads_report=signed is not None and (seated or not running),
        grounds=tuple((each.value, t(f"bidding.ground.{each.value}")) for each in two_envelopes.GROUNDS),
        two=await two_envelopes.of_page(tender, actor, marking=marks),
    )


async def signed_so_far(tender: Tender, actor: Actor, now: datetime) -> Signed | None:
    """Return how far the signatures are; nothing while there is no report."""
    found = await queries.of_tender(tender.id)
    name = await reports.digest_of(tender.id)
    until = max((each.sign_until for each in found if each.sign_until is not None), default=None)
    if name is None or until is None:
        return None
    given = await reports.signatures(tender.id, name)
    sitting = [one for one in await seats.of_tender(tender.id) if one.state is seat.State.MEMBER]
    own = next((one.id for one in sitting if one.mandate == actor.mandate), None)
    running = tender.stage is Stage.EVALUATION
    return Signed(
        digest=name,
        until=until,
        given=len(given),
        members=len(sitting),
        mine=running and own is not None and own not in {one.seat for one in given},
        publish_by=await reports.received(tender, now),
        signatures=() if running else tuple(given),
    )


async def _lot(found: queries.Evaluation, tender: Tender, actor: Actor, *, seated: bool) -> LotView:
    given = await queries.marks(found.id, mandate=actor.mandate or 0) if seated else ()
    rejected = {each.commitment for each in await queries.rejections(found)} if seated else set()
    shown, scheme = public(found), tender.content.scheme
    defended = await defences.lines(found, tender, actor)
    heard = {one.commitment for one in defended if one.state in {"held", "absent"}}
    proposed = await rejections.lines(found, tender, actor)
    closed = {one.commitment for one in proposed if one.state is not State.LOST}
    over = tender.marks_locked_at is not None and found.turn == 1
    return LotView(
        lot=found.lot,
        entrants=found.entrants,
        waiting=() if over else tuple(sheets.waiting(scheme, found.entrants, given, rejected, heard)),
        rejectable=tuple(each for each in found.entrants if each.commitment not in closed | rejected),
        defences=defended,
        proposals=proposed,
        sheets=sheets.given(scheme, found.entrants, given, rejected) if seated else (),
        draft=_draft(found) if seated and shown is None else (),
        apart=await outliers.lines(found, tender, actor),
        result=shown,
        branches=tuple((bid, _explained(bid, scheme)) for bid in shown.bids) if shown else (),
    )


def _explained(bid: PublicBid, scheme: schemes.Scheme) -> tuple[explaining.Branch, ...]:
    return () if bid.total is None else explaining.tree(scheme, bid.total, bid.lines)


def _draft(found: queries.Evaluation) -> tuple[tuple[str, int | None, int], ...]:
    if found.result is None:
        return ()
    ranks = {each.commitment: each.rank for each in found.result.candidates}
    return tuple(
        (found.entrant(each.commitment).name, ranks.get(each.commitment), each.total)
        for each in found.result.scored
    )
