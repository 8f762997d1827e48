"""Awarding a lot: the guards, the winner, and one notice to every bidder in the same act."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

import msgspec

from bidding.domain import events
from bidding.domain.outcome import award, contract, evaluation
from bidding.domain.permission import Act
from bidding.domain.procedure import Stage
from bidding.domain.sealed.transcript import Opening
from bidding.domain.standing import StandingOf
from bidding.domain.tender import Tender
from bidding.queries import awards as queries
from bidding.queries import evaluations
from bidding.queries import tenders as tender_queries
from bidding.queries.remedy import hindrances
from bidding.queries.service import offers
from bidding.services import stages
from bidding.tables.awards import AwardRow, NoticeRow
from contracts_templates import content, form, stamp
from market.kernel import area, period
from market.kernel.actor import Actor
from market.kernel.errors import TransitionError
from market.parties import public as parties
from market.runtime import audit, database, outbox, workdays

AWARDING = (Stage.RANKED, Stage.DECIDED)


class NotYetRankedError(TransitionError):
    """A lot is awarded between the report and the contract."""

    code: ClassVar[str] = "award-not-possible-in-stage"
    source = "BL 40"


class _Case(msgspec.Struct, frozen=True, kw_only=True):
    """All that the documents of one award speak of."""

    tender: Tender
    found: evaluations.Evaluation
    result: evaluation.Result
    shown: award.Publicity
    decided: queries.Decision | None
    award: queries.Award
    issuer: content.Party
    lot_title: str


async def publish(
    *,
    number: str,
    lot: str,
    commitment: str,
    skipped: str = "",
    by: Actor,
    now: datetime,
    standing_of: StandingOf,
) -> queries.Award:
    """Name the winner of a lot and tell every bidder at the same time (BL 45).

    Raises:
        NotACandidateError: BL 40, 57.
        PublicityRunningError: BLR 54.
        DecisionMissingError: Owners' tender and no carried decision covers this winner.
        CandidateBarredError: Banned or listed now.
        RankSkippedError: Not rank 1 and no reason (BLR 55).
        TenderSuspendedError: A suspension stands.
        ObjectionUnansweredError: An objection is open (BLR 54).
        RecheckOpenError: A re-check of a candidate is open (BLR 56).
        CandidateExcludedError: Excluded by a re-check or a remedy.
    """
    async with database.transaction():
        tender = await tender_queries.locked(number)
        stages.check(Act.AWARD_PUBLISH, by, tender)
        if tender.stage not in AWARDING:
            raise NotYetRankedError(f"{number} is {tender.stage}", stage=tender.stage.value)
        found = await evaluations.of_lot(tender.id, lot)
        result = _result(found)
        shown = _shown(found)
        decided = await _decision_on(tender.id, lot, since=shown.published_at)
        winner = _entrant(found, commitment)
        standing = await standing_of(winner, now)
        chosen = award.determine(
            award.Choice(
                winner=winner,
                commitment=commitment,
                needs_decision=tender.procedure.decision_needed,
                skipped=skipped,
            ),
            result.candidates,
            shown=shown,
            decision=decided.decision if decided else None,
            barred=standing.excluded(
                by_ban=tender.procedure.ban_refuses, by_document=tender.content.ban_refuses
            ),
            hindrances=await hindrances.of_lot(tender.id, lot),
            now=now,
        )
        row = await _insert(tender, found, chosen, decided, skipped, by=by, now=now)
        made = await queries.by_number(row.number)
        case = _Case(
            tender=tender,
            found=found,
            result=result,
            shown=shown,
            decided=decided,
            award=made,
            issuer=await _issuer(tender),
            lot_title=_lot_title(tender, lot),
        )
        rows = [audit.row(AwardRow, row.id), *await _tell(case, now)]
        await _end(case, rows, by=by, now=now)
        return made


def _result(found: evaluations.Evaluation) -> evaluation.Result:
    if found.result is None:
        raise evaluations.EvaluationUnknownError(f"lot {found.lot} is not ranked", value=found.lot)
    return found.result


def _entrant(found: evaluations.Evaluation, commitment: str) -> int:
    known = {each.commitment: each.organisation for each in found.entrants}
    if commitment not in known:
        raise award.NotACandidateError(field="commitment", candidates=len(known))
    return known[commitment]


def _shown(found: evaluations.Evaluation) -> award.Publicity:
    if found.published_at is None or found.last_day is None:
        raise evaluations.EvaluationUnknownError(f"lot {found.lot} is not public", value=found.lot)
    return award.Publicity(
        published_at=found.published_at,
        last_day=found.last_day,
        ends_at=period.end_of_day(found.last_day),
    )


async def _decision_on(tender_id: int, lot: str, *, since: datetime) -> queries.Decision | None:
    """Return the newest carried decision on the candidates now public, not on those of an earlier report."""
    carried = [
        each
        for each in await queries.decisions(tender_id)
        if each.lot == lot and each.carried and each.recorded_at >= since
    ]
    return carried[-1] if carried else None


async def _insert(
    tender: Tender,
    found: evaluations.Evaluation,
    chosen: evaluation.Candidate,
    decided: queries.Decision | None,
    skipped: str,
    *,
    by: Actor,
    now: datetime,
) -> AwardRow:
    days = tender_queries.rules_of(tender).value("T42")
    terms = await _promised(tender, found.lot, chosen.commitment)
    row = AwardRow(
        number=f"{tender.number}-A{found.lot}",
        tender=tender.id,
        lot=found.lot,
        commitment=chosen.commitment,
        organisation=found.entrant(chosen.commitment).organisation,
        decision=decided.decision.id if decided else None,
        rank=chosen.rank,
        total=chosen.total,
        terms=msgspec.json.encode(terms).decode(),
        skipped=skipped,
        awarded_at=now,
        awarded_by=by.name,
        sign_by=award.sign_by(now, days=days, workdays=await workdays.table()),
    )
    await row.save()
    return row


async def _promised(tender: Tender, lot: str, commitment: str) -> contract.Terms:
    """Return the core terms that document and bid promise; read from the opened read-out."""
    rows = await database.fetch(
        "SELECT opening FROM bidding_opened_bid WHERE tender = $1 AND commitment = $2", tender.id, commitment
    )
    readout = msgspec.json.decode(rows[0]["opening"], type=Opening).readout
    table = next(each for each in tender.content.lots if each.id == lot).services
    made = (await offers.of_commitment(tender, commitment)).offer
    return contract.promised(
        subject=_lot_title(tender, lot),
        price_fen=readout.price_fen or 0,
        document_months=tender.content.contract_months,
        answers=readout.terms,
        levels=contract.promised_levels(table, made),
    )


def _lot_title(tender: Tender, lot: str) -> str:
    found = next(each for each in tender.content.lots if each.id == lot)
    return f"{found.title}（{area.format_area(found.area_centi)}）"


async def _issuer(tender: Tender) -> content.Party:
    body = await parties.organisation(tender.organisation)
    return content.Party(name=body.name, code=body.code, address=tender.content.tenderer_address)


async def _tell(case: _Case, now: datetime) -> list[audit.Changed]:
    bidders = {each.commitment: each.organisation for each in case.found.entrants}
    told = award.notices(
        case.result, winner=case.award.commitment, bidders=bidders, object_until=case.shown.last_day
    )
    newest = await queries.checkpoint()
    changed = []
    for place, notice in enumerate(told, start=1):
        number = f"{case.award.number}-N{place}"
        which = form.AWARD_NOTICE if notice.won else form.RESULT_LETTER
        merged = _winner_notice(case, number, now) if notice.won else _letter(case, notice, number, now)
        row = NoticeRow(
            award=case.award.id,
            organisation=notice.organisation,
            commitment=notice.commitment,
            number=number,
            won=notice.won,
            form=which.name,
            content=msgspec.json.encode(merged).decode(),
            digest=stamp.content_digest(which, merged),
            checkpoint=newest,
        )
        await row.save()
        changed.append(audit.row(NoticeRow, row.id))
    return changed


def _party(case: _Case, commitment: str) -> content.Party:
    entrant = case.found.entrant(commitment)
    return content.Party(name=entrant.name, code=entrant.uscc, address="")


def _winner_notice(case: _Case, number: str, now: datetime) -> content.AwardNotice:
    return content.AwardNotice(
        number=number,
        tender_number=case.tender.number,
        title=case.tender.content.title,
        lot=case.lot_title,
        issuer=case.issuer,
        winner=_party(case, case.award.commitment),
        price_fen=case.award.terms.price_fen,
        level=case.award.terms.level,
        months=case.award.terms.months,
        manager=case.award.terms.project_manager,
        rank=case.award.rank,
        total=case.award.total,
        decision_number=case.decided.number if case.decided else "",
        decided_on=case.decided.decision.decided_on if case.decided else None,
        sign_by=case.award.sign_by,
        issued_on=period.local_day(now),
    )


def _letter(case: _Case, notice: award.Notice, number: str, now: datetime) -> content.ResultLetter:
    rejected = next((r for r in case.result.rejections if r.commitment == notice.commitment), None)
    return content.ResultLetter(
        number=number,
        tender_number=case.tender.number,
        title=case.tender.content.title,
        lot=case.lot_title,
        issuer=case.issuer,
        bidder=_party(case, notice.commitment),
        winner_name=case.award.winner,
        winner_price_fen=case.award.terms.price_fen,
        rank=notice.rank,
        own_points=notice.own_points,
        own_total=notice.own_total,
        rejected=f"{rejected.reasons}（{evaluation.GROUNDS[rejected.ground]}）" if rejected else "",
        object_until=case.shown.last_day,
        security_fen=case.tender.content.bid_security_fen,
        issued_on=period.local_day(now),
    )


async def _end(case: _Case, rows: Sequence[audit.Changed], *, by: Actor, now: datetime) -> None:
    """Record, move the tender on when every lot is awarded, publish."""
    tender = case.tender
    lots = {
        each.lot for each in await evaluations.of_tender(tender.id) if each.result and each.result.candidates
    }
    awarded = {each.lot for each in await queries.of_tender(tender.id)}
    end = stages.advance if lots <= awarded else stages.keep
    step = await end(tender=tender, act=Act.AWARD_PUBLISH, by=by, now=now, changes={}, rows=rows)
    event = events.AwardPublished(
        tender_id=tender.id,
        tender=tender.number,
        organisation_id=tender.organisation,
        path=tender.path,
        winner_id=case.award.organisation,
        bidders=tuple(each.organisation for each in case.found.entrants),
        award_id=case.award.id,
    )
    await outbox.publish(event, entry=step.entry)
