"""The verbs of threads and posts: the only writers of this room's tables."""

from forum.discussions.actions.attaching import attach, change_files, first_post
from forum.discussions.actions.care import (
    change_visibility,
    end_guest,
    ensure_topics,
    invite_guest,
    lock,
    mark_read,
    unlock,
)
from forum.discussions.actions.challenges import (
    face,
    link_solution,
    mark_solution,
    unface,
    unmark_solution,
)
from forum.discussions.actions.removing import remove, restore
from forum.discussions.actions.writing import edit, reply, start_thread

__all__ = [
    "attach",
    "change_files",
    "change_visibility",
    "edit",
    "end_guest",
    "ensure_topics",
    "face",
    "first_post",
    "invite_guest",
    "link_solution",
    "lock",
    "mark_read",
    "mark_solution",
    "remove",
    "reply",
    "restore",
    "start_thread",
    "unface",
    "unlock",
    "unmark_solution",
]
