"""What is listened to in the ledger, and whom it concerns. It shares the action's transaction."""

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, select

from forum import activity
from forum.accounts.models import Person
from forum.activity.models import Event
from forum.asks.models import Ask
from forum.coalition.lifecycle import CommitmentStatus, ProposalStatus, ResponseKind
from forum.coalition.models import (
    Amendment,
    Ballot,
    Coalition,
    Commitment,
    CommitmentUpdate,
    DraftReview,
    Proposal,
    Response,
    Vote,
)
from forum.db import db
from forum.discussions.kinds import PostKind, ThreadKind
from forum.discussions.models import Post, SolutionFor, Thread, Trial
from forum.notifications import choosing
from forum.notifications.actions import coalitions, letters
from forum.notifications.actions.following import follow_along, follow_by_writing
from forum.notifications.actions.reading import read_proposal
from forum.notifications.actions.speakers import words_claimed, words_confirmed
from forum.notifications.actions.telling import (
    carry_over,
    forget_of_proposal,
    forget_reasons,
    take_back,
    tell_in_thread,
    tell_of_decision,
    tell_of_proposal,
)
from forum.notifications.kinds import BEFORE_THE_VOTE, OF_STAFF, Reason


def listen() -> None:
    """Register with the ledger. Some verbs are of rooms that may be missing: then none comes."""
    verbs: dict[str, Callable[[Event, Any], None]] = {
        "thread.started": _started,
        "post.written": _written,
        "post.mentioned": _mentioned,
        "post.removed": _removed,
        "solution.linked": _linked,
        "solution.marked": _marked,
        "thread.locked": partial(_tell_followers, reason=Reason.LOCKED),
        "thread.moved": partial(_tell_followers, reason=Reason.MOVED),
        "thread.merged": _merged,
        "thread.split": _split,
        "ask.invited": _invited,
        "ask.offered": _asked,
        "ask.helped": _asked,
        "ask.accepted": partial(_asked, why=Reason.ACCEPTED),
        "ask.withdrawn": partial(_asked, why=Reason.WENT_BACK),
        "ask.refused": _refused,
        "ask.declined": _not_needed,
        "ask.over": _not_needed,
        "trial.due": _trial_due,
        "decision.told": _decided,
        "vote.opened": _vote_opened,
        "vote.closed": _vote_closed,
        "vote.reminded": _vote_reminded,
        "ballot.recorded": _recorded,
        "ballot.cast": _acted,
        "amendment.proposed": _amendment,
        "amendment.taken": _amended,
        "amendment.declined": _amended,
        "amendment.withdrawn": _amended,
        **coalitions.HEARD,
        "words.claimed": words_claimed,
        "words.confirmed": words_confirmed,
        "proposal.shared": _shown,
        "proposal.form_passed": _checked,
        "proposal.returned": _returned,
        "proposal.discussion_started": _discussed,
        "proposal.merge_suggested": _merge,
        "proposal.merge_accepted": _merge,
        "proposal.merge_declined": _merge,
        "proposal.merged": _merge,
        "proposal.coauthor_joined": _writing,
        "proposal.coauthor_left": _not_writing,
        "proposal.deferred": _deferred,
        "proposal.taken_up": _deferred,
        "proposal.submitted": _submitted,
        "draft.review_asked": _review_asked,
        "draft.reviewed": _reviewed,
        "person.side_changed": _side_changed,
        "response.published": _answered,
        "response.extended": _extended,
        "commitment.updated": _commitment_updated,
        "commitment.late": _commitment_late,
    }
    for verb, listener in verbs.items():
        activity.listen(verb)(listener)


def _started(event: Event, thread: Thread) -> None:
    follow_by_writing(thread.author_id, thread.id)
    first = db.session.get_one(Post, event.particulars["post"])
    tell_in_thread(
        thread,
        event.actor_id,
        post=first,
        followers=choosing.follows_where(thread),
        reason=Reason.STARTED,
    )


def _written(event: Event, post: Post) -> None:
    thread = db.session.get_one(Thread, post.thread_id)
    follow_by_writing(post.author_id, thread.id)
    tell_in_thread(
        thread,
        event.actor_id,
        post=post,
        personally=_answers(post, thread),
        followers=choosing.follows(thread),
    )


