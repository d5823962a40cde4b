"""A proposal's life in words: where it is, in a sentence, and its way, step by step."""

from dataclasses import dataclass
from datetime import datetime

from forum.coalition.lifecycle import ASIDE, ProposalStatus, earliest_opening
from forum.coalition.queries.responses import ResponsePanel
from forum.coalition.queries.votes import VotePanel
from forum.coalition.rows import ProposalRow
from forum.lib import clock
from forum.web.locale import day, day_there, when
from forum.web.locale import gettext as _
from forum.web.settings import settings

S = ProposalStatus
_ENDED_BY_VOTE = frozenset({S.NOT_ADOPTED, S.NO_QUORUM})


@dataclass(frozen=True)
class Step:
    """One step. `state` is done, now, coming or overdue; `when` and `detail` are words."""

    label: str
    state: str
    when: str = ""
    detail: str = ""


def sentence(proposal: ProposalRow, vote: VotePanel | None, responses: ResponsePanel | None) -> str:
    """Where the proposal is. Its status must be the one by the clock."""
    if responses is not None:
        return responses.clock.sentence
    if proposal.status is S.ADOPTED:
        body = settings().body_name
        return str(_("The coalition adopted it. It waits to be submitted to %(body)s.", body=body))
    if vote is not None and proposal.status not in ASIDE:
        return vote.state
    return _before_the_vote(proposal)


def steps(
    proposal: ProposalRow,
    vote: VotePanel | None,
    responses: ResponsePanel | None,
    *,
    inside: bool,
) -> list[Step]:
    """The steps to the answer; a proposal that ended has none to come.

    From drafting on for who is `inside` the coalition, for others from the vote on.
    """
    if not inside:
        return [_voted(proposal, vote), _submitted(proposal), *_answered(responses)]
    found = [Step(_("Drafted"), "done", day(proposal.created_at), proposal.project_name)]
    if proposal.status is S.DRAFT:
        found = [Step(_("Draft"), "now", day(proposal.created_at), proposal.project_name)]
    if proposal.shared_at is not None:
        found.append(_shared(proposal))
    ended = proposal.status in ASIDE
    if not ended or proposal.discussion_at is not None:
        found.append(_discussed(proposal))
    if not ended or vote is not None:
        found.append(_voted(proposal, vote))
    if ended:
        return [*found, Step(_set_aside(proposal), "now", _moment(proposal.aside_at))]
    if proposal.status in _ENDED_BY_VOTE:
        return found
    return [*found, _submitted(proposal), *_answered(responses)]


def _before_the_vote(proposal: ProposalRow) -> str:
    if proposal.status is S.DRAFT:
        return str(_("This is a draft: nobody but its authors sees it."))
    if proposal.status is S.WITHDRAWN and proposal.aside_at is not None:
        return str(_("The proposer withdrew it on %(day)s.", day=day(proposal.aside_at)))
    if proposal.status is S.DEFERRED and proposal.aside_at is not None:
        return str(_("The proposer deferred it on %(day)s.", day=day(proposal.aside_at)))
    if proposal.status is S.MERGED and proposal.aside_at is not None:
        at = day(proposal.aside_at)
        return str(_("It was merged into another on %(day)s and stays to be read.", day=at))
    if proposal.status in ASIDE:
        return _set_aside(proposal)
    if proposal.discussion_at is None:
        return str(_("It looks for projects that stand behind it."))
    until = earliest_opening(proposal.discussion_at, proposal.rules.discussion_days)
    if clock.now() < until:
        return str(_("The coalition discusses it, at least until %(day)s.", day=day(until)))
    return str(
        _(
            "The coalition discusses it since %(day)s; it may be put to the vote.",
            day=day(proposal.discussion_at),
        )
    )


def _shared(proposal: ProposalRow) -> Step:
    since = day(proposal.shared_at) if proposal.shared_at else ""
    if proposal.status is S.SEEKING_COSPONSORS:
        return Step(_("Looks for co-sponsors"), "now", since)
    return Step(_("Shown to the coalition"), "done", since)


def _discussed(proposal: ProposalRow) -> Step:
    if proposal.discussion_at is None:
        return Step(_("Discussed"), "coming")
    since = str(_("since %(day)s", day=day(proposal.discussion_at)))
    if proposal.status is S.IN_DISCUSSION:
        return Step(_("Being discussed"), "now", since)
    return Step(_("Discussed"), "done", since)


def _voted(proposal: ProposalRow, vote: VotePanel | None) -> Step:
    if vote is None:
        return Step(_("Voted on"), "coming")
    closes = when(vote.vote.closes_at)
    if vote.is_open:
        return Step(_("Being voted on"), "now", str(_("until %(when)s", when=closes)))
    state = "now" if proposal.status in _ENDED_BY_VOTE else "done"
    detail = _(
        "%(outcome)s: %(cast)s of %(seats)s projects voted",
        outcome=vote.outcome_word,
        cast=vote.tally.cast,
        seats=vote.tally.seats,
    )
    return Step(_("Voted on"), state, day(vote.vote.closes_at), str(detail))


def _submitted(proposal: ProposalRow) -> Step:
    if proposal.submitted_at is None:
        return Step(_("Submitted"), "now" if proposal.status is S.ADOPTED else "coming")
    on = proposal.submitted_at.astimezone(clock.zone(proposal.timezone)).date()
    return Step(_("Submitted"), "done", day_there(on, proposal.timezone), proposal.number or "")


def _answered(responses: ResponsePanel | None) -> list[Step]:
    if responses is None:
        return [Step(_("Answered"), "coming")]
    found, said = [], responses.clock
    if said.acknowledged_on is not None:
        found.append(
            Step(_("Receipt acknowledged"), "done", day_there(said.acknowledged_on, said.timezone))
        )
    if said.answered_on is not None:
        due = _("it was due on %(day)s", day=day_there(said.due_on, said.timezone))
        return [
            *found,
            Step(_("Answered"), "done", day_there(said.answered_on, said.timezone), str(due)),
        ]
    if said.extended_from is not None:
        detail = str(_("it was due on %(day)s", day=day_there(said.extended_from, said.timezone)))
        found.append(Step(_("Time to answer extended"), "done", "", detail))
    due = _("due on %(day)s", day=day_there(said.due_on, said.timezone))
    state = "overdue" if said.overdue else "now"
    late = str(_("The answer is overdue.")) if said.overdue else ""
    label = _("Answer of %(body)s", body=settings().body_name)
    return [*found, Step(label, state, str(due), late)]


def _set_aside(proposal: ProposalRow) -> str:
    words = {
        S.WITHDRAWN: _("Withdrawn"),
        S.MERGED: _("Merged into another"),
        S.DEFERRED: _("Deferred"),
    }
    return str(words[proposal.status])


def _moment(at: datetime | None) -> str:
    return day(at) if at else ""
