"""Correcting an official response: a new one that says so; what was published stays."""

import pytest
from sqlalchemy import func, select

from forum.activity.models import Event
from forum.coalition.actions import responses
from forum.coalition.lifecycle import ResponseKind, ResponseOutcome
from forum.coalition.models import Response
from forum.coalition.queries import responses as queries
from forum.db import db
from forum.lib.permission import Forbidden, Refused, WrongState
from forum.web.forms import Stale
from tests.factories.coalition_votes import row, submitted, text
from tests.people import viewer

pytestmark = pytest.mark.both_databases


@pytest.fixture
def proposal(cast, clock_at, app):
    clock_at("2026-04-04T18:00")
    return submitted(cast)


@pytest.fixture
def first(cast, proposal):
    made = responses.publish(viewer(cast.staff), row(proposal, cast.staff), text(), version=0)
    db.session.flush()
    return made


def correct(proposal, who, corrects, **more):
    words = {"outcome": ResponseOutcome.ACCEPTED, "reasons": "Se hará entera."} | more
    return responses.correct(viewer(who), row(proposal, who), text(**words), corrects=corrects)


def test_a_correction_stands_below_the_answer_which_stays(cast, proposal, first, clock_at):
    clock_at("2026-09-01T12:00")
    made = correct(proposal, cast.colleague, first.public_id)
    db.session.flush()
    assert (made.kind, made.corrects_id) == (ResponseKind.CORRECTION, first.id)
    assert (made.version_id, made.due_on) == (first.version_id, first.due_on)
    assert first.reasons == "Se hará una guía breve."
    answers = queries.response_panel(row(proposal, cast.member), viewer(cast.member)).answers
    assert [one.kind for one in answers] == [ResponseKind.ANSWER, ResponseKind.CORRECTION]
    told = select(Event).where(Event.verb == "response.published").order_by(Event.id.desc())
    event = db.session.scalars(told).first()
    assert (event.object_id, event.particulars["corrects"]) == (made.id, first.id)


@pytest.mark.parametrize("name", ["delegate", "facilitator", "expert", "operator", "observer"])
def test_nobody_but_staff_corrects(cast, proposal, first, name):
    seen = row(proposal, cast.staff)
    with pytest.raises(Forbidden):
        responses.correct(
            viewer(cast.people[name]), seen, text(reasons="Otra."), corrects=first.public_id
        )


def test_there_is_nothing_to_correct_before_the_answer(cast, proposal):
    with pytest.raises(WrongState):
        correct(proposal, cast.staff, "")


def test_twice_the_same_is_refused_and_one_who_did_not_see_the_first_is_told(cast, proposal, first):
    made = correct(proposal, cast.staff, first.public_id)
    db.session.flush()
    with pytest.raises(Refused):
        correct(proposal, cast.staff, made.public_id)
    with pytest.raises(Stale) as stale:
        correct(proposal, cast.colleague, first.public_id, reasons="De otro modo.")
    assert stale.value.texts == {"reasons": "Se hará entera."}
    assert db.session.scalars(select(func.count()).select_from(Response)).one() == 2


def test_the_page_leads_there_and_both_name_each_other(cast, proposal, first, sign_in):
    db.session.commit()
    staff, url = sign_in(cast.staff), f"/proposals/{proposal.public_id}"
    assert f"{url}/correction" in staff.get(url).text
    assert f"{url}/correction" not in sign_in(cast.delegate).get(url).text
    assert "Se hará una guía breve." in staff.get(f"{url}/correction").text
    fields = {
        "outcome": "accepted",
        "reasons": "Se hará **entera**.",
        "language": "es",
        "corrects": first.public_id,
    }
    seen = staff.send(f"{url}/correction", fields, preview="1")
    assert "<p>Se hará <strong>entera</strong>.</p>" in seen.text
    assert "Publish the correction" in seen.text
    assert "Publish the correction" not in staff.get(f"{url}/correction").text
    assert "Correction by" not in staff.get(url).text
    empty = staff.send(f"{url}/correction", fields | {"reasons": ""})
    assert empty.status_code == 422
    assert staff.send(f"{url}/correction", fields).status_code == 303
    page = sign_in(cast.member).get(url).text
    assert "Correction by" in page
    assert "It corrects what was answered on" in page
    assert "read the correction" in page
    assert page.count("in time") == 1 + page.count(", in time:")
    late = staff.send(f"{url}/correction", fields | {"reasons": "Otra cosa."})
    assert late.status_code == 409
    assert "Otra cosa." in late.text
    assert "Se hará **entera**." in late.text
    again = db.session.scalars(select(Response.public_id).order_by(Response.id.desc())).first()
    assert again in late.text
