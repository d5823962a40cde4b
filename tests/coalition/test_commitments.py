"""What the certifier took upon itself: its history, a day that moves, lists, letters."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.coalition.actions import commitments, responses
from forum.coalition.actions.responses import CommitmentText
from forum.coalition.lifecycle import CommitmentStatus
from forum.coalition.models import Commitment, CommitmentUpdate
from forum.coalition.queries.commitment_lists import (
    Show,
    commitments_due,
    commitments_of_coalition,
)
from forum.coalition.queries.commitments import commitment_or_404
from forum.db import db
from forum.db.base import Rewriting
from forum.lib import clock
from forum.lib.permission import Refused
from tests.factories.coalition import coalition
from tests.factories.coalition_votes import row, submitted, text
from tests.people import viewer

pytestmark = pytest.mark.usefixtures("app")

PROMISED = {"guía": 10, "taller": 15, "manual": 100}  # days until each


@pytest.fixture
def made(cast, clock_at, app):
    clock_at("2026-04-04T18:00")  # noon in Guatemala
    proposal = submitted(cast)
    today = clock.now().date()
    promised = [
        CommitmentText(words, "Equipo técnico", today + timedelta(days=days))
        for words, days in PROMISED.items()
    ]
    responses.publish(
        viewer(cast.staff), row(proposal, cast.staff), text(commitments=promised), version=0
    )
    found = db.session.scalars(select(Commitment).order_by(Commitment.number)).all()
    return dict(zip(PROMISED, found, strict=True))


def update(commitment, who, status="planned", note="", due_on=None):
    return commitments.update(
        viewer(who),
        commitment.public_id,
        status=CommitmentStatus(status),
        note=note,
        language="es",
        due_on=due_on,
    )


def listed(cast, show=None, who=None):
    found = commitments_of_coalition(viewer(who or cast.member), coalition(cast), show)
    return [item.text for item in found.rows]


def test_a_new_day_keeps_the_one_before_it_and_the_reason(cast, made):
    was = made["guía"].due_on
    update(made["guía"], cast.staff, note="Falta el consultor.", due_on=was + timedelta(days=20))
    page = commitment_or_404(made["guía"].public_id, viewer(cast.outsider))
    step = page.commitment.updates[0]
    assert page.commitment.due_on == was + timedelta(days=20)
    assert (step.due_before, step.due_on) == (was, was + timedelta(days=20))
    assert step.note == "Falta el consultor."


def test_an_old_form_takes_nothing_back(cast, made, sign_in):
    address = f"/commitments/{made['guía'].public_id}"
    db.session.commit()
    staff = sign_in(cast.staff)
    assert 'name="version" type="hidden" value="0"' in staff.get(address).text
    later = (made["guía"].due_on + timedelta(days=20)).isoformat()
    moved = {"status": "in_progress", "note": "Se aplaza.", "due_on": later, "language": "es"}
    assert staff.send(f"{address}/updates", moved, version=0).status_code == 303
    old = {"status": "planned", "note": "Hoy hablamos.", "due_on": "2026-04-14", "language": "es"}
    sent = staff.send(f"{address}/updates", old, version=0)
    assert sent.status_code == 409
    assert "Se aplaza." in sent.text.partition("Both texts")[2]
    assert "Hoy hablamos." in sent.text
    page = commitment_or_404(made["guía"].public_id, viewer(cast.staff)).commitment
    assert (page.status, page.due_on.isoformat()) == ("in_progress", later)
    assert staff.send(f"{address}/updates", old, version=1).status_code == 303


def test_a_day_never_changes_without_a_reason(cast, made):
    with pytest.raises(Refused) as refused:
        update(made["guía"], cast.staff, "in_progress", due_on=made["guía"].due_on + timedelta(1))
    assert refused.value.field == "note"


def test_the_same_day_is_no_change(cast, made):
    made_update = update(made["guía"], cast.staff, "in_progress", due_on=made["guía"].due_on)
    assert (made_update.due_before, made_update.due_on) == (None, None)


def test_its_history_is_never_rewritten(cast, made):
    step = update(made["guía"], cast.staff, "in_progress")
    db.session.commit()
    db.session.get_one(CommitmentUpdate, step.id).note = "Otra cosa."
    with pytest.raises(Rewriting):
        db.session.flush()
    db.session.rollback()


def test_a_coalitions_list_has_the_late_first_then_by_their_day(cast, made, clock_at):
    clock_at("2026-04-25T18:00")
    update(made["guía"], cast.staff, "done")
    assert listed(cast) == ["taller", "manual", "guía"]
    assert listed(cast, Show.LATE) == ["taller"]
    assert listed(cast, Show.OPEN) == ["manual"]
    assert listed(cast, Show.DONE) == ["guía"]
    assert listed(cast, Show.DROPPED) == []
    counts = commitments_of_coalition(viewer(cast.member), coalition(cast), None).counts
    assert counts == {Show.LATE: 1, Show.OPEN: 1, Show.DONE: 1, Show.DROPPED: 0}


@pytest.mark.parametrize("who", ["outsider", "expert", "staff", "observer"])
def test_it_shows_what_the_reader_sees_of_the_answers(cast, made, who):
    expected = [] if who == "observer" else list(PROMISED)
    assert listed(cast, who=getattr(cast, who)) == expected


def test_staff_finds_at_home_what_is_late_or_due_within_14_days(cast, made, clock_at, sign_in):
    def due(who):
        return [item.text for item in commitments_due(viewer(who))]

    assert due(cast.staff) == ["guía"]
    clock_at("2026-04-05T18:00")
    assert due(cast.staff) == ["guía", "taller"]
    clock_at("2026-04-16T18:00")
    assert due(cast.colleague) == ["guía", "taller"]
    assert due(cast.delegate) == []
    home = sign_in(cast.staff).get("/").text
    assert "guía" in home
    assert "Late" in home


def test_who_proposed_gets_a_letter_when_one_changes(cast, made, letters):
    update(made["guía"], cast.staff, "in_progress", "Hay un borrador.")
    told = letters("commitment_updated")
    assert {letter.to_address for letter in told} == {cast.delegate.email, cast.alternate.email}
    assert "In progress" in told[0].text
    assert f"/commitments/{made['guía'].public_id}" in told[0].text


def test_the_list_is_reached_from_the_board_and_leads_to_each(cast, made, sign_in):
    client = sign_in(cast.outsider)
    url = f"/coalitions/{cast.coalition.slug}/commitments"
    assert url in client.get(f"/coalitions/{cast.coalition.slug}/proposals").text
    page = client.get(url)
    assert f"/commitments/{made['manual'].public_id}" in page.text
    for query in ("?show=late", "?show=nonsense", "?page=2", "?page=x", "?page=-4"):
        assert client.get(url + query).status_code == 200


def test_on_its_page_staff_moves_its_day(cast, made, sign_in):
    url = f"/commitments/{made['guía'].public_id}"
    staff = sign_in(cast.staff)
    fields = {"status": "planned", "language": "es", "note": "Falta el consultor."}
    wrong = staff.send(f"{url}/updates", fields, due_on="2026-01-01")
    assert (wrong.status_code, "Falta el consultor." in wrong.text) == (422, True)
    assert staff.send(f"{url}/updates", fields, due_on="2026-09-01").status_code == 303
    assert "is now" in sign_in(cast.outsider).get(url).text


def test_what_is_late_may_be_told_of_without_a_new_day(cast, made, sign_in, clock_at):
    clock_at("2026-05-30T12:00")
    url = f"/commitments/{made['guía'].public_id}/updates"
    day = made["guía"].due_on.isoformat()
    sent = sign_in(cast.staff).send(url, status="done", note="", due_on=day, language="es")
    assert sent.status_code == 303


def test_what_is_late_stays_late_until_it_is_done(cast, made, clock_at):
    one, today = made["guía"], clock.now().date()
    last = one.due_on
    clock_at(clock.end_of_day(last, cast.coalition.timezone) - timedelta(seconds=1))
    update(one, cast.staff, note="Falta revisar.", due_on=last + timedelta(days=3))
    clock_at(clock.end_of_day(last + timedelta(days=3), cast.coalition.timezone))
    with pytest.raises(Refused) as refused:
        update(one, cast.staff, note="Cambió el equipo.", due_on=today + timedelta(days=90))
    assert refused.value.field == "due_on"
    assert one.due_on == last + timedelta(days=3)
    assert one.is_late(clock.today(cast.coalition.timezone))
    update(one, cast.staff, "done", note="Publicada tarde.")
    with pytest.raises(Refused):  # nor is it kept in time by a day given afterwards
        update(one, cast.staff, "done", note="Otro día.", due_on=today + timedelta(days=90))


def test_where_the_coalition_says_otherwise_both_words_stand(cast, made, sign_in):
    update(made["guía"], cast.staff, status="done", note="Publicada.")
    commitments.mark(
        viewer(cast.delegate),
        made["guía"].public_id,
        fulfilled=False,
        reason="No la encontramos zqsecreto.",
        language="es",
    )
    db.session.commit()
    said = "The coalition: not fulfilled, says 1 project"
    for part in ("record", "commitments"):
        page = sign_in(cast.outsider).get(f"/coalitions/{cast.coalition.slug}/{part}").text
        assert said in page, part
        assert "zqsecreto" not in page
        assert page.count(said) == 1
