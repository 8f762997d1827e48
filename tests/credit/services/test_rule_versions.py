"""The life of a rule set: drafted, tried, approved by two, published, in force; nothing published changes."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from credit.domain import cycle, rating
from credit.domain.catalogue import RetiredItemError
from credit.domain.cells.cell import CatalogueError
from credit.domain.rule_set import RuleSet, RuleSetUnknownError
from credit.domain.rules import sheet
from credit.domain.rules.sheet import Table
from credit.domain.versions import life
from credit.domain.versions.life import Stage
from credit.queries import rule_sets, scores
from credit.queries.rules import drafts as questions
from credit.services import cycles, records, what_ifs
from credit.services import scores as single
from credit.services.rules import approvals, drafts
from market.kernel.actor import Actor, Role, RoleNotPermittedError
from market.kernel.digest import h
from market.kernel.errors import TransitionError
from market.runtime import database, log, verify
from tests import factories_credit as credit
from tests import factories_parties as parties

pytestmark = pytest.mark.usefixtures("database")

NOW, DAY = credit.NOW, credit.DAY
SECOND_HALF = date(2026, 7, 1)
IN_FORCE = datetime(2026, 7, 20, 2, 0, tzinfo=UTC)


class Office(msgspec.Struct, frozen=True):
    """Three people of the city and one of a district."""

    writer: Actor
    first: Actor
    second: Actor
    district: Actor


async def an_office() -> Office:
    await parties.a_world()
    writer = await parties.an_officer(Role.CITY)
    first, second = [await parties.a_colleague(writer, Role.CITY) for _ in range(2)]
    return Office(writer, first, second, await parties.an_officer(Role.DISTRICT))


async def row_of(draft: int, table: Table, key: str) -> dict[str, str]:
    row = (await questions.case(draft)).sheets.row(table, key)
    assert row is not None
    return dict(zip(sheet.names(table), row, strict=True))


async def edit(
    draft: int, by: Actor, *, table: Table = Table.ITEMS, key: str = "N-GE-01", **cells: str
) -> None:
    row = {**await row_of(draft, table, key), **cells}
    wanted = drafts.RowEdit(table=table, row=key, cells=row)
    await drafts.put_row(draft_id=draft, edit=wanted, by=by, now=NOW)


async def a_draft(office: Office, **cells: str) -> int:
    drafting = drafts.Drafting(purpose="提高日产日清分值")
    draft = await drafts.draft(drafting=drafting, by=office.writer, now=NOW)
    await edit(draft, office.writer, table=Table.ITEMS, **(cells or {"points_centi": "900"}))
    return draft


async def a_tried(office: Office, **cells: str) -> int:
    draft = await a_draft(office, **cells)
    await approvals.simulate(draft_id=draft, what_if=what_ifs.simulate, by=office.writer, now=NOW)
    return draft


async def an_approved(office: Office, **cells: str) -> int:
    draft = await a_tried(office, **cells)
    for by in (office.first, office.second):
        await approvals.approve(draft_id=draft, by=by, now=NOW)
    return draft


def publishing(on: date = SECOND_HALF) -> approvals.Publishing:
    return approvals.Publishing(legal_basis="BPR 68", effective_from=on)


async def a_published(office: Office, *, on: date = SECOND_HALF, now: datetime = NOW, **cells: str) -> int:
    draft = await an_approved(office, **cells)
    await approvals.publish(draft_id=draft, publishing=publishing(on), by=office.writer, now=now)
    return draft


async def points(day: date, code: str = "N-GE-01") -> int:
    return (await rule_sets.in_force(day)).item(code).points


async def test_a_version_takes_effect_on_its_day_and_the_one_before_stays() -> None:
    await a_published(await an_office())
    assert await points(date(2026, 6, 30)) == 500
    assert await points(SECOND_HALF) == 900
    first, second = await rule_sets.known()
    assert (first.effective_to, second.effective_to) == (SECOND_HALF, None)
    assert (await rule_sets.version(1)).sheets == rule_sets.built_in().sheets
    assert (await rule_sets.version(2)).digest == second.digest != first.digest
    with pytest.raises(RuleSetUnknownError):
        await rule_sets.version(3)
    with pytest.raises(RuleSetUnknownError):
        await rule_sets.in_force(date(2025, 12, 31))


async def test_only_the_city_writes_and_only_city_and_districts_see_a_draft() -> None:
    office = await an_office()
    with pytest.raises(RoleNotPermittedError):
        await drafts.draft(drafting=drafts.Drafting(purpose="x"), by=office.district, now=NOW)
    draft = await a_draft(office)
    with pytest.raises(RoleNotPermittedError):
        await edit(draft, office.district, points_centi="700")
    assert (await questions.seen(draft, actor=office.district)).stage is Stage.DRAFT
    street = await parties.an_officer(Role.STREET)
    with pytest.raises(life.DraftUnknownError):
        await questions.seen(draft, actor=street)
    assert await questions.lines(actor=street) == []


async def test_two_other_people_approve_never_a_writer_and_never_one_twice() -> None:
    office = await an_office()
    draft = await a_tried(office)
    with pytest.raises(life.OwnWordsError):
        await approvals.approve(draft_id=draft, by=office.writer, now=NOW)
    await approvals.approve(draft_id=draft, by=office.first, now=NOW)
    for by in (office.first, office.writer):
        with pytest.raises(life.OwnWordsError):
            await approvals.approve(draft_id=draft, by=by, now=NOW)
    with pytest.raises(TransitionError):
        await approvals.publish(draft_id=draft, publishing=publishing(), by=office.writer, now=NOW)
    await approvals.approve(draft_id=draft, by=office.second, now=NOW)
    assert (await questions.case(draft)).stage is Stage.APPROVED


async def test_an_edit_or_a_return_takes_back_trial_and_approvals_and_makes_a_writer() -> None:
    office = await an_office()
    draft = await an_approved(office)
    await edit(draft, office.first, points_centi="800")
    found = await questions.case(draft)
    assert (found.stage, found.report, found.approved_by, found.confirmed_by) == (Stage.DRAFT, "", None, None)
    await approvals.simulate(draft_id=draft, what_if=what_ifs.simulate, by=office.writer, now=NOW)
    with pytest.raises(life.OwnWordsError):
        await approvals.approve(draft_id=draft, by=office.first, now=NOW)
    await approvals.send_back(draft_id=draft, reasons="依据不足", by=office.second, now=NOW)
    found = await questions.case(draft)
    assert (found.stage, found.return_reason, found.report_digest) == (Stage.DRAFT, "依据不足", "")


async def test_a_trial_needs_tables_without_findings_that_change_something() -> None:
    office = await an_office()
    drafting = drafts.Drafting(purpose="x")
    draft = await drafts.draft(drafting=drafting, by=office.writer, now=NOW)

    async def tried() -> None:
        await approvals.simulate(draft_id=draft, what_if=what_ifs.simulate, by=office.writer, now=NOW)

    with pytest.raises(life.UnchangedError):
        await tried()
    await edit(draft, office.writer, table=Table.INDICATORS, key="E2-1", points_centi="100")
    await drafts.remove_row(
        draft_id=draft, removal=drafts.RowRemoval(table=Table.ITEMS, row="N-MI-01"), by=office.writer, now=NOW
    )
    with pytest.raises(CatalogueError) as refused:
        await tried()
    assert {one.context["wrong"] for one in refused.value.findings} == {"area-sum", "retire"}
    review = await questions.review(await questions.case(draft))
    assert len(review.findings) == 2
    assert [c.kind for c in review.changes] == ["removed", "changed"]


async def test_a_row_is_refused_whole_and_no_other_row_is_overwritten() -> None:
    office = await an_office()
    draft = await a_draft(office)
    with pytest.raises(CatalogueError) as refused:
        await edit(draft, office.writer, points_centi="much", severity="dreadful")
    assert {one.field for one in refused.value.findings} == {"cells.points_centi", "cells.severity"}
    with pytest.raises(life.RowTwiceError):
        await edit(draft, office.writer, code="N-GE-02")
    with pytest.raises(life.RowUnknownError):
        await drafts.remove_row(
            draft_id=draft,
            removal=drafts.RowRemoval(table=Table.ITEMS, row="N-GE-99"),
            by=office.writer,
            now=NOW,
        )
    assert (await row_of(draft, Table.ITEMS, "N-GE-01"))["points_centi"] == "900"


async def test_a_first_day_is_that_of_a_cycle_to_come_thirty_days_ahead() -> None:
    draft = await an_approved(office := await an_office())
    june_first = datetime(2026, 5, 31, 16, 0, tzinfo=UTC)
    for on, now in (
        (date(2026, 7, 2), NOW),
        (date(2026, 1, 1), NOW),
        (SECOND_HALF, june_first + DAY),
    ):
        with pytest.raises(life.EffectiveDayError):
            await approvals.publish(draft_id=draft, publishing=publishing(on), by=office.writer, now=now)
    await approvals.publish(draft_id=draft, publishing=publishing(), by=office.writer, now=june_first)
    assert await points(SECOND_HALF) == 900


async def test_what_was_published_never_changes_and_the_log_is_whole() -> None:
    office = await an_office()
    draft = await a_published(office)
    with pytest.raises(TransitionError):
        await edit(draft, office.writer, points_centi="700")
    for change in (
        "body = '{}'",
        "effective_from = '2027-07-01'",
        "stage = 'draft'",
        "digest = repeat('a', 64)",
    ):
        with pytest.raises(database.RecordReferencedError):
            await database.execute(f"UPDATE credit_rule_set SET {change} WHERE id = $1", draft)  # noqa: S608
    with pytest.raises(database.RecordReferencedError):
        await database.execute("DELETE FROM credit_rule_set WHERE id = $1", draft)
    await log.sequence_all()
    found = await verify.verify()
    assert [f for f in found.findings if f.code != "migration-unsigned"] == []


async def test_a_version_is_withdrawn_before_its_day_only_and_its_number_is_not_given_again() -> None:
    office = await an_office()
    first = await a_published(office)
    await approvals.withdraw(draft_id=first, reasons="文本有误", by=office.writer, now=NOW)
    assert await points(SECOND_HALF) == 500
    second = await a_published(office)
    assert (await questions.case(second)).version == 3
    with pytest.raises(life.InForceError):
        await approvals.withdraw(draft_id=second, reasons="x", by=office.writer, now=IN_FORCE)


async def test_a_draft_of_an_older_version_cannot_undo_a_newer_one() -> None:
    office = await an_office()
    late = await an_approved(office, points_centi="700")
    await a_published(office)
    with pytest.raises(life.BaseOutdatedError):
        await approvals.publish(
            draft_id=late, publishing=publishing(date(2027, 1, 1)), by=office.writer, now=NOW
        )
    copy = await drafts.draft(drafting=drafts.Drafting(purpose="x"), by=office.writer, now=NOW)
    assert (await questions.case(copy)).base == 2


async def test_a_retired_item_counts_on_and_is_not_recorded_again() -> None:
    world = await credit.a_world()
    await credit.a_record(world)
    third = await parties.a_colleague(world.city, Role.CITY)
    office = Office(world.city, world.city_second, third, world.district)
    await a_published(office, flags="REPAIRABLE;RETIRED")
    rules = await rule_sets.in_force(SECOND_HALF)
    found = await scores.compute(world.enterprise.organisation, at=IN_FORCE, rules=rules)
    assert [line.entry.code for p in found.score.projects for line in p.fold.lines] == ["N-GE-01"]
    with pytest.raises(RetiredItemError):
        await records.draft(
            draft=credit.a_draft(world, fact_on=date(2026, 7, 10)), by=world.district, now=IN_FORCE
        )


async def test_published_snapshots_keep_their_bytes_after_a_newer_version_is_in_force() -> None:
    """Version 2 changes the points of the very record the snapshot counts."""
    world = await credit.a_world()
    await credit.a_record(world)
    at = NOW + 40 * DAY
    enterprise = world.enterprise.organisation
    await single.publish(enterprise=enterprise, legal_basis="BPR 68", by=world.city, now=at)
    third = await parties.a_colleague(world.city, Role.CITY)
    await a_published(Office(world.city, world.city_second, third, world.district))
    kept = (await scores.history(enterprise, at=IN_FORCE))[0]

    async def again(rules: RuleSet) -> bytes:
        return (await scores.compute(enterprise, at=at, rules=rules)).body

    assert h("credit-snapshot", await again(await rule_sets.version(kept["rule_set"]))) == kept["digest"]
    newer = await rule_sets.in_force(IN_FORCE.date())
    assert newer.version == 2
    assert h("credit-snapshot", await again(newer)) != kept["digest"]
    assert (await rule_sets.version(1)).effective_to == SECOND_HALF


async def test_a_cycle_is_closed_under_the_rules_of_its_own_time() -> None:
    world = await credit.a_world()
    third = await parties.a_colleague(world.city, Role.CITY)
    await a_published(Office(world.city, world.city_second, third, world.district))
    closing = cycles.Closing(cycle="2026H1", legal_basis="BPR 68")
    number = await cycles.close(closing=closing, by=world.city, now=IN_FORCE)
    rows = await database.fetch("SELECT rule_set FROM credit_cycle WHERE id = $1", number)
    assert rows[0]["rule_set"] == 1
    assert rating.as_of(cycle.named("2026H1")).date() < SECOND_HALF


async def test_a_file_takes_the_place_of_all_tables_or_of_none() -> None:
    office = await an_office()
    draft = await a_draft(office)
    before = (await questions.case(draft)).body
    wrong = (await questions.case(draft)).sheets.put(Table.PARAMETERS, "base", None)
    with pytest.raises(CatalogueError):
        await drafts.replace(draft_id=draft, sheets=wrong, by=office.writer, now=NOW)
    assert (await questions.case(draft)).body == before
    first = rule_sets.built_in().sheets
    await drafts.replace(draft_id=draft, sheets=first, by=office.writer, now=NOW)
    assert (await questions.case(draft)).digest == rule_sets.built_in().digest
