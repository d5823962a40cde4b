"""The worker stands still for a week: what closes closes, and on its return each is told once."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from forum import mail
from forum.coalition.actions import assisted, proposals, responses
from forum.coalition.lifecycle import ProposalStatus
from forum.coalition.models import (
    AssistedHow,
    Proposal,
    Response,
    Result,
    Vote,
    VoteReminder,
)
from forum.coalition.tally import Choice
from forum.db import db
from forum.lib import clock
from forum.lib.permission import WrongState
from forum.mail.models import Letter, LetterStatus
from forum.mail.work import _chores
from forum.notifications.actions import letters as told_by
from tests.factories.coalition_votes import (
    all_cast,
    cast_by,
    in_discussion,
    open_vote,
    row,
    submitted,
    text,
)
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

S = ProposalStatus
START = "2026-05-01T12:00"
DAY = timedelta(days=1)
WENT, BACK = 14 * DAY, 21 * DAY + timedelta(hours=5)  # after the start
ROUNDS = 20  # of work, at most, until nothing is due

VOTED = {  # what is said, for how many days it is open, and where it stands on the return
    "carried": ("aaaad.", 15, S.ADOPTED),
    "lost": ("aaddd.", 15, S.NOT_ADOPTED),
    "again": ("aa....", 15, S.VOTING),
    "missed": ("a.....", 16, S.NO_QUORUM),
    "handed in": ("aaaa..", 15, S.SUBMITTED),  # submitted while the worker stood still
    "half": ("a.....", 40, S.VOTING),  # half its time passes meanwhile
    "last day": ("a.....", 22, S.VOTING),  # half its time, and its last day's beginning
}


@pytest.fixture
def standing(cast, app, clock_at):
    """A coalition in the middle of everything; the worker has done all until it went."""
    start = clock_at(START)
    made = {}
    for name, (said, days, _status) in VOTED.items():
        proposal = made[name] = in_discussion(cast, title=f"Una guía {name}")
        open_vote(cast, proposal, days=days)
        all_cast(cast, proposal, said)
    for number, (name, days) in enumerate({"overdue": 43, "due soon": 32, "answered": 30}.items()):
        made[name] = submitted(
            cast,
            title=f"Una guía {name}",
            number=f"LAC-2026-{90 + number:03}",
            submitted_at=start - days * DAY,
        )
    db.session.commit()
    for days in (0, 8, 12, 14):
        clock_at(start + days * DAY)
        work_until_done()
    return made


def work_until_done():
    for _round in range(ROUNDS):
        done = mail.work_once()
        assert done.keys() == _chores.keys(), "a chore failed"
        if not any(done.values()):
            return
    pytest.fail("there is always something to do")


def status(proposal):
    db.session.expire_all()
    return db.session.get_one(Proposal, proposal.id).status


def told(kind=None):
    """Who was written to of what, how often: (kind, address, the proposal's title)."""
    db.session.expire_all()
    found = db.session.scalars(select(Letter).order_by(Letter.id)).all()
    titles = list(db.session.scalars(select(Proposal.title)))
    return Counter(
        (one.kind, one.to_address, next(t for t in titles if t in one.text))
        for one in found
        if kind in (None, one.kind)
    )


def of(kind, title):
    return [who for (k, who, t), _n in told(kind).items() if t == title and k == kind]


def test_nothing_closes_late_and_on_the_return_of_two_workers_each_thing_is_told_once(
    cast, standing, clock_at, sign_in, race
):
    start, before = clock.now() - WENT, told()
    clock_at(start + 15 * DAY)  # the very moment
    nothing_is_cast_any_more(cast, standing)
    clock_at(start + 17 * DAY)
    people_go_on(cast, standing)
    clock_at(start + BACK - timedelta(hours=1))
    pages_say_what_is_so(sign_in(cast.member), standing)
    new = {kind for kind, _who, _title in told() - before}
    assert new <= {"proposal_submitted", "response_published", "vote_sealed"}  # what people did
    clock_at(start + BACK)
    for _round in range(ROUNDS):
        done = race(2, lambda _i: mail.work_once())
        assert all(isinstance(one, dict) for one in done), done
        assert all(one.keys() == _chores.keys() for one in done), "a chore failed"
        if not any(count for one in done for count in one.values()):
            break
    assert {name: status(standing[name]) for name in VOTED} == {
        name: after for name, (_said, _days, after) in VOTED.items()
    }
    check_letters(cast, before)
    check_rows(standing)
    settled = told()
    work_until_done()
    assert told() == settled


def nothing_is_cast_any_more(cast, standing):
    """Not by a delegate and not by phone, in no vote that is past its closing."""
    tierra = cast.delegates["tierra-mansa"]
    said = {"choice": Choice.AGREE, "reason": "", "language": "es", "how": AssistedHow.PHONE}
    whose = {"project_id": cast.projects["tierra-mansa"].id, "instructed_by": tierra.public_id}
    for name in ("carried", "lost", "again"):
        seen = row(standing[name], cast.facilitator)
        with pytest.raises(WrongState):
            cast_by(tierra, standing[name])
        with pytest.raises(WrongState):
            assisted.record_ballot(viewer(cast.facilitator), seen, **whose, **said)
        db.session.rollback()


def people_go_on(cast, standing):
    """They submit and answer: that waits for no worker."""
    proposals.submit(viewer(cast.delegate), row(standing["handed in"], cast.delegate))
    seen = row(standing["answered"], cast.staff)
    responses.publish(viewer(cast.staff), seen, text(), version=0)
    db.session.commit()


def pages_say_what_is_so(client, standing):
    """Votes have come to their outcome by the clock; silence has answered and closed nothing."""
    says = {
        "carried": "Adopted. Voting closed on",
        "lost": "Not adopted. Voting closed on",
        "again": "A second one opens at once",
        "missed": "Not decided for lack of a quorum.",
        "half": "Voting is open until",
        "overdue": "is overdue by",
    }
    for name, words in says.items():
        assert words in client.get(f"/proposals/{standing[name].public_id}").text, name
    assert status(standing["overdue"]) is S.SUBMITTED
    assert status(standing["carried"]) is S.VOTING  # nothing was stored: the clock says it


def check_letters(cast, before):
    """Each announcement once to each whom it concerns; none of what is over by now."""
    speakers = {person.email for person in cast.delegates.values()} | {cast.alternate.email}
    staff = {cast.staff.email, cast.colleague.email}
    for name in ("carried", "lost", "again", "missed", "handed in"):
        assert set(of("vote_sealed", f"Una guía {name}")) == speakers, name
    assert of("vote_sealed", "Una guía half") == []
    again = [(who, n) for (_k, who, t), n in told("vote_open").items() if t == "Una guía again"]
    assert sorted(again) == sorted((who, 2) for who in speakers)  # one for each call
    silent = speakers - {cast.delegate.email, cast.alternate.email}
    for name in ("half", "last day"):
        new = told("vote_reminder") - before
        reminded = [who for (_k, who, t) in new if t == f"Una guía {name}"]
        assert set(reminded) == silent, name
        assert all(n == 1 for key, n in new.items() if key[2] == f"Una guía {name}")
    new = told("answer_due") - before
    due = ("Una guía overdue", "Una guía due soon")  # what was due soon and is overdue: only that
    assert new == Counter({("answer_due", who, title) for who in staff for title in due})
    assert set(of("response_published", "Una guía answered")) >= {cast.delegate.email}
    once = {key: n for key, n in told().items() if key[0] != "vote_open"}
    per_kind = {n for key, n in once.items() if key[0] not in ("vote_reminder", "answer_due")}
    assert per_kind == {1}
    sent = db.session.scalars(select(Letter)).all()
    assert {(one.status, one.attempts) for one in sent} == {(LetterStatus.SENT, 1)}


def check_rows(standing):
    """What is stored of it is stored once too, and the second call has all its days."""
    results = Counter(db.session.scalars(select(Result.vote_id)))
    assert len(results) == 5
    assert set(results.values()) == {1}
    calls = select(Vote).where(Vote.proposal_id == standing["again"].id).order_by(Vote.call)
    first, second = db.session.scalars(calls).all()
    assert second.closes_at - second.opens_at >= 7 * DAY
    assert second.opens_at == clock.now() > first.closes_at
    reminders = Counter(db.session.execute(select(VoteReminder.vote_id, VoteReminder.kind)).all())
    assert set(reminders.values()) == {1}
    given = select(Response.id).where(Response.proposal_id == standing["answered"].id)
    assert len(db.session.scalars(given).all()) == 1


def test_a_round_that_fails_leaves_nothing_half_done_and_the_next_does_it_once(
    cast, clock_at, monkeypatch
):
    start = clock_at(START)
    for said in ("aaaad.", "aa...."):
        proposal = in_discussion(cast, title=f"Una guía {said}")
        open_vote(cast, proposal)
        all_cast(cast, proposal, said)
    clock_at(start + BACK)
    db.session.commit()
    post, calls = told_by.post_vote_sealed, []

    def failing(*args):
        calls.append(args)
        if len(calls) == 2:
            raise RuntimeError("the power went off")
        post(*args)

    monkeypatch.setattr(told_by, "post_vote_sealed", failing)
    assert "votes" not in mail.work_once()
    assert db.session.scalars(select(Result)).all() == []
    assert told("vote_sealed") == Counter()
    work_until_done()
    assert len(db.session.scalars(select(Result)).all()) == 2
    assert len(db.session.scalars(select(Vote)).all()) == 3
    assert set(told("vote_sealed").values()) == {1}
