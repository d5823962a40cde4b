"""Letters about what waits for somebody or what came of what they asked. Who gets one is chosen."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update

from forum import mail
from forum.accounts.models import Person
from forum.asks.models import Ask
from forum.coalition import rule_words, wording
from forum.coalition.lifecycle import ResponseKind, due_on
from forum.coalition.models import (
    Ballot,
    Coalition,
    CoalitionMembership,
    Commitment,
    CommitmentUpdate,
    Delegate,
    Proposal,
    Response,
    Result,
    RulesChange,
    RulesWish,
    Vote,
)
from forum.coalition.queries.conversation import who_answers
from forum.coalition.queries.responses import rules_of_vote
from forum.coalition.tally import Rules
from forum.db import db
from forum.directory.models import Project
from forum.lib import clock
from forum.mail.addresses import mail_comes_in
from forum.notifications.choosing import wants
from forum.notifications.kinds import Matter, Pace
from forum.notifications.models import Notification
from forum.notifications.queries import receivers, told_nothing_private
from forum.notifications.queries.sight import PRIVATE
from forum.notifications.stopping import list_headers, stop_token
from forum.spaces.models import Space
from forum.web.locale import later as _


def post_ask_invited(ask: Ask, who: ColumnElement[bool]) -> None:
    """Tell an expert who is asked by name, and by which day help is needed.

    The conversation behind it may be private: nothing of it stands in the letter.
    """
    said = {"needed_by": ask.needed_by, "path": f"/asks/{ask.public_id}"}
    _post_by_itself("ask_invited", Matter.PERSONAL, who, **said)


def post_ask_over(ask: Ask, who: ColumnElement[bool]) -> None:
    """Tell an expert who does not read the conversation that the help is not needed any more.

    The ask is shown to them no more: its topics, which they knew, say which one it was.
    """
    _post_by_itself("ask_over", Matter.PERSONAL, who, topics=list(ask.topics), path="/asks")


def post_vote_opened(vote: Vote, proposal: Proposal, who: ColumnElement[bool]) -> None:
    """Tell them that voting is open and until when.

    The subject names no proposal: mail programs show subjects to whoever holds the phone.
    """
    _post(
        "vote_open",
        proposal,
        who,
        closes_at=vote.closes_at,
        call=vote.call,
        coalition=_coalition(proposal).name,
    )


def post_vote_reminder(vote: Vote, proposal: Proposal, who: ColumnElement[bool]) -> None:
    """Tell them that their project has not voted yet, and until when it can."""
    _post(
        "vote_reminder",
        proposal,
        who,
        closes_at=vote.closes_at,
        coalition=_coalition(proposal).name,
    )


def post_ballot_recorded(ballot: Ballot, proposal: Proposal) -> None:
    """Tell the delegate what was recorded on their word, to be confirmed or corrected."""
    _post(
        "ballot_recorded",
        proposal,
        Person.id == ballot.instructed_by_id,
        choice=ballot.choice,
        choice_word=wording.choice_word,
    )


def post_rules_changed(change: RulesChange, coalition: Coalition, who: ColumnElement[bool]) -> None:
    """Tell them which rules are other than before, from when on, and where it says why."""
    _post_by_itself(
        "rules_changed",
        Matter.VOTES,
        who,
        tells={"spaces": [coalition.space_id]},
        coalition=coalition.name,
        changes=sorted(change.after),
        before=change.before,
        after=change.after,
        rule_name=rule_words.rule_name,
        rule_value=rule_words.rule_value,
        path=f"/coalitions/{coalition.slug}/rules",
    )


def post_rules_asked(wish: RulesWish, coalition: Coalition, who: ColumnElement[bool]) -> None:
    """Tell them which rules a delegate asks to change, and where it is confirmed."""
    _post_by_itself(
        "rules_asked",
        Matter.VOTES,
        who,
        tells={"spaces": [coalition.space_id]},
        coalition=coalition.name,
        changes=sorted(wish.after),
        before=wish.before,
        after=wish.after,
        rule_name=rule_words.rule_name,
        rule_value=rule_words.rule_value,
        path=f"/coalitions/{coalition.slug}/rules#waiting",
    )


def post_membership_changed(
    member: CoalitionMembership, coalition: Coalition, who: ColumnElement[bool], *, inside: bool
) -> None:
    """Tell them that a project joined or left; `inside`: while they see the coalition's space."""
    project = db.session.get_one(Project, member.project_id)
    _post_by_itself(
        "membership_changed",
        Matter.VOTES,
        who,
        tells={"spaces": [coalition.space_id]} if inside else {},
        coalition=coalition.name,
        project=project.name,
        country_code=project.country,
        left=member.left_at is not None,
        path=f"/coalitions/{coalition.slug}",
    )


