"""Links and forms of pages: nobody is led where they are refused, everybody there where they may act."""

import pytest

from bidding.domain.alert import disposal
from bidding.domain.procedure import AFTER_AWARD, Stage
from bidding.web import tender_views
from bidding.web.remedy import views as remedies
from market.kernel.actor import Actor
from tests.bidding.domain.test_filing import NOW, a_tender
from tests.bidding.domain.test_visibility import EVERYBODY, EXPERT, STREET, TENDERER

SEATED = (EXPERT.mandate or 0, TENDERER.mandate or 0)
"""An expert, and somebody of the tenderer on a representative's seat."""


def test_the_page_leads_to_the_award_while_there_is_one() -> None:
    leading = {
        stage for stage in Stage if "award" in tender_views.acts(a_tender(stage=stage), Actor.public())
    }
    assert leading == AFTER_AWARD | {Stage.RANKED, Stage.DECIDED}


@pytest.mark.parametrize("actor", EVERYBODY)
def test_the_page_leads_to_the_alerts_exactly_those_who_read_them(actor: Actor) -> None:
    tender = a_tender(stage=Stage.EVALUATION, opened_at=NOW)
    reads = actor in {EXPERT, STREET}
    assert disposal.reads(tender, actor, SEATED) is reads
    assert ("alerts" in tender_views.acts(tender, actor, committee=SEATED)) is reads


@pytest.mark.parametrize("actor", EVERYBODY)
def test_a_recheck_is_closed_by_the_experts_of_the_committee_and_offered_to_no_other(actor: Actor) -> None:
    offered = remedies.acts(a_tender(stage=Stage.RANKED, opened_at=NOW), actor, members=SEATED)
    assert ("recheck:close" in offered) is (actor is EXPERT)
