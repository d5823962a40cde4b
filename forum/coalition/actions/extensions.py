"""Extending the certifier's time to answer: once, before it is over (DOMAIN section 4, rule 9)."""

from datetime import date

from forum import activity
from forum.coalition.actions.moves import hold_proposal
from forum.coalition.actions.responses import official_response
from forum.coalition.lifecycle import AWAITING_ANSWER, ResponseKind
from forum.coalition.models import Proposal, Response
from forum.coalition.policy import responses as policy
from forum.coalition.queries import responses as queries
from forum.coalition.queries.answer_clock import AnswerClock, clock_of
from forum.coalition.rows import ProposalRow
from forum.db import db
from forum.lib.permission import Refused, WrongState, require
from forum.spaces import Viewer
from forum.web.locale import day
from forum.web.locale import gettext as _


def extend(
    viewer: Viewer,
    proposal: ProposalRow,
    *,
    until: date,
    reasons: str,
    reasons_html: str,
    language: str,
) -> Response:
    """Give the certifier until the end of that day, in the coalition's zone; for a reason.

    The proposal is held before the clock is read: at midnight after the last day it is too late.

    Raises Forbidden, WrongState when it was extended or answered before or is overdue, and
    Refused for a day that is no later, or later than the rules allow.
    """
    require(policy.can_answer_officially(viewer))
    held = hold_proposal(proposal.id)
    now = clock_of(held, queries.rules_held_under(proposal), proposal.timezone)
    _still_possible(held, now)
    if not now.due_on < until <= now.latest_extension:
        message = _(
            "Please choose a day after %(due)s, until %(latest)s.",
            due=day(now.due_on),
            latest=day(now.latest_extension),
        )
        raise Refused(message, "until")
    held.extended_until = until
    response = official_response(viewer, proposal, held, ResponseKind.EXTENSION)
    response.reasons, response.reasons_html = reasons, reasons_html
    response.route, response.language = held.route, language
    db.session.add(response)
    activity.record(
        viewer.person_id,
        "response.extended",
        response,
        space_id=held.space_id,
        proposal=held.id,
        until=until.isoformat(),
    )
    return response


def _still_possible(held: Proposal, now: AnswerClock) -> None:
    if held.status not in AWAITING_ANSWER:
        raise WrongState(_("This proposal does not wait for an answer."))
    if held.extended_until is not None:
        raise WrongState(_("The time to answer was extended before: it is extended once."))
    if now.overdue:
        raise WrongState(_("The answer is overdue: its time cannot be extended any more."))
