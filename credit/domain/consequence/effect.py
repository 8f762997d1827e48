"""What a record would do to the score of its enterprise, were it decided now; it binds nobody."""

from fractions import Fraction

import msgspec

from credit.domain import score
from credit.domain.catalogue import Item, Subject
from credit.domain.grade import Grade
from credit.domain.points import Entry, Line
from credit.domain.rule_set import RuleSet
from credit.domain.score import Inputs, Score
from market.kernel.share import half_even


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """A score without a record and with it, centi-points.

    Attributes:
        counted_centi: What the record would add or take at its own subject, after repeat factor and caps.
    """

    before_centi: int
    after_centi: int
    before: Grade
    after: Grade
    counted_centi: int


def joined(inputs: Inputs, item: Item, entry: Entry, community: int | None) -> Inputs | None:
    """Return the inputs with a record more; ``None`` where it touches no score of the enterprise.

    A record of a project counts while the enterprise manages it; one of a manager follows the person.
    """
    match item.subject:
        case Subject.ENTERPRISE:
            return msgspec.structs.replace(inputs, entries=(*inputs.entries, entry))
        case Subject.PROJECT if any(one.community == community for one in inputs.projects):
            projects = tuple(
                msgspec.structs.replace(one, entries=(*one.entries, entry))
                if one.community == community
                else one
                for one in inputs.projects
            )
            return msgspec.structs.replace(inputs, projects=projects)
        case _:
            return None


def effect(inputs: Inputs, more: Inputs, record: int, *, rules: RuleSet) -> Effect:
    """Return what a record changes between two sets of inputs."""
    before, after = score.compute(inputs, rules=rules), score.compute(more, rules=rules)
    counted = next((line.counted for line in _lines(after) if line.entry.record == record), Fraction(0))
    return Effect(
        before_centi=before.published,
        after_centi=after.published,
        before=before.grade,
        after=after.grade,
        counted_centi=half_even(counted),
    )


def _lines(found: Score) -> list[Line]:
    return [*found.fold.lines, *(line for one in found.projects for line in one.fold.lines)]
