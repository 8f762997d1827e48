"""Every table that offers itself as a file is one: CSV and XLSX behind the links of its page."""

import re

import pytest

from bidding.domain.procedure import Stage
from tests import factories_bidding as make
from tests.bidding.web.conftest import Browser


@pytest.mark.parametrize(
    ("page", "kinds"), [("/tenders", 2), ("/enterprises", 3), ("/calendar?year=2026", 2)]
)
async def test_the_links_of_a_table_lead_to_files(browser: Browser, page: str, kinds: int) -> None:
    await make.a_tender(at=Stage.PUBLISHED)
    offered = re.findall(r'href="([^"]+)" download', (await browser.get(page)).text)
    assert len(offered) == kinds
    for address in offered:
        answer = await browser.get(address.replace("&amp;", "&"))
        assert answer.status_code == 200, address
        assert answer.headers["content-disposition"].startswith("attachment")
