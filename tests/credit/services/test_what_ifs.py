"""A draft on everybody's data: equal rules move nobody, changed points move who they should."""

import msgspec
import pytest

from credit import public
from credit.domain.fairness.kinds import Dimension
from credit.domain.rule_set import RuleSet
from credit.queries import rule_sets, scores
from credit.services import what_ifs
from credit.web import what_ifs as sheets
from market.runtime import database
from market.runtime.web import i18n, render
from tests import factories_credit as credit
from tests import factories_parties as parties

pytestmark = pytest.mark.usefixtures("database")

NOW, DAY = credit.NOW, credit.DAY
LATER = NOW + 60 * DAY
RULES = rule_sets.built_in()


def a_draft(**points: int) -> RuleSet:
    """Return the rules in force with other points for some items."""
    changed = {code.replace("_", "-"): value for code, value in points.items()}
    items = tuple(
        msgspec.structs.replace(item, points=changed.get(item.code, item.points)) for item in RULES.items
    )
    return msgspec.structs.replace(
        RULES, version=2, items=items, by_code={item.code: item for item in items}, digest="d" * 64
    )


async def a_city() -> credit.World:
    world = await credit.a_world()
    await parties.an_enterprise()
    await credit.an_evaluation(world, lost=300)
    await credit.a_record(world)
    return world


async def test_equal_rules_move_nobody() -> None:
    await a_city()
    found = await what_ifs.simulate(draft=a_draft(), now=LATER)
    assert (found.enterprises, found.moved, found.movers) == (2, 0, ())
    assert all(line.before == line.after for line in found.items)
    assert (found.before.version, found.after.version) == (1, 2)


async def test_harder_points_move_who_carries_the_record_and_write_nothing() -> None:
    world = await a_city()
    before = await database.fetch("SELECT count(*) FROM runtime_log_pending")
    draft = a_draft(N_GE_01=4_000)
    found = await what_ifs.simulate(draft=draft, now=LATER)
    (moved,) = found.movers
    now = await scores.compute(world.enterprise.organisation, at=LATER, rules=RULES)
    then = await scores.compute(world.enterprise.organisation, at=LATER, rules=draft)
    assert (moved.before.score, moved.after.score) == (now.score.published, then.score.published)
    assert (moved.before.grade, moved.after.grade) == (now.score.grade, then.score.grade)
    assert found.down == 1
    assert found.items[0].code == "N-GE-01"
    assert found.items[0].before.points == -500
    assert found.items[0].after.points == -4_000
    assert await database.fetch("SELECT count(*) FROM runtime_log_pending") == before


async def test_the_report_is_the_same_bytes_again_and_tells_kinds() -> None:
    await a_city()
    one, same = [await what_ifs.simulate(draft=a_draft(N_GE_01=600), now=LATER) for _ in range(2)]
    assert one.body() == same.body()
    groups = {(g.dimension, g.group): g.enterprises for g in one.groups}
    assert groups[Dimension.DISTRICT, parties.DISTRICT] == 2
    assert groups[Dimension.SIZE, "none"] == groups[Dimension.SIZE, "small"] == 1


async def test_a_draft_that_forgets_an_item_of_a_record_is_refused_by_name() -> None:
    await a_city()
    kept = tuple(item for item in RULES.items if item.code != "N-GE-01")
    draft = msgspec.structs.replace(RULES, items=kept, by_code={item.code: item for item in kept})
    with pytest.raises(what_ifs.DraftUncoveredError) as refused:
        await what_ifs.simulate(draft=draft, now=LATER)
    assert [finding.context["item"] for finding in refused.value.findings] == ["N-GE-01"]


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
async def test_the_page_shows_the_report_in_words(locale: str) -> None:
    await a_city()
    report = await what_ifs.simulate(draft=a_draft(N_GE_01=4_000), now=LATER)
    environment = render.environment([public.TEMPLATES])
    template = environment.from_string('{% from "credit/what_if.html" import what_if %}{{ what_if(sheet) }}')
    kept = (i18n._texts.by_locale, i18n._texts.by_label)
    i18n.load(["credit", "market.runtime", "market.kernel"])
    with i18n.speaking(locale):
        told = template.render(sheet=await sheets.sheet(report))
        public_form = template.render(sheet=await sheets.sheet(report.public()))
    i18n._texts.by_locale, i18n._texts.by_label = kept
    name = report.movers[0].name
    assert name in told
    assert name not in public_form
    assert "credit.whatif" not in told + public_form, "every text is in the catalogue"
    assert "−40.00" in told
