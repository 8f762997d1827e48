"""Securities are counted by the grade that was bound at the deadline."""

from datetime import datetime

import msgspec
import pytest

from bidding.domain.procedure import Stage
from bidding.domain.settlement import security
from bidding.domain.standing import Standing
from bidding.domain.tender import Tender
from bidding.queries import openings
from bidding.queries.settlement import securities
from tests import factories_bidding as bidding

pytestmark = pytest.mark.usefixtures("database")


def asking(tender: Tender, percent: int) -> Tender:
    return msgspec.structs.replace(
        tender, content=msgspec.structs.replace(tender.content, security_for_a=percent)
    )


@pytest.mark.parametrize("grade", ["A", "B"])
async def test_a_waived_security_is_missed_of_nobody_it_is_waived_for(
    grade: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def graded_so(organisation: int, at: datetime) -> Standing:
        del organisation, at
        return Standing(grade=grade, tender_points=0)

    monkeypatch.setattr(bidding, "good_standing", graded_so)
    tender = await (await bidding.a_tender(at=Stage.OPENED)).tender()
    graded = {one.organisation for one in await openings.opened_bids(tender) if one.standing.grade == "A"}
    everybody = set(await securities.bidders(tender))
    assert graded == (everybody if grade == "A" else set())
    for percent, expected in ((100, everybody), (0, everybody - graded)):
        found = await securities.faults(asking(tender, percent), basic_account=False)
        assert {each for each, noted in found.items() if security.MISSING in noted} == expected
    amount = tender.content.bid_security_fen
    halved = await securities.owed_by(asking(tender, 50))
    assert halved == {each: amount // 2 if each in graded else amount for each in everybody}
