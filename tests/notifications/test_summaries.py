"""What letters gather, when they come, and what they leave out."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum import activity
from forum.accounts.models import Person
from forum.db import db
from forum.directory.models import ProjectMember
from forum.discussions import actions as words
from forum.lib import clock
from forum.mail import sending
from forum.mail.models import Letter
from forum.notifications import actions, digest
from forum.notifications.actions import composing
from forum.notifications.kinds import Level, Matter, Pace, What
from forum.notifications.models import LetterPlan, Notification, PrivateLetters, Subscription
from tests.factories import coalition_votes as votes
from tests.factories import discussions as talk
from tests.factories import exchanges as sessions
from tests.people import Cast, viewer

# A Tuesday, 18:00 in Guatemala; the next morning there begins at 13:00 UTC.
TUESDAY_EVENING = datetime(2026, 5, 6, 0, tzinfo=UTC)
WEDNESDAY_MORNING = datetime(2026, 5, 6, 13, 1, tzinfo=UTC)
MONDAY_MORNING = datetime(2026, 5, 11, 13, 1, tzinfo=UTC)
WORDS = "Pagamos la auditoría entre seis cooperativas."

Letters = Callable[..., list[Letter]]


def chosen(person: Any, **more: Any) -> LetterPlan:
    """The person's plan, with the week and the day begun, and these paces."""
    plan = db.session.scalars(select(LetterPlan).filter_by(person_id=person.id)).one_or_none()
    plan = plan or LetterPlan(person_id=person.id)
    at, seven = clock.now(), WEDNESDAY_MORNING - timedelta(minutes=1)
    for name, value in {"next_at": seven, "daily_at": at, "weekly_at": at, **more}.items():
        setattr(plan, name, value)
    db.session.add(plan)
    db.session.commit()
    return plan


def follows(person: Any, thread: Any) -> None:
    """The person watches the thread."""
    actions.follow(viewer(person), What.THREAD, thread.id, Level.WATCH)
    db.session.commit()


def work() -> None:
    """One round of the worker, as far as it writes letters."""
    actions.write_notices()
    actions.write_summaries()


@pytest.fixture
def evening(app: Flask, clock_at: Any, cast: Cast) -> datetime:
    """It is Tuesday evening, and everybody has a plan."""
    at: datetime = clock_at(TUESDAY_EVENING)
    for person in cast.people.values():
        chosen(person)
    return at


# --- when -----------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_what_is_followed_daily_comes_once_in_the_persons_morning(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    chosen(cast.neighbour, followed=Pace.DAILY)
    thread = talk.thread(cast.member, title="Costos de la auditoría")
    follows(cast.neighbour, thread)
    talk.post(cast.expert, thread, body=WORDS)
    talk.post(cast.delegate, thread)
    work()
    assert letters() == []  # it is evening
    clock_at(WEDNESDAY_MORNING - timedelta(minutes=2))
    work()
    assert letters("summary") == []  # 06:59
    clock_at(WEDNESDAY_MORNING)
    work()
    work()
    (letter,) = letters("summary")
    assert letter.person_id == cast.neighbour.id
    assert "Costos de la auditoría" in letter.text
    assert "CONVERSACIONES QUE SIGUE" in letter.text
    assert "2 mensajes de" in letter.text
    clock_at(WEDNESDAY_MORNING + timedelta(days=1))
    work()
    assert len(letters("summary")) == 1  # nothing is repeated, though it is not read yet