def _answers(post: Post, thread: Thread) -> dict[int, Reason]:
    """Whose words the post answers: the author of the one above it, or of the challenge.

    Who began a thread of another kind is told as one who follows it, and can mute it.
    """
    if post.kind == PostKind.SOLUTION:
        return {thread.author_id: Reason.SOLUTION}
    if post.parent_id is not None:
        author = select(Post.author_id).where(Post.id == post.parent_id)
        return {db.session.scalars(author).one(): Reason.ANSWER}
    return {thread.author_id: Reason.ANSWER} if thread.kind == ThreadKind.CHALLENGE else {}


def _mentioned(event: Event, post: Post) -> None:
    person = event.particulars.get("person")
    if isinstance(person, int):
        thread = db.session.get_one(Thread, post.thread_id)
        meant = {person: Reason.MENTION}
        tell_in_thread(thread, event.actor_id, post=post, personally=meant)


def _removed(_event: Event, post: Post) -> None:
    take_back(post)


def _linked(event: Event, offered: SolutionFor) -> None:
    """A solution of another thread: the challenge's author is told where the challenge is."""
    challenge = db.session.get_one(Thread, offered.challenge_thread_id)
    meant = {challenge.author_id: Reason.SOLUTION}
    tell_in_thread(challenge, event.actor_id, personally=meant)


def _marked(event: Event, offered: SolutionFor) -> None:
    post = db.session.get_one(Post, offered.solution_post_id)
    challenge = db.session.get_one(Thread, offered.challenge_thread_id)
    meant = {post.author_id: Reason.SOLVED}
    tell_in_thread(challenge, event.actor_id, personally=meant)


def _merged(event: Event, target: Thread) -> None:
    source_id = event.particulars["merged"]
    follow_along(source_id, target.id)
    carry_over(source_id, target)


def _split(event: Event, made: Thread) -> None:
    follow_along(event.particulars["origin"], made.id)


def _tell_followers(event: Event, thread: Thread, reason: Reason) -> None:
    tell_in_thread(thread, event.actor_id, followers=choosing.follows(thread), reason=reason)


def _asked(event: Event, _ask: Any, why: Reason = Reason.HELP) -> None:
    """Something came of an ask: `thread` is where, `person` whom it is meant for."""
    where, person = (event.particulars.get(name) for name in ("thread", "person"))
    if isinstance(where, int) and isinstance(person, int):
        thread = db.session.get_one(Thread, where)
        tell_in_thread(thread, event.actor_id, personally={person: why})


def _invited(event: Event, ask: Ask) -> None:
    """An expert is asked by name: in a letter, and in the list who reads the thread already."""
    person = event.particulars["person"]
    thread = db.session.get_one(Thread, ask.thread_id)
    tell_in_thread(thread, event.actor_id, personally={person: Reason.ASKED})
    letters.post_ask_invited(ask, choosing.is_in_use(person))


def _refused(event: Event, ask: Ask) -> None:
    """Who asked that expert by name, and whose ask it is."""
    thread = db.session.get_one(Thread, ask.thread_id)
    meant = dict.fromkeys((event.particulars["person"], ask.asked_by_id), Reason.REFUSED)
    tell_in_thread(thread, event.actor_id, personally=meant)


def _not_needed(event: Event, ask: Ask) -> None:
    """An expert waits in vain: in the list who reads the thread, in a letter who does not."""
    thread, person = db.session.get_one(Thread, ask.thread_id), event.particulars["person"]
    tell_in_thread(thread, event.actor_id, personally={person: Reason.NOT_NEEDED})
    letters.post_ask_over(ask, choosing.is_in_use(person) & ~choosing.reads_now(thread))


def _trial_due(event: Event, trial: Trial) -> None:
    """Whoever of the project can say it: who planned the trial may have left."""
    post = db.session.get_one(Post, trial.solution_post_id)
    thread = db.session.get_one(Thread, post.thread_id)
    meant = dict.fromkeys(choosing.of_project(trial.project_id), Reason.TRIAL)
    tell_in_thread(thread, event.actor_id, personally=meant)


