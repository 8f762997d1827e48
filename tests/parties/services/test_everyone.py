"""Every role can be reached by acts alone, and every act leaves its entry."""

import pytest

from market.kernel.actor import Actor, Role
from market.parties import public
from market.runtime.database import fetch
from tests import factories_parties as make

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize("role", list(Role))
async def test_every_role_is_reached_by_acts_alone(role: Role) -> None:
    actor = await make.an_actor(role)
    assert actor.role is role
    if role not in {Role.PUBLIC, Role.PLATFORM}:
        assert actor.person is not None
        assert actor.mandate is not None
        assert actor.path[0] == make.CITY
        assert actor == await public.actor_of(actor.person, actor.mandate, make.NOW)


async def test_no_name_of_a_person_stands_in_the_log() -> None:
    await make.an_enterprise()
    people = [row["name"] for row in await fetch("SELECT name FROM parties_person")]
    assert people
    images = await fetch(
        "SELECT image FROM runtime_audit_image UNION ALL SELECT body FROM runtime_audit_entry"
    )
    assert not [name for name in people for row in images if name in row["image"]]


async def test_the_platform_and_the_public_hold_no_mandate() -> None:
    await make.a_world()
    assert await public.actor_of(1, 1, make.NOW) is None
    assert Actor.platform().mandate is None
