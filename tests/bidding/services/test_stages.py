"""What may be done to a tender: pages offer a form exactly where its act would not be refused at the door."""

from datetime import UTC, datetime

import pytest

from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import Stage
from bidding.domain.suspension import Cause, Suspension, TenderSuspendedError
from bidding.services import stages
from market.kernel.actor import Actor
from market.kernel.errors import NotPermittedError
from tests.bidding.domain.test_filing import a_tender
from tests.bidding.domain.test_visibility import BIDDER, ELSEWHERE, EXPERT, STREET, TENDERER

STANDING = Suspension(
    cause=Cause.OBJECTION, origin="T-O1", reasons="", since=datetime(2027, 3, 4, 2, tzinfo=UTC)
)


@pytest.mark.parametrize("stack", [(), (STANDING,)])
@pytest.mark.parametrize("by", [TENDERER, STREET, ELSEWHERE, EXPERT, BIDDER, Actor.public()])
def test_a_form_is_offered_exactly_where_its_act_passes(by: Actor, stack: tuple[Suspension, ...]) -> None:
    tender = a_tender(stage=Stage.RANKED, suspensions=stack)
    for act in PERMISSIONS:
        try:
            stages.check(act, by, tender)
        except (NotPermittedError, TenderSuspendedError):
            passes = False
        else:
            passes = True
        assert stages.may(act, by, tender) is passes, act


def test_a_suspended_tender_is_awarded_by_nobody_and_may_still_be_ended() -> None:
    tender = a_tender(stage=Stage.RANKED, suspensions=(STANDING,))
    assert stages.may(Act.AWARD_PUBLISH, TENDERER, a_tender(stage=Stage.RANKED))
    assert not stages.may(Act.AWARD_PUBLISH, TENDERER, tender)
    assert stages.may(Act.TENDER_TERMINATE, TENDERER, tender)
