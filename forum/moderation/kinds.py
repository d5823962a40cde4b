"""Why a post is reported, and what may be decided."""

from enum import StrEnum


class Reason(StrEnum):
    """Why somebody reports a post; of a decision: what it was about."""

    PERSONAL_ATTACK = "personal_attack"
    OFF_TOPIC = "off_topic"
    PRIVATE_DATA = "private_data"
    PRICES = "prices"  # current or future prices, volumes, named buyers: competition law
    MISLEADING = "misleading"
    OTHER = "other"


class ForPost(StrEnum):
    """What is decided about the post."""

    KEPT = "kept"  # it stays as it is, shown or removed
    REMOVED = "removed"
    RESTORED = "restored"


class ForAuthor(StrEnum):
    """What is decided about who wrote it."""

    NOTHING = "nothing"
    WARNED = "warned"
    SUSPENDED = "suspended"
