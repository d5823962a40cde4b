"""A proposal's way into discussion: shown to the coalition, backed, checked, discussed.

Each holds the proposal's row. Whoever does the last thing that was missing begins the discussion.
"""

from sqlalchemy import select

from forum import activity
from forum.accounts.models import Person
from forum.accounts.queries import identity_at
from forum.coalition.actions.moves import hold_as_seen, keep, move
from forum.coalition.lifecycle import MoveKind, ProposalStatus
from forum.coalition.models import Proposal
from forum.coalition.policy import proposals as policy
from forum.coalition.queries import members
from forum.coalition.queries.backing import missing_for_discussion
from forum.coalition.queries.proposals import proposal_now
from forum.coalition.rows import ProposalRow
from forum.db import db
from forum.discussions.actions import start_thread
from forum.discussions.kinds import ThreadKind
from forum.discussions.models import LONGEST_TITLE as LONGEST_THREAD_TITLE
from forum.discussions.models import Thread
from forum.lib import clock, markup
from forum.lib import text as words
from forum.lib.permission import Refused, WrongState, require
from forum.spaces import Viewer
from forum.spaces.viewer import viewer_of
from forum.web.locale import current_locale, force_locale
from forum.web.locale import gettext as _
from forum.web.settings import settings


def share(viewer: Viewer, proposal: ProposalRow, *, thread_id: int | None = None) -> Proposal:
    """Show a draft to the coalition, where it looks for projects that stand behind it.

    `thread_id`: the inner id of a coalition thread where it was prepared; it is discussed there.
    Discussed at once where nothing is missing. Raises Forbidden, WrongState unless it is a draft.
    """
    held, now = hold_as_seen(viewer, proposal)
    require(policy.is_proposer(viewer, now, members.speaks_for(viewer, now.coalition_id)))
    if held.status is not ProposalStatus.DRAFT:
        raise WrongState(_("The coalition reads this proposal already."))
    move(held, ProposalStatus.SEEKING_COSPONSORS)
    held.shared_at = clock.now()
    if thread_id is not None:
        held.thread_id = _thread_of(thread_id, now.coalition_space_id)
    keep(viewer, held, MoveKind.SHARED)
    activity.record(viewer.person_id, "proposal.shared", held, space_id=now.coalition_space_id)
    discuss_when_ready(viewer, held)
    return held


def start_discussion(viewer: Viewer, proposal: ProposalRow) -> Proposal:
    """Begin the discussion of what is backed, and was not looked at in time.

    Raises Forbidden, WrongState when it began before, and Refused with what is still missing.
    """
    held, now = hold_as_seen(viewer, proposal)
    require(policy.is_proposer(viewer, now, members.speaks_for(viewer, now.coalition_id)))
    if held.status is not ProposalStatus.SEEKING_COSPONSORS:
        raise WrongState(_("The discussion of this proposal was opened before."))
    if missing := missing_for_discussion(now):
        raise Refused(" ".join(missing))
    _discuss(viewer, held, now)
    return held


def discuss_when_ready(viewer: Viewer, held: Proposal) -> None:
    """Begin the discussion if that was the last thing missing. The proposal is held."""
    if held.status is not ProposalStatus.SEEKING_COSPONSORS:
        return
    now = proposal_now(held.id, viewer)
    if not missing_for_discussion(now):
        _discuss(viewer, held, now)


def _discuss(viewer: Viewer, held: Proposal, now: ProposalRow) -> None:
    move(held, ProposalStatus.IN_DISCUSSION)
    held.discussion_at = clock.now()
    if held.thread_id is None:
        held.thread_id = _open_thread(_writer(viewer, held), now).id
    keep(viewer, held, MoveKind.DISCUSSED)
    activity.record(
        viewer.person_id,
        "proposal.discussion_started",
        held,
        space_id=now.coalition_space_id,
        thread=held.thread_id,
    )


def _writer(viewer: Viewer, held: Proposal) -> Viewer:
    """In whose name the thread begins: the author's while they are in the coalition."""
    author = db.session.get_one(Person, held.author_id)
    theirs = viewer_of(identity_at(author.public_id, author.session_epoch))
    return theirs if theirs.signed_in and theirs.sees(held.space_id) else viewer


def _thread_of(thread_id: int, space_id: int) -> int:
    taken = select(Proposal.id).where(Proposal.thread_id == thread_id)
    found = db.session.scalars(
        select(Thread.id).where(
            Thread.id == thread_id, Thread.space_id == space_id, ~taken.exists()
        )
    ).one_or_none()
    if found is None:
        raise Refused(_("Only a thread of the coalition that has no proposal yet can be taken up."))
    return found


def _open_thread(viewer: Viewer, proposal: ProposalRow) -> Thread:
    """The thread where the proposal is discussed, opened in the proposal's own language."""
    language = proposal.language if proposal.language in settings().locales else current_locale()
    with force_locale(language):
        body = str(
            _(
                "Here the coalition discusses the proposal [%(title)s](%(address)s): what is "
                "missing, what should be said otherwise, and who stands behind it.",
                title=proposal.title.replace("[", "(").replace("]", ")"),
                address=f"/proposals/{proposal.public_id}",
            )
        )
    return start_thread(
        viewer,
        stage=None,
        space_id=proposal.coalition_space_id,
        title=words.excerpt(proposal.title, LONGEST_THREAD_TITLE - 1),
        kind=ThreadKind.DISCUSSION,
        body=body,
        html=markup.render(body),
        language=language,
        project_id=proposal.project_id,
    )