def _decided(event: Event, _decision: Any) -> None:
    """Who reported a post, or wrote it, was told by letter what was decided about it.

    Its author is told even where they read the thread no more: of the decision, not of the thread.
    """
    post, person = db.session.get_one(Post, event.particulars["post"]), event.particulars["person"]
    thread = db.session.get_one(Thread, post.thread_id)
    if event.particulars["reported"]:
        tell_in_thread(thread, event.actor_id, personally={person: Reason.REPORTED})
    else:
        tell_of_decision(thread, event.actor_id, choosing.wrote(person), Reason.DECIDED)


def _vote_opened(event: Event, vote: Vote) -> None:
    proposal = db.session.get_one(Proposal, vote.proposal_id)
    who = choosing.votes(vote) & choosing.sees(proposal)
    forget_of_proposal(proposal, Reason.AMENDMENT)  # the text is frozen
    _tell_step(event, proposal, who, Reason.VOTE)
    letters.post_vote_opened(vote, proposal, who)


def _vote_closed(event: Event, vote: Vote) -> None:
    """A first call that a second one follows has come to nothing yet."""
    proposal = db.session.get_one(Proposal, vote.proposal_id)
    if proposal.status is not ProposalStatus.VOTING:
        adopted = proposal.status is ProposalStatus.ADOPTED
        _tell_step(
            event,
            proposal,
            (choosing.proposed(proposal) | choosing.votes(vote)) & choosing.sees(proposal),
            Reason.ADOPTED if adopted else Reason.NOT_ADOPTED,
        )
    letters.post_vote_sealed(vote, proposal, choosing.votes(vote) & choosing.sees(proposal))


def _vote_reminded(_event: Event, vote: Vote) -> None:
    proposal = db.session.get_one(Proposal, vote.proposal_id)
    letters.post_vote_reminder(vote, proposal, choosing.not_voted(vote) & choosing.sees(proposal))


def _recorded(_event: Event, ballot: Ballot) -> None:
    proposal_id = _event.particulars["proposal"]
    letters.post_ballot_recorded(ballot, db.session.get_one(Proposal, proposal_id))


def _acted(event: Event, _thing: Any) -> None:
    """Who casts a ballot knows of the vote."""
    read_proposal(event.actor_id, event.particulars["proposal"])


def _amendment(event: Event, amendment: Amendment) -> None:
    proposal = db.session.get_one(Proposal, amendment.proposal_id)
    who = choosing.writes(proposal) & choosing.sees(proposal)
    tell_of_proposal(proposal, event.actor_id, who, Reason.AMENDMENT)


def _amended(event: Event, amendment: Amendment) -> None:
    proposal = db.session.get_one(Proposal, amendment.proposal_id)
    who = (Person.id == amendment.author_id) & choosing.sees(proposal)
    waiting = select(Amendment.id).where(
        Amendment.proposal_id == proposal.id, Amendment.decided_at.is_(None)
    )
    if not db.session.scalar(select(waiting.exists())):
        forget_of_proposal(proposal, Reason.AMENDMENT)
    tell_of_proposal(proposal, event.actor_id, who, Reason.AMENDED)


def _shown(event: Event, proposal: Proposal) -> None:
    """Who could co-sponsor it, and who looks at its form."""
    coalition = db.session.get_one(Coalition, proposal.coalition_id)
    who = (choosing.speaks_in(coalition) | choosing.facilitates()) & choosing.sees(proposal)
    forget_of_proposal(proposal, Reason.RETURNED)
    tell_of_proposal(proposal, event.actor_id, who, Reason.SHOWN)


def _checked(event: Event, proposal: Proposal) -> None:
    _tell_writers(event, proposal, Reason.CHECKED)


def _returned(event: Event, proposal: Proposal) -> None:
    """It is a draft again, so its authors alone are told; by letter too, it waits for them."""
    who = choosing.authors(proposal) & choosing.sees(proposal)
    forget_of_proposal(proposal, BEFORE_THE_VOTE)
    tell_of_proposal(proposal, event.actor_id, who, Reason.RETURNED)
    letters.post_returned(proposal, who)


def _discussed(event: Event, proposal: Proposal) -> None:
    who = (choosing.proposed(proposal) | choosing.authors(proposal)) & choosing.sees(proposal)
    forget_of_proposal(proposal, Reason.RETURNED)
    _tell_step(event, proposal, who, Reason.DISCUSSED)


