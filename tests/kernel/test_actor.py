"""Permissions: a role, and how far it reaches."""

import pytest

from market.kernel.actor import (
    PUBLIC_READ,
    Actor,
    OutOfScopeError,
    Permission,
    Role,
    RoleNotPermittedError,
    Scope,
)

HAIDIAN = ("110000", "110108")
STREET = (*HAIDIAN, "110108001")
OFFICER = Actor(mandate=4, organisation=9, role=Role.DISTRICT, division="110108", path=HAIDIAN)
BIDDER = Actor(mandate=5, organisation=7, role=Role.ENTERPRISE)
MIXED = Permission(frozenset({Role.DISTRICT, Role.ENTERPRISE}), Scope.DIVISION_OR_ORGANISATION)


def test_scope_follows_the_tree_never_the_code_prefix() -> None:
    assert OFFICER.covers(STREET)
    assert not OFFICER.covers(("110000", "110101", "110108999"))
    assert not BIDDER.covers(STREET)


def test_authorities_are_held_to_their_division_and_others_to_their_own_records() -> None:
    assert MIXED.allows(OFFICER, path=STREET)
    assert not MIXED.allows(OFFICER, path=("110000", "110101"), organisations=[9])
    assert MIXED.allows(BIDDER, organisations=[7], path=())
    assert not MIXED.allows(BIDDER, organisations=[8], path=STREET)


def test_a_scope_of_division_or_organisation_alone_asks_for_just_that() -> None:
    assert Permission(frozenset({Role.DISTRICT}), Scope.DIVISION).allows(OFFICER, path=STREET)
    assert not Permission(frozenset({Role.ENTERPRISE}), Scope.ORGANISATION).allows(BIDDER)
    assert Permission(frozenset({Role.PLATFORM}), Scope.ORGANISATION).allows(Actor.platform())


def test_the_refusal_says_whether_the_role_or_the_reach_was_missing() -> None:
    with pytest.raises(RoleNotPermittedError):
        MIXED.check(Actor.public())
    with pytest.raises(OutOfScopeError):
        MIXED.check(BIDDER, organisations=[8])
    MIXED.check(BIDDER, organisations=[7])


def test_everyone_may_read_what_is_public() -> None:
    assert all(PUBLIC_READ.allows(Actor(role=role)) for role in Role)


def test_the_name_of_an_actor_is_a_mandate_and_never_a_person() -> None:
    assert OFFICER.name == "district:4"
    assert Actor.platform().name == "platform"
