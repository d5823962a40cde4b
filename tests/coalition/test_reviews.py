"""A drafted answer is read by a second one of the staff before it is published."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from forum.accounts.actions.standing import change_side
from forum.accounts.sides import Side
from forum.activity.models import Event
from forum.coalition.actions import responses, reviews
from forum.coalition.actions.responses import CommitmentText
from forum.coalition.lifecycle import ResponseOutcome, ReviewVerdict
from forum.coalition.models import DraftReview, Response, ResponseDraft
from forum.coalition.queries.reviews import reviews_of
from forum.coalition.rows import Cited
from forum.db import db
from forum.lib import clock
from forum.lib.permission import Forbidden, Refused, WrongState
from forum.notifications.kinds import Reason
from forum.notifications.models import Notification
from forum.web.forms import Stale
from tests.factories.coalition_votes import row, submitted, text
from tests.people import ROLES, viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

TYPED = {"outcome": "accepted", "reasons": "Se hará una guía.", "language": "es"}
SAYS = {"verdict": "approved", "note": "", "version": "1"}


@pytest.fixture
def proposal(cast):
    return submitted(cast)


@pytest.fixture
def must_be_reviewed(app):
    before = app.extensions["settings"]
    app.extensions["settings"] = replace(before, review_answers=True)
    yield
    app.extensions["settings"] = before


def ask(proposal, who, version=0, **more):
    return reviews.ask_for_review(viewer(who), row(proposal, who), text(**more), version=version)


def say(proposal, who, verdict="approved", note="", version=1):
    return reviews.review(
        viewer(who),
        row(proposal, who),
        verdict=ReviewVerdict(verdict),
        note=note,
        version=version,
    )


def publish(proposal, who, version, **more):
    return responses.publish(viewer(who), row(proposal, who), text(**more), version=version)


def save(proposal, who, version, **more):
    return responses.save_draft(viewer(who), row(proposal, who), text(**more), version=version)


def verdicts():
    return db.session.scalars(select(DraftReview.verdict).order_by(DraftReview.id)).all()


def why(person, proposal):
    found = select(Notification.reasons).filter_by(person_id=person.id, proposal_id=proposal.id)
    return Reason(db.session.scalar(found) or 0)


def test_what_another_approved_is_published_and_staff_knows_who_it_was(cast, proposal):
    ask(proposal, cast.staff)
    say(proposal, cast.colleague, note="Revisado con Finanzas.")
    made = publish(proposal, cast.staff, 1, notes="Otra nota interna")
    [kept] = reviews_of(proposal.id)
    assert (kept.asked_by, kept.reviewer) == (cast.staff.name, cast.colleague.name)
    assert (kept.note, kept.published) == ("Revisado con Finanzas.", True)
    told = db.session.scalars(select(Event).where(Event.verb == "response.published")).one()
    assert (told.object_id, told.particulars["reviewed"]) == (made.id, True)
    spaces = select(Event.space_id).where(Event.verb.in_(("draft.review_asked", "draft.reviewed")))
    assert set(db.session.scalars(spaces)) == {cast.spaces["staff"].id}


def test_who_put_it_up_does_not_review_it(cast, proposal):
    ask(proposal, cast.staff)
    with pytest.raises(Forbidden):
        say(proposal, cast.staff)
    assert verdicts() == [None]


@pytest.mark.parametrize("name", [name for name in ROLES if name not in ("staff", "visitor")])
def test_nobody_but_staff_puts_up_or_reviews(cast, proposal, name):
    ask(proposal, cast.staff)
    me, seen = viewer(cast.people[name]), row(proposal, cast.staff)
    with pytest.raises(Forbidden):
        reviews.review(me, seen, verdict=ReviewVerdict.APPROVED, note="", version=1)
    with pytest.raises(Forbidden):
        reviews.ask_for_review(me, seen, text(), version=1)


def test_it_goes_back_only_with_a_note_and_is_not_published_as_it_is(cast, proposal):
    ask(proposal, cast.staff)
    with pytest.raises(Refused) as refused:
        say(proposal, cast.colleague, "returned")
    assert refused.value.field == "note"
    say(proposal, cast.colleague, "returned", "Falta el plazo.")
    with pytest.raises(Refused):
        publish(proposal, cast.staff, 1)
    ask(proposal, cast.staff, version=1, reasons="Con el plazo.")
    say(proposal, cast.colleague, version=2)
    publish(proposal, cast.staff, 2, reasons="Con el plazo.")
    assert verdicts() == ["returned", "approved"]


def test_while_it_waits_for_a_word_it_is_not_published(cast, proposal):
    ask(proposal, cast.staff)
    with pytest.raises(Refused):
        publish(proposal, cast.colleague, 1)
    assert db.session.scalar(select(func.count()).select_from(Response)) == 0


@pytest.mark.parametrize("change", ["reasons", "language", "documents", "commitments", "outcome"])
def test_what_was_approved_is_published_word_for_word(cast, proposal, change):
    other = {
        "reasons": "Otra cosa.",
        "language": "en",
        "documents": [Cited(title="Guía")],
        "commitments": [CommitmentText("La guía", "Equipo", clock.now().date())],
        "outcome": ResponseOutcome.DECLINED,
    }
    ask(proposal, cast.staff)
    say(proposal, cast.colleague)
    with pytest.raises(Refused):
        publish(proposal, cast.staff, 1, **{change: other[change]})


def test_saved_again_it_is_another_draft_and_the_word_on_the_old_one_is_refused(cast, proposal):
    ask(proposal, cast.staff)
    save(proposal, cast.staff, 1, reasons="Otra cosa.")
    with pytest.raises(WrongState):
        say(proposal, cast.colleague)
    with pytest.raises(WrongState):
        say(proposal, cast.colleague, version=2)
    publish(proposal, cast.staff, 2, reasons="Otra cosa.")  # here review is only offered
    assert [one.published for one in reviews_of(proposal.id)] == [False]


def test_where_it_must_be_nothing_goes_out_without_another_ones_yes(
    cast, proposal, must_be_reviewed
):
    with pytest.raises(Refused):
        publish(proposal, cast.staff, 0)
    save(proposal, cast.staff, 0)
    with pytest.raises(Refused):
        publish(proposal, cast.staff, 1)
    ask(proposal, cast.staff, version=1)
    say(proposal, cast.colleague, version=2)
    save(proposal, cast.colleague, 2)  # the approval was of another draft
    with pytest.raises(Refused):
        publish(proposal, cast.colleague, 3)
    ask(proposal, cast.colleague, version=3)
    say(proposal, cast.staff, version=4)
    assert publish(proposal, cast.colleague, 4).outcome is not None


def test_staff_is_told_and_nobody_else(cast, proposal):
    ask(proposal, cast.staff)
    told = select(Notification.person_id).filter_by(proposal_id=proposal.id)
    assert set(db.session.scalars(told)) == {cast.colleague.id}
    assert why(cast.colleague, proposal) == Reason.REVIEW
    say(proposal, cast.colleague)
    assert why(cast.staff, proposal) == Reason.REVIEWED


def test_who_leaves_the_staff_keeps_no_trace_of_it(cast, proposal):
    ask(proposal, cast.staff)
    change_side(None, cast.colleague.id, Side.OBSERVER)
    db.session.expire_all()
    assert why(cast.colleague, proposal) == Reason(0)


@pytest.mark.parametrize("name", [name for name in ROLES if name != "staff"])
def test_outside_staff_there_is_no_trace_of_it(cast, proposal, sign_in, client, name):
    ask(proposal, cast.staff)
    say(proposal, cast.colleague, note="zqnota")
    publish(proposal, cast.staff, 1)
    db.session.commit()
    reader = client if name == "visitor" else sign_in(cast.people[name])
    assert reader.get(f"/proposals/{proposal.public_id}/review").status_code in (302, 303, 404)
    page = reader.get(f"/proposals/{proposal.public_id}").text
    assert not any(word in page for word in ("zqnota", cast.colleague.name, "/review"))
    found = reader.get("/search?q=zqnota").text
    assert proposal.public_id not in found


def test_the_pages_lead_from_the_draft_to_its_publication(cast, proposal, sign_in):
    url = f"/proposals/{proposal.public_id}"
    author, second = sign_in(cast.staff), sign_in(cast.colleague)
    assert "Nobody has put it up for review" in second.get(f"{url}/review").text
    author.send(f"{url}/response", {**TYPED, "version": "0", "action": "review"})
    assert "nobody has said a word yet" in author.get(f"{url}/response").text
    assert "put it up for review" in second.get(url).text
    assert "Who put it up for review does not review it" in author.get(f"{url}/review").text
    read = second.get(f"{url}/review").text
    assert "Se hará una guía." in read
    refused = second.send(f"{url}/review", {**SAYS, "verdict": "returned"})
    assert refused.status_code == 422
    assert "Please say what is to be changed." in refused.text
    second.send(f"{url}/review", SAYS)
    assert "approved the draft as it is saved" in author.get(f"{url}/response").text
    author.send(f"{url}/response", {**TYPED, "version": "1", "action": "publish"})
    assert db.session.scalars(select(Response.outcome)).one() == "accepted"
    assert db.session.scalars(select(ResponseDraft)).first() is None
    assert "Who reviewed it" in second.get(url).text
    assert "Published so" in second.get(f"{url}/review").text


def test_what_is_put_up_is_whole(cast, proposal, sign_in):
    client, url = sign_in(cast.staff), f"/proposals/{proposal.public_id}/response"
    answer = client.send(url, {**TYPED, "reasons": "", "version": "0", "action": "review"})
    assert answer.status_code == 422
    assert db.session.scalars(select(ResponseDraft)).first() is None


def test_where_it_must_be_the_button_to_publish_comes_with_the_yes(
    cast, proposal, sign_in, must_be_reviewed
):
    client, url = sign_in(cast.staff), f"/proposals/{proposal.public_id}/response"
    looked = {**TYPED, "version": "0", "action": "preview"}
    assert 'value="publish"' not in client.send(url, looked).text
    refused = client.send(url, {**TYPED, "version": "0", "action": "publish"})
    assert refused.status_code == 422
    assert "once a second person of the staff has approved it" in refused.text
    assert "Se hará una guía." in refused.text
    client.send(url, {**TYPED, "version": "0", "action": "review"})
    say(proposal, cast.colleague)
    db.session.commit()
    assert 'value="publish"' in client.send(url, {**looked, "version": "1"}).text


# --- two at once -----------------------------------------------------------------------------


def test_of_two_who_review_at_once_one_says_the_word(cast, proposal, one_after_the_other, clock_at):
    """Without the proposal's lock the second overwrites what the first said."""
    third = cast.people["colleague"]
    ask(proposal, cast.staff)
    db.session.commit()
    seen = row(proposal, third)
    me = viewer(third)

    def saying(verdict):
        return lambda: reviews.review(
            me, seen, verdict=ReviewVerdict(verdict), note="Falta el plazo.", version=1
        )

    first, second = one_after_the_other(saying("returned"), saying("approved"))
    assert first == "done"
    assert isinstance(second, WrongState)
    assert verdicts() == ["returned"]


