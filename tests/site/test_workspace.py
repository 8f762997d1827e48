"""The workspace: one list over all wings by the legal day, sorted out by kind, and as a file."""

from datetime import timedelta

from market.runtime.web.work import Task
from market.site import workspace
from tests import factories_credit as credit
from tests import pseudo
from tests.bidding.web.conftest import Browser

NOW, DAY = credit.NOW, credit.DAY


async def in_words(browser: Browser, path: str) -> str:
    page = await browser.get(f"{path}{'&' if '?' in path else '?'}lang=x-pseudo")
    assert page.status_code == 200, page.text[-2000:]
    assert pseudo.foreign_texts(page.text) == [], path
    return str(page.text)


async def test_the_work_of_an_officer_is_sorted_out_by_kind_and_goes_out_as_a_file(browser: Browser) -> None:
    world = await credit.a_world()
    await credit.a_record(world, "N-VS-02")
    at = NOW + 14 * DAY
    await credit.followed(world, now=at)
    number = await credit.a_submitted(world, credit.a_draft(world, "N-GE-03", fact_on=at.date()), now=at)
    browser.now, browser.actor = at, world.district_second
    record, measure = f'"/credit/records/{number}"', "/credit/measures#proposal-"
    whole = await in_words(browser, "/workspace")
    assert record in whole
    assert measure in whole
    only = await in_words(browser, "/workspace?of=measure")
    assert record not in only
    assert measure in only
    assert (await browser.get("/workspace?of=nothing")).text.count(record) == 1, "an unknown kind shows all"
    table = await browser.get("/workspace/table/csv?of=measure")
    assert table.status_code == 200
    lines = table.text.lstrip("\ufeff").splitlines()
    assert len(lines) == 2
    assert ",15," in lines[1], "fifteen days to 14 April"
    assert "BPR 68" in lines[1]
    browser.actor = world.district
    assert record not in (await browser.get("/workspace")).text, "who submitted it does not take it up"


def test_tasks_stand_by_their_day_and_what_has_none_comes_last() -> None:
    early = Task(title="a", url="/a", due_at=NOW, kind="credit.kind.record")
    late = Task(title="b", url="/b", due_at=NOW + timedelta(days=1))
    free = Task(title="c", url="/c")
    assert workspace.by_day([free, late, early]) == [early, late, free]
    assert [workspace.kind_of(one) for one in (early, free)] == ["record", "tendering"]
    assert workspace.chosen([early, free], "record") == [early]
    assert workspace.chosen([early, free], "unknown") == [early, free]
