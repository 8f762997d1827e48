"""Pure rules of accounts, names, mandates, communities and unit lists."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.kernel.actor import Actor, Role
from market.kernel.errors import FindingsError
from market.parties.domain import account, community, mandate, name, unit
from market.parties.domain.division import DivisionLevel
from market.parties.domain.organisation import (
    CODE_LETTERS,
    FIRST_ROLE,
    LIFECYCLE,
    Organisation,
    OrganisationKind,
    Stage,
)
from market.parties.domain.permission import PERMISSIONS, Act

AT = datetime(2026, 3, 2, tzinfo=UTC)


def body(kind: OrganisationKind, *path: str, number: int = 7) -> Organisation:
    return Organisation(id=number, kind=kind, code="x", name="x", division=path[-1], path=path, admitted=True)


def test_every_act_has_one_permission_row() -> None:
    assert set(PERMISSIONS) == set(Act)


def test_the_register_knows_each_move_and_no_other() -> None:
    moves = {(m.source, m.act): m.target for m in LIFECYCLE.moves}
    assert moves == {
        (Stage.APPLIED, Act.ORGANISATION_ADMIT): Stage.ADMITTED,
        (Stage.APPLIED, Act.ORGANISATION_REFUSE): Stage.REFUSED,
        (Stage.ADMITTED, Act.ORGANISATION_CLOSE): Stage.CLOSED,
    }


def test_every_kind_gives_roles_and_every_applying_kind_has_a_first_one() -> None:
    assert set(mandate.KIND_ROLES) == set(OrganisationKind)
    for kind, role in FIRST_ROLE.items():
        assert role in mandate.KIND_ROLES[kind]
    assert OrganisationKind.ENTERPRISE not in CODE_LETTERS


@pytest.mark.parametrize("level", list(DivisionLevel))
def test_an_authority_gives_the_role_of_its_level_only(level: DivisionLevel) -> None:
    roles = mandate.roles_of(OrganisationKind.AUTHORITY, level)
    assert mandate.LEVEL_ROLE[level] in roles
    assert roles - {Role.EXPERT} == {mandate.LEVEL_ROLE[level]}
    assert (Role.EXPERT in roles) is (level in mandate.ROSTER_LEVELS)


def test_a_street_files_committees_and_nothing_else() -> None:
    street = Actor(person=1, mandate=1, organisation=1, role=Role.STREET, division="s", path=("c", "d", "s"))
    inside = ("c", "d", "s", "k")
    for kind in (OrganisationKind.OWNERS_COMMITTEE, OrganisationKind.MANAGEMENT_COMMITTEE):
        mandate.check_below(street, organisation=body(kind, *inside), level=DivisionLevel.COMMUNITY)
    residents = body(OrganisationKind.AUTHORITY, *inside)
    mandate.check_below(street, organisation=residents, level=DivisionLevel.COMMUNITY)
    for kind in (OrganisationKind.ENTERPRISE, OrganisationKind.DEVELOPER, OrganisationKind.WITNESS):
        with pytest.raises(mandate.GrantTooHighError):
            mandate.check_below(street, organisation=body(kind, *inside), level=DivisionLevel.COMMUNITY)


def test_nobody_decides_on_a_peer_on_oneself_or_on_the_operator() -> None:
    city = Actor(person=1, mandate=1, organisation=1, role=Role.CITY, division="c", path=("c",))
    for other in (
        body(OrganisationKind.AUTHORITY, "c"),
        body(OrganisationKind.ENTERPRISE, "c", "d", number=1),
        body(OrganisationKind.OPERATOR, "c", "d"),
    ):
        with pytest.raises(mandate.GrantTooHighError):
            mandate.check_below(city, organisation=other, level=DivisionLevel.MUNICIPALITY)


def test_an_empty_period_is_refused() -> None:
    mandate.check_period(AT, None)
    mandate.check_period(AT, AT + timedelta(seconds=1))
    for end in (AT, AT - timedelta(days=1)):
        with pytest.raises(mandate.MandatePeriodError):
            mandate.check_period(AT, end)


def test_waits_double_and_end_at_a_limit() -> None:
    assert account.locked_until(account.FREE_FAILURES - 1, AT) is None
    waits = [(account.locked_until(account.FREE_FAILURES + n, AT) or AT) - AT for n in range(30)]
    assert waits[:3] == [timedelta(seconds=15), timedelta(seconds=30), timedelta(seconds=60)]
    assert waits == sorted(waits)
    assert waits[-1] == account.LONGEST_WAIT


@pytest.mark.parametrize("password", ["short", "a" * 40, "x" * 201, "my name is chair01 here"])
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(account.PasswordFormError):
        account.check_password(password, "chair01")


@pytest.mark.parametrize("login", ["", "ab", "-abc", "a b c", "张三", "a" * 65, "a/b/c"])
def test_log_in_names_have_one_form(login: str) -> None:
    with pytest.raises(account.LoginFormError):
        account.login_of(login)


def test_log_in_names_are_folded() -> None:
    assert account.login_of("  ＣＨＡＩＲ.01@Example ") == "chair.01@example"


@pytest.mark.parametrize("text", ["", "  ", "a\u200bb", "a\x00b"])
def test_unreadable_names_are_refused(text: str) -> None:
    with pytest.raises(name.NameFormError):
        name.normal(text)


@given(st.integers(0, 999_999), st.integers(0, 11), st.integers(1, 9))
def test_a_mistyped_project_number_is_noticed(number: int, place: int, shift: int) -> None:
    code = community.code_of("110105001024", number)
    assert community.code_holds(code)
    digits = [i for i, sign in enumerate(code) if sign.isdigit()]
    spot = digits[place]
    altered = code[:spot] + str((int(code[spot]) + shift) % 10) + code[spot + 1 :]
    assert not community.code_holds(altered)


def test_all_impossible_figures_are_named() -> None:
    found = community.check_figures(households=0, gfa_centi=-1, buildings=0, completion_year=1700, year=2026)
    assert [finding.field for finding in found] == ["households", "gfa_centi", "buildings", "completion_year"]
    found = community.check_figures(households=3, gfa_centi=1, buildings=9, completion_year=2036, year=2026)
    assert [finding.field for finding in found] == ["households"]


LIST = (
    "楼栋,房号,面积,业主,未售\n1,101,89.75,A,\n1,102,60.00,A,\n1,103,70.5,B,\n2,101,100,x,是\n2,102,50,y,是\n"
)


def test_heads_are_counted_as_the_law_counts_them() -> None:
    units, findings = unit.read(LIST.encode())
    assert findings == []
    heads = unit.heads(units, "salt")
    assert len(heads) == 3
    assert sorted((head.units, head.area_centi, head.developer) for head in heads) == [
        (1, 7050, False),
        (2, 14975, False),
        (2, 15000, True),
    ]
    assert not [head for head in heads if "A" in head.key_digest]


def test_one_owner_more_or_an_area_changed_changes_the_digest_of_the_list() -> None:
    units, _ = unit.read(LIST.encode())
    before = unit.list_digest(units, "salt")
    assert unit.list_digest(list(reversed(units)), "salt") == before
    for changed in (LIST.replace("89.75", "89.76"), LIST.replace(",B,", ",A,")):
        assert unit.list_digest(unit.read(changed.encode())[0], "salt") != before
    assert unit.list_digest(units, "other") != before


def test_every_wrong_cell_of_a_list_is_named_and_no_cell_is_repeated() -> None:
    rows = ["1,101,x,张三,", ",102,5,李四,", "1,103,0,王五,maybe", "1,104,1,A,", "1,104,1,A,"]
    wrong = "\n".join(["building,number,area,owner,developer", *rows])
    _, findings = unit.read(wrong.encode("gb18030"))
    assert [(finding.field, finding.code) for finding in findings] == [
        ("rows.2.area", "unit-row-area-form"),
        ("rows.3.building", "unit-row-text"),
        ("rows.4.area", "unit-row-area-range"),
        ("rows.4.developer", "unit-row-flag"),
        ("rows.6.number", "unit-row-twice"),
    ]
    with pytest.raises(FindingsError) as refusal:
        unit.refuse(findings)
    assert len(refusal.value.findings) == 5
    assert "张三" not in str(refusal.value)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "unit-file-heading"),
        (b"a,b\n1,2\n", "unit-file-heading"),
        (b"building,number,area,owner\n", "unit-file-size"),
        (b"\xff\xff\xff", "unit-file"),
        (b"x" * (unit.LARGEST_FILE + 1), "unit-file-size"),
    ],
)
def test_a_file_that_is_no_list_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(unit.UnitFileError) as refusal:
        unit.read(data)
    assert refusal.value.code == code


def test_empty_lines_are_passed_over_and_a_broken_quote_is_refused() -> None:
    units, findings = unit.read(b"building,number,area,owner\n\n1,1,1,A\n , , , \n")
    assert (len(units), findings) == (1, [])
    with pytest.raises(unit.UnitFileError):
        unit.read(b'building,number,area,owner\n"' + b"x" * 200_000 + b"\n")
