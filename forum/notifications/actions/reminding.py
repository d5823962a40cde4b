"""Reminding the certifier's staff of an answer's last day: a week before it, and on it."""

from datetime import timedelta

from sqlalchemy import and_, select

from forum.coalition.lifecycle import AWAITING_ANSWER
from forum.coalition.models import AnswerReminder, Coalition, Proposal, Vote
from forum.coalition.queries.answer_clock import AnswerClock, clock_of
from forum.coalition.queries.votes import is_newest_call
from forum.coalition.tally import Rules
from forum.db import db
from forum.notifications import choosing
from forum.notifications.actions import letters

BEFORE = timedelta(days=7)


def remind_of_answers() -> int:
    """Write to staff of every answer due within a week or today, each once; returns how many.

    After a pause of the worker what is due or overdue is told once, and not that it was soon due.
    """
    rows = db.session.execute(
        select(Proposal, Vote.rules, Coalition.rules, Coalition.timezone)
        .join(Coalition, Coalition.id == Proposal.coalition_id)
        .outerjoin(Vote, and_(Vote.proposal_id == Proposal.id, is_newest_call()))
        .where(Proposal.status.in_(AWAITING_ANSWER))
        .order_by(Proposal.id)
        .with_for_update(of=Proposal)
    ).all()
    told = 0
    for proposal, held_under, today, timezone in rows:
        told += _remind(proposal, clock_of(proposal, Rules.of(held_under or today), timezone))
    return told


def _remind(proposal: Proposal, now: AnswerClock) -> bool:
    if now.today < now.due_on - BEFORE:
        return False
    kind = "soon" if now.today < now.due_on else "due"
    known = select(AnswerReminder.id).where(
        AnswerReminder.proposal_id == proposal.id,
        AnswerReminder.due_on == now.due_on,
        AnswerReminder.kind == kind,
    )
    if db.session.scalars(known).first() is not None:
        return False
    db.session.add(AnswerReminder(proposal_id=proposal.id, due_on=now.due_on, kind=kind))
    letters.post_answer_due(proposal, now.due_on, now.overdue, choosing.answers())
    return True