def _merge(event: Event, proposal: Proposal) -> None:
    """Both sides; `other` (or `target`) is the proposal it would go into."""
    other_id = event.particulars.get("other", event.particulars.get("target"))
    _tell_writers(event, proposal, Reason.MERGE)
    _tell_writers(event, db.session.get_one(Proposal, other_id), Reason.MERGE)


def _writing(event: Event, proposal: Proposal) -> None:
    who = (Person.id == event.particulars["person"]) & choosing.sees(proposal)
    tell_of_proposal(proposal, event.actor_id, who, Reason.WRITING)


def _not_writing(event: Event, proposal: Proposal) -> None:
    """Those who write it still: a draft is nobody else's business."""
    who = choosing.authors(proposal) & choosing.sees(proposal)
    tell_of_proposal(proposal, event.actor_id, who, Reason.NOT_WRITING)


def _deferred(event: Event, proposal: Proposal) -> None:
    who = (choosing.proposed(proposal) | choosing.authors(proposal)) & choosing.sees(proposal)
    tell_of_proposal(proposal, event.actor_id, who, Reason.DEFERRED)


def _tell_writers(event: Event, proposal: Proposal, reason: Reason) -> None:
    who = choosing.writes(proposal) & choosing.sees(proposal)
    tell_of_proposal(proposal, event.actor_id, who, reason)


def _tell_step(event: Event, proposal: Proposal, who: ColumnElement[bool], reason: Reason) -> None:
    """Tell them of a step, and those with whom it began who are not told of it anyway."""
    tell_of_proposal(proposal, event.actor_id, who, reason)
    began = choosing.began(proposal) & choosing.sees(proposal) & ~who
    tell_of_proposal(proposal, event.actor_id, began, reason | Reason.BEGAN)


def _submitted(event: Event, proposal: Proposal) -> None:
    who = choosing.answers() & choosing.sees(proposal)
    _tell_step(event, proposal, who, Reason.SUBMITTED)
    letters.post_submitted(proposal, who)


def _review_asked(event: Event, review: DraftReview) -> None:
    proposal = db.session.get_one(Proposal, review.proposal_id)
    who = choosing.answers() & choosing.sees(proposal)
    tell_of_proposal(proposal, event.actor_id, who, Reason.REVIEW)


def _reviewed(event: Event, review: DraftReview) -> None:
    read_proposal(event.actor_id, review.proposal_id)
    proposal = db.session.get_one(Proposal, review.proposal_id)
    who = choosing.answers() & choosing.is_in_use(review.asked_by_id)
    tell_of_proposal(proposal, event.actor_id, who, Reason.REVIEWED)


def _side_changed(_event: Event, person: Person) -> None:
    """Whoever was of the staff reads no more what is of its own space."""
    forget_reasons(person.id, OF_STAFF)


def _answered(event: Event, response: Response) -> None:
    read_proposal(event.actor_id, response.proposal_id)
    if response.kind not in (ResponseKind.ANSWER, ResponseKind.CORRECTION):
        return
    proposal = db.session.get_one(Proposal, response.proposal_id)
    who = choosing.proposed(proposal) & choosing.sees(proposal)
    _tell_step(event, proposal, who, Reason.RESPONSE)
    letters.post_response(response, proposal, who)


def _extended(event: Event, response: Response) -> None:
    read_proposal(event.actor_id, response.proposal_id)
    proposal = db.session.get_one(Proposal, response.proposal_id)
    letters.post_extended(response, proposal, choosing.proposed(proposal) & choosing.sees(proposal))


def _commitment_updated(event: Event, commitment: Commitment) -> None:
    proposal = db.session.get_one(Proposal, commitment.proposal_id)
    update = db.session.get_one(CommitmentUpdate, event.particulars["update"])
    who = choosing.proposed(proposal) & choosing.sees(proposal)
    if update.status is CommitmentStatus.DONE and event.particulars["changed"]:
        _tell_step(event, proposal, who, Reason.KEPT)
    letters.post_commitment(commitment, update, proposal, who)


def _commitment_late(event: Event, commitment: Commitment) -> None:
    proposal = db.session.get_one(Proposal, commitment.proposal_id)
    who = choosing.proposed(proposal) & choosing.sees(proposal)
    _tell_step(event, proposal, who, Reason.LATE)
