"""What keeps a tender from being filed or announced: every finding at once."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain import filing, rounds, rule_table, schedule
from bidding.domain import tender as tenders
from bidding.domain.act import Act
from bidding.domain.entry.invitation import Approval
from bidding.domain.lot import Lot
from bidding.domain.outcome.decision import Decision
from bidding.domain.procedure import (
    OWNER_INVITED,
    OWNER_OPEN,
    PROPHASE_INVITED,
    PROPHASE_OPEN,
    Procedure,
    Profile,
    Stage,
)
from bidding.domain.service.table import Line, ServiceTable
from bidding.domain.tender import NOTICE, PARTS, Content, Keyholder, Tender
from bidding.domain.vote.matter import Figures, Key
from market.kernel import digest
from market.kernel.workday import Workdays

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
OWNER = rule_table.current(Profile.OWNER)
PROPHASE = rule_table.current(Profile.PROPHASE)
DECISION = Decision(
    id=1,
    number="D1",
    matter=Key.TENDER,
    community=1,
    decided_on=date(2026, 2, 1),
    figures=Figures(area=300, heads=30, area_part=200, heads_part=20, area_yes=101, heads_yes=11),
    unit_list=1,
    file_digest="a" * 64,
)
LINE = Line(code="X-01", area="E1", name="夜间值守", unit="项目", level=0, standard="每夜一次")
TABLE = ServiceTable(catalogue="beijing/1", level=3, lines=(LINE,))
EMPTY = ServiceTable(catalogue="beijing/1", level=3, lines=())


def whole(**changes: object) -> Content:
    content = Content(
        title="t",
        issue_at=NOW,
        deadline=NOW + timedelta(days=20),
        estimate_fen=100_00,
        bid_security_fen=2_00,
        parts=dict.fromkeys(PARTS, "text"),
        lots=(Lot(id="1", title="lot", area_centi=100, maximum_price_fen=100, services=TABLE),),
        decision="D1",
    )
    return msgspec.structs.replace(content, **(dict.fromkeys(NOTICE, "text") | changes))


def holder(number: int, *, rehearsed: bool = True) -> Keyholder:
    return Keyholder(
        organisation=number,
        institution=f"I{number}",
        opening_key=f"{number:064x}",
        signing_key=f"{number + 100:064x}",
        rehearsed=rehearsed,
    )


def a_tender(procedure: Procedure = OWNER_OPEN, **changes: object) -> Tender:
    tender = Tender(
        id=1,
        number="T2026110105O0001",
        procedure=procedure,
        stage=Stage.ACCEPTED,
        organisation=1,
        community=1,
        path=("110000", "110105"),
        round=1,
        predecessor=None,
        content=whole(),
        profile_version="owner/1",
        keyholders=(holder(1), holder(2), holder(3)),
        filed_at=NOW,
        decision=DECISION,
    )
    return msgspec.structs.replace(tender, **changes)


def codes(tender: Tender, rules: rule_table.RuleVersion = OWNER) -> list[str | None]:
    return [found.field for found in filing.filing_findings(tender, rules)]


def test_a_whole_document_has_no_findings() -> None:
    assert codes(a_tender()) == []
    assert list(filing.publication_findings(a_tender(), OWNER, NOW)) == []


def test_all_that_is_missing_is_said_at_once() -> None:
    found = codes(a_tender(content=Content(title="t"), decision=None))
    assert found == [
        "decision",
        *NOTICE,
        *(f"parts.{name}" for name in PARTS),
        "issue_at",
        "deadline",
        "lots",
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (None, "owners-decision-missing"),
        ({"matter": Key.WINNER}, "owners-decision-missing"),
        ({"community": 2}, "owners-decision-missing"),
        ({"unit_list": None}, "owners-decision-lost"),
        ({"figures": msgspec.structs.replace(DECISION.figures, area_yes=100)}, "owners-decision-lost"),
        ({"revoked_at": NOW, "revocation": "why"}, "owners-decision-gone"),
    ],
)
def test_only_these_owners_carried_and_standing_decision_to_tender_is_one(
    change: dict[str, object] | None, code: str
) -> None:
    changed = None if change is None else msgspec.structs.replace(DECISION, **change)
    found = list(filing.filing_findings(a_tender(decision=changed), OWNER))
    assert [(one.code, one.field) for one in found] == [(code, "decision")]
    assert codes(a_tender(PROPHASE_OPEN, decision=None), PROPHASE) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"bid_security_fen": 2_01}, "bid_security_fen"),
        ({"validity_days": 30}, "validity_days"),
        ({"issue_days": 4}, "issue_days"),
        ({"deadline": NOW + timedelta(days=19)}, "deadline"),
        ({"lots": (Lot(id="1", title="l", area_centi=1, services=TABLE),)}, "price_limit_method"),
        (
            {"lots": (Lot(id="1", title="l", area_centi=1, maximum_price_fen=1),)},
            "lots.0.services",
        ),
        (
            {"lots": (Lot(id="1", title="l", area_centi=1, maximum_price_fen=1, services=EMPTY),)},
            "lots.0.services",
        ),
    ],
)
def test_each_number_is_kept_to_the_unit(changes: dict[str, object], field: str) -> None:
    assert field in codes(a_tender(content=whole(**changes)))


def test_a_draft_proposes_the_validity_of_the_table() -> None:
    asked = {rule_table.current(profile).value("T21") for profile in Profile}
    assert asked == {Content(title="t").validity_days} == {90}


def test_the_owners_may_relax_twenty_days_to_fifteen_and_no_further() -> None:
    relaxed = msgspec.structs.replace(DECISION, relaxes=("T08",))
    for days, wanted in ((15, []), (14, ["deadline", "deadline"])):
        content = whole(deadline=NOW + timedelta(days=days))
        assert codes(a_tender(content=content, decision=relaxed)) == wanted


def test_a_prophase_tender_waits_ten_days_after_filing() -> None:
    content = whole(issue_at=NOW + timedelta(days=11), deadline=NOW + timedelta(days=40))
    tender = a_tender(PROPHASE_OPEN, content=content)
    for days, wanted in ((9, ["issue_at"]), (10, [])):
        found = filing.publication_findings(tender, PROPHASE, NOW + timedelta(days=days))
        assert [one.field for one in found] == wanted


def test_keyholders_must_be_independent_and_must_have_rehearsed() -> None:
    def found(*holders: Keyholder, threshold: int = 2) -> list[str]:
        tender = a_tender(keyholders=holders, threshold=threshold)
        return [str(one.context["problem"]) for one in filing.keyholder_findings(tender)]

    assert found(holder(1), holder(2), holder(3)) == []
    assert found(holder(1)) == ["number"]
    assert found(holder(1), holder(2), threshold=3) == ["number"]
    assert found(holder(1), holder(1)) == ["same-organisation", "same-opening-key", "same-signing-key"]
    assert found(holder(1), holder(2, rehearsed=False)) == ["not-rehearsed"]


@given(st.integers(0, 40))
def test_time_between_issue_and_deadline_never_shrinks_below_the_rule(days: int) -> None:
    tender = a_tender(PROPHASE_OPEN, content=whole(deadline=NOW + timedelta(days=days)))
    short = any(one.field == "deadline" for one in filing.time_findings(tender, PROPHASE))
    assert short is (days < 20)


def test_the_clock_acts_at_issue_deadline_window_and_after_complaints() -> None:
    at = {
        Stage.PUBLISHED: (NOW, Act.TENDER_ISSUE),
        Stage.BIDDING: (NOW + timedelta(days=20, seconds=10), Act.TENDER_CLOSE),
        Stage.CLOSED: (NOW + timedelta(days=20, seconds=10), Act.TENDER_FREEZE),
        Stage.OPENING: (NOW + timedelta(days=21), Act.TENDER_OPEN),
        Stage.PRICE_OPENING: (NOW + timedelta(days=21), Act.PRICES_OPEN),
        Stage.FAILED: (NOW + timedelta(days=33), Act.CIPHERTEXTS_DELETE),
        Stage.ANNULLED: (NOW + timedelta(days=33), Act.CIPHERTEXTS_DELETE),
    }
    for stage in Stage:
        tender = a_tender(
            stage=stage, window_ends_at=NOW + timedelta(days=21), failed_at=NOW + timedelta(days=22)
        )
        assert list(schedule.due(tender, OWNER)) == ([at[stage]] if stage in at else [])
        assert schedule.next_due_at(tender, OWNER) == (at[stage][0] if stage in at else None)


def test_prices_nobody_opened_are_deleted_once_the_bids_bind_nobody() -> None:
    over = NOW + timedelta(days=20 + whole().validity_days)
    for stage in (Stage.AWARDED, Stage.CONTRACTED, Stage.COMPLETED):
        assert schedule.next_due_at(a_tender(stage=stage), OWNER) is None
        tender = a_tender(stage=stage, prices_opened_at=NOW)
        assert list(schedule.due(tender, OWNER)) == [(over, Act.CIPHERTEXTS_DELETE)]
        assert schedule.next_due_at(msgspec.structs.replace(tender, purged_at=over), OWNER) is None


def test_enough_releases_bring_the_opening_forward() -> None:
    ready = NOW + timedelta(days=20, minutes=5)
    tender = a_tender(stage=Stage.OPENING, window_ends_at=NOW + timedelta(days=21), ready_at=ready)
    assert schedule.next_due_at(tender, OWNER) == ready


def test_the_fourth_round_is_for_people() -> None:
    assert rounds.next_round(a_tender(round=2), OWNER) == 3
    with pytest.raises(rounds.RoundsUsedUpError):
        rounds.next_round(a_tender(round=3), OWNER)


def test_days_are_counted_as_the_law_counts_them() -> None:
    workdays = Workdays(rest=frozenset(), work=frozenset(), years=frozenset({2026}))
    assert schedule.answer_due_on(a_tender(), OWNER, workdays) == date(2026, 3, 9)
    assert schedule.answer_due_on(a_tender(filed_at=None), OWNER, workdays) is None
    assert schedule.objections_until(whole(), OWNER) == date(2026, 3, 12)
    assert schedule.objections_until(Content(title="t"), OWNER) is None


def test_a_version_needs_a_deadline_and_changes_with_every_keyholder() -> None:
    with pytest.raises(tenders.DeadlineMissingError):
        tenders.version_of(a_tender(content=Content(title="t")), OWNER)
    one = tenders.version_of(a_tender(), OWNER)
    other = tenders.version_of(a_tender(keyholders=(holder(1), holder(2), holder(4))), OWNER)
    assert one.digest != other.digest
    assert (one.k, one.minimum_bids, one.lots) == (2, 3, ("1",))


APPROVED = Approval(ground="cost", number="1", authority="a", approved_on=date(2026, 2, 1))


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, []),
        ({"state_controlled": True}, ["T79"]),
        ({"state_controlled": True, "invitation_approval": APPROVED}, []),
        ({"lots": (Lot(id="1", title="l", area_centi=9_999_999, maximum_price_fen=1, services=TABLE),)}, []),
        (
            {"lots": (Lot(id="1", title="l", area_centi=10_000_000, maximum_price_fen=1, services=TABLE),)},
            ["open-compulsory"],
        ),
    ],
)
def test_a_developer_tenders_by_invitation_where_no_open_tender_is_compulsory(
    changes: dict[str, object], wanted: list[str]
) -> None:
    tender = a_tender(PROPHASE_INVITED, content=whole(decision=None, **changes))
    found = filing.filing_findings(tender, PROPHASE, invited={1, 2, 3})
    assert [one.context["rule"] for one in found] == wanted
    assert codes(a_tender(PROPHASE_OPEN, content=whole(decision=None, **changes)), PROPHASE) == []


def test_a_later_value_of_the_compulsory_area_turns_the_verdict() -> None:
    lot = Lot(id="1", title="l", area_centi=10_000_000, maximum_price_fen=1, services=TABLE)
    tender = a_tender(PROPHASE_INVITED, content=whole(decision=None, lots=(lot,)))
    rule = msgspec.structs.replace(PROPHASE.rule("open-compulsory"), value=10_000_001)
    wider = msgspec.structs.replace(PROPHASE, rules={**PROPHASE.rules, rule.id: rule})
    assert list(filing.filing_findings(tender, wider, invited={1, 2, 3})) == []


def test_owners_invite_three_or_more_and_by_decision() -> None:
    for owners, invited, wanted in ((True, 3, []), (True, 2, ["invitees"]), (False, 3, ["owners_invite"])):
        tender = a_tender(OWNER_INVITED, content=whole(owners_invite=owners))
        found = filing.filing_findings(tender, OWNER, invited=range(invited))
        assert [one.field for one in found] == wanted


def test_a_document_filed_before_the_new_fields_keeps_its_digest() -> None:
    plain = whole()
    assert plain.digest() != whole(owners_invite=True).digest()
    old = msgspec.to_builtins(plain)
    for name in (
        *("state_controlled", "invitation_approval", "owners_invite", "negotiation"),
        *("site_visit_at", "site_visit_place", "performance_percent", "two_envelopes", "prequalification"),
    ):
        del old[name]
    assert plain.digest() == digest.digest("tender-content", old)
