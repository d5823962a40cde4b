"""Opening, closing and editing a stage."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from forum.activity.models import Event
from forum.db import db
from forum.exchanges import actions
from forum.exchanges.actions import Words
from forum.exchanges.models import Stage
from forum.exchanges.queries.stages import stage_or_404
from forum.exchanges.states import StageState
from forum.lib import clock
from forum.lib.permission import Forbidden, Refused, WrongState
from forum.web.forms import Stale
from tests.people import viewer

URL = "/exchanges/latin-america/stages/1"


def verbs():
    return list(db.session.scalars(select(Event.verb).order_by(Event.id)))


def again(scene):
    return stage_or_404(scene.exchange.slug, scene.stage.number)


def close(cast, scene, reason="The session is over."):
    return actions.close_stage(viewer(cast.facilitator), again(scene), reason=reason)


def edit(cast, scene, **changes):
    values = {
        "version": scene.stage.version,
        "title": "Otro título",
        "purpose": Words("Para *todos*", "<p>Para <em>todos</em></p>"),
        "opens_on": date(2026, 2, 19),
        "closes_on": date(2026, 3, 31),
        "timezone": "UTC",
    }
    return actions.edit_stage(viewer(cast.facilitator), scene.stage, **(values | changes))


@pytest.mark.both_databases
def test_closing_moves_the_date_and_keeps_the_reason(scene, cast):
    stage = close(cast, scene)
    assert stage.state() == StageState.CLOSED
    assert (stage.closes_at, stage.closed_reason) == (clock.now(), "The session is over.")
    assert verbs() == ["stage.closed"]


def test_closing_is_told_to_the_ledger_without_anybodys_words(scene, cast):
    stage = close(cast, scene, reason="A secret reason")
    event = db.session.scalars(select(Event)).one()
    assert event.object_id == stage.id
    assert event.actor_id == cast.facilitator.id
    assert "secret" not in str(event.particulars)


@pytest.mark.parametrize("role", ["member", "delegate", "expert", "staff", "observer", "operator"])
def test_closing_refuses_who_does_not_facilitate(scene, cast, role):
    with pytest.raises(Forbidden):
        actions.close_stage(viewer(getattr(cast, role)), scene.stage, reason="No")
    assert verbs() == []


def test_closing_twice_is_harmless(scene, cast, clock_at):
    first = close(cast, scene)
    closed_at = first.closes_at
    clock_at("2026-03-01T12:05")
    second = close(cast, scene, reason="Again")
    assert (second.closes_at, second.closed_reason) == (closed_at, "The session is over.")
    assert verbs() == ["stage.closed"]


def test_closing_wants_a_reason(scene, cast):
    with pytest.raises(Refused):
        close(cast, scene, reason="")


def test_a_stage_that_has_not_opened_cannot_be_closed(scene, cast):
    db.session.get(Stage, scene.stage_id).opens_at = clock.now() + timedelta(days=1)
    with pytest.raises(WrongState):
        close(cast, scene)


@pytest.mark.both_databases
def test_several_people_closing_at_once_close_once(scene, cast, race):
    def one(i):
        stage = actions.close_stage(viewer(cast.facilitator), again(scene), reason=f"Reason {i}")
        db.session.commit()
        return stage.closed_reason

    assert len(set(race(8, one))) == 1
    db.session.expire_all()
    assert verbs() == ["stage.closed"]


def test_opening_begins_now_and_drops_an_end_that_passed(scene, cast, clock_at):
    clock_at("2026-06-01T12:00")
    stage = actions.open_stage(viewer(cast.facilitator), scene.stage)
    assert stage.is_open()
    assert stage.closes_at is None
    assert verbs() == ["stage.opened"]


def test_opening_lasts_until_the_end_of_the_day_in_the_openers_zone(scene, cast, clock_at):
    clock_at("2026-06-01T12:00")
    actions.open_stage(
        viewer(cast.facilitator),
        scene.stage,
        closes_on=date(2026, 6, 30),
        timezone="America/Guatemala",
    )
    assert again(scene).closes_at == datetime(2026, 7, 1, 6, tzinfo=UTC)


def test_a_stage_closed_with_a_reason_opens_without_it(scene, cast):
    close(cast, scene)
    stage = actions.open_stage(viewer(cast.facilitator), scene.stage)
    assert stage.is_open()
    assert stage.closed_reason == ""


def test_opening_an_open_stage_changes_nothing(scene, cast):
    stage = actions.open_stage(viewer(cast.facilitator), scene.stage, closes_on=date(2026, 9, 1))
    assert stage.closes_at == scene.stage.closes_at
    assert verbs() == []


def test_opening_refuses_a_day_that_passed(scene, cast, clock_at):
    clock_at("2026-06-01T12:00")
    with pytest.raises(Refused):
        actions.open_stage(viewer(cast.facilitator), scene.stage, closes_on=date(2026, 5, 1))


def test_opening_refuses_who_does_not_facilitate(scene, cast, clock_at):
    clock_at("2026-06-01T12:00")
    with pytest.raises(Forbidden):
        actions.open_stage(viewer(cast.staff), scene.stage)


def test_editing_changes_words_and_days(scene, cast):
    stage = edit(cast, scene, closes_on=date(2026, 4, 15))
    assert (stage.title, stage.purpose_html) == ("Otro título", "<p>Para <em>todos</em></p>")
    assert stage.closes_at == datetime(2026, 4, 16, tzinfo=UTC)
    assert stage.version == scene.stage.version + 1
    assert verbs() == ["stage.edited"]


def test_a_day_left_as_it_was_keeps_its_hour(scene, cast):
    stage = edit(cast, scene)
    assert (stage.opens_at, stage.closes_at) == (scene.stage.opens_at, scene.stage.closes_at)


def test_editing_what_somebody_else_changed_says_so(scene, cast):
    edit(cast, scene)
    with pytest.raises(Stale) as stale:
        edit(cast, scene)
    assert stale.value.texts["title"] == "Otro título"


@pytest.mark.parametrize(
    "dates",
    [
        {"closes_on": date(2026, 2, 27)},
        {"opens_on": date(2026, 3, 10)},
        {"opens_on": date(2026, 5, 1), "closes_on": date(2026, 4, 1)},
    ],
)
def test_editing_neither_closes_nor_opens_a_stage(scene, cast, dates):
    with pytest.raises(Refused):
        edit(cast, scene, **dates)


def test_a_closed_stage_is_not_opened_by_its_dates(scene, cast):
    close(cast, scene)
    with pytest.raises(Refused):
        edit(cast, scene, version=again(scene).version, closes_on=None)


def test_the_form_closes_the_stage_and_says_so(scene, cast, sign_in):
    client = sign_in(cast.facilitator)
    assert b"Close the stage now" in client.get(f"{URL}/closing").data
    sent = client.send(f"{URL}/closing", reason="We go on in stage 2.")
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{URL}/hand-over")
    assert again(scene).closed_reason == "We go on in stage 2."


def test_a_refused_closing_says_why_and_keeps_the_text(scene, cast, sign_in):
    db.session.get(Stage, scene.stage_id).opens_at = clock.now() + timedelta(days=1)
    sent = sign_in(cast.facilitator).send(f"{URL}/closing", reason="Kept words")
    assert sent.status_code == 409
    assert "This stage has not opened yet." in sent.text
    assert "Kept words" in sent.text


def test_a_stale_form_shows_both_texts_and_may_be_sent_again(scene, cast, sign_in):
    client = sign_in(cast.facilitator)
    fields = {"title": "Mine", "purpose": "My purpose", "opens_at": "2026-02-19", "version": 1}
    edit(cast, scene, title="Theirs")
    first = client.send(f"{URL}/edit", fields, closes_at="2026-03-31")
    assert first.status_code == 409
    assert "Theirs" in first.text
    assert "Mine" in first.text
    second = client.send(f"{URL}/edit", fields | {"version": 2}, closes_at="2026-03-31")
    assert second.status_code == 303
    assert again(scene).title == "Mine"


@pytest.mark.parametrize("door", ["edit", "opening", "closing"])
def test_the_doors_of_a_stage_are_for_who_facilitates(scene, cast, sign_in, client, door):
    assert client.get(f"{URL}/{door}").status_code == 404
    assert sign_in(cast.staff).get(f"{URL}/{door}").status_code == 403
    assert sign_in(cast.facilitator).get(f"{URL}/{door}").status_code == 200


def test_an_impossible_date_is_refused_with_its_field(scene, cast, sign_in):
    sent = sign_in(cast.facilitator).send(
        f"{URL}/edit", title="T", opens_at="9999-12-31", closes_at="0001-01-01", version=1
    )
    assert sent.status_code == 422
    assert "Please check the year." in sent.text


@pytest.mark.both_databases
def test_exchanges_of_one_title_made_at_once_have_an_address_each(app, cast, race):
    def make(_i):
        made = actions.create_exchange(
            viewer(cast.facilitator),
            region="latin-america",
            title="Encuentro",
            purpose=Words(),
            language="es",
            stage_titles=["Escuchar"],
            first_day=date(2026, 3, 1),
            timezone="UTC",
        )
        db.session.commit()
        return made.slug

    assert sorted(race(3, make)) == ["encuentro", "encuentro-2", "encuentro-3"]


def test_a_stage_closed_early_opens_again_until_the_day_it_had(scene, cast, sign_in):
    client, url = sign_in(cast.facilitator), URL
    ends = (clock.now() + timedelta(days=20)).date()
    held = db.session.get_one(Stage, scene.stage.id)
    until = clock.end_of_day(ends, "America/Guatemala")
    held.opens_at, held.closes_at = clock.now() - timedelta(days=9), until
    db.session.commit()
    client.send(f"{url}/closing", reason="Se pausa.")
    form = client.get(f"{url}/opening").text
    assert f'value="{ends}"' in form
    client.send(f"{url}/opening", closes_at=str(ends))
    assert db.session.get_one(Stage, scene.stage.id).closes_at == until
