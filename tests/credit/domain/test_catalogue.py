"""The rule data: complete, summed, with sources; wrong data stop the load with every finding."""

from collections import Counter

import pytest

from credit.domain.catalogue import Flag, Recorder, Severity
from credit.domain.rule_set import approver_floor
from tests.credit.rules import RULES


def test_seventy_one_items_in_five_classes() -> None:
    assert len(RULES.items) == 71
    assert Counter(item.severity for item in RULES.items) == {
        Severity.GOOD: 23,
        Severity.MINOR: 8,
        Severity.GENERAL: 15,
        Severity.SERIOUS: 13,
        Severity.VERY_SERIOUS: 12,
    }


def test_forty_three_indicators_of_nine_areas_make_a_hundred_points() -> None:
    sums = {area.id: area.points_centi for area in RULES.areas}
    assert sums == {
        "E1": 1500,
        "E2": 1000,
        "E3": 1800,
        "E4": 1200,
        "E5": 1200,
        "E6": 500,
        "E7": 800,
        "E8": 800,
        "E9": 1200,
    }
    assert len(RULES.indicators) == 43
    for area in RULES.areas:
        assert sum(i.points_centi for i in RULES.indicators if i.area == area.id) == area.points_centi


def test_every_flag_is_used_and_every_found_item_names_its_source() -> None:
    assert {flag for item in RULES.items for flag in item.flags} == set(Flag) - {Flag.RETIRED}
    assert [i.code for i in RULES.items if i.mark.value == "found" and not i.source] == []
    assert [i.code for i in RULES.items if i.mark.value == "interp" and not i.source] == []


def test_validity_stays_within_the_class_maximum() -> None:
    for item in RULES.items:
        most = RULES.publicity_months(item.severity)
        if most is not None and item.validity_months is not None:
            assert item.validity_months <= most, item.code


def test_numbers_are_the_typed_ones() -> None:
    """A changed number is a visible difference here, with its source in the data."""
    assert {p.id: p.value for p in RULES.parameters} == {
        "auto_evaluation_below": "60.00",
        "auto_owners_from": "90.00",
        "auto_cases_least": "10",
        "auto_rates_from": "95",
        "auto_resolution_below": "60",
        "scorers": "2",
        "scorer_difference": "10.00",
        "moderation_jump": "15.00",
        "moderation_high": "98.00",
        "moderation_low": "50.00",
        "moderation_share": "5",
        "bias_warning": "8.00",
        "bias_few": "5",
        "recorder_ratio": "2",
        "recorder_limit": "3",
        "recorder_few": "5",
        "evaluation_objection": "5",
        "recheck": "10",
        "survey_overall": "2/5",
        "survey_least": "30",
        "survey_few_weight": "1/2",
        "survey_shown_from": "5",
        "survey_error": "10",
        "survey_response": "2/5",
        "survey_reserves": "2",
        "survey_visits": "3",
        "survey_floor_band": "6",
        "survey_days": "30",
        "survey_least_time": "30",
        "survey_straight_time": "60",
        "rules_notice": "30",
        "exit_removal_after": "12",
        "exit_removal_clean": "6",
        "hearing_notice": "7",
        "limitation": "24",
        "limitation_harm": "60",
        "recording": "10",
        "annulment": "3",
        "assessor_share": "3/5",
        "assessor_days": "10",
        "assessor_least": "2",
        "repair_after_minor": "0",
        "repair_after_general": "3",
        "repair_after_serious": "12",
        "repair_after_very_serious": "12",
        "repair_after_veto": "18",
        "repair_accept": "3",
        "repair_decide": "10",
        "repair_extension": "10",
        "repair_limit": "2",
        "repair_limit_window": "36",
        "repair_bar": "12",
        "objection_review": "15",
        "grade_by_quota": "0",
        "cycle_publicity": "5",
        "cycle_feeds": "10",
        "cycle_objections": "5",
        "objection_answer": "5",
        "objection_extension": "5",
        "case_weight_response": "1/10",
        "case_weight_resolution": "9/20",
        "case_weight_satisfaction": "9/20",
        "case_partly_resolved": "0",
        "case_basically": "1",
        "case_duplicate_days": "30",
        "case_response_hours": "24",
        "order_days": "30",
        "order_days_most": "90",
        "order_extension_most": "30",
        "order_recheck": "5",
        "risk_shift_low": "0",
        "risk_shift_mid": "1",
        "risk_shift_high": "1",
        "inspect_unannounced": "1/2",
        "inspect_early": "5",
        "inspect_notice": "3",
        "base": "100.00",
        "good_cap_project": "10.00",
        "good_cap_manager": "10.00",
        "good_cap_enterprise": "15.00",
        "weight_evaluation": "1/2",
        "manager_share_of_project": "1/2",
        "unrated_project_part": "80.00",
        "unevaluated_project": "80.00",
        "unrated_below_days": "90",
        "grade_a": "85.00",
        "grade_b": "75.00",
        "grade_c": "60.00",
        "quota_a": "20",
        "quota_b": "50",
        "quota_c": "25",
        "quota_d": "5",
        "repeat_window": "12",
        "facts_by_content": "1",
        "repeat_first": "1",
        "repeat_second": "3/2",
        "repeat_third": "2",
        "item_cap_factor": "3",
        "exit_term_min": "12",
        "exit_term_max": "36",
        "exit_term_first": "12",
        "exit_term_second": "24",
        "exit_term_third": "36",
        "exit_repeat_window": "60",
        "exit_statement": "5",
        "successor_term": "36",
        "manager_floor": "60.00",
        "manager_term": "12",
        "exit_decision": "30",
        "publicity_minor": "3",
        "publicity_general": "12",
        "publicity_serious": "36",
        "statement": "5",
        "statement_minor": "3",
        "decision": "10",
        "deemed_service": "3",
        "part_street": "1/2",
        "part_community": "3/20",
        "part_committee": "1/10",
        "part_owners": "1/4",
        "small_sample_below": "5",
        "small_sample_added": "5",
        "small_sample_added_good": "4",
        "tender_floor": "60.00",
        "tender_ceiling": "100.00",
        "trend_alarm": "10.00",
        "trend_alarm_window": "90",
        "what_if_small_group": "5",
        "what_if_small_below": "300000",
        "what_if_large_from": "1000000",
        "what_if_newcomer_below": "365",
        "what_if_old_before": "2000",
        "what_if_recent_from": "2010",
    }


def test_every_source_key_is_spelled_out() -> None:
    keys = {source.key for source in RULES.sources}
    named = {part.strip() for p in RULES.parameters for part in p.source.split(";") if part.strip()}
    assert {name for name in named if not any(name.startswith(key) for key in keys)} == set()


@pytest.mark.parametrize(
    ("code", "floor"),
    [
        ("N-MI-04", Recorder.STREET),
        ("N-MI-05", Recorder.DISTRICT),
        ("N-GE-01", Recorder.STREET),
        ("N-SE-01", Recorder.DISTRICT),
        ("N-VS-10", Recorder.CITY),
        ("G-EN-05", Recorder.CITY),
        ("G-PR-03", Recorder.STREET),
    ],
)
def test_the_level_that_decides(code: str, floor: Recorder) -> None:
    assert approver_floor(RULES.item(code)) is floor
