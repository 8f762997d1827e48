"""What is merged into the paper on how the ratings of a cycle spread, and its drawings."""

from collections.abc import Iterable
from datetime import date
from typing import Final

import msgspec

from contracts_templates.credit_report import GRADES
from market.runtime.web import charts

WHOLE_CITY: Final = "全市"


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """So many enterprises under a name: a grade, or a column of scores."""

    name: str
    many: int


class District(msgspec.Struct, frozen=True, kw_only=True):
    """A district's enterprises by grade, in the order of the grades."""

    name: str
    grades: tuple[Counted, ...]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """So many enterprises went from one grade to another, or stayed."""

    before: str
    now: str
    many: int


class RatingSpread(msgspec.Struct, frozen=True, kw_only=True):
    """A publication at a glance.

    Attributes:
        district: Name of the district it is narrowed to; empty for the city.
        published_digest: Digest of everybody's published results, as it stands in the log.
        bands: Columns of scores, the highest first.
        before: Cycle it is compared with; empty for the first publication.
        change_centi: Mean change of those published both times; ``None`` without.
    """

    number: str
    cycle: str
    district: str
    published_on: date
    legal_basis: str
    published_digest: str
    enterprises: int
    mean_centi: int | None
    median_centi: int | None
    grades: tuple[Counted, ...]
    districts: tuple[District, ...]
    bands: tuple[Counted, ...]
    before: str
    both: int
    new: int
    gone: int
    better: int
    worse: int
    steps: tuple[Step, ...]
    change_centi: int | None


def grades(said: RatingSpread) -> charts.Drawing:
    """Draw enterprises by grade."""
    return charts.bars([(GRADES[one.name], one.many) for one in said.grades])


def bands(said: RatingSpread) -> charts.Drawing:
    """Draw enterprises by score."""
    return charts.bars([(one.name, one.many) for one in said.bands])


def districts(said: RatingSpread) -> charts.Drawing:
    """Draw each district's grades as parts of one bar."""
    return charts.stacked(
        [(each.name, [(GRADES[one.name], one.many) for one in each.grades]) for each in said.districts]
    )


def spoken(counted: Iterable[Counted]) -> str:
    """Return counts in words, for who cannot see them."""
    return "，".join(f"{GRADES.get(one.name, one.name)} {one.many}" for one in counted)
