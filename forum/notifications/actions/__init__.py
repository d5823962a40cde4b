"""The verbs of telling: letters, the list in the app, what one follows, what one has read."""

from forum.notifications.actions.composing import paces_of
from forum.notifications.actions.following import follow, follow_by_writing
from forum.notifications.actions.listening import listen
from forum.notifications.actions.notices import write_notices
from forum.notifications.actions.reading import forget_old, read, read_thread
from forum.notifications.actions.summaries import write_summaries
from forum.notifications.actions.telling_again import may_still_go
from forum.notifications.actions.wishes import choose_letters, choose_private_letters, stop_letters

__all__ = [
    "choose_letters",
    "choose_private_letters",
    "follow",
    "follow_by_writing",
    "forget_old",
    "listen",
    "may_still_go",
    "paces_of",
    "read",
    "read_thread",
    "stop_letters",
    "write_notices",
    "write_summaries",
]
