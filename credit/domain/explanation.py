"""Why a score is what it is: a tree whose branches add up, down to the single record.

Labels are catalogue keys with values; the page puts them into words.
"""

from collections.abc import Mapping
from fractions import Fraction

import msgspec

from credit.domain.points import Fold
from credit.domain.rule_set import RuleSet
from credit.domain.score import ENTERPRISE_TOP, PROJECT_TOP, ProjectScore, Score


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the explanation.

    Attributes:
        key: Catalogue key below ``credit.explain``.
        amount: Exact centi-points this line adds to its parent (negative when it takes).
        record: Record it comes from.
        item: Code of its item.
        evaluation: Evaluation it comes from.
        community: Project it speaks of.
    """

    key: str
    amount: Fraction
    values: Mapping[str, str] = {}
    record: int | None = None
    item: str = ""
    evaluation: int | None = None
    community: int | None = None
    children: tuple["Branch", ...] = ()


def explain(score: Score, *, rules: RuleSet) -> Branch:
    """Return the tree of an enterprise's score; the amounts of each level sum to their parent's."""
    own = _records(score.fold, cap=rules.exact("good_cap_enterprise"))
    children = (_project_part(score, rules), *own)
    whole = sum((b.amount for b in children), Fraction(0))
    rounded = Fraction(score.published)
    rest = [
        Branch(key="bound", amount=score.exact - whole, values={"top": str(ENTERPRISE_TOP)}),
        Branch(key="rounding", amount=rounded - score.exact),
    ]
    return Branch(key="score", amount=rounded, children=(*children, *(b for b in rest if b.amount)))


def _project_part(score: Score, rules: RuleSet) -> Branch:
    if not score.projects:
        return Branch(key="no-projects", amount=score.project_part)
    whole = sum(p.weight for p in score.projects)
    children = tuple(_project(p, Fraction(p.weight, whole), rules) for p in score.projects)
    return Branch(key="projects", amount=score.project_part, children=children)


def _project(project: ProjectScore, share: Fraction, rules: RuleSet) -> Branch:
    """Return one project's share; every amount below is scaled by its weight in the mean."""
    weight = rules.exact("weight_evaluation")
    evaluated = Branch(
        key="quality-assumed" if project.assumed else "quality",
        amount=share * weight * project.quality,
        values={"cycle": project.cycle},
        evaluation=project.evaluation,
    )
    scale = share * (1 - weight)
    base = Branch(key="base", amount=scale * rules.exact("base"))
    lines = [_scaled(b, scale) for b in _records(project.fold, cap=rules.exact("good_cap_project"))]
    total = sum((b.amount for b in lines), base.amount)
    bound = Branch(key="bound", amount=scale * project.record - total, values={"top": str(PROJECT_TOP)})
    record = Branch(
        key="record",
        amount=scale * project.record,
        children=(base, *lines, *((bound,) if bound.amount else ())),
    )
    return Branch(
        key="project",
        amount=share * project.composite,
        values={"area": str(project.area), "days": str(project.days)},
        community=project.community,
        children=(evaluated, record),
    )


def _records(fold: Fold, *, cap: Fraction) -> list[Branch]:
    lines = [
        Branch(
            key=f"line-{line.why}" if line.why else "line",
            amount=-line.counted if line.bad else line.counted,
            values={"points": str(line.points), "factor": str(line.factor)},
            record=line.entry.record,
            item=line.entry.code,
        )
        for line in fold.lines
    ]
    over = fold.good - cap
    return [*lines, Branch(key="good-cap", amount=-over)] if over > 0 else lines


def _scaled(branch: Branch, scale: Fraction) -> Branch:
    return msgspec.structs.replace(branch, amount=branch.amount * scale)
