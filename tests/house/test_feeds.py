"""Who sees what in feeds and calendars by a token of one's own: never anything private."""

import re
from dataclasses import replace
from datetime import datetime
from xml.etree import ElementTree

import pytest
from icalendar import Calendar
from sqlalchemy import select

from forum.accounts.models import Person
from forum.coalition.models import Delegate
from forum.db import db
from forum.directory.models import ProjectMember
from forum.discussions.models import Post, Topic
from forum.exchanges.models import ExchangeSession, Stage
from forum.feeds import actions
from forum.feeds.models import FeedKey
from forum.feeds.tokens import make_token
from forum.lib import clock, markup
from forum.mail.addresses import read_address
from forum.notifications import actions as following
from forum.notifications.kinds import Level, What
from tests.house.looking import too_dear
from tests.house.test_matrix import _not_for
from tests.people import ROLES, viewer

PRIVATE = ("zqcoalition", "zqguests", "zqstaff", "zqdraft", "zqballot", "zqtogether", "zqadopted")


def token_of(person):
    actions.begin_addresses(viewer(person))
    db.session.commit()
    word = db.session.scalars(select(FeedKey.word).filter_by(person_id=person.id)).one()
    return make_token(person.public_id, word)


def addresses(world):
    where = f"/exchanges/{world.exchange.slug}"
    return [
        f"{where}/stages/2.atom",
        f"/topics/{world.topic.slug}.atom",
        "/solutions.atom",
        f"/regions/{world.cast.region.slug}.atom",
        f"{where}.ics",
        "/calendar.ics",
    ]


@pytest.mark.parametrize("role", ROLES[1:])
def test_a_token_shows_what_its_owner_sees_and_nothing_private(
    app, world, client_of, statements, role
):
    person = getattr(world.cast, role)
    token, visitor = token_of(person), client_of("visitor")
    seen = ""
    for address in addresses(world):
        with statements() as said:
            answer = visitor.get(f"{address}?token={token}")
        assert answer.status_code == 200, address
        assert too_dear(said) == [], address
        assert _not_for(role, answer.text) == [], address
        assert [mark for mark in PRIVATE if mark in answer.text] == [], address
        assert answer.headers["Cache-Control"] == "private, no-store"
        if address.endswith(".atom"):
            ElementTree.fromstring(answer.data)
        else:
            assert Calendar.from_ical(answer.data).errors == []
        seen += answer.text
    sees_network = role not in {"observer", "operator"}
    assert ("zqnetwork" in seen) is sees_network
    assert "zqjoin" in seen


def test_the_calendar_tells_a_delegate_of_the_vote_and_staff_of_the_answer(app, world, client_of):
    told = {}
    for role in ("delegate", "staff", "expert"):
        token = token_of(getattr(world.cast, role))
        answer = client_of("visitor").get(f"/calendar.ics?token={token}")
        events = Calendar.from_ical(answer.data).walk("VEVENT")
        told[role] = {str(event["UID"]).partition("-")[0] for event in events}
    assert told["delegate"] >= {"session", "vote", "answer"}
    assert told["staff"] >= {"session", "answer"}
    assert "vote" not in told["staff"] | told["expert"]


@pytest.mark.parametrize("how", ["end", "again", "suspended", "everywhere"])
def test_a_token_ends(app, world, client_of, sign_in, how):
    member, visitor = world.cast.member, client_of("visitor")
    address = f"/solutions.atom?token={token_of(member)}"
    assert visitor.get(address).status_code == 200
    client = sign_in(member)
    if how == "end":
        client.send("/me/feeds/end", {})
    elif how == "again":
        client.send("/me/feeds", {})
    elif how == "everywhere":
        client.send("/me/sessions/end", {})
    else:
        db.session.get_one(Person, member.id).suspended_at = clock.now()
        db.session.commit()
    gone = visitor.get(address)
    assert gone.status_code == 404
    assert visitor.get("/solutions.atom?token=" + "x" * 40).status_code == 404


def test_who_leaves_a_project_sees_the_votes_no_more(app, world, client_of):
    person = world.cast.delegate
    address = f"/calendar.ics?token={token_of(person)}"
    assert "vote-" in client_of("visitor").get(address).text
    for model in (Delegate, ProjectMember):
        db.session.execute(model.__table__.delete().where(model.person_id == person.id))
    db.session.commit()
    assert "vote-" not in client_of("visitor").get(address).text


def test_ones_own_page_shows_the_addresses_and_a_new_one_is_another(app, world, sign_in):
    client = sign_in(world.cast.member)
    assert "?token=" not in client.get("/me/feeds").text
    seen = set()
    for _time in range(2):
        client.send("/me/feeds", {})
        text = client.get("/me/feeds").text
        seen.add(text.partition("calendar.ics?token=")[2].partition("<")[0])
    assert len(seen) == 2
    assert 'href="/me/feeds"' in client.get("/me").text


