"""Reminders: at half time and a day before the closing, once each, to who has not voted."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.coalition.actions.reminders import remind_all_due
from forum.coalition.models import VoteReminder
from forum.db import db
from tests.factories.coalition_votes import all_cast, in_discussion, open_vote

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


@pytest.fixture
def proposal(cast, clock_at, app):
    clock_at("2026-05-01T12:00")
    return in_discussion(cast)


@pytest.fixture
def vote(cast, proposal):
    return open_vote(cast, proposal, days=16)


def addresses(letters):
    return sorted(letter.to_address for letter in letters("vote_reminder"))


def test_at_half_time_only_who_has_not_voted_gets_a_letter_and_once(
    cast, proposal, vote, clock_at, letters
):
    all_cast(cast, proposal, "aaad..")
    half = vote.opens_at + timedelta(days=8)
    clock_at(half - timedelta(seconds=1))
    assert remind_all_due() == 0
    clock_at(half)
    assert [remind_all_due(), remind_all_due()] == [1, 0]
    waiting = sorted(cast.delegates[slug].email for slug in ("sierra-nueva", "tierra-mansa"))
    assert addresses(letters) == waiting


def test_a_day_before_the_closing_they_get_the_last_one(cast, proposal, vote, clock_at, letters):
    clock_at(vote.opens_at + timedelta(days=8))
    remind_all_due()
    before = len(addresses(letters))
    clock_at(vote.closes_at - timedelta(days=1))
    assert [remind_all_due(), remind_all_due()] == [1, 0]
    assert len(addresses(letters)) == 2 * before > 0


def test_after_a_standstill_they_get_one(cast, proposal, vote, clock_at, letters):
    clock_at(vote.closes_at - timedelta(hours=1))
    assert [remind_all_due(), remind_all_due()] == [1, 0]
    told = addresses(letters)
    assert len(told) == len(set(told))
    assert {r.kind.value for r in db.session.scalars(select(VoteReminder))} == {
        "half_time",
        "last_day",
    }


def test_once_it_is_closed_nobody_is_reminded(cast, proposal, vote, clock_at, letters):
    clock_at(vote.closes_at)
    assert remind_all_due() == 0
    assert addresses(letters) == []


def test_workers_at_once_remind_once(cast, proposal, vote, clock_at, letters, race):
    clock_at(vote.opens_at + timedelta(days=9))
    db.session.commit()

    def remind(_i):
        done = remind_all_due()
        db.session.commit()
        return done

    assert sorted(race(5, remind)) == [0, 0, 0, 0, 1]
    told = addresses(letters)
    assert len(told) == len(set(told)) > 0
