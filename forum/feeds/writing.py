"""Atom (RFC 4287) and iCalendar (RFC 5545) in bytes: values in, bytes out.

A file of its own: neither a query nor a page says how the two formats are written.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from icalendar import Calendar, Event

from forum.feeds.queries import CalendarEvent, Entry
from forum.lib import clock

PRODUCT = "-//Intercambio//Calendar//EN"
_ATOM = "http://www.w3.org/2005/Atom"
_LANG = "xml:lang"


def atom(title: str, page: str, address: str, entries: Iterable[Entry], *, base_url: str) -> bytes:
    """The feed of what `page` shows. `address` is its own, without anybody's token."""
    entries = list(entries)
    feed = Element("feed", xmlns=_ATOM)
    _text(feed, "id", base_url + address)
    _text(feed, "title", title)
    newest = max((one.updated for one in entries), default=clock.now())
    _text(feed, "updated", newest.isoformat())
    SubElement(feed, "link", rel="alternate", type="text/html", href=base_url + page)
    for one in entries:
        _entry(feed, one, base_url)
    return bytes(tostring(feed, encoding="utf-8", xml_declaration=True))


def _entry(feed: Element, one: Entry, base_url: str) -> None:
    entry = SubElement(feed, "entry", {_LANG: one.language})
    _text(entry, "id", base_url + one.path)
    _text(entry, "title", one.title)
    _text(entry, "published", one.published.isoformat())
    _text(entry, "updated", one.updated.isoformat())
    _text(SubElement(entry, "author"), "name", one.author or urlsplit(base_url).netloc)
    SubElement(entry, "link", rel="alternate", type="text/html", href=base_url + one.path)
    _text(entry, "content", one.html, type="html")


def _text(above: Element, name: str, words: str, **attributes: str) -> None:
    SubElement(above, name, attributes).text = words


def calendar(name: str, events: Iterable[CalendarEvent], *, base_url: str) -> bytes:
    """The calendar as bytes; an entry keeps its UID for ever: it moves, and never doubles."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("x-published-ttl", "PT6H")
    for one in events:
        made.add_component(_event(one, base_url))
    return bytes(made.to_ical())


def _event(one: CalendarEvent, base_url: str) -> Event:
    event, spoken = Event(), {"LANGUAGE": one.language} if one.language else {}
    event.add("uid", f"{one.uid}@{urlsplit(base_url).hostname}")
    event.add("sequence", one.version - 1)
    event.add("dtstamp", clock.now())
    event.add("dtstart", _moment(one.starts))
    if one.ends is not None:
        event.add("dtend", _moment(one.ends))
    event.add("summary", one.title, parameters=spoken)
    if one.text:
        event.add("description", one.text, parameters=spoken)
    event.add("url", base_url + one.path)
    if one.place:
        event.add("location", one.place)
    return event


def _moment(at: object) -> object:
    return at.astimezone(UTC) if isinstance(at, datetime) else at
