"""A member's own marks on the page of the evaluation: what is given, and what still waits."""

from collections.abc import Collection, Iterator, Sequence

import msgspec

from bidding.domain import scheme as schemes
from bidding.domain.outcome import marking
from bidding.queries.evaluations import Entrant


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What the asker has given one bid.

    Attributes:
        points: By criterion, in the order of the published table; none while it waits.
        total: Their sum, centi-points.
    """

    entrant: Entrant
    points: tuple[int | None, ...]
    total: int | None
    rejected: bool


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What the asker has still to mark of one bid at one time.

    Attributes:
        heard: It is marked by the defence.
        open: It may be marked now; a defence has to be held first.
    """

    entrant: Entrant
    criteria: tuple[schemes.Criterion, ...]
    heard: bool
    open: bool


def given(
    scheme: schemes.Scheme,
    entrants: Sequence[Entrant],
    marks: Sequence[marking.Mark],
    rejected: Collection[str],
) -> tuple[Sheet, ...]:
    """Return one's marks bid by bid."""
    own = {(mark.commitment, mark.criterion): mark.points for mark in marks}
    criteria = scheme.of(schemes.Part.EXPERT)
    rows = [(each, tuple(own.get((each.commitment, one.id)) for one in criteria)) for each in entrants]
    return tuple(
        Sheet(
            entrant=each,
            points=points,
            total=sum(one or 0 for one in points) if any(one is not None for one in points) else None,
            rejected=each.commitment in rejected,
        )
        for each, points in rows
    )


def waiting(
    scheme: schemes.Scheme,
    entrants: Sequence[Entrant],
    marks: Sequence[marking.Mark],
    rejected: Collection[str],
    heard: Collection[str],
) -> Iterator[Waiting]:
    """Yield what is still to be marked, bid by bid.

    Args:
        heard: Commitments of the bids whose defence is held.
    """
    own = {(mark.commitment, mark.criterion) for mark in marks}
    for each in entrants:
        for criteria in scheme.sheets:
            if each.commitment in rejected or (each.commitment, criteria[0].id) in own:
                continue
            defended = criteria[0].defended is True
            yield Waiting(
                entrant=each,
                criteria=criteria,
                heard=defended,
                open=not defended or each.commitment in heard,
            )
