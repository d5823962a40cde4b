"""From draft into discussion: shared, backed, its form checked, returned, taken on by the last."""

import pytest
from sqlalchemy import func, select
from werkzeug.exceptions import NotFound

from forum.activity.models import Event
from forum.coalition.actions import discussion, form_check, support
from forum.coalition.lifecycle import MoveKind, ProposalStatus
from forum.coalition.models import Coalition, CoalitionMembership, CoSponsor, ProposalMove
from forum.coalition.queries.backing import missing_for_discussion
from forum.coalition.queries.way import way_of
from forum.coalition.tally import Rules
from forum.db import db
from forum.discussions.models import Thread
from forum.lib import clock
from forum.lib.permission import Forbidden, Refused, WrongState
from tests.factories import coalition as make
from tests.factories.coalition_votes import in_discussion, open_vote
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

S = ProposalStatus


@pytest.fixture(autouse=True)
def noon(app, cast, clock_at):
    """In these tests whoever facilitates has a week to look at a proposal's form."""
    clock_at("2026-05-01T12:00")
    make.wait_for_the_form(cast)


def returned(cast, proposal, reason="Falta decir qué documento.", version=1):
    return form_check.return_to_authors(
        viewer(cast.facilitator),
        make.row(proposal, cast.facilitator),
        version=version,
        reason=reason,
        language="es",
    )


def start(cast, proposal):
    return discussion.start_discussion(viewer(cast.delegate), make.row(proposal, cast.delegate))


def verbs():
    return list(db.session.scalars(select(Event.verb).order_by(Event.id)))


def kept(proposal):
    return [
        one.what
        for one in db.session.scalars(
            select(ProposalMove)
            .where(ProposalMove.proposal_id == proposal.id)
            .order_by(ProposalMove.id)
        )
    ]


# --- shared ----------------------------------------------------------------------------------


def test_a_shared_draft_is_read_by_the_coalition_and_looks_for_co_sponsors(cast):
    made = make.shared(cast)
    assert (made.status, made.thread_id, made.discussion_at) == (S.SEEKING_COSPONSORS, None, None)
    assert make.row(made, cast.neighbour).shared_at == clock.now()
    assert "proposal.shared" in verbs()
    assert kept(made) == [MoveKind.SHARED]


@pytest.mark.parametrize("who", ["staff", "expert", "observer", "outsider", "operator"])
def test_nobody_else_reads_it(cast, who):
    with pytest.raises(NotFound):
        make.row(make.shared(cast), getattr(cast, who))


def test_only_its_proposer_shows_it(cast):
    made = make.draft(cast)
    seen = make.row(made, cast.delegate)
    with pytest.raises(NotFound):
        discussion.share(viewer(cast.member), seen)
    assert made.status is S.DRAFT


def test_what_was_shown_is_not_shown_again(cast):
    made = make.shared(cast)
    with pytest.raises(WrongState):
        discussion.share(viewer(cast.delegate), make.row(made, cast.delegate))


def test_where_nothing_is_asked_for_it_is_discussed_at_once(cast):
    rules = Rules(cosponsors=0, form_check_days=0)
    db.session.get_one(Coalition, cast.coalition.id).rules = rules.as_json()
    assert make.shared(cast).status is S.IN_DISCUSSION


# --- what is missing -------------------------------------------------------------------------


def missing(cast, proposal):
    return missing_for_discussion(make.row(proposal, cast.delegate))


def test_what_is_missing_is_told(cast):
    made = make.shared(cast)
    assert missing(cast, made) == [
        "Still needed: one project from another country.",
        "Whoever facilitates looks at its form, until Friday, May 8, 06:00 (Guatemala time) "
        "at the latest.",
    ]
    make.backed(cast, made, "encinos")
    assert len(missing(cast, made)) == 1
    make.passed(cast, made)
    assert missing(cast, made) == []


def test_a_project_that_left_the_coalition_backs_nothing(cast):
    made = make.backed(cast, make.shared(cast), "encinos")
    left = db.session.scalars(
        select(CoalitionMembership).where(
            CoalitionMembership.project_id == cast.projects["encinos"].id
        )
    ).one()
    left.left_at = clock.now()
    assert "Still needed: one project from another country." in missing(cast, made)


def test_two_must_back_it_where_there_are_eight_members(cast):
    rules = Rules(few_members=6)  # the cast's six members are no few then
    db.session.get_one(Coalition, cast.coalition.id).rules = rules.as_json()
    made = make.passed(cast, make.backed(cast, make.shared(cast), "encinos"))
    assert made.status is S.SEEKING_COSPONSORS
    assert missing(cast, made) == ["Still needed: one project that co-sponsors it."]
    assert make.backed(cast, made, "yerba-alta").status is S.IN_DISCUSSION