def post_office_changed(delegate: Delegate, coalition: Coalition, who: ColumnElement[bool]) -> None:
    """Tell them who speaks for a project from now on, or that nobody does: its seat is vacant."""
    now = clock.now()
    going_on = (
        select(Vote.id)
        .join(Proposal, Proposal.id == Vote.proposal_id)
        .where(Proposal.coalition_id == coalition.id, Vote.opens_at <= now, Vote.closes_at > now)
    )
    _post_by_itself(
        "office_changed",
        Matter.VOTES,
        who,
        tells={"spaces": [coalition.space_id]},
        coalition=coalition.name,
        project=db.session.get_one(Project, delegate.project_id).name,
        person=db.session.get_one(Person, delegate.person_id).name,
        alternate=delegate.alternate,
        vacant=delegate.until is not None,
        voting=bool(db.session.scalar(select(going_on.exists()))),
        path=f"/coalitions/{coalition.slug}",
    )


def post_vote_sealed(vote: Vote, proposal: Proposal, who: ColumnElement[bool]) -> None:
    """Tell them what the vote came to, with the head of its recount: so a later rewriting shows."""
    result = db.session.scalars(select(Result).where(Result.vote_id == vote.id)).one()
    _post(
        "vote_sealed",
        proposal,
        who,
        coalition=_coalition(proposal).name,
        outcome=result.outcome,
        vote_word=wording.vote_word,
        cast=result.cast,
        seats=result.seats,
        head=result.head,
    )


def post_returned(proposal: Proposal, who: ColumnElement[bool]) -> None:
    """Tell its authors that a proposal came back for its form; the reasons are on its page."""
    _post("form_returned", proposal, who)


def post_submitted(proposal: Proposal, who: ColumnElement[bool]) -> None:
    """Tell them that a proposal waits for an acknowledgement and an answer."""
    coalition = _coalition(proposal)
    rules = rules_of_vote(proposal.id) or Rules.of(coalition.rules)
    submitted = _moment(proposal.submitted_at)
    _post(
        "proposal_submitted",
        proposal,
        who,
        coalition=coalition.name,
        acknowledge_by=due_on(submitted, rules.acknowledgement_days, coalition.timezone),
        answer_by=due_on(submitted, rules.answer_days(None), coalition.timezone),
        timezone=coalition.timezone,
    )


def post_extended(response: Response, proposal: Proposal, who: ColumnElement[bool]) -> None:
    """Tell them that the certifier needs more time, and until when."""
    timezone = _coalition(proposal).timezone
    _post("answer_extended", proposal, who, until=response.due_on, timezone=timezone)


def post_answer_due(
    proposal: Proposal, due_on: date, overdue: bool, who: ColumnElement[bool]
) -> None:
    """Remind them of the day by which an answer is due, or was."""
    timezone = _coalition(proposal).timezone
    _post("answer_due", proposal, who, due_on=due_on, overdue=overdue, timezone=timezone)


def post_commitment(
    commitment: Commitment,
    update: CommitmentUpdate,
    proposal: Proposal,
    who: ColumnElement[bool],
) -> None:
    """Tell them how far a commitment is, or that its day changed."""
    _post(
        "commitment_updated",
        proposal,
        who,
        commitment=commitment.text,
        status=update.status,
        status_word=wording.commitment_word,
        due_before=update.due_before,
        due_on=update.due_on,
        path=f"/commitments/{commitment.public_id}",
    )


