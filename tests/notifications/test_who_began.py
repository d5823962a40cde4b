"""With whom a proposal began is told of each step of it: once, and only while they may read it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from forum.accounts.models import Person
from forum.coalition.actions import commitments, lateness, responses, votes
from forum.coalition.actions import proposals as actions
from forum.coalition.actions.responses import CommitmentText
from forum.coalition.lifecycle import CommitmentStatus, ProposalStatus
from forum.coalition.models import Commitment, Evidence, Proposal
from forum.db import db
from forum.directory.models import ProjectMember
from forum.discussions.actions.challenges import face
from forum.lib import clock
from forum.notifications import actions as telling
from forum.notifications.kinds import Level, Reason, What
from forum.notifications.models import Notification
from tests.factories import coalition as make
from tests.factories import coalition_votes as voting
from tests.factories import discussions as talk
from tests.people import Cast, viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


def why(person: Any, proposal: Proposal) -> Reason | None:
    """Why the person is told of the proposal."""
    found = db.session.scalar(
        select(Notification.reasons).filter_by(person_id=person.id, proposal_id=proposal.id)
    )
    return None if found is None else Reason(found)


def forget() -> None:
    """What was told until now is read and gone."""
    db.session.execute(delete(Notification))


def rests_on(proposal: Proposal, **thing: int) -> None:
    db.session.add(Evidence(proposal_id=proposal.id, **thing))
    db.session.flush()


@pytest.fixture
def challenge(cast: Cast) -> Any:
    """Somebody of Los Encinos wrote it; Monte Lejano, outside the coalition, faces it too."""
    made = talk.thread(cast.neighbour)
    face(viewer(cast.outsider), made, cast.projects["monte-lejano"].id)
    return made


@pytest.fixture
def asked(cast: Cast, challenge: Any) -> Proposal:
    made = voting.in_discussion(cast)
    rests_on(made, thread_id=challenge.id)
    return made


def close(proposal: Proposal, clock_at: Any, days: int = 15) -> None:
    clock_at(clock.now() + timedelta(days=days, minutes=1))
    votes.seal_due(proposal.id)


def answered(cast: Cast, challenge: Any, *days: int) -> tuple[Proposal, list[Commitment]]:
    """An answered proposal that rests on the challenge, with a commitment due in each days."""
    made = voting.submitted(cast)
    rests_on(made, thread_id=challenge.id)
    today = clock.now().date()
    promised = [CommitmentText(f"{n}", "Equipo", today + timedelta(days=n)) for n in days]
    seen = voting.row(made, cast.staff)
    words = voting.text(commitments=promised)
    responses.publish(viewer(cast.staff), seen, words, version=0)
    return made, list(db.session.scalars(select(Commitment).order_by(Commitment.number)))


def tell(who: Any, commitment: Commitment, status: str, note: str = "Así va.") -> None:
    commitments.update(
        viewer(who),
        commitment.public_id,
        status=CommitmentStatus(status),
        note=note,
        language="es",
    )


def test_the_discussion_is_told_to_who_wrote_the_challenge(cast: Cast, challenge: Any) -> None:
    made = make.shared(cast)
    rests_on(made, thread_id=challenge.id)
    assert why(cast.neighbour, made) is None
    make.backed(cast, make.passed(cast, made), "yerba-alta")
    assert made.status is ProposalStatus.IN_DISCUSSION
    assert why(cast.neighbour, made) == Reason.DISCUSSED | Reason.BEGAN


def test_the_vote_and_what_came_of_it_are_told(cast: Cast, asked: Proposal, clock_at: Any) -> None:
    clock_at(clock.now())
    voting.open_vote(cast, asked)
    assert why(cast.neighbour, asked) == Reason.VOTE | Reason.BEGAN
    forget()
    voting.all_cast(cast, asked, "aaaa")
    close(asked, clock_at)
    assert why(cast.neighbour, asked) == Reason.ADOPTED | Reason.BEGAN
    assert why(cast.delegate, asked) == Reason.ADOPTED  # who proposed it, for that reason alone
    for one in cast.delegates.values():  # who votes, in the list too
        assert Reason.ADOPTED in why(one, asked)


def test_what_was_not_adopted_is_told_as_that(cast: Cast, asked: Proposal, clock_at: Any) -> None:
    clock_at(clock.now())
    voting.open_vote(cast, asked)
    voting.all_cast(cast, asked, "----")
    forget()
    close(asked, clock_at)
    assert why(cast.neighbour, asked) == Reason.NOT_ADOPTED | Reason.BEGAN


def test_a_second_call_is_no_result(cast: Cast, asked: Proposal, clock_at: Any) -> None:
    clock_at(clock.now())
    voting.open_vote(cast, asked)
    voting.all_cast(cast, asked, "aa")
    forget()
    close(asked, clock_at)
    assert why(cast.neighbour, asked) == Reason.VOTE | Reason.BEGAN
    forget()
    close(asked, clock_at, days=7)
    assert why(cast.neighbour, asked) == Reason.ADOPTED | Reason.BEGAN


def test_before_it_is_submitted_nobody_outside_is_told(
    cast: Cast, asked: Proposal, clock_at: Any
) -> None:
    clock_at(clock.now())
    voting.open_vote(cast, asked)
    voting.all_cast(cast, asked, "aaaa")
    close(asked, clock_at)
    assert why(cast.outsider, asked) is None
    actions.submit(viewer(cast.delegate), voting.row(asked, cast.delegate))
    assert why(cast.outsider, asked) == Reason.SUBMITTED | Reason.BEGAN
    assert why(cast.staff, asked) == Reason.SUBMITTED


def test_the_answer_is_told_to_projects_that_face_the_challenge(cast: Cast, challenge: Any) -> None:
    made, _none = answered(cast, challenge)
    wanted = Reason.RESPONSE | Reason.BEGAN
    assert why(cast.neighbour, made) == why(cast.outsider, made) == wanted
    assert why(cast.outside_coordinator, made) == wanted  # of the same project
    assert why(cast.delegate, made) == Reason.RESPONSE
    assert why(cast.expert, made) is None


def test_who_left_the_project_that_faces_it_is_not_told(cast: Cast, challenge: Any) -> None:
    membership = db.session.scalars(
        select(ProjectMember).filter_by(person_id=cast.outside_coordinator.id)
    ).one()
    membership.until, membership.side = clock.now(), None
    db.session.flush()
    made, _none = answered(cast, challenge)
    assert why(cast.outsider, made) is not None
    assert why(cast.outside_coordinator, made) is None


def test_a_muted_challenge_is_quiet_for_who_faces_it_and_not_for_who_wrote_it(
    cast: Cast, challenge: Any
) -> None:
    for person in (cast.outsider, cast.neighbour):
        telling.follow(viewer(person), What.THREAD, challenge.id, Level.MUTE)
    made, _none = answered(cast, challenge)
    assert why(cast.outsider, made) is None
    assert why(cast.outside_coordinator, made) is not None
    assert why(cast.neighbour, made) is not None


def test_a_post_it_rests_on_is_told_to_its_author_and_to_who_asked(cast: Cast) -> None:
    thread = talk.thread(cast.outsider)
    solution = talk.post(cast.expert, thread, kind="solution")
    made = voting.submitted(cast)
    rests_on(made, post_id=solution.id)
    responses.publish(viewer(cast.staff), voting.row(made, cast.staff), voting.text(), version=0)
    assert why(cast.expert, made) == why(cast.outsider, made) == Reason.RESPONSE | Reason.BEGAN


def test_who_reads_the_thread_no_more_does_not_learn_that_it_is_evidence(cast: Cast) -> None:
    """The proposal is everybody's, the thread it rests on is the coalition's."""
    inside = talk.thread(cast.neighbour, space_id=cast.spaces["coalition"].id)
    membership = db.session.scalars(
        select(ProjectMember).filter_by(person_id=cast.neighbour.id)
    ).one()
    membership.until, membership.side = clock.now(), None
    db.session.flush()
    made, _none = answered(cast, inside)
    assert why(cast.neighbour, made) is None


def test_a_commitment_that_is_done_is_told_once(cast: Cast, challenge: Any) -> None:
    made, [commitment] = answered(cast, challenge, 10)
    forget()
    tell(cast.staff, commitment, "in_progress")
    assert why(cast.outsider, made) is None
    tell(cast.staff, commitment, "done")
    assert why(cast.outsider, made) == Reason.KEPT | Reason.BEGAN
    assert why(cast.delegate, made) == Reason.KEPT
    forget()
    tell(cast.staff, commitment, "done", "Aquí está.")
    assert why(cast.outsider, made) is None


@pytest.mark.parametrize(
    ("moment", "late"),
    [
        ("2026-04-15T05:59:59", 0),  # 14 April, one second before midnight in Guatemala
        ("2026-04-15T06:00", 1),
    ],
)
def test_a_commitment_is_late_from_midnight_in_the_coalitions_zone(
    cast: Cast, challenge: Any, clock_at: Any, moment: str, late: int
) -> None:
    clock_at("2026-04-04T18:00")
    made, _one = answered(cast, challenge, 10)
    forget()
    clock_at(moment)
    assert lateness.tell_all_late() == late
    assert why(cast.outsider, made) == (Reason.LATE | Reason.BEGAN if late else None)


def test_after_a_week_without_a_worker_what_is_late_is_told_once(
    cast: Cast, challenge: Any, clock_at: Any
) -> None:
    clock_at("2026-04-04T18:00")
    made, [first, second] = answered(cast, challenge, 10, 11)
    tell(cast.staff, second, "done")
    forget()
    clock_at("2026-04-25T18:00")
    assert lateness.tell_all_late() == 1
    assert why(cast.neighbour, made) == Reason.LATE | Reason.BEGAN
    forget()
    assert lateness.tell_all_late() == 0
    assert why(cast.neighbour, made) is None
    commitments.update(
        viewer(cast.staff),
        first.public_id,
        status=CommitmentStatus.IN_PROGRESS,
        note="Será en mayo.",
        language="es",
    )
    clock_at("2026-04-30T18:00")
    assert lateness.tell_all_late() == 0  # it is late still: that was told


def test_two_workers_tell_of_a_late_commitment_once(
    cast: Cast, challenge: Any, clock_at: Any, race: Any
) -> None:
    """Without the locks on the proposal and its commitments both tell."""
    clock_at("2026-04-04T18:00")
    answered(cast, challenge, 10)
    clock_at("2026-04-25T18:00")

    def work(_i: int) -> int:
        told = lateness.tell_all_late()
        db.session.commit()
        return told

    assert sorted(race(2, work)) == [0, 1]


def test_it_is_said_in_whole_sentences(cast: Cast, challenge: Any, sign_in: Any) -> None:
    answered(cast, challenge)
    page = sign_in(cast.outsider).get("/notifications").text
    assert "There is an official response." in page
    assert "It rests on what you wrote, or on a challenge that your project faces." in page


def test_many_are_told_in_two_statements_more(cast: Cast, challenge: Any, statements: Any) -> None:
    """However many face it: one for what it rests on, one for telling."""
    made, [commitment] = answered(cast, challenge, 10)
    slugs = [slug for slug in cast.projects if slug not in ("monte-lejano", "encinos")]
    for slug in slugs:
        person = cast.delegates.get(slug, cast.member)
        face(viewer(person), challenge, cast.projects[slug].id)
    people = db.session.scalar(select(func.count()).select_from(Person))
    assert people is not None
    forget()
    with statements() as counted:
        tell(cast.staff, commitment, "done")
    assert len([one for one in counted if "FROM evidence" in one]) == 1
    assert len([one for one in counted if one.startswith("INSERT INTO notification")]) == 2
    assert why(cast.delegates["tierra-mansa"], made) == Reason.KEPT | Reason.BEGAN