# --- the last thing missing ------------------------------------------------------------------


def test_the_co_sponsor_who_was_missing_begins_the_discussion(cast):
    made = make.backed(cast, make.passed(cast, make.shared(cast)), "encinos")
    assert (made.status, made.discussion_at) == (S.IN_DISCUSSION, clock.now())
    assert kept(made) == [MoveKind.SHARED, MoveKind.FORM_PASSED, MoveKind.DISCUSSED]


def test_so_does_the_check_of_its_form(cast):
    made = make.passed(cast, make.backed(cast, make.shared(cast), "encinos"))
    assert made.status is S.IN_DISCUSSION


def test_its_thread_begins_in_its_authors_name_and_language(cast):
    made = make.passed(cast, make.backed(cast, make.shared(cast), "encinos"))
    thread = db.session.get_one(Thread, made.thread_id)
    assert (thread.author_id, thread.project_id) == (made.author_id, made.project_id)
    assert thread.language == "es"


def test_an_author_who_left_does_not_keep_it_from_being_discussed(cast, clock_at):
    made = make.backed(cast, make.shared(cast, cast.member), "encinos")
    db.session.get_one(type(cast.member), cast.member.id).suspended_at = clock.now()
    make.passed(cast, made)
    assert db.session.get_one(Thread, made.thread_id).author_id == cast.facilitator.id


def test_nobody_can_keep_it_from_being_discussed_by_not_looking(cast, clock_at):
    made = make.backed(cast, make.shared(cast), "encinos")
    clock_at("2026-05-08T11:59:59")
    with pytest.raises(Refused, match="until"):
        start(cast, made)
    clock_at("2026-05-08T12:00")
    assert start(cast, made).status is S.IN_DISCUSSION


def test_it_is_not_discussed_without_co_sponsors_however_long_it_waits(cast, clock_at):
    made = make.shared(cast)
    clock_at("2026-09-01T12:00")
    with pytest.raises(Refused, match="one project from another country"):
        start(cast, made)


def test_others_do_not_begin_it(cast, clock_at):
    made = make.backed(cast, make.shared(cast), "encinos")
    clock_at("2026-05-09T12:00")
    with pytest.raises(Forbidden):
        discussion.start_discussion(viewer(cast.facilitator), make.row(made, cast.facilitator))


def test_a_co_sponsor_who_left_before_is_missing_again(cast):
    made, someone = make.backed(cast, make.shared(cast), "encinos"), cast.delegates["encinos"]
    support.stop_cosponsoring(viewer(someone), make.row(made, someone))
    assert make.passed(cast, made).status is S.SEEKING_COSPONSORS


# --- the check of its form -------------------------------------------------------------------


def test_a_form_in_order_is_kept_with_its_version(cast):
    made = make.passed(cast, make.shared(cast))
    assert (made.form_passed_version, made.status) == (1, S.SEEKING_COSPONSORS)
    assert "proposal.form_passed" in verbs()


@pytest.mark.parametrize("who", ["delegate", "member", "neighbour"])
def test_only_who_facilitates_checks_the_form(cast, who):
    made, person = make.shared(cast), getattr(cast, who)
    with pytest.raises(Forbidden):
        form_check.pass_form(viewer(person), make.row(made, person), version=1)


@pytest.mark.parametrize("who", ["staff", "loose_facilitator"])
def test_staff_and_facilitators_of_others_do_not_even_find_it(cast, who):
    made = make.shared(cast)
    seen = make.row(made, cast.delegate)
    with pytest.raises(NotFound):
        form_check.pass_form(viewer(getattr(cast, who)), seen, version=1)


def test_the_same_text_is_checked_once(cast):
    made = make.passed(cast, make.shared(cast))
    with pytest.raises(WrongState):
        returned(cast, made)


def test_a_text_that_changed_meanwhile_is_to_be_read_first(cast):
    with pytest.raises(form_check.TextChanged):
        returned(cast, make.shared(cast), version=2)


def test_a_returned_text_is_its_authors_alone_with_the_reasons(cast):
    made = returned(cast, make.backed(cast, make.shared(cast), "encinos"))
    assert (made.status, made.shared_at) == (S.DRAFT, None)
    for who in (cast.facilitator, cast.delegates["encinos"], cast.staff):
        with pytest.raises(NotFound):
            make.row(made, who)
    found = way_of(make.row(made, cast.delegate), viewer(cast.delegate)).returned
    assert (found.reason, found.language) == ("Falta decir qué documento.", "es")
    event = db.session.scalars(select(Event).where(Event.verb == "proposal.returned")).one()
    assert "Falta" not in str(event.particulars)


