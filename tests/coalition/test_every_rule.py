"""Which tests stand for each rule of DOMAIN section 4: the list, and that it is true.

Every test named here exists and runs on both databases; those of PURE know no database at all.
"""

import ast
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PURE = {"test_tally", "test_backing", "test_lifecycle"}  # arithmetic: values in, values out

RULES = {
    "1. One member project, one seat, its delegate or alternate": """
        test_ballots: a_projects_delegate_or_alternate_casts_its_ballot
                      nobody_else_of_the_coalition_casts
                      who_speaks_for_two_projects_says_for_which
        test_proposals: anyone_of_a_member_project_drafts
        test_boundaries: a_project_that_joins_in_mid_vote_has_no_seat_in_it_and_one_in_the_next
                         the_seat_of_a_project_that_leaves_in_mid_vote_stays_with_what_it_said
                         one_that_leaves_before_it_said_anything_leaves_a_vacant_seat
                         a_project_that_left_and_is_back_speaks_for_its_seat_again
                         a_delegate_changed_in_mid_vote_loses_the_ballot_to_the_successor
                         an_alternate_who_becomes_delegate_in_mid_vote_still_speaks
                         a_delegate_suspended_in_mid_vote_casts_nothing_and_what_was_cast_counts
                         a_suspension_that_ends_in_mid_vote_gives_the_ballot_back
        test_terms: a_term_ends_with_its_last_day_in_the_coalitions_zone
                    it_is_that_zones_midnight_wherever_it_is
                    a_term_that_ends_in_mid_vote_takes_the_ballot_away_and_what_was_cast_stays
        test_races: a_delegate_replaced_while_casting_is_in_whole_or_out
    """,
    "2. Proposer plus two co-sponsors of two countries, one under eight members": """
        test_backing: two_must_co_sponsor_and_one_under_eight_members
                      what_a_proposal_from_guatemala_still_needs
        test_boundaries: two_projects_stand_behind_it_and_one_under_eight_members
                         those_behind_it_are_of_two_countries
                         a_member_that_joins_meanwhile_may_raise_what_is_asked_for
                         a_member_that_leaves_meanwhile_may_lower_what_is_asked_for
        test_into_discussion: two_must_back_it_where_there_are_eight_members
                              a_co_sponsor_who_left_before_is_missing_again
    """,
    "3. The form alone is checked": """
        test_into_discussion: only_who_facilitates_checks_the_form
                              nothing_is_returned_without_reasons
                              nobody_can_keep_it_from_being_discussed_by_not_looking
                              what_is_voted_on_does_not_come_back_for_its_form
        test_merging: a_suggestion_has_reasons
    """,
    "4. One ask, with what it rests on; frozen from the vote on": """
        test_proposals: a_draft_rests_on_what_its_author_sees
                        a_draft_rests_on_nothing_its_author_cannot_see
                        the_text_is_frozen_from_the_vote_on
    """,
    "5. Discussed 21 days, voted on 14, a ballot changed until the closing": """
        test_boundaries: it_is_discussed_for_21_days
                         it_is_voted_on_for_14_days_and_at_most_120
                         a_ballot_is_changed_until_the_closing_and_not_at_it
        test_opening: a_discussion_shorter_than_the_rules_ask_for_is_refused_with_the_day
                      a_closing_sooner_than_the_rules_ask_for_is_refused
                      the_moment_that_is_told_is_one_that_will_do
    """,
    "6. Choices and reasons; a block is answered and travels without a name": """
        test_ballots: who_disagrees_or_objects_says_why
        test_objections: without_the_answer_it_is_not_submitted_and_says_what_is_missing
                         the_certifier_reads_the_reason_without_the_name
                         with_its_consent_the_project_is_named
    """,
    "7. Quorum, second call": """
        test_tally: the_quorum_is_more_than_half_of_the_seats
                    quorum_at_its_threshold
                    a_vacant_seat_stays_in_the_denominator
        test_boundaries: the_quorum_of_six
                         the_quorum_of_seven_of_which_one_is_vacant
                         a_second_call_follows_from_a_third_of_the_seats_on
                         a_second_call_decides_and_there_is_no_third
                         a_project_that_joins_between_two_calls_has_no_seat_in_the_second
                         one_that_left_between_two_calls_keeps_its_seat_and_what_it_said
                         a_delegate_changed_in_a_second_call_loses_the_ballot_to_the_successor
                         a_delegate_suspended_in_a_second_call_casts_nothing_and_what_stands_counts
        test_second_call: sealing_the_first_opens_the_second_for_seven_days
                          it_closes_at_the_minute_that_is_told_and_not_before_its_days
                          ballots_stand_and_may_be_changed_and_the_first_call_stays_as_it_was
                          with_fewer_than_a_third_there_is_none
        test_terms: an_ended_term_leaves_a_vacant_seat_that_counts
    """,
    "8. Majority, countries, all abstain, closing": """
        test_tally: two_thirds_at_their_threshold
                    two_countries_at_their_threshold
                    where_nobody_agrees_nothing_is_adopted
                    a_block_counts_as_a_disagree
        test_boundaries: two_thirds_of_those_that_take_sides
                         those_that_agree_are_of_two_countries
                         countries_are_as_they_were_when_the_vote_was_opened
                         a_coalition_of_one_country_decides_once_its_rules_ask_for_one
                         the_minimum_of_countries_is_the_coalitions
                         in_a_second_call_too_those_that_agree_are_of_two_countries
        test_opening: members_of_one_country_cannot_meet_a_rule_of_two
        test_ballots: a_ballot_at_the_closing_is_out_and_one_just_before_is_in
        test_zones: the_closing_is_told_in_each_ones_zone_and_rules_the_same_instant
        test_races: who_waited_for_the_vote_beyond_its_closing_is_out
    """,
    "9. Receipt, answer and extension, in calendar days of the coalition's zone": """
        test_zones: an_answer_is_in_time_until_the_coalitions_midnight
                    receipt_is_in_time_until_the_coalitions_midnight
                    a_proposal_submitted_late_in_the_evening_was_submitted_that_day
        test_responses: the_days_run_from_the_submission_whatever_the_route
                        acknowledged_within_seven_days_is_in_time_and_later_is_told
                        an_answer_before_midnight_of_the_last_day_is_in_time
                        an_answer_at_that_midnight_is_late_and_was_overdue
                        a_route_named_when_the_answer_is_overdue_does_not_make_it_timely
                        silence_closes_nothing
        test_extension: up_to_90_days
                        no_earlier_and_no_more_than_90_days
                        once
                        until_the_end_of_the_last_day_in_the_coalitions_zone
    """,
    "10. An answer has outcome, reasons, version; append-only; commitments": """
        test_responses: an_answer_names_the_version_and_the_day_it_was_due_and_takes_the_draft_away
                        an_answer_always_has_an_outcome_and_reasons
                        there_is_one_answer
                        an_answer_is_never_rewritten
                        late_is_reckoned_from_the_day_after_it_was_due
        test_corrections: a_correction_stands_below_the_answer_which_stays
        test_reviews: what_was_approved_is_published_word_for_word
    """,
    "11. Rated; tabled again once": """
        test_boundaries: more_than_half_of_the_members_have_rated
                         only_members_of_today_have_rated
        test_ratings: who_is_not_satisfied_says_what_is_missing
        test_again: it_needs_new_evidence_and_somebody_of_a_member_project
                    two_shown_at_once_are_not_both_the_one
                    what_was_tabled_again_is_not_tabled_a_third_time
    """,
    "12. Adopted is advice; what is submitted is answered": """
        test_submission: only_an_adopted_proposal_is_submitted
                         a_vote_that_was_lost_is_not_submitted
        test_members: the_rules_and_that_it_is_advice_are_told_to_everybody
    """,
}


