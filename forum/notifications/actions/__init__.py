"""The verbs of telling: letters, the list in the app, what one follows, what one has read."""

from forum.notifications.actions.following import follow, follow_by_writing
from forum.notifications.actions.listening import listen
from forum.notifications.actions.reading import forget_old, read, read_thread

__all__ = ["follow", "follow_by_writing", "forget_old", "listen", "read", "read_thread"]
