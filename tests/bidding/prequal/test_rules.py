"""The rules of a pre-qualification without a database: document, checklist, places, clock."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain import rule_table, schedule
from bidding.domain.act import Act
from bidding.domain.entry.prequalification import Condition, Prequalification
from bidding.domain.prequal import application, finding
from bidding.domain.prequal.application import Application, Outcome, Verdict
from bidding.domain.procedure import OWNER_OPEN, OWNER_PREQUALIFIED, PROPHASE_PREQUALIFIED, Profile, Stage
from bidding.domain.rule_table import RuleVersion
from bidding.domain.tender import Content, Tender
from market.kernel.errors import RuleError
from tests.bidding.domain.test_filing import DECISION, NOW, a_tender, whole

OWNER = rule_table.current(Profile.OWNER)
DOCUMENT = Prequalification(
    issue_at=NOW,
    deadline=NOW + timedelta(days=10),
    how_to_apply="t",
    conditions=(Condition(id="a", text="t", points=600), Condition(id="b", text="t", points=400)),
)


def qualifying(**changes: object) -> Content:
    """Return a tender document with pre-qualification."""
    document = msgspec.structs.replace(DOCUMENT, **changes)
    issued = NOW + timedelta(days=30)
    return whole(prequalification=document, issue_at=issued, deadline=issued + timedelta(days=20))


def prequal_findings(rules: RuleVersion, **changes: object) -> list[RuleError]:
    """Return what is wrong with a document that differs in some fields."""
    chosen = OWNER_PREQUALIFIED if rules.profile is Profile.OWNER else PROPHASE_PREQUALIFIED
    return list(finding.findings(a_tender(chosen, content=qualifying(**changes)), rules))


def test_a_whole_document_has_no_findings_and_all_that_is_missing_is_said_at_once() -> None:
    assert prequal_findings(OWNER) == []
    bare = [one.field for one in prequal_findings(OWNER, **msgspec.structs.asdict(Prequalification()))]
    assert bare == [
        *("prequalification.conditions", "prequalification.how_to_apply"),
        *("prequalification.issue_at", "prequalification.deadline"),
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"conditions": DOCUMENT.conditions[:1] * 2}, "prequalification.conditions"),
        ({"limit": 5, "conditions": (Condition(id="a", text="t"),)}, "prequalification.conditions"),
        ({"deadline": NOW + timedelta(days=30)}, "issue_at"),
        ({"issue_days": 4}, "prequalification.issue_days"),
    ],
)
def test_what_does_not_fit_is_named(changes: dict[str, object], field: str) -> None:
    assert [one.field for one in prequal_findings(OWNER, **changes)] == [field]


def test_document_and_procedure_belong_together_and_state_money_needs_a_committee() -> None:
    assert [one.field for one in finding.findings(a_tender(OWNER_OPEN, content=qualifying()), OWNER)] == [
        "prequalification"
    ]
    bare = a_tender(OWNER_PREQUALIFIED, content=whole())
    assert [one.field for one in finding.findings(bare, OWNER)] == ["prequalification"]
    content = msgspec.structs.replace(qualifying(), state_controlled=True)
    state = a_tender(PROPHASE_PREQUALIFIED, content=content)
    (found,) = finding.findings(state, rule_table.current(Profile.PROPHASE))
    assert (found.field, found.source) == ("state_controlled", "BLR 18")


def test_owners_shorten_the_time_to_apply_to_its_floor_and_no_further() -> None:
    relaxed = msgspec.structs.replace(DECISION, relaxes=("T07",))
    for days, fits in ((7, True), (6, False)):
        content = qualifying(deadline=NOW + timedelta(days=days))
        tender = a_tender(OWNER_PREQUALIFIED, content=content, decision=relaxed)
        assert (list(finding.findings(tender, OWNER)) == []) is fits


def an_application(organisation: int, *points: int, met: bool = True) -> Application:
    """Return an examined application with points for each condition."""
    verdicts = tuple(
        Verdict(condition=one.id, met=met, reason="r", points=got)
        for one, got in zip(DOCUMENT.conditions, points or (0, 0), strict=True)
    )
    return Application(
        tender="T",
        organisation=organisation,
        uscc="c",
        salt="s",
        applied_at=NOW,
        statements={},
        verdicts=verdicts,
    )


LISTS = st.lists(st.tuples(st.integers(0, 600), st.integers(0, 400), st.booleans()), max_size=12).map(
    lambda rows: [an_application(n, a, b, met=met) for n, (a, b, met) in enumerate(rows)]
)


@given(made=LISTS, limit=st.sampled_from([0, 5, 6]))
def test_whoever_is_invited_meets_every_condition_and_nobody_better_is_left_out(
    made: list[Application], limit: int
) -> None:
    document = msgspec.structs.replace(DOCUMENT, limit=limit)
    chosen = application.invited(document, made)
    qualified = [one for one in made if one.qualifies]
    outside = [one for one in qualified if one.organisation not in chosen]
    inside = [one for one in qualified if one.organisation in chosen]
    assert len(inside) == len(chosen)
    assert not outside or (limit and len(chosen) >= limit)
    assert all(each.points < one.points for each in outside for one in inside)
    told = {application.outcome(one, chosen) for one in outside}
    assert told <= {Outcome.BEYOND_LIMIT}
    assert all(application.outcome(one, chosen) is Outcome.NOT_QUALIFIED for one in made if not one.qualifies)


def test_a_checklist_gives_reasons_and_no_more_points_than_published() -> None:
    limited = msgspec.structs.replace(DOCUMENT, limit=5)

    def problems(document: Prequalification, *verdicts: Verdict) -> list[object]:
        return [one.context["problem"] for one in application.checklist_findings(document, verdicts)]

    full = (Verdict(condition="a", met=True, points=600), Verdict(condition="b", met=True, points=400))
    assert problems(limited, *full) == []
    assert problems(DOCUMENT, *full) == ["points", "points"], "no limit, no points"
    assert problems(limited, full[0], Verdict(condition="b", met=True, points=399)) == ["reason"]
    assert problems(limited, full[0], Verdict(condition="b", met=True, points=401)) == ["points"]
    assert problems(limited, full[0], Verdict(condition="b", reason="r", points=1)) == ["points"]
    assert problems(limited, full[0], full[0], full[1]) == ["once"]


def clock(stage: Stage, **changes: object) -> list[object]:
    """Return what the clock does next to a tender with pre-qualification."""
    tender: Tender = a_tender(OWNER_PREQUALIFIED, content=qualifying(), stage=stage, **changes)
    return [(at - NOW, act) for at, act in schedule.due(tender, OWNER)]


def test_the_clock_opens_and_closes_applying_and_waits_for_the_invitation() -> None:
    end = NOW + timedelta(days=14)
    told = {"examined_at": NOW, "objections_end_at": end}
    assert clock(Stage.PUBLISHED) == [(timedelta(0), Act.PREQUAL_ISSUE)]
    assert clock(Stage.PREQUAL_OPEN) == [(timedelta(days=10) + schedule.CLOSING_GRACE, Act.PREQUAL_CLOSE)]
    assert clock(Stage.PREQUAL_REVIEW) == []
    assert clock(Stage.PREQUAL_DONE, qualified=3, **told) == []
    assert clock(Stage.PREQUAL_DONE, qualified=2, **told) == [(timedelta(days=14), Act.TENDER_FAIL)]
    assert clock(Stage.PREQUAL_DONE, qualified=3, invited_at=end, **told) == [
        (timedelta(days=30), Act.TENDER_ISSUE)
    ]
