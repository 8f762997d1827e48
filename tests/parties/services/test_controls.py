"""Statements on who represents and controls an enterprise: added, confirmed, corrected, never rewritten."""

import contextlib
from datetime import date

import pytest

from market.kernel.actor import OutOfScopeError, Role
from market.parties.domain import control
from market.parties.domain.control import Capacity, Statement
from market.parties.queries import controls as queries
from market.parties.services import controls
from market.runtime import log
from market.runtime.database import fetch
from tests import factories_parties as parties

NOW = parties.NOW
pytestmark = pytest.mark.usefixtures("database")
RESIDENT = "11010519491231002X"
"""A made-up number of the published example's form; its check sign fits."""


def a_statement(**more: object) -> Statement:
    plain: dict[str, object] = {
        "capacity": Capacity.REPRESENTATIVE,
        "name": "虚构甲",
        "document": RESIDENT,
        "from_on": date(2020, 5, 1),
    }
    return Statement(**{**plain, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"document": ""}, control.HolderError),
        ({"code": "91110108MA01ABCD5T"}, control.HolderError),
        ({"document": "", "code": "91110108MA01ABCD5T"}, control.HolderError),
        ({"document": "110105194912310021"}, control.DocumentNumberError),
        ({"document": "1101051949123100"}, control.DocumentNumberError),
    ],
)
def test_a_statement_names_one_person_or_one_organisation(
    more: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        control.holder_of(a_statement(**more))


def test_a_passport_and_an_organisation_are_taken() -> None:
    assert control.holder_of(a_statement(document="e 1234567"))[1] == "E1234567"
    organisation = a_statement(capacity=Capacity.CONTROLLER, document="", code="91110108ma01abcd5t")
    assert control.holder_of(organisation)[1] == "91110108MA01ABCD5T"


@pytest.mark.parametrize(
    ("from_on", "to_on", "refused"),
    [
        (date(2026, 7, 1), None, ""),
        (date(2026, 7, 2), None, "from_on"),
        (date(2026, 6, 1), date(2026, 7, 1), ""),
        (date(2026, 6, 1), date(2026, 7, 2), "to_on"),
        (date(2026, 6, 1), date(2026, 6, 1), "to_on"),
    ],
)
def test_what_is_stated_was_or_is(from_on: date, to_on: date | None, refused: str) -> None:
    expected = pytest.raises(control.ControlDaysError) if refused else contextlib.nullcontext()
    with expected as found:
        control.check_days(from_on, to_on, today=date(2026, 7, 1))
    assert not refused or (found is not None and found.value.field == refused)


async def test_a_statement_is_confirmed_ended_corrected_and_nothing_is_lost() -> None:
    await parties.a_world()
    mine, district = await parties.an_enterprise(), await parties.an_officer(Role.DISTRICT)
    first = await controls.state(statement=a_statement(), by=mine.actor, now=NOW)
    with pytest.raises(control.RepresentativesError):
        await controls.state(statement=a_statement(name="虚构乙"), by=mine.actor, now=NOW)
    await controls.confirm(number=first, by=district, now=NOW)
    with pytest.raises(control.ConfirmedError):
        await controls.confirm(number=first, by=district, now=NOW)
    ended = await controls.end(number=first, to_on=date(2025, 5, 1), by=mine.actor, now=NOW)
    with pytest.raises(control.ControlUnknownError):
        await controls.end(number=first, to_on=date(2025, 5, 1), by=mine.actor, now=NOW)
    second = a_statement(name="虚构乙", document="H1234567", from_on=date(2025, 5, 1))
    await controls.state(statement=second, by=mine.actor, now=NOW)
    fixed = await controls.correct(
        number=ended, statement=a_statement(to_on=date(2025, 4, 1)), by=district, now=NOW
    )
    known = await queries.of(mine.organisation)
    assert [(one.name, one.stands) for one in known] == [
        ("虚构甲", True),
        ("虚构乙", True),
        ("虚构甲", False),
        ("虚构甲", False),
    ]
    assert known[0].id == fixed
    assert known[0].confirmed_at == NOW
    assert await queries.representative(mine.organisation, date(2025, 6, 1)) == "虚构乙"
    assert await queries.representative(mine.organisation, date(2025, 4, 15)) == ""
    await controls.withdraw(number=fixed, by=district, now=NOW)
    assert await queries.representative(mine.organisation, date(2025, 3, 1)) == ""


async def test_another_enterprise_or_district_has_no_say() -> None:
    await parties.a_world()
    mine, other = await parties.an_enterprise(), await parties.an_enterprise()
    first = await controls.state(statement=a_statement(), by=mine.actor, now=NOW)
    with pytest.raises(OutOfScopeError):
        await controls.end(number=first, to_on=date(2025, 5, 1), by=other.actor, now=NOW)
    elsewhere = await parties.an_officer(Role.DISTRICT, "110107")
    with pytest.raises(OutOfScopeError):
        await controls.confirm(number=first, by=elsewhere, now=NOW)


async def test_the_number_of_a_document_is_kept_nowhere() -> None:
    await parties.a_world()
    mine, other = await parties.an_enterprise(), await parties.an_enterprise()
    for party in (mine, other):
        await controls.state(statement=a_statement(), by=party.actor, now=NOW)
    await log.sequence_all()
    for table in ("parties_control", "runtime_audit_entry", "runtime_audit_image", "runtime_outbox"):
        rows = await fetch(f"SELECT * FROM {table}")  # noqa: S608 - names of the test
        assert RESIDENT not in str(rows), table
        assert table == "parties_control" or "虚构甲" not in str(rows), table
    one, two = await queries.of(mine.organisation), await queries.of(other.organisation)
    assert one[0].identity == two[0].identity, "one person is found again"
    assert one[0].identity not in str(await fetch("SELECT * FROM runtime_audit_image"))
