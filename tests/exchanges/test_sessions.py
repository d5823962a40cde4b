"""Sessions: announcing, editing, who takes part, what came of it, and how they are shown."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from forum.activity.models import Event
from forum.db import db
from forum.exchanges import actions
from forum.exchanges.actions import Words
from forum.exchanges.models import ExchangeSession, Outcome, Stage
from forum.exchanges.queries.overviews import overview
from forum.exchanges.queries.sessions import session_or_404
from forum.exchanges.queries.stages import exchange_or_404
from forum.lib.permission import Forbidden, Refused
from forum.web.forms import Stale
from tests.factories.directory import a_project
from tests.factories.exchanges import a_participation, a_session, an_outcome, days_from_now
from tests.people import viewer

DETAILS = {
    "stage_number": 1,
    "title": "Segunda sesión",
    "starts_at": datetime(2026, 3, 20, 21, 0, tzinfo=UTC),
    "minutes": 60,
    "timezone": "America/Guatemala",
    "join_url": "https://meet.example/second",
    "agenda": Words("Costos", "<p>Costos</p>"),
    "language": "es",
    "source_url": "",
    "source_note": "",
}
FORM = {
    "title": "Segunda sesión",
    "stage": "1",
    "starts_at": "2026-03-20T15:00",
    "timezone": "America/Guatemala",
    "minutes": "60",
    "join_url": "https://meet.example/second",
    "agenda": "**Costos**",
    "language": "es",
    "source_url": "",
    "source_note": "",
}


def verbs():
    return list(db.session.scalars(select(Event.verb).order_by(Event.id)))


def again(scene):
    return session_or_404(scene.session.public_id)


# --- announcing and editing -------------------------------------------------------------------


@pytest.mark.parametrize("role", ["facilitator", "staff"])
def test_who_facilitates_and_staff_announce_a_session(scene, cast, role):
    made = actions.create_session(viewer(getattr(cast, role)), scene.exchange, **DETAILS)
    assert made.stage_id == scene.stage_id
    assert verbs() == ["session.created"]


@pytest.mark.parametrize("role", ["member", "delegate", "expert", "observer", "operator"])
def test_others_announce_no_session(scene, cast, role):
    with pytest.raises(Forbidden):
        actions.create_session(viewer(getattr(cast, role)), scene.exchange, **DETAILS)


def test_a_session_belongs_to_a_stage_there_is(scene, cast):
    with pytest.raises(Refused):
        actions.create_session(
            viewer(cast.facilitator), scene.exchange, **(DETAILS | {"stage_number": 7})
        )


def test_the_hour_of_the_form_is_of_the_zone_chosen(scene, cast, sign_in):
    sent = sign_in(cast.staff).send("/exchanges/latin-america/sessions/new", FORM)
    assert sent.status_code == 303
    made = session_or_404(sent.headers["Location"].rpartition("/")[2])
    assert made.starts_at == DETAILS["starts_at"]
    assert made.agenda_html == "<p><strong>Costos</strong></p>\n"


def test_the_same_form_twice_announces_one_session(scene, cast, sign_in):
    client = sign_in(cast.facilitator)
    answers = [
        client.send("/exchanges/latin-america/sessions/new", FORM, key="one-key") for _ in range(2)
    ]
    assert len({a.headers["Location"] for a in answers}) == 1
    assert len(list(db.session.scalars(select(ExchangeSession)))) == 2  # with the scene's


def test_the_same_key_with_other_words_says_so_and_keeps_them(scene, cast, sign_in):
    client = sign_in(cast.facilitator)
    client.send("/exchanges/latin-america/sessions/new", FORM, key="one-key")
    other = client.send(
        "/exchanges/latin-america/sessions/new", FORM | {"title": "Otra"}, key="one-key"
    )
    assert other.status_code == 409
    assert 'value="Otra"' in other.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("join_url", "javascript:alert(1)"),
        ("join_url", "https://"),
        ("source_url", "//elsewhere.example"),
        ("timezone", "Mars/Base"),
        ("starts_at", "yesterday"),
        ("starts_at", "0001-01-01T00:00"),
        ("minutes", "0"),
        ("stage", "9"),
        ("title", ""),
        ("title", "x" * 161),
        ("language", "tlh"),
    ],
)
def test_what_does_not_fit_is_refused_and_the_text_kept(scene, cast, sign_in, field, value):
    sent = sign_in(cast.facilitator).send(
        "/exchanges/latin-america/sessions/new", FORM | {field: value}
    )
    assert sent.status_code == 422
    assert "**Costos**" in sent.text
    assert len(list(db.session.scalars(select(ExchangeSession)))) == 1


def test_editing_a_session_moves_it(scene, cast):
    held = actions.edit_session(viewer(cast.staff), scene.session, version=1, **DETAILS)
    assert (held.title, held.starts_at, held.version) == ("Segunda sesión", DETAILS["starts_at"], 2)
    assert verbs() == ["session.edited"]


def test_editing_what_somebody_else_changed_says_so(scene, cast):
    actions.edit_session(viewer(cast.staff), scene.session, version=1, **DETAILS)
    with pytest.raises(Stale) as stale:
        actions.edit_session(viewer(cast.facilitator), scene.session, version=1, **DETAILS)
    assert stale.value.texts == {"title": "Segunda sesión", "agenda": "Costos"}


def test_the_form_of_a_session_shows_its_hour_in_its_own_zone(scene, cast, sign_in):
    page = sign_in(cast.facilitator).get(f"{scene.session.url}/edit").text
    assert 'value="2026-03-08T06:00"' in page  # noon in UTC, in Tegucigalpa


# --- who takes part, what came of it ------------------------------------------------------------


def test_participants_are_recorded_whole(scene, cast):
    actions.record_participants(
        viewer(cast.facilitator), scene.session, {"ceiba": True, "encinos": False}
    )
    actions.record_participants(viewer(cast.staff), scene.session, {"encinos": True})
    assert [(p.slug, p.presented) for p in again(scene).participants] == [("encinos", True)]
    assert verbs() == ["session.participants"] * 2


def test_the_same_participants_twice_are_one_record(scene, cast):
    for _ in range(2):
        actions.record_participants(viewer(cast.facilitator), scene.session, {"ceiba": True})
    assert verbs() == ["session.participants"]


def test_a_project_of_another_region_does_not_take_part(scene, cast):
    with pytest.raises(Refused):
        actions.record_participants(viewer(cast.facilitator), scene.session, {"nowhere": False})


def test_members_record_no_participants(scene, cast):
    with pytest.raises(Forbidden):
        actions.record_participants(viewer(cast.member), scene.session, {"ceiba": True})


def test_a_project_that_presents_takes_part(scene, cast, sign_in):
    sent = sign_in(cast.staff).send(
        f"{scene.session.url}/participants", projects=["encinos"], presented=["ceiba"]
    )
    assert sent.status_code == 303
    assert [(p.slug, p.presented) for p in again(scene).participants] == [
        ("ceiba", True),
        ("encinos", False),
    ]


@pytest.fixture
def begun(scene, clock_at):
    """The scene a week later, at the very moment at which its session begins."""
    clock_at(scene.session.starts_at)
    return scene


@pytest.mark.both_databases
def test_outcomes_are_numbered_as_they_are_recorded(begun, cast, race):
    scene = begun

    def one(i):
        made = actions.record_outcome(
            viewer(cast.staff), scene.session, text=Words(f"{i}", f"<p>{i}</p>"), language="es"
        )
        db.session.commit()
        return made.number

    assert sorted(race(6, one)) == [1, 2, 3, 4, 5, 6]


def test_members_record_no_outcome(scene, cast):
    with pytest.raises(Forbidden):
        actions.record_outcome(
            viewer(cast.member), scene.session, text=Words("x", "x"), language="es"
        )


@pytest.mark.parametrize("role", ["facilitator", "staff"])
def test_a_session_that_has_not_begun_came_to_nothing_yet(scene, cast, sign_in, clock_at, role):
    clock_at(scene.session.starts_at - timedelta(seconds=1))
    client, url = sign_in(getattr(cast, role)), f"{scene.session.url}/outcomes/new"
    assert url not in client.get(scene.session.url).text
    refused = client.get(url)
    assert refused.status_code == 409
    assert f'href="{scene.session.url}"' in refused.text
    sent = client.send(url, text="Se acordó un vivero.", language="es", source_note="")
    assert sent.status_code == 409
    assert "Se acordó un vivero." in sent.text
    assert not again(scene).outcomes
    clock_at(scene.session.starts_at)
    assert url in client.get(scene.session.url).text
    assert client.get(url).status_code == 200


def test_the_zones_in_use_here_stand_first_and_the_last_one_is_chosen(scene, cast, sign_in):
    client = sign_in(cast.facilitator)
    page = client.get("/exchanges/latin-america/sessions/new").text
    zones = re.findall(r'<option[^>]*value="(\w+/[\w/]+|UTC)"', page)
    assert zones[0] == "America/Tegucigalpa"  # of the only session
    assert zones[1] == cast.facilitator.timezone
    assert {"America/Mexico_City", "Europe/London", "UTC"} <= set(zones[2:])
    assert "America/Ojinaga" not in zones
    assert re.search(r'<option selected[^>]*value="America/Tegucigalpa"', page)
    a_session(
        db.session,
        db.session.get(Stage, scene.stage_id),
        timezone="America/Ojinaga",
        starts_at=days_from_now(20),
    )
    db.session.commit()
    page = client.get("/exchanges/latin-america/sessions/new").text
    assert re.search(r'<option selected[^>]*value="America/Ojinaga"', page)


def test_an_outcome_is_recorded_once_and_edited_with_its_version(begun, cast, sign_in):
    scene = begun
    client, url = sign_in(cast.facilitator), f"{scene.session.url}/outcomes"
    fields = {"text": "Hay *coalición*.", "language": "es", "source_note": "El artículo"}
    for _ in range(2):
        made = client.send(f"{url}/new", fields, key="k")
        assert made.headers["Location"] == f"{scene.session.url}#outcome-1"
    assert len(list(db.session.scalars(select(Outcome)))) == 1
    assert client.send(f"{url}/1/edit", fields | {"text": "Mejor"}, version=1).status_code == 303
    stale = client.send(f"{url}/1/edit", fields | {"text": "Tarde"}, version=1)
    assert stale.status_code == 409
    assert "Mejor" in stale.text
    assert "Tarde" in stale.text


# --- reading ------------------------------------------------------------------------------------


def test_the_link_to_join_is_for_people_signed_in(scene, cast, client, sign_in):
    for path in (scene.session.url, f"{scene.session.url}.ics"):
        assert "meet.example" not in client.get(path).text
        assert "meet.example" in sign_in(cast.observer).get(path).text


def test_the_link_is_gone_once_the_session_is_over(scene, cast, sign_in, clock_at):
    clock_at("2026-03-09T12:00")
    assert "meet.example" not in sign_in(cast.member).get(scene.session.url).text


def test_hours_are_told_in_the_readers_zone_and_in_the_sessions_own(scene, cast, sign_in):
    held = db.session.get(ExchangeSession, scene.session_id)
    held.timezone = "Europe/London"
    page = sign_in(cast.member).get(scene.session.url).text  # lives in Guatemala
    assert "Sunday, March 8, 06:00 (Guatemala time)" in page
    assert "Sunday, March 8, 12:00 (London time)" in page


def test_a_session_that_is_not_there_is_not_found(scene, client):
    assert client.get("/sessions/zzzzzzzzzzzz").status_code == 404
    assert client.get("/sessions/zzzzzzzzzzzz.ics").status_code == 404


def test_outcomes_and_their_source_are_shown(scene, cast, client):
    an_outcome(db.session, db.session.get(ExchangeSession, scene.session_id))
    page = client.get(scene.session.url).text
    assert "Acordado." in page
    assert "Artículo citado" in page


def test_the_calendar_file_reads_back(scene, client):
    answer = client.get(f"{scene.session.url}.ics")
    assert answer.mimetype == "text/calendar"
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert event.decoded("dtstart") == scene.session.starts_at
    assert event.decoded("dtend") == scene.session.starts_at + timedelta(minutes=90)
    assert event["dtstart"].to_ical() == b"20260308T120000Z"
    assert event["uid"] == f"session-{scene.session.public_id}@localhost"
    assert event["summary"] == "Primera sesión"
    assert event["summary"].params["LANGUAGE"] == "es"
    assert event["url"] == f"http://localhost{scene.session.url}"
    assert "location" not in event


def test_the_calendar_file_keeps_its_uid_and_counts_changes(scene, cast, client):
    def event():
        answer = client.get(f"{scene.session.url}.ics")
        return Calendar.from_ical(answer.data).walk("VEVENT")[0]

    first = event()
    actions.edit_session(viewer(cast.staff), scene.session, version=1, **DETAILS)
    second = event()
    assert first["uid"] == second["uid"]
    assert (first["sequence"], second["sequence"]) == (0, 1)


def test_an_exchange_is_read_in_two_statements_however_much_it_holds(scene, cast, statements):
    for n in range(5):
        held = a_session(
            db.session,
            scene.stage,
            title=f"Sesión {n}",
            starts_at=days_from_now(n - 2),
        )
        for slug in ("ceiba", "encinos"):
            a_participation(db.session, held, cast.projects[slug], presented=slug == "ceiba")
    db.session.commit()
    exchange = exchange_or_404(scene.exchange.slug)
    with statements() as seen:
        found = overview(exchange)
    assert len(seen) == 2
    assert len(found.sessions) == 6
    coming = next(session for session in found.sessions if not session.is_over)
    assert coming.title == "Sesión 2"
    assert [p.slug for p in coming.presenters] == ["ceiba"]
    assert found.current.number == 1


def test_a_session_page_costs_few_statements(scene, cast, sign_in, statements):
    client = sign_in(cast.facilitator)
    client.get(scene.session.url)
    with statements() as seen:
        client.get(scene.session.url)
    assert len(seen) <= 8


# --- a new exchange -----------------------------------------------------------------------------

EXCHANGE = {
    "region": "latin-america",
    "title": "Intercambio del Caribe",
    "purpose": "Aprender.",
    "language": "es",
    "stages": "Uno\nDos\nTres\nCuatro",
    "opens_at": "2026-03-01",
}


def test_an_exchange_begins_with_its_four_stages(scene, cast, sign_in):
    client = sign_in(cast.facilitator)
    assert "Propose and follow up" in client.get("/exchanges/new").text
    sent = client.send("/exchanges/new", EXCHANGE)
    assert sent.headers["Location"] == "/exchanges/intercambio-del-caribe"
    stages = overview(exchange_or_404("intercambio-del-caribe")).stages
    assert [(s.number, s.title, str(s.state)) for s in stages] == [
        (1, "Uno", "open"),
        (2, "Dos", "coming"),
        (3, "Tres", "coming"),
        (4, "Cuatro", "coming"),
    ]
    assert stages[0].closes_at == stages[1].opens_at
    assert stages[3].closes_at is None
    assert verbs() == ["exchange.created"]


def test_two_exchanges_of_one_name_have_two_addresses(scene, cast, sign_in):
    client = sign_in(cast.facilitator)
    places = [client.send("/exchanges/new", EXCHANGE | {"title": "New"}) for _ in range(2)]
    assert [p.headers["Location"] for p in places] == ["/exchanges/new-2", "/exchanges/new-3"]


@pytest.mark.parametrize("role", ["member", "staff", "operator"])
def test_others_create_no_exchange(scene, cast, sign_in, role):
    client = sign_in(getattr(cast, role))
    assert client.get("/exchanges/new").status_code == 403
    assert client.send("/exchanges/new", EXCHANGE).status_code == 403


def test_an_exchange_without_stages_is_refused(scene, cast, sign_in):
    sent = sign_in(cast.facilitator).send("/exchanges/new", EXCHANGE | {"stages": "\n" * 3})
    assert sent.status_code == 422


def test_editing_an_exchange_needs_its_version(scene, cast, sign_in):
    client = sign_in(cast.facilitator)
    fields = {"title": "Otro", "purpose": "Otra cosa", "language": "es", "version": 1}
    assert client.send("/exchanges/latin-america/edit", fields).status_code == 303
    assert client.send("/exchanges/latin-america/edit", fields).status_code == 303  # once more
    fields["title"] = "Otro más"
    assert client.send("/exchanges/latin-america/edit", fields).status_code == 409
    assert exchange_or_404("latin-america").title == "Otro"


def test_a_project_of_the_exchanges_region_is_offered(scene, cast, sign_in):
    a_project(db.session, cast.region)
    assert "Loma Verde" in sign_in(cast.staff).get(f"{scene.session.url}/participants").text


def test_a_session_that_is_over_is_not_offered_for_a_calendar(scene, client, clock_at):
    offered = f'{scene.session.url}.ics"'
    assert offered in client.get(scene.session.url).text
    clock_at("2026-03-20T12:00")
    assert offered not in client.get(scene.session.url).text
