"""What joins challenges to solutions, and to the projects that face them."""

from sqlalchemy import select

from forum import activity
from forum.db import db
from forum.discussions.actions.holding import hold_thread, recount_challenge
from forum.discussions.models import FacedBy, Post, SolutionFor
from forum.discussions.policy import solutions as policy
from forum.discussions.policy.care import wider_or_equal
from forum.discussions.policy.writing import can_offer_elsewhere
from forum.discussions.rows import PlacedPost, ThreadRow
from forum.lib import clock
from forum.lib.permission import Refused, WrongState, require
from forum.spaces import Viewer
from forum.spaces.models import Space
from forum.web.locale import gettext as _


def offer(viewer: Viewer, post: Post, challenge: ThreadRow, space_id: int) -> SolutionFor:
    """Store that `post`, in a thread of that space, is a solution of the challenge.

    Raises Refused when some readers of the challenge could not read the solution: its place in
    the list would tell them of what they may not see.
    """
    require(can_offer_elsewhere(viewer, challenge))
    space = db.session.get_one(Space, space_id)
    if space_id != challenge.space_id and not wider_or_equal(space.kind, challenge.space_kind):
        raise Refused(
            _("A solution must be readable by everyone who reads the challenge."), "visibility"
        )
    offered = SolutionFor(solution_post_id=post.id, challenge_thread_id=challenge.id)
    db.session.add(offered)
    db.session.flush()
    recount_challenge(challenge.id)
    return offered


def offer_with(viewer: Viewer, post: Post, challenge: ThreadRow, space_id: int) -> SolutionFor:
    """Offer a post of another thread, and record it. Raises as `offer` does."""
    offered = offer(viewer, post, challenge, space_id)
    _record(viewer, "solution.linked", offered, challenge)
    return offered


def link_solution(viewer: Viewer, post: PlacedPost, challenge: ThreadRow) -> SolutionFor:
    """Offer a post of another thread as a solution; once offered, nothing more happens."""
    _held, challenge = hold_thread(viewer, challenge)
    require(policy.can_link_solution(viewer, post, challenge))
    if post.removed_at is not None:
        raise WrongState(_("This post was removed."))
    if found := _offered(post.id, challenge.id):
        return found
    return offer_with(viewer, db.session.get_one(Post, post.id), challenge, post.thread.space_id)


def mark_solution(viewer: Viewer, post: PlacedPost, challenge: ThreadRow) -> SolutionFor:
    """Say that this solution solved the challenge. Several may; said twice, it is said once.

    Raises Forbidden; WrongState when it was removed or never offered for the challenge.
    """
    _held, challenge = hold_thread(viewer, challenge)
    require(policy.can_mark_solution(viewer, challenge))
    offered = _offered(post.id, challenge.id)
    if offered is None or post.removed_at is not None:
        raise WrongState(_("This post is not offered as a solution of the challenge."))
    if offered.marked_at is not None:
        return offered
    offered.marked_at, offered.marked_by_id = clock.now(), viewer.person_id
    db.session.flush()
    recount_challenge(challenge.id)
    _record(viewer, "solution.marked", offered, challenge)
    return offered


def unmark_solution(viewer: Viewer, post: PlacedPost, challenge: ThreadRow) -> SolutionFor:
    """Take that back. Raises as `mark_solution` does."""
    _held, challenge = hold_thread(viewer, challenge)
    require(policy.can_mark_solution(viewer, challenge))
    offered = _offered(post.id, challenge.id)
    if offered is None:
        raise WrongState(_("This post is not offered as a solution of the challenge."))
    if offered.marked_at is None:
        return offered
    offered.marked_at = offered.marked_by_id = None
    db.session.flush()
    recount_challenge(challenge.id)
    _record(viewer, "solution.unmarked", offered, challenge)
    return offered


def face(viewer: Viewer, thread: ThreadRow, project_id: int) -> FacedBy:
    """Say that the project faces this challenge too: once, however often it is said."""
    held, thread = hold_thread(viewer, thread)
    require(policy.can_face(viewer, thread, project_id))
    assert viewer.person_id is not None
    if found := _facing(thread.id, project_id):
        return found
    faced = FacedBy(
        challenge_thread_id=thread.id, project_id=project_id, person_id=viewer.person_id
    )
    db.session.add(faced)
    db.session.flush()
    recount_challenge(thread.id)
    activity.record(
        viewer.person_id, "challenge.faced", held, space_id=thread.space_id, project=project_id
    )
    return faced


def unface(viewer: Viewer, thread: ThreadRow, project_id: int) -> None:
    """Take that back; when it was never said, nothing happens."""
    held, thread = hold_thread(viewer, thread)
    require(policy.can_unface(viewer, thread, project_id))
    found = _facing(thread.id, project_id)
    if found is None:
        return
    db.session.delete(found)
    db.session.flush()
    recount_challenge(thread.id)
    activity.record(
        viewer.person_id, "challenge.unfaced", held, space_id=thread.space_id, project=project_id
    )


def _offered(post_id: int, challenge_id: int) -> SolutionFor | None:
    return db.session.scalars(
        select(SolutionFor)
        .where(
            SolutionFor.solution_post_id == post_id,
            SolutionFor.challenge_thread_id == challenge_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _facing(thread_id: int, project_id: int) -> FacedBy | None:
    return db.session.scalars(
        select(FacedBy).where(
            FacedBy.challenge_thread_id == thread_id, FacedBy.project_id == project_id
        )
    ).one_or_none()


def _record(viewer: Viewer, verb: str, offered: SolutionFor, challenge: ThreadRow) -> None:
    activity.record(
        viewer.person_id,
        verb,
        offered,
        space_id=challenge.space_id,
        post=offered.solution_post_id,
        challenge=challenge.id,
    )