def test_nothing_is_returned_without_reasons(cast):
    with pytest.raises(Refused):
        returned(cast, make.shared(cast), reason="")


def test_unless_the_coalition_says_so_a_backed_proposal_waits_for_no_check(cast):
    make.wait_for_the_form(cast, Rules().form_check_days)
    made = make.shared(cast)
    assert missing(cast, made) == ["Still needed: one project from another country."]
    assert make.backed(cast, made, "encinos").status is S.IN_DISCUSSION
    assert make.passed(cast, made).form_passed_version == 1
    assert kept(made) == [MoveKind.SHARED, MoveKind.DISCUSSED, MoveKind.FORM_PASSED]


def test_what_is_discussed_may_come_back_for_its_form_and_is_discussed_anew(cast, clock_at):
    make.wait_for_the_form(cast, 0)
    made = make.backed(cast, make.shared(cast), "encinos")
    thread_id = made.thread_id
    clock_at("2026-05-11T12:00")
    returned(cast, made)
    assert (made.status, made.shared_at) == (S.DRAFT, None)
    discussion.share(viewer(cast.delegate), make.row(made, cast.delegate))
    assert (made.status, made.discussion_at) == (S.IN_DISCUSSION, clock.now())
    assert made.thread_id == thread_id


def test_what_is_voted_on_does_not_come_back_for_its_form(cast):
    made = in_discussion(cast)
    open_vote(cast, made)
    with pytest.raises(WrongState):
        returned(cast, made, version=made.version)


def test_shown_again_it_keeps_its_co_sponsors_and_is_checked_anew(cast):
    made = returned(cast, make.backed(cast, make.shared(cast), "encinos"))
    discussion.share(viewer(cast.delegate), make.row(made, cast.delegate))
    assert made.status is S.SEEKING_COSPONSORS
    assert db.session.scalar(select(func.count()).select_from(CoSponsor)) == 1
    assert way_of(make.row(made, cast.delegate), viewer(cast.delegate)).returned is None
    assert make.passed(cast, made).status is S.IN_DISCUSSION


def test_who_stands_outside_reads_no_steps(cast):
    made = make.submitted(cast)
    assert way_of(make.row(made, cast.staff), viewer(cast.staff)).moves == ()
    assert way_of(make.row(made, cast.member), viewer(cast.member)).moves


# --- pages -----------------------------------------------------------------------------------


def test_the_page_and_the_board_say_what_is_missing(cast, sign_in):
    made = make.shared(cast)
    member = sign_in(cast.facilitator)
    words = "Still needed: one project from another country."
    assert words in member.get(f"/proposals/{made.public_id}").text
    assert words in member.get(f"/coalitions/{cast.coalition.slug}/proposals").text


def test_the_whole_way_by_the_pages(cast, sign_in):
    made = make.draft(cast)
    url = f"/proposals/{made.public_id}"
    proposer = sign_in(cast.delegate)
    assert f"{url}/discussion" in proposer.get(url).text
    proposer.send(f"{url}/discussion")
    facilitator = sign_in(cast.facilitator)
    assert f"{url}/form-check" in facilitator.get(url).text
    assert facilitator.get(f"{url}/form-check").status_code == 200
    sent = {"outcome": "returned", "language": "es", "version": "1"}
    refused = facilitator.send(f"{url}/form-check", sent)
    assert refused.status_code == 422
    assert facilitator.send(f"{url}/form-check", sent, reason="Falta algo.").status_code == 303
    assert "Falta algo." in proposer.get(url).text
    proposer.send(f"{url}/discussion")
    facilitator.send(f"{url}/form-check", sent | {"outcome": "passed"})
    sign_in(cast.delegates["encinos"]).send(f"{url}/co-sponsors")
    db.session.expire_all()
    assert made.status is S.IN_DISCUSSION
    assert "Falta algo." in sign_in(cast.member).get(url).text


def test_pressing_too_early_says_what_is_missing(cast, sign_in):
    made = make.shared(cast)
    answer = sign_in(cast.delegate).send(f"/proposals/{made.public_id}/discussion")
    assert answer.status_code == 422
    assert "one project from another country" in answer.text


def test_home_tells_who_facilitates_that_a_form_waits_to_be_checked(cast, sign_in):
    made = make.shared(cast)
    db.session.commit()
    assert "Form to be checked" in sign_in(cast.facilitator).get("/").text
    assert "Form to be checked" not in sign_in(cast.delegate).get("/").text
    make.passed(cast, made)
    db.session.commit()
    assert "Form to be checked" not in sign_in(cast.facilitator).get("/").text
