"""The processes' door: who receives which facts, and who answers which questions."""

from bidding.public import use_background, use_standing
from market.processes import (
    a_fall_calls_an_inspection,
    a_grade_brings_its_measures,
    a_grade_moves_the_plan,
    a_handover_starts_a_project,
    a_late_provider_is_told,
    a_lost_key_is_told,
    a_low_price_is_asked_about,
    a_missed_correction_costs_credit,
    a_missed_order_costs_credit,
    a_moved_project_moves_the_plan,
    a_refused_award_costs_credit,
    a_successor_is_watched,
    a_weak_manager_is_not_recommended,
    false_material_costs_credit,
    late_contract_filing_costs_credit,
    opened_bids_are_compared,
    overdue_handover_costs_credit,
    people_are_told,
    people_are_told_of_credit_remedies,
    people_are_told_of_evaluations,
    people_are_told_of_ratings,
    people_are_told_of_remedies,
    results_of_a_cycle_open_drafts,
    the_end_of_service_is_told,
)
from market.processes.credit_answers_who_may_bid_and_how_it_scores import standing_of
from market.processes.who_compares_bids_sees_what_is_known_of_bidders import background_of

__all__ = ["CONNECT", "LOCALE", "SUBSCRIBERS", "standing_of"]


def answer_about_standing() -> None:
    """Let bidding ask credit about an enterprise's standing."""
    use_standing(standing_of)


def answer_about_background() -> None:
    """Let bidding show what credit knows of bidders beside their bids."""
    use_background(background_of)


CONNECT = (answer_about_standing, answer_about_background)
SUBSCRIBERS = (
    overdue_handover_costs_credit.SUBSCRIBER,
    a_handover_starts_a_project.SUBSCRIBER,
    a_missed_order_costs_credit.SUBSCRIBER,
    a_missed_correction_costs_credit.SUBSCRIBER,
    *a_fall_calls_an_inspection.SUBSCRIBERS,
    a_grade_brings_its_measures.SUBSCRIBER,
    a_grade_moves_the_plan.SUBSCRIBER,
    a_moved_project_moves_the_plan.SUBSCRIBER,
    a_late_provider_is_told.SUBSCRIBER,
    a_lost_key_is_told.SUBSCRIBER,
    a_low_price_is_asked_about.SUBSCRIBER,
    late_contract_filing_costs_credit.SUBSCRIBER,
    a_refused_award_costs_credit.SUBSCRIBER,
    *a_successor_is_watched.SUBSCRIBERS,
    *a_weak_manager_is_not_recommended.SUBSCRIBERS,
    false_material_costs_credit.SUBSCRIBER,
    results_of_a_cycle_open_drafts.SUBSCRIBER,
    *opened_bids_are_compared.SUBSCRIBERS,
    *people_are_told.SUBSCRIBERS,
    *people_are_told_of_evaluations.SUBSCRIBERS,
    *people_are_told_of_ratings.SUBSCRIBERS,
    *people_are_told_of_credit_remedies.SUBSCRIBERS,
    *people_are_told_of_remedies.SUBSCRIBERS,
    *the_end_of_service_is_told.SUBSCRIBERS,
)
LOCALE = "market.processes"
