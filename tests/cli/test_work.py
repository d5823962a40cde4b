"""`flask work`: what is due is done, once."""

from datetime import timedelta

from forum import mail
from forum.coalition.lifecycle import ProposalStatus
from forum.coalition.models import Proposal
from forum.db import db
from forum.lib import clock
from forum.mail.models import LetterStatus
from tests.factories.coalition_votes import open_vote


def work(app):
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["work", "--once"])
    assert result.exit_code == 0, result.output
    db.session.expire_all()
    return result.output


def test_a_waiting_letter_is_sent_and_not_again(app, cast, letters):
    receiver = mail.Receiver(address="ana@people.example", name="Ana", locale="es", timezone="UTC")
    mail.post(receiver, "vote_open", title="x", closes_at=clock.now(), coalition="y", path="/")
    assert "letters: 1" in work(app)
    assert [letter.status for letter in letters()] == [LetterStatus.SENT]
    assert work(app) == ""


def test_a_vote_past_its_closing_is_sealed(app, cast, clock_at):
    begun = clock_at(clock.now())
    vote = open_vote(cast)
    db.session.commit()
    clock_at(begun + timedelta(days=16))
    assert "votes: 1" in work(app)
    assert db.session.get(Proposal, vote.proposal_id).status is ProposalStatus.NO_QUORUM
    assert "votes" not in work(app)
