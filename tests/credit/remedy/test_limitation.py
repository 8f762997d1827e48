"""What is found too late is not recorded; what is first, light and put right is a warning without points."""

from datetime import date

import msgspec
import pytest

from credit.domain.record import RecordDatesError
from credit.domain.record import Stage as RecordStage
from credit.domain.remedy import limitation
from credit.domain.remedy.limitation import (
    FactChargedError,
    Found,
    LimitationError,
    NotCorrectedError,
    NotFirstError,
    NotLightError,
    WarningRefusedError,
)
from credit.queries import cases, pages, scores
from credit.services import decisions, notices, records
from market.kernel.actor import Actor
from market.kernel.workday import Workdays
from tests import factories_credit as credit
from tests.credit.rules import RULES

NOW, DAY = credit.NOW, credit.DAY
ACT = date(2024, 2, 29)
BAD, GOOD = RULES.item("N-GE-01"), RULES.item("G-EN-01")


def found(on: date, **more: object) -> Found:
    plain = Found(fact_on=ACT, until=None, found_on=None, document_on=on, harm=False)
    return msgspec.structs.replace(plain, **more)


@pytest.mark.parametrize(
    ("last", "more"),
    [
        (date(2026, 2, 28), {}),
        (date(2029, 2, 28), {"harm": True}),
        (date(2027, 5, 1), {"until": date(2025, 5, 1)}),
        (date(2030, 5, 1), {"until": date(2025, 5, 1), "harm": True}),
    ],
)
def test_two_years_or_five_from_the_act_or_its_end(last: date, more: dict[str, object]) -> None:
    limitation.check(BAD, found(last, **more), rules=RULES)
    with pytest.raises(LimitationError):
        limitation.check(BAD, found(last + DAY, **more), rules=RULES)
    limitation.check(BAD, found(last + 90 * DAY, found_on=last, **more), rules=RULES)
    limitation.check(GOOD, found(last + DAY, **more), rules=RULES)


def test_a_changed_number_flips_the_verdict() -> None:
    shorter = msgspec.structs.replace(RULES, values={**RULES.values, "limitation": RULES.exact("repair_bar")})
    with pytest.raises(LimitationError):
        limitation.check(BAD, found(date(2026, 2, 28)), rules=shorter)


@pytest.mark.parametrize(
    "more",
    [{"until": ACT - DAY}, {"until": ACT + 2 * DAY}, {"found_on": ACT - DAY}, {"found_on": ACT + 2 * DAY}],
)
def test_the_days_follow_one_another(more: dict[str, object]) -> None:
    with pytest.raises(RecordDatesError):
        limitation.check(BAD, found(ACT + DAY, **more), rules=RULES)


def test_what_is_recorded_late_is_known_where_the_workdays_are() -> None:
    days = Workdays(rest=frozenset(), work=frozenset(), years=frozenset({2026}))
    assert limitation.record_by(date(2026, 3, 6), rules=RULES, days=days) == date(2026, 3, 20)
    assert limitation.record_by(date(2025, 3, 6), rules=RULES, days=days) is None


def test_a_warning_names_everything_that_stands_against_it() -> None:
    item = RULES.item("N-SE-01")
    with pytest.raises(WarningRefusedError) as refusal:
        limitation.check_warning(
            item, first=False, harmed=False, fact_on=NOW.date(), corrected_on=NOW.date() - DAY, now=NOW
        )
    kinds = [type(each) for each in refusal.value.findings]
    assert kinds == [NotLightError, NotFirstError, NotCorrectedError]
    with pytest.raises(WarningRefusedError):
        limitation.check_warning(
            BAD, first=True, harmed=True, fact_on=NOW.date(), corrected_on=NOW.date(), now=NOW
        )
    limitation.check_warning(
        BAD, first=True, harmed=False, fact_on=NOW.date(), corrected_on=NOW.date(), now=NOW
    )


pytestmark = pytest.mark.usefixtures("database")


async def test_an_old_act_is_drafted_and_goes_no_further() -> None:
    world = await credit.a_world()
    old = date(2024, 3, 5)
    draft = credit.a_draft(world, fact_on=old, document_on=old + 730 * DAY)
    await credit.a_submitted(world, draft)
    number = await records.draft(
        draft=credit.a_draft(world, fact_on=old, document_on=old + 731 * DAY), by=world.district, now=NOW
    )
    with pytest.raises(LimitationError):
        await records.submit(record_id=number, by=world.district, now=NOW)
    harmed = credit.a_draft(world, fact_on=old, document_on=old + 731 * DAY, harm=True)
    await credit.a_submitted(world, harmed)


async def test_the_same_fact_is_recorded_once_under_an_item() -> None:
    world = await credit.a_world()
    await credit.a_record(world, fact="garbage-1")
    with pytest.raises(FactChargedError):
        await records.draft(draft=credit.a_draft(world, fact="garbage-1"), by=world.district, now=NOW)
    graver = credit.a_draft(world, "N-SE-01", fact="garbage-1")
    assert await records.draft(draft=graver, by=world.district, now=NOW)


async def a_warning(world: credit.World, *, stated: bool = False) -> int:
    number = await credit.a_served(world, credit.a_draft(world, "N-GE-01"))
    if stated:
        await notices.state(record_id=number, text="首次，已改正", by=world.enterprise.actor, now=NOW + DAY)
        await notices.reconsider(record_id=number, by=world.district_second, now=NOW + DAY)
        at = NOW + DAY
    else:
        at = (await cases.record(number)).statement_until or NOW
    await decisions.warn(
        record_id=number,
        reasons="首次、轻微、已改正",
        corrected_on=NOW.date(),
        by=world.district_second,
        now=at,
    )
    return number


async def test_a_warning_takes_no_points_and_does_not_show() -> None:
    world = await credit.a_world()
    enterprise, at = world.enterprise.organisation, NOW + 20 * DAY
    clean = (await scores.compute(enterprise, at=at, rules=RULES)).score.published
    number = await a_warning(world, stated=True)
    kept = await cases.record(number)
    assert (kept.stage, kept.light, kept.expires_on) == (RecordStage.EFFECTIVE, True, date(2026, 6, 6))
    assert (await scores.compute(enterprise, at=at, rules=RULES)).score.published == clean
    assert await pages.public_records(enterprise, now=at) == []
    await records.show_minor(record_id=number, reasons="业主普遍关注", by=world.district_second, now=at)
    assert [line.light for line in await pages.public_records(enterprise, now=at)] == [True]
    view = await pages.record_view(number, actor=Actor.public(), now=at)
    assert (view.light, view.public_until) == (True, date(2026, 6, 6))


async def test_only_the_first_time_is_a_warning() -> None:
    world = await credit.a_world()
    await a_warning(world)
    with pytest.raises(WarningRefusedError):
        await a_warning(world)


async def test_a_late_record_says_so() -> None:
    world = await credit.a_world()
    on = date(2026, 3, 2)
    number = await credit.a_submitted(world, credit.a_draft(world, fact_on=on, document_on=on))
    view = await pages.record_view(number, actor=world.district, now=NOW)
    assert (view.record_by, view.late) == (date(2026, 3, 16), False)
    later = await credit.a_submitted(
        world, credit.a_draft(world, "N-GE-02", fact_on=on - 3 * DAY, document_on=on - 3 * DAY)
    )
    view = await pages.record_view(later, actor=world.district, now=NOW)
    assert (view.record_by, view.late) == (date(2026, 3, 12), True)
