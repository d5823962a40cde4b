"""What this room hears from the rooms below, in the transaction of what happened."""

from forum import activity
from forum.moderation.actions import deciding, newcomers


def listen() -> None:
    """Register with the ledger."""
    activity.listen("post.removed")(deciding.settle_removed)
    activity.listen("post.restored")(deciding.settle_restored)
    activity.listen("thread.started")(newcomers.check_thread)
    activity.listen("post.written")(newcomers.check_post)
    activity.listen("post.edited")(newcomers.check_edit)
