"""Awarding a lot: the guards, the winner, and one notice to every bidder in the same act."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

import msgspec

from bidding.domain import events
from bidding.domain.act import Act
from bidding.domain.outcome import award, contract, evaluation
from bidding.domain.procedure import Stage
from bidding.domain.sealed.transcript import Opening
from bidding.domain.standing import StandingOf
from bidding.domain.tender import Tender
from bidding.queries import awards as queries
from bidding.queries import decisions, evaluations
from bidding.queries import tenders as tender_queries
from bidding.queries.remedy import candidates, hindrances
from bidding.queries.service import offers
from bidding.services import stages
from bidding.services.settlement import notices
from bidding.services.vote import following
from bidding.tables.awards import AwardRow
from contracts_templates import content
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


class _Given(msgspec.Struct, frozen=True, kw_only=True):
    """What an award is made of; ``turn`` counts the awards of the lot."""

    chosen: evaluation.Candidate
    decided: decisions.Recorded | None
    skipped: str
    turn: int


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
        DecisionRevokedError: The street revoked a decision the award rests on.
        DecisionMissingError: Owners' tender and no carried decision covers this winner.
        CandidateBarredError: Banned or listed now.
        CandidateGaveUpError: An earlier award to it was cancelled (BLR 55).
        RankSkippedError: Not rank 1 and no reason (BLR 55).
        RankBindingError: Not rank 1, and the order binds (rule T54).
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
        decided = await _decision_on(tender, lot, since=shown.published_at)
        following.refuse_revoked(tender, decided)
        winner = _entrant(found, commitment)
        standing = await standing_of(winner, now)
        earlier = [each for each in await queries.history(tender.id) if each.lot == lot]
        chosen = award.determine(
            award.Choice(
                winner=winner,
                commitment=commitment,
                needs_decision=tender.procedure.decision_needed,
                skipped=skipped,
                gone=frozenset(each.commitment for each in earlier),
            ),
            result.candidates,
            shown=shown,
            decision=decided,
            barred=standing.excluded(
                by_ban=tender.procedure.ban_refuses, by_document=tender.content.ban_refuses
            ),
            hindrances=await hindrances.of_lot(tender.id, lot),
            rules=tender_queries.rules_of(tender),
            now=now,
        )
        given = _Given(chosen=chosen, decided=decided, skipped=skipped, turn=len(earlier) + 1)
        row = await _insert(tender, found, given, by=by, now=now)
        made = await queries.by_number(row.number)
        case = notices.Case(
            tender=tender,
            found=found,
            result=result,
            shown=shown,
            decided=decided,
            award=made,
            issuer=await _issuer(tender),
            lot_title=_lot_title(tender, lot),
        )
        rows = [audit.row(AwardRow, row.id), *await notices.tell(case, now)]
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


async def _decision_on(tender: Tender, lot: str, *, since: datetime) -> decisions.Recorded | None:
    """Return what the winner of a lot rests on: the newest carried vote on it, else the vote first.

    A later vote replaces an earlier one, a revoked one too; without any vote on the candidates now public it
    is the decision to tender, which allows an award where the owners voted first.

    Args:
        since: Publication of the candidates; votes on those of an earlier report no longer count.
    """
    carried = [
        each
        for each in await decisions.of_tender(tender.id)
        if each.lot == lot and each.carried and each.recorded_at >= since
    ]
    if carried:
        return carried[-1]
    return await decisions.by_id(tender.decision.id if tender.decision else None)


async def _insert(
    tender: Tender, found: evaluations.Evaluation, given: _Given, *, by: Actor, now: datetime
) -> AwardRow:
    rules, table, chosen = tender_queries.rules_of(tender), await workdays.table(), given.chosen
    terms = await _promised(tender, found.lot, chosen.commitment)
    row = AwardRow(
        number=f"{tender.number}-A{award.place(found.lot, given.turn)}",
        tender=tender.id,
        lot=found.lot,
        turn=given.turn,
        commitment=chosen.commitment,
        organisation=found.entrant(chosen.commitment).organisation,
        decision=given.decided.id if given.decided else None,
        rank=chosen.rank,
        total=chosen.total,
        terms=msgspec.json.encode(terms).decode(),
        skipped=given.skipped,
        awarded_at=now,
        awarded_by=by.name,
        sign_by=award.sign_by(now, days=rules.value("T42"), workdays=table),
        report_by=award.report_by(now, days=rules.required("T41", tender.relaxed), workdays=table),
    )
    await row.save()
    return row


async def _promised(tender: Tender, lot: str, commitment: str) -> contract.Terms:
    """Return the core terms that document and bid promise; read from the opened read-out."""
    rows = await database.fetch(
        "SELECT coalesce(p.opening, b.opening) AS opening FROM bidding_opened_bid b"
        " LEFT JOIN bidding_opened_price p ON p.bid = b.id WHERE b.tender = $1 AND b.commitment = $2",
        tender.id,
        commitment,
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


async def _end(case: notices.Case, rows: Sequence[audit.Changed], *, by: Actor, now: datetime) -> None:
    """Record, move the tender on when every lot somebody can win is awarded, publish."""
    tender = case.tender
    lots = {lot for lot, those in (await candidates.left(tender.id)).items() if those}
    awarded = await queries.lots(tender.id)
    end = stages.advance if lots <= awarded else stages.keep
    step = await end(tender=tender, act=Act.AWARD_PUBLISH, by=by, now=now, changes={}, rows=rows)
    event = events.AwardPublished(
        **events.about(tender),
        winner_id=case.award.organisation,
        bidders=tuple(each.organisation for each in case.found.entrants),
        award_id=case.award.id,
    )
    await outbox.publish(event, entry=step.entry)
