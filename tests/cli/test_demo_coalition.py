"""What the demonstration shows of the coalition's rules: each thing once, come about by them."""

import re

from sqlalchemy import select

from forum.coalition.lifecycle import AmendmentState, ProposalStatus
from forum.coalition.models import (
    Amendment,
    Ballot,
    BallotConfirmation,
    Commitment,
    Proposal,
    ProposalVersion,
)
from forum.coalition.queries.arguments import arguments_in
from forum.coalition.queries.commitment_lists import Show, commitments_of_coalition
from forum.coalition.queries.members import coalition_or_404
from forum.coalition.queries.proposals import proposal_or_404
from forum.coalition.queries.responses import draft_of
from forum.coalition.queries.votes import vote_panel
from forum.db import db
from forum.lib import clock
from tests.cli.test_demo import PROPOSALS, person, proposal
from tests.people import viewer

MEMBER, STAFF = "delegate@ceiba.example", "official@planvivo.example"
CARDS = {card["id"]: card for card in PROPOSALS}


def row(name, email=MEMBER):
    found = proposal(CARDS[name]["title"])
    return proposal_or_404(found.public_id, viewer(person(email)))


def page(demo, name, email=MEMBER):
    client = demo.test_client().become(person(email))
    return client.get(f"/proposals/{row(name, email).public_id}").text


def test_changes_to_a_text_were_taken_declined_and_wait(demo):
    found = db.session.scalars(select(Amendment).order_by(Amendment.id)).all()
    assert [one.state for one in found] == [
        AmendmentState.TAKEN,
        AmendmentState.DECLINED,
        AmendmentState.OPEN,
    ]
    taken, declined, _waits = found
    said = select(ProposalVersion.ask).where(
        ProposalVersion.proposal_id == taken.proposal_id,
        ProposalVersion.number == taken.version_made,
    )
    assert taken.words in db.session.scalars(said).one()
    assert declined.reasons


def test_a_discussion_holds_arguments_of_every_kind(demo):
    counts, every = arguments_in(row("plazos-pdd"))
    assert {str(kind): count for kind, count in counts.items()} == {
        "for": 1,
        "against": 1,
        "question": 1,
    }
    assert len(every) == 3


def test_a_second_call_decided_what_the_first_had_not(demo):
    panel = vote_panel(row("interpretacion"), viewer(person(MEMBER)))
    assert (panel.vote.call, panel.tally.cast, panel.tally.agree) == (2, 5, 4)
    assert row("interpretacion").status is ProposalStatus.ADOPTED


def test_a_ballot_on_paper_waits_for_its_delegate_and_one_by_phone_was_confirmed(demo):
    recorded = db.session.execute(
        select(Ballot.assisted_how, BallotConfirmation.id.is_not(None))
        .outerjoin(BallotConfirmation, BallotConfirmation.ballot_id == Ballot.id)
        .where(Ballot.assisted)
    ).all()
    assert {("paper", False), ("phone", True)} <= {(str(how), yes) for how, yes in recorded}
    assert "Confirmar" in page(demo, "auditorias-vecinas", "delegate@encinos.example")


def test_an_objection_travels_answered_and_without_a_name(demo):
    objection = CARDS["hoja-cambios"]["ballot"][-1]
    for email, named in ((MEMBER, True), (STAFF, False)):
        shown = page(demo, "hoja-cambios", email)
        assert objection["reason"] in shown
        assert objection["objection_answer"] in shown
        assert ("Sierra Nueva" in shown) == named


def test_an_answer_has_more_time_and_is_not_overdue(demo):
    found = row("plantillas-espanol")
    assert found.extended_until > clock.now().date()
    assert "presupuesto del próximo año" in page(demo, "plantillas-espanol", STAFF)


def test_one_commitment_was_kept_one_is_late_and_one_is_to_come(demo):
    found = db.session.scalars(select(Commitment).order_by(Commitment.number)).all()
    assert [str(one.status) for one in found] == ["done", "in_progress", "planned"]
    assert [one.due_on < clock.now().date() for one in found] == [True, True, False]
    here = coalition_or_404("america-latina")
    late = commitments_of_coalition(viewer(None), here, Show.LATE).rows
    assert [one.text for one in late] == [found[1].text]


def test_a_corrected_answer_was_rated(demo):
    shown = page(demo, "persona-enlace", STAFF)
    assert "siete días <strong>hábiles</strong>" in shown
    for word, count in (("Satisfied", 2), ("Partly satisfied", 1), ("Not satisfied", 1)):
        assert f"{word}: {count} project" in shown
    reason = CARDS["persona-enlace"]["rating"][0]["reason"]
    assert reason not in shown
    assert reason in page(demo, "persona-enlace")


def test_what_was_declined_is_tabled_again_and_under_review(demo):
    earlier, later = proposal(CARDS["monitores"]["title"]), row("monitores-otra-vez", STAFF)
    assert db.session.get_one(Proposal, later.id).again_of_id == earlier.id
    assert CARDS["monitores-otra-vez"]["new_evidence"] in page(demo, "monitores-otra-vez", STAFF)
    assert draft_of(later.id).notes
    prepared = "responde a lo que faltaba"
    address = f"/proposals/{later.public_id}/response"
    assert prepared in demo.test_client().become(person(STAFF)).get(address).text
    assert demo.test_client().become(person(MEMBER)).get(address).status_code == 404
    assert prepared not in page(demo, "monitores-otra-vez")


def test_the_draft_of_an_answer_waits_for_another_one_of_the_staff(demo):
    address = f"/proposals/{row('monitores-otra-vez', STAFF).public_id}/review"
    read = demo.test_client().become(person(STAFF)).get(address).text
    assert "responde a lo que faltaba" in read
    assert 'value="approved"' in read
    assert demo.test_client().become(person(MEMBER)).get(address).status_code == 404


def test_a_delegate_is_named_for_a_term(demo):
    url = f"/coalitions/{row('plazos-pdd').coalition_slug}"
    told = demo.test_client().become(person(MEMBER)).get(url).text
    assert re.search(r"Nelly Condori Vargas</a>, del .* al ", told)


def test_projects_said_whether_the_commitment_told_as_done_is_fulfilled(demo):
    done = db.session.scalars(select(Commitment).where(Commitment.number == 1)).one()
    shown = demo.test_client().become(person(STAFF)).get(f"/commitments/{done.public_id}").text
    assert "Fulfilled: 2 projects" in shown
    assert "Not fulfilled: 1 project" in shown
    assert "no está publicado quién la atiende" not in shown
