"""The divisions that every installation starts with: brought in once, then left alone."""

from datetime import timedelta

import pytest

from market.kernel.actor import Actor, RoleNotPermittedError
from market.parties.services import divisions
from market.runtime import database
from tests import factories_parties as make

pytestmark = pytest.mark.usefixtures("database")


async def imports() -> int:
    rows = await database.fetch(
        "SELECT count(*) AS n FROM runtime_audit_entry WHERE act = 'parties:division:import'"
    )
    return int(rows[0]["n"])


async def test_an_empty_installation_gets_the_published_divisions_once() -> None:
    for _ in range(2):
        await divisions.seed(by=Actor.platform(), now=make.NOW)
    rows = await database.fetch("SELECT count(*) AS n FROM parties_division WHERE level = 'district'")
    assert rows[0]["n"] == 17, "sixteen districts and the Development Area"
    assert await imports() == 1


async def test_a_start_after_another_list_was_imported_brings_the_published_one_back() -> None:
    await divisions.import_divisions(data=make.some_divisions(), by=Actor.platform(), now=make.NOW)
    await divisions.seed(by=Actor.platform(), now=make.NOW + timedelta(days=1))
    rows = await database.fetch("SELECT 1 FROM parties_division WHERE code = '110102001'")
    assert len(rows) == 1
    assert await imports() == 2


async def test_nobody_but_the_platform_seeds() -> None:
    with pytest.raises(RoleNotPermittedError):
        await divisions.seed(by=Actor.public(), now=make.NOW)
