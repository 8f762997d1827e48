"""Publishing the service catalogue, and asking whether a document's item tables are drawn from it."""

from collections.abc import Sequence
from datetime import date, datetime

from bidding.domain.act import Act
from bidding.domain.lot import Lot
from bidding.domain.permission import PERMISSIONS
from bidding.domain.service import catalogue, table
from bidding.domain.service.catalogue import Catalogue
from bidding.queries.service import catalogues as queries
from bidding.tables.catalogues import CatalogueVersionRow
from market.kernel.actor import Actor
from market.kernel.errors import FindingsError
from market.kernel.period import local_day
from market.runtime import audit, database


async def publish(*, lines: str, effective_on: date, by: Actor, now: datetime) -> Catalogue:
    """Publish a version of the catalogue; drafts and announced tenders keep theirs.

    Args:
        lines: CSV with the columns of ``catalogue.COLUMNS``.
        effective_on: First day on which new item tables are drawn from it.

    Raises:
        FindingsError: The file is wrong; every line and column that is.
        CatalogueSameError: Nothing differs from the latest version.
        CatalogueTooEarlyError: Not a day to come, or before the latest version takes effect.
    """
    PERMISSIONS[Act.CATALOGUE_PUBLISH].check(by)
    items = catalogue.parse(lines)
    async with database.transaction():
        await database.lock("bidding:catalogue")
        known = await queries.versions()
        catalogue.check_publication(items, latest=known[-1], effective_on=effective_on, today=local_day(now))
        row = CatalogueVersionRow(
            number=len(known) + 1,
            effective_on=effective_on,
            lines=lines.removeprefix("\ufeff"),
            digest=catalogue.lines_digest(items),
            published_at=now,
            published_by=by.name,
        )
        await row.save()
        await audit.record(
            act=Act.CATALOGUE_PUBLISH,
            by=by,
            subject=f"catalogue:{row.digest}",
            now=now,
            changed=[audit.row(CatalogueVersionRow, row.id)],
        )
        return await queries.by_name(queries.name_of(row.number))


async def check_tables(lots: Sequence[Lot]) -> None:
    """Refuse item tables whose lines are not those of the version they name.

    Raises:
        FindingsError: Every line that is not.
        CatalogueUnknownError: A table names a version that does not exist.
    """
    found: list[table.LineError] = []
    for lot in lots:
        if lot.services is not None:
            found += table.findings(lot.services, await queries.by_name(lot.services.catalogue))
    if found:
        raise FindingsError(list(found))
