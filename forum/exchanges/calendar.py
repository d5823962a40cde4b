"""A session as an iCalendar file (RFC 5545), for people's own calendars."""

from datetime import UTC
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from forum.exchanges.rows import SessionPage
from forum.lib import clock

PRODUCT = "-//Intercambio//Sessions//EN"


def calendar_of(session: SessionPage, base_url: str, *, with_link: bool) -> bytes:
    """The file's bytes. `with_link` says whether the reader may have the link to join.

    The UID stays the same for ever, so that a calendar that imports the file again moves the
    entry it has; SEQUENCE grows with each change of the session.
    """
    event = Event()
    event.add("uid", f"session-{session.public_id}@{urlsplit(base_url).hostname}")
    event.add("sequence", session.version - 1)
    event.add("dtstamp", clock.now())
    event.add("dtstart", session.starts_at.astimezone(UTC))
    event.add("dtend", session.ends_at.astimezone(UTC))
    event.add("summary", session.title, parameters={"LANGUAGE": session.language})
    if session.agenda:
        event.add("description", session.agenda, parameters={"LANGUAGE": session.language})
    event.add("url", base_url + session.url)
    if with_link and session.join_url:
        event.add("location", session.join_url)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
