"""The doors of votes and answers, as a browser without JavaScript goes through them."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.coalition.lifecycle import ProposalStatus
from forum.coalition.models import Ballot, Commitment, Proposal, Response, ResponseDraft, Vote
from forum.db import db
from forum.lib import clock
from tests.browserless import path_of
from tests.factories.coalition_votes import all_cast, cast_by, in_discussion, open_vote, submitted

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def voting(cast, app):
    proposal = in_discussion(cast)
    open_vote(cast, proposal)
    db.session.commit()
    return proposal


@pytest.fixture
def waiting(cast, app):
    proposal = submitted(cast, submitted_at=clock.now() - timedelta(days=2))
    db.session.commit()
    return proposal


def ballots():
    return db.session.scalars(select(Ballot).order_by(Ballot.id)).all()


# --- opening ---------------------------------------------------------------------------------


def test_the_form_offers_a_closing_that_the_rules_accept(cast, sign_in):
    proposal = in_discussion(cast)
    client = sign_in(cast.delegate)
    page = client.get(f"/proposals/{proposal.public_id}/opening").text
    fields = {
        name: re.search(rf'name="?{name}"?[^>]*value="?([^"\s>]+)', page)[1]
        for name in ("closes_on", "closes_time", "version")
    }
    answer = client.send(f"/proposals/{proposal.public_id}/opening", fields)
    assert path_of(answer) == f"/proposals/{proposal.public_id}"
    vote = db.session.scalars(select(Vote)).one()
    local = vote.closes_at.astimezone(clock.zone("America/Guatemala"))
    assert (local.hour, local.minute) == (18, 0)


def test_what_is_missing_is_listed_in_place_of_the_form(cast, sign_in):
    proposal = in_discussion(cast, discussion_at=clock.now() - timedelta(days=3))
    page = sign_in(cast.delegate).get(f"/proposals/{proposal.public_id}/opening").text
    assert "It cannot be voted on yet" in page
    assert "at least 21 days" in page


@pytest.mark.parametrize("day", ["", "mañana", "0001-01-01", "9999-12-31", "2020-02-30"])
def test_a_day_that_is_none_is_refused_and_nothing_is_opened(cast, sign_in, day):
    proposal = in_discussion(cast)
    answer = sign_in(cast.delegate).send(
        f"/proposals/{proposal.public_id}/opening",
        closes_on=day,
        closes_time="18:00",
        version=1,
    )
    assert answer.status_code == 422
    assert db.session.scalars(select(Vote)).all() == []


def test_a_text_changed_meanwhile_is_said_and_the_next_press_takes_the_newest(cast, sign_in):
    proposal = in_discussion(cast)
    client = sign_in(cast.delegate)
    day = (clock.now() + timedelta(days=20)).date().isoformat()
    form = {"closes_on": day, "closes_time": "18:00", "version": "7"}
    answer = client.send(f"/proposals/{proposal.public_id}/opening", form)
    assert answer.status_code == 409
    assert "The text was changed while you looked at it" in answer.text
    assert re.search(r'name="?version"?[^>]*value="?1\b', answer.text)


# --- casting ---------------------------------------------------------------------------------


def test_a_delegate_casts_sees_it_and_changes_it(cast, sign_in, voting):
    client, url = sign_in(cast.delegate), f"/proposals/{voting.public_id}/ballot"
    page = client.get(url).text
    assert "Your project, Proyecto Ceiba, has not voted yet." in page
    client.send(url, choice="agree", reason="Hace falta.", language="es")
    page = client.get(url).text
    assert "has not voted yet." not in page
    assert "Change the ballot of Proyecto Ceiba" in page
    assert re.search(r'<input[^>]*checked[^>]*value="?agree', page)
    client.send(url, choice="block", reason="Nos perjudica.", language="es")
    assert [(b.seq, b.choice) for b in ballots()] == [(1, "agree"), (2, "block")]


def seen_in(page):
    """What the ballot's form marks as seen."""
    field = re.search(r'<input[^>]*name="?seen"?[^>]*>', page)[0]
    value = re.search(r'value="?([^"\s>]+)', field)
    return value[1] if value else ""


