"""Columns from the inputs of the exact engine, and its scores back into columns; both engines meet here."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar

import numpy as np

from credit.domain.engine.columns import (
    NEVER,
    Columns,
    Enterprises,
    Ints,
    Projects,
    Records,
    fact_words,
)
from credit.domain.grade import LETTERS
from credit.domain.points import Entry
from credit.domain.score import Inputs, Project, Score
from market.kernel.errors import InvalidInputError
from market.kernel.period import local_day


class MixedInstantsError(InvalidInputError):
    """Columns are of one instant."""

    code: ClassVar[str] = "credit-mixed-instants"


def columns(inputs: Sequence[Inputs]) -> Columns:
    """Return the columns of inputs that are all of one instant; those of a project keep its community.

    Raises:
        MixedInstantsError: They are of several instants.
    """
    if len({one.at for one in inputs}) > 1:
        raise MixedInstantsError("inputs are of several instants", field="at")
    rows: list[tuple[int, int, Entry]] = []
    sites: list[tuple[int, int, int, int, int]] = []
    for place, one in enumerate(inputs):
        rows += [(place, _community(e), e) for e in one.entries if e.known(one.at)]
        for project in sorted(one.projects, key=lambda p: p.community):
            if project.area * project.days:
                known = -1 if project.quality is None else project.quality.value
                sites.append((place, project.community, project.area, project.days, known))
                rows += [(place, project.community, e) for e in project.entries if e.known(one.at)]
    codes = tuple(sorted({entry.code for _, _, entry in rows}))
    places = {code: number for number, code in enumerate(codes)}
    return Columns(
        day=local_day(inputs[0].at).toordinal() if inputs else 0,
        enterprises=Enterprises(
            id=_ints([one.enterprise for one in inputs]),
            code=tuple(one.code for one in inputs),
            days_here=_ints([-1 if one.days_here is None else one.days_here for one in inputs]),
        ),
        projects=Projects(**dict(zip(Projects.__struct_fields__, _table(sites, 5).T, strict=True))),
        records=Records(
            codes=codes,
            record=_ints([e.record for _, _, e in rows]),
            enterprise=_ints([place for place, _, _ in rows]),
            community=_ints([community for _, community, _ in rows]),
            code=_ints([places[e.code] for _, _, e in rows]),
            fact=_table([fact_words(e.fact) for _, _, e in rows], 4),
            fact_on=_ints([e.fact_on.toordinal() for _, _, e in rows]),
            begins=_ints([e.effective_from.toordinal() for _, _, e in rows]),
            ends=_ints([_end(e.expires_on) for _, _, e in rows]),
        ),
    )


def _community(entry: Entry) -> int:
    """Return the community an enterprise's own record is counted for, else none."""
    return int(entry.unit.removeprefix("project:") or 0)


def _end(day: date | None) -> int:
    return NEVER if day is None else day.toordinal()


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, np.int64)


def _table(rows: Sequence[Sequence[int]], width: int) -> Ints:
    return np.array(rows, np.int64).reshape(len(rows), width)


def values(score: Score) -> dict[str, int | bool]:
    """Return an exact score as it stands in columns."""
    return {
        "published": score.published,
        "tender": score.tender,
        "rated": score.rated,
        "ceiling": LETTERS.index(score.ceiling.grade),
        "bad_items": len(score.active_bad),
        "weight": sum(project.weight for project in score.projects),
    }


def managed(columns: Columns, at: datetime) -> list[Inputs]:
    """Return what everybody manages, without records: enough to tell kinds of enterprises apart."""
    sites: list[list[Project]] = [[] for _ in columns.enterprises.code]
    names = ("enterprise", "community", "area", "days")
    for owner, community, area, days in zip(
        *(getattr(columns.projects, name).tolist() for name in names), strict=True
    ):
        sites[owner].append(Project(community=community, area=area, days=days, quality=None))
    heads = (
        columns.enterprises.id.tolist(),
        columns.enterprises.code,
        columns.enterprises.days_here.tolist(),
    )
    return [
        Inputs(
            enterprise=number,
            code=code,
            at=at,
            days_here=None if here < 0 else here,
            entries=(),
            projects=tuple(own),
        )
        for number, code, here, own in zip(*heads, sites, strict=True)
    ]
