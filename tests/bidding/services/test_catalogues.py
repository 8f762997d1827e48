"""The service catalogue on a real database: versions follow each other, documents keep theirs."""

from datetime import timedelta

import msgspec
import pytest

from bidding.domain.service import catalogue, table
from bidding.queries.service import catalogues as queries
from bidding.services import drafts
from bidding.services.service import catalogues
from market.kernel.actor import Actor, Role, RoleNotPermittedError
from market.kernel.errors import FindingsError
from market.kernel.period import local_day
from market.runtime import database
from market.runtime.web import export
from tests import factories_bidding as make
from tests import factories_documents as documents
from tests import factories_offers as priced
from tests import factories_parties as parties

pytestmark = pytest.mark.usefixtures("database")
TODAY = local_day(make.NOW)


def lines(**cells: str) -> str:
    """Return the packaged list as a file, its first item changed."""
    rows = [list(catalogue.cells(each)) for each in queries.first().items]
    for name, value in cells.items():
        rows[0][catalogue.COLUMNS.index(name)] = value
    return export.as_csv(catalogue.COLUMNS, rows).decode()


async def publish(by: Actor, *, days: int = 1, **cells: str) -> catalogue.Catalogue:
    return await catalogues.publish(
        lines=lines(**cells), effective_on=TODAY + timedelta(days=days), by=by, now=make.NOW
    )


async def test_the_city_publishes_a_version_and_the_log_keeps_its_digest() -> None:
    await parties.a_world()
    made = await publish(await parties.an_officer(Role.CITY, "110000"), name_en="Board and page")
    assert made.name == "beijing/2"
    assert made.items[0].name_en == "Board and page"
    assert (await queries.in_force(TODAY)).name == "beijing/1"
    assert (await queries.in_force(TODAY + timedelta(days=1))).name == "beijing/2"
    (entry,) = await database.fetch(
        "SELECT subject FROM runtime_audit_entry WHERE act = 'bidding:catalogue:publish'"
    )
    assert entry["subject"] == f"catalogue:{made.digest}"


async def test_nobody_but_the_city_publishes_and_nothing_is_published_twice() -> None:
    await parties.a_world()
    with pytest.raises(RoleNotPermittedError):
        await publish(await parties.an_officer(Role.DISTRICT), name_en="Board")
    city = await parties.an_officer(Role.CITY, "110000")
    await publish(city, name_en="Board")
    with pytest.raises(catalogue.CatalogueSameError):
        await publish(city, days=2, name_en="Board")
    with pytest.raises(catalogue.CatalogueTooEarlyError):
        await publish(city, days=0, name_en="Boards")
    with pytest.raises(FindingsError):
        await publish(city, days=2, name_en="")
    assert [each.name for each in await queries.versions()] == ["beijing/1", "beijing/2"]


async def test_a_draft_keeps_the_version_it_was_drawn_from() -> None:
    world = await make.a_draft()
    before = await world.tender()
    await publish(await parties.an_officer(Role.CITY, "110000"), standard_3="公告栏每周核对")
    content = msgspec.structs.replace(before.content, title="改名")
    after = await drafts.revise(number=world.number, content=content, by=world.tenderer, now=make.NOW)
    assert after.content.lots == before.content.lots
    newer = table.choose(await queries.by_name("beijing/2"), level=3)
    content = documents.a_content(lots=(documents.a_lot(services=newer),))
    after = await drafts.revise(number=world.number, content=content, by=world.tenderer, now=make.NOW)
    services = after.content.lots[0].services
    assert services is not None
    assert services.lines[0].standard == "公告栏每周核对"


async def test_an_item_table_with_words_the_catalogue_does_not_have_is_refused_line_by_line() -> None:
    world = await make.a_draft()
    good = priced.a_table()
    first, second, *rest = good.lines
    wrong = msgspec.structs.replace(
        good,
        lines=(
            msgspec.structs.replace(first, standard="从不"),
            msgspec.structs.replace(second, level=5),
            *rest,
        ),
    )
    with pytest.raises(FindingsError) as refusal:
        await drafts.revise(
            number=world.number,
            content=documents.a_content(lots=(documents.a_lot(services=wrong),)),
            by=world.tenderer,
            now=make.NOW,
        )
    assert [(one.context["item"], one.context["wrong"]) for one in refusal.value.findings] == [
        (first.code, "altered"),
        (second.code, "altered"),
    ]
    unknown = msgspec.structs.replace(good, catalogue="beijing/9")
    with pytest.raises(catalogue.CatalogueUnknownError):
        await drafts.revise(
            number=world.number,
            content=documents.a_content(lots=(documents.a_lot(services=unknown),)),
            by=world.tenderer,
            now=make.NOW,
        )
