"""What the pages and the API show of an evaluation: own marks, the report to be signed, the public result."""

from datetime import date, datetime

import msgspec

from bidding.domain import scheme as schemes
from bidding.domain import suspension
from bidding.domain.act import Act
from bidding.domain.alert import disposal
from bidding.domain.committee.seat import State
from bidding.domain.outcome import evaluation, marking, report
from bidding.domain.procedure import Stage
from bidding.domain.tender import Tender
from bidding.queries import evaluations as queries
from bidding.queries import reports, seats
from bidding.services import stages
from bidding.web import tender_views
from bidding.web.outcome import outliers, two_envelopes
from market.kernel.actor import Actor
from market.runtime.web import render
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


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """A figure with what it was made of, for the explanation tree."""

    label: str
    points: int
    note: str
    rule: str
    children: tuple["Branch", ...] = ()


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What the asker has given one bid.

    Attributes:
        points: By criterion, in the order of the published table; none while it waits.
        total: Their sum, centi-points.
    """

    entrant: queries.Entrant
    points: tuple[int | None, ...]
    total: int | None
    rejected: bool


class LotView(msgspec.Struct, frozen=True, kw_only=True):
    """One lot on the page.

    Attributes:
        waiting: Bids this member has still to mark.
        sheets: The member's own marks so far, bid by bid.
        draft: Totals of the report a member is asked to sign: name, rank, total.
        apart: Marks that lie apart, for who may read of them.
    """

    lot: str
    entrants: tuple[queries.Entrant, ...]
    waiting: tuple[queries.Entrant, ...]
    sheets: tuple[Sheet, ...]
    draft: tuple[tuple[str, int | None, int], ...]
    apart: tuple[outliers.ApartLine, ...]
    result: PublicResult | None
    branches: tuple[tuple[PublicBid, tuple[Branch, ...]], ...]


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """How far the signatures under the report are.

    Attributes:
        digest: Of the report; what a member signs.
        mine: The asker is a member and has not spoken yet.
        signatures: Public after publication: seat and dissent, if there is one.
    """

    digest: str
    until: datetime
    given: int
    members: int
    mine: bool
    signatures: tuple[report.Signature, ...] = ()


class EvaluationView(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows; the booleans say which forms are worth showing."""

    number: str
    title: str
    stage: str
    suspended: tuple[suspension.Suspension, ...]
    criteria: tuple[schemes.Criterion, ...]
    lots: tuple[LotView, ...]
    reads_alerts: bool
    seated: bool
    marking: bool
    may_start: bool
    may_report: bool
    may_rank: bool
    signed: Signed | None
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


def branches(bid: PublicBid) -> tuple[Branch, ...]:
    """Return the explanation tree of one bid: the total, and under it each criterion with its inputs."""
    if bid.total is None:
        return ()
    parts = tuple(_branch(line) for line in bid.lines if line.formula != "total")
    label = t("bidding.formula.total")
    return (Branch(label=label, points=bid.total, note="", rule="BLR 49", children=parts),)


def _branch(line: marking.Line) -> Branch:
    inputs = dict(line.inputs)
    criterion = str(inputs.pop("criterion"))
    written = {name: _written(name, value) for name, value in inputs.items()}
    return Branch(
        label=render.t_or(f"bidding.criterion.{criterion}", criterion),
        points=line.result,
        note=t(f"bidding.formula.{line.formula}", **written),
        rule=line.source.split(";")[0].strip() if not line.source.startswith("[") else "BLR 49",
    )


def _written(name: str, value: int | str) -> str:
    """Write an input as people know it: yuan and points with two decimals, counts as they are."""
    if isinstance(value, str) or name in {"members", "kept"}:
        return str(value)
    return f"{value // 100:,}.{value % 100:02d}"


async def of_page(number: str, actor: Actor, now: datetime) -> EvaluationView:
    """Return the page as somebody sees it."""
    tender = await tender_views.seen(number, actor)
    committee = await seats.members(tender.id)
    seated = actor.mandate is not None and actor.mandate in committee
    running = tender.stage is Stage.EVALUATION
    signed = await signed_so_far(tender, actor)
    marks = seated and running and signed is None
    lots = [await _lot(each, tender, actor, seated=seated) for each in await queries.of_tender(tender.id)]
    return EvaluationView(
        number=number,
        title=tender.content.title,
        stage=tender.stage.value,
        suspended=tender.standing_still,
        criteria=tender.content.scheme.criteria,
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
        reads_report=signed is not None and (seated or not running),
        grounds=tuple((each.value, t(f"bidding.ground.{each.value}")) for each in two_envelopes.GROUNDS),
        two=await two_envelopes.of_page(tender, actor, marking=marks),
    )


async def signed_so_far(tender: Tender, actor: Actor) -> Signed | None:
    """Return how far the signatures are; nothing while there is no report."""
    found = await queries.of_tender(tender.id)
    name = await reports.digest_of(tender.id)
    until = max((each.sign_until for each in found if each.sign_until is not None), default=None)
    if name is None or until is None:
        return None
    given = await reports.signatures(tender.id, name)
    sitting = [one for one in await seats.of_tender(tender.id) if one.state is State.MEMBER]
    own = next((one.id for one in sitting if one.mandate == actor.mandate), None)
    running = tender.stage is Stage.EVALUATION
    return Signed(
        digest=name,
        until=until,
        given=len(given),
        members=len(sitting),
        mine=running and own is not None and own not in {one.seat for one in given},
        signatures=() if running else tuple(given),
    )


async def _lot(found: queries.Evaluation, tender: Tender, actor: Actor, *, seated: bool) -> LotView:
    given = await queries.marks(found.id, mandate=actor.mandate or 0) if seated else ()
    rejected = {each.commitment for each in await queries.rejections(found.id)} if seated else set()
    marked = {each.commitment for each in given} | rejected
    over = tender.marks_locked_at is not None and found.turn == 1
    closed = {each.commitment for each in found.entrants if over}
    shown = public(found)
    criteria = tender.content.scheme.of(schemes.Part.EXPERT)
    return LotView(
        lot=found.lot,
        entrants=found.entrants,
        waiting=tuple(each for each in found.entrants if each.commitment not in marked | closed),
        sheets=tuple(_sheet(each, criteria, given, rejected) for each in found.entrants) if seated else (),
        draft=_draft(found) if seated and shown is None else (),
        apart=await outliers.lines(found, tender, actor),
        result=shown,
        branches=tuple((bid, branches(bid)) for bid in shown.bids) if shown else (),
    )


def _sheet(
    entrant: queries.Entrant,
    criteria: tuple[schemes.Criterion, ...],
    given: tuple[marking.Mark, ...],
    rejected: set[str],
) -> Sheet:
    own = {mark.criterion: mark.points for mark in given if mark.commitment == entrant.commitment}
    return Sheet(
        entrant=entrant,
        points=tuple(own.get(each.id) for each in criteria),
        total=sum(own.values()) if own else None,
        rejected=entrant.commitment in rejected,
    )


def _draft(found: queries.Evaluation) -> tuple[tuple[str, int | None, int], ...]:
    if found.result is None:
        return ()
    ranks = {each.commitment: each.rank for each in found.result.candidates}
    return tuple(
        (found.entrant(each.commitment).name, ranks.get(each.commitment), each.total)
        for each in found.result.scored
    )
