"""The handover's rules: clocks, list, signatures, pressure; a machine that walks it at random."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain import rule_table
from bidding.domain.handover import checklist, dispute, inventory, pressure, track
from bidding.domain.handover.checklist import Condition, Party, Section
from bidding.domain.handover.track import Stage, Step
from bidding.domain.procedure import Profile
from market.kernel import period
from market.kernel.lifecycle import UnknownMoveError
from market.kernel.workday import Workdays
from tests.bidding.rule_pairs import changed
from tests.factories_awards import good

PLAIN = Workdays(rest=frozenset(), work=frozenset(), years=frozenset(range(2020, 2041)))
AT = datetime(2027, 3, 1, tzinfo=UTC)
MONDAY = date(2027, 3, 1)
RULES = rule_table.current(Profile.OWNER)
DAYS = RULES.value("H04")


def entry(
    name: str, *, party: Party = Party.OLD, version: int = 1, copy: int = 1, **change: object
) -> inventory.Entry:
    content = msgspec.structs.replace(good(name), **change)
    place = inventory.Place(name, copy)
    return inventory.Entry(
        id=0,
        place=place,
        version=version,
        party=party,
        content=content,
        digest=inventory.digest_of("H-1", place, version, party, content),
        entered_at=AT,
    )


def signed(of: inventory.Entry, *parties: Party) -> list[inventory.Signature]:
    return [inventory.Signature(digest=of.digest, party=party, signed_at=AT) for party in parties]


ENTRIES = tuple(entry(line.id) for line in checklist.LINES)
EVERYTHING = tuple(one for each in ENTRIES for one in signed(each, *checklist.BY_ID[each.place.line].parties))


def lacking(sections: Iterable[Section], signatures: Iterable[inventory.Signature]) -> tuple[str, ...]:
    return inventory.missing(sections, ENTRIES, tuple(signatures))


def test_h04_h13_exit_is_due_thirty_days_after_receipt_or_at_the_end_of_the_contract() -> None:
    assert track.exit_due(MONDAY, None, PLAIN, days=DAYS) == date(2027, 3, 31)
    assert track.exit_due(MONDAY, date(2027, 3, 30), PLAIN, days=DAYS) == date(2027, 3, 31)
    assert track.exit_due(MONDAY, date(2027, 4, 1), PLAIN, days=DAYS) == date(2027, 4, 1)
    # the thirtieth day is a Saturday: the statutory period ends on Monday, the contract's end never moves
    assert track.exit_due(date(2027, 3, 4), None, PLAIN, days=DAYS) == date(2027, 4, 5)
    assert track.exit_due(MONDAY, date(2027, 4, 3), PLAIN, days=DAYS) == date(2027, 4, 3)


def test_h04_another_number_of_days_moves_the_last_day() -> None:
    assert track.exit_due(MONDAY, None, PLAIN, days=15) == date(2027, 3, 16)


def test_h13_the_sixtieth_day_of_notice_stands_beside_the_last_day_to_leave() -> None:
    days = rule_table.current(Profile.OWNER).value("H13.notice")
    assert track.notice_until(MONDAY, days=days) == date(2027, 4, 30)


def standing(at: pressure.Stage = pressure.Stage.IN_TIME, limit: date | None = None) -> pressure.Standing:
    return pressure.Standing(pressure=at, exit_due_on=date(2027, 3, 31), limit_on=limit)


def test_day_thirty_is_in_time_and_day_thirty_one_is_overdue() -> None:
    ((at, step),) = pressure.due(standing())
    assert step is pressure.Step.LAPSE
    assert period.local_day(at) == date(2027, 4, 1)
    assert period.local_day(at - timedelta(microseconds=1)) == date(2027, 3, 31)


def test_h10_an_order_is_missed_the_day_after_its_limit_and_not_on_it() -> None:
    ((at, step),) = pressure.due(standing(at=pressure.Stage.ORDERED, limit=date(2027, 4, 10)))
    assert (step, period.local_day(at)) == (pressure.Step.MISS, date(2027, 4, 11))
    assert period.local_day(at - timedelta(microseconds=1)) == date(2027, 4, 10)


@pytest.mark.parametrize("at", list(pressure.Stage))
def test_the_clock_waits_for_the_last_day_and_the_limit_and_for_nothing_else(at: pressure.Stage) -> None:
    found = list(pressure.due(standing(at, date(2027, 4, 10))))
    assert bool(found) == (at in {pressure.Stage.IN_TIME, pressure.Stage.ORDERED})
    assert all(pressure.LIFECYCLE.allows(at, step) for _, step in found)


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("step", list(Step))
def test_every_stage_and_step_is_a_move_or_a_refusal(stage: Stage, step: Step) -> None:
    party = next(iter(track.PARTY_OF[step]))
    if (stage, step) in {(m.source, m.act) for m in track.LIFECYCLE.moves}:
        target = track.advance(stage, step, party=party, missing=())
        assert target == track.LIFECYCLE.after(stage, step)
    else:
        with pytest.raises(UnknownMoveError):
            track.advance(stage, step, party=party, missing=())


@pytest.mark.parametrize("step", [Step.TRANSFER, Step.SETTLE, Step.LEAVE, Step.CLOSE])
def test_h05_each_missing_signature_of_a_needed_section_holds_the_step_up(step: Step) -> None:
    source = next(move.source for move in track.LIFECYCLE.moves if move.act is step)
    for gap in EVERYTHING:
        of = next(each for each in ENTRIES if each.digest == gap.digest)
        needed = checklist.BY_ID[of.place.line].section in track.NEEDS[step]
        missing = lacking(track.NEEDS[step], (each for each in EVERYTHING if each is not gap))
        assert list(missing) == ([f"{of.place.name}/{gap.party}"] if needed else [])
        if needed:
            with pytest.raises(track.LinesOpenError) as refusal:
                track.advance(source, step, party=Party.COMMITTEE, missing=missing)
            assert refusal.value.context == {"count": 1, "first": missing[0]}


def test_h06_a_contested_line_is_excused_and_an_unsigned_one_is_not() -> None:
    boundary = inventory.Place("boundary")
    rest = [each for each in EVERYTHING if each.digest != ENTRIES[0].digest]
    assert len(inventory.missing(Section, ENTRIES, rest)) == len(checklist.BY_ID["boundary"].parties)
    assert inventory.missing(Section, ENTRIES, rest, excused={boundary}) == ()


def test_the_list_holds_the_five_and_the_seven_documents_of_the_regulation() -> None:
    by_source = [line.source for line in checklist.LINES if line.section is Section.DOCUMENTS]
    assert (by_source.count("BPR 21"), by_source.count("BPR 71")) == (5, 7)
    assert len(checklist.BY_ID) == len(checklist.LINES)
    assert {line.section for line in checklist.LINES} == set(Section)


def test_h14_the_loss_from_a_dismissal_is_a_line_and_no_ground_to_stay() -> None:
    assert checklist.BY_ID["dismissal-loss"].source == "CC 946"
    assert checklist.BY_ID["dismissal-loss"].section not in track.NEEDS[Step.LEAVE]


def test_h17_money_without_sum_and_cut_off_date_is_refused_with_both_named() -> None:
    content = msgspec.structs.replace(good("prepaid-fees"), amount_fen=None, amount_on=None)
    _, wrong = inventory.enter(
        inventory.Place("prepaid-fees"), Party.OLD, content, stage=Stage.INSPECTED, entries=()
    )
    assert [each.field for each in wrong] == ["amount_fen", "amount_on"]
    _, fine = inventory.enter(
        inventory.Place("prepaid-fees"), Party.OLD, good("prepaid-fees"), stage=Stage.INSPECTED, entries=()
    )
    assert fine == []


@pytest.mark.parametrize("condition", [Condition.DEFECT, Condition.MISSING])
def test_h19_a_defect_or_gap_names_who_makes_it_good_and_until_when(condition: Condition) -> None:
    bare = entry("boundary", condition=condition)
    _, wrong = inventory.enter(bare.place, Party.OLD, bare.content, stage=Stage.INSPECTED, entries=())
    assert [each.field for each in wrong] == ["responsible", "fix_by"]
    whole = entry("boundary", condition=condition, responsible=inventory.Responsible.DEVELOPER, fix_by=MONDAY)
    (listed,) = inventory.defects([whole])
    assert (listed.responsible, listed.fix_by) == (inventory.Responsible.DEVELOPER, MONDAY)


def test_only_the_author_corrects_a_line_and_its_signers_sign_again() -> None:
    first = entry("boundary")
    with pytest.raises(inventory.NotYourEntryError):
        inventory.enter(first.place, Party.NEW, first.content, stage=Stage.INSPECTED, entries=[first])
    version, _ = inventory.enter(
        first.place, Party.OLD, first.content, stage=Stage.INSPECTED, entries=[first]
    )
    second = entry("boundary", version=version, remark="补正")
    given = signed(first, *Party)
    assert inventory.signers(second, given) == {}
    with pytest.raises(inventory.EntryReplacedError):
        inventory.sign(
            first.digest, Party.NEW, stage=Stage.INSPECTED, entries=[first, second], signatures=given
        )


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_signature_binds_every_word(one: str, other: str) -> None:
    same = entry("boundary", remark=one).digest == entry("boundary", remark=other).digest
    assert same == (one == other)


def test_devices_are_numbered_without_gaps_and_documents_stand_once() -> None:
    def enter(name: str, copy: int, entries: list[inventory.Entry]) -> int:
        place = inventory.Place(name, copy)
        return inventory.enter(place, Party.OLD, good(name), stage=Stage.INSPECTED, entries=entries)[0]

    assert enter("lifts", 2, [entry("lifts")]) == 1
    for name, copy, entries in (("lifts", 2, []), ("lifts", 3, [entry("lifts")]), ("boundary", 2, [])):
        with pytest.raises(inventory.CopyError):
            enter(name, copy, entries)


def test_nobody_signs_twice_or_for_a_line_that_is_not_theirs() -> None:
    lifts = entry("lifts")

    def sign(party: Party, *given: inventory.Signature, stage: Stage = Stage.INSPECTED) -> inventory.Entry:
        return inventory.sign(lifts.digest, party, stage=stage, entries=[lifts], signatures=given)

    assert sign(Party.NEW) is lifts
    with pytest.raises(track.NotASignatoryError):
        sign(Party.WITNESS)
    with pytest.raises(inventory.LineConfirmedError):
        sign(Party.NEW, *signed(lifts, Party.NEW))
    for stage in (Stage.INITIATED, Stage.CLOSED):
        with pytest.raises(track.HandoverNotOpenError):
            sign(Party.NEW, stage=stage)
    with pytest.raises(track.NotASignatoryError):
        inventory.enter(
            inventory.Place("no-such-line"), Party.OLD, good("lifts"), stage=Stage.INSPECTED, entries=()
        )


@given(st.integers(-5, 60), st.none() | st.integers(-5, 60), st.integers(-5, 90))
def test_the_fine_counts_from_the_later_date_and_never_without_an_order(
    due: int, limit: int | None, left: int
) -> None:
    fine = pressure.fine_suggested(
        exit_due_on=MONDAY + timedelta(days=due),
        limit_on=None if limit is None else MONDAY + timedelta(days=limit),
        until=MONDAY + timedelta(days=left),
        per_day_fen=10_000 * 100,
    )
    days = 0 if limit is None else max(0, left - max(due, limit))
    assert fine == days * 10_000 * 100


def test_h10_the_first_day_after_the_limit_costs_ten_thousand_and_the_limit_nothing() -> None:
    def fine(until: date, rules: rule_table.RuleVersion = RULES) -> int:
        return pressure.fine_suggested(
            exit_due_on=MONDAY,
            limit_on=date(2027, 3, 10),
            until=until,
            per_day_fen=rules.value("H10.fine"),
        )

    assert (fine(date(2027, 3, 10)), fine(date(2027, 3, 11))) == (0, 1_000_000)
    assert fine(date(2027, 3, 11), changed(RULES, "H10.fine", 7)) == 7


def test_h15_fees_stop_the_day_after_the_last_one_and_h16_go_on_while_in_time() -> None:
    late = pressure.fees_stop_from(pressure=pressure.Stage.OVERDUE, exit_due_on=MONDAY)
    assert late == date(2027, 3, 2)
    for stage in (pressure.Stage.IN_TIME, pressure.Stage.MET):
        assert pressure.fees_stop_from(pressure=stage, exit_due_on=MONDAY) is None


def test_an_order_leaves_at_least_a_day() -> None:
    pressure.check_limit(MONDAY + timedelta(days=1), now=AT)
    with pytest.raises(pressure.OrderLimitError):
        pressure.check_limit(MONDAY, now=AT)


def test_nobody_is_fined_unheard_and_five_working_days_are_five() -> None:
    days = rule_table.current(Profile.OWNER).value("H10.statement")
    until = pressure.statement_until(AT, PLAIN, days=days)
    assert until == period.end_of_day(date(2027, 3, 8))

    def decide(now: datetime, *, stated: bool = False, by: str = "district:2") -> None:
        pressure.check_decision(notified_by="district:1", by=by, stated=stated, until=until, now=now)

    decide(until)
    decide(AT, stated=True)
    with pytest.raises(pressure.FineTooEarlyError):
        decide(until - timedelta(microseconds=1))
    with pytest.raises(pressure.FineOwnNoticeError):
        decide(until, by="district:1")


def test_a_statement_is_made_once_and_in_time() -> None:
    pressure.check_statement(AT, stated=False, now=AT - timedelta(microseconds=1))
    for stated, now in ((False, AT), (True, AT - timedelta(days=1))):
        with pytest.raises(pressure.StatementLateError):
            pressure.check_statement(AT, stated=stated, now=now)


def test_a_referred_dispute_can_still_be_settled_and_a_settled_one_is_over() -> None:
    after = dispute.LIFECYCLE.after
    assert after(dispute.Stage.OPEN, dispute.Step.REFER) is dispute.Stage.REFERRED
    assert after(dispute.Stage.REFERRED, dispute.Step.SETTLE) is dispute.Stage.SETTLED
    assert dispute.LIFECYCLE.final == (dispute.Stage.SETTLED,)


@given(st.dates(date(2021, 1, 1), date(2038, 1, 1)), st.none() | st.integers(-400, 400))
def test_exit_is_never_earlier_than_either_clock(received: date, offset: int | None) -> None:
    end = None if offset is None else received + timedelta(days=offset)
    last = track.exit_due(received, end, PLAIN, days=DAYS)
    assert last >= received + timedelta(days=DAYS)
    assert end is None or last >= end
