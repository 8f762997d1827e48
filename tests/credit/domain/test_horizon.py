"""A kept score holds on every day before the first on which its date may change it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from credit.domain import cycle
from credit.domain.catalogue import Subject
from credit.domain.engine import gather
from credit.domain.rating import Moment
from credit.queries import scores
from market.parties import public as parties
from tests.credit.rules import RULES

FIRST, DAY = date(2026, 4, 1), timedelta(days=1)
ONE = "N-MI-04", "N-GE-01", "N-GE-12", "N-SE-11", "G-PR-01", "G-EN-03"
LONGEST = 120


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


days = st.integers(-200, 150).map(lambda n: FIRST + n * DAY)


@st.composite
def records(draw: st.DrawFn) -> list[dict[str, Any]]:
    found = []
    for number in range(draw(st.integers(0, 6))):
        begins = draw(days)
        found.append(
            {
                "id": number + 1,
                "item_code": draw(st.sampled_from(ONE)),
                "community": draw(st.integers(1, 3)),
                "fact": draw(st.sampled_from("abc")) + str(number),
                "fact_on": min(begins, FIRST),
                "effective_from": begins,
                "expires_on": draw(st.none() | days),
                "decided_at": noon(FIRST),
                "struck_at": None,
            }
        )
    return found


@st.composite
def spells(draw: st.DrawFn) -> list[dict[str, Any]]:
    found = []
    for _ in range(draw(st.integers(0, 4))):
        start, lasts = draw(days | st.just(FIRST - 200 * DAY)), draw(st.integers(0, 200))
        found.append(
            {
                "community": draw(st.integers(1, 3)),
                "area_centi": draw(st.integers(1, 10**6)),
                "start_on": start,
                "end_on": start + lasts * DAY if lasts else None,
            }
        )
    return sorted(found, key=lambda row: row["start_on"])


def at(day: date, rows: Any) -> scores.Computed:
    moment = Moment.live(noon(day), cycle.of(day))
    kept, managed, visits = ({1: own} for own in rows)
    (found,) = scores._computed([ORGANISATION], moment, (kept, managed, visits), RULES)
    return found


ORGANISATION = parties.Organisation(
    id=1,
    code="91110000MA0000000X",
    name="虚构物业",
    kind=parties.OrganisationKind.ENTERPRISE,
    division="110101",
    path=("110000", "110101"),
    admitted=True,
)


@given(records(), spells(), st.integers(0, 10_000), st.integers(0, LONGEST))
@settings(max_examples=300, deadline=None)
def test_nothing_changes_before_the_first_day_that_is_named(
    kept: list[dict[str, Any]], managed: list[dict[str, Any]], quality: int, later: int
) -> None:
    visits = [{"id": 1, "community": 1, "cycle": "2025H2", "quality_centi": quality}]
    rows = (kept, managed, visits)
    first = at(FIRST, rows)
    assert first.changes_on > FIRST
    day = min(FIRST + later * DAY, first.changes_on - DAY)
    other = at(day, rows)
    assert (gather.values(first.score) | {"weight": 0}) == (gather.values(other.score) | {"weight": 0})
    assert (first.score.grade, first.score.exact) == (other.score.grade, other.score.exact)


def test_the_records_of_the_test_are_of_all_kinds() -> None:
    found = {RULES.item(code).subject for code in ONE}
    assert found == {Subject.ENTERPRISE, Subject.PROJECT}
