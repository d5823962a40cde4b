"""What this room shows on the pages of the rooms below."""

from markupsafe import Markup

from forum.web.fragments import piece


def of_feeds(_person_id: int) -> Markup | None:
    """The way to one's own addresses, on the page of one's own account."""
    return piece("feeds/_own.html")
