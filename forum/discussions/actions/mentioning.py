"""Calling people and projects by name: links in the stored text, and who is to be told."""

from sqlalchemy import select

from forum import activity
from forum.db import db
from forum.discussions import queries
from forum.discussions.models import Mention, Post, Thread
from forum.discussions.queries import Called
from forum.lib import markup
from forum.spaces import Viewer

MOST_TOLD = 20  # people by one post


def call_names(viewer: Viewer, post: Post) -> None:
    """Link the names that the post calls with an @, remember them, and record whom it calls anew.

    A name that nobody has who may read the thread, or that two have, stays text. Called when
    the words were written or changed, as its last step.
    """
    names = markup.called(post.body)
    before = set(db.session.scalars(select(Mention).where(Mention.post_id == post.id)))
    if not names and not before:
        return
    thread = db.session.get_one(Thread, post.thread_id)
    known = queries.called(thread, names)
    links = {name: who.address if who else None for name, who in known.items()}
    written = markup.linked(post.body, links)
    post.html = written.html
    meant = [known[name] for name in sorted(written.names)]
    _keep(viewer, post, thread.space_id, [who for who in meant if who], before)


def _keep(
    viewer: Viewer, post: Post, space_id: int, meant: list[Called], before: set[Mention]
) -> None:
    wanted = {(who.person_id, who.project_id): who for who in meant}
    there = {(one.person_id, one.project_id): one for one in before}
    for key in there.keys() - wanted.keys():
        db.session.delete(there[key])
    told: set[int] = set()
    for key, who in wanted.items():
        if key in there:
            continue
        person_id, project_id = key
        db.session.add(Mention(post_id=post.id, person_id=person_id, project_id=project_id))
        for person in who.people:
            if person in told or person == viewer.person_id or len(told) == MOST_TOLD:
                continue
            told.add(person)
            activity.record(
                viewer.person_id,
                "post.mentioned",
                post,
                space_id=space_id,
                thread=post.thread_id,
                person=person,
                project=project_id,
            )
    db.session.flush()