def test_an_alternate_who_did_not_see_the_delegates_ballot_is_told_and_decides(
    cast, sign_in, voting
):
    url = f"/proposals/{voting.public_id}/ballot"
    delegate, alternate = sign_in(cast.delegate), sign_in(cast.alternate)
    opened = seen_in(alternate.get(url).text)
    delegate.send(url, choice="disagree", reason="Es pronto.", language="es", seen=opened)
    mine = {"choice": "agree", "reason": "Hace falta.", "language": "es"}
    told = alternate.send(url, mine, seen=opened)
    assert told.status_code == 409
    for words in ("was cast or changed since", "Es pronto.", cast.delegate.name, "Hace falta."):
        assert words in told.text.partition("Ballots by project")[0]
    assert [b.choice for b in ballots()] == ["disagree"]
    assert seen_in(told.text) == seen_in(alternate.get(url).text) != opened
    assert alternate.send(url, mine, seen=seen_in(told.text)).status_code == 303
    assert [b.choice for b in ballots()] == ["disagree", "agree"]


def test_whether_a_project_is_named_is_not_taken_back_unseen_either(cast, sign_in, voting):
    url = f"/proposals/{voting.public_id}/ballot"
    said = {"choice": "block", "reason": "Nos dañaría.", "language": "es"}
    delegate, alternate = sign_in(cast.delegate), sign_in(cast.alternate)
    delegate.send(url, said, seen="")
    opened = seen_in(alternate.get(url).text)
    delegate.send(url, said, seen=opened, named="y")
    assert alternate.send(url, said, seen=opened).status_code == 409
    assert alternate.send(url, said, seen=opened, named="y").status_code == 303
    assert len(ballots()) == 1


def test_a_reason_that_is_missing_is_asked_for_and_the_choice_stays(cast, sign_in, voting):
    answer = sign_in(cast.delegate).send(
        f"/proposals/{voting.public_id}/ballot", choice="disagree", language="es"
    )
    assert answer.status_code == 422
    assert "Please say why" in answer.text
    assert re.search(r'<input[^>]*checked[^>]*value="?disagree', answer.text)
    assert ballots() == []


def test_an_old_press_sent_again_does_not_undo_a_later_change(cast, sign_in, voting):
    client, url = sign_in(cast.delegate), f"/proposals/{voting.public_id}/ballot"
    first = {"key": "first-press", "choice": "agree", "reason": "", "language": "es"}
    client.send(url, first)
    client.send(url, choice="abstain", reason="", language="es")
    again = client.send(url, first)
    assert again.status_code == 303
    assert [b.choice for b in ballots()] == ["agree", "abstain"]


def test_with_htmx_the_vote_comes_back_in_its_place(cast, sign_in, voting):
    answer = sign_in(cast.delegate).send(
        f"/proposals/{voting.public_id}/ballot", htmx=True, choice="agree", language="es"
    )
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'id="vote"' in answer.text
    assert "data-announce" in answer.text


def test_too_late_says_so_and_gives_the_words_back(cast, sign_in, clock_at):
    clock_at("2026-05-01T12:00")
    proposal = in_discussion(cast)
    vote = open_vote(cast, proposal)
    clock_at(vote.closes_at)
    answer = sign_in(cast.delegate).send(
        f"/proposals/{proposal.public_id}/ballot",
        choice="disagree",
        reason="Un motivo muy pensado.",
        language="es",
    )
    assert answer.status_code == 409
    assert "Un motivo muy pensado." in answer.text
    assert answer.text.index("was not counted") < answer.text.index('id="vote-title"')
    assert ballots() == []


@pytest.mark.parametrize("who", ["staff", "operator", "expert", "outsider", "observer"])
def test_for_the_others_there_is_no_vote_to_find(cast, sign_in, voting, who):
    client = sign_in(getattr(cast, who))
    nowhere = client.get("/proposals/zzzzzzzzzzzz/ballot")
    assert client.get(f"/proposals/{voting.public_id}/ballot").status_code == 404
    assert nowhere.status_code == 404


def test_after_submission_staff_reads_totals_and_no_project_behind_them(cast, sign_in, clock_at):
    clock_at("2026-05-01T12:00")
    proposal = in_discussion(cast)
    vote = open_vote(cast, proposal)
    all_cast(cast, proposal, "aaa")
    cast_by(cast.delegates["rio-claro"], proposal, "disagree", "Zozobra nos daría.")
    clock_at(vote.closes_at + timedelta(days=1))
    held = db.session.get_one(Proposal, proposal.id)
    held.status, held.number, held.submitted_at = "submitted", "LAC-2026-001", clock.now()
    held.status = ProposalStatus.SUBMITTED
    held.space_id = cast.spaces["network"].id
    client = sign_in(cast.staff)
    page = client.get(f"/proposals/{proposal.public_id}").text
    assert "4 of 6 seats voted; the quorum is 4." in page
    for hidden in ("Zozobra", "Río Claro", "Yerba Alta", "Ballots by project"):
        assert hidden not in page
    assert "Zozobra" in sign_in(cast.member).get(f"/proposals/{proposal.public_id}").text


