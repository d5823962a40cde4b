"""Staff are reminded of an answer's last day: a week before it and on it, once each."""

from datetime import date

import pytest

from forum.coalition.actions import extensions, responses
from forum.coalition.lifecycle import ResponseOutcome
from forum.db import db
from forum.notifications.actions.reminding import remind_of_answers
from tests.factories.coalition_votes import row, submitted, text
from tests.people import viewer

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def proposal(cast, clock_at, app):
    clock_at("2026-04-04T18:00")  # due on 3 June, Guatemala
    return submitted(cast)


@pytest.mark.both_databases
def test_a_week_before_and_on_the_day_once_each(cast, proposal, clock_at, letters):
    clock_at("2026-05-27T05:59")  # 26 May there
    assert remind_of_answers() == 0
    clock_at("2026-05-27T06:00")
    assert (remind_of_answers(), remind_of_answers()) == (1, 0)
    clock_at("2026-06-03T05:59")
    assert remind_of_answers() == 0
    clock_at("2026-06-03T06:00")
    assert (remind_of_answers(), remind_of_answers()) == (1, 0)
    db.session.commit()
    to = [letter.to_address for letter in letters("answer_due")]
    assert set(to) == {cast.staff.email, cast.colleague.email}
    assert len(to) == 4


def test_after_a_pause_of_the_worker_only_what_holds_now_is_told(proposal, clock_at, letters):
    clock_at("2026-06-20T12:00")
    assert (remind_of_answers(), remind_of_answers()) == (1, 0)
    told = letters("answer_due")
    assert len(told) == 2  # one for each of the staff
    assert all("overdue" in letter.subject for letter in told)


def test_more_time_brings_new_reminders_and_an_answer_ends_them(cast, proposal, clock_at):
    clock_at("2026-05-28T12:00")
    remind_of_answers()
    extensions.extend(
        viewer(cast.staff),
        row(proposal, cast.staff),
        until=date(2026, 7, 3),
        reasons="Sí.",
        reasons_html="<p>Sí.</p>",
        language="es",
    )
    assert remind_of_answers() == 0
    clock_at("2026-06-27T12:00")
    assert remind_of_answers() == 1
    responses.publish(viewer(cast.staff), row(proposal, cast.staff), text(), version=0)
    clock_at("2026-07-04T12:00")
    assert remind_of_answers() == 0


def test_where_more_is_to_be_known_the_page_says_what_comes_next(cast, proposal, sign_in):
    more = ResponseOutcome.MORE_INFORMATION_NEEDED
    seen = row(proposal, cast.staff)
    responses.publish(viewer(cast.staff), seen, text(outcome=more), version=0)
    page = sign_in(cast.outsider).get(f"/proposals/{proposal.public_id}").text
    assert "What comes next" in page
