"""Submitting: numbers, readers, and what stays with the coalition."""

import re

import pytest
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from forum.activity.models import Event
from forum.coalition.actions import proposals as actions
from forum.coalition.lifecycle import ProposalStatus
from forum.coalition.models import Proposal
from forum.db import db
from forum.lib.permission import Forbidden, WrongState
from forum.spaces.kinds import SpaceKind
from tests.browserless import path_of
from tests.factories import coalition as make
from tests.factories import coalition_votes as vote
from tests.factories import discussions
from tests.people import viewer

INSIDE = ("member", "coordinator", "delegate", "neighbour", "facilitator")
NETWORK = (*INSIDE, "outsider", "expert", "staff", "loose_facilitator")

pytestmark = pytest.mark.both_databases


def submit(proposal, person):
    return actions.submit(viewer(person), make.row(proposal, person))


# --- who and when ----------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["delegate", "alternate", "facilitator"])
def test_the_proposer_or_who_facilitates_submits(app, cast, who):
    made = submit(make.adopted(cast), getattr(cast, who))
    assert made.status is ProposalStatus.SUBMITTED
    assert made.submitted_at is not None


@pytest.mark.parametrize("who", ["member", "neighbour"])
def test_others_of_the_coalition_do_not_submit(app, cast, who):
    made = make.adopted(cast)
    with pytest.raises(Forbidden):
        submit(made, getattr(cast, who))


@pytest.mark.parametrize("who", ["staff", "outsider", "operator", "loose_facilitator"])
def test_for_others_there_is_nothing_to_submit(app, cast, who):
    made = make.adopted(cast)
    with pytest.raises(NotFound):
        submit(made, getattr(cast, who))


def test_only_an_adopted_proposal_is_submitted(app, cast):
    for made in (make.draft(cast), make.discussed(cast)):
        with pytest.raises(WrongState):
            submit(made, cast.delegate)


def test_it_is_submitted_once(app, cast):
    made = make.submitted(cast)
    with pytest.raises(WrongState):
        submit(made, cast.delegate)


def test_a_vote_that_is_over_is_sealed_first(app, cast, clock_at):
    clock_at("2026-03-01T12:00")
    made = make.discussed(cast, days=30)
    vote.open_vote(cast, made)
    vote.all_cast(cast, made, "aaaa..")
    clock_at("2026-04-01T12:00")
    assert made.status is ProposalStatus.VOTING
    assert submit(made, cast.delegate).status is ProposalStatus.SUBMITTED
    assert db.session.scalars(select(Event.verb).where(Event.verb == "vote.closed")).all()


def test_a_vote_that_was_lost_is_not_submitted(app, cast, clock_at):
    clock_at("2026-03-01T12:00")
    made = make.discussed(cast, days=30)
    vote.open_vote(cast, made)
    vote.all_cast(cast, made, "adddd.")
    clock_at("2026-04-01T12:00")
    with pytest.raises(WrongState):
        submit(made, cast.delegate)


def test_it_is_recorded_for_those_who_see_it(app, cast):
    made = make.submitted(cast)
    event = db.session.scalars(select(Event).where(Event.verb == "proposal.submitted")).one()
    assert event.space_id == cast.spaces["network"].id
    assert event.particulars == {"number": made.number, "version": 1}


def test_staff_get_a_letter(app, cast, letters):
    made = make.submitted(cast)
    assert {letter.person_id for letter in letters("proposal_submitted")} == {
        cast.staff.id,
        cast.colleague.id,
    }
    assert made.number in letters("proposal_submitted")[0].text


# --- numbers ---------------------------------------------------------------------------------


def test_numbers_count_up_in_a_year(app, cast, clock_at):
    clock_at("2026-04-01T12:00")
    assert [make.submitted(cast).number for _ in range(3)] == [
        "LAC-2026-001",
        "LAC-2026-002",
        "LAC-2026-003",
    ]


def test_the_year_is_the_coalitions(app, cast, clock_at):
    clock_at("2027-01-01T05:59")  # 23:59 of the last day of 2026 in Guatemala
    assert make.submitted(cast).number == "LAC-2026-001"
    clock_at("2027-01-01T06:00")
    assert make.submitted(cast).number == "LAC-2027-001"


def test_after_999_numbers_get_longer(app, cast, clock_at):
    clock_at("2026-04-01T12:00")
    make.submitted(cast).number = "LAC-2026-999"
    assert [make.submitted(cast).number for _ in range(2)] == ["LAC-2026-1000", "LAC-2026-1001"]


def test_numbers_given_at_once_are_all_different(app, cast, race, clock_at):
    clock_at("2026-04-01T12:00")
    rows = [make.row(make.adopted(cast), cast.facilitator) for _ in range(8)]
    db.session.commit()

    def hand_in(i):
        number = actions.submit(viewer(cast.facilitator), rows[i]).number
        db.session.commit()
        return number

    assert sorted(race(8, hand_in)) == [f"LAC-2026-00{n}" for n in range(1, 9)]


def test_submitted_at_once_by_two_it_has_one_number(app, cast, race):
    made = make.adopted(cast)
    row = make.row(made, cast.facilitator)
    db.session.commit()

    def hand_in(i):
        actions.submit(viewer((cast.facilitator, cast.delegate)[i % 2]), row)
        db.session.commit()

    results = race(4, hand_in)
    assert sum(r is None for r in results) == 1
    assert sum(isinstance(r, WrongState) for r in results) == 3


