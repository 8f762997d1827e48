"""The report: made from the marks, signed or dissented from, then published with the candidates."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from bidding.domain import events
from bidding.domain.act import Act
from bidding.domain.committee import seat as seats
from bidding.domain.outcome import award, evaluation, low_price, marking, overtime, rejecting, report
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import LIFECYCLE
from bidding.domain.tender import Tender
from bidding.queries import evaluations as queries
from bidding.queries import reports
from bidding.queries import seats as seat_queries
from bidding.queries import tenders as tender_queries
from bidding.queries.outcome import low_prices
from bidding.queries.outcome import overtime as overtime_queries
from bidding.services import stages
from bidding.services.committee import places
from bidding.tables.committee import SignatureRow
from bidding.tables.evaluations import EvaluationRow
from market.kernel.actor import Actor
from market.runtime import audit, database, outbox, workdays


async def make(*, number: str, going_on: str = "", by: Actor, now: datetime) -> Tender:
    """Compute totals and candidates of every lot for the members to sign; nothing is public yet.

    A lot whose candidates are public already, as another lot alone is evaluated anew, keeps its result.

    Args:
        going_on: The committee's reasons to go on with fewer than three effective bids (BTB 34).

    Raises:
        PricesSealedError: Of two envelopes the second is not opened yet.
        CommitteeIncompleteError: A seat is empty.
        RecusalOpenError: A member has a ground to recuse.
        UnmarkedCriterionError: A mark is missing.
        PriceOpenError: A low price is not asked about or not decided on.
        RejectionOpenError: A proposed rejection waits for votes.
        TimeDueError: More than a third of the members wait for more time.
        TooFewEffectiveBidsError: Fewer than three effective bids and no reasons.
        NoCandidateError: Every bid of every lot is rejected: the tender has to fail.
    """
    async with database.transaction():
        tender = await tender_queries.locked(number)
        stages.check(Act.EVALUATION_REPORT, by, tender)
        LIFECYCLE.after(tender.stage, Act.EVALUATION_RANK)
        if not tender.prices_read:
            raise marking.PricesSealedError(f"the prices of {number} are sealed")
        await places.check_whole(tender, now)
        rules = tender_queries.rules_of(tender)
        until, bounds = report.sign_until(now, rules), marking.limits(rules)
        asked = await overtime_queries.of_tender(tender)
        overtime.check_report(asked.asking, bound=asked.bound)
        results, parts, rows = [], [], []
        for found in await queries.of_tender(tender.id):
            if found.published_at is not None and found.result is not None:
                results.append(found.result)
                parts.append(report.Part(lot=found.lot, turn=found.turn, result=found.result.digest))
                continue
            await _check_decided(found)
            low_price.check_settled(
                found.lot,
                await low_prices.compared(found, tender),
                await low_prices.of_evaluation(found),
            )
            result = evaluation.evaluate(await queries.inputs(found, tender, going_on=going_on), bounds)
            results.append(result)
            parts.append(report.Part(lot=found.lot, turn=found.turn, result=result.digest))
            await EvaluationRow.update(
                {
                    EvaluationRow.result: msgspec.json.encode(result).decode(),
                    EvaluationRow.snapshot: result.digest,
                    EvaluationRow.going_on: going_on,
                    EvaluationRow.sign_until: until,
                }
            ).where(EvaluationRow.id == found.id)
            rows.append(audit.row(EvaluationRow, found.id))
        award.publishable([each for result in results for each in result.candidates])
        step = await stages.keep(
            tender=tender,
            act=Act.EVALUATION_REPORT,
            by=by,
            now=now,
            changes={},
            subject=report.report_digest(parts),
            rows=rows,
        )
        return step.tender


async def _check_decided(found: queries.Evaluation) -> None:
    sitting = await queries.sitting(found.tender)
    rejecting.check_decided(found.lot, await queries.proposals(found.id), len(sitting))


async def sign(*, number: str, digest: str, dissent: str = "", by: Actor, now: datetime) -> None:
    """Sign the report one has read, or dissent from it with reasons in writing.

    Args:
        digest: Of the report that was read.
        dissent: The reasons; empty for a signature.

    Raises:
        NotAMemberError: One has no seat.
        ReportMissingError: No report is made, or it is another one by now.
        AlreadySignedError: Signed or dissented from already.
    """
    async with database.transaction():
        tender = await tender_queries.locked(number)
        PERMISSIONS[Act.EVALUATION_SIGN].check(by)
        seat = places.member(await seat_queries.of_tender(tender.id), by, number)
        LIFECYCLE.after(tender.stage, Act.EVALUATION_RANK)
        if await reports.digest_of(tender.id) != digest:
            raise report.ReportMissingError("another report, or none", field="digest")
        if any(one.seat == seat.id for one in await reports.signatures(tender.id, digest)):
            raise report.AlreadySignedError("signed already")
        salt = audit.salt()
        row = SignatureRow(
            tender=tender.id,
            seat=seat.id,
            pseudonym=seat.pseudonym,
            digest=digest,
            dissent=dissent.strip(),
            dissent_digest=report.dissent_digest(dissent.strip(), salt),
            salt=salt,
            signed_at=now,
        )
        await row.save()
        await audit.record(
            act=Act.EVALUATION_SIGN,
            by=by,
            actor=seat.public_name,
            subject=digest,
            now=now,
            changed=[audit.row(SignatureRow, row.id)],
        )


async def publish(*, number: str, by: Actor, now: datetime) -> Tender:
    """Publish the candidates of a report that is signed, or whose time to sign is over; publicity begins now.

    Raises:
        ReportMissingError: No report is made.
        ReportUnsignedError: A member may still sign or dissent.
        CommitteeIncompleteError: A seat fell empty.
        RecusalOpenError: A member has a ground to recuse by now.
    """
    async with database.transaction():
        tender = await tender_queries.locked(number)
        stages.check(Act.EVALUATION_RANK, by, tender)
        LIFECYCLE.after(tender.stage, Act.EVALUATION_RANK)
        lots = await queries.of_tender(tender.id)
        found = [each for each in lots if each.published_at is None]
        digest, until = await reports.digest_of(tender.id), found[0].sign_until if found else None
        if digest is None or until is None:
            raise report.ReportMissingError(f"{number} has no report")
        await places.check_whole(tender, now)
        signed = [one.seat for one in await reports.signatures(tender.id, digest)]
        members = [one.id for one in seats.sitting(await seat_queries.of_tender(tender.id))]
        report.check_publishable(signed, members, sign_until=until, now=now)
        days = tender_queries.rules_of(tender).value("T34")
        shown = award.publicity(now, days=days, workdays=await workdays.table())
        await EvaluationRow.update(_published(shown.last_day, by, now)).where(
            (EvaluationRow.tender == tender.id)
            & EvaluationRow.superseded_at.is_null()
            & EvaluationRow.published_at.is_null()
        )
        step = await stages.advance(
            tender=tender,
            act=Act.EVALUATION_RANK,
            by=by,
            now=now,
            changes={},
            subject=lots[0].snapshot if len(lots) == 1 else digest,
            rows=[audit.row(EvaluationRow, each.id) for each in found],
        )
        await _tell(step, found, report=digest, last_day=shown.last_day)
        return step.tender


async def _tell(
    step: stages.Step, found: Sequence[queries.Evaluation], *, report: str, last_day: date
) -> None:
    tender = step.tender
    event = events.CandidatesPublished(
        tender_id=tender.id,
        tender=tender.number,
        organisation_id=tender.organisation,
        path=tender.path,
        bidders=tuple(sorted({one.organisation for lot in found for one in lot.entrants})),
        report=report,
        last_day=last_day,
    )
    await outbox.publish(event, entry=step.entry)


def _published(last_day: Any, by: Actor, now: datetime) -> dict[Any, Any]:  # noqa: ANN401 - columns and values
    return {
        EvaluationRow.published_at: now,
        EvaluationRow.published_by: by.name,
        EvaluationRow.last_day: last_day,
    }
