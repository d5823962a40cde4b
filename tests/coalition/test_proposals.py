"""Drafting, editing, discussing, supporting, withdrawing: it works, it records, it refuses."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from werkzeug.exceptions import NotFound

from forum.activity.models import Event
from forum.coalition.actions import discussion, votes
from forum.coalition.actions import proposals as actions
from forum.coalition.actions import support as support_actions
from forum.coalition.lifecycle import ProposalStatus
from forum.coalition.models import CoSponsor, Evidence, Proposal, ProposalVersion
from forum.coalition.policy import proposals as policy
from forum.coalition.queries import proposals as queries
from forum.coalition.queries.around import around_it
from forum.db import db
from forum.discussions.models import Thread
from forum.lib.permission import Forbidden, Refused, WrongState
from forum.spaces.kinds import SpaceKind
from forum.web.forms import Stale
from tests.browserless import path_of
from tests.factories import coalition as make
from tests.factories import coalition_votes as vote
from tests.factories import discussions
from tests.people import viewer

pytestmark = pytest.mark.both_databases

SAME = {"language": "es", "visibility_after": SpaceKind.NETWORK}


def edit(proposal, person, version, note="", **words):
    return actions.edit(
        viewer(person),
        make.row(proposal, person),
        make.text(**words),
        version=version,
        note=note,
        **SAME,
    )


def verbs():
    return list(db.session.scalars(select(Event.verb).order_by(Event.id)))


# --- drafting ------------------------------------------------------------------------------


def test_anyone_of_a_member_project_drafts(app, cast):
    made = make.draft(cast, cast.member)
    assert (made.status, made.version) == (ProposalStatus.DRAFT, 1)
    assert made.project_id == cast.projects["ceiba"].id
    assert made.space_id == cast.spaces["coalition"].id
    assert verbs() == ["proposal.drafted"]


def test_that_there_is_a_draft_is_told_to_nobody(app, cast):
    make.draft(cast)
    assert db.session.scalars(select(Event.space_id)).all() == [None]


@pytest.mark.parametrize(
    "who", ["outsider", "facilitator", "expert", "staff", "observer", "operator"]
)
def test_nobody_else_drafts(app, cast, who):
    with pytest.raises(Forbidden):
        make.draft(cast, getattr(cast, who))


def test_a_draft_rests_on_what_its_author_sees(app, cast):
    thread = discussions.thread(cast.member)
    made = make.draft(cast, evidence=[("thread", thread.public_id)])
    found = around_it(make.row(made, cast.delegate), viewer(cast.delegate)).evidence
    assert [(one.what, one.public_id) for one in found] == [("thread", thread.public_id)]


def test_a_draft_rests_on_nothing_its_author_cannot_see(app, cast):
    hidden = discussions.thread(cast.staff, space=cast.spaces["staff"])
    with pytest.raises(Refused) as refused:
        make.draft(cast, evidence=[("thread", hidden.public_id)])
    assert refused.value.field == "links"


def test_a_removed_thread_is_no_evidence(app, cast):
    thread = discussions.thread(cast.member)
    db.session.get_one(Thread, thread.id).removed_at = thread.created_at
    db.session.flush()
    with pytest.raises(Refused):
        make.draft(cast, evidence=[("thread", thread.public_id)])


# --- the text in versions --------------------------------------------------------------------


def test_an_edit_is_the_next_version_and_the_earlier_stays(app, cast):
    made = make.draft(cast)
    edit(made, cast.delegate, 1, ask="Publicar dos guías.", note="Dos, no una")
    every = queries.versions_of(make.row(made, cast.delegate), as_author=True)
    assert [(v.number, v.ask) for v in every] == [
        (2, "Publicar dos guías."),
        (1, "Publicar una guía."),
    ]
    assert every[0].note == "Dos, no una"
    assert made.version == 2


def test_the_title_of_the_proposal_is_that_of_the_newest_text(app, cast):
    made = make.draft(cast)
    edit(made, cast.delegate, 1, title="Otra")
    assert make.row(made, cast.delegate).title == "Otra"


def test_the_same_text_again_is_no_new_version(app, cast):
    made = make.draft(cast)
    edit(made, cast.delegate, 1)
    assert made.version == 1


def test_who_edits_a_text_changed_meanwhile_gets_both(app, cast):
    made = make.discussed(cast)
    edit(made, cast.alternate, 1, ask="Publicar tres.")
    with pytest.raises(Stale) as stale:
        edit(made, cast.delegate, 1, ask="Publicar cuatro.")
    assert stale.value.version == 2
    assert stale.value.texts["ask"] == "Publicar tres."


def test_the_delegate_of_the_proposing_project_edits_too(app, cast):
    made = make.discussed(cast, cast.member)
    assert edit(made, cast.delegate, 1, ask="Otra cosa.").version == 2


@pytest.mark.parametrize("who", ["coordinator", "neighbour", "facilitator"])
def test_others_of_the_coalition_do_not_edit(app, cast, who):
    made = make.discussed(cast, cast.member)
    with pytest.raises(Forbidden):
        edit(made, getattr(cast, who), 1, ask="Otra cosa.")


def test_the_text_is_frozen_from_the_vote_on(app, cast):
    made = make.discussed(cast, days=30)
    vote.open_vote(cast, made)
    with pytest.raises(WrongState, match="frozen"):
        edit(made, cast.delegate, 1, ask="Otra cosa.")
    assert db.session.scalar(select(func.count()).select_from(ProposalVersion)) == 1


def test_evidence_that_an_editor_does_not_see_stays(app, cast):
    seen = discussions.thread(cast.member)
    made = make.draft(cast, evidence=[("thread", seen.public_id)])
    hidden = discussions.thread(cast.staff, space=cast.spaces["staff"])
    db.session.add(Evidence(proposal_id=made.id, thread_id=hidden.id))
    edit(made, cast.delegate, 1)
    left = db.session.scalars(select(Evidence.thread_id)).all()
    assert left == [hidden.id]


def test_of_two_edits_at_once_one_is_stored_and_the_other_sees_it(app, cast, race):
    made = make.discussed(cast)
    row = make.row(made, cast.delegate)
    db.session.commit()

    def write(i):
        actions.edit(
            viewer(cast.delegate), row, make.text(ask=f"Versión {i}."), version=1, note="", **SAME
        )
        db.session.commit()

    results = race(6, write)
    assert [r for r in results if r is None] == [None]
    assert sum(isinstance(r, Stale) for r in results) == 5
    assert db.session.get_one(Proposal, made.id).version == 2


# --- discussion ------------------------------------------------------------------------------


def test_starting_the_discussion_shows_it_and_opens_a_thread_of_the_coalition(app, cast):
    made = make.discussed(cast)
    thread = db.session.get_one(Thread, made.thread_id)
    assert made.status is ProposalStatus.IN_DISCUSSION
    assert (thread.space_id, thread.stage_id) == (cast.spaces["coalition"].id, None)
    assert thread.title == made.title
    assert "proposal.discussion_started" in verbs()
    assert make.row(made, cast.neighbour).public_id == made.public_id


def test_the_discussion_starts_once(app, cast):
    made = make.discussed(cast)
    with pytest.raises(WrongState):
        discussion.start_discussion(viewer(cast.delegate), make.row(made, cast.delegate))
    assert db.session.scalar(select(func.count()).select_from(Thread)) == 1


def test_an_earlier_thread_of_the_coalition_is_taken_up(app, cast):
    thread = discussions.thread(cast.member, space=cast.spaces["coalition"])
    made = make.draft(cast)
    row = make.row(made, cast.delegate)
    discussion.share(viewer(cast.delegate), row, thread_id=thread.id)
    make.backed(cast, make.passed(cast, made), "encinos")
    assert made.status is ProposalStatus.IN_DISCUSSION
    assert made.thread_id == thread.id


def test_a_thread_for_others_is_not_taken_up(app, cast):
    thread = discussions.thread(cast.member)
    made = make.draft(cast)
    with pytest.raises(Refused):
        discussion.share(viewer(cast.delegate), make.row(made, cast.delegate), thread_id=thread.id)


def test_thread_and_proposal_lead_to_one_another(app, cast, sign_in):
    made = make.discussed(cast)
    thread = db.session.get_one(Thread, made.thread_id)
    member = sign_in(cast.neighbour)
    assert f"/threads/{thread.public_id}" in member.get(f"/proposals/{made.public_id}").text
    assert f"/proposals/{made.public_id}" in member.get(f"/threads/{thread.public_id}").text


# --- co-sponsors -----------------------------------------------------------------------------


def support(proposal, person):
    return support_actions.cosponsor(viewer(person), make.row(proposal, person))


def test_the_delegate_of_another_project_cosponsors(app, cast):
    made = make.shared(cast)
    support(made, cast.delegates["encinos"])
    found = around_it(make.row(made, cast.member), viewer(cast.member)).cosponsors
    assert [one.slug for one in found] == ["encinos"]
    assert "proposal.cosponsored" in verbs()


def test_cosponsoring_twice_is_once(app, cast):
    made = make.shared(cast)
    for _ in range(2):
        support(made, cast.delegates["encinos"])
    assert db.session.scalar(select(func.count()).select_from(CoSponsor)) == 1


@pytest.mark.parametrize("who", ["delegate", "member", "neighbour", "facilitator"])
def test_only_the_delegate_of_another_project_cosponsors(app, cast, who):
    made = make.discussed(cast)
    with pytest.raises(Forbidden):
        support(made, getattr(cast, who))


def test_a_cosponsor_may_stop_before_the_discussion(app, cast):
    make.wait_for_the_form(cast)
    made = make.shared(cast)
    someone = cast.delegates["encinos"]
    support(made, someone)
    support_actions.stop_cosponsoring(viewer(someone), make.row(made, someone))
    assert db.session.scalar(select(func.count()).select_from(CoSponsor)) == 0


def test_in_discussion_projects_join_and_none_leaves(app, cast):
    made = make.discussed(cast)
    someone = cast.delegates["yerba-alta"]
    support(made, cast.delegates["encinos"])
    with pytest.raises(WrongState):
        support_actions.stop_cosponsoring(viewer(someone), make.row(made, someone))
    assert db.session.scalar(select(func.count()).select_from(CoSponsor)) == 2


def test_cosponsors_stay_as_they_were_at_the_vote(app, cast):
    made = make.discussed(cast, days=30)
    vote.open_vote(cast, made)
    for slug, act in (
        ("encinos", support_actions.cosponsor),
        ("yerba-alta", support_actions.stop_cosponsoring),
    ):
        with pytest.raises(WrongState):
            act(viewer(cast.delegates[slug]), make.row(made, cast.delegates[slug]))


# --- withdrawal ------------------------------------------------------------------------------


def withdraw(proposal, person, reason="Ya no hace falta."):
    return actions.withdraw(viewer(person), make.row(proposal, person), reason=reason)


def test_the_proposer_withdraws_and_says_why(app, cast):
    made = withdraw(make.discussed(cast), cast.delegate)
    assert (made.status, made.aside_reason) == (ProposalStatus.WITHDRAWN, "Ya no hace falta.")
    event = db.session.scalars(select(Event).where(Event.verb == "proposal.withdrawn")).one()
    assert event.particulars == {"before": "in_discussion"}


def test_a_withdrawal_has_a_reason(app, cast):
    with pytest.raises(Refused):
        withdraw(make.discussed(cast), cast.delegate, reason="")


def test_nothing_is_withdrawn_while_it_is_voted_on(app, cast):
    made = make.discussed(cast, days=30)
    vote.open_vote(cast, made)
    with pytest.raises(WrongState):
        withdraw(made, cast.delegate)


def test_others_do_not_withdraw(app, cast):
    made = make.discussed(cast)
    with pytest.raises(Forbidden):
        withdraw(made, cast.facilitator)


def test_a_draft_withdrawn_unseen_stays_unseen(app, cast):
    made = withdraw(make.draft(cast), cast.delegate)
    assert make.row(made, cast.delegate).status is ProposalStatus.WITHDRAWN
    with pytest.raises(NotFound):
        make.row(made, cast.neighbour)


def test_a_vote_over_and_not_sealed_decides_whether_it_can_be_withdrawn(app, cast, clock_at):
    clock_at("2026-03-01T12:00")
    made = make.discussed(cast, days=30)
    vote.open_vote(cast, made)
    vote.all_cast(cast, made, "dddd..")
    clock_at("2026-04-01T12:00")
    with pytest.raises(WrongState):
        withdraw(made, cast.delegate)
    assert votes.seal_due(made.id).outcome == "not_adopted"


# --- through the pages ------------------------------------------------------------------------


def new(cast):
    return f"/coalitions/{cast.coalition.slug}/proposals"


def test_a_draft_is_made_by_the_form(cast, sign_in):
    answer = sign_in(cast.member).send(new(cast), make.form())
    page = sign_in(cast.member).get(path_of(answer))
    assert answer.status_code == 303
    assert "Una guía de costos" in page.text
    assert "Only for its author" in page.text


def test_sent_twice_with_one_key_it_is_one(cast, sign_in):
    member = sign_in(cast.member)
    first, second = (member.send(new(cast), make.form(), key="one-key") for _ in range(2))
    assert path_of(first) == path_of(second)
    assert db.session.scalar(select(func.count()).select_from(Proposal)) == 1


def test_what_was_typed_comes_back(cast, sign_in):
    answer = sign_in(cast.member).send(new(cast), make.form(ask=""))
    assert answer.status_code == 422
    assert "Falta una guía." in answer.text


def test_a_challenge_is_brought_along(app, cast, sign_in):
    thread = discussions.thread(cast.member)
    page = sign_in(cast.member).get(f"{new(cast)}/new?challenge={thread.public_id}")
    assert f'value="/threads/{thread.public_id}" checked' in page.text


def test_links_that_lead_nowhere_are_refused_with_the_line(cast, sign_in):
    answer = sign_in(cast.member).send(new(cast), make.form(links="https://elsewhere.example/x"))
    assert answer.status_code == 422
    assert "elsewhere.example/x” is not the address" in answer.text


def test_a_stale_edit_shows_both_texts(app, cast, sign_in):
    made = make.discussed(cast)
    edit(made, cast.alternate, 1, ask="Publicar tres.")
    answer = sign_in(cast.delegate).send(
        f"/proposals/{made.public_id}/versions", make.form(ask="Publicar cuatro.", version=1)
    )
    assert answer.status_code == 409
    assert "Publicar tres." in answer.text
    assert "Publicar cuatro." in answer.text
    assert 'value="2"' in answer.text


def test_an_edit_after_the_freezing_keeps_what_was_typed(app, cast, sign_in):
    made = make.discussed(cast, days=30)
    vote.open_vote(cast, made)
    answer = sign_in(cast.delegate).send(
        f"/proposals/{made.public_id}/versions", make.form(ask="Publicar cuatro.", version=1)
    )
    assert answer.status_code == 409
    assert "frozen while it is voted on" in answer.text
    assert "Publicar cuatro." in answer.text
    assert "Store the new version" not in answer.text


def test_an_edit_sent_twice_is_one_version(app, cast, sign_in):
    made = make.draft(cast)
    fields = make.form(ask="Publicar dos.", version=1)
    url = f"/proposals/{made.public_id}/versions"
    for _ in range(2):
        assert sign_in(cast.delegate).send(url, fields, key="one-key").status_code == 303
    assert db.session.get_one(Proposal, made.id).version == 2


def test_the_difference_is_readable(app, cast, sign_in):
    made = make.discussed(cast)
    edit(made, cast.delegate, 1, ask="Publicar dos guías.", note="Dos guías")
    page = sign_in(cast.neighbour).get(f"/proposals/{made.public_id}/versions").text
    assert "<del>una guía</del><ins>dos guías</ins>" in page
    assert "Dos guías" in page


def test_what_was_written_before_it_was_shown_stays_with_its_authors(app, cast, sign_in):
    made = make.draft(cast, text=make.text(ask="Pedir lo que no se debe."))
    edit(made, cast.delegate, 1, ask="Publicar una guía.")
    discussion.share(viewer(cast.delegate), make.row(made, cast.delegate))
    edit(made, cast.delegate, 2, ask="Publicar dos guías.")
    db.session.commit()
    url = f"/proposals/{made.public_id}/versions"
    for compared in ("", "?to=1", "?from=1", "?from=1&to=3", "?to=2"):
        page = sign_in(cast.neighbour).get(url + compared).text
        assert "Version 1" not in page
        assert "no se debe" not in page
    assert "<del>una guía</del><ins>dos guías</ins>" in sign_in(cast.neighbour).get(url).text
    assert "no se debe" in sign_in(cast.delegate).get(url + "?to=2").text


def test_a_difference_is_of_what_is_read_not_of_its_marks(app, cast, sign_in):
    made = make.discussed(cast)
    edit(made, cast.delegate, 1, ask="Publicar una **guía**, breve.", note="Con énfasis")
    page = sign_in(cast.neighbour).get(f"/proposals/{made.public_id}/versions").text
    assert "<span>Publicar una guía</span><ins>, breve</ins><span>.</span>" in page
    assert "**" not in page


def test_an_author_who_left_the_proposing_project_speaks_for_it_no_more(app, cast):
    made = make.discussed(cast, cast.member)
    now = replace(make.row(made, cast.member), project_id=cast.projects["encinos"].id)
    assert not policy.is_proposer(viewer(cast.member), now, frozenset())
    assert policy.is_proposer(viewer(cast.member), make.row(made, cast.member), frozenset())
