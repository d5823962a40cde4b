"""Whose words were written down by somebody else: who is asked, and who is told."""

from forum.activity.models import Event
from forum.db import db
from forum.discussions.models import Post, SpokenFor, Thread
from forum.notifications.actions.following import follow_by_writing
from forum.notifications.actions.telling import tell_in_thread
from forum.notifications.kinds import Reason


def words_claimed(event: Event, held: SpokenFor) -> None:
    """Who wrote them down is asked whether it is so."""
    post, thread = _place(held)
    tell_in_thread(thread, event.actor_id, personally={post.author_id: Reason.CLAIMED})


def words_confirmed(event: Event, held: SpokenFor) -> None:
    """Whose words they are hears of it, and of what is answered to them."""
    post, thread = _place(held)
    follow_by_writing(post.author_id, thread.id)
    tell_in_thread(thread, event.actor_id, personally={post.author_id: Reason.CONFIRMED})


def _place(held: SpokenFor) -> tuple[Post, Thread]:
    post = db.session.get_one(Post, held.post_id)
    return post, db.session.get_one(Thread, post.thread_id)
