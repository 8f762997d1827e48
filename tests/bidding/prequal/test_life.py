"""A pre-qualification from the announcement to the bids of the qualified, and what ends it before."""

import json
from datetime import timedelta

import msgspec
import pytest

from bidding.domain.amending import amendment
from bidding.domain.entry.invitation import NotQualifiedError
from bidding.domain.prequal import application
from bidding.domain.prequal.application import Outcome
from bidding.domain.procedure import FailureReason, Stage
from bidding.domain.remedy import measure, objection
from bidding.domain.remedy.objection import Kind
from bidding.domain.sealed import receipt
from bidding.queries.entry import applications as queries
from bidding.queries.entry import invitations
from bidding.services import tenders
from bidding.services.amending import amendments, questions
from bidding.services.prequal import applications, examinations
from bidding.services.remedy import objections
from market.kernel.actor import OutOfScopeError
from market.kernel.errors import FindingsError, TransitionError
from market.kernel.period import end_of_day, local_day
from market.runtime import database, log
from tests import factories_bidding as make
from tests import factories_prequal as prequal

pytestmark = pytest.mark.usefixtures("database")


async def test_the_qualified_alone_collect_ask_and_bid_and_the_others_are_refused_in_writing() -> None:
    world = await prequal.opened()
    await prequal.bidding(world)
    *qualified, out = world.bidders
    for bidder in qualified:
        assert (
            await make.submit(world, bidder, now=prequal.BID_ISSUE + timedelta(days=1))
        ).outcome == "receipt"
    refused = await make.submit(world, out, now=prequal.BID_ISSUE + timedelta(days=1))
    said = receipt.read_refusal(refused.token, make.trusted())
    assert (said.code, said.rule) == ("not-qualified", "BLR 19, 36")
    with pytest.raises(NotQualifiedError):
        await questions.collect(number=world.number, by=out.party.actor, now=prequal.BID_ISSUE)
    await questions.collect(number=world.number, by=qualified[0].party.actor, now=prequal.BID_ISSUE)
    with pytest.raises(NotQualifiedError):
        await objections.lodge(
            number=world.number, kind=Kind.DOCUMENT, text="?", by=out.party.actor, now=prequal.BID_ISSUE
        )
    entries = [entry for one in await queries.all_of(await world.tender()) for entry in one.stored.entries]
    assert len(entries) == 8
    assert len(await _held(entries)) == 8
    await make._close(world, 0)
    assert await _held(entries) == []


async def _held(entries: list[int]) -> list[int]:
    rows = await database.fetch(
        "SELECT entry_id FROM runtime_audit_held WHERE entry_id = ANY($1) AND let_in_at IS NULL", entries
    )
    return [row["entry_id"] for row in rows]


async def test_applications_are_taken_until_the_deadline_and_replaced_or_taken_back_before_it() -> None:
    world = await prequal.opened()
    bidder = await make.a_bidder()
    by = bidder.party.actor
    with pytest.raises(FindingsError) as lacking:
        await applications.apply(
            number=world.number, statements={"legal": "有", "other": "x"}, by=by, now=prequal.ISSUE
        )
    assert [one.field for one in lacking.value.findings] == ["statements.staff", "statements.other"]
    first = await prequal.apply(world, bidder)
    made = await applications.add_file(
        number=world.number, name="执照.pdf", data=b"%PDF-1.7\nx", by=by, now=prequal.ISSUE
    )
    assert await queries.file_of(made.id) == b"%PDF-1.7\nx"
    assert await prequal.apply(world, bidder, now=prequal.UNTIL - timedelta(microseconds=1)) == first
    assert [one.name for one in (await prequal.mine(world, bidder)).application.files] == ["执照.pdf"]
    await applications.withdraw(number=world.number, by=by, now=prequal.UNTIL - timedelta(seconds=1))
    with pytest.raises(application.ApplicationUnknownError):
        await applications.withdraw(number=world.number, by=by, now=prequal.UNTIL - timedelta(seconds=1))
    with pytest.raises(application.ApplicationLateError):
        await prequal.apply(world, bidder, now=prequal.UNTIL)
    assert await queries.of_tender(await world.tender()) == []


async def test_the_tenderer_does_not_apply_and_nobody_before_the_issue_or_in_an_open_tender() -> None:
    world = await prequal.a_draft()
    for step in (make._file, make._accept):
        await step(world, 0)
    await make.rehearse(world)
    await tenders.publish(number=world.number, by=world.tenderer, now=prequal.NOW)
    bidder = await make.a_bidder()
    with pytest.raises(application.ApplyingNotOpenError):
        await prequal.apply(world, bidder, now=prequal.NOW)
    plain = await make.a_tender(at=Stage.BIDDING, bids=0)
    with pytest.raises(application.ApplyingNotOpenError):
        await prequal.apply(plain, bidder)


