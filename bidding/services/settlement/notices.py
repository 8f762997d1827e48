"""The notices of an award: one to every bidder, made in the act that names the winner (BL 45)."""

from datetime import datetime

import msgspec

from bidding.domain.outcome import award, evaluation
from bidding.domain.tender import Tender
from bidding.queries import awards as queries
from bidding.queries import decisions, evaluations
from bidding.tables.awards import NoticeRow
from contracts_templates import content, form, stamp
from market.kernel import period
from market.runtime import audit, marks


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """All that the documents of one award speak of."""

    tender: Tender
    found: evaluations.Evaluation
    result: evaluation.Result
    shown: award.Publicity
    decided: decisions.Recorded | None
    award: queries.Award
    issuer: content.Party
    lot_title: str


async def tell(case: Case, now: datetime) -> list[audit.Changed]:
    """Store one notice for every bidder and return the rows the act's entry must name; no act by itself."""
    bidders = {each.commitment: each.organisation for each in case.found.entrants}
    told = award.notices(
        case.result, winner=case.award.commitment, bidders=bidders, object_until=case.shown.last_day
    )
    newest = await marks.checkpoint()
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


def _party(case: Case, commitment: str) -> content.Party:
    entrant = case.found.entrant(commitment)
    return content.Party(name=entrant.name, code=entrant.uscc, address="")


def _winner_notice(case: Case, number: str, now: datetime) -> content.AwardNotice:
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
        decided_on=case.decided.decided_on if case.decided else None,
        sign_by=case.award.sign_by,
        issued_on=period.local_day(now),
    )


def _letter(case: Case, notice: award.Notice, number: str, now: datetime) -> content.ResultLetter:
    rejected = next((r for r in case.result.rejections if r.commitment == notice.commitment), None)
    titles = {one.id: one.title for one in case.tender.content.scheme.criteria}
    return content.ResultLetter(
        number=number,
        tender_number=case.tender.number,
        title=case.tender.content.title,
        lot=case.lot_title,
        issuer=case.issuer,
        bidder=_party(case, notice.commitment),
        winner_name=case.award.winner,
        winner_price_fen=case.award.terms.price_fen,
        winner_level=case.award.terms.level,
        winner_months=case.award.terms.months,
        winner_manager=case.award.terms.project_manager,
        rank=notice.rank,
        own_points=tuple((titles.get(name) or name, points) for name, points in notice.own_points),
        own_total=notice.own_total,
        rejected=f"{rejected.reasons}（{evaluation.GROUNDS[rejected.ground]}）" if rejected else "",
        object_until=case.shown.last_day,
        security_fen=case.tender.content.bid_security_fen,
        issued_on=period.local_day(now),
    )
