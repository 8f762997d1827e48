"""What the public sees, and when it ends by itself."""

from datetime import date

import pytest

from credit.domain import visibility
from credit.domain.record import Stage
from credit.domain.visibility import Shown
from market.kernel.actor import Actor, Role
from tests.credit.rules import RULES

ON = date(2026, 3, 6)


def shown(stage: Stage = Stage.EFFECTIVE, expires: date | None = None, why: str = "") -> Shown:
    return Shown(stage=stage, document_on=ON, expires_on=expires, minor_reason=why)


@pytest.mark.parametrize(
    ("code", "last", "first_hidden"),
    [
        ("N-GE-01", date(2027, 3, 5), date(2027, 3, 6)),
        ("N-SE-01", date(2029, 3, 5), date(2029, 3, 6)),
        ("N-VS-12", date(2029, 3, 5), date(2029, 3, 6)),
    ],
)
def test_the_class_maximum_ends_publicity(code: str, last: date, first_hidden: date) -> None:
    item = RULES.item(code)
    assert visibility.to_public(item, shown(), rules=RULES, on=last)
    assert not visibility.to_public(item, shown(), rules=RULES, on=first_hidden)


def test_a_minor_item_shows_only_with_a_reason_and_for_three_months() -> None:
    item = RULES.item("N-MI-04")
    assert not visibility.to_public(item, shown(), rules=RULES, on=ON)
    assert visibility.to_public(item, shown(why="x"), rules=RULES, on=date(2026, 6, 5))
    assert not visibility.to_public(item, shown(why="x"), rules=RULES, on=date(2026, 6, 6))


@pytest.mark.parametrize("stage", [s for s in Stage if s is not Stage.EFFECTIVE])
def test_nothing_shows_before_effect_or_after_its_end(stage: Stage) -> None:
    assert not visibility.to_public(RULES.item("N-GE-01"), shown(stage), rules=RULES, on=ON)


def test_expiry_ends_publicity_when_it_comes_first() -> None:
    item = RULES.item("N-SE-01")
    early = shown(expires=date(2027, 3, 6))
    assert visibility.public_until(item, early, rules=RULES) == date(2027, 3, 6)


def test_only_those_concerned_see_a_record_in_full() -> None:
    path = ("110000", "110105")
    officer = Actor(role=Role.DISTRICT, division="110105")
    stranger = Actor(role=Role.DISTRICT, division="110106")
    assert visibility.to_actor(officer, enterprise=1, path=path)
    assert not visibility.to_actor(stranger, enterprise=1, path=path)
    assert visibility.to_actor(Actor(role=Role.ENTERPRISE, organisation=1), enterprise=1, path=path)
    assert not visibility.to_actor(Actor(role=Role.ENTERPRISE, organisation=2), enterprise=1, path=path)
    assert not visibility.to_actor(Actor.public(), enterprise=1, path=path)