def named(listed):
    """(module, test) of what a rule lists."""
    module = ""
    for word in listed.split():
        if word.endswith(":"):
            module = word[:-1]
        else:
            yield module, f"test_{word}"


EVERY = [(rule, *one) for rule, listed in RULES.items() for one in named(listed)]


def found_in(module):
    """The module's tests by name, each with whether it runs on both databases."""
    tree = ast.parse((HERE / f"{module}.py").read_text(encoding="utf-8"))
    marked = "both_databases"
    everywhere, alias = False, set()
    for node in tree.body:
        if isinstance(node, ast.Assign) and marked in ast.unparse(node.value):
            name = ast.unparse(node.targets[0])
            everywhere |= name == "pytestmark"
            alias.add(name)
    return {
        node.name: everywhere
        or any(marked in (said := ast.unparse(d)) or said in alias for d in node.decorator_list)
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_is_held_by_tests_on_both_databases(rule):
    known = {module: found_in(module) for module, _test in named(RULES[rule])}
    listed = list(named(RULES[rule]))
    assert listed
    missing = [(module, test) for module, test in listed if test not in known[module]]
    assert missing == []
    one_only = [(m, t) for m, t in listed if m not in PURE and not known[m][t]]
    assert one_only == []


def test_nothing_is_listed_twice_under_a_rule():
    assert len(EVERY) == len(set(EVERY))
