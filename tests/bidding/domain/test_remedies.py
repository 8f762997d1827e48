"""Objections and complaints by the numbers: each window just inside, just outside, with another value."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain import rule_table
from bidding.domain.entry.prequalification import Prequalification
from bidding.domain.procedure import LIFECYCLE, Profile, Stage
from bidding.domain.remedy import complaint, measure, objection, visibility
from bidding.domain.remedy.measure import Outcome, Remedy, Verdict
from bidding.domain.remedy.objection import Kind, Objection
from bidding.domain.rule_table import RuleVersion
from bidding.domain.suspension import Cause, Suspension
from bidding.domain.tender import Tender
from market.kernel import period
from market.kernel.actor import Actor, Role
from market.kernel.workday import Workdays
from tests.bidding.domain.test_filing import a_tender

PLAIN = Workdays(rest=frozenset(), work=frozenset(), years=frozenset(range(2020, 2040)))
GOLDEN_WEEK = Workdays(
    rest=frozenset({date(2027, 10, n) for n in range(1, 8)}),
    work=frozenset({date(2027, 10, 9)}),
    years=frozenset({2027}),
)
RULES = rule_table.current(Profile.OWNER)
MICROSECOND = timedelta(microseconds=1)
THURSDAY = datetime(2027, 3, 4, 2, tzinfo=UTC)
DEADLINE = datetime(2027, 4, 20, 2, tzinfo=UTC)
FIRST = {
    Kind.DOCUMENT: Stage.BIDDING,
    Kind.QUALIFYING: Stage.PREQUAL_OPEN,
    Kind.QUALIFICATION: Stage.PREQUAL_DONE,
    Kind.OPENING: Stage.OPENED,
    Kind.RESULT: Stage.RANKED,
}
APPLY_UNTIL = datetime(2027, 3, 20, 2, tzinfo=UTC)
LAST_DAY = date(2027, 3, 8)


def rules(**values: int) -> RuleVersion:
    """Return the rules with values changed."""
    changed = {name.replace("_", "."): value for name, value in values.items()}
    entries = {
        name: msgspec.structs.replace(rule, value=changed.get(name, rule.value))
        for name, rule in RULES.rules.items()
    }
    return msgspec.structs.replace(RULES, rules=entries)


def open_for(kind: Kind, **changes: object) -> Tender:
    tender = a_tender(stage=FIRST[kind], opened_at=THURSDAY)
    asked = Prequalification(deadline=APPLY_UNTIL)
    content = msgspec.structs.replace(tender.content, deadline=DEADLINE, prequalification=asked)
    told = period.end_of_day(LAST_DAY)
    return msgspec.structs.replace(tender, content=content, objections_end_at=told, **changes)


def check(kind: Kind, now: datetime, *, by: RuleVersion = RULES, **changes: object) -> None:
    objection.check(kind, open_for(kind, **changes), by, last_day=LAST_DAY, now=now)


ENDS = {
    Kind.DOCUMENT: period.end_of_day(date(2027, 4, 10)),  # ten days before the deadline, to 24:00
    Kind.QUALIFYING: period.end_of_day(date(2027, 3, 18)),  # two days before applications are due
    Kind.QUALIFICATION: period.end_of_day(LAST_DAY),
    Kind.OPENING: THURSDAY + timedelta(minutes=120),
    Kind.RESULT: period.end_of_day(LAST_DAY),
}


@pytest.mark.parametrize("kind", list(Kind))
def test_an_objection_is_in_time_to_the_last_instant_and_not_an_instant_later(kind: Kind) -> None:
    check(kind, ENDS[kind] - MICROSECOND)
    with pytest.raises(objection.ObjectionTooLateError):
        check(kind, ENDS[kind])


def test_another_number_of_days_or_minutes_moves_the_end() -> None:
    nine, eleven = rules(T11=9), rules(T11=11)
    check(Kind.DOCUMENT, ENDS[Kind.DOCUMENT], by=nine)
    with pytest.raises(objection.ObjectionTooLateError):
        check(Kind.DOCUMENT, ENDS[Kind.DOCUMENT] - MICROSECOND, by=eleven)
    with pytest.raises(objection.ObjectionTooLateError):
        check(Kind.OPENING, ENDS[Kind.OPENING] - MICROSECOND, by=rules(T14_minutes=119))
    check(Kind.OPENING, ENDS[Kind.OPENING], by=rules(T14_minutes=121))


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("stage", list(Stage))
def test_each_kind_is_possible_in_its_stages_only(kind: Kind, stage: Stage) -> None:
    now = ENDS[kind] - MICROSECOND
    if stage in objection.KINDS[kind].stages:
        check(kind, now, stage=stage)
    else:
        with pytest.raises(objection.ObjectionNotNowError):
            check(kind, now, stage=stage)


def test_an_evaluation_that_began_at_once_cuts_the_time_to_object_to_the_opening_short_for_nobody() -> None:
    end = ENDS[Kind.OPENING]
    check(Kind.OPENING, end - MICROSECOND, stage=Stage.EVALUATION)
    with pytest.raises(objection.ObjectionTooLateError):
        check(Kind.OPENING, end, stage=Stage.EVALUATION)


def test_a_publicity_that_stands_still_has_not_ended_for_the_others() -> None:
    end = ENDS[Kind.RESULT]
    within = Suspension(cause=Cause.OBJECTION, origin="T-O1", reasons="", since=end - MICROSECOND)
    check(Kind.RESULT, end + timedelta(days=2), suspensions=(within,))
    after = msgspec.structs.replace(within, since=end)
    with pytest.raises(objection.ObjectionTooLateError):
        check(Kind.RESULT, end + timedelta(days=2), suspensions=(after,))
    early = msgspec.structs.replace(within, since=THURSDAY)
    with pytest.raises(objection.ObjectionTooLateError):  # the days before a deadline are not a public period
        check(Kind.DOCUMENT, ENDS[Kind.DOCUMENT], suspensions=(early,))


@pytest.mark.parametrize(
    ("kind", "lodged", "table", "until"),
    [
        (Kind.DOCUMENT, THURSDAY, PLAIN, date(2027, 3, 8)),  # Sunday moves to Monday
        (Kind.RESULT, THURSDAY, PLAIN, date(2027, 3, 8)),
        (Kind.DOCUMENT, THURSDAY + timedelta(days=4), PLAIN, date(2027, 3, 11)),  # Monday to Thursday
        (Kind.RESULT, datetime(2027, 9, 30, 2, tzinfo=UTC), GOLDEN_WEEK, date(2027, 10, 8)),
        (Kind.RESULT, datetime(2027, 10, 6, 2, tzinfo=UTC), GOLDEN_WEEK, date(2027, 10, 9)),  # works, 调休
    ],
)
def test_an_answer_is_due_at_the_end_of_the_third_day_or_of_the_working_day_after(
    kind: Kind, lodged: datetime, table: Workdays, until: date
) -> None:
    assert objection.answer_by(kind, lodged, RULES, table) == period.end_of_day(until)


def test_the_time_to_answer_follows_its_rule_and_on_the_spot_means_minutes() -> None:
    monday = THURSDAY + timedelta(days=4)
    four = rules(T13=4, T35=1, T14_minutes=30)
    assert objection.answer_by(Kind.DOCUMENT, monday, four, PLAIN) == period.end_of_day(date(2027, 3, 12))
    assert objection.answer_by(Kind.RESULT, monday, four, PLAIN) == period.end_of_day(date(2027, 3, 9))
    assert objection.answer_by(Kind.OPENING, monday, four, PLAIN) == monday + timedelta(minutes=30)
    assert objection.answer_by(Kind.OPENING, monday, RULES, PLAIN) == monday + timedelta(minutes=120)


def test_a_form_is_offered_for_what_is_possible_now() -> None:
    for kind in Kind:
        tender = open_for(kind)
        inside, outside = ENDS[kind] - MICROSECOND, ENDS[kind]
        assert objection.possible(tender, RULES, last_day=LAST_DAY, now=inside) == (kind,)
        assert objection.possible(tender, RULES, last_day=LAST_DAY, now=outside) == ()
    assert objection.ends_at(Kind.RESULT, open_for(Kind.RESULT), RULES, last_day=None) is None


def an_objection(kind: Kind = Kind.RESULT, **changes: object) -> Objection:
    base = Objection(
        id=1,
        number="T-O1",
        tender=1,
        kind=kind,
        lot="1",
        organisation=50,
        text="",
        state=objection.State.LODGED,
        lodged_at=THURSDAY,
        answer_by=THURSDAY,
    )
    return msgspec.structs.replace(base, **changes)


KNEW = date(2027, 3, 1)  # Monday; ten days later is Thursday the 11th


def complain(
    today: date,
    *,
    matter: complaint.Matter = complaint.Matter.OTHER,
    objections: tuple[Objection, ...] = (),
    by: RuleVersion = RULES,
) -> None:
    complaint.check(matter, knew_on=KNEW, objections=objections, rules=by, workdays=PLAIN, today=today)


def test_a_complaint_is_in_time_on_the_tenth_day_and_too_late_on_the_eleventh() -> None:
    complain(date(2027, 3, 11))
    with pytest.raises(complaint.ComplaintTooLateError):
        complain(date(2027, 3, 12))
    complain(date(2027, 3, 12), by=rules(T36=11))
    with pytest.raises(complaint.ComplaintTooLateError):
        complain(date(2027, 3, 11), by=rules(T36=9))


def test_the_last_day_to_complain_moves_off_a_rest_day() -> None:
    assert complaint.last_day(date(2027, 3, 3), excluded=0, rules=RULES, workdays=PLAIN) == date(2027, 3, 15)


@pytest.mark.parametrize("matter", list(complaint.Matter))
def test_document_opening_and_result_need_an_objection_of_their_kind_first(matter: complaint.Matter) -> None:
    kinds = complaint.OBJECTION_FIRST.get(matter, ())
    if not kinds:
        complain(KNEW, matter=matter)
        return
    others = tuple(an_objection(each) for each in Kind if each not in kinds)
    with pytest.raises(complaint.ObjectionFirstError):
        complain(KNEW, matter=matter, objections=others)
    for kind in kinds:
        complain(KNEW, matter=matter, objections=(*others, an_objection(kind)))


def test_the_days_an_answer_was_waited_for_do_not_count() -> None:
    waited = an_objection(lodged_at=THURSDAY, ended_at=THURSDAY + timedelta(days=3))
    matter = complaint.Matter.RESULT
    complain(date(2027, 3, 15), matter=matter, objections=(waited,))  # the 14th is a Sunday
    with pytest.raises(complaint.ComplaintTooLateError):
        complain(date(2027, 3, 16), matter=matter, objections=(waited,))
    still = an_objection(lodged_at=THURSDAY)
    complain(date(2027, 5, 31), matter=matter, objections=(still,))


def test_waiting_days_that_overlap_count_once() -> None:
    one = an_objection(lodged_at=THURSDAY, ended_at=THURSDAY + timedelta(days=3))
    other = an_objection(lodged_at=THURSDAY + timedelta(days=1), ended_at=THURSDAY + timedelta(days=5))
    assert complaint.excluded_days([one, other], date(2027, 4, 1)) == 5


def test_what_was_public_was_to_be_known_and_nobody_knows_tomorrow() -> None:
    assert complaint.should_know(date(2027, 3, 9), date(2027, 3, 4)) == date(2027, 3, 4)
    assert complaint.should_know(date(2027, 3, 2), date(2027, 3, 4)) == date(2027, 3, 2)
    assert complaint.should_know(date(2027, 3, 9), None) == date(2027, 3, 9)
    with pytest.raises(complaint.KnownInFutureError):
        complain(KNEW - timedelta(days=1))


def test_the_authority_accepts_in_three_and_decides_in_thirty_working_days() -> None:
    assert complaint.accept_by(THURSDAY, RULES, PLAIN) == date(2027, 3, 9)
    assert complaint.accept_by(THURSDAY, rules(T37=4), PLAIN) == date(2027, 3, 10)
    assert complaint.decide_by(THURSDAY, RULES, PLAIN) == date(2027, 4, 15)
    assert complaint.decide_by(THURSDAY, rules(T38=29), PLAIN) == date(2027, 4, 14)
    holiday = datetime(2027, 9, 30, 2, tzinfo=UTC)
    assert complaint.accept_by(holiday, RULES, GOLDEN_WEEK) == date(2027, 10, 11)  # 8, 9 (works), 11


def test_a_verdict_has_a_remedy_exactly_when_it_is_upheld() -> None:
    measure.check(Verdict(outcome=Outcome.REJECTED, reasons="x"), Stage.RANKED, by_authority=False)
    with pytest.raises(measure.RemedyMissingError):
        measure.check(Verdict(outcome=Outcome.UPHELD, reasons="x"), Stage.RANKED, by_authority=True)
    odd = Verdict(outcome=Outcome.REJECTED, reasons="x", remedy=Remedy.CORRECT)
    with pytest.raises(measure.RemedyMissingError):
        measure.check(odd, Stage.RANKED, by_authority=True)
    unnamed = Verdict(outcome=Outcome.UPHELD, reasons="x", remedy=Remedy.NEXT_CANDIDATE, lot="1")
    with pytest.raises(measure.RemedyMissingError):
        measure.check(unnamed, Stage.RANKED, by_authority=True)


@pytest.mark.parametrize("remedy", list(Remedy))
@pytest.mark.parametrize("stage", list(Stage))
def test_a_remedy_is_offered_where_it_is_possible_and_moves_only_as_the_lifecycle_allows(
    remedy: Remedy, stage: Stage
) -> None:
    verdict = Verdict(outcome=Outcome.UPHELD, reasons="x", remedy=remedy, lot="1", commitment="c1")
    for by_authority in (True, False):
        if remedy in measure.choices(stage, by_authority=by_authority):
            measure.check(verdict, stage, by_authority=by_authority)
        else:
            with pytest.raises(measure.RemedyNotPossibleError):
                measure.check(verdict, stage, by_authority=by_authority)
    moves = {"re-evaluate": "bidding:evaluation:redo", "annul": "bidding:tender:annul"}
    act = moves.get("annul" if measure.REMEDIES[remedy].ends else remedy.value)
    if act and remedy in measure.choices(stage, by_authority=True):
        assert act in {each.value for each in LIFECYCLE.available(stage)}


def test_the_candidates_of_a_lot_are_left_alone_while_its_award_stands() -> None:
    measure.check_unawarded("2", {"1"})
    with pytest.raises(measure.LotAwardedError) as refusal:
        measure.check_unawarded("1", {"1"})
    assert (refusal.value.field, refusal.value.context["lot"]) == ("lot", "1")


def test_a_document_is_known_from_the_last_version_that_asks_for_something_else() -> None:
    def shown(day: int, terms: str) -> complaint.Shown:
        return complaint.Shown(at=THURSDAY + timedelta(days=day), terms=terms)

    issue = THURSDAY + timedelta(days=1)
    known = complaint.document_public_at
    assert known(issue, [shown(0, "a")]) == issue
    assert known(issue, [shown(0, "a"), shown(5, "a")]) == issue  # more time alone
    assert known(issue, [shown(0, "a"), shown(5, "b"), shown(9, "b")]) == THURSDAY + timedelta(days=5)
    assert known(issue + timedelta(days=9), [shown(0, "a"), shown(5, "b")]) == issue + timedelta(days=9)
    assert known(None, []) is None


def test_ending_a_tender_is_the_authoritys_alone() -> None:
    for stage in Stage:
        assert not {Remedy.ANNUL, Remedy.RETENDER} & set(measure.choices(stage, by_authority=False))


OBJECTOR = Actor(person=1, mandate=1, organisation=50, role=Role.ENTERPRISE)
RIVAL = Actor(person=2, mandate=2, organisation=51, role=Role.ENTERPRISE)
TENDERER = Actor(person=3, mandate=3, organisation=1, role=Role.COMMITTEE)
DISTRICT = Actor(
    person=4, mandate=4, organisation=9, role=Role.DISTRICT, division="110105", path=("110000", "110105")
)
ELSEWHERE = msgspec.structs.replace(DISTRICT, division="110106", path=("110000", "110106"))
OPERATOR = Actor(person=7, mandate=7, organisation=6, role=Role.OPERATOR)
PEOPLE = {
    "objector": OBJECTOR,
    "rival": RIVAL,
    "tenderer": TENDERER,
    "district": DISTRICT,
    "elsewhere": ELSEWHERE,
    "operator": OPERATOR,
    "public": Actor.public(),
}


def who_sees(part: visibility.Part, tender: Tender) -> set[str]:
    return {
        name
        for name, actor in PEOPLE.items()
        if visibility.sees(part, visibility.of_objection(an_objection(), tender, actor), tender)
    }


def test_before_the_opening_only_the_authority_learns_who_objects() -> None:
    before, after = a_tender(stage=Stage.BIDDING), a_tender(stage=Stage.RANKED, opened_at=THURSDAY)
    assert who_sees(visibility.Part.OBJECTOR, before) == {"objector", "district"}
    assert who_sees(visibility.Part.OBJECTOR, after) == {"objector", "district", "tenderer"}
    for tender in (before, after):
        assert who_sees(visibility.Part.OBJECTION_TEXT, tender) == {"objector", "district", "tenderer"}
        assert who_sees(visibility.Part.OBJECTION, tender) == set(PEOPLE)
        assert who_sees(visibility.Part.REPORTER, tender) == {"objector"}


@given(part=st.sampled_from(visibility.Part), who=st.sampled_from(visibility.Viewer))
def test_whoever_owns_it_sees_all_of_it_and_the_public_never_more_than_the_tenderer(
    part: visibility.Part, who: visibility.Viewer
) -> None:
    tender = a_tender(stage=Stage.RANKED, opened_at=THURSDAY)
    assert visibility.sees(part, visibility.Viewer.OWN, tender)
    if visibility.sees(part, visibility.Viewer.PUBLIC, tender):
        assert visibility.sees(part, who, tender)