async def test_every_application_is_examined_by_every_condition_before_anybody_is_told() -> None:
    world = await prequal.opened()
    with pytest.raises(TransitionError):
        await examinations.conclude(number=world.number, by=world.tenderer, now=prequal.ISSUE)
    first, _ = await prequal.applied(world, 2)
    with pytest.raises(FindingsError) as wrong:
        await examinations.examine(
            number=world.number,
            applicant=first,
            verdicts=(
                application.Verdict(condition="legal"),
                application.Verdict(condition="secret", met=True),
            ),
            by=world.tenderer,
            now=prequal.RESULT,
        )
    assert [(one.field, one.context["problem"]) for one in wrong.value.findings] == [
        ("verdicts.staff", "once"), ("verdicts.legal", "reason"), ("verdicts.secret", "unknown"),
    ]  # fmt: skip
    stranger = await make.a_draft()
    with pytest.raises(OutOfScopeError):
        await examinations.examine(
            number=world.number, applicant=first, verdicts=prequal.checked(), by=stranger.tenderer,
            now=prequal.RESULT,
        )  # fmt: skip
    await examinations.examine(
        number=world.number,
        applicant=first,
        verdicts=prequal.checked(),
        by=world.tenderer,
        now=prequal.RESULT,
    )
    with pytest.raises(application.ExaminationOpenError):
        await examinations.conclude(number=world.number, by=world.tenderer, now=prequal.RESULT)


async def test_with_two_qualified_the_clock_lets_the_tender_fail_when_nobody_can_object_any_more() -> None:
    world = await prequal.opened()
    await prequal.concluded(world, (True, True, False))
    end = (await world.tender()).objections_end_at
    assert end == end_of_day(local_day(prequal.RESULT) + timedelta(days=3))
    with pytest.raises(application.TooFewQualifiedError):
        await examinations.invite(number=world.number, by=world.tenderer, now=end)
    await make.tick(world, end - timedelta(seconds=1))
    assert (await world.tender()).stage is Stage.PREQUAL_DONE
    await make.tick(world, end)
    tender = await world.tender()
    assert (tender.stage, tender.failure) == (Stage.FAILED, FailureReason.LT3_QUALIFIED.value)


async def test_three_are_invited_when_the_time_to_object_is_over_and_once() -> None:
    world = await prequal.opened()
    await prequal.concluded(world, (True, True, True, False))
    tender = await world.tender()
    assert tender.objections_end_at is not None
    with pytest.raises(application.ObjectionsRunError):
        await examinations.invite(
            number=world.number, by=world.tenderer, now=tender.objections_end_at - timedelta(seconds=1)
        )
    late = prequal.BID_ISSUE + timedelta(days=1)
    with pytest.raises(FindingsError):
        await examinations.invite(number=world.number, by=world.tenderer, now=late)
    with pytest.raises(FindingsError):
        await examinations.invite(
            number=world.number,
            issue_at=prequal.BID_DEADLINE - timedelta(days=19),
            by=world.tenderer,
            now=late,
        )
    await examinations.invite(
        number=world.number, issue_at=prequal.BID_DEADLINE - timedelta(days=20), by=world.tenderer, now=late
    )
    after = await world.tender()
    assert (after.version, after.invited_at) == (tender.version + 1, late)
    with pytest.raises(application.InvitedAlreadyError):
        await examinations.invite(number=world.number, by=world.tenderer, now=late)
    *qualified, out = world.bidders
    for bidder in qualified:
        assert [line.number for line in await invitations.of_enterprise(bidder.party.organisation)] == [
            world.number
        ]
    assert await invitations.of_enterprise(out.party.organisation) == ()
    assert (
        application.outcome(
            (await prequal.mine(world, out)).application, await invitations.invited(after) or frozenset()
        )
        is Outcome.NOT_QUALIFIED
    )