def test_the_number_leads_to_the_proposal_for_those_who_see_it(app, cast, sign_in, client):
    made = make.submitted(cast)
    db.session.commit()
    answer = sign_in(cast.staff).get(f"/proposals/{made.number}")
    assert path_of(answer) == f"/proposals/{made.public_id}"
    for other in (client, sign_in(cast.observer), sign_in(cast.operator)):
        assert other.get(f"/proposals/{made.number}").status_code == 404
    assert client.get("/proposals/LAC-2026-999").status_code == 404


# --- who sees what ----------------------------------------------------------------------------


def sees(proposal, cast):
    everybody = {*NETWORK, "observer", "operator"}
    found = set()
    for name in everybody:
        try:
            make.row(proposal, getattr(cast, name))
        except NotFound:
            continue
        found.add(name)
    return found


def test_a_draft_is_seen_by_its_author_alone(app, cast):
    assert sees(make.draft(cast, cast.member), cast) == {"member"}


def test_whoever_wrote_a_version_is_an_author(app, cast):
    made = make.draft(cast, cast.member)
    db.session.add_all(
        [
            # as when a draft is handed on within a project
            type(v)(
                proposal_id=made.id,
                number=2,
                author_id=cast.delegate.id,
                title=v.title,
                problem=v.problem,
                ask=v.ask,
                problem_html=v.problem_html,
                ask_html=v.ask_html,
            )
            for v in [db.session.scalars(select(vote.ProposalVersion)).one()]
        ]
    )
    db.session.flush()
    assert sees(made, cast) == {"member", "delegate"}


def test_from_the_discussion_on_the_coalition_sees_it(app, cast):
    assert sees(make.discussed(cast), cast) == set(INSIDE)
    assert sees(make.adopted(cast), cast) == set(INSIDE)


def test_submitted_it_is_seen_by_the_network(app, cast):
    assert sees(make.submitted(cast), cast) == set(NETWORK)


def test_or_by_everybody_where_the_coalition_chose_so(app, cast, client):
    made = make.submitted(cast, visibility_after=SpaceKind.PUBLIC)
    assert sees(made, cast) == {*NETWORK, "observer", "operator"}
    assert client.get(f"/proposals/{made.public_id}").status_code == 200


def test_what_stays_with_the_coalition(app, cast, sign_in):
    made = make.discussed(cast)
    row = make.row(made, cast.delegate)
    actions.edit(
        viewer(cast.delegate),
        row,
        make.text(ask="Lo que se pide ahora."),
        version=1,
        note="Nota interna",
        language="es",
        visibility_after=SpaceKind.NETWORK,
    )
    made.status = ProposalStatus.ADOPTED
    db.session.flush()
    submit(made, cast.delegate)
    db.session.commit()
    for name in ("staff", "outsider", "expert"):
        outside = sign_in(getattr(cast, name))
        page = outside.get(f"/proposals/{made.public_id}").text
        assert "Lo que se pide ahora." in page
        for hidden in ("Publicar una guía.", "Nota interna", cast.delegate.name, "/threads/"):
            assert hidden not in page, hidden
        assert outside.get(f"/proposals/{made.public_id}/versions").status_code == 404
    inside = sign_in(cast.member)
    assert "Nota interna" in inside.get(f"/proposals/{made.public_id}/versions").text
    assert "/threads/" in inside.get(f"/proposals/{made.public_id}").text


def test_evidence_is_shown_only_to_those_who_may_read_it(app, cast, sign_in):
    private = discussions.thread(
        cast.member, space=cast.spaces["coalition"], title="Entre la coalición"
    )
    shared = discussions.thread(cast.member, title="En la red")
    made = make.submitted(
        cast, evidence=[("thread", private.public_id), ("thread", shared.public_id)]
    )
    db.session.commit()
    outside = sign_in(cast.staff).get(f"/proposals/{made.public_id}").text
    assert "En la red" in outside
    assert "Entre la coalición" not in outside
    assert "Entre la coalición" in sign_in(cast.member).get(f"/proposals/{made.public_id}").text


def test_a_challenge_names_only_proposals_that_one_sees(app, cast, sign_in):
    thread = discussions.thread(cast.member)
    make.submitted(
        cast, text=make.text(title="Presentada"), evidence=[("thread", thread.public_id)]
    )
    make.discussed(
        cast, text=make.text(title="En discusión"), evidence=[("thread", thread.public_id)]
    )
    db.session.commit()
    outside = sign_in(cast.staff).get(f"/threads/{thread.public_id}").text
    inside = sign_in(cast.neighbour).get(f"/threads/{thread.public_id}").text
    assert "Presentada" in outside
    assert "En discusión" not in outside
    assert "En discusión" in inside
    assert f"/proposals/new?challenge={thread.public_id}" in inside
    assert "/proposals/new" not in outside


def test_it_is_submitted_by_the_form(app, cast, sign_in):
    made = make.adopted(cast)
    db.session.commit()
    delegate = sign_in(cast.delegate)
    assert "is not bound by it" in delegate.get(f"/proposals/{made.public_id}/submission").text
    answer = delegate.send(f"/proposals/{made.public_id}/submission")
    assert answer.status_code == 303
    stored = db.session.get_one(Proposal, made.id)
    assert re.fullmatch(r"LAC-\d{4}-001", stored.number or "")
    assert stored.number in delegate.get(path_of(answer)).text
