"""Filing on a real database: what the register must hold before a tender may be filed."""

import pytest

from bidding.domain.procedure import Stage
from bidding.services import filings
from market.kernel.errors import FindingsError
from market.runtime import database
from tests import factories_bidding as make

pytestmark = pytest.mark.usefixtures("database")


async def test_a_tender_for_an_unconfirmed_residential_area_is_not_filed() -> None:
    world = await make.a_draft()
    await database.execute("UPDATE parties_community SET confirmed_at = NULL, confirmed_by = NULL")
    with pytest.raises(FindingsError) as refused:
        await filings.file(number=world.number, by=world.tenderer, now=make.NOW)
    assert [(one.code, one.field) for one in refused.value.findings] == [
        ("tender-community-unconfirmed", "community")
    ]
    assert (await world.tender()).stage is Stage.DRAFT


async def test_once_the_district_has_confirmed_it_the_same_tender_is_filed() -> None:
    world = await make.a_draft()
    await filings.file(number=world.number, by=world.tenderer, now=make.NOW)
    assert (await world.tender()).stage is Stage.FILED
