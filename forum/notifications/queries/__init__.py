"""What somebody was told and what they follow, as far as they see it now; receivers of letters."""

from forum.notifications.queries.following import (
    HERE,
    LEVELS,
    Followed,
    followed,
    level_here,
    level_of,
    watched_places,
)
from forum.notifications.queries.letters import (
    coalitions_of,
    names_private_things,
    plan_of,
    receivers,
    told_nothing_private,
)
from forum.notifications.queries.told import (
    Entry,
    entries,
    entry_of,
    not_mailed,
    unread,
)

__all__ = [
    "HERE",
    "LEVELS",
    "Entry",
    "Followed",
    "coalitions_of",
    "entries",
    "entry_of",
    "followed",
    "level_here",
    "level_of",
    "names_private_things",
    "not_mailed",
    "plan_of",
    "receivers",
    "told_nothing_private",
    "unread",
    "watched_places",
]
