"""The lifecycle as a matrix, and the registries as printed."""

import pytest

from bidding.domain import rule_table
from bidding.domain.permission import PERMISSIONS, Act
from bidding.domain.procedure import LIFECYCLE, PROCEDURES, Profile, Stage, UnknownProcedureError, named
from market.kernel.errors import TransitionError

MOVES = {
    ("draft", Act.TENDER_FILE): "filed",
    ("filed", Act.FILING_ACCEPT): "accepted",
    ("filed", Act.FILING_RETURN): "returned",
    ("returned", Act.TENDER_DRAFT): "draft",
    ("accepted", Act.TENDER_PUBLISH): "published",
    ("published", Act.TENDER_ISSUE): "bidding",
    ("bidding", Act.TENDER_CLOSE): "closed",
    ("closed", Act.TENDER_FREEZE): "opening",
    ("closed", Act.TENDER_FAIL): "failed",
    ("opening", Act.TENDER_OPEN): "opened",
    ("opening", Act.TENDER_FAIL): "failed",
    ("opened", Act.EVALUATION_START): "evaluation",
    ("evaluation", Act.EVALUATION_RANK): "ranked",
    ("evaluation", Act.TENDER_FAIL): "failed",
    ("ranked", Act.DECISION_RECORD): "decided",
    ("ranked", Act.AWARD_PUBLISH): "awarded",
    ("decided", Act.DECISION_RECORD): "decided",
    ("decided", Act.AWARD_PUBLISH): "awarded",
    ("awarded", Act.CONTRACT_SIGN): "contracted",
    ("contracted", Act.HANDOVER_CONFIRM): "completed",
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


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("act", list(Act))
def test_every_stage_and_act_is_a_move_or_a_refusal(stage: Stage, act: Act) -> None:
    wanted = MOVES.get((stage.value, act))
    if wanted is None:
        with pytest.raises(TransitionError):
            LIFECYCLE.after(stage, act)
    else:
        assert LIFECYCLE.after(stage, act).value == wanted


def test_no_stage_before_the_freeze_leads_to_read_outs_but_through_the_opening() -> None:
    assert LIFECYCLE.sources_of(Act.TENDER_OPEN) == (Stage.OPENING,)
    assert LIFECYCLE.sources_of(Act.TENDER_FREEZE) == (Stage.CLOSED,)


def test_every_act_says_who_may_do_it() -> None:
    assert set(PERMISSIONS) == set(Act)


NUMBERS = """
T01 3 count hard BL 28; BLR 44; BTB 22
T06 5 days hard BLR 16
T09 15 days hard BL 23; BLR 21
T11 10 days hard BLR 22
T13 3 days hard BLR 22, 54
T14.minutes 120 minutes should BLR 44; [design]
T15 2 percent hard BLR 26
T20 10 percent hard BLR 58; BL 46
T21 90 days hard BLR 25; [design]
T23 0 days hard BL 34, 35; BTB 24
T25 0 days hard BLR 36; BL 28
T29 1440 minutes should BLR 46; BTB 26; [design]
T29.reserves 2 count should [design]
T29.commit 720 minutes should [design]
T29.reveal 360 minutes should [design]
T31 0 count hard BL 37; BTB 26
T32 3 count hard BLR 53; BTB 30
T34 3 days hard BLR 54
T35 3 days hard BLR 54
T36 10 days hard BLR 60
T37 3 workdays hard BLR 61; BTB 44
T38 30 workdays hard BLR 61; BTB 44
T42 30 days hard BL 46
T43 15 days hard BPR 63
T46 1 count hard BL 22; BLR 27, 50; BTB 19
T53 0 count hard BLR 53
T53.signing 2880 minutes should [design]
T58 5 count hard BL 16, 17; BLR 15
T59 7 count hard BL 19; BLR 25; BTB 17
T61 0 count hard BL 22; BTB 20
T62 0 count hard BL 36
T66.former 3 years should [design]
filing-decision 5 workdays should [design]
rounds-max 3 count should [design]
opening-window 120 minutes should [design]
opening-limit 1440 minutes should [design]
recovery-share 1 count should [design]
"""
OWN = {
    Profile.OWNER: """
T05 0 days should BPR 64
T08 20 days house BL 24
T26 5 count house BL 37
T27 2 count house BL 37
T28 1 count house BPR 47; [design]
T28.decided 1 count house BPR 47; [design]
T30 8 years should BL 37
T22 30 days should 2003 measures
""",
    Profile.PROPHASE: """
T05 10 days hard 2003 measures 11
T08 20 days hard BL 24
T26 5 count hard BL 37; BTB 26
T27 2 count hard BL 37; BTB 26
T30 8 years hard BL 37
T22 30 days hard 2003 measures
""",
}


@pytest.mark.parametrize("profile", list(Profile))
def test_the_numbers_are_those_of_the_law(profile: Profile) -> None:
    version = rule_table.current(profile)
    printed = [f"{r.id} {r.value} {r.unit} {r.force} {r.source}" for r in version.rules.values()]
    assert sorted(printed) == sorted(filter(None, (NUMBERS + OWN[profile]).splitlines()))


def test_only_owners_relax_the_twenty_days_and_only_to_fifteen() -> None:
    owner, prophase = (rule_table.current(profile) for profile in (Profile.OWNER, Profile.PROPHASE))
    assert owner.required("T08", frozenset({"T08"})) == 15
    assert prophase.required("T08", frozenset({"T08"})) == 20


def test_no_owners_decision_relaxes_a_hard_rule() -> None:
    for version in rule_table.VERSIONS.values():
        for rule in version.rules.values():
            if rule.force is rule_table.Force.HARD:
                assert version.required(rule.id, frozenset({rule.id})) == rule.value


def test_unknown_names_are_refused() -> None:
    assert named("owner-open") is PROCEDURES["owner-open"]
    with pytest.raises(UnknownProcedureError):
        named("lottery")
    with pytest.raises(rule_table.UnknownRuleError):
        rule_table.version("owner/0")
    with pytest.raises(rule_table.UnknownRuleError):
        rule_table.current(Profile.OWNER).rule("T999")
