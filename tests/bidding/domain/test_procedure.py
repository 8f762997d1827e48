"""The lifecycle as a matrix, and the registries as printed."""

import pytest

from bidding.domain import rule_table
from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import (
    AFTER_AWARD,
    LIFECYCLE,
    LIFECYCLES,
    PROCEDURES,
    Profile,
    Stage,
    UnknownProcedureError,
    named,
)
from market.kernel.errors import TransitionError

MOVES = {
    ("draft", Act.TENDER_FILE): "filed",
    ("filed", Act.FILING_ACCEPT): "accepted",
    ("filed", Act.FILING_RETURN): "returned",
    ("filed", Act.SELECTION_APPROVE): "approved",
    ("approved", Act.SELECTION_CONCLUDE): "awarded",
    ("approved", Act.TENDER_TERMINATE): "terminated",
    ("returned", Act.TENDER_DRAFT): "draft",
    ("accepted", Act.TENDER_PUBLISH): "published",
    ("published", Act.TENDER_ISSUE): "bidding",
    ("published", Act.PREQUAL_ISSUE): "prequal-open",
    ("prequal-open", Act.PREQUAL_CLOSE): "prequal-review",
    ("prequal-review", Act.PREQUAL_CONCLUDE): "prequal-done",
    ("prequal-done", Act.PREQUAL_REDO): "prequal-review",
    ("prequal-done", Act.TENDER_FAIL): "failed",
    ("prequal-done", Act.TENDER_ISSUE): "bidding",
    ("prequal-open", Act.TENDER_TERMINATE): "terminated",
    ("prequal-review", Act.TENDER_TERMINATE): "terminated",
    ("prequal-done", Act.TENDER_TERMINATE): "terminated",
    ("prequal-open", Act.TENDER_ANNUL): "annulled",
    ("prequal-review", Act.TENDER_ANNUL): "annulled",
    ("prequal-done", Act.TENDER_ANNUL): "annulled",
    ("bidding", Act.TENDER_CLOSE): "closed",
    ("closed", Act.TENDER_FREEZE): "opening",
    ("closed", Act.TENDER_FAIL): "failed",
    ("opening", Act.TENDER_OPEN): "opened",
    ("opening", Act.TENDER_FAIL): "failed",
    ("opened", Act.EVALUATION_START): "evaluation",
    ("evaluation", Act.MARKS_LOCK): "price-opening",
    ("price-opening", Act.PRICES_OPEN): "evaluation",
    ("price-opening", Act.TENDER_FAIL): "failed",
    ("price-opening", Act.TENDER_ANNUL): "annulled",
    ("opened", Act.TENDER_FAIL): "failed",
    ("evaluation", Act.EVALUATION_RANK): "ranked",
    ("evaluation", Act.TENDER_FAIL): "failed",
    ("ranked", Act.DECISION_RECORD): "decided",
    ("ranked", Act.AWARD_PUBLISH): "awarded",
    ("decided", Act.DECISION_RECORD): "decided",
    ("decided", Act.AWARD_PUBLISH): "awarded",
    ("awarded", Act.CONTRACT_SIGN): "contracted",
    ("awarded", Act.AWARD_CANCEL): "ranked",
    ("ranked", Act.TENDER_FAIL): "failed",
    ("decided", Act.TENDER_FAIL): "failed",
    ("contracted", Act.CONTRACT_FILE): "contract-filed",
    ("contract-filed", Act.CONTRACT_RETURN): "contracted",
    ("contracted", Act.HANDOVER_CONFIRM): "completed",
    ("contract-filed", Act.HANDOVER_CONFIRM): "completed",
    ("accepted", Act.TENDER_TERMINATE): "terminated",
    ("published", Act.TENDER_TERMINATE): "terminated",
    ("bidding", Act.TENDER_TERMINATE): "terminated",
    ("ranked", Act.EVALUATION_REDO): "evaluation",
    ("decided", Act.EVALUATION_REDO): "evaluation",
    ("bidding", Act.TENDER_ANNUL): "annulled",
    ("closed", Act.TENDER_ANNUL): "annulled",
    ("opening", Act.TENDER_ANNUL): "annulled",
    ("opened", Act.TENDER_ANNUL): "annulled",
    ("evaluation", Act.TENDER_ANNUL): "annulled",
    ("ranked", Act.TENDER_ANNUL): "annulled",
    ("decided", Act.TENDER_ANNUL): "annulled",
    ("awarded", Act.TENDER_ANNUL): "annulled",
}


