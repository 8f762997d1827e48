"""Rules whose tests need a database or another wing: file, test, the rules it holds."""

from collections.abc import Mapping
from typing import Final

ELSEWHERE: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "tests/bidding/prequal/test_life.py": {
        "test_three_are_invited_when_the_time_to_object_is_over_and_once": ("prequal-objection",),
    },
    "tests/bidding/services/test_invitations.py": {
        "test_the_number_of_invitees_is_the_tables": ("T02",),
    },
    "tests/bidding/alert/test_detectors.py": {
        "test_each_threshold_is_the_tables_on_both_sides": (
            *("alert.file-bytes", "alert.shingle", "alert.words", "alert.similarity", "alert.run"),
            *("alert.tolerance", "alert.items", "alert.items-share"),
        ),
        "test_how_many_values_must_agree_is_the_tables": ("alert.matches",),
    },
    "tests/bidding/alert/test_screens.py": {
        "test_each_usual_value_is_the_tables_on_both_sides": (
            *("screen.bidders", "screen.variation", "screen.spread", "screen.distance", "screen.narrow"),
            *("screen.rotation", "screen.awards"),
        ),
    },
    "tests/bidding/alert/test_alerts.py": {
        "test_the_district_is_looked_at_for_two_years_and_no_day_longer": ("screen.window",),
    },
    "tests/bidding/domain/test_filing.py": {
        "test_each_number_is_kept_to_the_unit": ("T46",),
        "test_all_that_is_missing_is_said_at_once": ("T58", "T59"),
        "test_a_developer_tenders_by_invitation_where_no_open_tender_is_compulsory": ("T79",),
        "test_a_later_value_of_the_compulsory_area_turns_the_verdict": ("open-compulsory",),
        "test_a_draft_proposes_the_validity_of_the_table": ("T21",),
    },
    "tests/bidding/domain/test_fines.py": {
        "test_documents_kept_back_cost_the_range_of_the_table_and_by_days_the_days": ("H21",),
    },
    "tests/bidding/domain/test_remedies.py": {
        "test_another_number_of_days_or_minutes_moves_the_end": ("T14.minutes",),
        "test_the_time_to_answer_follows_its_rule_and_on_the_spot_means_minutes": ("T13", "T35"),
        "test_the_authority_accepts_in_three_and_decides_in_thirty_working_days": ("T37", "T38"),
        "test_document_opening_and_result_need_an_objection_of_their_kind_first": ("T68",),
        "test_a_remedy_is_offered_where_it_is_possible_and_moves_only_as_the_lifecycle_allows": (
            "T60",
            "T76",
        ),
    },
    "tests/bidding/envelopes/test_terms.py": {
        "test_a_document_proposes_the_threshold_of_the_table": ("technical-threshold",),
        "test_the_threshold_is_at_most_the_share_of_the_table": ("technical-threshold.most",),
    },
    "tests/bidding/services/test_objections.py": {
        "test_an_objection_to_the_opening_is_answered_before_the_evaluation_begins": ("T14",),
        "test_unanswered_at_the_deadline_bids_stay_sealed_and_those_in_time_count": ("T69",),
    },
    "tests/bidding/services/test_complaints.py": {
        "test_the_first_receiver_handles_and_no_other_authority": ("T39",),
        "test_a_recheck_holds_the_award_until_the_original_committee_has_answered": ("T64",),
        "test_a_reporter_is_told_the_result_and_stands_in_no_entry": ("T75",),
    },
    "tests/bidding/domain/committee/test_composition.py": {
        "test_a_changed_value_flips_the_verdict": ("T26", "T27"),
        "test_the_share_of_experts_and_of_the_owners_seats_say_the_same": ("T28",),
        "test_years_and_title_bind_a_prophase_tender_whatever_its_document_says": ("T30",),
        "test_a_former_employer_counts_for_three_years_to_the_day": ("recusal-employer",),
    },
    "tests/bidding/domain/committee/test_draw.py": {
        "test_everything_fixed_or_revealed_moves_the_seed": ("T29.random",),
        "test_a_main_draw_needs_seats_and_reserves_of_different_employers_a_supplementary_one_seats": (
            "T29.reserves",
        ),
        "test_the_times_to_commit_and_to_reveal_are_the_tables": ("T29.commit", "T29.reveal"),
    },
    "tests/bidding/services/test_draws.py": {
        "test_the_log_names_no_expert_before_the_award": ("T31",),
    },
    "tests/bidding/services/test_seats.py": {
        "test_who_dissents_says_why_and_who_is_silent_agrees_when_the_time_is_over": ("T53",),
        "test_the_marks_of_who_leaves_are_kept_and_void_and_the_replacement_marks_anew": ("T66",),
    },
    "tests/bidding/services/test_securities.py": {
        "test_an_award_is_reported_once_with_the_five_attachments_by_digest": ("T71",),
    },
    "tests/bidding/services/test_closings.py": {
        "test_a_lot_with_too_few_bids_stays_shut_and_the_other_opens": ("T01",),
        "test_the_clock_walks_a_tender_by_its_due_instants": ("T23", "opening-window"),
    },
    "tests/bidding/domain/test_awards.py": {
        "test_the_report_is_due_in_fifteen_days_and_only_owners_may_do_without": ("T41",),
        "test_an_award_waits_for_the_last_instant_of_the_publicity": ("T34",),
        "test_thirty_days_to_sign_and_not_an_instant_more": ("T42",),
        "test_filing_counts_from_signing": ("T43",),
        "test_no_difference_means_equal_terms": ("T44",),
        "test_in_a_developers_tender_no_reason_passes_over_who_is_left_and_who_is_gone_stands_in_no_way": (
            "T54",
        ),
        "test_each_guard_of_the_award_refuses": ("T57",),
        "test_an_owners_contract_without_a_standing_decision_is_refused": ("T78",),
        "test_a_prophase_contract_runs_two_years_at_most": ("prophase-term",),
    },
    "tests/bidding/services/test_bids.py": {
        "test_the_last_microsecond_counts_and_the_deadline_does_not": ("T25",),
    },
    "tests/bidding/domain/test_evaluation.py": {
        "test_each_number_of_an_evaluation_is_the_tables": (
            *("T32", "T50", "marks-trimmed", "credit-floor", "credit-span"),
        ),
    },
    "tests/bidding/outcome/test_outliers.py": {
        "test_the_part_from_which_marks_lie_apart_is_the_tables": ("marks-outlier",),
    },
    "tests/bidding/outcome/test_overtime.py": {
        "test_more_than_a_third_bind_the_tenderer_and_a_third_does_not": ("T52",),
    },
    "tests/bidding/outcome/test_low_prices.py": {
        "test_the_line_for_asking_is_the_tables_and_a_price_on_it_is_not_low": ("low-price",),
        "test_an_answer_is_in_time_until_the_tables_hours_are_over": ("low-price.answer",),
    },
    "tests/bidding/services/test_evaluations.py": {
        "test_every_bidder_is_told_in_the_same_act_and_a_loser_sees_the_own_marks_only": ("T40",),
        "test_when_the_first_gives_up_the_owners_decide_anew_and_the_second_gets_the_award": ("T55",),
    },
    "tests/secrecy/test_two_worlds.py": {
        "test_how_many_bid_shows_in_no_answer_and_in_the_number_of_sealed_rows_and_files_alone": ("T61",),
    },
    "tests/bidding/services/test_openings.py": {
        "test_an_opening_satisfies_both_verifiers": ("T62",),
        "test_opened_bids_carry_number_price_and_documents": ("T24",),
        "test_nothing_opens_before_k_have_released": ("opening-limit",),
    },
    "tests/bidding/domain/test_votes.py": {
        "test_another_share_turns_the_verdict": ("vote-participation", "vote-ordinary", "vote-special"),
        "test_the_fifteen_days_are_the_rules": ("vote-notice",),
        "test_a_decision_is_posted_within_three_days_and_challenged_within_a_year": (
            "vote-posting",
            "vote-challenge",
        ),
    },
    "tests/bidding/domain/test_amendments.py": {
        "test_another_number_of_days_turns_both_verdicts": ("T09",),
    },
    "tests/bidding/services/test_custody.py": {
        "test_the_days_after_a_withdrawal_are_the_rules": ("T18",),
        "test_an_ended_tender_gives_every_security_back_with_interest_and_names_nobody": ("T48",),
    },
    "tests/bidding/domain/test_security.py": {
        "test_a_performance_security_is_at_most_ten_percent_of_the_whole_contract": ("T20",),
        "test_owners_may_do_without_the_basic_account": ("T16",),
        "test_a_changed_rate_changes_the_interest": ("T17.interest",),
        "test_the_stricter_of_two_laws_says_when_securities_go_back": ("T17", "T17.workdays"),
        "test_a_security_is_kept_only_on_the_grounds_of_the_law": ("T19", "T56"),
    },
    "tests/bidding/domain/test_contract_filing.py": {
        "test_a_returned_filing_has_five_working_days_and_never_less_than_at_first": ("T43.again",),
    },
    "tests/bidding/handover/test_rules.py": {
        "test_h04_another_number_of_days_moves_the_last_day": ("H04",),
        "test_the_list_holds_the_five_and_the_seven_documents_of_the_regulation": ("H05",),
        "test_h06_a_contested_line_is_excused_and_an_unsigned_one_is_not": ("H06",),
        "test_h10_the_first_day_after_the_limit_costs_ten_thousand_and_the_limit_nothing": (
            "H10",
            "H10.fine",
        ),
        "test_nobody_is_fined_unheard_and_five_working_days_are_five": ("H10.statement",),
        "test_exit_is_never_earlier_than_either_clock": ("H13",),
        "test_h13_the_sixtieth_day_of_notice_stands_beside_the_last_day_to_leave": ("H13.notice",),
        "test_h14_the_loss_from_a_dismissal_is_a_line_and_no_ground_to_stay": ("H14",),
        "test_h15_fees_stop_the_day_after_the_last_one_and_h16_go_on_while_in_time": ("H15", "H16"),
        "test_h17_money_without_sum_and_cut_off_date_is_refused_with_both_named": ("H17",),
        "test_h19_a_defect_or_gap_names_who_makes_it_good_and_until_when": ("H19",),
    },
    "tests/bidding/handover/test_pressing.py": {
        "test_the_street_reminds_the_district_orders_and_the_clock_notes_what_is_missed": ("H09",),
    },
    "tests/bidding/tenure/test_rules.py": {
        "test_h01_the_owners_decision_is_asked_for_from_six_months_before_the_end": ("H01",),
        "test_h02_the_ninetieth_day_before_the_end_is_in_time_and_the_day_after_is_late": ("H02",),
        "test_h03_what_continued_ends_sixty_days_after_a_notice": ("H03", "H22"),
        "test_h12_six_months_to_the_day_and_not_one_more": ("H12",),
    },
    "tests/bidding/services/test_releases.py": {
        "test_a_bidder_opens_its_own_envelope_when_keyholders_fail_it": ("recovery-share",),
    },
}
"""Test file -> test -> the rules it holds."""