# --- answering -------------------------------------------------------------------------------

ANSWER = {
    "outcome": "accepted",
    "reasons": "Se hará **pronto**.",
    "route": "secretariat",
    "language": "es",
    "notes": "Entre nosotros.",
    "version": "0",
    "commitments-0-text": "Publicar la guía",
    "commitments-0-owner_role": "Equipo técnico",
    "commitments-0-due_on": "2099-01-01",
}


def promised(days=30):
    return ANSWER | {
        "commitments-0-due_on": (clock.now() + timedelta(days=days)).date().isoformat()
    }


def test_staff_acknowledges_saves_a_draft_and_publishes(cast, sign_in, waiting):
    client, url = sign_in(cast.staff), f"/proposals/{waiting.public_id}"
    client.send(f"{url}/acknowledgement", route="tac", language="es")
    assert db.session.get_one(Proposal, waiting.id).status == "acknowledged"
    answer = client.send(f"{url}/response", promised(), action="save")
    assert path_of(answer) == f"{url}/response"
    page = client.get(f"{url}/response").text
    for kept in ("Se hará **pronto**.", "Entre nosotros.", "Publicar la guía", "Equipo técnico"):
        assert kept in page
    assert db.session.get_one(Proposal, waiting.id).status == "under_review"
    assert "part spent" in client.get(url).text
    client.send(f"{url}/response", promised() | {"version": "1"}, action="publish")
    response = db.session.scalars(select(Response).where(Response.kind == "answer")).one()
    assert response.reasons_html == "<p>Se hará <strong>pronto</strong>.</p>\n"
    assert db.session.get_one(Proposal, waiting.id).status == "following_up"
    page = sign_in(cast.outsider).get(url).text
    assert "Official response of Plan Vivo" in page
    assert "part spent" not in page  # its days have stopped
    assert "Publicar la guía" in page
    assert "Entre nosotros." not in page
    assert db.session.scalars(select(ResponseDraft)).all() == []


def test_lines_of_commitments_come_and_go_without_storing_anything(
    cast, sign_in, waiting, row_counts
):
    client, url = sign_in(cast.staff), f"/proposals/{waiting.public_id}/response"
    before = row_counts()
    more = client.send(url, ANSWER, action="add")
    assert more.status_code == 200
    assert "commitments-1-text" in more.text
    assert "Publicar la guía" in more.text
    two = ANSWER | {"commitments-1-text": "Un taller"}
    less = client.send(url, two, action="remove-0")
    assert "Un taller" in less.text
    assert "Publicar la guía" not in less.text
    assert row_counts() == before


def test_an_answer_is_seen_before_it_is_published(cast, sign_in, waiting, row_counts):
    client, url = sign_in(cast.staff), f"/proposals/{waiting.public_id}/response"
    assert 'value="publish"' not in unquoted(client.get(url).text)
    before = row_counts()
    seen = client.send(url, promised(), action="preview")
    assert seen.status_code == 200
    assert "<p>Se hará <strong>pronto</strong>.</p>" in seen.text
    assert "Nothing is published yet" in seen.text
    assert 'value="publish"' in unquoted(seen.text)
    assert row_counts() == before


def test_an_incomplete_answer_is_not_shown_as_if_it_could_be_published(cast, sign_in, waiting):
    client, url = sign_in(cast.staff), f"/proposals/{waiting.public_id}/response"
    seen = client.send(url, promised() | {"reasons": ""}, action="preview")
    assert seen.status_code == 422
    assert 'value="publish"' not in unquoted(seen.text)


def test_the_line_of_commitments_that_was_added_has_the_focus(cast, sign_in, waiting):
    client, url = sign_in(cast.staff), f"/proposals/{waiting.public_id}/response"
    more = client.send(url, ANSWER, action="add", htmx=True)
    focused = re.findall(r"<[^>]*autofocus[^>]*>", more.text)
    assert ["commitments-1-text" in one for one in focused] == [True]


def unquoted(page):
    """The page with every attribute in quotes, as browsers read it."""
    return re.sub(r'\b(value)=([^\s">]+)', r'\1="\2"', page)