def test_what_comes_weekly_comes_on_monday_or_the_first_day_that_is_not_quiet(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    chosen(cast.neighbour, followed=Pace.WEEKLY)
    chosen(cast.outsider, followed=Pace.WEEKLY, quiet_days="17")
    thread = talk.thread(cast.member)
    for person in (cast.neighbour, cast.outsider):
        follows(person, thread)
    talk.post(cast.expert, thread)
    came: dict[int | None, list[int]] = {}
    for day in range(9):
        clock_at(WEDNESDAY_MORNING + timedelta(days=day))
        work()
        for letter in letters("summary"):
            came.setdefault(letter.person_id, [letter.created_at.isoweekday()])
    assert came == {cast.neighbour.id: [1], cast.outsider.id: [2]}


def test_sides_hear_as_it_suits_them(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    thread = talk.thread(cast.member)
    readers = [cast.neighbour, cast.facilitator, cast.staff, cast.expert, cast.outsider]
    for person in readers:
        follows(person, thread)
    talk.post(cast.delegate, thread)
    clock_at(TUESDAY_EVENING + timedelta(minutes=11))
    work()
    assert [letter.person_id for letter in letters("summary")] == [cast.facilitator.id]
    clock_at(WEDNESDAY_MORNING)
    work()
    assert len(letters("summary")) == 1
    clock_at(MONDAY_MORNING)
    work()
    told = {letter.person_id for letter in letters("summary")}
    assert told == {person.id for person in readers}


def test_at_once_is_one_letter_a_day_and_the_rest_next_morning(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    """18:00 in Guatemala, so that day has six hours left."""
    first, second = talk.thread(cast.member), talk.thread(cast.member, title="Otra cosa")
    for thread in (first, second):
        follows(cast.facilitator, thread)
    talk.post(cast.expert, first)
    clock_at(TUESDAY_EVENING + timedelta(minutes=11))
    work()
    talk.post(cast.expert, second)
    for hours in range(1, 6):
        clock_at(TUESDAY_EVENING + timedelta(hours=hours))
        work()
    assert len(letters("summary")) == 1
    clock_at(WEDNESDAY_MORNING)
    work()
    last = letters("summary")[-1]
    assert len(letters("summary")) == 2
    assert "Otra cosa" in last.text
    assert "Costos de operación" not in last.text


@pytest.mark.both_databases
def test_what_is_meant_for_somebody_comes_at_once_with_its_words(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    thread = talk.thread(cast.member, title="Costos de la auditoría")
    talk.post(cast.expert, thread, body=WORDS, kind="solution")
    work()
    assert letters() == []  # perhaps they are reading it just now
    clock_at(TUESDAY_EVENING + timedelta(minutes=3))
    work()
    work()
    (letter,) = letters()
    assert (letter.kind, letter.person_id) == ("notice", cast.member.id)
    assert letter.subject == "Re: Costos de la auditoría"
    assert WORDS in letter.text
    assert "There is a solution for your challenge." in letter.text


def test_many_answers_are_one_letter_an_hour_until_they_are_read(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    thread = talk.thread(cast.member)
    for minute in range(90):
        clock_at(TUESDAY_EVENING + timedelta(minutes=minute))
        talk.post(cast.expert, thread, body=f"Respuesta {minute}.")
        work()
    found = letters("notice")
    assert len(found) == 2
    assert "Respuesta 0." in found[0].text
    assert "Respuesta 0." not in found[1].text


def test_what_was_read_in_the_meantime_is_left_out(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    chosen(cast.neighbour, followed=Pace.DAILY)
    read, unread = talk.thread(cast.member, title="Leída"), talk.thread(cast.member, title="Nueva")
    for thread in (read, unread):
        follows(cast.neighbour, thread)
        talk.post(cast.expert, thread)
    actions.read_thread(viewer(cast.neighbour), read.id, 2)
    clock_at(WEDNESDAY_MORNING)
    work()
    (letter,) = letters("summary")
    assert "Nueva" in letter.text
    assert "Leída" not in letter.text


def test_on_quiet_days_nothing_is_written_and_nothing_is_lost(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    chosen(cast.member, quiet_days="23")  # Tuesday and Wednesday
    thread = talk.thread(cast.member)
    talk.post(cast.expert, thread)
    for hours in (1, 19, 25):
        clock_at(TUESDAY_EVENING + timedelta(hours=hours))
        work()
        assert letters() == []
    clock_at(WEDNESDAY_MORNING + timedelta(days=1))
    work()
    assert [letter.kind for letter in letters()] == ["notice"]


def test_whoever_wants_no_letters_gets_none(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    chosen(cast.member, **dict.fromkeys(map(str, Matter), Pace.NEVER))
    chosen(cast.delegate, votes=Pace.NEVER)
    talk.post(cast.expert, talk.thread(cast.member))
    votes.open_vote(cast)
    for day in range(8):
        clock_at(WEDNESDAY_MORNING + timedelta(days=day))
        work()
    told = {letter.person_id for letter in letters()}
    assert cast.member.id not in told
    assert cast.delegate.id not in {one.person_id for one in letters("vote_open")}
    assert cast.alternate.id in {one.person_id for one in letters("vote_open")}


# --- what -----------------------------------------------------------------------------------


def test_a_summary_tells_votes_with_their_last_day_in_words_and_the_next_session(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    db.session.get_one(Person, cast.delegate.id).locale = "es"
    chosen(cast.delegate, votes=Pace.DAILY, sessions=Pace.DAILY)
    votes.open_vote(cast, votes.in_discussion(cast, title="Una guía"), days=15)
    starts = TUESDAY_EVENING + timedelta(days=5)
    sessions.a_session(db.session, talk.some_stage(), title="Segunda sesión", starts_at=starts)
    db.session.commit()
    clock_at(WEDNESDAY_MORNING)
    work()
    letter = next(one for one in letters("summary") if one.person_id == cast.delegate.id)
    assert letter.language == "es"
    assert "VOTACIONES QUE ESPERAN A SU PROYECTO" in letter.text
    assert "Una guía" in letter.text
    assert "miércoles 20 de mayo, 18:00 (hora de Guatemala)" in letter.text
    assert "Segunda sesión" in letter.text
    clock_at(WEDNESDAY_MORNING + timedelta(days=1))
    work()
    assert len([one for one in letters("summary") if one.person_id == cast.delegate.id]) == 1
    clock_at(datetime(2026, 5, 18, 13, 1, tzinfo=UTC))  # three days are left
    work()
    assert len([one for one in letters("summary") if one.person_id == cast.delegate.id]) >= 2


def test_a_vote_that_has_a_letter_of_its_own_is_no_reason_for_another(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    votes.open_vote(cast)
    db.session.commit()
    for day in range(3):
        clock_at(WEDNESDAY_MORNING + timedelta(days=day))
        work()
    assert {one.kind for one in letters() if one.person_id == cast.delegate.id} == {"vote_open"}


def test_a_letter_of_its_own_is_not_repeated_in_the_summary(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    proposal = votes.submitted(cast, title="Otra guía")
    activity.record(cast.delegate.id, "proposal.submitted", proposal)
    db.session.commit()
    chosen(cast.staff)
    clock_at(TUESDAY_EVENING + timedelta(hours=1))
    work()
    assert [one.kind for one in letters() if one.person_id == cast.staff.id] == [
        "proposal_submitted"
    ]


# --- who sees what --------------------------------------------------------------------------


@pytest.mark.both_databases
def test_after_a_person_leaves_the_project_the_next_summary_knows(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    chosen(cast.neighbour, followed=Pace.DAILY)
    inside = talk.thread(cast.member, title="Estrategia", space=cast.spaces["coalition"])
    network = talk.thread(cast.member, title="Incendios")
    for thread in (inside, network):
        follows(cast.neighbour, thread)
        talk.post(cast.delegate, thread, body="Secreto de la casa.")
    db.session.execute(
        ProjectMember.__table__.update()
        .where(ProjectMember.person_id == cast.neighbour.id)
        .values(until=clock.now(), side=None)
    )
    db.session.commit()
    clock_at(WEDNESDAY_MORNING)
    work()
    (letter,) = letters("summary")
    said = letter.subject + letter.text + letter.html
    assert "Incendios" in said
    assert "Estrategia" not in said


def test_a_notice_is_not_written_of_what_is_out_of_sight_by_then(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    inside = talk.thread(cast.neighbour, title="Estrategia", space=cast.spaces["coalition"])
    talk.post(cast.delegate, inside)
    db.session.execute(
        ProjectMember.__table__.update()
        .where(ProjectMember.person_id == cast.neighbour.id)
        .values(until=clock.now(), side=None)
    )
    db.session.commit()
    clock_at(TUESDAY_EVENING + timedelta(minutes=5))
    work()
    assert letters() == []


def test_what_waits_to_be_sent_goes_to_nobody_who_was_shut_out_meanwhile(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    thread = talk.thread(cast.member)
    talk.post(cast.neighbour, thread, body=WORDS)
    clock_at(TUESDAY_EVENING + timedelta(minutes=5))
    work()
    (letter,) = letters("notice")
    db.session.get_one(Person, letter.person_id).suspended_at = clock.now()
    db.session.commit()
    sending.send_due()
    db.session.expire_all()
    assert db.session.get_one(Letter, letter.id).status == "withdrawn"


def test_a_subject_names_nothing_private(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    inside = talk.thread(cast.member, title="Estrategia", space=cast.spaces["coalition"])
    talk.post(cast.neighbour, inside, body=WORDS)
    clock_at(TUESDAY_EVENING + timedelta(minutes=5))
    work()
    (letter,) = letters("notice")
    assert "Estrategia" not in letter.subject
    assert WORDS in letter.text


@pytest.mark.parametrize("by", ["person", "coalition"])
def test_a_person_or_a_coalition_can_have_letters_name_nothing_private_at_all(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any, by: str
) -> None:
    if by == "person":
        for person in (cast.member, cast.delegate):
            chosen(person, notice_only=True, followed=Pace.DAILY)
    else:
        chosen(cast.delegate, followed=Pace.DAILY)
        space = cast.spaces["coalition"].id
        db.session.add(PrivateLetters(space_id=space, chosen_by_id=cast.facilitator.id))
    inside = talk.thread(cast.member, title="Estrategia", space=cast.spaces["coalition"])
    follows(cast.delegate, inside)
    talk.post(cast.neighbour, inside, body=WORDS)
    votes.open_vote(cast, votes.in_discussion(cast, title="Propuesta secreta"))
    db.session.commit()
    clock_at(WEDNESDAY_MORNING)
    work()
    theirs = [one for one in letters() if one.person_id in {cast.member.id, cast.delegate.id}]
    assert {one.kind for one in theirs} == {"notice", "summary", "vote_open"}
    for letter in theirs:
        said = letter.subject + letter.text + letter.html
        for word in ("Estrategia", WORDS, cast.neighbour.name, "Propuesta secreta"):
            assert word not in said, (letter.kind, word)
        assert letter.about_id is None


def test_a_guests_letters_name_nothing_either_where_the_coalition_wants_it_so(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    """The guest of one thread does not see the space that the coalition chose it for."""
    chosen(cast.guest, followed=Pace.DAILY)
    space = cast.spaces["coalition"].id
    db.session.add(PrivateLetters(space_id=space, chosen_by_id=cast.facilitator.id))
    inside = talk.thread(cast.member, title="Estrategia", space=cast.spaces["coalition"])
    guest = db.session.get_one(Person, cast.guest.id)
    words.invite_guest(viewer(cast.delegate), inside, guest)
    follows(cast.guest, inside)
    talk.post(cast.neighbour, inside, body=WORDS)
    db.session.commit()
    clock_at(WEDNESDAY_MORNING)
    work()
    theirs = [one for one in letters() if one.person_id == cast.guest.id]
    assert theirs
    for letter in theirs:
        said = letter.subject + letter.text + letter.html
        for word in ("Estrategia", WORDS, cast.neighbour.name):
            assert word not in said, (letter.kind, word)


def test_a_muted_thread_is_in_no_summary(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    chosen(cast.neighbour, followed=Pace.DAILY)
    thread = talk.thread(cast.member)
    follows(cast.neighbour, thread)
    actions.follow(viewer(cast.neighbour), What.THREAD, thread.id, Level.MUTE)
    talk.post(cast.expert, thread)
    clock_at(WEDNESDAY_MORNING)
    work()
    assert cast.neighbour.id not in {one.person_id for one in letters()}


def test_a_removed_post_is_in_no_letter(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    thread = talk.thread(cast.member)
    said = talk.post(cast.expert, thread, body=WORDS)
    words.remove(viewer(cast.expert), said, reason="")
    db.session.commit()
    clock_at(TUESDAY_EVENING + timedelta(minutes=5))
    work()
    assert letters() == []


# --- how much -------------------------------------------------------------------------------


def test_a_stage_with_400_posts_a_day_costs_a_daily_reader_one_small_letter(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    chosen(cast.neighbour, followed=Pace.DAILY)
    stage = talk.some_stage()
    actions.follow(viewer(cast.neighbour), What.STAGE, stage.id, Level.WATCH)
    body = "Así lo hicimos nosotros, con la asamblea y los técnicos de la zona. " * 8
    for number in range(80):
        clock_at(TUESDAY_EVENING + timedelta(minutes=number * 9))
        thread = talk.thread(
            cast.member, title=f"Costos de la auditoría número {number} en la zona"
        )
        follows(cast.neighbour, thread)
        for _more in range(4):
            talk.post(cast.expert, thread, body=body)
        db.session.commit()
        work()
    clock_at(WEDNESDAY_MORNING)
    work()
    clock_at(WEDNESDAY_MORNING + timedelta(hours=10))
    work()
    (letter,) = [one for one in letters() if one.person_id == cast.neighbour.id]
    assert len(bytes(sending.message(letter))) < 15_000
    assert "más: http://localhost/notifications" in letter.text
    told = db.session.scalars(
        select(Notification.mailed_at).where(Notification.person_id == cast.neighbour.id)
    )
    assert None not in set(told)


# --- never twice ----------------------------------------------------------------------------


def test_a_summary_tells_words_as_they_are_read(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    thread = talk.thread(cast.member)
    follows(cast.neighbour, thread)
    chosen(cast.neighbour, followed=Pace.DAILY)
    talk.post(cast.expert, thread, body="#### Qué se preguntó\n\nQuién **paga** la auditoría.")
    clock_at(WEDNESDAY_MORNING)
    work()
    (letter,) = letters("summary")
    assert "Qué se preguntó: Quién paga la auditoría." in " ".join(letter.text.split())


@pytest.mark.both_databases
def test_two_workers_write_each_letter_once(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any, race: Any
) -> None:
    chosen(cast.neighbour, followed=Pace.DAILY)
    thread = talk.thread(cast.member)
    follows(cast.neighbour, thread)
    talk.post(cast.expert, thread)
    clock_at(WEDNESDAY_MORNING)
    race(4, lambda _i: work())
    found = sorted((letter.kind, letter.person_id) for letter in letters())
    assert found == [("notice", cast.member.id), ("summary", cast.neighbour.id)]


@pytest.mark.both_databases
def test_two_workers_tell_of_a_session_once(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any, race: Any
) -> None:
    """No entry of a list is told here, so nothing but the claim of the plan keeps them apart."""
    chosen(cast.neighbour, sessions=Pace.DAILY)
    clock_at(TUESDAY_EVENING + timedelta(hours=1))
    starts = TUESDAY_EVENING + timedelta(days=5)
    sessions.a_session(db.session, talk.some_stage(), title="Segunda sesión", starts_at=starts)
    db.session.commit()
    clock_at(WEDNESDAY_MORNING)
    race(4, lambda _i: work())
    told = [letter.person_id for letter in letters("summary")]
    assert cast.neighbour.id in told
    assert len(told) == len(set(told))


def test_a_letter_that_cannot_be_written_stops_no_other_and_is_tried_again(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = talk.thread(cast.member)
    for person in (cast.neighbour, cast.outsider):
        chosen(person, followed=Pace.DAILY)
        follows(person, thread)
    talk.post(cast.expert, thread)
    gather = digest.gather

    def fails_for_one(who: Any, *more: Any, **named: Any) -> Any:
        if who.person_id == cast.neighbour.id:
            raise RuntimeError("no")
        return gather(who, *more, **named)

    monkeypatch.setattr(digest, "gather", fails_for_one)
    clock_at(WEDNESDAY_MORNING)
    work()
    assert {one.person_id for one in letters("summary")} == {cast.outsider.id}
    monkeypatch.undo()
    clock_at(WEDNESDAY_MORNING + timedelta(hours=2))
    work()
    assert {one.person_id for one in letters("summary")} == {cast.outsider.id, cast.neighbour.id}


def test_somebody_who_has_just_come_is_not_told_of_all_that_was(
    app: Flask, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    clock_at(WEDNESDAY_MORNING)
    work()
    assert letters() == []
    assert db.session.scalar(select(LetterPlan.id).filter_by(person_id=cast.member.id))
    assert db.session.scalars(select(Subscription)).all() == []


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", ["notice", "summary"])
def test_whoever_stands_behind_many_who_rest_today_is_written_to_all_the_same(
    evening: Any, cast: Cast, letters: Letters, clock_at: Any, monkeypatch: Any, kind: str
) -> None:
    """Two are looked at a time here; of the first five, five rest. Once they hid who came after."""
    monkeypatch.setattr(composing, "LOOKED_AT", 2)
    resting = [cast.expert, cast.member, cast.outsider, cast.staff, cast.facilitator]
    quiet = str(TUESDAY_EVENING.astimezone(clock.zone("America/Guatemala")).isoweekday())
    for person in resting:
        db.session.get_one(Person, person.id).timezone = "America/Guatemala"
        chosen(person, followed=Pace.AT_ONCE, quiet_days=quiet)
    db.session.get_one(Person, cast.neighbour.id).timezone = "America/Guatemala"
    chosen(cast.neighbour, followed=Pace.AT_ONCE)
    for minute, person in enumerate([*resting, cast.neighbour]):
        clock_at(TUESDAY_EVENING + timedelta(minutes=minute))
        if kind == "notice":
            talk.post(cast.delegate, talk.thread(person), body=WORDS)
        else:
            thread = talk.thread(cast.delegate)
            follows(person, thread)
            talk.post(cast.alternate, thread)
    db.session.commit()
    clock_at(TUESDAY_EVENING + timedelta(minutes=30))
    work()
    told = {letter.person_id for letter in letters(kind)}
    assert cast.neighbour.id in told
    assert told.isdisjoint({person.id for person in resting})
