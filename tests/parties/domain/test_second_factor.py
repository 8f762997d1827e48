"""The second factor: windows, replays, backward clocks, recovery codes, and who must have one."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.kernel.actor import STRONG, Actor, Permission, Role, Scope, Strength
from market.parties.domain import second_factor as factor

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
AT = datetime(2026, 3, 2, 2, 0, 15, tzinfo=UTC)
STEP = factor.step_at(AT)
SECOND = timedelta(seconds=1)

COMPULSORY = {
    Role.CITY: True,
    Role.DISTRICT: True,
    Role.STREET: True,
    Role.COMMUNITY: True,
    Role.WITNESS: True,
    Role.OPERATOR: True,
    Role.COMMITTEE: False,
    Role.ENTERPRISE: False,
    Role.DEVELOPER: False,
    Role.EXPERT: False,
    Role.ASSESSOR: False,
    Role.ASSOCIATION: False,
    Role.OWNER: False,
    Role.PLATFORM: False,
    Role.PUBLIC: False,
}


def taken(code: str, wall: datetime = AT, last: int | None = None) -> int | None:
    return factor.accepted(SECRET, code, wall=wall, last_step=last)


def test_codes_are_those_of_any_authenticator_and_of_the_standard() -> None:
    assert factor.code_at(SECRET, STEP) == pyotp.TOTP(SECRET).at(AT)
    # RFC 6238 appendix B, SHA-1, the last six of eight digits
    standard = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert factor.code_at(standard, factor.step_at(datetime.fromtimestamp(59, UTC))) == "287082"
    assert factor.code_at(standard, factor.step_at(datetime.fromtimestamp(1111111109, UTC))) == "081804"


def test_the_window_reaches_one_step_to_either_side_and_no_second_further() -> None:
    begins = datetime(2026, 3, 2, 2, 0, 0, tzinfo=UTC)
    code = factor.code_at(SECRET, factor.step_at(begins))
    own = factor.step_at(begins)
    assert taken(code, begins - factor.STEP) == own
    assert taken(code, begins - factor.STEP - SECOND) is None
    assert taken(code, begins + 2 * factor.STEP - SECOND) == own
    assert taken(code, begins + 2 * factor.STEP) is None


def test_a_step_is_taken_once_and_none_before_it_any_more() -> None:
    for step in (STEP - 1, STEP, STEP + 1):
        code = factor.code_at(SECRET, step)
        assert taken(code, last=None) == step
        assert taken(code, last=step - 1) == step
        assert taken(code, last=step) is None
        assert taken(code, last=STEP + 1) is None


def test_a_clock_set_back_lets_nothing_in_twice() -> None:
    code = factor.code_at(SECRET, STEP)
    last = taken(code)
    for back in (timedelta(seconds=10), timedelta(minutes=5), timedelta(days=400)):
        assert taken(code, AT - back, last) is None
        earlier = factor.code_at(SECRET, factor.step_at(AT - back))
        assert taken(earlier, AT - back, last) is None
    assert taken(factor.code_at(SECRET, STEP + 1), AT + factor.STEP, last) == STEP + 1


@given(st.integers(-400, 400), st.integers(-3, 3), st.none() | st.integers(-5, 5))
def test_what_is_accepted_lies_in_the_window_and_after_the_last(
    ahead: int, off: int, last: int | None
) -> None:
    wall = AT + ahead * SECOND
    step, known = factor.step_at(wall) + off, None if last is None else factor.step_at(wall) + last
    found = taken(factor.code_at(SECRET, step), wall, known)
    if found is not None:
        assert abs(found - factor.step_at(wall)) <= factor.WINDOW
        assert known is None or found > known
    if abs(off) <= factor.WINDOW and (known is None or step > known):
        assert found is not None


@given(st.none() | st.integers(-5, 5))
def test_the_next_step_is_one_that_is_accepted(last: int | None) -> None:
    known = None if last is None else STEP + last
    step = factor.next_step(wall=AT, last_step=known)
    if step is None:
        assert known is not None
        assert known >= STEP + factor.WINDOW
    else:
        assert taken(factor.code_at(SECRET, step), last=known) is not None


@pytest.mark.parametrize("text", ["123456", " 123 456 ", "１２３４５６", "123-456"])
def test_a_code_is_six_digits_however_they_are_spaced(text: str) -> None:
    assert factor.typed(text) == factor.Typed("123456", recovery=False)


@pytest.mark.parametrize(
    "text", ["", "12345", "1234567", "12345a", "abcd-efgh-jkm", "abcd-efgh-jkm$", "abcd-efgh-jkmu"]
)
def test_anything_else_is_no_code(text: str) -> None:
    with pytest.raises(factor.CodeFormError):
        factor.typed(text)


@given(st.integers(0, 32**factor.RECOVERY_SIGNS - 1))
def test_a_recovery_code_is_read_back_however_it_is_copied(number: int) -> None:
    code = factor.recovery_code(number)
    assert len(code) == 14
    wanted = factor.Typed(code.replace("-", ""), recovery=True)
    sloppy = code.upper().replace("-", " ").replace("0", "O").replace("1", "l")
    assert factor.typed(code) == factor.typed(sloppy) == wanted
    assert code.replace("-", "") not in repr(wanted)


@given(st.integers(0, 32**factor.RECOVERY_SIGNS - 1), st.integers(0, 32**factor.RECOVERY_SIGNS - 1))
def test_different_numbers_are_different_codes(one: int, other: int) -> None:
    assert (factor.recovery_code(one) == factor.recovery_code(other)) is (one == other)


@pytest.mark.parametrize("role", Role)
def test_regulators_witnesses_and_operators_must_have_one_and_whoever_holds_a_key(role: Role) -> None:
    assert factor.compulsory({role}, holds_key=False) is COMPULSORY[role]
    assert factor.compulsory({role}, holds_key=True)
    assert factor.compulsory({Role.OWNER, role}, holds_key=False) is COMPULSORY[role]
    assert (role in STRONG) is COMPULSORY[role]


@pytest.mark.parametrize("role", Role)
def test_a_permission_asks_by_role_always_or_never(role: Role) -> None:
    actor, roles = Actor(role=role), frozenset(Role)
    assert Permission(roles).needs_strength(actor) is COMPULSORY[role]
    assert Permission(roles, Scope.ANY, Strength.ALWAYS).needs_strength(actor)
    assert not Permission(roles, Scope.ANY, Strength.NEVER).needs_strength(actor)


def test_a_reason_says_something() -> None:
    assert factor.reason_of("  手机遗失，\n当面核实 ") == "手机遗失， 当面核实"
    assert factor.reason_of("12345") == "12345"
    with pytest.raises(factor.ReasonMissingError):
        factor.reason_of(" 1234 ")
    assert factor.reason_of("因" * 400) == "因" * 400
    with pytest.raises(factor.ReasonLongError):
        factor.reason_of("因" * 401)


def test_the_secret_is_cut_for_typing_and_stands_in_the_address() -> None:
    assert factor.in_groups("abcdefghij") == ["abcd", "efgh", "ij"]
    address = factor.address(SECRET, login="street", issuer="市场")
    assert pyotp.parse_uri(address).secret == SECRET