def test_an_incomplete_answer_is_kept_and_not_published(cast, sign_in, waiting):
    client, url = sign_in(cast.staff), f"/proposals/{waiting.public_id}/response"
    answer = client.send(
        url,
        promised(-3) | {"outcome": None, "commitments-0-owner_role": ""},
        action="publish",
    )
    assert answer.status_code == 422
    for said in (
        "Please choose the answer.",
        "Please write who sees to it.",
        "Please choose a day from today on.",
        "Se hará **pronto**.",
    ):
        assert said in answer.text
    assert '<a href="#commitments-0-owner_role">Commitment 1, ' in answer.text
    assert '<a href="#commitments-0-due_on">Commitment 1, ' in answer.text
    assert 'id="commitments-0-owner_role"' in answer.text
    assert db.session.scalars(select(Response)).all() == []


def test_an_empty_line_of_commitments_is_left_out(cast, sign_in, waiting):
    client, url = sign_in(cast.staff), f"/proposals/{waiting.public_id}/response"
    empty = {f"commitments-0-{name}": "" for name in ("text", "owner_role", "due_on")}
    client.send(url, ANSWER | empty, action="publish")
    assert db.session.scalars(select(Commitment)).all() == []
    assert db.session.get_one(Proposal, waiting.id).status == "answered"


def test_of_two_editors_the_second_reads_both_texts_and_decides(cast, sign_in, waiting):
    first, second = sign_in(cast.staff), sign_in(cast.colleague)
    url = f"/proposals/{waiting.public_id}/response"
    first.send(url, promised() | {"reasons": "El texto primero."}, action="save")
    answer = second.send(url, promised() | {"reasons": "El texto segundo."}, action="save")
    assert answer.status_code == 409
    assert "El texto primero." in answer.text
    assert "El texto segundo." in answer.text
    version = re.search(r'name="?version"?[^>]*value="?(\d+)', answer.text)[1]
    again = promised() | {"reasons": "Los dos textos.", "version": version}
    assert second.send(url, again, action="save").status_code == 303
    assert db.session.scalars(select(ResponseDraft)).one().reasons == "Los dos textos."


def test_an_answer_published_meanwhile_leaves_the_words_on_the_page(cast, sign_in, waiting):
    url = f"/proposals/{waiting.public_id}/response"
    sign_in(cast.staff).send(url, promised(), action="publish")
    answer = sign_in(cast.colleague).send(
        url, promised() | {"reasons": "Lo mío."}, action="publish"
    )
    assert answer.status_code == 409
    assert "Lo mío." in answer.text
    assert len(db.session.scalars(select(Response)).all()) == 1


def test_staff_tells_how_far_a_commitment_is_and_everyone_who_sees_it_reads_it(
    cast, sign_in, waiting
):
    client = sign_in(cast.staff)
    client.send(f"/proposals/{waiting.public_id}/response", promised(), action="publish")
    url = f"/commitments/{db.session.scalars(select(Commitment)).one().public_id}/updates"
    assert client.send(url, status="dropped", note="", language="es").status_code == 422
    client.send(url, status="done", note="La guía está en línea.", language="es")
    url = url.removesuffix("/updates")
    page = sign_in(cast.outsider).get(url)
    assert "La guía está en línea." in page.text
    assert "Tell how far it is" not in page.text
    assert sign_in(cast.observer).get(url).status_code == 404


def test_the_vote_alone_is_swapped_in_its_place_and_not_on_a_page_that_tells_more(
    cast, sign_in, voting
):
    client = sign_in(cast.delegate)
    assert "hx-post" in client.get(f"/proposals/{voting.public_id}/ballot").text
    page = client.get(f"/proposals/{voting.public_id}").text
    assert "Cast your project" in page
    assert f'hx-post="/proposals/{voting.public_id}/ballot"' not in page


def test_the_form_that_comes_back_in_place_is_a_new_one(cast, sign_in, voting):
    client, url = sign_in(cast.delegate), f"/proposals/{voting.public_id}/ballot"
    answer = client.send(url, htmx=True, key="first-press", choice="agree", language="es")
    key = re.search(r'name="?key"?[^>]*value="?([^"\s>]+)', answer.text)[1]
    assert key != "first-press"
    changed = client.send(url, htmx=True, key=key, choice="abstain", language="es")
    assert changed.status_code == 200
    assert [b.choice for b in ballots()] == ["agree", "abstain"]


def test_the_form_says_who_reads_a_reason(cast, sign_in, voting):
    page = sign_in(cast.delegate).get(f"/proposals/{voting.public_id}/ballot").text
    assert "reads no reason but that of a serious objection" in page