async def test_an_upheld_objection_to_a_result_begins_the_examination_anew_and_makes_a_third() -> None:
    world = await prequal.opened()
    await prequal.concluded(world, (True, True, False))
    out = world.bidders[2]
    stranger = await make.a_bidder()
    with pytest.raises(objection.NotAnApplicantError):
        await objections.lodge(
            number=world.number,
            kind=Kind.QUALIFICATION,
            text="?",
            by=stranger.party.actor,
            now=prequal.RESULT,
        )
    lodged = await objections.lodge(
        number=world.number,
        kind=Kind.QUALIFICATION,
        text="证书在附件中",
        by=out.party.actor,
        now=prequal.RESULT,
    )
    end = (await world.tender()).objections_end_at
    assert end is not None
    await make.tick(world, end)
    assert (await world.tender()).stage is Stage.PREQUAL_DONE, "while it is unanswered nothing goes on"
    verdict = measure.Verdict(
        outcome=measure.Outcome.UPHELD, reasons="补看了证书", remedy=measure.Remedy.RE_EXAMINE
    )
    await objections.answer(number=lodged.number, verdict=verdict, by=world.tenderer, now=end)
    tender = await world.tender()
    assert (tender.stage, tender.examined_at, tender.qualified) == (Stage.PREQUAL_REVIEW, None, None)
    await examinations.examine(
        number=world.number,
        applicant=(await prequal.mine(world, out)).id,
        verdicts=prequal.checked(),
        by=world.tenderer,
        now=end,
    )
    await examinations.conclude(number=world.number, by=world.tenderer, now=end)
    assert (await world.tender()).qualified == 3


async def test_time_that_stood_still_does_not_run_against_the_other_applicants() -> None:
    world = await prequal.opened()
    await prequal.concluded(world, (True, True, True, False))
    before = (await world.tender()).objections_end_at
    lodged = await objections.lodge(
        number=world.number, kind=Kind.QUALIFICATION, text="?", by=world.bidders[3].party.actor,
        now=prequal.RESULT + timedelta(days=1),
    )  # fmt: skip
    verdict = measure.Verdict(outcome=measure.Outcome.REJECTED, reasons="无证书")
    await objections.answer(
        number=lodged.number, verdict=verdict, by=world.tenderer, now=prequal.RESULT + timedelta(days=3)
    )
    after = (await world.tender()).objections_end_at
    assert before is not None
    assert after == before + timedelta(days=2)


async def test_the_document_is_objected_to_until_two_days_before_and_changed_until_three() -> None:
    world = await prequal.opened()
    bidder = await make.a_bidder()
    last = end_of_day(local_day(prequal.UNTIL) - timedelta(days=2))
    with pytest.raises(objection.ObjectionTooLateError):
        await objections.lodge(
            number=world.number, kind=Kind.QUALIFYING, text="?", by=bidder.party.actor, now=last
        )
    early = prequal.UNTIL - timedelta(days=3)
    await amendments.clarify(number=world.number, text="年报亦可", by=world.tenderer, now=early)
    assert await _until(world) == prequal.UNTIL
    await questions.ask(number=world.number, text="?", by=bidder.party.actor, now=early)
    await amendments.clarify(
        number=world.number, text="复印件亦可", by=world.tenderer, now=prequal.UNTIL - timedelta(days=2)
    )
    assert await _until(world) == prequal.UNTIL + timedelta(days=3), "the 14th and 15th are a weekend"
    assert (await world.tender()).content.deadline == prequal.BID_DEADLINE
    tender = await world.tender()
    document = prequal.a_document(conditions=prequal.CONDITIONS[:1], deadline=await _until(world))
    with pytest.raises(amendment.DeadlineEarlierError):
        await amendments.amend(
            number=world.number,
            content=msgspec.structs.replace(tender.content, prequalification=prequal.a_document()),
            reason="?", by=world.tenderer, now=early,
        )  # fmt: skip
    content = msgspec.structs.replace(tender.content, prequalification=document)
    await amendments.amend(number=world.number, content=content, reason="放宽", by=world.tenderer, now=early)
    changed = (await world.tender()).content.prequalification
    assert changed is not None
    assert [one.id for one in changed.conditions] == ["legal"]


async def _until(world: make.World) -> object:
    document = (await world.tender()).content.prequalification
    return document and document.deadline


async def test_the_public_log_tells_neither_who_applied_nor_how_many() -> None:
    told, lengths = [], set()
    for number in (0, 4):
        world = await prequal.opened()
        start = await database.fetch("SELECT coalesce(max(id), 0) AS id FROM runtime_audit_entry")
        await prequal.concluded(world, (True,) * number)
        await log.sequence_all()
        rows = await database.fetch(
            "SELECT body FROM runtime_audit_entry WHERE id > $1"
            " AND id NOT IN (SELECT entry_id FROM runtime_audit_held) ORDER BY id",
            start[0]["id"],
        )
        bodies = [json.loads(row["body"]) for row in rows]
        told.append([(one["act"], len(one["rows"])) for one in bodies if one["act"].startswith("bidding:")])
        blobs = await database.fetch("SELECT blob FROM bidding_invitation ORDER BY id DESC LIMIT 1")
        lengths.add(len(blobs[0]["blob"]))
    assert told[0] == told[1] == [("bidding:prequal:close", 1), ("bidding:prequal:conclude", 2)]
    assert len(lengths) == 1