AGREED = {
    ("filed", Act.SELECTION_APPROVE),
    ("approved", Act.SELECTION_CONCLUDE),
    ("approved", Act.TENDER_TERMINATE),
}
AT_ONCE = {("published", Act.TENDER_ISSUE)}
QUALIFYING = {
    ("published", Act.PREQUAL_ISSUE),
    *((stage, act) for stage, act in MOVES if stage.startswith("prequal-")),
}
VOTE = {
    ("ranked", Act.DECISION_RECORD),
    ("decided", Act.DECISION_RECORD),
    ("decided", Act.AWARD_PUBLISH),
    ("decided", Act.TENDER_FAIL),
    ("decided", Act.EVALUATION_REDO),
    ("decided", Act.TENDER_ANNUL),
}
SELECTION = AGREED | {
    ("draft", Act.TENDER_FILE),
    ("filed", Act.FILING_RETURN),
    ("returned", Act.TENDER_DRAFT),
    ("awarded", Act.CONTRACT_SIGN),
    ("awarded", Act.AWARD_CANCEL),
    ("awarded", Act.TENDER_ANNUL),
    ("contracted", Act.CONTRACT_FILE),
    ("contract-filed", Act.CONTRACT_RETURN),
    ("contracted", Act.HANDOVER_CONFIRM),
    ("contract-filed", Act.HANDOVER_CONFIRM),
}
KNOWN = {
    "owner-open": set(MOVES) - AGREED - QUALIFYING,
    "owner-invited": set(MOVES) - AGREED - QUALIFYING,
    "owner-prequalified": set(MOVES) - AGREED - AT_ONCE,
    "prophase-open": set(MOVES) - AGREED - VOTE - QUALIFYING,
    "prophase-invited": set(MOVES) - AGREED - VOTE - QUALIFYING,
    "prophase-prequalified": set(MOVES) - AGREED - VOTE - AT_ONCE,
    "prophase-negotiated": SELECTION,
}
"""Procedure -> the rows it walks."""
OWN = {("prophase-negotiated", "awarded", Act.AWARD_CANCEL): "approved"}
"""Where a procedure's row leads elsewhere than the shared table's."""


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("act", list(Act))
def test_every_stage_and_act_is_a_move_or_a_refusal(stage: Stage, act: Act) -> None:
    assert KNOWN.keys() == LIFECYCLES.keys()
    for lifecycle, known in ((LIFECYCLE, set(MOVES)), *((LIFECYCLES[key], KNOWN[key]) for key in KNOWN)):
        if (stage.value, act) in known:
            own = OWN.get((lifecycle.name, stage.value, act), MOVES[stage.value, act])
            assert lifecycle.after(stage, act).value == own
        else:
            with pytest.raises(TransitionError):
                lifecycle.after(stage, act)


def test_the_registry_prints_exactly_these_procedures() -> None:
    printed = {
        one.key: (
            f"{one.profile} {one.letter} {'+'.join(sorted(one.tenderers))} -> {one.supervising_level}"
            f" decision={one.decision_needed} ban={one.ban_refuses} invited={one.by_invitation}"
            f"{' qualified' if one.prequalified else ''}"
        )
        for one in PROCEDURES.values()
    }
    assert printed == {
        "owner-open": "owner O committee -> street decision=True ban=False invited=False",
        "owner-invited": "owner O committee -> street decision=True ban=False invited=True",
        "owner-prequalified": "owner O committee -> street decision=True ban=False invited=False qualified",
        "prophase-open": "prophase P developer -> district decision=False ban=True invited=False",
        "prophase-invited": "prophase P developer -> district decision=False ban=True invited=True",
        "prophase-prequalified": (
            "prophase P developer -> district decision=False ban=True invited=False qualified"
        ),
        "prophase-negotiated": "prophase P developer -> district decision=False ban=True invited=False",
    }
    assert {one.key: one.source for one in PROCEDURES.values()} == {
        "owner-open": "BPR 64; BL 2, 10",
        "owner-invited": "BPR 64; BL 2, 10, 17",
        "owner-prequalified": "BPR 64; BL 2, 10, 18; BLR 15-19",
        "prophase-open": "PMR 24; BL 3, 10; BPR 19",
        "prophase-invited": "PMR 24; BL 3, 10, 17; BLR 8; BPR 19",
        "prophase-prequalified": "PMR 24; BL 3, 10, 18; BLR 15-19; BPR 19",
        "prophase-negotiated": "PMR 24; BPR 19",
    }


def test_no_stage_before_the_freeze_leads_to_read_outs_but_through_the_opening() -> None:
    assert LIFECYCLE.sources_of(Act.TENDER_OPEN) == (Stage.OPENING,)
    assert LIFECYCLE.sources_of(Act.TENDER_FREEZE) == (Stage.CLOSED,)


def test_every_act_says_who_may_do_it() -> None:
    assert set(PERMISSIONS) == set(Act)


def test_unknown_names_are_refused() -> None:
    assert named("owner-open") is PROCEDURES["owner-open"]
    with pytest.raises(UnknownProcedureError):
        named("lottery")
    with pytest.raises(rule_table.UnknownRuleError):
        rule_table.version("owner/0")
    with pytest.raises(rule_table.UnknownRuleError):
        rule_table.current(Profile.OWNER).rule("T999")


def test_after_the_award_is_the_end_of_every_path() -> None:
    for procedure in PROCEDURES.values():
        later = procedure.path[procedure.path.index(Stage.AWARDED) :]
        assert set(later) - {Stage.ANNULLED} == AFTER_AWARD, procedure.key
