"""Every stage with every act is a move or a refusal; nothing takes points on a short way."""

from itertools import product

import msgspec
import pytest

from credit.domain import evaluation, list_entry, record
from credit.domain.act import Act
from credit.domain.permission import PERMISSIONS
from credit.domain.record import BAD, GOOD, Stage, Verb
from market.kernel.actor import Role
from market.kernel.lifecycle import Lifecycle, UnknownMoveError
from tests.credit.rules import RULES

EXPECTED = {
    ("draft", "submit"): "submitted",
    ("draft", "reject"): "rejected",
    ("draft", "withdraw"): "withdrawn",
    ("submitted", "take_up"): "under_review",
    ("submitted", "reject"): "rejected",
    ("submitted", "withdraw"): "withdrawn",
    ("under_review", "reject"): "rejected",
    ("under_review", "post_notice"): "notice_posted",
    ("notice_posted", "serve"): "notice_served",
    ("notice_posted", "reject"): "rejected",
    ("notice_served", "state"): "statement_received",
    ("notice_served", "decide"): "decided",
    ("notice_served", "reject"): "rejected",
    ("statement_received", "reconsider"): "re_review",
    ("re_review", "decide"): "decided",
    ("re_review", "reject"): "rejected",
    ("decided", "take_effect"): "effective",
    ("effective", "expire"): "expired",
    ("effective", "repair"): "repaired",
    ("effective", "revoke"): "revoked",
}


@pytest.mark.parametrize(("stage", "verb"), list(product(Stage, Verb)))
def test_the_whole_matrix_of_a_record_that_takes_points(stage: Stage, verb: Verb) -> None:
    if (stage.value, verb.value) in EXPECTED:
        assert BAD.after(stage, verb).value == EXPECTED[stage.value, verb.value]
    else:
        with pytest.raises(UnknownMoveError):
            BAD.after(stage, verb)


def paths(
    table: Lifecycle[Stage, Verb], start: Stage, seen: tuple[Stage, ...] = ()
) -> list[tuple[Stage, ...]]:
    here = (*seen, start)
    targets = {m.target for m in table.moves if m.source is start} - set(here)
    return [here] + [path for target in targets for path in paths(table, target, here)]


def test_no_way_to_effect_goes_around_the_notice() -> None:
    for path in paths(BAD, Stage.DRAFT):
        if path[-1] is Stage.EFFECTIVE:
            assert Stage.NOTICE_SERVED in path
    assert any(
        path[-1] is Stage.EFFECTIVE and Stage.NOTICE_SERVED not in path for path in paths(GOOD, Stage.DRAFT)
    )


def test_only_the_city_decides_and_lists() -> None:
    for act in (Act.LIST_DECIDE, Act.LIST_ENLIST, Act.LIST_POST_NOTICE, Act.LIST_REVOKE, Act.SCORE_PUBLISH):
        assert PERMISSIONS[act].roles == {Role.CITY}


def test_no_way_to_the_list_goes_around_notice_and_review() -> None:
    table = list_entry.LIFECYCLE
    todo: list[tuple[list_entry.Stage, ...]] = [(table.initial,)]
    while todo:
        path = todo.pop()
        if path[-1] is list_entry.Stage.LISTED:
            assert {list_entry.Stage.NOTICE_SERVED, list_entry.Stage.LEGAL_REVIEW} <= set(path)
        todo += [(*path, m.target) for m in table.moves if m.source is path[-1] and m.target not in path]


@pytest.mark.parametrize("field", ["facts", "reasons", "legal_basis"])
def test_a_notice_names_facts_reasons_and_basis(field: str) -> None:
    told = list_entry.Notice(facts="拒不退出", reasons="经责令仍不退出", legal_basis="BPR 68", months=12)
    list_entry.check_notice(told, rules=RULES)
    with pytest.raises(list_entry.LegalBasisError):
        list_entry.check_notice(msgspec.structs.replace(told, **{field: " "}), rules=RULES)


def test_diagrams_name_every_stage() -> None:
    for table in (BAD, GOOD, evaluation.LIFECYCLE, list_entry.LIFECYCLE):
        text = table.mermaid()
        assert all(stage.value in text for stage in table.stages)
    assert set(record.BAD.stages) == set(Stage)