def test_what_goes_back_is_not_published_meanwhile(cast, proposal, one_after_the_other):
    ask(proposal, cast.staff)
    db.session.commit()
    me, other = viewer(cast.staff), viewer(cast.colleague)
    seen, read = row(proposal, cast.staff), row(proposal, cast.colleague)

    def give_back():
        reviews.review(
            other, read, verdict=ReviewVerdict.RETURNED, note="Falta el plazo.", version=1
        )

    def put_out():
        responses.publish(me, seen, text(), version=1)

    first, second = one_after_the_other(give_back, put_out)
    assert first == "done"
    assert isinstance(second, Refused)
    assert db.session.scalars(select(Response)).first() is None


def test_a_draft_saved_while_it_is_approved_is_not_the_approved_one(
    cast, proposal, one_after_the_other
):
    """Without the proposal's lock the approval lands on a text nobody read."""
    ask(proposal, cast.staff)
    db.session.commit()
    me, other = viewer(cast.staff), viewer(cast.colleague)
    seen, read = row(proposal, cast.staff), row(proposal, cast.colleague)

    def save_again():
        responses.save_draft(me, seen, text(reasons="Otra cosa."), version=1)

    def approve():
        reviews.review(other, read, verdict=ReviewVerdict.APPROVED, note="", version=1)

    first, second = one_after_the_other(save_again, approve)
    assert first == "done"
    assert isinstance(second, WrongState)
    assert verdicts() == [None]


def test_of_two_who_put_it_up_the_second_reads_what_the_first_saved(
    cast, proposal, one_after_the_other
):
    me, other = viewer(cast.staff), viewer(cast.colleague)
    seen, read = row(proposal, cast.staff), row(proposal, cast.colleague)
    db.session.commit()
    first, second = one_after_the_other(
        lambda: reviews.ask_for_review(me, seen, text(), version=0),
        lambda: reviews.ask_for_review(other, read, text(reasons="Otra."), version=0),
    )
    assert first == "done"
    assert isinstance(second, Stale)
    assert len(verdicts()) == 1
