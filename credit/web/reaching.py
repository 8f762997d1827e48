"""What keeps an enterprise from the next grade, in sentences, each resting on its published snapshot."""

from collections.abc import Iterator, Mapping
from datetime import date

from credit.domain import grade
from credit.domain.grade import LETTERS, Grade
from credit.domain.rule_set import RuleSet
from credit.queries.standing_page import CreditView, Reason
from credit.web import explanations
from market.kernel.share import decimal
from market.runtime.web import formats
from market.runtime.web.i18n import t


def sentences(found: CreditView, *, rules: RuleSet) -> tuple[str, ...]:
    """Return why the grade is not the next better one, and what changes that; empty before a rating."""
    if found.published is None or found.reasons is None:
        return ()
    if found.published.grade not in LETTERS:
        return (t("credit.reach.unrated"),)
    if found.published.grade is Grade.A:
        return (t("credit.reach.top"),)
    wanted = LETTERS[LETTERS.index(found.published.grade) - 1]
    ends = {line.id: line.expires_on for line in found.records}
    return (
        _points(found.published.score_centi, wanted, rules),
        *_records(found.reasons, wanted, rules, ends),
        *_together(found.reasons, wanted, rules),
        *_evaluations(found.reasons, rules),
    )


def _points(score: int, wanted: Grade, rules: RuleSet) -> str:
    """Say how far the score is from the threshold of the wanted grade."""
    needed = rules.whole(f"grade_{wanted.value.lower()}")
    values = {"grade": wanted.value, "needed": decimal(needed)}
    if score >= needed:
        return t("credit.reach.enough", **values)
    return t("credit.reach.short", short=decimal(needed - score), **values)


def _records(reason: Reason, wanted: Grade, rules: RuleSet, ends: Mapping[int, date | None]) -> Iterator[str]:
    """Say of each record that costs points or bars the grade what it does and until when."""
    for each in _branches(reason):
        points = decimal(abs(each.centi))
        if each.key == "undisclosed":
            yield t("credit.reach.undisclosed", points=points)
        elif each.record is not None and each.item and rules.item(each.item).bad:
            limit = grade.ceiling([rules.item(each.item)]).grade
            last = ends.get(each.record)
            yield t(
                "credit.reach.barred" if grade.worse(limit, wanted) is not wanted else "credit.reach.costs",
                item=explanations.item_name(each.item, rules=rules),
                points=points,
                limit=limit.value,
                until=formats.day_text(last) if last else t("credit.reach.no-end"),
            )


def _together(reason: Reason, wanted: Grade, rules: RuleSet) -> Iterator[str]:
    """Say so when records bar the grade only together."""
    named = {each.item for each in _branches(reason) if each.record is not None and each.item}
    bad = [item for item in map(rules.item, sorted(named)) if item.bad]
    limit = grade.ceiling(bad).grade
    alone = (grade.ceiling([item]).grade for item in bad)
    if grade.worse(limit, wanted) is not wanted and limit not in alone:
        yield t("credit.reach.together", limit=limit.value)


def _evaluations(reason: Reason, rules: RuleSet) -> Iterator[str]:
    """Say of each project how much its evaluation brought."""
    most = decimal(int(rules.exact("weight_evaluation") * 10_000))
    for project in _branches(reason):
        for each in project.children:
            if each.evaluation is not None:
                where = each.community or project.community
                yield t("credit.reach.evaluation", points=decimal(each.centi), community=where, most=most)


def _branches(reason: Reason) -> Iterator[Reason]:
    yield reason
    for child in reason.children:
        yield from _branches(child)
