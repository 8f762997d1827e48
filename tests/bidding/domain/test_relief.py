"""A bid security reduced or waived for grade A, by the tenderer's choice in the tender document."""

from datetime import UTC, datetime

import pytest

from bidding.domain.settlement import relief
from bidding.domain.standing import Standing

AT = datetime(2026, 5, 1, tzinfo=UTC)
FULL = 1_000_01


@pytest.mark.parametrize(
    ("standing", "percent", "owed"),
    [
        (Standing(grade="A"), 100, FULL),
        (Standing(grade="A"), 50, 500_00),
        (Standing(grade="A"), 0, 0),
        (Standing(grade="B"), 0, FULL),
        (Standing(), 0, FULL),
        (Standing(grade="A", listed=True, until=AT), 0, FULL),
        (Standing(grade="A", barred=True, until=AT), 0, FULL),
    ],
)
def test_only_an_unlisted_grade_a_owes_less(standing: Standing, percent: int, owed: int) -> None:
    assert relief.required(FULL, percent, standing) == owed