def test_ones_own_page_gives_whole_addresses_of_what_one_follows(app, world, client_of, sign_in):
    """To copy as they are: nobody has to put a token behind an address by hand."""
    member = world.cast.member
    stage = db.session.scalars(
        select(Stage).where(Stage.exchange_id == world.exchange.id, Stage.number == 2)
    ).one()
    topic = db.session.scalars(select(Topic).where(Topic.slug == world.topic.slug)).one()
    for what, thing in ((What.STAGE, stage.id), (What.TOPIC, topic.id)):
        following.follow(viewer(member), what, thing, Level.WATCH)
    muted = db.session.scalars(select(Stage).where(Stage.number == 3)).first()
    following.follow(viewer(member), What.STAGE, muted.id, Level.MUTE)
    db.session.commit()
    client = sign_in(member)
    client.send("/me/feeds", {})
    text = client.get("/me/feeds").text
    addresses = re.findall(r"http://localhost(/\S+?token=[\w.-]+)<", text)
    where = f"/exchanges/{world.exchange.slug}/stages"
    assert {one.partition("?")[0] for one in addresses} == {
        "/calendar.ics",
        "/solutions.atom",
        f"/topics/{world.topic.slug}.atom",
        f"{where}/2.atom",
    }
    for address in addresses:
        assert client_of("visitor").get(address).status_code == 200
    assert f"http://localhost/regions/{world.cast.region.slug}.atom<" in text


@pytest.mark.parametrize("page", ["stage", "topic", "library", "region"])
def test_programs_find_the_feed_in_the_head_of_its_page(app, world, client_of, page):
    exchange = f"/exchanges/{world.exchange.slug}"
    path, feed = {
        "stage": (f"{exchange}/stages/2", f"{exchange}/stages/2.atom"),
        "topic": (f"/topics/{world.topic.slug}", f"/topics/{world.topic.slug}.atom"),
        "library": ("/solutions", "/solutions.atom"),
        "region": (exchange, f"/regions/{world.cast.region.slug}.atom"),
    }[page]
    head, _end, body = client_of("visitor").get(path).text.partition("</head>")
    assert f'<link rel="alternate" type="application/atom+xml" href="{feed}">' in head
    assert page == "library" or f'href="{feed}"' in body
    assert client_of("visitor").get(feed).status_code == 200


def test_the_librarys_feed_gives_what_was_rendered_when_it_was_written(
    app, world, client_of, monkeypatch
):
    def render(*_words, **_more):
        raise AssertionError("Markdown is rendered when it is written, never when it is read")

    monkeypatch.setattr(markup, "render", render)
    answer = client_of("visitor").get(f"/solutions.atom?token={token_of(world.cast.member)}")
    entries = ElementTree.fromstring(answer.data).findall("{http://www.w3.org/2005/Atom}entry")
    stored = set(db.session.scalars(select(Post.html).where(Post.kind == "solution")))
    assert entries
    for entry in entries:
        assert entry.findtext("{http://www.w3.org/2005/Atom}content") in stored


def test_the_stages_page_shows_ones_own_address_to_who_may_write_there(
    app, world, client_of, monkeypatch
):
    address = f"/exchanges/{world.exchange.slug}/stages/2"
    assert "mailto:" not in client_of("member").get(address).text  # no mail comes in
    was = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", replace(was, mail_domain="in.example"))
    for role, shown in (
        ("member", True),
        ("expert", True),
        ("observer", False),
        ("visitor", False),
    ):
        text = client_of(role).get(address).text
        assert ("mailto:reply+" in text) is shown, role
    to = re.search(r"mailto:(reply\+\w+@in\.example)", client_of("member").get(address).text)[1]
    assert read_address(to).person_id == world.cast.member.id


def test_a_calendar_is_written_by_the_rules_of_its_format(app, world, client_of):
    """RFC 5545: lines of 75 octets ended by CRLF, what each event must say, each once."""
    for held in db.session.scalars(select(ExchangeSession)):
        held.title = "Sesión; con, coma\\ y áéíóú " * 6
    address = f"/calendar.ics?token={token_of(world.cast.delegate)}"
    answer = client_of("visitor").get(address)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert answer.data.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in answer.data.replace(b"\r\n", b"")
    assert max(map(len, answer.data.split(b"\r\n"))) <= 75
    for line in answer.data.split(b"\r\n"):
        line.decode()  # folded between characters, never inside one
    calendar = Calendar.from_ical(answer.data)
    assert (calendar["VERSION"], bool(calendar["PRODID"])) == ("2.0", True)
    events = calendar.walk("VEVENT")
    assert len({str(event["UID"]) for event in events}) == len(events) > 2
    now = clock.now()
    for event in events:
        assert event["DTSTAMP"].dt == now.replace(microsecond=0) or event["DTSTAMP"].dt <= now
        assert str(event["SUMMARY"])
        assert str(event["URL"]).startswith("http://localhost/")
        starts = event["DTSTART"].dt
        if isinstance(starts, datetime):
            assert starts.tzinfo is not None
            assert event["DTEND"].dt >= starts
    session = next(one for one in events if str(one["UID"]).startswith("session-"))
    assert str(session["SUMMARY"]).startswith("Sesión; con, coma\\ y áéíóú")


def test_a_token_ends_with_the_account(app, world, client_of):
    """It is answered like one that never was."""
    member = world.cast.member
    token = token_of(member)
    visitor = client_of("visitor")
    paths = [
        one for one in addresses(world) if not one.startswith("/exchanges/") or "stages" in one
    ]
    assert all(visitor.get(f"{one}?token={token}").status_code == 200 for one in paths)
    assert "/calendar.ics" in paths
    person = db.session.get_one(Person, member.id)
    person.suspended_at, person.suspended_reason = clock.now(), "Se fue."
    person.session_epoch += 1
    db.session.commit()
    for path in paths:
        gone = visitor.get(f"{path}?token={token}")
        never = visitor.get(f"{path}?token={token[::-1]}")
        assert (gone.status_code, never.status_code) == (404, 404)
        assert gone.text.replace(token, "") == never.text.replace(token[::-1], "")