def post_response(response: Response, proposal: Proposal, who: ColumnElement[bool]) -> None:
    """Tell them that the certifier answered, or corrected its answer."""
    _post(
        "response_published",
        proposal,
        who,
        outcome=response.outcome,
        outcome_word=wording.outcome_word,
        corrected=response.kind is ResponseKind.CORRECTION,
    )


_VOTES = frozenset({"vote_open", "vote_reminder", "vote_sealed"})
_CLOSING = frozenset({"vote_reminder"})  # comes to whoever wants any letter about votes
_ALWAYS = frozenset({"ballot_recorded"})  # a check of what was recorded in one's name


def _post_by_itself(kind: str, matter: Matter, who: ColumnElement[bool], **told: Any) -> None:
    """Post one letter to each of them who hears of that matter, however late.

    No summary tells of it: at whatever pace but never, it comes at once.
    """
    for receiver in receivers(who & wants(matter, Pace.AT_ONCE, Pace.DAILY, Pace.WEEKLY)):
        mail.post(
            receiver,
            kind,
            headers=list_headers(receiver.public_id, matter),
            stop=stop_token(receiver.public_id, matter),
            **told,
        )


def _post(kind: str, proposal: Proposal, who: ColumnElement[bool], **told: Any) -> None:
    """Post one letter about the proposal to each of them; it leads to its page unless told else.

    To whoever hears of it at once: others find it in their summary. It names nothing private to
    those who, or whose coalition, want it so.
    """
    matter = Matter.VOTES if kind in _VOTES else Matter.PROPOSALS
    if kind in _CLOSING:
        who = who & wants(matter, Pace.AT_ONCE, Pace.DAILY, Pace.WEEKLY)
    elif kind not in _ALWAYS:
        who = who & wants(matter, Pace.AT_ONCE)
    found = receivers(who)
    private = db.session.get_one(Space, proposal.space_id).kind in PRIVATE
    bare = told_nothing_private(proposal.space_id, found) if private else frozenset()
    read_by, answer = who_answers(proposal, [one.person_id or 0 for one in found])
    for receiver in found:
        title = _("A proposal of the coalition") if receiver.person_id in bare else proposal.title
        answers = receiver.person_id in answer - bare and mail_comes_in()
        said = {
            "about": mail.Item(mail.What.PROPOSAL, proposal.id) if answers else None,
            "read_by": read_by if answers else None,
            "ballots": True,
            "number": proposal.number,
            "title": title,
            "path": f"/proposals/{proposal.public_id}",
            "tells": {"proposals": [proposal.public_id]}
            | (
                {"names": [proposal.space_id]} if private and receiver.person_id not in bare else {}
            ),
            **told,
        }
        if kind in _ALWAYS:
            mail.post(receiver, kind, **said)
            continue
        mail.post(
            receiver,
            kind,
            headers=list_headers(receiver.public_id, matter) | _of_proposal(proposal, receiver),
            in_reply_to=_root(proposal, receiver),
            stop=stop_token(receiver.public_id, matter),
            **said,
        )
    _known(proposal, found)


def _known(proposal: Proposal, told: list[mail.Receiver]) -> None:
    """A summary does not repeat what these letters say."""
    db.session.execute(
        update(Notification)
        .where(
            Notification.proposal_id == proposal.id,
            Notification.person_id.in_([one.person_id for one in told]),
        )
        .values(mailed_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def _of_proposal(proposal: Proposal, receiver: mail.Receiver) -> dict[str, str]:
    return {"References": _root(proposal, receiver)}


def _root(proposal: Proposal, receiver: mail.Receiver) -> str:
    """What all letters about the proposal hang below: the same as its notices."""
    return mail.message_id(f"proposal.{proposal.public_id}.{receiver.public_id}")


def _coalition(proposal: Proposal) -> Coalition:
    return db.session.get_one(Coalition, proposal.coalition_id)


def _moment(at: datetime | None) -> datetime:
    assert at is not None
    return at
