"""What changed since the last publication, as the enterprise reads it and as everybody does."""

from datetime import timedelta

import pytest

from credit.queries.comparison.changes import changes_view
from credit.services import decisions
from market.kernel.actor import Actor
from tests import factories_credit as credit
from tests import pseudo
from tests.credit.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")

DAY = credit.DAY


async def test_the_enterprise_reads_every_change_and_the_public_one_sum(browser: Browser) -> None:
    world = await credit.a_world()
    enterprise = world.enterprise
    await credit.a_record(world, "N-GE-01")
    hidden = await credit.a_record(world, "N-MI-03", fact_on=credit.NOW.date() - 12 * DAY)
    first = await credit.published(world, now=credit.NOW + 30 * DAY)
    path = f"/enterprises/{enterprise.code}/credit"
    await decisions.revoke(record_id=hidden, reasons="依据撤销", by=world.city, now=credit.NOW + 31 * DAY)
    await credit.an_evaluation(world, lost=200, now=credit.NOW + 32 * DAY)
    third = await credit.a_record(
        world, "N-GE-01", now=credit.NOW + 33 * DAY, fact_on=credit.NOW.date() + 20 * DAY
    )
    second = await credit.published(world, now=credit.NOW + 60 * DAY)
    browser.now = now = credit.NOW + 61 * DAY
    own = await changes_view(enterprise.code, actor=enterprise.actor, now=now, before=first, after=second)
    assert own.before is not None
    assert own.after is not None
    kinds = [(line.kind.value, line.record) for line in own.lines if line.kind.value != "rounding"]
    assert kinds == [("ended", hidden), ("came", third), ("evaluation", None), ("days", None)][: len(kinds)]
    difference = own.after.score_centi - own.before.score_centi
    assert sum(line.effect_centi for line in own.lines) == difference
    public = (await browser.read(f"/api/credit/enterprises/{enterprise.code}/changes")).json()
    told = [(line["kind"], line["record"]) for line in public["lines"] if line["kind"] != "rounding"]
    assert told[:2] == [("withheld", None), ("came", third)]
    assert sum(line["effect_centi"] for line in public["lines"]) == difference
    for reader in (enterprise.actor, world.district, Actor.public()):
        for address in (path, f"{path}/changes"):
            page = await browser.get(f"{address}?lang=x-pseudo", reader)
            assert page.status_code == 200, page.text[-2000:]
            assert pseudo.foreign_texts(page.text) == [], address
    file = await browser.get(f"{path}/changes/export/csv?before={first}&after={second}", Actor.public())
    assert "不予公开的记录" in file.text


async def test_nobody_else_compares_with_the_score_of_this_moment(browser: Browser) -> None:
    world = await credit.a_world()
    first = await credit.published(world)
    browser.now = credit.NOW + timedelta(days=1)
    alone = await browser.get(f"/enterprises/{world.enterprise.code}/credit/changes")
    assert "至少公布两次之后" in alone.text
    path = f"/api/credit/enterprises/{world.enterprise.code}/changes?before={first}"
    assert (await browser.read(path, world.enterprise.actor)).json()["after"]["snapshot"] is None
    refused = await browser.read(f"{path}", Actor.public())
    assert refused.json()["code"] == "credit-changes-order", "the last publication is no earlier one"
    wrong = await browser.read(f"{path}&after={first}", world.enterprise.actor)
    assert (wrong.status_code, wrong.json()["code"]) == (400, "credit-changes-order")
