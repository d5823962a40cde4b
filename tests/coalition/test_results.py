"""From a need one sees what came of it; from a commitment, where it began."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.coalition.actions import commitments, responses
from forum.coalition.actions import votes as voting
from forum.coalition.actions.ratings import rate
from forum.coalition.actions.responses import CommitmentText
from forum.coalition.lifecycle import CommitmentStatus, ResponseOutcome, Verdict
from forum.coalition.models import Commitment, Evidence
from forum.coalition.queries.around import about_thread
from forum.coalition.queries.responses import newest_answer
from forum.coalition.queries.results import beginning_of
from forum.db import db
from forum.discussions.models import FacedBy
from forum.discussions.queries.threads import thread_row
from forum.lib import clock
from tests.factories import coalition_votes as votes
from tests.factories import discussions as talk
from tests.factories import exchanges
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


@pytest.fixture
def challenge(cast):
    made = talk.thread(cast.member, title="No alcanza para la auditoría")
    project_id, person_id = cast.projects["sierra-nueva"].id, cast.delegates["sierra-nueva"].id
    db.session.add(FacedBy(challenge_thread_id=made.id, project_id=project_id, person_id=person_id))
    return made


def row_of(challenge):
    return thread_row(challenge.id)


def resting(challenge, proposal):
    db.session.add(Evidence(proposal_id=proposal.id, thread_id=challenge.id))
    db.session.flush()
    return proposal


def answered(cast, proposal, days=(), outcome=ResponseOutcome.PARTLY_ACCEPTED):
    today = clock.today("America/Guatemala")
    promised = [CommitmentText("Hacerlo", "Equipo", today + timedelta(days=one)) for one in days]
    seen = votes.row(proposal, cast.staff)
    text = votes.text(commitments=promised, outcome=outcome)
    responses.publish(viewer(cast.staff), seen, text, version=0)


def test_what_came_of_it_is_counted_by_the_day_there(cast, challenge, clock_at):
    clock_at("2026-04-04T18:00")
    proposal = resting(challenge, votes.submitted(cast))
    answered(cast, proposal, days=(1, 2, 3))
    first = db.session.scalars(select(Commitment).where(Commitment.number == 1)).one()
    done = CommitmentStatus.DONE
    commitments.update(viewer(cast.staff), first.public_id, status=done, note="", language="es")
    for moment, late in (("2026-04-07T05:59", 0), ("2026-04-07T06:00", 1)):  # midnight there
        clock_at(moment)
        [found] = about_thread(viewer(cast.member), row_of(challenge)).resting
        assert (found.commitments, found.done, found.late) == (3, 1, late), moment
        assert found.outcome_word == "Partly accepted"


def test_it_tells_what_the_vote_came_to_once_it_is_counted(cast, challenge, clock_at):
    clock_at("2026-04-04T18:00")
    proposal = resting(challenge, votes.in_discussion(cast))
    vote = votes.open_vote(cast, proposal)
    votes.all_cast(cast, proposal, "aaaa")
    db.session.commit()
    clock_at(vote.closes_at)
    [found] = about_thread(viewer(cast.member), row_of(challenge)).resting
    assert found.voted == ""
    voting.seal_due(proposal.id)
    [found] = about_thread(viewer(cast.member), row_of(challenge)).resting
    assert found.voted == "Adopted: 4 of 6 projects voted"


def test_it_tells_what_the_coalition_thinks_of_the_answer(cast, challenge, clock_at, sign_in):
    clock_at("2026-04-04T18:00")
    proposal = resting(challenge, votes.submitted(cast))
    answered(cast, proposal, days=(1,))
    first = db.session.scalars(select(Commitment)).one()
    done = CommitmentStatus.DONE
    commitments.update(viewer(cast.staff), first.public_id, status=done, note="", language="es")
    said = {"reason": "No la encontramos zqsecreto.", "language": "es"}
    commitments.mark(viewer(cast.delegate), first.public_id, fulfilled=False, **said)
    answers = newest_answer(proposal.id).public_id
    for slug in ("ceiba", "encinos"):
        person = cast.delegates[slug]
        seen = votes.row(proposal, person)
        rate(viewer(person), seen, verdict=Verdict.PARTLY, answers=answers, **said)
    db.session.commit()
    page = sign_in(cast.outsider).get(f"/threads/{challenge.public_id}").text
    assert "2 projects" in page
    assert "it is not fulfilled" in page
    assert "zqsecreto" not in page


def test_a_correction_is_what_came_of_it(cast, challenge):
    proposal = resting(challenge, votes.submitted(cast))
    answered(cast, proposal)
    corrected = votes.text(
        outcome=ResponseOutcome.ACCEPTED, reasons="Sí.", reasons_html="<p>Sí.</p>"
    )
    newest = newest_answer(proposal.id).public_id
    responses.correct(
        viewer(cast.staff), votes.row(proposal, cast.staff), corrected, corrects=newest
    )
    [found] = about_thread(viewer(cast.member), row_of(challenge)).resting
    assert found.outcome_word == "Accepted"


def test_what_came_of_none_is_nothing(cast, challenge):
    assert about_thread(viewer(cast.member), row_of(challenge)).resting == ()


def test_a_vote_that_is_over_is_told_before_it_is_sealed(cast, challenge, clock_at):
    proposal = resting(challenge, votes.in_discussion(cast))
    votes.open_vote(cast, proposal)
    [found] = about_thread(viewer(cast.member), row_of(challenge)).resting
    assert found.waits.startswith("Voting ends on")
    clock_at(f"{found.voted_until + timedelta(minutes=1):%Y-%m-%dT%H:%M}")
    [found] = about_thread(viewer(cast.member), row_of(challenge)).resting
    assert found.waits.startswith("Voting ended on")
    assert found.public_id == proposal.public_id


def test_a_challenge_tells_each_what_came_of_it_as_far_as_they_see_it(cast, challenge, sign_in):
    submitted = resting(challenge, votes.submitted(cast))
    answered(cast, submitted, days=(9,))
    prepared = resting(challenge, votes.in_discussion(cast, title="Otra que se conversa"))
    db.session.commit()
    address = f"/threads/{challenge.public_id}"
    for somebody, sees in ((cast.member, True), (cast.staff, False), (cast.outsider, False)):
        page = sign_in(somebody).get(address).text
        assert "Partly accepted" in page
        assert "1 commitment (done: 0; late: 0)" in page
        assert ("Otra que se conversa" in page, prepared.public_id in page) == (sees, sees)


def test_a_commitment_leads_back_to_stage_session_and_projects(cast, challenge):
    proposal = resting(challenge, votes.submitted(cast))
    secret = talk.thread(cast.member, title="Lo que se dijo dentro", space=cast.spaces["coalition"])
    stage = talk.some_stage()
    session = exchanges.a_session(db.session, stage)
    db.session.add(Evidence(proposal_id=proposal.id, thread_id=secret.id))
    db.session.add(Evidence(proposal_id=proposal.id, session_id=session.id))
    db.session.flush()

    def seen_by(somebody):
        found = beginning_of(proposal.id, viewer(somebody))
        return [one.title for one in found.origins], [slug for slug, _name in found.projects]

    threads = ["No alcanza para la auditoría", "Lo que se dijo dentro"]
    assert seen_by(cast.member) == ([*threads, "Primera sesión"], ["ceiba", "sierra-nueva"])
    assert seen_by(cast.staff) == ([threads[0], "Primera sesión"], ["ceiba", "sierra-nueva"])
    assert seen_by(None) == (["Primera sesión"], ["ceiba"])
    origins = beginning_of(proposal.id, viewer(cast.staff)).origins
    assert {(one.stage_number, one.stage_title) for one in origins} == {(stage.number, stage.title)}
