"""The coalition's word on a commitment: fulfilled or not; and what shows a step of it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.activity.models import Event
from forum.coalition.actions import commitments as actions
from forum.coalition.actions import responses
from forum.coalition.actions.ratings import SaidMeanwhile
from forum.coalition.actions.responses import CommitmentText
from forum.coalition.lifecycle import CommitmentStatus
from forum.coalition.models import Commitment, CommitmentMark, CommitmentUpdate
from forum.db import db
from forum.lib import clock
from forum.lib.permission import Forbidden, Refused, WrongState
from tests.factories.coalition_votes import row, submitted, text
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


@pytest.fixture
def promised(cast, clock_at, app):
    clock_at("2026-04-04T18:00")
    day = clock.now().date() + timedelta(days=10)
    seen = row(submitted(cast), cast.staff)
    words = [CommitmentText("La guía", "Equipo técnico", day)]
    responses.publish(viewer(cast.staff), seen, text(commitments=words), version=0)
    db.session.commit()
    return db.session.scalars(select(Commitment)).one()


def done(cast, commitment):
    actions.update(
        viewer(cast.staff),
        commitment.public_id,
        status=CommitmentStatus.DONE,
        note="",
        language="es",
    )
    db.session.commit()


def mark(commitment, who, *, fulfilled=True, reason=""):
    made = actions.mark(
        viewer(who), commitment.public_id, fulfilled=fulfilled, reason=reason, language="es"
    )
    db.session.commit()
    return made


def marks():
    found = db.session.scalars(select(CommitmentMark).order_by(CommitmentMark.id))
    return [(one.project_id, one.fulfilled) for one in found]


def test_a_project_says_it_once_and_may_change_it(cast, promised):
    done(cast, promised)
    mark(promised, cast.delegate)
    mark(promised, cast.delegate)
    mark(promised, cast.alternate, fulfilled=False, reason="Falta la mitad.")
    assert marks() == [(cast.projects["ceiba"].id, False)]
    verbs = select(Event).where(Event.verb == "commitment.marked")
    events = db.session.scalars(verbs).all()
    assert [one.particulars["fulfilled"] for one in events] == [True, False]
    assert {one.space_id for one in events} == {cast.spaces["coalition"].id}
    assert "mitad" not in str([one.particulars for one in events])


def test_of_a_delegate_and_an_alternate_at_once_the_second_is_told(
    cast, promised, one_after_the_other
):
    done(cast, promised)
    public_id = promised.public_id

    def saying(who, *, fulfilled):
        me = viewer(who)
        words = {"reason": "Falta la mitad.", "language": "es", "seen": ""}
        return lambda: actions.mark(me, public_id, fulfilled=fulfilled, **words)

    first, second = one_after_the_other(
        saying(cast.delegate, fulfilled=True), saying(cast.alternate, fulfilled=False)
    )
    assert first == "done"
    assert isinstance(second, SaidMeanwhile), second
    assert marks() == [(cast.projects["ceiba"].id, True)]


def test_on_the_page_who_did_not_see_it_is_told_and_decides(cast, promised, sign_in):
    done(cast, promised)
    url = f"/commitments/{promised.public_id}"
    delegate, alternate = sign_in(cast.delegate), sign_in(cast.alternate)
    opened = seen_in(alternate.get(url).text)
    delegate.send(f"{url}/marks", fulfilled="yes", language="es", seen=opened)
    mine = {"fulfilled": "no", "reason": "Falta la mitad.", "language": "es"}
    told = alternate.send(f"{url}/marks", mine, seen=opened)
    assert told.status_code == 409
    assert f"({cast.delegate.name})" in told.text
    assert "Falta la mitad." in told.text
    assert marks() == [(cast.projects["ceiba"].id, True)]
    assert alternate.send(f"{url}/marks", mine, seen=seen_in(told.text)).status_code == 303
    assert marks() == [(cast.projects["ceiba"].id, False)]


def seen_in(page):
    field = re.search(r'<input[^>]*name="?seen"?[^>]*>', page)[0]
    value = re.search(r'value="?([^"\s>]+)', field)
    return value[1] if value else ""


@pytest.mark.parametrize("who", ["member", "facilitator", "staff", "expert", "outsider"])
def test_nobody_else_says_it(cast, promised, who):
    done(cast, promised)
    with pytest.raises(Forbidden):
        mark(promised, getattr(cast, who))
    assert marks() == []


def test_it_is_said_once_it_is_done_or_its_day_is_past(cast, promised, clock_at):
    with pytest.raises(WrongState):
        mark(promised, cast.delegate)
    db.session.rollback()
    clock_at("2026-04-15T05:59")  # the last minute of its day in Guatemala
    with pytest.raises(WrongState):
        mark(promised, cast.delegate)
    db.session.rollback()
    clock_at("2026-04-15T06:00")
    mark(promised, cast.delegate, fulfilled=False, reason="No hay nada.")
    assert len(marks()) == 1


def test_not_fulfilled_says_what_is_missing(cast, promised, sign_in):
    done(cast, promised)
    with pytest.raises(Refused) as refused:
        mark(promised, cast.delegate, fulfilled=False)
    assert refused.value.field == "reason"
    db.session.rollback()
    address = f"/commitments/{promised.public_id}"
    page = sign_in(cast.delegate).send(f"{address}/marks", fulfilled="no", language="es")
    assert page.status_code == 422
    assert marks() == []


def test_others_read_how_many_and_not_who_nor_why(cast, promised, sign_in):
    done(cast, promised)
    address = f"/commitments/{promised.public_id}"
    sent = sign_in(cast.delegate).send(
        f"{address}/marks", fulfilled="no", reason="zqfalta la mitad", language="es"
    )
    assert sent.status_code == 303
    inside = sign_in(cast.member).get(address).text
    assert "zqfalta" in inside
    for who in (cast.staff, cast.outsider):
        page = sign_in(who).get(address).text
        assert "Not fulfilled: 1 project" in page.replace("</span>", "")
        assert "zqfalta" not in page
        assert "Project by project" not in page


def test_what_shows_a_step_is_an_address_to_follow(cast, promised, sign_in):
    address = f"/commitments/{promised.public_id}"
    staff = sign_in(cast.staff)
    step = {"status": "in_progress", "note": "Hay un borrador.", "language": "es", "version": 0}
    for wrong in ("javascript:alert(1)", "una carpeta", "https://", "//x"):
        refused = staff.send(f"{address}/updates", step, evidence=wrong)
        assert refused.status_code == 422
        assert "Hay un borrador." in refused.text
    assert db.session.scalars(select(CommitmentUpdate)).all() == []
    shown = "https://planvivo.example/guia.pdf"
    assert staff.send(f"{address}/updates", step, evidence=shown).status_code == 303
    assert f'<a href="{shown}"' in sign_in(cast.outsider).get(address).text
