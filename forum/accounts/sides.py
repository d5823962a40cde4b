"""On which side of the table a person sits: one, and only one (DOMAIN section 3)."""

from enum import StrEnum


class Side(StrEnum):
    """A person's side. An operator without another task is an observer with the flag."""

    MEMBER = "member"
    FACILITATOR = "facilitator"
    EXPERT = "expert"
    STAFF = "staff"
    OBSERVER = "observer"
