"""Who sees what of a bid, at every stage."""

import msgspec
import pytest

from bidding.domain import visibility
from bidding.domain.procedure import SEALED_STAGES, Stage
from bidding.domain.tender import Tender
from bidding.domain.visibility import Sight
from market.kernel.actor import Actor, Role
from tests.bidding.domain.test_filing import NOW, a_tender

BIDDER = Actor(person=1, mandate=1, organisation=50, role=Role.ENTERPRISE)
RIVAL = Actor(person=2, mandate=2, organisation=51, role=Role.ENTERPRISE)
TENDERER = Actor(person=3, mandate=3, organisation=1, role=Role.COMMITTEE)
STREET = Actor(
    person=4, mandate=4, organisation=9, role=Role.STREET, division="110105", path=("110000", "110105")
)
ELSEWHERE = Actor(
    person=5, mandate=5, organisation=8, role=Role.STREET, division="110106", path=("110000", "110106")
)
EXPERT = Actor(person=6, mandate=6, organisation=7, role=Role.EXPERT)
OTHER_EXPERT = Actor(person=8, mandate=8, organisation=7, role=Role.EXPERT)
OPERATOR = Actor(person=7, mandate=7, organisation=6, role=Role.OPERATOR)
EVERYBODY = (
    BIDDER,
    RIVAL,
    TENDERER,
    STREET,
    ELSEWHERE,
    EXPERT,
    OTHER_EXPERT,
    OPERATOR,
    Actor.platform(),
    Actor.public(),
)


@pytest.mark.parametrize("stage", sorted(SEALED_STAGES | {Stage.TERMINATED}))
@pytest.mark.parametrize("actor", EVERYBODY)
def test_before_the_opening_only_the_bidder_knows_its_own_envelope(stage: Stage, actor: Actor) -> None:
    sight = visibility.of_bid(tender=a_tender(stage=stage), bidder=50, actor=actor, committee=(6,))
    if actor is BIDDER:
        assert sight in {Sight.NOTHING, Sight.OWN_ENVELOPE}
    else:
        assert sight is Sight.NOTHING


@pytest.mark.parametrize("stage", sorted(set(Stage) - SEALED_STAGES - {Stage.TERMINATED, Stage.FAILED}))
def test_after_the_opening_the_readout_is_public_and_the_text_is_not(stage: Stage) -> None:
    tender = a_tender(stage=stage, opened_at=NOW)
    full = {actor.person for actor in EVERYBODY if _sees(tender, actor) is Sight.FULL}
    assert full == {BIDDER.person, TENDERER.person, STREET.person, EXPERT.person}
    assert all(_sees(tender, actor) in {Sight.FULL, Sight.READOUT} for actor in EVERYBODY)


def _sees(tender: Tender, actor: Actor) -> Sight:
    return visibility.of_bid(tender=tender, bidder=50, actor=actor, committee=(EXPERT.mandate or 0, 99))


def test_a_tender_that_failed_unopened_shows_nothing_to_others() -> None:
    tender = a_tender(stage=Stage.FAILED)
    assert _sees(tender, RIVAL) is Sight.NOTHING
    assert _sees(tender, BIDDER) is Sight.OWN_ENVELOPE
    assert _sees(msgspec.structs.replace(tender, opened_at=NOW), RIVAL) is Sight.READOUT


def test_a_draft_is_known_to_those_who_act_on_it() -> None:
    draft, filed = a_tender(stage=Stage.DRAFT), a_tender(stage=Stage.FILED)
    assert visibility.sees_tender(tender=draft, actor=TENDERER)
    assert not visibility.sees_tender(tender=draft, actor=STREET)
    assert visibility.sees_tender(tender=filed, actor=STREET)
    assert not visibility.sees_tender(tender=filed, actor=ELSEWHERE)
    assert not visibility.sees_tender(tender=filed, actor=RIVAL)
    assert visibility.sees_tender(tender=a_tender(published_at=NOW), actor=Actor.public())
